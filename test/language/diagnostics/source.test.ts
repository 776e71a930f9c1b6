import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  codeFrame,
  diagnose,
  didYouMean,
  editDistance,
  formatDiagnostic,
  Source,
  suggest,
} from "../../support/source/language/diagnostics.ts";

describe("Source", () => {
  test("counts lines by LF and columns by code points, whatever the order of the questions", () => {
    const unit = fc.constantFrom("a", "\n", "\r", "é", "😀", "\ud800", "\udc00", "\t", "\u2028");
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 30 }),
        fc.array(fc.integer({ min: -2, max: 70 })),
        (text, offsets) => {
          const source = new Source(text);
          for (const offset of offsets) {
            const at = Math.max(0, Math.min(offset, text.length));
            const lines = text.slice(0, at).split("\n");
            // An offset inside a pair belongs to the column behind the pair's beginning.
            expect(source.positionAt(offset)).toEqual({
              line: lines.length,
              column: [...lines.at(-1)!].length + 1,
            });
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("gives lines without their ends", () => {
    const source = new Source("a\r\nb\n\nc");
    expect([0, 1, 2, 3, 4, 5].map((line) => source.lineText(line))).toEqual(["", "a", "b", "", "c", ""]);
    expect([1, 2, 3, 4, 5].map((line) => source.lineStart(line))).toEqual([0, 3, 5, 6, 7]);
    expect(new Source("").positionAt(9)).toEqual({ line: 1, column: 1 });
  });
});

describe("codeFrame", () => {
  test.each<[string, number, number, string, string]>([
    ["abc", 1, 2, "1 | abc", "  |  ^"],
    ["abc", 3, 3, "1 | abc", "  |    ^"],
    ["abc", 0, 99, "1 | abc", "  | ^^^"],
    ["ab\ncd", 1, 5, "1 | ab", "  |  ^"],
    ["ab\ncd", 4, 5, "2 | cd", "  |  ^"],
    ["", 0, 0, "1 | ", "  | ^"],
    // Wide characters take two columns, combining ones none; tabs stay tabs.
    ["漢字x", 2, 3, "1 | 漢字x", "  |     ^"],
    ["😀x", 0, 2, "1 | 😀x", "  | ^^"],
    ["e\u0301x", 2, 3, "1 | e\u0301x", "  |  ^"],
    ["\tx", 1, 2, "1 | \tx", "  | \t^"],
    // What would steer or deceive a terminal is shown as something harmless.
    ["\u001b[31mx", 0, 1, "1 | \u241b[31mx", "  | ^"],
    ["\u202ex\u007f\u0085\ud800", 1, 2, "1 | \ufffdx\u2421\ufffd\ufffd", "  |  ^"],
  ])("%j from %d to %d", (text, start, end, shown, carets) => {
    expect(codeFrame(new Source(text), start, end)).toBe(`${shown}\n${carets}`);
  });

  test("cuts long lines to a window round the place", () => {
    const source = new Source(`${"a".repeat(500)}X${"b".repeat(500)}`);
    const [line, carets] = codeFrame(source, 500, 501).split("\n");
    expect(line).toBe(`1 | …${"a".repeat(30)}X${"b".repeat(69)}…`);
    expect(carets!.indexOf("^")).toBe(line!.indexOf("X"));
    const pairs = codeFrame(new Source("😀".repeat(400)), 400, 402);
    expect(pairs).not.toContain("\ufffd");
  });
});

describe("diagnose", () => {
  const source = new Source("a\nbc é", "rules.txt");

  test("places a fault, and keeps it inside the text", () => {
    const fault = { code: "E_INVALID_INT", message: "no", span: { start: 3, end: 99 } } as const;
    expect(diagnose(source, fault)).toEqual({
      code: "E_INVALID_INT",
      severity: "error",
      message: "no",
      source: "rules.txt",
      line: 2,
      column: 2,
      offset: 3,
      endOffset: 6,
      frame: "2 | bc é\n  |  ^^^",
    });
    const outside = diagnose(source, { ...fault, span: { start: -5, end: -9 } });
    expect([outside.offset, outside.endOffset, outside.line]).toEqual([0, 0, 1]);
  });

  test("prints all that it knows", () => {
    const diagnostic = diagnose(source, {
      code: "W_KEY_CASE",
      severity: "warning",
      message: "odd",
      span: { start: 2, end: 4 },
      expected: ["x", "y"],
      actual: "bc",
      hint: "do",
    });
    expect(formatDiagnostic({ ...diagnostic, pointer: "/rules/0" })).toBe(
      "warning[W_KEY_CASE]: odd\n  rules.txt#/rules/0 (2:1)\n  2 | bc é\n    | ^^\n  expected: x, y\n  help: do",
    );
    expect(JSON.parse(JSON.stringify(diagnostic))).toEqual(diagnostic);
  });
});

describe("suggestions", () => {
  const words = ["http.host", "http.referer", "ip.src", "len", "lower", "upper"];
  test.each<[string, readonly string[]]>([
    ["http.hots", ["http.host"]],
    ["HTTP.HOST", ["http.host"]],
    ["http.hst", ["http.host"]],
    ["lowre", ["lower"]],
    ["upwer", ["upper"]],
    ["ln", ["len"]],
    ["refe", []],
    ["HTTP.HO", ["http.host"]],
    ["low", ["lower"]],
    ["zzz", []],
    ["", []],
    ["x", []],
    ["h".repeat(81), []],
  ])("%s", (word, near) => {
    expect(suggest(word, words)).toEqual(near);
  });

  test("are put into words", () => {
    expect(didYouMean("aab", ["aac"])).toBe("did you mean `aac`?");
    expect(didYouMean("aab", ["aac", "aad"])).toBe("did you mean `aac` or `aad`?");
    expect(didYouMean("aab", ["aaf", "aac", "aad", "aae"])).toBe("did you mean `aac`, `aad` or `aae`?");
    expect(didYouMean("aab", ["zzz"])).toBeUndefined();
  });

  test("distances are those of the whole table", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 7 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 8 }), (left, right, limit) => {
        expect(editDistance(left, right, limit)).toBe(Math.min(plainDistance(left, right), limit + 1));
      }),
      { numRuns: 1000 },
    );
  });
});

/** Optimal string alignment by its definition. */
function plainDistance(left: string, right: string): number {
  if (left === "" || right === "") return left.length + right.length;
  const swap =
    left.length > 1 && right.length > 1 && left.at(-1) === right.at(-2) && left.at(-2) === right.at(-1);
  return Math.min(
    plainDistance(left.slice(0, -1), right) + 1,
    plainDistance(left, right.slice(0, -1)) + 1,
    plainDistance(left.slice(0, -1), right.slice(0, -1)) + (left.at(-1) === right.at(-1) ? 0 : 1),
    swap ? plainDistance(left.slice(0, -2), right.slice(0, -2)) + 1 : Number.POSITIVE_INFINITY,
  );
}
