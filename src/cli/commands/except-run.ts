import { readFile } from "node:fs/promises";
import { isMembers } from "../../documents/text/members.ts";
import type { WafEvent } from "../../engine/events/event.ts";
import { eventText } from "../../engine/events/event-text.ts";
import {
  exceptionYaml,
  type SuggestedException,
  suggestException,
} from "../../engine/events/suggest-exception.ts";
import { EXIT, type Invocation, textOptions, UsageError } from "../command.ts";
import { plural } from "../report.ts";
import { readAll } from "../rule-files.ts";
import { errorText } from "../system-error.ts";
import { print, say } from "../terminal.ts";

export async function except({ options, positionals, terminal }: Invocation): Promise<number> {
  const [path = "-", further] = positionals;
  if (further !== undefined) throw new UsageError("one file of events is read at a time");
  const ids = textOptions(options, "id");
  const text = path === "-" ? await inputOf(terminal) : await contentOf(path);
  const wide = options["any-path"] === true;
  let found = 0;
  let without = 0;
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const event = eventIn(line, at + 1);
    if (event === undefined) continue;
    if (ids.length > 0 && !ids.includes(event.id)) continue;
    const suggestion = suggested(event, wide, at + 1);
    if (suggestion === undefined) {
      without++;
      continue;
    }
    found++;
    if (options["json"] === true) print(terminal, JSON.stringify(suggestion.rule));
    else if (wide) print(terminal, exceptionYaml(suggestion).trimEnd());
    else print(terminal, eventText(event));
  }
  if (without > 0)
    say(
      terminal,
      `${plural(without, "event")} without an exception: no rule decided that a skip could reach`,
    );
  if (found + without === 0 && ids.length > 0)
    say(terminal, `there is no event with the id ${ids.map((id) => `\`${id}\``).join(" or ")}`);
  else if (found === 0) say(terminal, "there is no event to except");
  return found === 0 ? EXIT.findings : EXIT.ok;
}

async function inputOf({ input }: Invocation["terminal"]): Promise<string> {
  return Buffer.from(await readAll(input), "latin1").toString("utf8");
}

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${errorText(error)}`);
  }
}

/** A log may have been edited. */
function suggested(event: WafEvent, wide: boolean, number: number): SuggestedException | undefined {
  try {
    return suggestException(event, { path: wide ? "any" : "same" });
  } catch {
    throw new UsageError(`line ${number} is not an event in the format of this version`);
  }
}

/** A line of a log of this package; undefined for one that tells of a change of the rules or of a mode. */
function eventIn(line: string, number: number): WafEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (isMembers(value) && typeof value["change"] === "string") return undefined;
  if (isMembers(value) && "class_uid" in value)
    throw new UsageError(
      `line ${number} is an event of OCSF; exceptions come from events as \`serve --event-format json\` writes them`,
    );
  if (!isEvent(value))
    throw new UsageError(
      `line ${number} is not an event: expected a JSON object with \`matches\` and \`request\``,
    );
  return value;
}

function isEvent(value: unknown): value is WafEvent {
  if (typeof value !== "object" || value === null) return false;
  return "matches" in value && Array.isArray(value.matches) && "request" in value;
}
