import type { Members } from "../../documents/text/members.ts";
import type { Scope } from "./evaluate.ts";
import {
  entriesOf,
  isObject,
  mistake,
  newObject,
  Open,
  TerraformSet,
  type TerraformValue,
  toNumber,
  toText,
  typeName,
} from "./values.ts";

/** Instances of one block, and of all blocks together. */
export const MAX_INSTANCES = 10_000;

/** Which instance of a block: how it is written in addresses, and what its expressions see. */
export interface Key {
  readonly key: string | number | undefined;
  readonly text: string;
  readonly scope: (outer: Scope) => Scope;
}

const ONLY: Key = { key: undefined, text: "", scope: (outer) => outer };

function keyOf(key: string | number, text: string, name: "each" | "count", value: TerraformValue): Key {
  return { key, text, scope: (outer) => (word) => (word === name ? value : outer(word)) };
}

/** The keys of `for_each`, the positions of `count`, or the only instance. */
export function instanceKeys(
  body: Members,
  evaluated: (attribute: "for_each" | "count") => TerraformValue,
): readonly (Key | Open)[] {
  const forEach = body["for_each"];
  const count = body["count"];
  if (forEach !== undefined && forEach !== null) {
    const value = evaluated("for_each");
    if (value instanceof Open) return [value];
    if (!isObject(value) && !(value instanceof TerraformSet)) {
      const hint = "write `toset([…])` around a list";
      return [mistake(`\`for_each\` must be a map or a set, found ${typeName(value)}`, hint)];
    }
    return (entriesOf(value) ?? []).map(([key, each]) => {
      const text = toText(key);
      if (text instanceof Open) return text;
      return keyOf(
        text,
        `[${JSON.stringify(text)}]`,
        "each",
        newObject([
          ["key", text],
          ["value", each],
        ]),
      );
    });
  }
  if (count !== undefined && count !== null) {
    const value = toNumber(evaluated("count"));
    if (value instanceof Open) return [value];
    if (!Number.isInteger(value) || value < 0 || value > MAX_INSTANCES)
      return [mistake(`\`count\` must be a whole number from 0 to ${MAX_INSTANCES}`)];
    return Array.from({ length: value }, (_, at) =>
      keyOf(at, `[${at}]`, "count", newObject([["index", at]])),
    );
  }
  return [ONLY];
}
