import { skipSpace } from "./scan.ts";
import { byteAt, byteBefore, type Found, type TemplateEvidence, wordAt } from "./template-directives.ts";
import {
  GO_PRINTS,
  MAKO_STEPS,
  PHP_RUNNERS,
  PYTHON_INTERNALS,
  REQUEST_STEPS,
  RUBY_CLASSES,
  SETTING_CALLS,
  SUMS,
} from "./template-names.ts";
import type { Delimiter, TemplateToken } from "./template-tokens.ts";
import { delimiterAt, nextDelimiter, readToken } from "./template-tokens.ts";

/** Bytes of an expression that are read while its end does not come. What opens in between is read on its own. */
const LONGEST_EXPRESSION = 600;
const MOST_LINES = 6;
const DEEPEST = 16;
/** A value that is little more than one expression. */
const SHORT_VALUE = 400;

/** An expression that is being read. */
interface Expression {
  readonly delimiter: Delimiter;
  readonly start: number;
  readonly content: number;
  /** Only literals, operators and parentheses so far. */
  onlyLiterals: boolean;
  /** A pipe has come: what follows is a filter. */
  filtered: boolean;
  afterLiteral: boolean;
  numbers: number;
  literals: number;
  operators: number;
  /** Where the string ends that the expression begins with. */
  firstString: number;
  literalCall: boolean;
  /** Begins with a function that prints its arguments. */
  prints: boolean;
  calls: boolean;
  /** The name that came last is of a filter that templates use for looks. */
  plainFilter: boolean;
  works: boolean;
  lines: number;
}

function opened(delimiter: Delimiter, start: number): Expression {
  return {
    delimiter,
    start,
    content: start + delimiter.length,
    onlyLiterals: true,
    filtered: false,
    afterLiteral: false,
    numbers: 0,
    literals: 0,
    operators: 0,
    firstString: -1,
    literalCall: false,
    prints: false,
    calls: false,
    plainFilter: false,
    works: false,
    lines: 0,
  };
}

/** Reads what is between the delimiters of templates. @param lower the text in lower case. */
export function findExpressions(text: string, lower: string, found: Found): void {
  const first = skipSpace(text, 0);
  const short = text.length <= SHORT_VALUE;
  const token: TemplateToken = { kind: "other", end: 0 };
  let expressions: Expression[] = [];
  let at = nextDelimiter(text, 0);
  while (at < text.length) {
    const current = expressions[expressions.length - 1];
    if (current !== undefined && closes(text, at, current.delimiter)) {
      const end = at + current.delimiter.closer.length;
      judge(
        text,
        current,
        end,
        short && current.start === first
          ? text.charCodeAt(end) === 38
            ? 0
            : text.length - end
          : text.length,
        found,
      );
      expressions.pop();
      at = expressions.length === 0 ? nextDelimiter(text, end) : end;
      continue;
    }
    const delimiter = delimiterAt(text, at);
    if (delimiter !== undefined) {
      if (expressions.length === DEEPEST) expressions.shift();
      expressions.push(opened(delimiter, at));
      at += delimiter.length;
      continue;
    }
    if (current === undefined || at - current.content > LONGEST_EXPRESSION || current.lines > MOST_LINES) {
      expressions = [];
      at = nextDelimiter(text, at + 1);
      continue;
    }
    readToken(text, at, token);
    if (text.charCodeAt(at) === 10) current.lines += 1;
    take(current, lower, at, token);
    if (current.delimiter.name === "bracket") {
      // Lists of lists: only a calculation alone says something there.
    } else if (token.kind === "name") {
      const evidence = nameEvidence(lower, at, token.end, current, short && current.start === first);
      if (evidence !== undefined) found(evidence, current.start, token.end);
    } else if (token.kind === "string") {
      const evidence = stringEvidence(lower.slice(at + 1, token.end - 1), lower, at, current);
      if (evidence !== undefined) found(evidence, current.start, token.end);
    } else if (text.charCodeAt(at) === 96 && current.content === skipBack(text, at, current.content)) {
      if (runsRuby(current.delimiter)) found("script-directive", current.start, at + 1);
    }
    at = token.end;
  }
}

