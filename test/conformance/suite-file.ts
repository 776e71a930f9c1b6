import type { ListKind } from "../support/source/language/scheme.ts";
import { STANDARD_FUNCTIONS } from "./engines.ts";
import {
  contextOf,
  type Dialects,
  type Expectation,
  judge,
  lookupOf,
  type Setting,
  schemeOf,
} from "./judge.ts";
import { all, type Case, skipped } from "./outcome.ts";
import { VECTOR_FUNCTIONS } from "./test-functions.ts";
import { CaseFault } from "./values.ts";

/** A file of the language's own suite; `grammar/conformance/README.md` explains the form. */
export interface SuiteFile {
  readonly suite: string;
  readonly functions?: "standard";
  readonly fields: Readonly<Record<string, string>>;
  readonly lists?: Readonly<Record<string, { readonly kind: ListKind; readonly items: readonly unknown[] }>>;
  readonly context: Readonly<Record<string, unknown>>;
  readonly cases: readonly SuiteCase[];
}

interface SuiteCase {
  readonly expression: string;
  readonly result?: boolean;
  readonly fault?: string;
  readonly type?: string;
  readonly value?: unknown;
  readonly nilNotEqual?: boolean;
  readonly dialect?: "full" | "portable";
}

export function casesOfSuite(file: SuiteFile, dialects: Dialects): readonly Case[] {
  const lists = Object.entries(file.lists ?? {});
  const scheme = schemeOf(file.fields, {
    functions: file.functions === "standard" ? STANDARD_FUNCTIONS : VECTOR_FUNCTIONS,
    lists: lists.map(([name, { kind }]) => ({ name, kind })),
  });
  const lookups = lists.map(([, { kind, items }]) => lookupOf(kind as "ip" | "int" | "string", items));
  return file.cases.map((each, at) => ({
    id: `${file.suite}-${at + 1}`,
    text: each.expression,
    run: () => {
      const setting: Setting = {
        scheme,
        lists: lookups,
        context: contextOf(file.context),
        options: { nilNotEqual: each.nilNotEqual === true },
      };
      try {
        const demanded = expectation(each);
        const mode = each.type === undefined && demanded.kind !== "value" ? "filter" : "value";
        const both = (["full", "portable"] as const).filter((dialect) => dialects[dialect] !== undefined);
        const tried = each.dialect === undefined ? both : [each.dialect];
        return all(
          tried.map((dialect) => judge(each.expression, mode, demanded, setting, dialects[dialect])),
        );
      } catch (fault) {
        if (fault instanceof CaseFault) return skipped(fault.message);
        throw fault;
      }
    },
  }));
}

/** A `type` without a `value` marks a value expression: of a missing value, or one that is refused. */
function expectation(each: SuiteCase): Expectation {
  if (each.fault !== undefined) return { kind: "fault", codes: [each.fault] };
  if (each.result !== undefined) return { kind: "result", result: each.result };
  if (each.type !== undefined) return { kind: "value", type: each.type, value: each.value ?? null };
  throw new CaseFault("the case demands nothing");
}
