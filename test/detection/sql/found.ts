import { expect, it } from "vitest";
import type { Place } from "../../support/source/detection/detector.ts";
import { sqlDetector } from "../../support/source/detection/sql.ts";

/** A text and the kinds, without `sqli-` and in the order of their names, that are found in it: these and no others. */
type Row = readonly [text: string, kinds: string];

/** Tests of texts in which kinds are found, and of others like them in which nothing is. */
export function judges(part: Place["part"], finds: readonly Row[], passes: readonly string[]): void {
  if (finds.length > 0)
    it.each(finds)("%j holds %s", (text, kinds) => {
      expect(kindsIn(text, part)).toBe(kinds);
    });
  if (passes.length > 0)
    it.each(passes)("%j holds nothing", (text) => {
      expect(kindsIn(text, part)).toBe("");
    });
}

function kindsIn(text: string, part: Place["part"]): string {
  const kinds: string[] = [];
  sqlDetector.inspect(text, { part, name: "a", isName: false }, (kind) => {
    kinds.push(kind.name.slice("sqli-".length));
  });
  return kinds.sort().join(" ");
}
