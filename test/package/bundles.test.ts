// The built package as programs meet it: what an import loads, how large the core is, and whether bundles of every kind
// run. Counts, not times. Needs `npm run build`.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { type BuildOptions, build } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { root } from "../support/root.ts";

const loads = pathToFileURL(join(root, "test/package/loads.mjs")).href;
const work = mkdtempSync(join(tmpdir(), "wirewall-bundles-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly exports: object };
/** The package's subpaths that are code. */
const subpaths = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === "string" ? [] : [`wirewall${subpath.slice(1)}`],
);
/** Those that import `node:` modules. */
const ON_NODE: ReadonlySet<string> = new Set(["wirewall/node", "wirewall/proxy"]);
const neutral = subpaths.filter((name) => !ON_NODE.has(name));

/** Runs Node on a module whose text is given, in the project's folder. */
function runModule(code: string, options: readonly string[] = []): string {
  const program = join(root, "build", `program-${process.pid}.mjs`);
  writeFileSync(program, code);
  try {
    return execFileSync(process.execPath, [...options, program], { encoding: "utf8", cwd: root });
  } finally {
    rmSync(program);
  }
}

/** Paths, from the project's root, of the modules that are named in the output of a program under `loads.mjs`. */
function loadedIn(out: string): readonly string[] {
  const base = pathToFileURL(root).href;
  return out
    .split("\n")
    .filter((line) => line.startsWith("file:") && !line.endsWith(`program-${process.pid}.mjs`))
    .map((url) => (url.startsWith(base) ? url.slice(base.length) : url));
}

/** Modules that a program loads. */
function loadedBy(code: string): readonly string[] {
  return loadedIn(runModule(code, ["--import", loads]));
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

/** Functions of the bundle in which there is what is evaluated late. */
const DEFERRED = ["deferred:chevrotain", "deferred:yaml", "src/detection/inspection/inspection.ts"] as const;

describe("an import loads no more than it needs", () => {
  const OTHERS = /node_modules\/(?:re2js|re2-wasm|mmdb-lib)\/|^src\/(?:rules\/managed|adapters|cli)\//;
  const cases: readonly (readonly [name: string, most: number, without: RegExp])[] = [
    ["wirewall", 11, OTHERS],
    ["wirewall/core", 11, OTHERS],
    ["wirewall/language", 7, /node_modules\/re2js\/|yaml|^src\/(?:engine|rules|host|adapters|cli)\//],
    ["wirewall/managed", 3, /node_modules|^deferred:|^src\/(?:engine|language|request|documents)\//],
  ];
  test.each(cases)("%s: at most %i modules", (name, most, without) => {
    const modules = loadedBy(`import "${name}";`);
    expect(modules.length).toBeLessThanOrEqual(most);
    expect(modules.filter((file) => !file.startsWith("dist/"))).toEqual([]);
    expect(sourcesOf(modules).filter((source) => without.test(source))).toEqual([]);
  });

  const [PARSER, YAML, DETECTION] = DEFERRED;
  // What is bundled but rarely needed is evaluated when a function of it is first called. Counting begins before the
  // import, so the programs import dynamically.
  const LOADER = 'const { loadDocument, Source } = await import("wirewall");';
  const uses: readonly (readonly [what: string, code: string, evaluated: readonly string[]])[] = [
    ["an import", 'await import("wirewall");', []],
    [
      "a firewall with the managed rules alone",
      `
const { createWaf } = await import("wirewall");
const { managedRulesets } = await import("wirewall/managed");
const rules = [{ ref: "a", expression: "true", action: "execute", action_parameters: { id: "wirewall-core" } }];
const rulesets = [{ id: "z", kind: "zone", phase: "http_request_firewall_managed", rules }];
createWaf({ rulesets }, { managed: managedRulesets }).evaluateSync({ url: "https://a.example/?q=1" });`,
      [DETECTION],
    ],
    [
      "a firewall with rules of one's own",
      `
const { createWaf } = await import("wirewall");
const rules = [{ ref: "a", expression: 'http.host eq "a.example"', action: "block" }];
const rulesets = [{ id: "z", kind: "zone", phase: "http_request_firewall_custom", rules }];
createWaf({ rulesets }).evaluateSync({ url: "https://a.example/?q=1%27%20or%201=1--" });`,
      [PARSER],
    ],
    [
      "rules in JSON",
      `${LOADER} loadDocument(new Source('{"rules":[{"ref":"a","expression":"ssl","action":"block"}]}', "rules.json"));`,
      [PARSER],
    ],
    ["rules in YAML", `${LOADER} loadDocument(new Source("rules: []", "rules.yaml"));`, [YAML]],
  ];
  test.each(uses)("%s evaluates nothing that it does not need", (_, code, evaluated) => {
    const counting = `
import { Session } from "node:inspector";
const session = new Session();
session.connect();
session.post("Profiler.enable");
session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
process.once("exit", () => {
  session.post("Profiler.takePreciseCoverage", (_, { result }) => {
    const calls = result.flatMap(({ functions }) => functions).map(({ functionName, ranges }) => [functionName, ranges[0].count]);
    process.stdout.write(JSON.stringify(calls.filter(([name]) => ${JSON.stringify(DEFERRED)}.includes(name))));
  });
});`;
    const calls: readonly (readonly [name: string, count: number])[] = JSON.parse(
      runModule(`${counting}\n${code}`),
    );
    expect(calls.map(([name]) => name).sort()).toEqual([...DEFERRED].sort());
    const found = calls.filter(([, count]) => count > 0).map(([name]) => name);
    expect(found).toEqual(evaluated);
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
  // 3 % above what it had when this was set: to be raised with a reason, never by the way. Raised for reading bodies as
  // applications do: transfer encodings, all labels of character sets, parts and XML in several readings, values inside of
  // values. Raised by 330 KB for the detectors, a quarter of it the scorer's weights, and
  // by 15 KB for evaluating them late: each of their modules is a function then. Raised by 35 KB for readers of messages, files
  // and formulas, and for explanations that show what was found. Raised by 173 KB for what operators need: 48 KB find
  // the inputs of matches and write events and metrics, 31 KB read what others export, 17 KB are named conditions, and 18 KB
  // limits that count decisions, steps, and own answers. Lowered by 50 KB when Terraform left, raised by
  // 30 KB for secrets by their form in texts, commands and documents, and for sealing what is hidden.
  expect(text.length).toBeLessThan(1_465_000);
});

test("classes are the same in every entry point", () => {
  const program = `
import { readFileSync } from "node:fs";
const names = ${JSON.stringify(subpaths)};
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
  expect(Number(runModule(program))).toBeGreaterThan(5);
});

describe("a command loads no more than it needs", () => {
  const cases: readonly (readonly [words: string, most: number, without: RegExp])[] = [
    ["--help", 6, /^deferred:|^src\/(?!cli\/|language\/diagnostics\/)/],
    ["serve --help", 6, /^deferred:|^src\/(?!cli\/|language\/diagnostics\/)/],
    // It makes the firewall that `serve` makes, and does without its doors.
    ["check examples/quickstart/firewall.yaml", 19, /^src\/(?:host|adapters)\//],
    ["fmt examples/quickstart/firewall.yaml", 12, /^src\/(?:engine|rules\/managed|host|adapters)\//],
    ["eval ssl", 15, /^src\/(?:engine|rules\/managed|host|adapters)\//],
  ];
  test.each(cases)("%s: at most %i modules", (words, most, without) => {
    const args = ["--import", loads, "dist/cli/main.js", ...words.split(" ")];
    const out = execFileSync(process.execPath, args, { encoding: "utf8", cwd: root, stdio: "pipe" });
    const modules = loadedIn(out);
    expect(modules.length).toBeGreaterThan(0);
    expect(modules.length).toBeLessThanOrEqual(most);
    expect(modules.filter((file) => !file.startsWith("dist/cli/"))).toEqual([]);
    expect(sourcesOf(modules).filter((source) => without.test(source))).toEqual([]);
  });
});

describe("the files of dist", () => {
  const files = readdirSync(join(root, "dist"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".js"),
  );

  test("are made for every subpath and command of package.json", () => {
    const named = [...JSON.stringify(manifest).matchAll(/"(?:\.\/)?dist\/([^"]+\.js)"/g)].flatMap(
      ([, file]) => file ?? [],
    );
    expect(named.length).toBeGreaterThan(8);
    expect(files).toEqual(expect.arrayContaining(named));
  });

  test("have source maps that hold their sources", () => {
    for (const file of files) {
      const text = readFileSync(join(root, "dist", file), "utf8");
      const map = /\n\/\/# sourceMappingURL=(.+)\n$/.exec(text)?.[1];
      expect([file, map]).toEqual([file, `${file.slice(file.lastIndexOf("/") + 1)}.map`]);
      const { sources, sourcesContent } = JSON.parse(
        readFileSync(join(root, "dist", `${file}.map`), "utf8"),
      ) as { readonly sources: readonly string[]; readonly sourcesContent: readonly string[] };
      expect(sourcesContent.length).toBe(sources.length);
    }
  });

  // One character beyond, and the platform keeps and reads the whole file as two-byte text.
  test("are ASCII", () => {
    const beyond = files.filter((file) =>
      /[^\0-\x7f]/.test(readFileSync(join(root, "dist", file), "latin1")),
    );
    expect(beyond).toEqual([]);
  });
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
