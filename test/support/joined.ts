import fc from "fast-check";

const rubbish = fc.string({ unit: "binary", maxLength: 12 });

/** Byte strings that consist of the pieces, in any order, with a little rubbish between them. */
export function joined(...pieces: readonly string[]): fc.Arbitrary<string> {
  return fc
    .array(
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: rubbish }),
      { maxLength: 60 },
    )
    .map((parts) =>
      [...parts.join("")].map((char) => String.fromCharCode(char.charCodeAt(0) & 0xff)).join(""),
    );
}
