import { standardScheme } from "../../detection/fields/shared-scheme.ts";
import { EXIT, type Invocation, textOptions, UsageError } from "../command.ts";
import { runCommand } from "../repl/dispatch.ts";
import { historyFile } from "../repl/history.ts";
import { runScript } from "../repl/script.ts";
import { PROMPT, Session } from "../repl/session.ts";
import { subjectFrom } from "../request-options.ts";
import { prepareRuleFiles } from "../rule-files.ts";
import { say } from "../terminal.ts";
import { VERSION } from "../version.ts";

export async function repl({ options, positionals, terminal }: Invocation): Promise<number> {
  if (positionals.length > 0) throw new UsageError(`\`${positionals[0]}\`: the REPL takes options only`);
  const interactive = terminal.input.isTTY === true && terminal.out.isTTY === true;
  const session = new Session({
    terminal,
    style: interactive ? "interactive" : "plain",
    promptWidth: PROMPT.length,
  });
  if (options["request"] === "-") throw new UsageError("the REPL reads its lines from the standard input");
  session.subject = await subjectFrom(options, standardScheme(), terminal);
  for (const path of textOptions(options, "rules")) {
    await prepareRuleFiles([path]);
    const reply = runCommand(session, "load", path);
    for (const line of [...reply.out, ...reply.err]) say(terminal, line);
    if (reply.code !== 0) return reply.code;
  }
  if (!interactive) return runScript(session, terminal);
  say(terminal, `wirewall ${VERSION}   .help lists the commands, Tab completes, Ctrl-D exits`);
  // Only here: `node:repl` loads `node:domain`, which makes every event of the process dearer.
  const { runInteractive } = await import("../repl/interactive.ts");
  await runInteractive(
    session,
    terminal,
    options["no-history"] === true ? undefined : historyFile(terminal.env),
  );
  return EXIT.ok;
}
