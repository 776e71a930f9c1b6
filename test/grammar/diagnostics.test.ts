import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileRateLimit } from "../support/rate-limit.ts";
import { createWaf } from "../support/source/engine/firewall.ts";
import { type CompileOptions, compileFilter, compileValue } from "../support/source/language/compile.ts";
import {
  DIAGNOSTIC_CODES,
  type Diagnostic,
  type Result,
  Source,
} from "../support/source/language/diagnostics.ts";
import { standardFunctions } from "../support/source/language/functions.ts";
import { automatonEngine, re2jsEngine } from "../support/source/language/pattern.ts";
import { fieldsFrom, InputError, Scheme } from "../support/source/language/scheme.ts";
import { requestScheme } from "../support/source/request/fields.ts";
import { compileList } from "../support/source/rules/lists.ts";
import { loadDocument, loadObject } from "../support/source/rules/load.ts";
import { MemoryCounterStore } from "../support/source/rules/ratelimit.ts";
import { type ListDocument, moveRule, type RateLimitDocument } from "../support/source/rules/ruleset.ts";

const scheme = requestScheme(standardFunctions).withLists([
  { name: "office", kind: "ip" },
  { name: "ports", kind: "int" },
]) as Scheme<never>;

interface Example {
  readonly code: string;
  readonly kind: string;
  readonly words: readonly string[];
  readonly text: string;
}

function examplesOf(catalogue: string): readonly Example[] {
  return catalogue.split(/^### /m).flatMap((section) => {
    const code = /^`([EW]_[A-Z0-9_]+)`/.exec(section)?.[1];
    if (code === undefined) return [];
    return [...section.matchAll(/^```(\w+)((?: \w+)*)\n([\s\S]*?)^```$/gm)].map(([, kind, words, text]) => ({
      code,
      kind: kind!,
      words: words!.trim().split(" "),
      text: text!.replace(/\n$/, "").replace('"LONG"', `'http.host eq "${"x".repeat(4200)}"'`),
    }));
  });
}

const examples = examplesOf(readFileSync("grammar/diagnostics.md", "utf8"));

function judged({ kind, words, text }: Example): readonly string[] {
  switch (kind) {
    case "expression": {
      const options: CompileOptions = {
        patterns: words.includes("portable") ? re2jsEngine : automatonEngine,
        lists: words.includes("late") ? "late" : "declared",
        ...(words.includes("strict")
          ? { strict: true, context: words.includes("value") ? "rewrite" : "filter" }
          : {}),
      };
      const narrowed = scheme.narrow("body");
      return codesOf(
        words.includes("value")
          ? compileValue(text, narrowed, undefined, options)
          : compileFilter(text, narrowed, options),
      );
    }
    case "yaml":
      return codesOf(loadDocument(new Source(text, "rules.yaml"), { scheme, patterns: automatonEngine }));
    case "list":
      return codesOf(compileList(JSON.parse(text) as ListDocument, { now: () => 0 }));
    case "ratelimit": {
      const limited = scheme.narrow("body");
      const decisionScheme = scheme.narrow("response");
      const services = { scheme: limited, decisionScheme, store: new MemoryCounterStore() };
      const rule = { ruleset: "limits", ref: "a" };
      return codesOf(compileRateLimit(rule, JSON.parse(text) as RateLimitDocument, services));
    }
    case "edit": {
      const { move, ...document } = JSON.parse(text) as { readonly move: string };
      const loaded = loadObject(document);
      return loaded.ok ? codesOf(moveRule(loaded.value.rulesets[0]!, move, { index: 1 })) : codesOf(loaded);
    }
    case "update": {
      const { ifVersion, ...config } = JSON.parse(text) as { readonly ifVersion: number };
      return codesOf(createWaf({}).update(config, { ifVersion }));
    }
    case "input": {
      const { field, type, value } = JSON.parse(text) as {
        readonly field: string;
        readonly type: string;
        readonly value: number;
      };
      try {
        new Scheme<never>({ fields: fieldsFrom({ [field]: type }) }).contextFrom({ [field]: value } as never);
        return [];
      } catch (error) {
        if (error instanceof InputError) return [error.code];
        throw error;
      }
    }
    default:
      throw new Error(`the catalogue has a block of the unknown kind ${kind}`);
  }
}

function codesOf(result: Result<unknown>): readonly string[] {
  const found: readonly Diagnostic[] = result.ok ? result.warnings : [...result.errors, ...result.warnings];
  return found.map(({ code }) => code);
}

test.each(examples)("$code $kind $text", (example) => {
  const [first, ...rest] = judged(example);
  expect(first, `found ${[first, ...rest].join(" ")}`).toBe(example.code);
  expect(rest.filter((code) => code !== example.code && code.startsWith("E_"))).toEqual([]);
});

test("every code has an example", () => {
  const shown = new Set(examples.map(({ code }) => code));
  expect(DIAGNOSTIC_CODES.filter((code) => !shown.has(code))).toEqual([]);
});

test("the fix of an expression compiles", () => {
  const fixes = [...readFileSync("grammar/diagnostics.md", "utf8").matchAll(/^Fix: `(.+)`$/gm)].map(
    ([, text]) => text!,
  );
  expect(fixes.length).toBeGreaterThan(20);
  for (const text of fixes.filter((fix) => !/^\d+n$/.test(fix))) {
    const value = /^regex_replace/.test(text);
    const options: CompileOptions = { patterns: automatonEngine };
    const result = value
      ? compileValue(text, scheme.narrow("body"), undefined, options)
      : compileFilter(text, scheme.narrow("response"), options);
    expect(result.ok ? "" : JSON.stringify(result.errors), text).toBe("");
  }
});
