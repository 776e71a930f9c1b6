import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryAst } from "../support/arbitrary-ast.ts";
import { defineScheme } from "../support/source/language/compile.ts";
import { type Diagnostic, formatDiagnostic } from "../support/source/language/diagnostics.ts";
import { parseExpression, printExpression } from "../support/source/language/syntax.ts";

const LANGUAGE = defineScheme({
  s: "Bytes",
  n: "Int",
  ip: "Ip",
  b: "Bool",
  "http.host": "Bytes",
  arr: "Array<Bytes>",
  map: "Map<Array<Bytes>>",
  // Names that every object has.
  constructor: "Bytes",
  ["__proto__"]: "Bytes",
  toString: "Int",
});

const VALID = [
  's eq "x" and not ip in {10.0.0.0/8 2001:db8::/32 192.0.2.1..192.0.2.9} or n ge 0x10',
  'any(arr[*] contains "a\\x00\\"") xor all(map["k"][*] matches r#"a["b"]+"#)',
  'http.host wildcard r"*.example.com" and (n & 3 || !(b && s ~ "[a\\"b]x"))',
  's strict wildcard "a*" and s in {"a" "b" 61:62} and map["__proto__"][0] == "constructor"',
  "not not not b and arr[4294967295] == s",
];

const SOUP = [
  ..."()[]{},*!&|^~$=<>\"'`#.:;/\\+-%?@".split(""),
  ..."eq ne lt le gt ge contains matches wildcard strict in bitwise_and and or xor not any all true false".split(
    " ",
  ),
  ...'s n ip b http.host arr map constructor __proto__ toString hasOwnProperty nowhere r r# r#" r" $list $'.split(
    " ",
  ),
  ...'1 -5 0x 08 1..5 1.2.3.4 10.0.0.0/8 ::1 61:62 99999999999999999999 "x" "\\q" "[" r"(" "(" && || ^^ == != === .. # // /* */'.split(
    " ",
  ),
  "\n",
  "\t",
  "\r\n",
  "\0",
  "\ud800",
  "\udc00",
  "\u202e",
  "\u00a0",
  "\ufeff",
  "é",
  "😀",
  "“",
  "”",
  "«",
];

/** No exception; either a result or faults, each of them with a place inside the text. */
function examine(text: string): void {
  const parsed = parseExpression(text);
  const compiled = LANGUAGE.compile(text);
  const results = parsed.ok ? [parsed, compiled, LANGUAGE.compileValue(text)] : [parsed, compiled];
  for (const result of results) {
    if (!result.ok) expect(result.errors.length).toBeGreaterThan(0);
    for (const fault of result.ok ? result.warnings : result.errors) examineFault(fault, text);
  }
  if (compiled.ok) expect(typeof compiled.value({})).toBe("boolean");
  if (parsed.ok) expect(parseExpression(printExpression(parsed.value), ROOMY).ok).toBe(true);
}

const ROOMY = { limits: { maxExpressionLength: 1_000_000 } };

function examineFault(fault: Diagnostic, text: string): void {
  const { offset, endOffset, line, column } = fault;
  const before = text.slice(0, offset);
  const inside = offset >= 0 && offset <= endOffset && endOffset <= text.length;
  const lines = before.split("\n");
  const place = line === lines.length && column === [...lines.at(-1)!].length + 1;
  // An `expect` each would take most of the time.
  if (!inside || !place) expect.fail(`${JSON.stringify(text)}: ${JSON.stringify(fault)}`);
  if (!formatDiagnostic(fault).startsWith(`${fault.severity}[${fault.code}]: `)) expect.fail(fault.message);
}

const soup = fc
  .tuple(fc.array(fc.constantFrom(...SOUP), { maxLength: 24 }), fc.constantFrom("", " "))
  .map(([tokens, separator]) => tokens.join(separator));

const unicode = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'"\\[](){} .r#s~'.split("")),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  ),
  maxLength: 60,
});

const PRINTED = fc
  .sample(arbitraryAst, { numRuns: 200, seed: 14 })
  .map((ast) => printExpression(ast))
  .filter((text) => text.length <= 300);

/** A text with pieces left out, doubled, swapped for others, or cut off. */
const mutated = fc
  .tuple(
    fc.constantFrom(...VALID, ...PRINTED),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 6 }), fc.constantFrom("", "", ...SOUP)), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([text, edits]) => {
    let out = text;
    for (const [seed, length, put] of edits) {
      const at = seed % (out.length + 1);
      out = out.slice(0, at) + put + out.slice(at + length);
    }
    return out;
  });

