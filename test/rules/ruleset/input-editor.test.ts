import { fileURLToPath } from "node:url";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";

// What an editor shows whoever writes rulesets in TypeScript: the compiler's own words, and what it completes.

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const FILE = `${ROOT}test/written.ts`;
const IMPORT = `import { createWaf, type RuleDocument, type RuleInput } from "../src/index.ts";\n`;
const CURSOR = "‸";

const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(
  { ...config, files: [FILE], include: [] },
  ts.sys,
  ROOT,
  // Not every text uses all that is imported.
  { noUnusedLocals: false },
);
let written = "";
let version = 0;
const service = ts.createLanguageService({
  getCompilationSettings: () => options,
  getScriptFileNames: () => [FILE],
  getScriptVersion: (name) => (name === FILE ? String(version) : "1"),
  getScriptSnapshot(name) {
    const text = name === FILE ? written : ts.sys.readFile(name);
    return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
  },
  getCurrentDirectory: () => ROOT,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (name) => name === FILE || ts.sys.fileExists(name),
  readFile: ts.sys.readFile,
  directoryExists: ts.sys.directoryExists,
});

/** Puts a text before the service, and answers where its cursor stands. */
function write(text: string): number {
  written = IMPORT + text.replace(CURSOR, "");
  version++;
  return IMPORT.length + text.indexOf(CURSOR);
}

