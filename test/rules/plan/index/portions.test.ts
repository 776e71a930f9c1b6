import fc from "fast-check";
import { expect, test } from "vitest";
import { Scheme } from "../../../support/source/language/scheme.ts";
import { asciiLower, Bytes } from "../../../support/source/language/values.ts";
import {
  type Atom,
  type AtomTest,
  Collector,
  IdHeap,
  MAX_TEXT_BYTES,
  NO_ID,
  ValueIndex,
} from "../../../support/source/rules/plan.ts";

const scheme = new Scheme({ fields: [{ name: "s", type: Bytes, read: (row: string) => row }] });
const operand = {
  key: "0",
  slot: 0,
  field: { name: "s", type: Bytes },
  path: [],
  type: "Bytes",
  folded: false,
} as const;

const letters = fc.constantFrom("a", "b", "c");
const text = fc.array(letters, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
const tests = fc.uniqueArray(
  fc.oneof(
    fc
      .tuple(fc.constantFrom("prefix" as const, "suffix" as const), text, fc.boolean())
      .map(([kind, of, folded]): AtomTest => ({ kind, text: of, folded })),
    text.map((of): AtomTest => ({ kind: "literal", text: of })),
  ),
  { minLength: 1, maxLength: 40, selector: (one) => JSON.stringify(one) },
);

function holds(one: AtomTest, value: string): boolean {
  if (one.kind === "literal") return asciiLower(value).includes(one.text);
  if (one.kind !== "prefix" && one.kind !== "suffix") return false;
  const seen = one.folded ? asciiLower(value) : value;
  return one.kind === "prefix" ? seen.startsWith(one.text) : seen.endsWith(one.text);
}

test.each([undefined, 1, 5, 6, 7, 30])("texts in portions of %s bytes are all found", (most) => {
  const value = fc
    .array(fc.constantFrom("a", "b", "c", "A", "B", "x"), { maxLength: 12 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(tests, value, (all, subject) => {
      const atoms = all.map(
        (one, posting): Atom => ({
          operand,
          test: one,
          prior: 0.1,
          uses: 1,
          lastUser: posting,
          lastPosted: posting,
          posting,
        }),
      );
      const numbers = Int32Array.from({ length: atoms.length + 1 }, (_, at) => at);
      const collector = new Collector({ starts: numbers, rules: numbers, size: atoms.length });
      const ids = new IdHeap();
      const context = scheme.createContext();
      context.reset(subject);
      collector.begin(ids);
      new ValueIndex(atoms, most).find(subject, context, collector);
      collector.end();
      const found: number[] = [];
      for (; ids.head !== NO_ID; ids.pop()) found.push(ids.head);
      expect(found).toEqual(all.flatMap((one, at) => (holds(one, subject) ? [at] : [])));
    }),
    { numRuns: 60 },
  );
});

test("a portion's edges have numbers of 31 bits, and no rule's text is longer than a portion", () => {
  const columns = 257;
  expect((MAX_TEXT_BYTES + 1) * columns).toBeLessThan(2 ** 31);
  expect(MAX_TEXT_BYTES).toBeGreaterThan(2 ** 20);
});
