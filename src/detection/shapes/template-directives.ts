import { WordScreen } from "../detector/word-screen.ts";
import { isSpace, matchAt, placesOf, skipSpace } from "./scan.ts";
import { PYTHON_ROOTS } from "./template-names.ts";

export type TemplateEvidence =
  | "arithmetic"
  | "python"
  | "script-engine"
  | "engine-directive"
  | "script-directive"
  | "literal-call"
  | "call"
  | "expression";

export type Found = (evidence: TemplateEvidence, start: number, end: number) => void;

interface Directive {
  readonly word: string;
  /** What must be after the word. */
  readonly behind?: RegExp;
  readonly evidence: TemplateEvidence;
}

/** Words that need no delimiter round them, each with what follows it. All in lower case. */
const DIRECTIVES: readonly Directive[] = [
  { word: "freemarker.template.utility", evidence: "engine-directive" },
  { word: "<#assign", behind: /\s{1,9}\w{1,60}\s{0,9}=/y, evidence: "engine-directive" },
  { word: "?new", behind: /\s{0,9}\(\s{0,9}\)/y, evidence: "engine-directive" },
  { word: "#set", behind: /\s{0,9}\(\s{0,9}\$\w{1,60}\s{0,9}=/y, evidence: "engine-directive" },
  { word: ".class.", behind: /(?:inspect|forname|getresource|type)\b/y, evidence: "engine-directive" },
  { word: "$class.inspect", evidence: "engine-directive" },
  { word: "#evaluate", behind: /\s{0,9}\(\s{0,9}["'$]/y, evidence: "engine-directive" },
  {
    word: "${.",
    behind: /(?:version|data_model|globals|vars|locals|main|current_template_name|now|output_encoding)\b/y,
    evidence: "engine-directive",
  },
  { word: ".data_model", behind: /\?|\b/y, evidence: "engine-directive" },
  {
    word: "@system.",
    behind: /(?:diagnostics\.process|io\.(?:file|directory)|environment\.|reflection\.|net\.webclient)/y,
    evidence: "engine-directive",
  },
  { word: "new system.diagnostics.process", behind: /\s{0,9}\(/y, evidence: "engine-directive" },
  { word: "{% get_admin_log", evidence: "python" },
  { word: "messages.storages.", behind: /[\d.]{1,4}\w/y, evidence: "python" },
  { word: "dict(", behind: /\s{0,9}\w{1,40}=[^()]{0,200}\)\s{0,9}\|\s{0,9}join\b/y, evidence: "python" },
  { word: "_self.env", behind: /\b/y, evidence: "engine-directive" },
  { word: "{php", behind: /\}|\s{1,9}\w{1,40}\(/y, evidence: "engine-directive" },
  { word: "{/php}", evidence: "engine-directive" },
  { word: "{smarty_internal", evidence: "engine-directive" },
  { word: "{self::", evidence: "engine-directive" },
  { word: "{$smarty.", behind: /\w/y, evidence: "engine-directive" },
  { word: "{system(", evidence: "engine-directive" },
  { word: "{if system(", evidence: "engine-directive" },
  { word: "{passthru(", evidence: "engine-directive" },
  { word: "{if passthru(", evidence: "engine-directive" },
  { word: "{phpinfo(", evidence: "engine-directive" },
  { word: "{if phpinfo(", evidence: "engine-directive" },
  { word: "constructor.constructor", evidence: "script-engine" },
  { word: "constructor[", behind: /['"]constructor/y, evidence: "script-engine" },
  { word: "['constructor']", evidence: "script-engine" },
  { word: '["constructor"]', evidence: "script-engine" },
  ...PYTHON_ROOTS.map((word): Directive => ({ word, behind: /\s{0,9}[.([]/y, evidence: "python" })),
];

/** The words that a text must hold one of for {@link findDirectives}. */
export const DIRECTIVE_WORDS: readonly string[] = [...DIRECTIVES.map(({ word }) => word), "}__::"];

const SCREEN = new WordScreen(DIRECTIVES, ({ word }) => word);

/** @param lower the text in lower case. */
export function findDirectives(lower: string, found: Found): void {
  for (const { word, behind, evidence } of SCREEN.in(lower)) {
    for (const at of placesOf(lower, word)) {
      const end = behind === undefined ? at + word.length : matchAt(behind, lower, at + word.length);
      if (end < 0 || (word === ".class." && !behindVariable(lower, at))) continue;
      found(evidence, at, end);
      break;
    }
  }
  const view = lower.indexOf("}__::");
  if (view < 0) return;
  const start = lower.lastIndexOf("__${", view);
  if (start >= 0 && view - start < 400) found("engine-directive", start, view + 5);
}

/** Whether a variable of Velocity ends at `end`: `$name`. */
function behindVariable(lower: string, end: number): boolean {
  let at = end;
  while (at > 0 && end - at < 60 && /\w/.test(lower.charAt(at - 1))) at -= 1;
  return at < end && lower.charCodeAt(at - 1) === 36;
}

/** The word at `at`, white space left out; "" when something else is there. */
export function wordAt(lower: string, at: number): string {
  const start = skipSpace(lower, at);
  let end = start;
  while (end - start < 40 && /\w/.test(lower.charAt(end))) end += 1;
  return lower.slice(start, end);
}

/** The first byte from `at` on that is not white space, as a text; "" at the end. */
export function byteAt(text: string, at: number): string {
  return text.charAt(skipSpace(text, at));
}

/** The last byte before `at` that is not white space, and not before `from`; "" when there is none. */
export function byteBefore(text: string, at: number, from: number): string {
  let position = at - 1;
  while (position >= from && isSpace(text.charCodeAt(position))) position -= 1;
  return position < from ? "" : text.charAt(position);
}
