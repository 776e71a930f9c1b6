import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { onTestFinished } from "vitest";
import { runCli, type Terminal } from "../support/source/cli.ts";

export interface Transcript {
  readonly code: number;
  /** The result. */
  readonly out: string;
  /** The talk. */
  readonly err: string;
}

/** A field and an action that are misspelt, the first in a block of lines. */
export const FAULTY_RULES = `rules:
  - ref: a
    expression: >-
      ssl and
      http.hst eq "a"
    action: block
  - ref: b
    expression: ssl
    action: blok
`;

/** A terminal that remembers; not a TTY, so nothing is coloured. */
export function fakeTerminal(
  input = "",
  env: Readonly<Record<string, string>> = {},
): Terminal & { text(): Transcript } {
  const out = collector();
  const err = collector();
  return {
    input: Readable.from(input === "" ? [] : [Buffer.from(input)]),
    out: out.stream,
    err: err.stream,
    env,
    colour: false,
    text: () => ({ code: -1, out: out.text(), err: err.text() }),
  };
}

function collector(): { readonly stream: PassThrough; text(): string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return {
    stream,
    text: () => {
      for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null)
        chunks.push(chunk);
      return Buffer.concat(chunks).toString("utf8").replace(/\n$/, "");
    },
  };
}

/** Runs `wirewall` in this process. */
export async function run(args: readonly string[], input = ""): Promise<Transcript> {
  const terminal = fakeTerminal(input, { XDG_STATE_HOME: "/nonexistent" });
  const code = await runCli(args, terminal);
  await new Promise((resolve) => setImmediate(resolve));
  return { ...terminal.text(), code };
}

/** A directory of files that goes away with the test. */
export function folder(files: Readonly<Record<string, string | Buffer>>): string {
  const path = mkdtempSync(join(tmpdir(), "wirewall-test-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

/** Resolves when the condition holds; the test's own time limit bounds the wait. */
export async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
