// The built package as programs meet it: what an import loads, how large the core is, and whether bundles of every kind
// run. Counts, not times. Needs `npm run build`.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";
import { type BuildOptions, build } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const loads = pathToFileURL(join(root, "test/package/loads.mjs")).href;
const work = mkdtempSync(join(tmpdir(), "wirewall-bundles-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** The package's subpaths that are code. */
const subpaths = Object.entries(
  (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly exports: object }).exports,
).flatMap(([subpath, target]) => (typeof target === "string" ? [] : [`wirewall${subpath.slice(1)}`]));
/** Those that import `node:` modules. */
const ON_NODE: ReadonlySet<string> = new Set(["wirewall/file-store", "wirewall/node", "wirewall/proxy"]);
const neutral = subpaths.filter((name) => !ON_NODE.has(name));

/** Paths, from the project's root, of the modules that a program loads. */
function loadedBy(code: string): readonly string[] {
  const program = join(root, "build", `loads-${process.pid}.mjs`);
  writeFileSync(program, code);
  try {
    const out = execFileSync(process.execPath, ["--import", loads, program], { encoding: "utf8", cwd: root });
    const base = pathToFileURL(root).href;
    return out
      .split("\n")
      .filter((line) => line !== "" && !line.endsWith(program))
      .map((url) => (url.startsWith(base) ? url.slice(base.length) : url));
  } finally {
    rmSync(program);
  }
}

/** The sources that the modules of `dist` were made of, by their source maps. */
function sourcesOf(modules: readonly string[]): readonly string[] {
  return modules.flatMap((file) => {
    const map = JSON.parse(readFileSync(join(root, `${file}.map`), "utf8")) as { sources: string[] };
    return map.sources.map((source) => source.replace(/^(?:\.\.\/)+/, ""));
  });
}

async function bundled(code: string, options: BuildOptions): Promise<string> {
  const { outputFiles = [] } = await build({
    stdin: { contents: code, resolveDir: root, loader: "js" },
    bundle: true,
    write: false,
    logLevel: "silent",
    ...options,
  });
  return outputFiles.map(({ text }) => text).join("");
}

describe("an import loads no more than it needs", () => {
  const cases: readonly (readonly [name: string, most: number, without: RegExp])[] = [
    ["wirewall", 12, /node_modules\/(?:re2js|re2-wasm|httpxy|mmdb-lib)\/|^src\/(?:managed|adapters|cli)\//],
    [
      "wirewall/core",
      12,
      /node_modules\/(?:re2js|re2-wasm|httpxy|mmdb-lib)\/|^src\/(?:managed|adapters|cli)\//,
    ],
    [
      "wirewall/language",
      10,
      /node_modules\/(?:yaml|re2js|httpxy)\/|^src\/(?:engine|ruleset|adapters|cli)\//,
    ],
    ["wirewall/managed", 3, /node_modules|^src\/(?:engine|expression|request)\//],
  ];
  test.each(cases)("%s: at most %i modules", (name, most, without) => {
    const modules = loadedBy(`import "${name}";`);
    expect(modules.length).toBeLessThanOrEqual(most);
    expect(modules.filter((file) => !file.startsWith("dist/"))).toEqual([]);
    expect(sourcesOf(modules).filter((source) => without.test(source))).toEqual([]);
  });

  test("the RE2 engine comes with its own entry point", () => {
    const modules = loadedBy('import "wirewall/patterns/re2js";');
    expect(modules.some((file) => file.startsWith("node_modules/re2js/"))).toBe(true);
  });
});

test("the core, minified, stays small", async () => {
  const code = 'export * from "wirewall/core";';
  const text = await bundled(code, { format: "esm", platform: "neutral", minify: true });
  expect(text.length).toBeGreaterThan(100_000);
  expect(text.length).toBeLessThan(740_000);
});

test("classes are the same in every entry point", () => {
  const program = `
import { readFileSync } from "node:fs";
const names = ${JSON.stringify(neutral)};
const modules = await Promise.all(names.map((name) => import(name)));
const seen = new Map();
let shared = 0;
for (const [at, module] of modules.entries()) {
  for (const [name, value] of Object.entries(module)) {
    if (typeof value !== "function" || !/^class\\b/.test(Function.prototype.toString.call(value))) continue;
    if (!seen.has(name)) seen.set(name, value);
    else if (seen.get(name) === value) shared++;
    else throw new Error(name + " of " + names[at] + " is another class");
  }
}
process.stdout.write(String(shared));`;
  const file = join(root, "build", `classes-${process.pid}.mjs`);
  writeFileSync(file, program);
  try {
    expect(Number(execFileSync(process.execPath, [file], { encoding: "utf8" }))).toBeGreaterThan(5);
  } finally {
    rmSync(file);
  }
});

/** Judges a request by rules in YAML, with patterns: the answer is the action. */
const JUDGE = `
import { createWaf, loadDocument, Source } from "wirewall";
const text = \`
rules:
  - ref: dotfiles
    expression: http.request.uri.path matches r"^/\\\\.(?:git|env)" and not ip.src in {10.0.0.0/8}
    action: block
\`;
const loaded = loadDocument(new Source(text, "rules.yaml"));
if (!loaded.ok) throw new Error(loaded.errors[0].message);
const waf = createWaf({ rulesets: loaded.value.rulesets });
const answer = (path) =>
  waf.evaluateSync({ method: "GET", url: "https://a.example" + path, headers: {}, remoteAddress: "203.0.113.9" }).action;
export const answers = [answer("/.git/config"), answer("/index.html")].join();
`;

/** Every export of the entry points, so that nothing is shaken out. */
function everything(names: readonly string[]): string {
  const lines = names.map((name, at) => `import * as m${at} from "${name}";`);
  return `${lines.join("\n")}\nexport const counts = [${names.map((_, at) => `Object.keys(m${at}).length`).join(", ")}];\n`;
}

describe("bundles run", () => {
  test("on Node: every entry point in one ES module", async () => {
    const text = await bundled(everything(subpaths) + JUDGE, { format: "esm", platform: "node" });
    const file = join(work, "node.mjs");
    writeFileSync(file, text);
    const runner = `const m = await import(${JSON.stringify(pathToFileURL(file).href)}); process.stdout.write(JSON.stringify([m.answers, m.counts]));`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", runner], { encoding: "utf8" });
    const [answers, counts] = JSON.parse(out) as [string, number[]];
    expect(answers).toBe("block,allow");
    expect(counts.filter((count) => count === 0)).toEqual([]);
  });

  const platforms: readonly (readonly [name: string, options: BuildOptions])[] = [
    ["without a platform", { platform: "neutral" }],
    ["in a browser", { platform: "browser" }],
    ["at the edge", { platform: "browser", conditions: ["workerd", "worker", "browser"] }],
  ];
  test.each(platforms)("%s: every entry point that needs no Node", async (_, options) => {
    const text = await bundled(everything(neutral) + JUDGE, {
      format: "iife",
      globalName: "bundle",
      ...options,
    });
    // A realm of its own, with random numbers: no process, Buffer, require or timers, and no code from strings.
    const context = vm.createContext({ crypto }, { codeGeneration: { strings: false, wasm: false } });
    const found = vm.runInContext(
      `${text}; ({ answers: bundle.answers, counts: [...bundle.counts] })`,
      context,
    );
    expect(found.answers).toBe("block,allow");
    expect([...found.counts].filter((count: number) => count === 0)).toEqual([]);
  });
});

test("third-party code that is bundled has its notice", () => {
  const notices = readFileSync(join(root, "dist/THIRD-PARTY.txt"), "utf8");
  const files = execFileSync("ls", ["-R", "dist"], { cwd: root, encoding: "utf8" });
  expect(files).not.toContain("node_modules");
  for (const name of ["@noble/hashes", "chevrotain", "lodash-es", "yaml"])
    expect(notices).toMatch(new RegExp(`^${name} \\d`, "m"));
});