function closes(text: string, at: number, { closer }: Delimiter): boolean {
  return text.charCodeAt(at) === closer.charCodeAt(0) && text.startsWith(closer, at);
}

/** `from` when only white space and `=` are between it and `at`. */
function skipBack(text: string, at: number, from: number): number {
  if (at - from > 40) return -1;
  for (let position = from; position < at; position += 1) {
    if (!" \t\r\n=-".includes(text.charAt(position))) return -1;
  }
  return from;
}

/** @param rest bytes of a short value that are after its expression. */
function judge(text: string, current: Expression, end: number, rest: number, found: Found): void {
  const { start, delimiter } = current;
  const isSum = current.onlyLiterals && current.numbers > 0 && current.literals > 1 && current.operators > 0;
  if (isSum && !isQuotedCode(text, start, end)) {
    found("arithmetic", start, end);
  }
  if (delimiter.name === "bracket" || delimiter.name === "razor" || delimiter.name === "action") return;
  const isPrinted = current.prints && current.onlyLiterals && current.literals > 0;
  if (rest <= 40 && (current.literalCall || isPrinted)) found("literal-call", start, end);
  else if (current.calls && rest <= 2) found("call", start, end);
  if (current.works && delimiter.name !== "block" && delimiter.name !== "star")
    found("expression", start, end);
}

