import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, expect, test } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const FILE = "grammar/editor/wirewall.tmLanguage.json";
let grammar: textmate.IGrammar;

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
  await oniguruma.loadWASM(readFileSync(wasm));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner([...patterns]),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(FILE, "utf8"), FILE),
  });
  const loaded = await registry.loadGrammar("source.wirewall");
  if (loaded === null) throw new Error("the grammar did not load");
  grammar = loaded;
});

/** The innermost scope of each piece of the text that is more than white space, without the language's name. */
function scopes(text: string): readonly string[] {
  const { tokens } = grammar.tokenizeLine(text, textmate.INITIAL);
  return tokens
    .filter(({ startIndex, endIndex }) => text.slice(startIndex, endIndex).trim() !== "")
    .map(({ startIndex, endIndex, scopes }) => {
      const innermost = scopes.at(-1)!.replace(/\.wirewall$/, "");
      return `${text.slice(startIndex, endIndex).trim()} ${innermost}`;
    });
}

test.each([
  [
    'http.host eq "a\\x41"',
    [
      "http.host variable.parameter.field",
      "eq keyword.operator.word",
      '" string.quoted.double',
      "a string.quoted.double",
      "\\x41 constant.character.escape",
      '" string.quoted.double',
    ],
  ],
  [
    "not ip.src in $office and 10.0.0.0/8",
    [
      "not keyword.control.logical",
      "ip.src variable.parameter.field",
      "in keyword.operator.word",
      "$office variable.other.list",
      "and keyword.control.logical",
      "10.0.0.0/8 constant.numeric",
    ],
  ],
  [
    "any(lower(names[*])[0] == true)",
    [
      "any keyword.control.quantifier",
      "( punctuation",
      "lower entity.name.function",
      "( punctuation",
      "names variable.parameter.field",
      "[ punctuation",
      "* punctuation",
      "] punctuation",
      ") punctuation",
      "[ punctuation",
      "0 constant.numeric",
      "] punctuation",
      "== keyword.operator.symbol",
      "true constant.language.boolean",
      ") punctuation",
    ],
  ],
  [
    's matches r#"a"b+"# or x',
    [
      "matches keyword.operator.word",
      "+ keyword.operator.quantifier.regexp",
      "or keyword.control.logical",
      "x variable.parameter.field",
    ],
  ],
  ["order.not variable", ["order.not variable.parameter.field", "variable variable.parameter.field"]],
])("%s", (text, expected) => {
  const found = scopes(text);
  for (const piece of expected) expect(found).toContain(piece);
});

test("a string ends where the language ends it", () => {
  expect(scopes('"a" or "b"')).toContain("or keyword.control.logical");
  expect(scopes('s ~ "[a\\"]" or b')).toContain("or keyword.control.logical");
});
