import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { run } from "../cli/support.ts";
import { root } from "../support/root.ts";
import { compileFilter } from "../support/source/language/compile.ts";
import { Source } from "../support/source/language/diagnostics.ts";
import { standardFunctions } from "../support/source/language/functions.ts";
import { automatonEngine } from "../support/source/language/pattern.ts";
import { requestScheme } from "../support/source/request/fields.ts";
import { loadDocuments } from "../support/source/rules/load.ts";
import { managedRulesets } from "../support/source/rules/managed.ts";

const guides = join(root, "docs/guide");
/** Inside the project, so that the test runner compiles what lies there; ignored by git. */
const scratch = join(root, "build/guides");

interface Block {
  readonly name: string;
  readonly language: string;
  readonly text: string;
}

const pages = [...readdirSync(guides).map((file) => join(guides, file)), join(root, "README.md")];
const blocks: readonly Block[] = pages.flatMap((page) => {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, body], at) => ({
    name: `${basename(page, ".md")}-${at + 1}`,
    language: language!,
    text: body!,
  }));
});

function blocksOf(language: string): readonly Block[] {
  return blocks.filter((block) => block.language === language);
}

const ENTRIES: Readonly<Record<string, string>> = {
  wirewall: "src/index.ts",
  "wirewall/core": "src/core.ts",
  "wirewall/language": "src/language.ts",
  "wirewall/managed": "src/rules/managed/index.ts",
  "wirewall/node": "src/adapters/node/index.ts",
  "wirewall/fetch": "src/adapters/fetch/index.ts",
  "wirewall/proxy": "src/adapters/proxy/index.ts",
  "wirewall/terraform": "src/adapters/terraform/index.ts",
  "wirewall/patterns/re2js": "src/language/pattern/re2js-engine.ts",
};

test("guides hold no other kinds of blocks than those that are tested here", () => {
  const kinds = new Set(blocks.map(({ language }) => language));
  expect([...kinds].sort()).toEqual(["console", "expression", "hcl", "sh", "ts", "yaml"]);
});

describe("TypeScript", () => {
  const programs = blocksOf("ts").map(({ name, text }) => {
    const path = join(scratch, `${name}.ts`);
    const local = text.replace(/from "(wirewall[^"]*)"/g, (_, entry: string) => {
      const target = ENTRIES[entry];
      if (target === undefined) throw new Error(`the guides import ${entry}, which is no entry point`);
      return `from "../../${target}"`;
    });
    // Express is no dependency: what the guide uses of it stands in for it.
    const served = local.replace(
      'import express from "express"',
      'import { express } from "../../test/docs/express.ts"',
    );
    return { name, path, text: served };
  });
  mkdirSync(scratch, { recursive: true });
  for (const { path, text } of programs) writeFileSync(path, text);

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test("has no type errors", () => {
    const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
    const program = ts.createProgram(
      programs.map(({ path }) => path),
      options,
    );
    const faults = programs.flatMap(({ name, path }) => {
      const file = program.getSourceFile(path);
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return found.map(({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
    });
    expect(faults).toEqual([]);
  });

  test.each(programs.map(({ name, path }) => [name, path] as const))("%s runs", async (_name, path) => {
    await import(/* @vite-ignore */ pathToFileURL(path).href);
  });
});

describe("expressions", () => {
  const scheme = requestScheme(standardFunctions).withLists([{ name: "office", kind: "ip" }]);
  const all = blocksOf("expression").flatMap(({ text }) => text.trim().split(/\n\n+/));

  test.each(all)("%s", (text) => {
    const compiled = compileFilter(text, scheme, { patterns: automatonEngine });
    expect(compiled.ok ? [] : compiled.errors).toEqual([]);
    expect(compiled.warnings).toEqual([]);
  });
});

describe("documents", () => {
  const options = {
    scheme: requestScheme(standardFunctions).withLists([{ name: "office", kind: "ip" }]),
    patterns: automatonEngine,
    rulesets: managedRulesets,
  };

  test.each(blocksOf("yaml").map(({ name, text }) => [name, text] as const))("%s loads", (name, text) => {
    const loaded = loadDocuments([new Source(text, `${name}.yaml`)], options);
    expect(loaded.ok ? [] : loaded.errors).toEqual([]);
    expect(loaded.warnings).toEqual([]);
  });
});

describe("commands", () => {
  const steps = blocksOf("console").flatMap(({ text }) =>
    text
      .split(/^\$ /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n") + 1)] as const),
  );

  test.each(steps)("%s", async (command, wanted) => {
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
    expect(words[0]).toBe("wirewall");
    // What is typed at a prompt stands between what is answered.
    const prompt = "wirewall> ";
    const lines = wanted.split("\n");
    const typed = lines.filter((line) => line.startsWith(prompt)).map((line) => line.slice(prompt.length));
    const answers = lines.filter((line) => !line.startsWith(prompt));
    const { code, out, err } = await run(words.slice(1), typed.join("\n"));
    expect(`${out}${err}`.trim()).toBe(answers.join("\n").trim());
    expect(code).toBe(0);
  });
});
