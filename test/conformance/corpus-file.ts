import {
  type FieldDefinition,
  type FunctionDefinition,
  type ListKind,
  Scheme,
} from "../support/source/language/scheme.ts";
import {
  contextOf,
  type Dialects,
  type Expectation,
  judge,
  lookupOf,
  type Setting,
  schemeOf,
} from "./judge.ts";
import { all, type Case, type Outcome, skipped } from "./outcome.ts";
import { EXTRA_FUNCTIONS } from "./test-functions.ts";
import { CaseFault } from "./values.ts";

/** What the lines of a corpus take for granted. */
export interface Surroundings {
  /** Field name to type, for cases whose scheme is `standard`. */
  readonly standardFields: Readonly<Record<string, unknown>> | undefined;
  /** Field definitions to be used in their stead. */
  readonly ownFields: readonly FieldDefinition[] | undefined;
  /** Ids of the functions that exist where a `standard` case names none. */
  readonly standardFunctions: readonly string[];
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
}

export interface CorpusLine {
  readonly id: string;
  readonly kind?: string;
  readonly expr: string;
  readonly scheme?: "standard" | Readonly<Record<string, unknown>>;
  readonly functions?: readonly string[];
  readonly lists?: Readonly<Record<string, { readonly type: string; readonly items: readonly unknown[] }>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly expect?: unknown;
  readonly error?: { readonly start?: number; readonly end?: number };
  readonly code?: string;
  readonly codeAlso?: readonly string[];
  readonly regexDialect?: boolean;
  readonly expectPortable?: unknown;
  readonly expectFull?: unknown;
}

/** Faults whose place is binding. */
const PLACED = new Set(["E_UNKNOWN_IDENTIFIER", "E_INDEX_ACCESS", "E_UNSUPPORTED_OP"]);
const LIST_KINDS: Readonly<Record<string, ListKind>> = { Ip: "ip", Int: "int", Bytes: "string" };
const OPTIONS = new Set(["nilNotEqual", "maxNestingDepth", "wildcardStarLimit"]);

export function casesOfCorpus(
  lines: readonly CorpusLine[],
  surroundings: Surroundings,
  dialects: Dialects,
): readonly Case[] {
  const schemes = new Map<string, Scheme<never>>();
  return lines.map((line) => ({
    id: line.id,
    text: line.expr,
    run: () => {
      try {
        return runLine(line, settingOf(line, surroundings, schemes), dialects);
      } catch (fault) {
        if (fault instanceof CaseFault) return skipped(fault.message);
        throw fault;
      }
    },
  }));
}

function runLine(line: CorpusLine, setting: Setting, dialects: Dialects): Outcome {
  const run = (demanded: Expectation, dialect: keyof Dialects): Outcome =>
    judge(line.expr, "filter", demanded, setting, dialects[dialect]);
  if (line.regexDialect === true) {
    const portable = dialectExpectation(line, line.expectPortable);
    const full = dialectExpectation(line, line.expectFull);
    return all([
      ...(full === undefined ? [] : [run(full, "full")]),
      ...(portable === undefined ? [] : [run(portable, "portable")]),
    ]);
  }
  const demanded = expectation(line);
  return all([
    run(demanded, "full"),
    ...(dialects.portable === undefined ? [] : [run(demanded, "portable")]),
  ]);
}

function dialectExpectation(line: CorpusLine, told: unknown): Expectation | undefined {
  if (typeof told === "boolean") return { kind: "result", result: told };
  if (told === "parse-ok") return { kind: "compiles" };
  if (told === "parse-error") return fault(line);
  return undefined;
}

function expectation(line: CorpusLine): Expectation {
  const kind = line.kind ?? line.expect;
  if (kind === "parse-ok") return { kind: "compiles" };
  if (kind === "parse-error") return fault(line);
  if (kind === "eval" && typeof line.expect === "boolean") return { kind: "result", result: line.expect };
  throw new CaseFault(`unknown kind ${JSON.stringify(kind)}`);
}

function fault(line: CorpusLine): Expectation {
  const { start, end } = line.error ?? {};
  const binding =
    line.code !== undefined &&
    PLACED.has(line.code) &&
    line.codeAlso === undefined &&
    start !== undefined &&
    end !== undefined &&
    end > start;
  return {
    kind: "fault",
    codes: line.code === undefined ? [] : [line.code, ...(line.codeAlso ?? [])],
    ...(binding ? { place: { start, end } } : {}),
  };
}

function settingOf(
  line: CorpusLine,
  surroundings: Surroundings,
  schemes: Map<string, Scheme<never>>,
): Setting {
  for (const id of functionIds(line, surroundings)) {
    // A case that does not use the function is judged without it.
    if (functionOf(id, surroundings) === undefined && mentions(line.expr, id.replace(/^wf\./, ""))) {
      throw new CaseFault(`unknown function ${id}`);
    }
  }
  const key = JSON.stringify([line.scheme ?? "standard", line.functions, line.lists]);
  const lists = Object.entries(line.lists ?? {}).map(([name, { type, items }]) => {
    const kind = LIST_KINDS[type];
    if (kind === undefined) throw new CaseFault(`unknown list type ${type}`);
    return { name, kind, lookup: lookupOf(kind as "ip" | "int" | "string", items) };
  });
  const scheme = schemes.get(key) ?? schemeOfLine(line, lists, surroundings);
  schemes.set(key, scheme);
  const options = line.options ?? {};
  const unknown = Object.keys(options).find((name) => !OPTIONS.has(name));
  if (unknown !== undefined) throw new CaseFault(`unknown option ${unknown}`);
  const depth = options["maxNestingDepth"];
  const stars = options["wildcardStarLimit"];
  return {
    scheme,
    lists: lists.map(({ lookup }) => lookup),
    context: contextOf(line.context ?? {}),
    options: {
      nilNotEqual: options["nilNotEqual"] === true,
      limits: {
        ...(typeof depth === "number" ? { maxNestingDepth: depth } : {}),
        ...(typeof stars === "number" ? { maxWildcardStars: stars } : {}),
      },
    },
  };
}

function schemeOfLine(
  line: CorpusLine,
  lists: readonly { readonly name: string; readonly kind: ListKind }[],
  surroundings: Surroundings,
): Scheme<never> {
  const functions = functionIds(line, surroundings)
    .map((id) => functionOf(id, surroundings))
    .filter((found) => found !== undefined);
  const parts = { functions, lists: lists.map(({ name, kind }) => ({ name, kind })) };
  const { ownFields } = surroundings;
  if (isStandard(line) && ownFields !== undefined) return new Scheme<never>({ fields: ownFields, ...parts });
  const types = isStandard(line)
    ? surroundings.standardFields
    : (line.scheme as Readonly<Record<string, unknown>>);
  if (types === undefined) throw new CaseFault("no standard-scheme.json beside the file");
  return schemeOf(types, parts);
}

function functionIds(line: CorpusLine, { standardFunctions }: Surroundings): readonly string[] {
  const ids = line.functions ?? (isStandard(line) ? standardFunctions : []);
  // The two quantifiers belong to the grammar.
  return ids.filter((id) => id !== "any" && id !== "all");
}

function functionOf(id: string, { functions }: Surroundings): FunctionDefinition | undefined {
  return EXTRA_FUNCTIONS.get(id) ?? functions.get(id);
}

function isStandard(line: CorpusLine): boolean {
  return line.scheme === undefined || line.scheme === "standard";
}

function mentions(expression: string, name: string): boolean {
  const at = expression.indexOf(name);
  return (
    at !== -1 &&
    expression
      .slice(at + name.length)
      .trimStart()
      .startsWith("(")
  );
}
