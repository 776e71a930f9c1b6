import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { standardScheme } from "../../support/source/engine/firewall.ts";
import { type Compiled, compileFilter, compileValue } from "../../support/source/language/compile.ts";
import {
  DIAGNOSTIC_CODES,
  type Diagnostic,
  formatDiagnostic,
  type Result,
} from "../../support/source/language/diagnostics.ts";
import { re2jsEngine } from "../../support/source/language/pattern.ts";
import { defineFunction, fieldsFrom } from "../../support/source/language/scheme.ts";
import { Bool, Bytes } from "../../support/source/language/values.ts";

// What an author reads, word for word. After a change that is meant: `npx vitest run test/language/diagnostics -u`, and
// read the difference.

const scheme = standardScheme().extend({
  fields: [
    ...fieldsFrom({ flags: "Array<Bool>", grid: "Array<Array<Bool>>" }),
    { name: "nowhere", type: Bytes, phases: [] },
  ],
  functions: [
    defineFunction({
      name: "pick",
      summary: "The value.",
      params: [{ name: "value", type: (type) => type.kind === "Bool", kind: "either" }],
      returns: Bool,
      evaluate: () => true,
    }),
  ],
  lists: [
    { name: "networks", kind: "ip" },
    { name: "hosts", kind: "hostname" },
  ],
});

const limits = {
  maxExpressionLength: 400,
  maxNodes: 12,
  maxNestingDepth: 4,
  maxRegexPerExpression: 2,
  maxRegexLength: 60,
  maxRawStringHashes: 3,
  maxIndex: 99,
  maxListNameLength: 20,
  maxWildcardStars: 2,
};

/** The expressions by section; a blank line and `== title` begin one. */
function sections(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(new URL("faulty-expressions.txt", import.meta.url), "utf8");
  return new Map(
    text
      .trim()
      .split("\n\n")
      .map((section) => {
        const [title = "", ...expressions] = section.split("\n");
        return [title.slice(3), expressions] as const;
      }),
  );
}

/** How the expressions of a section are compiled; others are filters with the usual options. */
const SECTIONS: Readonly<Record<string, (expression: string) => Result<Compiled>>> = {
  Values: (expression) => compileValue(expression, scheme, Bytes),
  Limits: (expression) => compileFilter(expression, scheme, { limits }),
  "Late lists": (expression) => compileFilter(expression, scheme, { lists: "late" }),
  "Strict filters": (expression) => compileFilter(expression, scheme, { strict: true, context: "filter" }),
  "Strict rewrites": (expression) =>
    compileValue(expression, scheme, Bytes, { strict: true, context: "rewrite" }),
  "On requests": (expression) => compileFilter(expression, scheme.narrow("request")),
  "Portable patterns": (expression) => compileFilter(expression, scheme, { patterns: re2jsEngine }),
};

function diagnosticsOf(expression: string, title: string): readonly Diagnostic[] {
  const result = (SECTIONS[title] ?? ((text: string) => compileFilter(text, scheme)))(expression);
  return result.ok ? result.warnings : [...result.errors, ...result.warnings];
}

function shown(diagnostic: Diagnostic): string {
  const { actual } = diagnostic;
  return actual === undefined
    ? formatDiagnostic(diagnostic)
    : `${formatDiagnostic(diagnostic)}\n  actual: ${actual}`;
}

/** Codes of expressions come before those of documents. */
const CODES = DIAGNOSTIC_CODES.slice(0, DIAGNOSTIC_CODES.indexOf("E_DOC_SYNTAX")).filter(
  // A number of JavaScript's, which no text can be, and what a firewall says of its set-up.
  (code) => code !== "E_INT_UNSAFE" && code !== "W_FIELD_UNSUPPLIED",
);

test("faults of expressions read as they did", async () => {
  const codes = new Set<string>();
  const blocks: string[] = [];
  for (const [title, expressions] of sections()) {
    blocks.push(`== ${title}`);
    for (const expression of expressions) {
      const found = diagnosticsOf(expression, title);
      for (const { code } of found) codes.add(code);
      blocks.push([expression, ...found.map(shown)].join("\n"));
    }
  }
  await expect(`${blocks.join("\n\n")}\n`).toMatchFileSnapshot("messages.txt");
  expect(CODES.filter((code) => !codes.has(code))).toEqual([]);
});
