import type { TypedNode } from "../../language/check/typed-ast.ts";
import { compileReader } from "../../language/compile/closures.ts";
import type { Compiled } from "../../language/compile/compile.ts";
import { type Diagnostic, diagnose } from "../../language/diagnostics/diagnostic.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import type { Span } from "../../language/diagnostics/source.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { ignoresSupplied } from "../../request/fields/field.ts";
import type { Plan, RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import type { WafOptions } from "../options/options.ts";

/** A rule on a field that nothing supplies; the pointer begins at the rule. */
export interface UnsuppliedWarning {
  readonly ruleset: Pick<RulesetPlan, "id" | "version">;
  readonly ref: string;
  readonly diagnostic: Diagnostic;
}

/** Words of {@link FieldSupply.by} that stand for an option. */
const HOW: Readonly<Record<string, string>> = {
  geo: "give a database of addresses (option `geo`, `--geo FILE`)",
  zoneName: "give the option `zoneName`",
  protocolHeader:
    "name the header in which a trusted proxy says how its client is connected (option `client.protocolHeader`, `--protocol-header NAME`)",
};

/** Options that say what supplies values. */
export type SupplyOptions = Pick<WafOptions, "supplied" | "geo" | "zoneName" | "client" | "plainHttp">;

/**
 * What supplies values beside the request: names of fields, and words that stand for options.
 *
 * @throws MisuseError `E_UNKNOWN_NAME` for the name of a field that there is not, `E_SUPPLIED` for a field that requests hold.
 */
export function suppliersOf(
  { supplied = [], geo, zoneName, client, plainHttp = false }: SupplyOptions,
  scheme: Scheme<never>,
): ReadonlySet<string> {
  const found = new Set<string>();
  if (!plainHttp) found.add("tls");
  // The header counts from trusted proxies alone.
  if (client?.protocolHeader !== undefined && (client.trust ?? []).length > 0) found.add("protocolHeader");
  if (geo !== undefined && geo.length > 0) found.add("geo");
  if (zoneName !== undefined) found.add("zoneName");
  for (const name of supplied) {
    const group = name.endsWith(".*") ? name.slice(0, -1) : undefined;
    const fields =
      group === undefined
        ? [scheme.field(name)?.field].filter((field) => field !== undefined)
        : scheme.fields.filter((field) => field.name.startsWith(group));
    if (fields.length === 0) {
      const hint = didYouMean(
        name,
        scheme.fields.map((field) => field.name),
      );
      const message = `\`supplied\`: there is no field \`${excerpt(name)}\``;
      throw new MisuseError("E_UNKNOWN_NAME", hint === undefined ? message : `${message}; ${hint}`);
    }
    const taken = fields.filter((field) => !ignoresSupplied(field));
    if (taken.length === 0) throw ignoredSupply(name, fields[0]);
    for (const field of taken) found.add(field.name);
  }
  return found;
}

/** Refuses a value, or the declaration of one, that would have no effect. */
export function ignoredSupply(name: string, field: FieldDefinition | undefined): MisuseError {
  const how = field?.load === undefined ? "read from the request" : "loaded";
  return new MisuseError(
    "E_SUPPLIED",
    `\`supplied\`: \`${excerpt(name)}\` is ${how}, and a value of yours would be ignored`,
  );
}

/** What is said of enabled rules with a member that has no effect, and of those that read fields which nothing supplies, in the order of the plan. */
export function unsuppliedWarnings(
  { request, response, logging }: Plan,
  suppliers: ReadonlySet<string>,
  scheme: Scheme<never>,
): readonly UnsuppliedWarning[] {
  const found: UnsuppliedWarning[] = [];
  const seen = new Set<RulesetPlan>();
  const visit = (ruleset: RulesetPlan): void => {
    if (seen.has(ruleset)) return;
    seen.add(ruleset);
    for (const rule of ruleset.rules) {
      if (!rule.enabled) continue;
      if (rule.executed !== undefined) visit(rule.executed);
      if (rule.isOversizeIdle)
        found.push({ ruleset, ref: rule.facts.ref, diagnostic: idleOversize(rule.filter) });
      for (const diagnostic of ofRule(rule, suppliers, scheme))
        found.push({ ruleset, ref: rule.facts.ref, diagnostic });
    }
  };
  for (const { entrypoints } of [...request, ...response, ...logging])
    for (const entrypoint of entrypoints) visit(entrypoint);
  return found;
}

function idleOversize({ source }: Compiled): Diagnostic {
  const told = diagnose(source, {
    code: "W_NO_EFFECT",
    severity: "warning",
    message: "`on_oversize` has no effect: the expression reads no body",
    span: { start: 0, end: 0 },
    hint: "leave it out",
  });
  return { ...told, pointer: "/on_oversize" };
}

function isUnsupplied({ supply }: FieldDefinition, suppliers: ReadonlySet<string>): boolean {
  return supply !== undefined && !supply.by.some((name) => suppliers.has(name));
}

function ofRule(
  { filter, limit, action, facts }: RulePlan,
  suppliers: ReadonlySet<string>,
  scheme: Scheme<never>,
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  if (filter.fields.some((field) => isUnsupplied(field, suppliers))) {
    const whole = `matches every request${action.terminating ? `, and \`${facts.action}\` meets all of them` : ""}`;
    found.push(
      ...ofCondition(filter, suppliers, scheme, "/expression", [
        "the rule never matches",
        `the rule ${whole}`,
      ]),
    );
  }
  if (limit === undefined) return found;
  const { counting, characteristics } = limit.plan;
  if (counting?.fields.some((field) => isUnsupplied(field, suppliers)) === true) {
    const wholes = ["nothing is counted", "every response is counted"] as const;
    found.push(...ofCondition(counting, suppliers, scheme, "/ratelimit/counting_expression", wholes));
  }
  for (const [at, { value }] of characteristics.entries()) {
    const field = value.fields.find((one) => isUnsupplied(one, suppliers));
    if (field === undefined) continue;
    const span = fieldSpans(value.checked.root, (one) => one === field)[0] ?? value.checked.root.span;
    found.push({
      ...warning(value, field, span, "it tells no clients apart"),
      pointer: `/ratelimit/characteristics/${at}`,
    });
  }
  return found;
}

/** @param wholes what it comes to when the whole condition is false, and when it is true. */
function ofCondition(
  compiled: Compiled,
  suppliers: ReadonlySet<string>,
  scheme: Scheme<never>,
  pointer: string,
  wholes: readonly [never: string, always: string],
): readonly Diagnostic[] {
  const folding = new Folding(suppliers, scheme);
  const { root } = compiled.checked;
  const whole = folding.fold(root);
  const [first] = folding.decided;
  if (whole !== undefined && first !== undefined) {
    const told = warning(compiled, first.field, first.span, wholes[whole ? 1 : 0]);
    return [{ ...told, pointer }];
  }
  const told = new Set<FieldDefinition>();
  const found: Diagnostic[] = [];
  for (const { field, span, result } of folding.decided) {
    if (told.has(field)) continue;
    told.add(field);
    found.push(warning(compiled, field, span, `this condition is ${result ? "always" : "never"} true`));
  }
  for (const field of compiled.fields) {
    if (told.has(field) || !isUnsupplied(field, suppliers)) continue;
    const span = fieldSpans(root, (one) => one === field)[0] ?? root.span;
    found.push(warning(compiled, field, span, `it is ${otherwiseText(field)} here`));
  }
  return found.map((one) => ({ ...one, pointer }));
}

function warning({ source }: Compiled, field: FieldDefinition, span: Span, so: string): Diagnostic {
  const options = (field.supply?.by ?? []).flatMap((word) => HOW[word] ?? []);
  const declare = field.supply?.by.includes(field.name) === true ? [declareText(field)] : [];
  return diagnose(source, {
    code: "W_FIELD_UNSUPPLIED",
    severity: "warning",
    message: `nothing supplies \`${field.name}\` in this set-up, so ${so}`,
    span,
    ...(options.length + declare.length === 0 ? {} : { hint: [...options, ...declare].join(", or ") }),
  });
}

