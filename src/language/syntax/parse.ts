import { EOF, type IToken, Lexer } from "chevrotain";
import { type Diagnostic, diagnose, type Fault, type Result } from "../diagnostics/diagnostic.ts";
import { Source } from "../diagnostics/source.ts";
import type { Expression } from "./ast.ts";
import { EnoughFaults } from "./expected.ts";
import { ExpressionGrammar, literalOf } from "./grammar.ts";
import { isJoin, isMiswrittenJoin } from "./hints.ts";
import { type Limits, resolveLimits } from "./limits.ts";
import { syntaxFault } from "./syntax-fault.ts";
import * as T from "./tokens.ts";

/** How a text is read. */
export interface ParseOptions {
  /** Limits to replace; the others keep their defaults. */
  readonly limits?: Partial<Limits>;
  /** Allow `#` to the end of the line as a comment (lexical.md#between-tokens). Default: false. */
  readonly comments?: boolean;
}

/**
 * Reads the text of a filter or value expression. Faults are collected, not only the first; their order is that of
 * their places. Never throws on account of the text, and takes time linear in its length.
 */
export function parseExpression(text: string | Source, options: ParseOptions = {}): Result<Expression> {
  const source = typeof text === "string" ? new Source(text) : text;
  const limits = resolveLimits(options.limits);
  const faults: Fault[] = [];
  const root = parseInto(faults, source, limits, options.comments === true);
  if (faults.length > 0 || root === undefined)
    return { ok: false, errors: place(source, faults, limits), warnings: [] };
  return { ok: true, value: root, warnings: [] };
}

function parseInto(
  faults: Fault[],
  source: Source,
  limits: Limits,
  comments: boolean,
): Expression | undefined {
  const text = source.text;
  const excess = excessStart(text, limits.maxExpressionLength);
  if (excess !== undefined) {
    faults.push({
      code: "E_EXPR_TOO_LONG",
      message: `an expression has at most ${limits.maxExpressionLength} characters`,
      span: { start: excess, end: text.length },
      hint: "put long value lists into a named list, or split the rule",
    });
    return undefined;
  }
  // The usual expressions of rules that execute a ruleset. The parser is not made for it: that takes longer than most texts.
  if (text === "true" || text === "false")
    return { kind: "boolean", value: text === "true", span: { start: 0, end: text.length } };
  const { tokens } = (comments ? commentLexer() : lexer()).tokenize(withPlainEnds(text));
  for (const token of tokens) literalFaults(faults, token, limits);
  if (tokens.length === 0 && faults.length === 0) {
    faults.push({
      code: "E_EXPECTED_TOKEN",
      message: "the expression is empty",
      span: { start: 0, end: text.length },
      hint: "write `true` for a rule that matches every request",
    });
    return undefined;
  }
  const deep = nestingFault(tokens, limits.maxNestingDepth);
  if (deep !== undefined) {
    faults.push(deep);
    return undefined;
  }
  return parseTokens(faults, tokens, source, limits.maxDiagnostics);
}

/**
 * Parses, and after input that belongs to no expression starts again after the next `and`, `or` or `xor`, so that
 * the faults of the rest are found too. Answers the tree of the first run.
 */
function parseTokens(
  faults: Fault[],
  tokens: IToken[],
  source: Source,
  mostFaults: number,
): Expression | undefined {
  const grammar = parser();
  // An unterminated literal has swallowed the rest: what is missing after it is not news.
  const truncated =
    literalOf(tokens.at(-1))?.faults.some((fault) => fault.code === "E_UNTERMINATED_STRING") === true;
  let root: Expression | undefined;
  for (let from = 0; from < tokens.length && faults.length < mostFaults; ) {
    grammar.messages.left = mostFaults - faults.length;
    grammar.input = from === 0 ? tokens : tokens.slice(from);
    const tree = withinStack(() => grammar.expression(), faults, source);
    if (from === 0) root = tree;
    let stoppedAt: number | undefined;
    for (const error of grammar.errors) {
      if (error.name === "NotAllInputParsedException") stoppedAt = error.token.startOffset;
      const fault =
        truncated && error.token.tokenType === EOF ? undefined : syntaxFault(error, tokens, source);
      if (fault !== undefined) faults.push(fault);
    }
    if (stoppedAt === undefined) break;
    from = resumption(tokens, from, stoppedAt);
  }
  grammar.input = [];
  return root;
}

/** The default depth limit needs less than half of a fresh stack; a raised limit or a deep caller may need more. */
function withinStack(parse: () => Expression, faults: Fault[], source: Source): Expression | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof EnoughFaults) return undefined;
    if (!(error instanceof RangeError)) throw error;
    faults.push({
      code: "E_NESTING_LIMIT",
      message: "the expression nests deeper than this program's stack allows",
      span: { start: 0, end: source.text.length },
    });
    return undefined;
  }
}

