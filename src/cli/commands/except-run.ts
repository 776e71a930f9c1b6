import type { WafEvent } from "../../engine/events/event.ts";
import { eventText } from "../../engine/events/event-text.ts";
import {
  exceptionYaml,
  type SuggestedException,
  suggestException,
} from "../../engine/events/suggest-exception.ts";
import { EXIT, type Invocation, textOptions, UsageError } from "../command.ts";
import { plural } from "../report.ts";
import { print, say } from "../terminal.ts";
import { contentOf, eventIn, inputOf } from "./event-lines.ts";

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

/** A log may have been edited. */
function suggested(event: WafEvent, wide: boolean, number: number): SuggestedException | undefined {
  try {
    return suggestException(event, { path: wide ? "any" : "same" });
  } catch {
    throw new UsageError(`line ${number} is not an event in the format of this version`);
  }
}
