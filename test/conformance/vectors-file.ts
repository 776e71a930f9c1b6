import type { ListKind, ListLookup } from "../support/source/language/scheme.ts";
import { type IntValue, Ip6, type IpValue } from "../support/source/language/values.ts";
import { contextOf, type Dialects, type Expectation, judge, type Setting, schemeOf } from "./judge.ts";
import { all, type Case, failed, type Outcome, PASSED, skipped } from "./outcome.ts";
import { VECTOR_FUNCTIONS } from "./test-functions.ts";

/** A file of vectors: one scheme, one context, and what the reference engine and we make of each expression. */
export interface VectorsFile {
  readonly schema: { readonly fields: Readonly<Record<string, string>> };
  readonly context: Readonly<Record<string, unknown>>;
  readonly nesting?: readonly NestingEntry[];
  readonly vectors: readonly Vector[];
}

interface NestingEntry {
  readonly shape: string;
  readonly n: number;
  readonly wirefilter: string;
  readonly ours?: string;
}

interface Told {
  readonly result?: boolean;
  readonly resultNilNotEqualFalse?: boolean;
  readonly error?: string;
  readonly value?: unknown;
  readonly type?: string;
  readonly na?: string;
}

interface Vector {
  readonly id: number | string;
  readonly mode?: string;
  readonly expr: string;
  readonly wirefilter: Told;
  readonly ours: "same" | Told;
}

/** Names that cannot name a field of ours. */
const REFUSED = /^[0-9]|^(any|all|true|false|not|and|or|xor|in|eq|ne|lt|le|gt|ge)$/;

export function casesOfVectors(file: VectorsFile, dialects: Dialects): readonly Case[] {
  const fields = withoutRefused(file.schema.fields);
  const context = withoutRefused(file.context);
  return [
    ...file.vectors.map(
      (vector): Case => ({
        id: String(vector.id),
        text: vector.expr,
        run: () => runVector(vector, fields, context, dialects),
      }),
    ),
    ...nestingCases(file.nesting ?? [], fields, context, dialects),
  ];
}

function withoutRefused<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !REFUSED.test(name)));
}

type Fields = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, unknown>>;

function runVector(vector: Vector, fields: Fields, values: Values, dialects: Dialects): Outcome {
  const ours = vector.ours === "same" ? vector.wirefilter : vector.ours;
  if (ours.na !== undefined) return skipped(ours.na);
  const mode = vector.mode ?? "filter";
  if (mode !== "filter" && mode !== "value") return skipped(`unknown mode ${mode}`);
  const run = (told: Told, dialect: keyof Dialects, nilNotEqual = false): Outcome => {
    const demanded = expectation(told, told === vector.ours || told.error === "E_REGEX_PORTABILITY");
    if (demanded === undefined) return skipped(`unknown outcome ${JSON.stringify(told)}`);
    const settings = settingsFor(vector.expr, fields, values, nilNotEqual);
    const outcomes = settings.map((setting) =>
      judge(vector.expr, mode, demanded, setting, dialects[dialect]),
    );
    // A list's kind is not told, so the case holds when it holds for one way to declare its lists.
    return outcomes.find((outcome) => outcome.status === "passed") ?? outcomes[0]!;
  };
  if (ours.error === "E_REGEX_PORTABILITY") {
    const portable = run(ours, "portable");
    return vector.wirefilter.error === ours.error
      ? portable
      : all([portable, run(vector.wirefilter, "full")]);
  }
  const outcomes = [run(ours, "full")];
  if (dialects.portable !== undefined) outcomes.push(run(ours, "portable"));
  // Where the reference shows both answers for `!=` on a missing value, the option must give the other one.
  if (vector.wirefilter.resultNilNotEqualFalse !== undefined)
    outcomes.push(run(vector.wirefilter, "full", true));
  return all(outcomes);
}

/** The reference's codes are advice; a code that is stated as ours is binding. */
function expectation(told: Told, isOurs: boolean): Expectation | undefined {
  if (told.error !== undefined) return { kind: "fault", codes: isOurs ? [told.error] : [] };
  if (told.result !== undefined) return { kind: "result", result: told.result };
  if (told.value === undefined) return undefined;
  return { kind: "value", type: told.type ?? typeOfValue(told.value), value: repairKeys(told.value) };
}

