import { type Type, typeName } from "./source/language/values.ts";

/**
 * What is declared of things that rules can name, one on a line, for a file that holds it: references, completion and hovers
 * show it. Types stand by their names; code is left out. After a change that is meant, run the test with `-u` and read the
 * difference.
 */
export function declared(items: readonly object[]): string {
  return `${items.map((item) => JSON.stringify(item, plain)).join("\n")}\n`;
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === "function") return undefined;
  if (typeof value === "bigint") return `${value}n`;
  return isType(value) ? typeName(value) : value;
}

/** Shapes of documents have kinds too, in lower case. */
function isType(value: unknown): value is Type {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    typeof value.kind === "string" &&
    /^[A-Z]/.test(value.kind)
  );
}
