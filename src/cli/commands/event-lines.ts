// Events as `serve` writes them, a line each.
import { readFile } from "node:fs/promises";
import { isMembers } from "../../documents/text/members.ts";
import type { WafEvent } from "../../engine/events/event.ts";
import { type Invocation, UsageError } from "../command.ts";
import { readAll } from "../rule-files.ts";
import { errorText } from "../system-error.ts";

export async function inputOf({ input }: Invocation["terminal"]): Promise<string> {
  return Buffer.from(await readAll(input), "latin1").toString("utf8");
}

export async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${errorText(error)}`);
  }
}

/** A line of a log of this package; undefined for one that tells of a change of the rules or of a mode. */
export function eventIn(line: string, number: number): WafEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (isMembers(value) && typeof value["change"] === "string") return undefined;
  if (isMembers(value) && "class_uid" in value)
    throw new UsageError(
      `line ${number} is an event of OCSF; read are events as \`serve --event-format json\` writes them`,
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
