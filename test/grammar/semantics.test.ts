import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { re2jsEngine } from "../support/source/language/pattern.ts";
import {
  automatonEngine,
  type CompileOptions,
  type Diagnostic,
  type FieldDefinition,
  formatIp,
  Ip6,
  Language,
  type ListDefinition,
  type ListKind,
  type ListLookup,
  parseType,
  standardFunctions,
  type Type,
  utf8Decode,
  type Value,
} from "../support/source/language.ts";
import { compileList } from "../support/source/rules/lists.ts";

/** One expression of a block, and what the page says about it. */
interface Example {
  readonly block: Block;
  readonly expression: string;
  readonly expected: string;
}

interface Block {
  readonly kind: "filters" | "values";
  readonly language: Language<Record<string, unknown>>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly lists: Readonly<Record<string, ListLookup>>;
}

const FIELD = /^([\w.]+): ([\w<>]+)(?: \((phase|group|keys): (\w+)\))?(?: = (.+))?$/;
const LIST = /^\$(\w+) \((\w+)\) = (.+)$/;
const EXAMPLE = /^(.+?) +→ (.+)$/;

function examplesOf(page: string): readonly Example[] {
  const blocks = page.matchAll(/^```(filters|values)((?: \S+)*)\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, kind, words, body]) => {
    const [given = "", expressions = ""] = body!.split("\n\n");
    const block = readBlock(kind as Block["kind"], words!.trim().split(" "), given.split("\n"));
    return expressions
      .trim()
      .split("\n")
      .map((line) => {
        const [, expression, expected] = matched(EXAMPLE, line);
        return { block, expression: expression!, expected: expected! };
      });
  });
}

function matched(form: RegExp, line: string): RegExpExecArray {
  const match = form.exec(line);
  if (match === null) throw new Error(`grammar/semantics.md: \`${line}\` has not the form of a block's line`);
  return match;
}

function readBlock(kind: Block["kind"], words: readonly string[], given: readonly string[]): Block {
  const fields: FieldDefinition[] = [];
  const lists: ListDefinition[] = [];
  const values: Record<string, unknown> = {};
  const lookups: Record<string, ListLookup> = {};
  for (const line of given) {
    if (line.startsWith("$")) {
      const [, name, listKind, items] = matched(LIST, line);
      const document = { name: name!, kind: listKind as ListKind, items: JSON.parse(items!) as string[] };
      const compiled = compileList(document, { now: () => 0 });
      if (!compiled.ok) throw new Error(compiled.errors.map(({ message }) => message).join("; "));
      lists.push({ name: name!, kind: listKind as ListKind });
      lookups[name!] = compiled.value;
      continue;
    }
    const [, name, typeText, property, argument, value] = matched(FIELD, line);
    const type = parseType(typeText!);
    if (type === undefined) throw new Error(`grammar/semantics.md: \`${typeText}\` is no type`);
    fields.push({
      name: name!,
      type,
      ...(property === "phase" ? { phases: [argument!] } : {}),
      ...(property === "group" ? { parallelGroup: argument! } : {}),
      ...(property === "keys" ? { lowerCaseKeys: argument === "lower" } : {}),
    });
    if (value !== undefined) values[name!] = inputOf(type, JSON.parse(value));
  }
  const language = new Language<Record<string, unknown>>(
    { fields, lists, functions: standardFunctions },
    optionsOf(words),
    words.find((word) => word.startsWith("phase:"))?.slice("phase:".length),
  );
  return { kind, language, values, lists: lookups };
}

function optionsOf(words: readonly string[]): CompileOptions {
  const known = words.filter((word) => word !== "" && !word.startsWith("phase:"));
  expect(["nil-not-equal", "portable", "late"]).toEqual(expect.arrayContaining(known));
  return {
    patterns: known.includes("portable") ? re2jsEngine : automatonEngine,
    nilNotEqual: known.includes("nil-not-equal"),
    lists: known.includes("late") ? "late" : "declared",
  };
}

/** JSON of the page as what an embedder hands in: large integers are text there, bytes that are no text `{"hex": …}`. */
function inputOf(type: Type, json: unknown): unknown {
  if (type.kind === "Int" && typeof json === "string") return BigInt(json);
  if (type.kind === "Int" && !Number.isSafeInteger(json)) throw new Error(`write ${json} as text`);
  if (type.kind === "Bytes" && typeof json === "object" && json !== null && "hex" in json)
    return new Uint8Array(Buffer.from(String(json.hex), "hex"));
  return json;
}

/** A value as the page writes it. */
function show(type: Type, value: Value | undefined): string {
  if (value === undefined) return "nil";
  if (type.kind === "Bytes" && typeof value === "string") return showBytes(value);
  if (type.kind === "Ip" && (typeof value === "number" || value instanceof Ip6)) return formatIp(value);
  if (type.kind === "Array" && Array.isArray(value))
    return `[${value.map((item) => show(type.element, item)).join(", ")}]`;
  return String(value);
}

function showBytes(bytes: string): string {
  const text = utf8Decode(bytes);
  if (text !== undefined) return JSON.stringify(text);
  return `"${[...bytes].map((byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`).join("")}"`;
}

function outcome({ block, expression }: Example): string {
  const { kind, language, values, lists } = block;
  if (kind === "filters") {
    const compiled = language.compile(expression);
    return compiled.ok
      ? withWarnings(String(compiled.value(values, lists)), compiled.warnings)
      : compiled.errors[0]!.code;
  }
  const compiled = language.compileValue(expression);
  if (!compiled.ok) return compiled.errors[0]!.code;
  const { type } = compiled.value.expression;
  return withWarnings(show(type, compiled.value(values, lists)), compiled.warnings);
}

function withWarnings(result: string, warnings: readonly Diagnostic[]): string {
  // Examples of what is always the same are no mistakes here.
  const told = warnings.filter(({ code }) => code !== "W_NEVER_EQUAL");
  return told.length === 0 ? result : `${result} (${told.map(({ code }) => code).join(", ")})`;
}

const page = readFileSync("grammar/semantics.md", "utf8");
const examples = examplesOf(page);

test("every block of the page is a test", () => {
  const blocks = [...page.matchAll(/^```(\w+)/gm)].map(([, kind]) => kind);
  expect(new Set(blocks)).toEqual(new Set(["filters", "values"]));
  expect(new Set(examples.map(({ block }) => block)).size).toBe(blocks.length);
});

describe("what the page says is what happens", () => {
  test.each(examples.map((example) => [example.expression, example] as const))("%s", (_text, example) => {
    expect(outcome(example)).toBe(example.expected);
  });
});
