import { readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { root } from "../support/root.ts";

// A program that imports from two entry points, or from one beside the platform's globals, finds one meaning for a name.

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

const manifest = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as Manifest;
const entries = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === "string"
    ? []
    : [{ subpath, file: root + target.default.replace("./dist/", "src/").replace(/\.js$/, ".ts") }],
);

const program = ts.createProgram(
  entries.map(({ file }) => file),
  {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    strict: true,
    noEmit: true,
    types: [],
  },
);
const checker = program.getTypeChecker();

/** What each exported name means, by entry point. */
const exported = entries.flatMap(({ subpath, file }) => {
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} is no module`);
  return checker.getExportsOfModule(module).map((symbol) => ({
    subpath,
    name: symbol.name,
    meaning: (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol),
  }));
});

/** Names that the platform gives every file: those of the language and of browsers, workers and edge runtimes. */
const platform = new Set(
  program
    .getSourceFiles()
    .filter((file) => program.isSourceFileDefaultLibrary(file))
    .flatMap((file) => file.statements)
    .flatMap((statement) => {
      if (ts.isVariableStatement(statement)) {
        return statement.declarationList.declarations.map(({ name }) => name.getText());
      }
      const name = (statement as { readonly name?: ts.Node }).name;
      return name === undefined ? [] : [name.getText()];
    }),
);

test("the names of all entry points are known, and those of the platform", () => {
  expect(new Set(exported.map(({ subpath }) => subpath)).size).toBe(entries.length);
  for (const name of ["createWaf", "Waf", "guard", "defineScheme"]) {
    expect(exported.map((one) => one.name)).toContain(name);
  }
  for (const name of ["Request", "RequestInit", "Headers", "fetch", "Map", "Readonly"]) {
    expect(platform).toContain(name);
  }
});

test("no export has the name of something of the platform", () => {
  const shadowing = exported.filter(({ name }) => platform.has(name));
  expect(shadowing.map(({ subpath, name }) => `${subpath} ${name}`)).toEqual([]);
});

/** Those of the core are given what reads Terraform; their calls are the same. */
const WITHOUT_TERRAFORM = ["loadDocument: ., ./core", "loadDocuments: ., ./core", "loadObject: ., ./core"];

test("a name that several entry points export is the same thing in all of them", () => {
  const first = new Map<string, (typeof exported)[number]>();
  const different: string[] = [];
  for (const one of exported) {
    const before = first.get(one.name);
    if (before === undefined) first.set(one.name, one);
    else if (before.meaning !== one.meaning) different.push(`${one.name}: ${before.subpath}, ${one.subpath}`);
  }
  expect(different).toEqual(WITHOUT_TERRAFORM);
});

test.each(WITHOUT_TERRAFORM.map((text) => text.replace(/:.*/, "")))("%s is called alike in both", (name) => {
  const [standard, core, further] = exported
    .filter((one) => one.name === name)
    .map(({ meaning }) => checker.getTypeOfSymbol(meaning));
  expect(further).toBeUndefined();
  if (standard === undefined || core === undefined) throw new Error("not exported twice");
  expect(checker.isTypeAssignableTo(standard, core)).toBe(true);
  expect(checker.isTypeAssignableTo(core, standard)).toBe(true);
});
