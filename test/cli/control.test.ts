import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { send, upstream } from "../adapters/support.ts";
import { folder, run, waitFor } from "./support.ts";

// The command as it is installed, in processes of its own.

const ACCOUNT = `rulesets:
  - id: account
    kind: root
    phase: http_request_firewall_managed
    mandatory: true
    rules:
      - {ref: no-dotfiles, expression: http.request.uri.path contains "/.", action: block}
`;

const zone = (rule: string) => `id: zone\nrules:\n  - ${rule}\n`;

const ALLOW = zone('{ref: mine, expression: "true", action: allow}');
const BLOCK = zone('{ref: wrong, expression: "true", action: block}');

interface Served {
  readonly url: string;
  readonly rules: string;
  readonly socket: string;
  talk(): string;
  /** Lines of the log that are about changes. */
  changes(): readonly Record<string, unknown>[];
  status(path: string): Promise<number>;
  stop(signal: NodeJS.Signals): Promise<void>;
}

async function command(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, ["dist/cli/main.js", ...words]);
  const [out, err] = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    return chunks;
  });
  const [code] = (await once(child, "close")) as [number];
  return { code, out: Buffer.concat(out!).toString(), err: Buffer.concat(err!).toString() };
}

async function serving(files: Record<string, string>, env: Record<string, string> = {}): Promise<Served> {
  const up = await upstream();
  const rules = folder(files);
  const path = folder({});
  const [socket, log] = [join(path, "control.sock"), join(path, "events.jsonl")];
  const child = spawn(
    process.execPath,
    [
      "dist/cli/main.js",
      "serve",
      "--rules",
      rules,
      "--upstream",
      up.url,
      "--listen",
      "127.0.0.1:0",
      "--grace",
      "0",
      "--control",
      socket,
      "--log",
      log,
      "--no-reload",
    ],
    { env: { ...process.env, ...env } },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await waitFor(() => said.includes("\ncontrol "));
  const url = /listen {2}(\S+)/.exec(said)?.[1] ?? "";
  return {
    url,
    rules,
    socket,
    talk: () => said,
    changes: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line.includes('"change":'))
        .map((line) => JSON.parse(line)),
    status: async (at) => (await send(`${url}${at}`)).status,
    async stop(signal) {
      child.kill(signal);
      await once(child, "close");
    },
  };
}

