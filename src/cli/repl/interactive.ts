import { type REPLEval, type REPLServer, Recoverable, start } from "node:repl";
import type { Terminal } from "../terminal.ts";
import { complete } from "./completion.ts";
import { enter, prepare, runCommand } from "./dispatch.ts";
import { isIncomplete } from "./incomplete.ts";
import type { Reply } from "./reply.ts";
import { PROMPT, type Session } from "./session.ts";

/** Reads expressions from a terminal until the user leaves. */
export async function runInteractive(
  session: Session,
  terminal: Terminal,
  history: string | undefined,
): Promise<void> {
  const server = start({
    prompt: PROMPT,
    input: terminal.input,
    output: terminal.out,
    terminal: true,
    preview: false,
    ignoreUndefined: true,
    useColors: terminal.colour,
    eval: evaluator(session, terminal, () => server.close()),
    completer: (line: string) => complete(session, line),
  });
  replaceCommands(server, session, terminal);
  if (history !== undefined) {
    // A history that cannot be read or written must not prevent the start.
    server.setupHistory(history, () => undefined);
  }
  await new Promise<void>((resolve) => server.once("exit", resolve));
}

/** The last of several lines, when it is a dot command: no line of an expression begins so. */
const COMMAND_BELOW = /[\r\n][ \t]*\.([a-z-]+)[ \t]*([^\r\n]*)\n?$/i;

function evaluator(session: Session, terminal: Terminal, leave: () => void): REPLEval {
  return (input, _context, _file, done) => {
    // Since Node 24 the lines of an open expression arrive as one text, joined by CR, with a command among them.
    const [found, name = "", rest = ""] = COMMAND_BELOW.exec(input) ?? [];
    if (found !== undefined) {
      if (name === "exit") leave();
      else if (name !== "break") {
        const ready = prepare(`.${name} ${rest}`);
        const answer = () => {
          show(runCommand(session, name, rest), terminal);
          done(null, undefined);
        };
        if (ready === undefined) answer();
        else ready.then(answer, answer);
        return;
      }
      done(null, undefined);
      return;
    }
    if (isIncomplete(input)) {
      done(new Recoverable(new SyntaxError("the expression goes on")), undefined);
      return;
    }
    show(enter(session, input), terminal);
    done(null, undefined);
  };
}

function show(reply: Reply, terminal: Terminal): void {
  // On a terminal both streams are the same screen; the order of one stream keeps carets under their line.
  for (const line of [...reply.out, ...reply.err]) terminal.out.write(`${line}\n`);
}

/** Node's own commands speak of JavaScript; of them only those that leave or break off stay. */
function replaceCommands(server: REPLServer, session: Session, terminal: Terminal): void {
  const kept = Object.entries(server.commands).filter(([name]) => name === "exit" || name === "break");
  const commands: Record<string, unknown> = Object.fromEntries(kept);
  // The server answers an unknown word with "Invalid REPL keyword" and no way to say more.
  const known = new Proxy(commands, {
    get: (target, name) =>
      typeof name !== "string" || Object.hasOwn(target, name) ? Reflect.get(target, name) : action(name),
  });
  Object.defineProperty(server, "commands", { value: known });
  const action = (name: string) => ({
    action(rest: string) {
      server.clearBufferedCommand();
      const answer = () => {
        show(runCommand(session, name, rest), terminal);
        server.displayPrompt();
      };
      const ready = prepare(`.${name} ${rest}`);
      if (ready === undefined) answer();
      // The command reports a file that cannot be parsed.
      else ready.then(answer, answer);
    },
  });
}
