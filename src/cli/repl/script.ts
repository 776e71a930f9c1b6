import { createInterface } from "node:readline";
import { print, say, type Terminal } from "../terminal.ts";
import { enter, prepare } from "./dispatch.ts";
import { isIncomplete } from "./incomplete.ts";
import type { Session } from "./session.ts";

/** Runs piped input as a script: one line per result. Resolves to the worst code that any input came to. */
export async function runScript(session: Session, terminal: Terminal): Promise<number> {
  let worst = 0;
  let pending = "";
  let started = 0;
  let lineNumber = 0;
  const submit = async (text: string): Promise<void> => {
    await prepare(text);
    const reply = enter(session, text);
    for (const line of reply.out) print(terminal, line);
    for (const line of reply.err) say(terminal, `line ${started}: ${line}`);
    worst = Math.max(worst, reply.code);
  };
  for await (const line of createInterface({ input: terminal.input, crlfDelay: Number.POSITIVE_INFINITY })) {
    lineNumber++;
    if (pending === "") started = lineNumber;
    pending = pending === "" ? line : `${pending}\n${line}`;
    if (pending.trim() === ".exit") return worst;
    if (isIncomplete(pending) && !isCommandOfText(pending)) continue;
    await submit(pending);
    pending = "";
  }
  if (pending !== "") await submit(pending);
  return worst;
}

/** Commands that take free text: an open quote in it does not continue the input. */
function isCommandOfText(text: string): boolean {
  return /^\s*\.(?!trace|type|assert|fmt|bench|req\s+curl)/.test(text);
}
