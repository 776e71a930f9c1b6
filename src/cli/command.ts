import type { ParseArgsConfig } from "node:util";
import type { Terminal } from "./terminal.ts";

/** Exit codes of every command: fine, something was found or failed, the command could not be carried out. */
export const EXIT = Object.freeze({ ok: 0, findings: 1, usage: 2 });

/** One option as `node:util` parses it, with the words that the help shows. */
export interface OptionSpec {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** Stands for the value in the help: `FILE`. */
  readonly value?: string;
  readonly summary: string;
}

export type OptionValues = Readonly<
  Record<string, string | boolean | readonly (string | boolean)[] | undefined>
>;

export interface Invocation {
  readonly options: OptionValues;
  readonly positionals: readonly string[];
  readonly terminal: Terminal;
}

/** A word after `wirewall`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** The arguments after the name: `EXPRESSION --request FILE`. */
  readonly usage: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples?: readonly string[];
  /** Resolves to an exit code. Throws {@link UsageError} for words that make no sense. */
  run(invocation: Invocation): Promise<number>;
}

/** Bad words on the command line: shown without a stack, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The options as `parseArgs` wants them. */
export function parseArgsOptions(command: Command): NonNullable<ParseArgsConfig["options"]> {
  return Object.fromEntries(
    Object.entries({ ...command.options, ...COMMON_OPTIONS }).map(([name, spec]) => [
      name,
      {
        type: spec.type,
        ...(spec.short === undefined ? {} : { short: spec.short }),
        ...(spec.multiple === true ? { multiple: true } : {}),
      },
    ]),
  );
}

export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  help: { type: "boolean", short: "h", summary: "show this help" },
  "no-color": { type: "boolean", summary: "plain text even on a terminal" },
};

export function commandHelp(command: Command): string {
  const rows = Object.entries({ ...command.options, ...COMMON_OPTIONS }).map(([name, spec]) => {
    const short = spec.short === undefined ? "    " : `-${spec.short}, `;
    return [`  ${short}--${name}${spec.value === undefined ? "" : ` ${spec.value}`}`, spec.summary] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = [`wirewall ${command.name} ${command.usage}`, "", command.summary, "", "options"];
  for (const [left, summary] of rows) lines.push(`${left.padEnd(width)}  ${summary}`);
  if (command.examples !== undefined)
    lines.push("", "examples", ...command.examples.map((text) => `  ${text}`));
  return lines.join("\n");
}

/** The option's text, or undefined when it was not given. */
export function textOption(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

/** All texts of an option that may be repeated. */
export function textOptions(options: OptionValues, name: string): readonly string[] {
  const value = options[name];
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
