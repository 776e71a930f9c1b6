import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

interface PublicName {
  readonly name: string;
  readonly kind: string;
  readonly documented: boolean;
}
interface DocComments {
  publicNames(files: readonly string[], options: object): Map<string, readonly PublicName[]>;
}

const script = new URL("doc-comments.mjs", import.meta.url).href;
const { publicNames } = (await import(script)) as DocComments;

const folder = mkdtempSync(join(tmpdir(), "doc-comments-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `name kind` of what a module exports, with `!` where the comment is missing. */
function namesOf(text: string, others: Readonly<Record<string, string>> = {}): readonly string[] {
  for (const [name, content] of Object.entries({ ...others, "entry.ts": text }))
    writeFileSync(join(folder, name), content);
  const file = join(folder, "entry.ts");
  const names = publicNames([file], { allowImportingTsExtensions: true, noLib: true, types: [] }).get(file);
  return (names ?? []).map(({ name, kind, documented }) => `${name} ${kind}${documented ? "" : " !"}`);
}

describe("names that a module exports", () => {
  test.each([
    ["a function", "/** A. */ export function a() {}", ["a functions"]],
    ["a function without comment", "// A.\nexport function a() {}", ["a functions !"]],
    ["a comment that only has tags", "/** @throws Error */ export function a() {}", ["a functions !"]],
    ["a constant", "/** A. */ export const a = 1;\nexport const b = 2;", ["a constants", "b constants !"]],
    ["a type", "/** A. */ export type A = string;", ["A types"]],
    ["what is not exported", "/** A. */ const a = 1; export {};", []],
    ["what is internal", "/** A. @internal */ export const a = 1;", []],
    [
      "members of an interface",
      "/** A. */ export interface A {\n/** B. */ b: 1; c(): void }",
      ["A types", "A.b members", "A.c members !"],
    ],
    [
      "members of a class",
      "/** A. */ export class A { #b = 1; private c = 1; protected d = 1; constructor() {} get e() { return 1 } }",
      ["A classes", "A.e members !"],
    ],
    [
      "overloads",
      "/** A. */ export interface A {\n/** B. */ b(x: 1): void; b(x: 2): void }",
      ["A types", "A.b members"],
    ],
    [
      "members that an interface describes",
      "/** A. */ export interface A {\n/** B. */ b: 1 }\n/** C. */ export class C implements A { b: 1 = 1 }",
      ["A types", "A.b members", "C classes", "C.b members"],
    ],
  ])("%s", (_title, text, names) => {
    expect(namesOf(text)).toEqual(names);
  });

  test("names of other modules", () => {
    const others = { "other.ts": "/** A. */ export const a = 1; export const b = 2;" };
    expect(namesOf('export { a, b as c } from "./other.ts";', others)).toEqual([
      "a constants",
      "c constants !",
    ]);
    expect(namesOf('/** All. */ export * as all from "./other.ts";', others)).toEqual(["all modules"]);
    expect(namesOf('export * as all from "./other.ts";', others)).toEqual(["all modules !"]);
  });
});
