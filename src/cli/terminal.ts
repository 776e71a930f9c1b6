import type { Readable, Writable } from "node:stream";
import { styleText } from "node:util";

/**
 * Where a command reads and writes: the process's streams, or a test's. The result goes to `out`, progress and faults
 * to `err`.
 */
export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly out: Writable & { readonly isTTY?: boolean };
  readonly err: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether to colour what is shown on `out`. */
  readonly colour: boolean;
}

export function print(terminal: Terminal, text: string): void {
  write(terminal.out, `${text}\n`);
}

/** The same for a text that has its own line ends. */
export function printText(terminal: Terminal, text: string): void {
  write(terminal.out, text);
}

/** Unread messages are dropped at some point, so that they do not fill the memory of a long-running command. */
export function say(terminal: Terminal, text: string): void {
  if (terminal.err.writableLength <= MAX_WAITING_BYTES) write(terminal.err, `${text}\n`);
}

/** Bytes that may wait for a reader who is slow. */
export const MAX_WAITING_BYTES = 16_777_216;

/** The first error of each stream that had one, reported once by {@link outputFault}. */
const failed = new WeakMap<Writable, Error>();

function write(stream: Writable, text: string): void {
  stream.write(text, (error) => {
    if (error && !failed.has(stream)) failed.set(stream, error);
  });
}

/**
 * Keeps the errors of both streams from ending the process: their readers may go at any time (`| head`), and disks
 * fill up. Who writes learns of an error through the callback of `write`. Call the result to stop.
 */
export function tolerateOutputErrors({ out, err }: Terminal): () => void {
  const ignore = (): void => undefined;
  out.on("error", ignore);
  err.on("error", ignore);
  return () => {
    out.off("error", ignore);
    err.off("error", ignore);
  };
}

/** Waits until everything is written. Resolves to why a result is incomplete; a reader that has gone wanted no more. */
export async function outputFault({ out }: Terminal): Promise<Error | undefined> {
  await new Promise<void>((resolve) => {
    out.write("", () => resolve());
  });
  const error = failed.get(out);
  return error === undefined || isClosedPipe(error) ? undefined : error;
}

function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === "EPIPE" || error.code === "ECONNRESET" || error.code === "ERR_STREAM_DESTROYED";
}

type Style = Parameters<typeof styleText>[0];

/** The text in a style when the terminal shows colours. */
export function styled(terminal: Terminal, style: Style, text: string): string {
  return terminal.colour ? styleText(style, text, { validateStream: false }) : text;
}

/** The terminal of this process. Colour only on a terminal, and never against the user's wish (NO_COLOR). */
export function processTerminal(): Terminal {
  return {
    input: process.stdin,
    out: process.stdout,
    err: process.stderr,
    env: process.env,
    colour: process.stdout.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb",
  };
}
