import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { runCli, type Terminal } from "../support/source/cli.ts";
import { folder } from "./support.ts";

const PROMPT = "wirewall> ";
/** The prompt of a line that goes on, as one or another version of Node writes it. */
const GOES_ON = /\r?\n(?:\.\.\.|\|) $/;
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");

/** A sitting at a terminal: types, and waits for what is shown. */
function sitting(args: readonly string[], env: Readonly<Record<string, string>> = {}, colour = false) {
  const tty = () =>
    Object.assign(new PassThrough(), { isTTY: true, columns: 200, setRawMode: () => undefined });
  const input = tty();
  const out = tty();
  let shown = "";
  let told = () => {};
  out.on("data", (chunk: Buffer) => {
    shown += chunk.toString("utf8");
    told();
  });
  const err = new PassThrough();
  err.resume();
  const terminal: Terminal = { input, out, err, env, colour };
  const code = runCli(["repl", ...args], terminal);
  return {
    code,
    raw: () => shown,
    /** Resolves to what was shown since the last time, as soon as `text` is in it. */
    async until(text: string | RegExp): Promise<string> {
      for (;;) {
        const seen = shown.replaceAll(ESCAPES, "");
        if (typeof text === "string" ? seen.includes(text) : text.test(seen)) {
          shown = "";
          return seen;
        }
        await new Promise<void>((resolve, reject) => {
          const unseen = () => reject(new Error(`waited for ${String(text)}, saw ${JSON.stringify(seen)}`));
          const timer = setTimeout(unseen, 30_000);
          told = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    type: (keys: string) => input.write(keys),
  };
}

test("expressions are answered until the user leaves", async () => {
  const terminal = sitting(["--no-history", "--url", "https://shop.example/admin"]);
  await terminal.until(PROMPT);
  terminal.type("http.host\r");
  expect(await terminal.until("cost")).toContain('"shop.example"');
  terminal.type('http.host eq "shop.example" and not ssl\r');
  expect(await terminal.until("cost")).toContain("false");
  terminal.type("nosuch.field\r");
  const fault = await terminal.until("E_UNKNOWN_IDENTIFIER");
  expect(fault).toMatch(/ {10}\^{12}/);
  terminal.type(".exit\r");
  expect(await terminal.code).toBe(0);
});

test("an open bracket is waited for, and can be given up", async () => {
  const terminal = sitting(["--no-history"]);
  await terminal.until(PROMPT);
  terminal.type("any(http.request.headers.names[*]\r");
  // The prompt of a line that goes on.
  await terminal.until(GOES_ON);
  terminal.type('eq "nosuch")\r');
  expect(await terminal.until("cost")).toContain("false");
  terminal.type("(ssl\r");
  await terminal.until(GOES_ON);
  terminal.type(".break\r");
  await terminal.until(PROMPT);
  terminal.type("not ssl\r");
  expect(await terminal.until("cost")).toContain("true");
  terminal.type(".exit\r");
  await terminal.code;
});

test("dot commands are the language's, not the platform's", async () => {
  const terminal = sitting(["--no-history"]);
  await terminal.until(PROMPT);
  terminal.type(".req GET https://a.example/x\r");
  await terminal.until(PROMPT);
  terminal.type(".type http.request.uri.path\r");
  expect(await terminal.until("Bytes")).not.toContain("Invalid REPL keyword");
  terminal.type(".editor\r");
  expect(await terminal.until("`.editor`")).not.toContain("Entering editor mode");
  terminal.type(".frobnicate\r");
  expect(await terminal.until("`.frobnicate`")).not.toContain("Invalid REPL keyword");
  // A command in the middle of an expression gives the expression up.
  terminal.type("(ssl\r");
  await terminal.until(GOES_ON);
  terminal.type(".type ssl\r");
  await terminal.until("Bool");
  terminal.type("ssl\r");
  expect(await terminal.until("cost")).toContain("true");
  terminal.type(".exit\r");
  expect(await terminal.code).toBe(0);
});

test("the platform is not evaluated", async () => {
  const terminal = sitting(["--no-history"]);
  await terminal.until(PROMPT);
  terminal.type("process.version\r");
  expect(await terminal.until("error[")).not.toContain(process.version);
  terminal.type("\u0004");
  expect(await terminal.code).toBe(0);
});

test("Tab completes names", async () => {
  const terminal = sitting(["--no-history"]);
  await terminal.until(PROMPT);
  terminal.type("http.request.uri.pa");
  await terminal.until("http.request.uri.pa");
  terminal.type("\t");
  await terminal.until("th");
  terminal.type(' eq "/"\r');
  expect(await terminal.until("cost")).toContain("true");
  terminal.type(".exit\r");
  await terminal.code;
});

test.each([true, false])("colours are shown when wanted: %s", async (colour) => {
  const terminal = sitting(["--no-history"], {}, colour);
  await terminal.until(PROMPT);
  terminal.type("not ssl\r");
  let raw = "";
  while (!raw.includes("cost")) {
    raw = terminal.raw();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(raw.includes("\u001b[32mtrue")).toBe(colour);
  terminal.type(".exit\r");
  await terminal.code;
});

test("what was typed is kept for the next sitting, unless that is not wanted", async () => {
  const state = folder({});
  const file = join(state, "wirewall", "repl-history");
  for (const args of [["--no-history"], []]) {
    expect(existsSync(file)).toBe(false);
    const terminal = sitting(args, { XDG_STATE_HOME: state });
    await terminal.until(PROMPT);
    terminal.type('http.host eq "kept"\r');
    await terminal.until("cost");
    terminal.type(".exit\r");
    expect(await terminal.code).toBe(0);
  }
  await expect
    .poll(() => existsSync(file) && readFileSync(file, "utf8"), { timeout: 10_000 })
    .toContain("kept");
});
