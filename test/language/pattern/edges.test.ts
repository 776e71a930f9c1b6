import { describe, expect, test } from "vitest";
import { defineScheme, standardFunctions } from "../../support/source/language.ts";

// Patterns as rules write them: each assertion between all neighbours, each class at every byte.

const language = defineScheme({ s: "Bytes" }, { functions: standardFunctions });

function matcher(pattern: string): (subject: string | Uint8Array) => boolean {
  const compiled = language.compile(`s matches r##"${pattern}"##`);
  if (!compiled.ok) throw new Error(compiled.errors.map(({ message }) => message).join());
  return (s) => compiled.value({ s });
}

describe("an assertion between two neighbours", () => {
  const NEIGHBOURS = { edge: "", CR: "\r", LF: "\n", letter: "a" } as const;
  const WRITTEN = { edge: "", CR: "\\r", LF: "\\n", letter: "a" } as const;
  type Neighbour = keyof typeof NEIGHBOURS;
  const names: readonly Neighbour[] = ["edge", "CR", "LF", "letter"];

  const TEXT_START = ["1111", "0000", "0000", "0000"];
  const TEXT_END = ["1000", "1000", "1000", "1000"];
  const WORD = ["0001", "0001", "0001", "1110"];
  const NOT_WORD = ["1110", "1110", "1110", "0001"];
  const WORD_START = ["0001", "0001", "0001", "0000"];
  const WORD_END = ["0000", "0000", "0000", "1110"];

  /** A row for what stands before (edge, CR, LF, letter), in it a column for what stands after. */
  test.each<[flags: string, assertion: string, holds: readonly string[]]>([
    ["", "^", TEXT_START],
    ["", "$", TEXT_END],
    ["", "\\A", TEXT_START],
    ["", "\\z", TEXT_END],
    ["(?R)", "^", TEXT_START],
    ["(?R)", "$", TEXT_END],
    ["(?mR)", "\\A", TEXT_START],
    ["(?mR)", "\\z", TEXT_END],
    ["(?m)", "^", ["1111", "0000", "1111", "0000"]],
    ["(?m)", "$", ["1010", "1010", "1010", "1010"]],
    // A CR and the LF after it end one line.
    ["(?mR)", "^", ["1111", "1101", "1111", "0000"]],
    ["(?mR)", "$", ["1110", "1100", "1110", "1110"]],
    ...["", "(?u)"].flatMap((flags): [string, string, readonly string[]][] => [
      [flags, "\\b", WORD],
      [flags, "\\B", NOT_WORD],
      [flags, "\\<", WORD_START],
      [flags, "\\>", WORD_END],
      [flags, "\\b{start}", WORD_START],
      [flags, "\\b{end}", WORD_END],
      [flags, "\\b{start-half}", ["1111", "1111", "1111", "0000"]],
      [flags, "\\b{end-half}", ["1110", "1110", "1110", "1110"]],
    ]),
  ])("%s%s", (flags, assertion, holds) => {
    const found = names.map((before) =>
      names.map((after) => {
        const pattern = `${flags}\\A${WRITTEN[before]}${assertion}${WRITTEN[after]}\\z`;
        return matcher(pattern)(NEIGHBOURS[before] + NEIGHBOURS[after]) ? "1" : "0";
      }),
    );
    expect(found.map((row) => row.join(""))).toEqual(holds);
  });

  test.each<[pattern: string, subject: string, holds: boolean]>([
    ["(?mR)^admin", "admin", true],
    ["(?mR)^admin", "xadmin", false],
    ["(?mR)^admin", "x\radmin", true],
    ["(?mR)^admin", "x\nadmin", true],
    ["(?mR)^admin", "x\r\nadmin", true],
    ["(?mR)^\\nadmin", "x\r\nadmin", false],
    ["(?mR)admin$", "admin\r\nx", true],
    ["(?mR)admin\\r$", "admin\r\nx", false],
    ["(?mR)admin$", "adminx", false],
    ["(?m)^admin", "x\radmin", false],
  ])("%s on %j: %s", (pattern, subject, holds) => {
    expect(matcher(pattern)(subject)).toBe(holds);
  });
});

// A byte that spells no character is no word, and none of the kinds that ask for the absence of one holds beside it.
test.each<[assertion: string, before: boolean, after: boolean]>([
  ["\\b", true, true],
  ["\\B", false, false],
  ["\\b{start}", true, false],
  ["\\b{end}", false, true],
  ["\\b{start-half}", false, false],
  ["\\b{end-half}", false, false],
])("(?u:%s) beside a byte that spells no character", (assertion, before, after) => {
  expect(matcher(`(?u:${assertion})a`)(Uint8Array.of(0xff, 0x61))).toBe(before);
  expect(matcher(`a(?u:${assertion})`)(Uint8Array.of(0x61, 0xff))).toBe(after);
});

