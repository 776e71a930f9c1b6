// Makes grammar/editor/wirewall.tmLanguage.json: the colours of expressions in editors, from the lexer's keywords.
import { KEYWORDS } from "../../build/modules/language/syntax/tokens.js";

const JOINS = new Set(["and", "or", "xor", "not"]);
const CONSTANTS = new Set(["true", "false"]);
const QUANTIFIERS = new Set(["any", "all"]);

const words = KEYWORDS.map((type) => type.PATTERN);
const only = (set) => words.filter((word) => set.has(word)).join("|");
const operators = words.filter((word) => !JOINS.has(word) && !CONSTANTS.has(word) && !QUANTIFIERS.has(word));
const word = (alternatives) => `(?<![A-Za-z0-9_.])(?:${alternatives})(?![A-Za-z0-9_.])`;

const RAW = { name: "string.quoted.other.raw.wirewall", begin: '(?<![A-Za-z0-9_.])r(#*)"', end: '"\\1' };
const REGEX = [
  { name: "constant.character.escape.regexp.wirewall", match: "\\\\." },
  { name: "constant.other.character-class.wirewall", match: "\\[(?:\\\\.|[^\\]\\\\])*\\]" },
  { name: "keyword.operator.quantifier.regexp.wirewall", match: "[*+?]\\??|\\{\\d+(?:,\\d*)?\\}\\??" },
  { name: "keyword.control.anchor.regexp.wirewall", match: "[\\^$|]" },
];

export function textmate() {
  const grammar = {
    $schema: "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
    name: "wirewall expression",
    scopeName: "source.wirewall",
    fileTypes: ["wirewall", "expr"],
    patterns: [
      { name: "comment.line.number-sign.wirewall", match: '(?<![A-Za-z0-9_"])#.*$' },
      {
        begin: `(${word("matches")}|~)\\s*(?:r(#*)")`,
        beginCaptures: { 1: { name: "keyword.operator.word.wirewall" } },
        end: '"\\2',
        name: "string.regexp.raw.wirewall",
        patterns: REGEX,
      },
      {
        begin: `(${word("matches")}|~)\\s*"`,
        beginCaptures: { 1: { name: "keyword.operator.word.wirewall" } },
        end: '"',
        name: "string.regexp.wirewall",
        patterns: REGEX,
      },
      RAW,
      {
        name: "string.quoted.double.wirewall",
        begin: '"',
        end: '"',
        patterns: [
          {
            name: "constant.character.escape.wirewall",
            match: '\\\\(?:["\\\\]|x[0-9A-Fa-f]{2}|[0-3][0-7]{2})',
          },
          { name: "invalid.illegal.escape.wirewall", match: "\\\\." },
        ],
      },
      { name: "keyword.control.logical.wirewall", match: word(only(JOINS)) },
      { name: "keyword.control.quantifier.wirewall", match: word(only(QUANTIFIERS)) },
      { name: "constant.language.boolean.wirewall", match: word(only(CONSTANTS)) },
      { name: "keyword.operator.word.wirewall", match: word(operators.join("|")) },
      { name: "variable.other.list.wirewall", match: "\\$[a-z0-9_.]+" },
      {
        name: "constant.numeric.wirewall",
        match: "(?<![A-Za-z0-9_.])(?:-?[0-9]|::|[0-9A-Fa-f]{1,4}:)[0-9A-Za-z_.:/-]*",
      },
      { name: "entity.name.function.wirewall", match: "[A-Za-z_][A-Za-z0-9_.]*(?=\\s*\\()" },
      { name: "variable.parameter.field.wirewall", match: "[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z0-9_]+)*" },
      { name: "keyword.operator.symbol.wirewall", match: "&&|\\|\\||\\^\\^|==|!=|<=|>=|<|>|!|&|~" },
      { name: "punctuation.wirewall", match: "[(){}\\[\\],*]" },
    ],
  };
  return `${JSON.stringify(grammar, undefined, 2)}\n`;
}
