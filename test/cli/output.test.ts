import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { send, upstream } from "../adapters/support.ts";
import { available } from "../support/available.ts";
import { folder, waitFor } from "./support.ts";

const hasFullDevice = available(existsSync("/dev/full"), "/dev/full, a device that is always full");

const RULES = 'rules:\n  - {ref: all, expression: "true", action: block}\n';
const BAD = "rules:\n  - {ref: a, expression: no.such, action: block}\n";

/** The installed command as a process of its own. */
function start(
  words: readonly string[],
  stdio: "pipe" | readonly ["pipe", string, string] = "pipe",
): ChildProcess {
  // A shell opens what is no pipe of ours.
  const quoted = [process.execPath, "dist/cli/main.js", ...words].map((word) => `'${word}'`).join(" ");
  const redirected = stdio === "pipe" ? "" : ` ${stdio[1]} ${stdio[2]}`;
  const child = spawn("sh", ["-c", `exec ${quoted}${redirected}`]);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

function textOf(child: ChildProcess, name: "stdout" | "stderr"): () => string {
  let text = "";
  child[name]?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}

const files = () => {
  const path = folder({ "rules.yaml": RULES, "bad.yaml": BAD });
  return { rules: join(path, "rules.yaml"), bad: join(path, "bad.yaml") };
};

describe("one-shot commands whose readers have gone", () => {
  const { rules, bad } = { rules: "RULES", bad: "BAD" };
  const commands: readonly (readonly [words: readonly string[], code: number])[] = [
    [["help"], 0],
    [["help", "serve"], 0],
    [["--version"], 0],
    [["nonsense"], 2],
    [["check", rules], 0],
    [["check", bad], 1],
    [["check", bad, "--json"], 1],
    [["eval", "http.host"], 0],
    [["eval", "no.such"], 2],
    [["fmt", rules], 0],
    [["explain", rules, "--url", "http://a/"], 0],
    [["repl"], 0],
    [["serve"], 2],
  ];

  test.each(commands)("%j: exit code %i, not a word", async (words, code) => {
    const paths = files();
    const child = start(
      words.map((word) => (word === "RULES" ? paths.rules : word === "BAD" ? paths.bad : word)),
    );
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.stdin?.end("http.host\n".repeat(2000));
    child.stdin?.on("error", () => undefined);
    expect(await once(child, "exit")).toEqual([code, null]);
  });

  test("only the result's reader: nothing is said", async () => {
    const child = start(["help"]);
    const err = textOf(child, "stderr");
    child.stdout?.destroy();
    expect(await once(child, "close")).toEqual([0, null]);
    expect(err()).toBe("");
  });
});

describe.skipIf(!hasFullDevice)("a full disk", () => {
  test.each([
    [["eval", "true"], 2],
    [["help"], 2],
  ] as const)("%j tells it in one line", async (words, code) => {
    const child = start(words, ["pipe", ">/dev/full", ""]);
    const err = textOf(child, "stderr");
    expect(await once(child, "close")).toEqual([code, null]);
    expect(err()).toMatch(/^wirewall: the output cannot be written: .*ENOSPC.*\n$/);
  });

  test("talk that cannot be written changes nothing", async () => {
    const child = start(["eval", "no.such"], ["pipe", "", "2>/dev/full"]);
    expect(await once(child, "close")).toEqual([2, null]);
  });
});

describe("serve goes on", () => {
  async function serving(extra: readonly string[] = [], redirect = "") {
    const up = await upstream();
    const words = ["serve", "--rules", files().rules, "--upstream", up.url, "--listen", "127.0.0.1:0"];
    const child = start([...words, "--no-reload", ...extra], ["pipe", redirect, ""]);
    const err = textOf(child, "stderr");
    await waitFor(() => /reload on/.test(err()));
    return { child, err, url: /listen {2}(\S+)/.exec(err())?.[1] ?? "" };
  }

  async function answersAndStops(child: ChildProcess, url: string): Promise<void> {
    for (let count = 0; count < 4; count++) {
      expect((await send(url)).status).toBe(403);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  }

  test("when the log's reader has gone, and says so once", async () => {
    const { child, err, url } = await serving();
    child.stdout?.destroy();
    await answersAndStops(child, url);
    expect(err().match(/the log cannot be written: .*EPIPE.*: 1 event dropped/g)).toHaveLength(1);
  });

  test("when nobody reads what it says either", async () => {
    const { child, url } = await serving();
    child.stdout?.destroy();
    child.stderr?.destroy();
    await answersAndStops(child, url);
  });

  test.skipIf(!hasFullDevice).each([
    ["standard output", [], ">/dev/full"],
    ["a file", ["--log", "/dev/full"], ""],
  ] as const)("when the disk is full: %s", async (_name, extra, redirect) => {
    const { child, err, url } = await serving(extra, redirect);
    await answersAndStops(child, url);
    expect(err().match(/the log cannot be written: .*ENOSPC/g)).toHaveLength(1);
  });

  test("when the log's folder is not there", async () => {
    const { child, err, url } = await serving(["--log", join(folder({}), "no", "such.jsonl")]);
    await answersAndStops(child, url);
    expect(err().match(/the log cannot be written/g)).toHaveLength(1);
  });
});