describe("a class at every byte", () => {
  const digit = (code: number) => code >= 48 && code <= 57;
  const upper = (code: number) => code >= 65 && code <= 90;
  const lower = (code: number) => code >= 97 && code <= 122;
  const alpha = (code: number) => upper(code) || lower(code);
  const word = (code: number) => alpha(code) || digit(code) || code === 95;
  const space = (code: number) => code === 32 || (code >= 9 && code <= 13);
  const graph = (code: number) => code > 32 && code < 127;

  const CLASSES: readonly (readonly [pattern: string, holds: (code: number) => boolean])[] = [
    ["\\d", digit],
    ["\\w", word],
    ["\\s", space],
    ["\\D", (code) => !digit(code)],
    ["\\W", (code) => !word(code)],
    ["\\S", (code) => !space(code)],
    [".", (code) => code !== 10],
    ["(?s:.)", () => true],
    ["(?R:.)", (code) => code !== 10 && code !== 13],
    ["[@-Z]", (code) => code === 64 || upper(code)],
    ["(?i)[@-\\[]", (code) => code === 64 || code === 91 || alpha(code)],
    ["(?i)[`-{]", (code) => code === 96 || code === 123 || alpha(code)],
    ["(?i)k", (code) => code === 75 || code === 107],
    ["(?i)[^a-z]", (code) => !alpha(code)],
    ["[\\x1f-\\x7f]", (code) => code >= 31 && code <= 127],
    ["[^\\x20-\\x7e]", (code) => code < 32 || code > 126],
    ["[\\x80-\\xff]", (code) => code >= 128],
    ["[[:alnum:]]", (code) => alpha(code) || digit(code)],
    ["[[:alpha:]]", alpha],
    ["[[:ascii:]]", (code) => code < 128],
    ["[[:blank:]]", (code) => code === 32 || code === 9],
    ["[[:cntrl:]]", (code) => code < 32 || code === 127],
    ["[[:digit:]]", digit],
    ["[[:graph:]]", graph],
    ["[[:lower:]]", lower],
    ["[[:print:]]", (code) => code === 32 || graph(code)],
    ["[[:punct:]]", (code) => graph(code) && !alpha(code) && !digit(code)],
    ["[[:space:]]", space],
    ["[[:upper:]]", upper],
    ["[[:word:]]", word],
    ["[[:xdigit:]]", (code) => digit(code) || (alpha(code) && (code | 32) <= 102)],
  ];

  test.each(CLASSES)("%s", (pattern, holds) => {
    const matches = matcher(`\\A${pattern.startsWith("(?i)") ? `(?i:${pattern.slice(4)})` : pattern}\\z`);
    const found = Array.from({ length: 256 }, (_, code) => code).filter((code) =>
      matches(Uint8Array.of(code)),
    );
    expect(found).toEqual(Array.from({ length: 256 }, (_, code) => code).filter(holds));
  });
});

describe("a class of nothing", () => {
  const subjects = ["", "a", "aa", "b", "\xff", "é", "\u{10ffff}"];

  test.each(["[^\\s\\S]", "(?u)[^\\s\\S]", "(?u)[^\\x{0}-\\x{10ffff}]", "(?u:[a&&b])"])(
    "matches nowhere, and takes nothing from what stands beside it: %s",
    (nothing) => {
      const [flags, body] = nothing.startsWith("(?u)") ? ["(?u)", nothing.slice(4)] : ["", nothing];
      for (const [pattern, expected] of [
        [body, "0000000"],
        [`${body}*`, "1111111"],
        [`a${body}`, "0000000"],
        [`${body}a`, "0000000"],
        [`a|${body}`, "0110000"],
        [`\\A(?:${body}|b)\\z`, "0001000"],
        [`\\A${body}?a\\z`, "0100000"],
        [`\\A(?:é|${body}x)\\z`, "0000010"],
      ] as const) {
        const matches = matcher(flags + pattern);
        expect([pattern, subjects.map((one) => (matches(one) ? "1" : "0")).join("")]).toEqual([
          pattern,
          expected,
        ]);
      }
    },
  );
});

describe("an escape of what needs none", () => {
  test.each<[pattern: string, hint: string | undefined]>([
    ["\\q", undefined],
    ["\\é", "only ASCII punctuation can be escaped"],
    ["\\\u{1f600}", "only ASCII punctuation can be escaped"],
    ["\\Q", undefined],
  ])("%s", (pattern, hint) => {
    const compiled = language.compile(`s matches r"${pattern}"`);
    const errors = compiled.ok ? [] : compiled.errors;
    expect(errors).toHaveLength(1);
    if (hint === undefined) expect(errors[0]?.hint ?? "").not.toContain("punctuation");
    else expect(errors[0]?.hint).toBe(hint);
  });

  test("every character of ASCII punctuation can be", () => {
    for (let code = 33; code < 127; code++) {
      const char = String.fromCharCode(code);
      if (/[A-Za-z0-9<>"]/.test(char)) continue;
      expect([char, matcher(`\\A\\${char}\\z`)(char)]).toEqual([char, true]);
    }
  });
});
