import { EmbeddedActionsParser, type IToken, type ParserMethod } from "chevrotain";
import type { Span } from "../diagnostics/source.ts";
import type {
  AtomNode,
  ComparisonNode,
  ComparisonOperator,
  Expression,
  IdentifierNode,
  IndexNode,
  ListNode,
  LiteralNode,
  LogicalNode,
  OperandNode,
  OrderOperator,
  RegexNode,
  SetNode,
  StringNode,
} from "./ast.ts";
import { ExpectedInMessage } from "./expected.ts";
import * as T from "./tokens.ts";

type Right = ComparisonNode["right"];

/**
 * The productions of grammar/expression.ebnf. Every rule builds its node at once; after a syntax fault the nodes are
 * unreliable and the caller drops them.
 */
export class ExpressionGrammar extends EmbeddedActionsParser {
  readonly expression: ParserMethod<[], Expression>;
  readonly messages: ExpectedInMessage;
  readonly #logical: ParserMethod<[], Expression>;
  readonly #xor: ParserMethod<[], Expression>;
  readonly #and: ParserMethod<[], Expression>;
  readonly #unary: ParserMethod<[], Expression>;
  readonly #primary: ParserMethod<[], Expression>;
  readonly #quantifier: ParserMethod<[], Expression>;
  readonly #comparison: ParserMethod<[], Expression>;
  readonly #operand: ParserMethod<[], OperandNode>;
  readonly #index: ParserMethod<[], IndexNode>;
  readonly #literal: ParserMethod<[], LiteralNode>;
  readonly #set: ParserMethod<[], SetNode>;