describe("hostile expressions", () => {
  test.each<[string, fc.Arbitrary<string>, number]>([
    ["random units", unicode, 3000],
    ["token soup", soup, 3500],
    ["mutations of valid texts", mutated, 3500],
  ])("%s", (_, texts, numRuns) => {
    fc.assert(
      fc.property(texts, (text) => {
        examine(text);
      }),
      { numRuns },
    );
  });

  test("valid texts, so that the mutations start from something", () => {
    for (const text of VALID) expect(LANGUAGE.compile(text).ok, text).toBe(true);
  });

  test("at least one fault is told, even when only one is wanted", () => {
    fc.assert(
      fc.property(soup, (text) => {
        const one = parseExpression(text, { limits: { maxDiagnostics: 1 } });
        const all = parseExpression(text);
        expect(one.ok).toBe(all.ok);
        expect(one.ok || one.errors.length).toBe(one.ok || 1);
      }),
      { numRuns: 400 },
    );
  });

  test("words of Object.prototype are names like others", () => {
    const words = Object.getOwnPropertyNames(Object.prototype);
    for (const word of words) {
      for (const text of [
        word,
        `${word}()`,
        `${word}(s)`,
        `s eq ${word}`,
        `map["${word}"][0] eq "x"`,
        `ip in $${word}`,
        `s ${word} "x"`,
      ])
        examine(text);
    }
    expect(LANGUAGE.compile('hasOwnProperty eq "x"').ok).toBe(false);
    expect(LANGUAGE.compile('valueOf(s) eq "x"').ok).toBe(false);
  });
});

describe("adversarial shapes as long as the limit allows", () => {
  const UNITS = [
    ...'( ) [ ] { } " \' ` . .. a. r# r" r#" “ ‘ « „a /* // # ! & $ , * = === \\ \\x 1 1.. :: a: -1 \ud800 é 😀 \u202e'.split(
      " ",
    ),
    "a ",
    "not ",
    "any(",
    "f(",
    "f(,",
    "a[",
    "a in {",
    "a in {1, ",
    "a in { $x } and ",
    "a and ) ",
    "a ) ",
    "a eq ",
    "a eq 1 eq ",
    "or or ",
    "AND ",
    "a AND b ",
    "a ends_with b and ",
    "a matches ",
    'a matches "[',
    'a~"[" and ',
    '"\\n" ',
    "a & b and ",
    "any any(a) and ",
    "(a or ",
    "not a not ",
    "\n",
    "x\n",
    '"\n',
    "}{",
    ")(",
  ];

  test.each(UNITS.map((unit) => [unit]))("%j", (unit) => {
    examine(unit.repeat(4097).slice(0, 4096));
    examine(`${unit.repeat(4097).slice(0, 4000)} and s eq "x"`);
  });

  test("work grows with the length, not with its square: tokens looked at per text", () => {
    for (const unit of UNITS) {
      const [small, large] = [2000, 4000].map((length) => steps(unit.repeat(length).slice(0, length)));
      expect(large, unit).toBeLessThanOrEqual(2.5 * small! + 20_000);
    }
  });

  test("nesting beyond the limit is told before the parser descends", () => {
    for (const opener of ["(", "not ", "!", "f(", "any(", "f((", "all(not ("]) {
      const result = parseExpression(opener.repeat(10_000), { limits: { maxExpressionLength: 1_000_000 } });
      expect(!result.ok && result.errors.map(({ code }) => code)).toEqual(["E_NESTING_LIMIT"]);
    }
    const raised = parseExpression("(".repeat(100_000), {
      limits: { maxExpressionLength: 1_000_000, maxNestingDepth: 1_000_000 },
    });
    expect(!raised.ok && raised.errors.some(({ code }) => code === "E_NESTING_LIMIT")).toBe(true);
  });

  test("texts of a megabyte are refused by their length alone", () => {
    const result = parseExpression('s eq "'.repeat(200_000));
    expect(!result.ok && result.errors.map(({ code, offset }) => [code, offset])).toEqual([
      ["E_EXPR_TOO_LONG", 4096],
    ]);
  });
});

/** How often the front end asks the text for a character, a piece or a match: its work, counted and not timed. */
function steps(text: string): number {
  let count = 0;
  const restore: (() => void)[] = [];
  const watch = (name: "charCodeAt" | "slice" | "indexOf" | "codePointAt"): void => {
    const original = String.prototype[name] as (this: string, ...args: never[]) => unknown;
    const watched = function (this: string, ...args: never[]): unknown {
      count++;
      return original.apply(this, args);
    };
    Object.defineProperty(String.prototype, name, { value: watched, configurable: true, writable: true });
    restore.push(() =>
      Object.defineProperty(String.prototype, name, { value: original, configurable: true, writable: true }),
    );
  };
  const exec = RegExp.prototype.exec;
  try {
    for (const name of ["charCodeAt", "slice", "indexOf", "codePointAt"] as const) watch(name);
    RegExp.prototype.exec = function (subject: string) {
      const from = this.lastIndex;
      const match = exec.call(this, subject);
      // A sticky match looks at what it takes; a failure at most at what follows, which the units keep short.
      count += match === null ? 1 : Math.max(1, this.lastIndex - from);
      return match;
    };
    parseExpression(text, { limits: { maxExpressionLength: 10_000 } });
  } finally {
    RegExp.prototype.exec = exec;
    for (const undo of restore) undo();
  }
  return count;
}