/** The faults of a statement, each line of a message by itself. */
function faultsOf(statement: string): readonly string[] {
  write(statement);
  return service
    .getSemanticDiagnostics(FILE)
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .flatMap(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n").split("\n"))
    .map((line) => line.trim());
}

/** What is completed at the cursor. */
function completed(statement: string): readonly string[] {
  const found = service.getCompletionsAtPosition(FILE, write(statement), undefined);
  return found?.entries.map(({ name }) => name) ?? [];
}

/** The doc comment of the name after the cursor. */
function comment(statement: string): string {
  const info = service.getQuickInfoAtPosition(FILE, write(statement));
  return ts.displayPartsToString(info?.documentation);
}

const ruleset = (members: string) => `createWaf({ rulesets: [{ ${members} }] });`;
const rule = (members: string, phase?: string) =>
  ruleset(
    `${phase === undefined ? "" : `phase: "${phase}", `}rules: [{ ref: "r", expression: "true", ${members} }]`,
  );

const LIMIT = `ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 5 }`;

// The first answer waits for the whole source to be read.
beforeAll(() => void faultsOf(""), 240_000);

describe("nothing is said of what the loader takes", () => {
  test.each([
    [rule(`action: "block"`)],
    [rule(`action: "rewrite", action_parameters: { headers: { "x-a": { operation: "remove" } } }`)],
    [rule(`action: "block", ${LIMIT}`, "http_ratelimit")],
    [rule(`action: "execute", action_parameters: { id: "own" }`, "ratelimit")],
    [rule(`action: "skip", action_parameters: { ruleset: "current" }`, "ratelimit")],
    [`const rules: RuleInput[] = []; ${ruleset("rules")} ${ruleset(`phase: "managed", rules`)}`],
  ])("%s", (statement) => {
    expect(faultsOf(statement)).toEqual([]);
  });
});

describe("a fault says what is wrong", () => {
  test.each([
    [
      "an action that the phase does not offer",
      rule(`action: "score", action_parameters: { increment: 1 }`, "http_ratelimit"),
      /^Type '"score"' is not assignable to type '("\w+"( \| )?){11}'\.$/,
    ],
    [
      "an action that the default phase does not offer",
      rule(`action: "redirect"`),
      /^Type '"redirect"' is not assignable to type '("\w+"( \| )?){14}'\.$/,
    ],
    ["a misspelt action", rule(`action: "blok"`), /Did you mean '"block"'\?$/],
    [
      "a misspelt phase",
      ruleset(`phase: "http_ratelimi", rules: []`),
      /^Type '"http_ratelimi"' .* Did you mean '"http_ratelimit"'\?$/,
    ],
    [
      "a misspelt parameter",
      rule(`action: "block", action_parameters: { response: { status_cod: 403 } }`),
      /'status_cod' does not exist .* Did you mean to write 'status_code'\?$/,
    ],
    [
      "a misspelt parameter beside a right one",
      rule(`action: "score", action_parameters: { increment: 1, nam: "a" }`),
      /'nam' does not exist in type/,
    ],
    [
      "a parameter of an action without parameters",
      rule(`action: "log", action_parameters: { name: "a" }`),
      /^Type '\{ name: string; \}' is not assignable to type|'name' does not exist in type/,
    ],
    [
      "a missing parameter",
      rule(`action: "score"`),
      /^Property 'action_parameters' is missing in type .* but required in type/,
    ],
    [
      "a missing rate limit",
      rule(`action: "block"`, "http_ratelimit"),
      /^Property 'ratelimit' is missing in type .* but required in type/,
    ],
    [
      "rules of another phase",
      `const rules: RuleInput[] = []; ${ruleset(`phase: "http_ratelimit", rules`)}`,
      /^Property 'ratelimit' is optional in type .* but required in type/,
    ],
    [
      "a misspelt member of a rule",
      rule(`action: "block", enabeld: true`),
      /Did you mean to write 'enabled'\?$/,
    ],
    [
      "a kind of list that there is not",
      `createWaf({ lists: { a: { kind: "ips", items: [] } } });`,
      /^Type '"ips"' is not assignable to type '.*"ip"/,
    ],
  ])("%s", (_what, statement, said) => {
    expect(faultsOf(statement)).toContainEqual(expect.stringMatching(said));
  });
});

describe("what may stand there is completed", () => {
  test.each([
    [ruleset("‸"), ["phase", "name", "rules", "source"]],
    [ruleset(`phase: "‸"`), ["custom", "http_ratelimit", "http_log_custom_fields"]],
    [ruleset(`rules: [{ ‸ }]`), ["action", "expression", "sample", "on_budget"]],
    [rule(`action: "block", ‸`, "http_ratelimit"), ["ratelimit", "action_parameters"]],
    [rule(`action: "block", ratelimit: { ‸ }`, "ratelimit"), ["period", "on_store_error"]],
    [rule(`action: "skip", action_parameters: { ‸ }`), ["phases", "targets", "scope"]],
    [
      rule(`action: "block", action_parameters: { response: { ‸ } }`),
      ["status_code", "variants", "grpc_status"],
    ],
    [`createWaf({ lists: { a: { kind: "‸" } } });`, ["ip", "redirect"]],
    [`declare const rule: RuleDocument; rule.‸`, ["ref", "ratelimit", "extra"]],
  ])("%s", (statement, names) => {
    expect(completed(statement)).toEqual(expect.arrayContaining(names));
  });

  test("with the actions that the phase offers, and no other, whether they need parameters or not", () => {
    const limit = [
      "drop",
      "tarpit",
      "label",
      "set_variable",
      "block",
      "log",
      "execute",
      "skip",
      "challenge",
      "js_challenge",
      "managed_challenge",
    ];
    expect([...completed(rule(`action: "‸"`, "http_ratelimit"))].sort()).toEqual(limit.sort());
    expect([...completed(rule(`action: "‸"`, "http_request_dynamic_redirect"))].sort()).toEqual([
      "execute",
      "label",
      "redirect",
      "set_variable",
    ]);
  });
});

test.each([
  [rule(`action: "block", ‸expires_at: ""`), "Ours: RFC 3339 time from which the rule is off."],
  [rule(`action: "block", ratelimit: { ‸period: 1 }`), "Length of the window, in seconds."],
  [ruleset(`‸kind: "zone"`), "`root` and `zone` begin a phase"],
  [
    `declare const rule: RuleDocument; rule.‸on_budget`,
    "Ours: what an exhausted work budget means for this rule's request.",
  ],
])("members have their doc comments: %s", (statement, words) => {
  expect(comment(statement)).toContain(words);
});
