import { interpret } from "../support/interpret.ts";
import {
  type CompileOptions,
  compileFilter,
  compileValue,
  type Filter,
  type ValueExpression,
} from "../support/source/language/compile.ts";
import type { Diagnostic, Result } from "../support/source/language/diagnostics.ts";
import type { PatternEngine } from "../support/source/language/pattern.ts";
import { type ExecutionContext, type ListLookup, Scheme } from "../support/source/language/scheme.ts";
import { IpSet, intMembership } from "../support/source/language/sets.ts";
import {
  type IntValue,
  type IpRange,
  type IpValue,
  parseIpItem,
  type Value,
} from "../support/source/language/values.ts";
import { failed, type Outcome, PASSED, refusal, show, skipped } from "./outcome.ts";
import { CaseFault, readType, readValue, sameValue } from "./values.ts";

/** The engines that a case is tried with. */
export interface Dialects {
  readonly full: PatternEngine | undefined;
  readonly portable: PatternEngine | undefined;
}

/** What a case demands. */
export type Expectation =
  | { readonly kind: "result"; readonly result: boolean }
  | { readonly kind: "value"; readonly type: string; readonly value: unknown }
  | { readonly kind: "compiles" }
  | {
      readonly kind: "fault";
      /** Any of them will do; empty: any fault. */
      readonly codes: readonly string[];
      /** Where the fault lies, when that is fixed. */
      readonly place?: { readonly start: number; readonly end: number };
    };

/** What a case is tried in. */
export interface Setting {
  readonly scheme: Scheme<never>;
  readonly lists: readonly (ListLookup | undefined)[];
  readonly context: (scheme: Scheme<never>, lists: readonly (ListLookup | undefined)[]) => ExecutionContext;
  readonly options: Omit<CompileOptions, "patterns">;
}

/** Tries one expression: compiles it with an engine, runs closures and oracle, compares both with what is demanded. */
export function judge(
  expression: string,
  mode: "filter" | "value",
  demanded: Expectation,
  setting: Setting,
  engine: PatternEngine | undefined,
): Outcome {
  const options = { ...setting.options, patterns: engine ?? NO_ENGINE };
  try {
    const compiled: Result<Filter | ValueExpression> =
      mode === "filter"
        ? compileFilter(expression, setting.scheme, options)
        : compileValue(expression, setting.scheme, undefined, options);
    if (!compiled.ok) return judgeRefusal(compiled.errors, demanded);
    return judgeAnswer(compiled.value, demanded, setting);
  } catch (fault) {
    if (fault instanceof CaseFault) return skipped(fault.message);
    throw fault;
  }
}

function judgeRefusal(errors: readonly Diagnostic[], demanded: Expectation): Outcome {
  if (demanded.kind !== "fault") return failed(`refused: ${refusal(errors)}`);
  const [first] = errors;
  if (first === undefined) return failed("refused without a fault");
  if (demanded.codes.length > 0 && !demanded.codes.includes(first.code)) {
    return failed(`expected ${demanded.codes.join(" or ")}, got ${refusal(errors)}`);
  }
  const { place } = demanded;
  if (place !== undefined && (place.start !== first.offset || place.end !== first.endOffset)) {
    return failed(`expected the fault at ${place.start}..${place.end}, got ${refusal(errors)}`);
  }
  return PASSED;
}

function judgeAnswer(compiled: Filter | ValueExpression, demanded: Expectation, setting: Setting): Outcome {
  if (demanded.kind === "compiles") return PASSED;
  if (demanded.kind === "fault")
    return failed(`compiled, but ${demanded.codes.join(" or ") || "a fault"} was expected`);
  const answer = evaluate(compiled, setting);
  const oracle = interpret(compiled.checked.root, setting.context(setting.scheme, setting.lists));
  const same = "test" in compiled ? (oracle === true) === answer : sameValue(oracle, answer);
  if (!same) return failed(`closures give ${show(answer)}, the interpreter ${show(oracle)}`);
  const expected =
    demanded.kind === "result" ? demanded.result : readValue(readType(demanded.type), demanded.value);
  return sameValue(answer, expected) ? PASSED : failed(`expected ${show(expected)}, got ${show(answer)}`);
}

function evaluate(compiled: Filter | ValueExpression, setting: Setting): Value | undefined {
  const context = setting.context(setting.scheme, setting.lists);
  return "test" in compiled ? compiled.test(context) : compiled.read(context);
}

const NO_ENGINE: PatternEngine = {
  name: "none",
  dialect: "full",
  compile: () => {
    throw new CaseFault("no regular-expression engine for this dialect");
  },
};

/** Field definitions of a case's scheme, name to type text. */
export function schemeOf(
  types: Readonly<Record<string, unknown>>,
  parts: Omit<ConstructorParameters<typeof Scheme>[0], "fields">,
): Scheme<never> {
  const fields = Object.entries(types).map(([name, type]) => ({ name, type: readType(type) }));
  return new Scheme<never>({ ...parts, fields });
}

/** Makes contexts that hold a case's values. Names that the scheme lacks are a fault of the case. */
export function contextOf(values: Readonly<Record<string, unknown>>): Setting["context"] {
  return (scheme, lists) => {
    const context = scheme.createContext<unknown>(lists);
    for (const [name, json] of Object.entries(values)) {
      const found = scheme.field(name);
      if (found === undefined) throw new CaseFault(`the context has a field that the scheme lacks: ${name}`);
      context.set(found.slot, readValue(found.field.type, json));
    }
    return context;
  };
}

/** A list that holds the given items, by plain membership. */
export function lookupOf(kind: "ip" | "int" | "string", items: readonly unknown[]): ListLookup {
  if (kind === "ip") {
    const set = IpSet.from(items.map((item) => ipItem(String(item))));
    return { has: (value: IpValue) => set.has(value) };
  }
  if (kind === "int") {
    const has = intMembership(items.map((item) => intItem(item)));
    return { has: (value: IntValue) => has(value) };
  }
  const set = new Set(items.map((item) => readValue({ kind: "Bytes" }, item)));
  return { has: (value: string) => set.has(value) };
}

function ipItem(text: string): IpRange {
  const range = parseIpItem(text);
  if (typeof range !== "object" || !("start" in range)) throw new CaseFault(`not an address: ${text}`);
  return range;
}

function intItem(item: unknown): { readonly start: IntValue; readonly end: IntValue } {
  const [start, end] = String(item).split("..").map(Number);
  if (!Number.isSafeInteger(start)) throw new CaseFault(`not an integer: ${String(item)}`);
  return { start: start!, end: end ?? start! };
}
