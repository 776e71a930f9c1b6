import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { isCurlCommand } from "../curl-command.ts";
import { prepareRuleFiles } from "../rule-files.ts";
import { DOT_COMMANDS } from "./dot-commands.ts";
import { complaint, type Reply, result } from "./reply.ts";
import type { Session } from "./session.ts";

/** Work to await before an input can be entered: Terraform's parser is asynchronous. Undefined: none. */
export function prepare(input: string): Promise<void> | undefined {
  const [, path] = /^\s*\.load\s+(\S.*?)\s*$/.exec(input) ?? [];
  return path === undefined ? undefined : prepareRuleFiles([path]);
}

/** One complete input: a command that begins with a dot, a curl command that is the next request, or an expression. */
export function enter(session: Session, input: string): Reply {
  const text = input.trim();
  if (text === "" || /^(?:#[^\n]*\s*)+$/.test(text)) return result();
  if (isCurlCommand(text)) return runCommand(session, "req", text);
  const word = /^\.[a-z-]+(?=\s|$)/.exec(text)?.[0];
  return word === undefined
    ? session.evaluate(input.trimEnd())
    : runCommand(session, word.slice(1), text.slice(word.length));
}

export function runCommand(session: Session, name: string, rest: string): Reply {
  const command = DOT_COMMANDS.find((known) => known.name === name);
  if (command !== undefined) return command.run(session, rest.trim());
  const names = DOT_COMMANDS.map((known) => `.${known.name}`);
  const hint = didYouMean(`.${name}`, names);
  return complaint(`there is no command \`.${name}\`${hint === undefined ? "" : `; ${hint}`}; see .help`);
}
