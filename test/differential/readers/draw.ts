// What grammars of inputs are made of.
import fc from "fast-check";

export { bytesOf } from "../../support/multipart-clients.ts";

export const oneOf = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

/** Mostly what clients send. */
export function mostlyOf(
  usual: readonly string[],
  odd: readonly string[],
  weight = 15,
): fc.Arbitrary<string> {
  return fc.oneof({ weight, arbitrary: oneOf(...usual) }, { weight: 1, arbitrary: oneOf(...odd) });
}

/** A text with up to three of the given ones put in or in the place of others; most texts stay as they are. */
export function mutated(
  texts: fc.Arbitrary<string>,
  added: readonly string[],
  unchanged = 3,
): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.integer({ min: 0, max: 3 }),
    added: oneOf("", ...added),
  });
  const changes = fc.oneof(
    { weight: unchanged, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) },
  );
  return fc.tuple(texts, changes).map(([text, list]) => {
    let changed = text;
    for (const one of list) {
      const start = Math.floor(one.at * changed.length);
      changed = changed.slice(0, start) + one.added + changed.slice(start + one.removed);
    }
    return changed;
  });
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Values that hold further ones, as text. */
export const HOLDING: readonly string[] = [
  '{"k":"v w"}',
  '{"k":"\\u0041b\\u003c","n":[1,{"m":"x y"}]}',
  '["\\u0041 b",2]',
  '{"a":{"b.c":"\\"d\\""},"e":"{\\"f\\":\\"g h\\"}"}',
  '"\\u003cb\\u003e c"',
  base64("a text of more than sixteen bytes"),
  base64('{"k":"\\u0041b c d","n":[1,2]}'),
];
