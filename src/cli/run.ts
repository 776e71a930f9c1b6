import { parseArgs } from "node:util";
import { didYouMean } from "../language/diagnostics/suggest.ts";
import { COMMON_OPTIONS, type Command, commandHelp, EXIT, parseArgsOptions, UsageError } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { joinRequestLine } from "./option-tables.ts";
import { errorText, systemErrorText } from "./system-error.ts";
import { outputFault, print, say, type Terminal, tolerateOutputErrors } from "./terminal.ts";
import { VERSION } from "./version.ts";

/** Runs `wirewall` with the words after its name; resolves to the exit code and never rejects. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const stop = tolerateOutputErrors(terminal);
  try {
    const code = await runNamed(args, terminal);
    const fault = await outputFault(terminal);
    if (fault === undefined) return code;
    say(terminal, `wirewall: the output cannot be written: ${errorText(fault)}`);
    return EXIT.usage;
  } finally {
    // Talk that is still on its way may fail later; the process's own streams stay guarded to its end.
    if (terminal.err !== process.stderr) stop();
  }
}

async function runNamed(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const about = rest[0] === undefined ? undefined : COMMANDS.find((command) => command.name === rest[0]);
    if (about === undefined && rest[0] !== undefined) return unknownCommand(rest[0], terminal);
    print(terminal, about === undefined ? overview() : commandHelp(about));
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  if (name === "--version" || name === "version") {
    print(terminal, VERSION);
    return EXIT.ok;
  }
  const command = COMMANDS.find((entry) => entry.name === name);
  if (command === undefined) return unknownCommand(name, terminal);
  return runCommand(command, rest, terminal);
}

async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: command.options["request"] === undefined ? [...args] : [...joinRequestLine(args)],
      options: parseArgsOptions(command),
      allowPositionals: true,
      strict: true,
    });
    if (values["help"] === true) {
      print(terminal, commandHelp(command));
      return EXIT.ok;
    }
    const shown = values["no-color"] === true ? { ...terminal, colour: false } : terminal;
    return await command.run({ options: values, positionals, terminal: shown });
  } catch (error) {
    const message = isMisuse(error)
      ? error.message
      : (parseArgsText(error, command) ?? systemErrorText(error));
    if (message !== undefined) {
      say(terminal, `wirewall ${command.name}: ${message}`);
      say(terminal, `see \`wirewall ${command.name} --help\``);
      return EXIT.usage;
    }
    say(
      terminal,
      `wirewall ${command.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return EXIT.usage;
  }
}

/** Options that make no sense: found by the command, or by the library when it is given them. */
function isMisuse(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && "code" in error && /^E_/.test(String(error.code));
}

function unknownCommand(name: string, terminal: Terminal): number {
  const names = COMMANDS.map((command) => command.name);
  const what = name.startsWith("-") ? "option" : "command";
  const advice = didYouMean(name, names) ?? `there are ${names.join(", ")}`;
  say(terminal, `wirewall: there is no ${what} \`${name}\`; ${advice}`);
  return EXIT.usage;
}

/** Faults of options, reworded; Node's messages speak of positional arguments. */
function parseArgsText(error: unknown, command: Command): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const name = /'(?:-\w, )?(--?[^\s'=]+)/.exec(error.message)?.[1] ?? "";
  const options = { ...command.options, ...COMMON_OPTIONS };
  const names = Object.keys(options).map((known) => `--${known}`);
  const value = options[name.replace(/^--/, "")]?.value;
  switch ("code" in error ? error.code : undefined) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION": {
      const hint = didYouMean(name, names);
      return `there is no option \`${name}\`${hint === undefined ? "" : `; ${hint}`}`;
    }
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      if (value === undefined) return `\`${name}\` takes no value`;
      return `\`${name}\` needs a value: ${value}${/ambiguous/.test(error.message) ? `; one that begins with a dash is written ${name}=-…` : ""}`;
    default:
      return undefined;
  }
}

function overview(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  return [
    "wirewall COMMAND [options]   the web application firewall rule engine",
    "",
    ...COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    "",
    "`wirewall help COMMAND` shows a command's options. Exit codes: 0 success, 1 findings or failed assertions, 2 incorrect usage or configuration.",
    `Options of every command: ${Object.keys(COMMON_OPTIONS)
      .map((name) => `--${name}`)
      .join(", ")}`,
  ].join("\n");
}
