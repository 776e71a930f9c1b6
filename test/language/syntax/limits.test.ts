import { describe, expect, test } from "vitest";
import { defineScheme } from "../../support/source/language/compile.ts";
import { type DiagnosticCode, MisuseError } from "../../support/source/language/diagnostics.ts";
import { standardFunctions } from "../../support/source/language/functions.ts";
import { SchemeError } from "../../support/source/language/scheme.ts";
import { DEFAULT_LIMITS, type Limits, resolveLimits } from "../../support/source/language/syntax.ts";

type Judged = true | readonly DiagnosticCode[];

function language(limits: Partial<Limits> = {}) {
  return defineScheme(
    { s: "Bytes", n: "Int", b: "Bool", arr: "Array<Bytes>" },
    {
      functions: standardFunctions,
      lists: [
        { name: "a".repeat(limits.maxListNameLength ?? DEFAULT_LIMITS.maxListNameLength), kind: "string" },
      ],
    },
    { limits },
  );
}

function judged(text: string, limits: Partial<Limits>): Judged {
  const result = language(limits).compile(text);
  return result.ok ? true : result.errors.map(({ code }) => code);
}

function count(most: number, item: (at: number) => string, separator: string): string {
  return Array.from({ length: most }, (_, at) => item(at)).join(separator);
}

/** What takes a limit up to its value and passes, and what one more is refused with. */
interface Edge {
  readonly code: DiagnosticCode | readonly DiagnosticCode[];
  readonly text: (size: number) => string;
  /** Smaller values of the limit at which the edge is tried too; none where the limit belongs to the scheme. */
  readonly overrides: readonly number[];
  /** Limits that would be in the way. */
  readonly roomy?: Partial<Limits>;
}

const EDGES: Partial<Record<keyof Limits, Edge>> = {
  maxExpressionLength: {
    code: "E_EXPR_TOO_LONG",
    // Code points are counted, not UTF-16 units.
    text: (size) => `s eq "${"😀".repeat(size - 7)}"`,
    overrides: [10, 100],
  },
  maxNestingDepth: {
    code: "E_NESTING_LIMIT",
    text: (size) =>
      `${"(".repeat(size - (size >> 1))}${"not ".repeat(size >> 1)}b${")".repeat(size - (size >> 1))}`,
    overrides: [0, 1, 7],
  },
  maxRawStringHashes: {
    code: "E_RAW_HASHES",
    text: (size) => `s eq r${"#".repeat(size)}"x"${"#".repeat(size)}`,
    overrides: [0, 3],
  },
  maxNodes: {
    code: "E_EXPR_TOO_LONG",
    // A comparison is a node, so are its sides; a set counts its items.
    text: (size) => `n in {${count(size - 3, (at) => `${at % 10}`, " ")}}`,
    overrides: [3, 20],
    roomy: { maxExpressionLength: 100_000 },
  },
  maxIndex: { code: "E_INDEX_LITERAL", text: (size) => `arr[${size}] eq "x"`, overrides: [0, 5] },
  maxWildcardStars: {
    code: "E_INVALID_WILDCARD",
    text: (size) => `s wildcard "${"a*".repeat(size)}"`,
    overrides: [0, 2],
  },
  maxRegexPerExpression: {
    code: "E_REGEX_LIMIT",
    text: (size) => ["b", ...Array.from({ length: size }, () => 's matches "x"')].join(" or "),
    overrides: [0, 2],
  },
  maxRegexLength: {
    code: "E_REGEX_LIMIT",
    text: (size) => `s matches "${"é".repeat(size >> 1)}${"a".repeat(size % 2)}"`,
    overrides: [2, 9],
  },
  maxListNameLength: {
    code: ["E_LIST_NAME", "E_LIST_UNKNOWN"],
    text: (size) => `s in $${"a".repeat(size)}`,
    overrides: [4, 80],
  },
  maxVariadicArguments: {
    code: "E_ARG_COUNT",
    text: (size) => `concat(${count(size, () => "s", ",")}) eq "x"`,
    overrides: [],
  },
  maxSplitPieces: {
    code: "E_ARG_VALUE",
    text: (size) => `split(s, ",", ${size})[0] eq "x"`,
    overrides: [1, 9],
  },
  maxReplacementReferences: {
    code: "E_ARG_VALUE",
    text: (size) => `regex_replace(s, "(a)", "${`\${1}`.repeat(size)}") eq "x"`,
    overrides: [],
  },
};

