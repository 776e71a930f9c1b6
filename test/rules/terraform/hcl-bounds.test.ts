// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform, not of JavaScript
// Texts that would hang or break a parser of HCL do not reach it; others do.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hcl2json } from "../../support/source/adapters/terraform.ts";
import { Source } from "../../support/source/language/diagnostics.ts";
import { loadTerraform } from "../../support/source/rules/load.ts";
import { boundsFault } from "../../support/source/rules/terraform.ts";

const DEEP = "this nests more than 100 levels deep";
const LONG = "the expression has more than 1000 parts";
const LINES = "the heredocs of the file have more than 10000 lines, or pieces of lines";
const PIECES = "`$` and `%` split texts of the file into more than 10000 pieces";
const QUOTED = "a quoted string must end on its line";
const nested = (open: string, close: string) => (levels: number) =>
  `a = ${open.repeat(levels)}1${close.repeat(levels)}\n`;

/** The most that is taken, and one more. */
const limits: readonly (readonly [
  what: string,
  text: (count: number) => string,
  most: number,
  told: string,
])[] = [
  ["parentheses", nested("(", ")"), 100, DEEP],
  ["lists", nested("[", "]"), 100, DEEP],
  ["objects", nested("{b=", "}"), 100, DEEP],
  ["calls", nested("f(", ")"), 100, DEEP],
  ["lists that do not end", (levels) => `a = ${"[".repeat(levels)}`, 100, DEEP],
  ["templates, each in a text", nested('"${', '}"'), 50, DEEP],
  [
    "a directive and a template in a text",
    (levels) => `a = "${"%{if x}".repeat(levels)}${"%{endif}".repeat(levels)}"\n`,
    98,
    DEEP,
  ],
  [
    "loops in a heredoc",
    (levels) => `a = <<E\n${"%{~ for x in y }".repeat(levels)}${"%{endfor}".repeat(levels)}\nE\n`,
    98,
    DEEP,
  ],
  ["blocks", (levels) => `${"b {\n".repeat(levels)}${"}\n".repeat(levels)}`, 100, DEEP],
  ["signs", (count) => `a = ${"!".repeat(count)}x\n`, 997, LONG],
  ["conditions", (count) => `a = ${"x?1:".repeat(count)}1\n`, 249, LONG],
  ["chains in brackets of chains", (count) => `a = ${"!".repeat(500)}(${"!".repeat(count)}x)\n`, 496, LONG],
  ["labels", (count) => `b ${'"x" '.repeat(count)}{\n}\n`, 998, LONG],
  ["lines of a heredoc", (lines) => `a = <<E\n${"\n".repeat(lines)}E\n`, 10_000, LINES],
  [
    "lines of two heredocs",
    (lines) => `a = <<E\n${"x\n".repeat(lines)}E\nb = <<-E\n${"y\n".repeat(lines)} E\n`,
    5000,
    LINES,
  ],
  ["signs in a heredoc", (signs) => `a = <<E\n${"$x".repeat(signs)}\nE\n`, 4999, LINES],
  ["signs in a text", (signs) => `a = "${"%20".repeat(signs)}"\n`, 5000, PIECES],
  ["escaped templates in a text", (signs) => `a = "${"$${x".repeat(signs)}"\n`, 5000, PIECES],
  [
    "signs in texts",
    (texts) => `a = "${"%20".repeat(500)}"\n`.repeat(texts).replaceAll(/^a/gm, (_a, at) => `a${at}`),
    100,
    PIECES,
  ],
  [
    "characters",
    (length) => `a = "${"x".repeat(length - 7)}"\n`,
    1_048_576,
    "the file has 1048577 characters, at most 1048576 are read",
  ],
];

describe.each(limits)("%s", (_what, text, most, told) => {
  test("as many as are taken", async () => {
    expect(boundsFault(text(most))).toBeUndefined();
    // What is no HCL is told as such. The parser's own end would be another message, and its last one.
    await hcl2json.parse("file.tf", text(most)).catch((error: unknown) => {
      expect(String(error)).toMatch(/file\.tf:\d/);
    });
    expect(await hcl2json.parse("file.tf", "a = 1\n")).toEqual({ a: 1 });
  });

  test("one more", () => {
    expect(boundsFault(text(most + 1))?.message).toBe(told);
  });
});