/** Whether it is between accent graves with words after or in front: code in a sentence. */
function isQuotedCode(text: string, start: number, end: number): boolean {
  if (text.charAt(start - 1) !== "`" || text.charAt(end) !== "`") return false;
  return (
    /^[.,:;?!)]? [A-Za-z(]/.test(text.slice(end + 1, end + 4)) ||
    /[A-Za-z,:.(] $/.test(text.slice(0, start - 1).slice(-2))
  );
}

const PLAIN_FILTERS: ReadonlySet<string> = new Set(
  "default d date truncate round number_format money currency t trans translate plural pluralize".split(" "),
);

/** Keeps count of what the expression is made of. */
function take(current: Expression, lower: string, at: number, token: TemplateToken): void {
  const code = lower.charCodeAt(at);
  switch (token.kind) {
    case "space":
      return;
    case "number":
    case "string":
      if (token.kind === "string" && current.literals === 0 && current.onlyLiterals)
        current.firstString = token.end;
      if (current.afterLiteral && !current.filtered && !current.prints) current.onlyLiterals = false;
      if (token.kind === "number") current.numbers += 1;
      current.literals += 1;
      current.afterLiteral = true;
      return;
    case "name":
      if (current.filtered) {
        if (SUMS.has(lower.slice(at, token.end))) current.operators += 1;
      } else if (!printsLiterals(current, lower, at, token.end)) current.onlyLiterals = false;
      current.plainFilter = current.filtered && PLAIN_FILTERS.has(lower.slice(at, token.end));
      if (lower.charCodeAt(token.end) === 40) {
        if (!current.plainFilter) current.calls = true;
        if (current.firstString >= 0 && at === current.firstString + 1 && lower.charCodeAt(at - 1) === 46) {
          current.literalCall = true;
        }
      }
      return;
    default:
      if (".*+([".includes(lower.charAt(at)) && !(code === 40 && current.plainFilter)) current.works = true;
      current.plainFilter = false;
      if (code === 124) current.filtered = true;
      else if (!current.filtered) operator(current, code);
  }
}

/** Whether a name begins the expression and prints what follows: `{% print 7*7 %}`, `{{printf "a"}}`. */
function printsLiterals(current: Expression, lower: string, at: number, end: number): boolean {
  const { delimiter, content } = current;
  if (skipSpace(lower, content) !== at) return false;
  const name = lower.slice(at, end);
  if (delimiter.name === "block") return name === "print";
  if (delimiter.name !== "mustache" || !GO_PRINTS.has(name) || lower.charCodeAt(end) !== 32) return false;
  current.prints = true;
  return true;
}

function operator(current: Expression, code: number): void {
  if (code === 40 || code === 41) return;
  const strong = code === 42 || code === 43 || code === 37 || code === 126;
  if (current.afterLiteral && (strong || code === 45 || code === 47 || code === 94)) {
    if (strong) current.operators += 1;
    current.afterLiteral = false;
  } else if (current.literals === 0 ? code !== 61 && code !== 45 : code !== 42) current.onlyLiterals = false;
}

function runsRuby(delimiter: Delimiter): boolean {
  return delimiter.name === "hash" || delimiter.name === "percent";
}

/** Every name that {@link nameEvidence} looks at more closely. */
const TELLING_NAMES: ReadonlySet<string> = new Set([
  ...PHP_RUNNERS,
  ...RUBY_CLASSES,
  "x",
  "function",
  "_",
  "_context",
  "api",
  "app",
  "attr",
  "config",
  "constructor",
  "cycler",
  "debug",
  "eval",
  "get_flashed_messages",
  "dump",
  "global",
  "handler",
  "import",
  "include",
  "joiner",
  "lipsum",
  "new",
  "os",
  "popen",
  "process",
  "request",
  "require",
  "root",
  "self",
  "settings",
  "string",
  "subclasses",
  "this",
  "url_for",
  "with",
]);

/** What a name inside an expression says. @param alone whether the value is short and begins with the expression. */
function nameEvidence(
  lower: string,
  at: number,
  end: number,
  { delimiter, content }: Expression,
  alone: boolean,
): TemplateEvidence | undefined {
  const name = lower.slice(at, Math.min(end, at + 40));
  if (PYTHON_INTERNALS.has(name)) return "python";
  if (!TELLING_NAMES.has(name)) return undefined;
  const before = byteBefore(lower, at, content);
  const next = byteAt(lower, end);
  const inside = ".$/-".includes(before) && before !== "";
  const step = next === "." ? wordAt(lower, skipSpace(lower, end) + 1) : "";
  switch (name) {
    case "constructor":
      return makesFunction(lower, end, next, step) ? "script-engine" : undefined;
    case "lipsum":
      return "python";
    case "cycler":
    case "joiner":
    case "url_for":
    case "get_flashed_messages":
      return next === "." || next === "[" ? "python" : undefined;
    case "attr":
      return before === "|" ? "python" : undefined;
    case "config":
      if (inside) return undefined;
      return next === "[" ||
        SETTING_CALLS.has(step) ||
        (next === "}" && (alone || delimiter.name === "mustache"))
        ? "python"
        : undefined;
    case "handler":
      return step === "settings" && !inside ? "python" : undefined;
    case "dump":
      return alone && next === "(" && before === "" && delimiter.name === "mustache"
        ? "engine-directive"
        : undefined;
    case "settings":
      return step === "secret_key" ? "python" : undefined;
    case "self":
      if (inside) return undefined;
      if (next === "[" || MAKO_STEPS.has(step) || step.startsWith("_")) return "python";
      return alone && next === "}" ? "python" : undefined;
    case "request":
      if (inside) return undefined;
      if (next === "[" || REQUEST_STEPS.has(step)) return "python";
      return alone && next === "}" ? "call" : undefined;
    case "subclasses":
    case "popen":
      return next === "(" && before === "." ? "python" : undefined;
    case "os":
      return step === "system" || step === "popen" ? "python" : undefined;
    case "_context":
      return delimiter.name === "mustache" ? "engine-directive" : undefined;
    case "app":
      return step === "request" && !inside && delimiter.name === "mustache" ? "engine-directive" : undefined;
    case "api":
    case "eval":
      return before === "?" && next !== "" && ".}(".includes(next) ? "engine-directive" : undefined;
    case "_":
      return step === "templatesettings" || step === "version" ? "script-engine" : undefined;
    case "process":
      if (["mainmodule", "binding", "getbuiltinmodule"].includes(step)) {
        return delimiter.name === "hash" || delimiter.name === "percent"
          ? "script-directive"
          : "script-engine";
      }
      return alone && delimiter.name === "mustache" && before === "" && step !== ""
        ? "script-engine"
        : undefined;
    case "global":
    case "root":
      if (step !== "process") return undefined;
      return runsRuby(delimiter) ? "script-directive" : "script-engine";
    case "require":
      if (runsRuby(delimiter))
        return before === "" && "('\"".includes(next || " ") ? "script-directive" : undefined;
      return delimiter.name === "mustache" && next === "(" ? "script-engine" : undefined;
    case "this":
      if (!alone || delimiter.name !== "mustache" || before !== "" || lower.length > 120) return undefined;
      return next === "." || next === "}" ? "script-engine" : undefined;
    case "string":
      return step === "sub" && delimiter.name === "mustache" ? "script-engine" : undefined;
    case "with":
      if (!alone || before !== "#") return undefined;
      return next === '"' || next === "'" || next === "(" || wordAt(lower, end) === "split"
        ? "script-engine"
        : undefined;
    case "new":
      return delimiter.name !== "mustache" && ["file", "processbuilder"].includes(wordAt(lower, end))
        ? "script-directive"
        : undefined;
    case "include":
    case "import":
    case "debug":
      return inclusion(name, lower, end, delimiter, before, alone);
    default:
      return commandName(name, delimiter, before, next);
  }
}

/** Whether `constructor` is called with a text, or leads on to another one. */
function makesFunction(lower: string, end: number, next: string, step: string): boolean {
  if (next === "(" || next === "[") return "'\"`".includes(byteAt(lower, skipSpace(lower, end) + 1) || " ");
  return step === "constructor" || step === "prototype" || step === "call" || step === "apply";
}

const FAR_FILE = /\s{0,9}\(?\s{0,9}['"](?:\/|\.\.|\w{2,9}:|[\w-]{1,40}\.(?:php|ini|env|conf)\b)/y;
const SYSTEM_MODULE = /\s{1,9}['"]?(?:os|sys|subprocess|pty)\b/y;

function inclusion(
  name: string,
  lower: string,
  end: number,
  { name: delimiter }: Delimiter,
  before: string,
  alone: boolean,
): TemplateEvidence | undefined {
  if (before !== "" || (delimiter !== "block" && delimiter !== "mustache")) return undefined;
  if (name === "debug")
    return alone && delimiter === "block" && byteAt(lower, end) === "%" ? "script-directive" : undefined;
  const pattern = name === "import" ? SYSTEM_MODULE : FAR_FILE;
  pattern.lastIndex = end;
  return pattern.test(lower) ? "script-directive" : undefined;
}

/** Commands of Ruby and Elixir, and functions of PHP in templates of Twig. */
function commandName(
  name: string,
  delimiter: Delimiter,
  before: string,
  next: string,
): TemplateEvidence | undefined {
  if (runsRuby(delimiter)) {
    const first = before === "" || before === "=" || before === "(" || before === ";";
    if (first && RUBY_CLASSES.has(name) && next === ".") return "script-directive";
    if (first && (name === "system" || name === "exec")) {
      return next === "(" || next === "'" || next === '"' ? "script-directive" : undefined;
    }
    if (name === "x" && before === "%")
      return "|({[!<".includes(next || " ") ? "script-directive" : undefined;
    return name === "function" && next === "(" && before === "" ? "script-directive" : undefined;
  }
  if (delimiter.name === "mustache" && PHP_RUNNERS.has(name)) {
    return next === "~" || before === "~" ? "engine-directive" : undefined;
  }
  return undefined;
}

/** What the content of a string inside an expression says. */
function stringEvidence(
  content: string,
  lower: string,
  at: number,
  { delimiter, content: start }: Expression,
): TemplateEvidence | undefined {
  if (content === "constructor" || content === "child_process") return "script-engine";
  if (delimiter.name !== "mustache" && delimiter.name !== "block") return undefined;
  if (!PHP_RUNNERS.has(content) || byteBefore(lower, at, start) !== "(") return undefined;
  const opening = lower.lastIndexOf("(", at);
  const filter = /\|\s{0,9}(?:filter|map|reduce|sort|find)\s{0,9}$/;
  return filter.test(lower.slice(Math.max(start, opening - 30), opening)) ? "engine-directive" : undefined;
}