  /** @param skipValidations whether the productions are taken as sound; a test has them evaluated. */
  constructor(skipValidations = true) {
    const messages = new ExpectedInMessage();
    super([...T.TOKENS], {
      recoveryEnabled: true,
      maxLookahead: 1,
      skipValidations,
      errorMessageProvider: messages,
    });
    this.messages = messages;

    this.expression = this.RULE("expression", () => this.SUBRULE(this.#logical));

    this.#logical = this.RULE("logical", () => {
      const items = [this.SUBRULE(this.#xor)];
      this.MANY(() => {
        this.OR([{ ALT: () => this.CONSUME(T.Or) }, { ALT: () => this.CONSUME(T.OrSign) }]);
        items.push(this.SUBRULE2(this.#xor));
      });
      return logical("or", items);
    });

    this.#xor = this.RULE("xor", () => {
      const items = [this.SUBRULE(this.#and)];
      this.MANY(() => {
        this.OR([{ ALT: () => this.CONSUME(T.Xor) }, { ALT: () => this.CONSUME(T.XorSign) }]);
        items.push(this.SUBRULE2(this.#and));
      });
      return logical("xor", items);
    });

    this.#and = this.RULE("and", () => {
      const items = [this.SUBRULE(this.#unary)];
      this.MANY(() => {
        this.OR([{ ALT: () => this.CONSUME(T.And) }, { ALT: () => this.CONSUME(T.AndSign) }]);
        items.push(this.SUBRULE2(this.#unary));
      });
      return logical("and", items);
    });

    this.#unary = this.RULE("unary", () =>
      this.OR<Expression>([
        {
          ALT: () => {
            const sign = this.OR2([
              { ALT: () => this.CONSUME(T.Not) },
              { ALT: () => this.CONSUME(T.NotSign) },
            ]);
            const argument = this.SUBRULE(this.#unary);
            return { kind: "not", argument, span: between(spanOf(sign), argument?.span) };
          },
        },
        { ALT: () => this.SUBRULE(this.#primary) },
      ]),
    );

    this.#primary = this.RULE("primary", () =>
      this.OR<Expression>([
        {
          ALT: () => {
            this.CONSUME(T.LeftParen);
            const inner = this.SUBRULE(this.#logical);
            this.CONSUME(T.RightParen);
            return inner;
          },
        },
        { ALT: () => this.SUBRULE(this.#quantifier) },
        { ALT: () => this.SUBRULE(this.#literal) },
        { ALT: () => this.SUBRULE(this.#comparison) },
      ]),
    );

    this.#quantifier = this.RULE("quantifier", (): Expression => {
      const word = this.OR([{ ALT: () => this.CONSUME(T.Any) }, { ALT: () => this.CONSUME(T.All) }]);
      this.CONSUME(T.LeftParen);
      const argument = this.SUBRULE(this.#logical);
      const close = this.CONSUME(T.RightParen);
      return {
        kind: "quantifier",
        operator: word?.tokenType === T.All ? "all" : "any",
        argument,
        span: between(spanOf(word), spanOf(close)),
      };
    });

    this.#comparison = this.RULE("comparison", () => {
      const left = this.SUBRULE(this.#operand);
      return (
        this.OPTION(() =>
          this.OR<Expression>([
            {
              ALT: () => {
                const sign = this.OR2([
                  { ALT: () => this.CONSUME(T.Eq) },
                  { ALT: () => this.CONSUME(T.EqSign) },
                  { ALT: () => this.CONSUME(T.Ne) },
                  { ALT: () => this.CONSUME(T.NeSign) },
                  { ALT: () => this.CONSUME(T.Lt) },
                  { ALT: () => this.CONSUME(T.LtSign) },
                  { ALT: () => this.CONSUME(T.Le) },
                  { ALT: () => this.CONSUME(T.LeSign) },
                  { ALT: () => this.CONSUME(T.Gt) },
                  { ALT: () => this.CONSUME(T.GtSign) },
                  { ALT: () => this.CONSUME(T.Ge) },
                  { ALT: () => this.CONSUME(T.GeSign) },
                ]);
                const right = this.OR3<Right>([
                  { ALT: () => this.SUBRULE(this.#literal) },
                  { ALT: () => this.SUBRULE2(this.#operand) },
                ]);
                return comparison(
                  left,
                  ORDER_OPERATORS.get(sign?.tokenType?.name ?? "") ?? "eq",
                  spanOf(sign),
                  right,
                );
              },
            },
            {
              ALT: () => {
                const sign = this.OR4([
                  { ALT: () => this.CONSUME(T.BitwiseAnd) },
                  { ALT: () => this.CONSUME(T.BitSign) },
                ]);
                const right = this.CONSUME(T.Atom);
                return comparison(left, "bitwise_and", spanOf(sign), atom(right));
              },
            },
            {
              ALT: () => {
                const sign = this.CONSUME(T.Contains);
                const right = this.OR5<Right>([
                  { ALT: () => string(this.CONSUME(T.QuotedString)) },
                  { ALT: () => string(this.CONSUME(T.RawString)) },
                  { ALT: () => atom(this.CONSUME2(T.Atom)) },
                ]);
                return comparison(left, "contains", spanOf(sign), right);
              },
            },
            {
              ALT: () => {
                const sign = this.OR6([
                  { ALT: () => this.CONSUME(T.Matches) },
                  { ALT: () => this.CONSUME(T.MatchSign) },
                ]);
                const right = this.OR7([
                  { ALT: () => this.CONSUME(T.RegexString) },
                  { ALT: () => this.CONSUME(T.RawRegexString) },
                ]);
                return comparison(left, "matches", spanOf(sign), regex(right));
              },
            },
            {
              ALT: () => {
                const strict = this.OPTION2(() => this.CONSUME(T.Strict));
                const sign = this.CONSUME(T.Wildcard);
                const right = this.OR8<Right>([
                  { ALT: () => string(this.CONSUME2(T.QuotedString)) },
                  { ALT: () => string(this.CONSUME2(T.RawString)) },
                ]);
                const at = strict === undefined ? spanOf(sign) : between(spanOf(strict), spanOf(sign));
                return comparison(left, strict === undefined ? "wildcard" : "strict wildcard", at, right);
              },
            },
            {
              ALT: () => {
                const sign = this.CONSUME(T.In);
                const right = this.OR9<Right>([
                  { ALT: () => this.SUBRULE(this.#set) },
                  { ALT: () => list(this.CONSUME(T.ListName)) },
                ]);
                return comparison(left, "in", spanOf(sign), right);
              },
            },
          ]),
        ) ?? left
      );
    });

    this.#operand = this.RULE("operand", (): OperandNode => {
      const token = this.CONSUME(T.Identifier);
      const name: IdentifierNode = { kind: "identifier", name: token?.image ?? "", span: spanOf(token) };
      let base: OperandNode["base"] = name;
      this.OPTION(() => {
        this.CONSUME(T.LeftParen);
        const args: Expression[] = [];
        this.OPTION2(() => {
          args.push(this.SUBRULE(this.#logical));
          this.MANY(() => {
            this.CONSUME(T.Comma);
            args.push(this.SUBRULE2(this.#logical));
          });
        });
        const close = this.CONSUME(T.RightParen);
        base = { kind: "call", name, arguments: args, span: between(name.span, spanOf(close)) };
      });
      const indexes: IndexNode[] = [];
      this.MANY2(() => {
        indexes.push(this.SUBRULE(this.#index));
      });
      return { kind: "operand", base, indexes, span: between(name.span, indexes.at(-1)?.span ?? base.span) };
    });

    this.#index = this.RULE("index", () => {
      const open = this.CONSUME(T.LeftBracket);
      let made: (span: Span) => IndexNode = (span) => ({ kind: "each", span });
      this.OR([
        { ALT: () => this.CONSUME(T.Star) },
        {
          ALT: () => {
            const token = this.CONSUME(T.Atom);
            made = (span) => ({ kind: "position", atom: atom(token), span });
          },
        },
        {
          ALT: () => {
            const key = string(this.CONSUME(T.QuotedString));
            made = (span) => ({ kind: "key", key, span });
          },
        },
        {
          ALT: () => {
            const key = string(this.CONSUME(T.RawString));
            made = (span) => ({ kind: "key", key, span });
          },
        },
      ]);
      const close = this.CONSUME(T.RightBracket);
      return made(between(spanOf(open), spanOf(close)));
    });

    this.#literal = this.RULE("literal", () =>
      this.OR<LiteralNode>([
        { ALT: () => string(this.CONSUME(T.QuotedString)) },
        { ALT: () => string(this.CONSUME(T.RawString)) },
        { ALT: () => atom(this.CONSUME(T.Atom)) },
        { ALT: () => ({ kind: "boolean", value: true, span: spanOf(this.CONSUME(T.True)) }) },
        { ALT: () => ({ kind: "boolean", value: false, span: spanOf(this.CONSUME(T.False)) }) },
      ]),
    );

    this.#set = this.RULE("set", (): SetNode => {
      const open = this.CONSUME(T.LeftBrace);
      const items: LiteralNode[] = [];
      this.MANY(() => {
        items.push(this.SUBRULE(this.#literal));
      });
      const close = this.CONSUME(T.RightBrace);
      return { kind: "set", items, span: between(spanOf(open), spanOf(close)) };
    });

    this.performSelfAnalysis();
  }
}

const ORDER_OPERATORS: ReadonlyMap<string, OrderOperator> = new Map([
  ["Eq", "eq"],
  ["EqSign", "eq"],
  ["Ne", "ne"],
  ["NeSign", "ne"],
  ["Lt", "lt"],
  ["LtSign", "lt"],
  ["Le", "le"],
  ["LeSign", "le"],
  ["Gt", "gt"],
  ["GtSign", "gt"],
  ["Ge", "ge"],
  ["GeSign", "ge"],
]);

// During recovery, and while Chevrotain records the grammar, tokens, their offsets and nodes may be missing: hence
// the guards. `| 0` makes 0 of NaN, and an integer of what V8 holds as a double: one double among them, and it would
// box an offset of every span in the program (16 bytes each, measured).
function spanOf(token: IToken | undefined): Span {
  const start = (token?.startOffset ?? 0) | 0;
  return { start, end: start + (token?.image?.length ?? 0) };
}

function between(first: Span | undefined, last: Span | undefined): Span {
  return { start: first?.start ?? 0, end: last?.end ?? first?.end ?? 0 };
}

/** What the lexer read in a literal token; absent when recovery made the token up. */
export function literalOf(token: IToken | undefined): T.LiteralPayload | undefined {
  return token?.payload;
}

function string(token: IToken): StringNode {
  const literal = literalOf(token);
  return {
    kind: "string",
    form: literal?.form ?? "quoted",
    value: literal?.value ?? "",
    span: spanOf(token),
  };
}

function regex(token: IToken): RegexNode {
  const literal = literalOf(token);
  return {
    kind: "regex",
    form: literal?.form ?? "quoted",
    pattern: literal?.value ?? "",
    patternStart: literal?.contentStart ?? 0,
    span: spanOf(token),
  };
}

function atom(token: IToken): AtomNode {
  return { kind: "atom", text: token?.image ?? "", span: spanOf(token) };
}

function list(token: IToken): ListNode {
  return { kind: "list", name: (token?.image ?? "$").slice(1), span: spanOf(token) };
}

function logical(operator: LogicalNode["operator"], items: readonly Expression[]): Expression {
  const [first] = items;
  if (first !== undefined && items.length === 1) return first;
  return { kind: "logical", operator, items, span: between(first?.span, items.at(-1)?.span) };
}

function comparison(
  left: OperandNode,
  operator: ComparisonOperator,
  operatorSpan: Span,
  right: Right,
): ComparisonNode {
  return { kind: "comparison", left, operator, operatorSpan, right, span: between(left?.span, right?.span) };
}