function declareText({ name }: FieldDefinition): string {
  return `declare \`${name}\` as supplied (option \`supplied\`, \`check --supplied\`) when your program supplies it`;
}

function otherwiseText({ supply }: FieldDefinition): string {
  const value = supply?.otherwise;
  if (value === undefined) return "missing";
  return typeof value === "object" ? "empty" : `\`${JSON.stringify(value)}\``;
}

interface Decided {
  readonly field: FieldDefinition;
  readonly span: Span;
  readonly result: boolean;
}

/** Works out what does not depend on a request, given the fields that nothing supplies. */
class Folding {
  /** Conditions that are decided, in order of the text. */
  readonly decided: Decided[] = [];
  readonly #suppliers: ReadonlySet<string>;
  readonly #scheme: Scheme<never>;

  constructor(suppliers: ReadonlySet<string>, scheme: Scheme<never>) {
    this.#suppliers = suppliers;
    this.#scheme = scheme;
  }

  /** Undefined: it depends on the request. */
  fold(node: TypedNode): boolean | undefined {
    switch (node.kind) {
      case "constant":
        return node.value === true;
      case "not": {
        const result = this.fold(node.argument);
        return result === undefined ? undefined : !result;
      }
      case "logical": {
        const results = node.items.map((item) => this.fold(item));
        const deciding = node.operator === "xor" ? undefined : node.operator === "or";
        if (deciding !== undefined && results.includes(deciding)) return deciding;
        if (results.includes(undefined)) return undefined;
        return node.operator === "xor"
          ? results.filter((result) => result === true).length % 2 === 1
          : node.operator === "and";
      }
      default:
        return this.#condition(node);
    }
  }

  /** A condition is worked out as a firewall would. Lists are empty: their items come and go. */
  #condition(node: TypedNode): boolean | undefined {
    const fields = fieldNodes(node);
    const [first] = fields;
    if (first === undefined || !fields.every(({ field }) => isUnsupplied(field, this.#suppliers)))
      return undefined;
    const context = this.#scheme.createContext();
    for (const { slot, field } of fields) context.set(slot, field.supply?.otherwise);
    const result = compileReader(node)(context) === true;
    this.decided.push({ field: first.field, span: node.span, result });
    return result;
  }
}

type FieldNode = Extract<TypedNode, { readonly kind: "field" }>;

function fieldSpans(node: TypedNode, is: (field: FieldDefinition) => boolean): readonly Span[] {
  return fieldNodes(node).flatMap(({ field, span }) => (is(field) ? [span] : []));
}

function fieldNodes(node: TypedNode): readonly FieldNode[] {
  switch (node.kind) {
    case "field":
      return [node];
    case "constant":
      return [];
    case "access":
      return fieldNodes(node.base);
    case "each":
      return fieldNodes(node.operand);
    case "call":
      return node.arguments.flatMap(fieldNodes);
    case "compare":
      return [...fieldNodes(node.left), ...fieldNodes(node.right)];
    case "test":
      return fieldNodes(node.left);
    case "not":
    case "quantifier":
      return fieldNodes(node.argument);
    case "logical":
      return node.items.flatMap(fieldNodes);
  }
}