/** Limits that bound no text: each has its own test below, named after it. */
const ELSEWHERE = ["maxTypeDepth", "maxValueBytes", "maxDiagnostics"] as const;

describe("the limits", () => {
  test("are frozen, and each has an edge here", () => {
    expect(Object.isFrozen(DEFAULT_LIMITS)).toBe(true);
    expect([...Object.keys(EDGES), ...ELSEWHERE].sort()).toEqual(Object.keys(DEFAULT_LIMITS).sort());
  });

  const cases = Object.entries(EDGES).flatMap(([name, edge]) => {
    const limit = name as keyof Limits;
    return [DEFAULT_LIMITS[limit], ...edge.overrides].map((size) => [limit, size, edge] as const);
  });
  test.each(cases)("%s of %d: passes at it, fails beyond it", (name, size, { text, code, roomy }) => {
    const limits = size === DEFAULT_LIMITS[name] ? { ...roomy } : { ...roomy, [name]: size };
    expect(judged(text(size), limits)).toBe(true);
    const beyond = judged(text(size + 1), limits);
    expect(beyond).not.toBe(true);
    expect([code].flat()).toContain((beyond as readonly DiagnosticCode[])[0]);
  });

  test("maxTypeDepth: a field's type", () => {
    const nested = (depth: number): `Array<${string}>` =>
      `${"Array<".repeat(depth)}Int${">".repeat(depth)}` as `Array<${string}>`;
    for (const [depth, limits] of [
      [DEFAULT_LIMITS.maxTypeDepth, {}],
      [2, { maxTypeDepth: 2 }],
      [20, { maxTypeDepth: 20 }],
    ] as const) {
      expect(() => defineScheme({ deep: nested(depth) }, {}, { limits })).not.toThrow();
      expect(() => defineScheme({ deep: nested(depth + 1) }, {}, { limits })).toThrow(SchemeError);
    }
  });

  test("maxValueBytes: a value that a function makes is cut to it", () => {
    for (const most of [DEFAULT_LIMITS.maxValueBytes, 100]) {
      const joined = language({ maxValueBytes: most }).compileValue('join(arr, "")', "Bytes");
      const read = (bytes: number) => joined.ok && joined.value({ arr: ["x", "y".repeat(bytes - 1)] });
      expect(String(read(most)).length).toBe(most);
      expect(String(read(most + 1)).length).toBeLessThanOrEqual(most);
    }
  });

  test("maxDiagnostics: faults of one text, in parsing and in checking", () => {
    const told = (text: string, limits: Partial<Limits>) => {
      const result = judged(text, limits);
      return result === true ? 0 : result.length;
    };
    for (const most of [DEFAULT_LIMITS.maxDiagnostics, 1, 7]) {
      const limits = { maxDiagnostics: most };
      for (const fault of ["n = 1", 'n eq "x"', 's eq "\\q"']) {
        expect(
          told(
            count(most, () => fault, " and "),
            limits,
          ),
        ).toBe(most);
        expect(
          told(
            count(most + 1, () => fault, " and "),
            limits,
          ),
        ).toBe(most);
      }
    }
  });
});

describe("resolveLimits", () => {
  test("lays overrides over the defaults", () => {
    expect(resolveLimits(undefined)).toBe(DEFAULT_LIMITS);
    const resolved = resolveLimits({ maxNodes: 5 });
    expect(resolved).toEqual({ ...DEFAULT_LIMITS, maxNodes: 5 });
    expect(Object.isFrozen(resolved)).toBe(true);
  });

  test.each<[Record<string, unknown>]>([
    [{ maxNode: 5 }],
    [{ constructor: 5 }],
    [{ maxNodes: -1 }],
    [{ maxNodes: 1.5 }],
    [{ maxNodes: Number.NaN }],
    [{ maxNodes: Number.POSITIVE_INFINITY }],
    [{ maxNodes: "5" }],
    [{ maxDiagnostics: 0 }],
  ])("refuses %j", (overrides) => {
    expect(() => resolveLimits(overrides as Partial<Limits>)).toThrow(MisuseError);
  });
});