describe("serve", () => {
  test("keeps the mandatory rule of an account, whatever a zone's file says", async () => {
    const { status } = await serving({ "account.yaml": ACCOUNT, "zone.yaml": ALLOW });
    expect(await status("/.git/config")).toBe(403);
    expect(await status("/index.html")).toBe(200);
  });

  test("is switched off and on again while it runs, and says so", async () => {
    const { status, socket, talk, changes } = await serving({ "zone.yaml": BLOCK });
    expect(await status("/")).toBe(403);
    const off = await command("control", socket, "mode", "off");
    expect(off.code).toBe(0);
    expect(JSON.parse(off.out)).toMatchObject({ mode: "off", version: 1 });
    expect(await status("/")).toBe(200);
    expect((await command("control", socket, "mode", "enforce")).code).toBe(0);
    expect(await status("/")).toBe(403);
    await command("control", socket, "mode", "observe", "--phase", "custom");
    expect(await status("/")).toBe(200);
    expect(JSON.parse((await command("control", socket, "status")).out)).toMatchObject({
      mode: "enforce",
      modes: { phases: { http_request_firewall_custom: "observe" }, rulesets: {} },
      rulesets: 1,
    });
    await waitFor(() => changes().length === 3);
    expect(changes()).toMatchObject([
      { change: "mode", mode: "off", before: "enforce" },
      { change: "mode", mode: "enforce", before: "off" },
      { change: "mode", mode: "observe", phase: "http_request_firewall_custom" },
    ]);
    expect(talk()).toContain("mode    off, before enforce\n");
  });

  test("starts in the mode of WIREWALL_MODE, whatever the command line says", async () => {
    const { status, talk } = await serving({ "zone.yaml": BLOCK }, { WIREWALL_MODE: "off" });
    expect(talk()).toContain("mode off (WIREWALL_MODE)");
    expect(await status("/")).toBe(200);
  });

  test("goes back to an earlier version", async () => {
    const { status, socket, rules, talk, changes } = await serving({ "zone.yaml": ALLOW });
    writeFileSync(join(rules, "zone.yaml"), BLOCK);
    expect((await command("control", socket, "reload")).code).toBe(0);
    expect(await status("/")).toBe(403);
    const stale = await command("control", socket, "rollback", "1", "--if-version", "1");
    expect(stale).toMatchObject({ code: 1, out: "" });
    expect(stale.err).toContain("E_VERSION_CONFLICT");
    expect(await status("/")).toBe(403);
    const back = await command("control", socket, "rollback", "1", "--if-version", "2");
    expect(JSON.parse(back.out)).toMatchObject({ version: 3, restored: 1 });
    expect(await status("/")).toBe(200);
    const history = JSON.parse((await command("control", socket, "history")).out) as Record<
      string,
      unknown
    >[];
    expect(history.every(({ createdAt }) => /^20\d\d-.*Z$/.test(String(createdAt)))).toBe(true);
    expect(history.map(({ version, origin }) => `${version} ${origin}`)).toEqual([
      "3 rollback",
      "2 update",
      "1 create",
    ]);
    await waitFor(() => changes().length === 2);
    expect(changes()).toMatchObject([
      { change: "version", origin: "update", version: 2 },
      { change: "version", origin: "rollback", version: 3, restored: 1 },
    ]);
    expect(talk()).toContain("rollback to version 1, as version 3, until rules are read again");
  });

  test("refuses what it does not understand, and goes on", async () => {
    const { status, socket, rules } = await serving({ "zone.yaml": BLOCK });
    for (const [words, told] of [
      [["mode", "of"], "did you mean"],
      [["mode", "off", "--phase", "nowhere"], "there is no phase `nowhere`"],
      [["mode", "off", "--phase", "ratlimit"], "did you mean `ratelimit`?"],
      [["rollback", "9"], "there is no version `9`"],
    ] as const) {
      const { code, err } = await command("control", socket, ...words);
      expect(err).toContain(told);
      expect(code).toBe(1);
    }
    writeFileSync(join(rules, "zone.yaml"), "rules: [");
    expect((await command("control", socket, "reload")).code).toBe(1);
    expect(await status("/")).toBe(403);
  });

  test("lets nobody else use the socket, takes the place of one that was left behind, and removes its own", async () => {
    const first = await serving({ "zone.yaml": BLOCK });
    expect(statSync(first.socket).mode & 0o777).toBe(0o600);
    const busy = await command("serve", "--demo", "--listen", "127.0.0.1:0", "--control", first.socket);
    expect(busy.err).toContain("another process listens");
    expect(busy.code).toBe(2);
    await first.stop("SIGKILL");
    expect(existsSync(first.socket)).toBe(true);
    const child = spawn(process.execPath, [
      "dist/cli/main.js",
      "serve",
      "--demo",
      "--listen",
      "127.0.0.1:0",
      "--control",
      first.socket,
    ]);
    onTestFinished(() => void child.kill("SIGKILL"));
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    await waitFor(() => said.includes("\ncontrol "));
    child.kill("SIGTERM");
    await once(child, "close");
    expect(existsSync(first.socket)).toBe(false);
  });

  test("acts on signals that come while it starts", async () => {
    const socket = join(folder({}), "control");
    const words = ["serve", "--demo", "--listen", "127.0.0.1:0", "--control", socket];
    const child = spawn(process.execPath, ["dist/cli/main.js", ...words]);
    onTestFinished(() => void child.kill("SIGKILL"));
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      if (said === "") for (const signal of ["SIGHUP", "SIGTERM"] as const) child.kill(signal);
      said += chunk.toString();
    });
    const [code] = await once(child, "close");
    expect(code).toBe(0);
    expect(said).toContain("stop    SIGTERM");
    expect(existsSync(socket)).toBe(false);
  });

  test("leaves a file alone that is no socket", async () => {
    const file = join(folder({ "notes.txt": "mine" }), "notes.txt");
    const { code, err } = await command("serve", "--demo", "--listen", "127.0.0.1:0", "--control", file);
    expect(err).toContain("exists and is not a socket");
    expect(code).toBe(2);
    expect(readFileSync(file, "utf8")).toBe("mine");
  });
});

describe("control", () => {
  test.each([
    [[], "the path of the socket is missing"],
    [["/nowhere", "explode"], "there is no `explode`"],
    [["/nowhere", "mode"], "`mode`: takes one further argument"],
    [["/nowhere", "status", "now"], "takes no further arguments"],
    [["/nowhere", "rollback", "last"], "`rollback` takes the number of a version, not `last`"],
    [["/nowhere", "mode", "off", "--phase", "a", "--ruleset", "b"], "not both"],
    [["/nowhere/at/all", "status"], "`/nowhere/at/all`: there is no such socket"],
  ])("%j is a misuse", async (words, told) => {
    const { code, err } = await run(["control", ...words]);
    expect(err).toContain(told);
    expect(code).toBe(2);
  });

  test("says so when something else answers", async () => {
    const socket = join(folder({}), "other.sock");
    const other = createServer((connection) =>
      connection.end("HTTP/1.1 500 No\r\ncontent-length: 2\r\n\r\n{}"),
    );
    other.listen(socket);
    onTestFinished(() => void other.close());
    await once(other, "listening");
    const { code, err } = await run(["control", socket, "status"]);
    expect(err).toContain("the answer is not that of a control socket");
    expect(code).toBe(1);
  });
});
