import { Writable } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  errorText,
  outputFault,
  print,
  processTerminal,
  runCli,
  say,
  systemErrorText,
} from "../support/source/cli.ts";
import { fakeTerminal, run } from "./support.ts";

const systemError = (members: object) => Object.assign(new Error("as Node says it"), members);

describe("what a system call could not do", () => {
  const listen = { syscall: "listen", address: "127.0.0.1", port: 80 };
  const open = { syscall: "open", path: "/etc/x" };
  test.each<[members: object, text: string]>([
    [
      { ...listen, code: "EADDRINUSE" },
      "`127.0.0.1:80` is taken by another program; choose another with `--listen`",
    ],
    [
      { ...listen, code: "EADDRINUSE", address: "/run/x.sock", port: undefined },
      "`/run/x.sock` is taken by another program; choose another with `--listen`",
    ],
    [
      { ...listen, code: "EACCES" },
      "`127.0.0.1:80` may not be used by this user; ports below 1024 often are the system's",
    ],
    [{ ...listen, code: "EADDRNOTAVAIL" }, "`127.0.0.1` is no address of this machine"],
    [{ ...listen, code: "EMFILE" }, "as Node says it"],
    [{ ...open, code: "ENOENT" }, "there is no file `/etc/x`"],
    [{ ...open, code: "ENOENT", path: undefined }, "as Node says it"],
    [{ ...open, code: "EACCES" }, "`/etc/x` may not be read or written by this user"],
    [{ ...open, code: "EACCES", path: undefined }, "as Node says it"],
    [{ ...open, code: "EISDIR" }, "`/etc/x` is a directory"],
    [{ syscall: "read", code: "EISDIR" }, "a directory stands where a file is expected"],
    [{ ...open, code: "EIO" }, "as Node says it"],
  ])("%j", (members, text) => {
    expect(systemErrorText(systemError(members))).toBe(text);
    expect(errorText(systemError(members))).toBe(text);
  });

  test("is said of system calls alone", () => {
    expect(systemErrorText(new Error("other"))).toBeUndefined();
    expect(systemErrorText(systemError({ syscall: 5 }))).toBeUndefined();
    expect(errorText(new Error("other"))).toBe("other");
    expect(errorText("a text")).toBe("a text");
  });
});

describe("output that cannot be written", () => {
  /** A stream that fails with an error of that code at each write. */
  const failing = (code: string): Writable =>
    new Writable({ write: (_chunk, _encoding, done) => done(systemError({ code, syscall: "write" })) }).on(
      "error",
      () => undefined,
    );

  test.each([
    ["ENOSPC", true],
    ["EIO", true],
    ["EPIPE", false],
    ["ECONNRESET", false],
    ["ERR_STREAM_DESTROYED", false],
  ])("%s is a fault of the result: %s", async (code, isFault) => {
    const terminal = { ...fakeTerminal(), out: failing(code) };
    print(terminal, "a");
    print(terminal, "b");
    expect((await outputFault(terminal))?.message).toBe(isFault ? "as Node says it" : undefined);
  });

  test("is told in one line, with the exit code of a misuse", async () => {
    const terminal = { ...fakeTerminal(), out: failing("ENOSPC") };
    expect(await runCli(["version"], terminal)).toBe(2);
    expect(terminal.text().err).toBe("wirewall: the output cannot be written: as Node says it");
  });

  test("and talk that nobody reads is dropped beyond a bound", () => {
    const taken: string[] = [];
    const err = new Writable({ write: (chunk: Buffer) => void taken.push(String(chunk)) });
    const terminal = { ...fakeTerminal(), err };
    say(terminal, "first");
    for (let at = 0; at < 40; at++) say(terminal, "x".repeat(1_000_000));
    expect(taken).toEqual(["first\n"]);
    expect(err.writableLength).toBeGreaterThan(16_777_216);
    expect(err.writableLength).toBeLessThan(18_000_000);
  });
});

describe("colour", () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    [true, "", "xterm", true],
    [true, "1", "xterm", false],
    [true, "", "dumb", false],
    [false, "", "xterm", false],
    [undefined, "", "xterm", false],
  ])("on a terminal: %j, NO_COLOR=%j, TERM=%j: %s", (isTTY, noColour, term, colour) => {
    vi.stubEnv("NO_COLOR", noColour);
    vi.stubEnv("TERM", term);
    const before = Object.getOwnPropertyDescriptor(process.stdout, "isTTY");
    Object.defineProperty(process.stdout, "isTTY", { value: isTTY, configurable: true });
    try {
      expect(processTerminal().colour).toBe(colour);
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.stdout, "isTTY");
      else Object.defineProperty(process.stdout, "isTTY", before);
    }
  });

  test("is left out when asked", async () => {
    for (const [words, isColoured] of [
      [["eval", "not ssl"], true],
      [["eval", "not ssl", "--no-color"], false],
    ] as const) {
      const terminal = { ...fakeTerminal(), colour: true };
      expect(await runCli(words, terminal)).toBe(0);
      expect(terminal.text().out.includes("\u001b[")).toBe(isColoured);
    }
  });
});

test.each(["version", "--version"])("%s", async (word) => {
  expect(await run([word])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+/) });
});
