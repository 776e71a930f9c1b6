import { excerpt } from "../../language/diagnostics/printable.ts";
import { Source, type Span } from "../../language/diagnostics/source.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import type { CallNode, Expression, OperandNode, StringNode } from "../../language/syntax/ast.ts";
import { parseExpression } from "../../language/syntax/parse.ts";
import { type SyntaxNode, walk } from "../../language/syntax/visitor.ts";
import { mayContribute } from "../ruleset/actions/define-action.ts";
import { LABELS_FIELD, VARIABLES_FIELD } from "../ruleset/actions/label.ts";
import type { RuleDocument } from "../ruleset/document.ts";
import type { ResolvedOptions } from "./options.ts";
import type { ReadRuleset } from "./read-ruleset.ts";

/** A name that an expression reads. */
interface Asked {
  readonly what: "label" | "variable";
  readonly name: string;
  readonly span: Span;
}

/**
 * Warns of labels and variables that rules read and none sets: a misspelt name never matches, and nothing else reports
 * it.
 */
export function checkStateNames(
  read: readonly ReadRuleset[],
  { actionsByName, limits }: ResolvedOptions,
): void {
  const readers = read.flatMap((ruleset) =>
    ruleset.document.rules.flatMap((rule, at) =>
      textsOf(rule).map(({ text, path }) => ({ ruleset, text, path: [...ruleset.pathOf(at), ...path] })),
    ),
  );
  if (readers.length === 0) return;
  const known = { label: new Set<string>(), variable: new Set<string>() };
  for (const { document, malformed } of read) {
    for (const rule of document.rules) {
      const action = actionsByName.get(rule.action);
      if (action === undefined || malformed.has(rule) || !mayContribute(action, "state")) continue;
      // An action of the embedder's may set anything.
      if (action.sets === undefined) return;
      const { labels, variables } = action.sets(rule.action_parameters ?? {});
      for (const name of labels) known.label.add(name);
      for (const name of variables) known.variable.add(name);
    }
  }
  for (const { ruleset, text, path } of readers) {
    const parsed = parseExpression(new Source(text), limits === undefined ? {} : { limits });
    if (!parsed.ok) continue;
    for (const { what, name, span } of askedIn(parsed.value)) {
      if (known[what].has(name)) continue;
      const hint = didYouMean(name, known[what]);
      ruleset.sink.report({
        code: "W_STATE_UNKNOWN",
        severity: "warning",
        message: `no rule sets the ${what} \`${excerpt(name)}\``,
        path,
        inside: { value: text, span },
        ...(hint === undefined ? {} : { hint }),
      });
    }
  }
}

function textsOf(rule: RuleDocument): readonly { readonly text: string; readonly path: readonly string[] }[] {
  const counting = rule.ratelimit?.counting_expression;
  return [
    { text: rule.expression, path: ["expression"] },
    ...(counting === undefined ? [] : [{ text: counting, path: ["ratelimit", "counting_expression"] }]),
  ].filter(({ text }) => text.includes(LABELS_FIELD) || text.includes(VARIABLES_FIELD));
}

function askedIn(root: Expression): readonly Asked[] {
  const asked: Asked[] = [];
  // A compared value or an argument is not a condition.
  const values = new Set<SyntaxNode>();
  walk(root, (node) => {
    if (node.kind === "comparison") values.add(node.left).add(node.right);
    if (node.kind === "call") for (const argument of node.arguments) values.add(argument);
    asked.push(...askedBy(node, values.has(node)));
    return undefined;
  });
  return asked;
}

/**
 * `wirewall.variables["x"]`, `wirewall.labels[*] eq "x"`, `in {"x"}`, and a condition of all labels and a text such as
 * `has_value(wirewall.labels, "x")`. A function of each label, or one that returns a value, may look for a part of it.
 */
function askedBy(node: SyntaxNode, isValue: boolean): readonly Asked[] {
  if (node.kind === "operand") {
    const { base, indexes } = node;
    if (base.kind === "call") return isValue ? [] : labelsOf(base);
    const [first] = indexes;
    return isField(node, VARIABLES_FIELD) && first?.kind === "key" ? [asking("variable", first.key)] : [];
  }
  if (node.kind === "comparison" && isField(node.left, LABELS_FIELD)) {
    const { operator, right } = node;
    if (operator === "eq" && right.kind === "string") return [asking("label", right)];
    if (operator === "in" && right.kind === "set") return labelsIn(right.items);
  }
  return [];
}

function labelsOf({ arguments: [first, ...others] }: CallNode): readonly Asked[] {
  const isOfAll = first?.kind === "operand" && isField(first, LABELS_FIELD) && first.indexes.length === 0;
  return isOfAll ? labelsIn(others) : [];
}

function labelsIn(nodes: readonly Expression[]): readonly Asked[] {
  return nodes.flatMap((node) => (node.kind === "string" ? [asking("label", node)] : []));
}

function asking(what: Asked["what"], { value, span }: StringNode): Asked {
  return { what, name: value, span };
}

function isField({ base }: OperandNode, name: string): boolean {
  return base.kind === "identifier" && base.name === name;
}
