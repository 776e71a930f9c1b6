import type { Readable, Writable } from "node:stream";
import { styleText } from "node:util";

/** Where a command reads and writes: the process's streams, or a test's. The result goes to `out`, talk to `err`. */
export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly out: Writable & { readonly isTTY?: boolean };
  readonly err: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether to colour what is shown on `out`. */
  readonly colour: boolean;
}

export function print(terminal: Terminal, text: string): void {
  terminal.out.write(`${text}\n`);
}

export function say(terminal: Terminal, text: string): void {
  terminal.err.write(`${text}\n`);
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