/** The index after the next joining word outside any parenthesis that opens after the offset. */
function resumption(tokens: readonly IToken[], from: number, offset: number): number {
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    if (at < from) continue;
    if (token.startOffset < offset) continue;
    if (token.tokenType === T.LeftParen) depth++;
    else if (token.tokenType === T.RightParen) depth = Math.max(0, depth - 1);
    else if (depth === 0 && (isJoin(token) || isMiswrittenJoin(token))) return at + 1;
  }
  return tokens.length;
}

// Tokens and grammar are evaluated by a test; to judge them at each start takes most of the time that the start takes.
const LEXER_OPTIONS = { positionTracking: "onlyOffset", skipValidations: true } as const;

let mainLexer: Lexer | undefined;
let lexerWithComments: Lexer | undefined;
let grammarInstance: ExpressionGrammar | undefined;

// Built on first use, so that importing the package does no work.
function lexer(): Lexer {
  mainLexer ??= new Lexer(T.LEXER_DEFINITION, LEXER_OPTIONS);
  return mainLexer;
}

function commentLexer(): Lexer {
  lexerWithComments ??= new Lexer(T.LEXER_DEFINITION_WITH_COMMENTS, LEXER_OPTIONS);
  return lexerWithComments;
}

/** The one parser instance; its productions are what the EBNF is printed from. @internal */
export function parser(): ExpressionGrammar {
  grammarInstance ??= new ExpressionGrammar();
  return grammarInstance;
}

/** UTF-16 offset of the first code point beyond the limit, if there is one. */
function excessStart(text: string, limit: number): number | undefined {
  if (text.length <= limit) return undefined;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if ((unit & 0xfc00) === 0xdc00 && at > 0 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800) continue;
    if (++count > limit) return at;
  }
  return undefined;
}

/**
 * White space of any kind is allowed at both ends (lexical.md#between-tokens); spaces in its stead keep every offset.
 */
function withPlainEnds(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charAt(start))) start++;
  let end = text.length;
  while (end > start && isSpace(text.charAt(end - 1))) end--;
  return " ".repeat(start) + text.slice(start, end);
}

/** Unicode's white space; besides, the mark that editors put in front of a file. */
function isSpace(unit: string): boolean {
  return unit === "\u0085" || unit.trim() === "";
}

function literalFaults(faults: Fault[], token: IToken, limits: Limits): void {
  const literal = literalOf(token);
  if (literal === undefined) return;
  for (const { start, end, ...fault } of literal.faults) faults.push({ ...fault, span: { start, end } });
  const hashes = literal.form === "raw" ? literal.contentStart - token.startOffset - 2 : 0;
  if (hashes > limits.maxRawStringHashes) {
    faults.push({
      code: "E_RAW_HASHES",
      message: `a raw string has at most ${limits.maxRawStringHashes} \`#\`, found ${hashes}`,
      span: { start: token.startOffset + 1, end: token.startOffset + 1 + hashes },
    });
  }
}

/**
 * Counts open parentheses, `not`, calls and quantifiers (semantics.md#limits) before the parser descends into them,
 * so that no text can exhaust the stack.
 */
function nestingFault(tokens: readonly IToken[], limit: number): Fault | undefined {
  /** Of the open parentheses around: how many `not` were before each. */
  const outer: number[] = [];
  let negations = 0;
  let depth = 0;
  for (const token of tokens) {
    switch (token.tokenType) {
      case T.Not:
      case T.NotSign:
        negations++;
        depth++;
        break;
      case T.LeftParen:
        outer.push(negations);
        negations = 0;
        depth++;
        break;
      case T.RightParen: {
        const before = outer.pop();
        depth -= negations;
        if (before !== undefined) depth -= 1 + before;
        negations = 0;
        break;
      }
      case T.And:
      case T.AndSign:
      case T.Or:
      case T.OrSign:
      case T.Xor:
      case T.XorSign:
      case T.Comma:
        depth -= negations;
        negations = 0;
        break;
      default:
    }
    if (depth > limit) {
      return {
        code: "E_NESTING_LIMIT",
        message: `expressions nest at most ${limit} levels deep`,
        span: { start: token.startOffset, end: token.startOffset + token.image.length },
        hint: "parentheses, `not`, calls, `any` and `all` count; chains of `and` and `or` do not",
      };
    }
  }
  return undefined;
}

function place(source: Source, faults: readonly Fault[], limits: Limits): readonly Diagnostic[] {
  const sorted = [...faults].sort((left, right) => left.span.start - right.span.start);
  const seen = new Set<string>();
  const kept: Diagnostic[] = [];
  for (const fault of sorted) {
    const key = `${fault.span.start}:${fault.code}`;
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(diagnose(source, fault));
    if (kept.length >= limits.maxDiagnostics) break;
  }
  return kept;
}
