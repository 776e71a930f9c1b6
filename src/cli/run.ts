import { parseArgs } from "node:util";
import { COMMON_OPTIONS, type Command, commandHelp, EXIT, parseArgsOptions, UsageError } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { print, say, type Terminal } from "./terminal.ts";
import { VERSION } from "./version.ts";

/** Runs `wirewall` with the words after its name; resolves to the exit code and never rejects. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const about = rest[0] === undefined ? undefined : COMMANDS.find((command) => command.name === rest[0]);
    print(terminal, about === undefined ? overview() : commandHelp(about));
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  if (name === "--version" || name === "version") {
    print(terminal, VERSION);
    return EXIT.ok;
  }
  const command = COMMANDS.find((entry) => entry.name === name);
  if (command === undefined) {
    say(
      terminal,
      `wirewall: there is no command \`${name}\`; there are ${COMMANDS.map((entry) => entry.name).join(", ")}`,
    );
    return EXIT.usage;
  }
  return runCommand(command, rest, terminal);
}

async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
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
    if (error instanceof UsageError || isParseArgsError(error) || isFileError(error)) {
      say(terminal, `wirewall ${command.name}: ${error.message}`);
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

function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith("ERR_PARSE_ARGS");
}

/** A file that cannot be read, an address that cannot be bound: the system's own message says enough. */
function isFileError(error: unknown): error is Error {
  return error instanceof Error && typeof (error as { syscall?: unknown }).syscall === "string";
}

function overview(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  return [
    "wirewall COMMAND [options]   the web application firewall rule engine",
    "",
    ...COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    "",
    "`wirewall help COMMAND` shows a command's options. Exit codes: 0 fine, 1 findings or failed tests, 2 bad usage or configuration.",
    `Options of every command: ${Object.keys(COMMON_OPTIONS)
      .map((name) => `--${name}`)
      .join(", ")}`,
  ].join("\n");
}