function typeOfValue(value: unknown): string {
  return Object.keys(value as object)[0] ?? "";
}

/** A map key that is no UTF-8 was recorded as a replacement character; the only such key in use is the byte FF. */
function repairKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("Map" in value)) return value;
  const pairs = value.Map as readonly (readonly [unknown, unknown])[];
  return { Map: pairs.map(([key, item]) => [key === "\ufffd" ? { BytesHex: "ff" } : key, item]) };
}

const KINDS: readonly ListKind[] = ["int", "string", "ip"];

function settingsFor(
  expression: string,
  fields: Fields,
  values: Values,
  nilNotEqual: boolean,
): readonly Setting[] {
  const names = [
    ...new Set([...expression.matchAll(/\$([a-z0-9_][a-z0-9_.]*)/g)].map((match) => match[1]!)),
  ].filter((name) => /^[a-z0-9_]+(\.[a-z0-9_]+)*$/.test(name) && /\bin\s*\$/.test(expression));
  let assignments: readonly (readonly ListKind[])[] = [[]];
  for (const _ of names)
    assignments = assignments.flatMap((chosen) => KINDS.map((kind) => [...chosen, kind]));
  return assignments.map((kinds) => ({
    scheme: schemeOf(fields, {
      functions: VECTOR_FUNCTIONS,
      lists: names.map((name, at) => ({ name, kind: kinds[at]! })),
    }),
    lists: names.map((name, at) => vectorList(name, kinds[at]!)),
    context: contextOf(values),
    options: { nilNotEqual },
  }));
}

/** The lists of the vector files: `even` and the odd rest, a name holds itself, `yes` holds every address. */
function vectorList(name: string, kind: ListKind): ListLookup {
  if (kind === "int") return { has: (value: IntValue) => (BigInt(value) % 2n === 0n) === (name === "even") };
  if (kind === "string") return { has: (value: string) => value === name };
  return { has: (value: IpValue) => name === "yes" && (typeof value === "number" || value instanceof Ip6) };
}

const SHAPES: readonly { readonly words: RegExp; readonly make: (n: number) => string }[] = [
  { words: /^n opening parentheses/, make: (n) => `${"(".repeat(n)}b${")".repeat(n)}` },
  { words: /^n times ! before/, make: (n) => `${"!".repeat(n)}b` },
  { words: /^n nested one-argument function calls/, make: (n) => `${"bool(".repeat(n)}b${")".repeat(n)}` },
  { words: /^any\( plus n parentheses/, make: (n) => `any(${"(".repeat(n)}bools${")".repeat(n)})` },
  { words: /^\d+ operands joined by and/, make: (n) => Array.from({ length: n }, () => "b").join(" and ") },
];

function nestingCases(
  entries: readonly NestingEntry[],
  fields: Fields,
  values: Values,
  dialects: Dialects,
): readonly Case[] {
  let last: (typeof SHAPES)[number] | undefined;
  return entries.map((entry, at): Case => {
    if (entry.shape !== "same") last = SHAPES.find(({ words }) => words.test(entry.shape));
    const shape = last;
    const told = entry.ours ?? entry.wirefilter;
    return {
      id: `nesting-${at + 1}`,
      text: `${entry.shape} (n = ${entry.n})`,
      run: () => {
        if (shape === undefined) return skipped(`unknown shape "${entry.shape}"`);
        const [setting] = settingsFor("", fields, values, false);
        const text = shape.make(entry.n);
        // Nesting is at issue here, not length.
        const roomy = { ...setting!, options: { limits: { maxExpressionLength: 100_000 } } };
        const code = /E_[A-Z_]+/.exec(told)?.[0];
        if (code === undefined && !told.startsWith("accepted")) return failed(`unknown outcome "${told}"`);
        const demanded: Expectation =
          code === undefined ? { kind: "compiles" } : { kind: "fault", codes: [code] };
        return all([judge(text, "filter", demanded, roomy, dialects.full), PASSED]);
      },
    };
  });
}
