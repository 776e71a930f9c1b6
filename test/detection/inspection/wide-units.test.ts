// Hosts hand over bytes, but whoever calls functions of the library may have any string.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inspectText } from "../../support/source/detection/inspection.ts";

const TEXTS = [
  "' or 1=1--",
  "1 union select a,b from c",
  "<script>alert(1)</script>",
  "; cat /etc/passwd | sh",
  "../../etc/passwd",
  "{{7*7}}",
  "http://127.0.0.1/",
  "$" + "{jndi:ldap://x/}",
  "<?php system('id');",
  '=DDE("cmd";"/c calc";"a")',
  '<!--#exec cmd="id"-->',
];

/** The text with units at some places that share their lower byte with what stood there. */
function widened(text: string, places: readonly number[], page: number): string {
  const units = [...text];
  for (const place of places) {
    const at = place % units.length;
    units[at] = String.fromCharCode(page * 256 + ((units[at] ?? "").charCodeAt(0) & 255));
  }
  return units.join("");
}

describe("a text with units above 255", () => {
  it.each(TEXTS)("is read to its end, with spans inside of it: %s", (text) => {
    const places = fc.array(fc.nat(99), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 254 }), (at, page) => {
        for (const { start, end, text: seen } of inspectText(widened(text, at, page))) {
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(seen.length);
        }
      }),
    );
  });
});