test("the fault is told with its place, and the parser is not asked", async () => {
  let asked = 0;
  const parser = {
    async parse() {
      asked++;
      return {};
    },
  };
  const text = `resource "x" "y" {\n  a = ${"(".repeat(100)}`;
  const loaded = await loadTerraform([new Source(text, "main.tf"), new Source("b = 1\n", "ok.tf")], {
    parser,
  });
  expect(asked).toBe(1);
  expect(loaded.ok ? [] : loaded.errors).toMatchObject([
    { source: "main.tf", line: 2, column: 107, code: "E_DOC_SYNTAX", message: DEEP },
  ]);
});

describe("what the scanner of HCL would take for something else is refused", () => {
  const cases: readonly (readonly [what: string, text: string, told: string])[] = [
    ["a line break in quotes", 'a = "\n"', QUOTED],
    ["a carriage return in quotes", 'a = "\r"', QUOTED],
    ["an escaped line break in quotes", 'a = "\\\n"', QUOTED],
    ["an escaped carriage return in quotes", 'a = "\\\r\n"', QUOTED],
    ["a quote that is not closed", 'a = "x', QUOTED],
    ["a comment that is not closed", "a = 1 /* x", "the comment does not end"],
    ["a bracket that closes nothing", "a = 1)", "this `)` has no opening counterpart"],
    ["a bracket of another kind", "a = [1)", "this `)` has no opening counterpart"],
  ];
  test.each(cases)("%s", async (_what, text, told) => {
    expect(boundsFault(text)?.message).toBe(told);
    await expect(hcl2json.parse("file.tf", text)).rejects.toThrow();
  });
});

describe("what counts no brackets", () => {
  const many = "([{".repeat(200);
  const cases: readonly (readonly [what: string, text: string])[] = [
    ["texts", `a = "${many}"\n`],
    ["escaped quotes", `a = "\\"${many}"\n`],
    ["a heredoc", `a = <<E\n${many}\nE\n`],
    ["a heredoc with a longer line that begins as its marker", `a = <<E\nEE ${many}\n\tE \n`],
    ["escaped templates", `a = "${"$${".repeat(200)}${"%%{".repeat(200)}"\n`],
    ["signs before a template that is none", `a = "${"$$${".repeat(200)}"\n`],
    ["signs without a template", `a = "${"$ % ".repeat(200)}$"\n`],
    ["comments", `# ${many}\n// ${many}\n/* ${many} */\na = 1 / 2\n`],
    ["a comment at the end", `a = 1 # ${many}`],
    ["templates one after the other", `a = "${"${x}".repeat(2000)}"\n`],
    ["directives one after the other", `a = "${"%{if x}a%{endif}".repeat(2000)}"\n`],
    ["items", `a = [${"[x],".repeat(2000)}]\n`],
    ["members", `a = {\n${"b = 1\n".repeat(2000)}}\n`],
    ["attributes of blocks", `b {\n${"c { }\n".repeat(2000)}}\n`],
    ["a heredoc in a list", `a = [<<E\nx\nE\n, ${"1,".repeat(2000)}]\n`],
  ];
  test.each(cases)("%s", (_what, text) => {
    expect(boundsFault(text)).toBeUndefined();
  });

  test("an end without its directive is left to the parser", () => {
    expect(boundsFault('a = "%{endif}%{endfor}%{else}"\n')).toBeUndefined();
  });
});

test("lines continue in parentheses, lists and templates", () => {
  for (const [open, close] of [
    ["(", ")"],
    ["[", "]"],
    ['"${', '}"'],
  ] as const)
    expect(boundsFault(`a = ${open}${"!\n".repeat(1000)}x${close}\n`)?.message).toBe(LONG);
});

test("any text is scanned, and what is refused for its tokens is no HCL", async () => {
  const parts = fc.constantFrom(
    ...[
      '"',
      "${",
      "%{if x}",
      "%{endif}",
      "}",
      "{",
      "(",
      ")",
      "[",
      "]",
      "\n",
      "<<E\n",
      "E\n",
      "<<-E\r\n",
      "# ",
      "/*",
    ],
    ...[
      "*/",
      "\\",
      "$",
      "%",
      "$${",
      "x",
      "1",
      ",",
      " = ",
      "a = ",
      "b {\n",
      "!",
      "\u0085",
      "\ufeff",
      "\r",
      "~",
    ],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(parts, { maxLength: 24 }), async (found) => {
      const text = `a = ${found.join("")}\n`;
      if (boundsFault(text) === undefined) return;
      await expect(hcl2json.parse("file.tf", text)).rejects.toThrow();
    }),
    { numRuns: 300 },
  );
});
