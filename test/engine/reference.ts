import { standardScheme } from "../support/source/engine/firewall.ts";
import { compileFilter } from "../support/source/language/compile.ts";
import {
  prepareRequestOptions,
  type RequestData,
  requestFrom,
  WafRequest,
} from "../support/source/request/model.ts";

// The plainest evaluator of rulesets that says what the engine must say: no plan, no index, no frames, no pool. It
// shares the expression language and the request with the engine, and nothing else. It knows the actions that the
// properties draw, and asks every expression anew.

export interface PlainRule {
  readonly ref: string;
  readonly action: string;
  readonly expression: string;
  readonly enabled?: boolean;
  readonly mode?: "enforce" | "shadow" | "off";
  readonly categories?: readonly string[];
  readonly score_threshold?: number;
  readonly action_parameters?: Readonly<Record<string, unknown>>;
}

export interface PlainRuleset {
  readonly id: string;
  readonly name: string;
  readonly kind: "root" | "zone" | "managed" | "custom";
  readonly phase: string;
  readonly rules: readonly PlainRule[];
}

export interface PlainDecision {
  readonly action: string;
  readonly by: string | undefined;
  readonly matches: readonly string[];
  readonly scores: Readonly<Record<string, number>>;
}

interface Skipped {
  readonly layers: readonly string[];
  readonly test: (what: {
    readonly phase: string;
    readonly ruleset: string;
    readonly rule?: string;
  }) => boolean;
}

type Overrides = Readonly<Record<string, unknown>>;
/** How a run of a ruleset ended. */
type End = "through" | "leave-phase" | "stop";

const scheme = standardScheme();

export function referenceDecision(
  rulesets: readonly PlainRuleset[],
  phases: readonly string[],
  init: RequestData,
): PlainDecision {
  const skips: Skipped[] = [];
  const matches: string[] = [];
  const scores: Record<string, number> = {};
  let decision = "allow";
  let by: string | undefined;
  let allowed = false;

  const holds = (expression: string): boolean => {
    const compiled = compileFilter(expression, scheme);
    if (!compiled.ok) throw new Error(compiled.errors[0]?.message);
    const context = scheme.createContext<WafRequest>();
    context.reset(new WafRequest(requestFrom(init), prepareRequestOptions()));
    const slot = scheme.field("wirewall.scores")?.slot;
    if (slot !== undefined) context.set(slot, new Map(Object.entries(scores)));
    return compiled.value.test(context);
  };

  const skipped = (layer: string, what: Parameters<Skipped["test"]>[0]) =>
    skips.some(({ layers, test }) => layers.includes(layer) && test(what));

  const run = (
    ruleset: PlainRuleset,
    layer: string,
    overrides: Overrides | undefined,
    shadow: boolean,
  ): { readonly end: End; readonly sum: number } => {
    let sum = 0;
    for (const written of ruleset.rules) {
      const rule = overridden(written, overrides);
      if (rule.enabled === false || rule.mode === "off") continue;
      if (skipped(layer, { phase: ruleset.phase, ruleset: ruleset.id, rule: rule.ref })) continue;
      if (!holds(rule.expression)) continue;
      if (rule.score_threshold !== undefined && sum < rule.score_threshold) continue;
      const inShadow = shadow || rule.mode === "shadow";
      matches.push(inShadow ? `(${rule.ref})` : rule.ref);
      const parameters = rule.action_parameters ?? {};
      if (rule.action === "score" && (shadow || !inShadow)) {
        const { name = "default", increment } = parameters as { name?: string; increment: number };
        sum += increment;
        if (!inShadow) scores[name] = (scores[name] ?? 0) + increment;
      }
      if (rule.action === "execute") {
        const target = rulesets.find(({ id }) => id === parameters["id"]);
        if (target === undefined || skippedRuleset(target, layer)) continue;
        const inner = run(target, layer, parameters["overrides"] as Overrides | undefined, inShadow);
        if (inShadow === shadow) sum += inner.sum;
        if (inner.end !== "through") return { end: inner.end, sum };
        continue;
      }
      if (inShadow) continue;
      if (rule.action === "block" || rule.action === "challenge") {
        decision = rule.action;
        by = rule.ref;
        return { end: "stop", sum };
      }
      if (rule.action === "allow") {
        by = rule.ref;
        allowed = true;
        return { end: "stop", sum };
      }
      if (rule.action === "skip") {
        const end = skip(parameters, ruleset, layer);
        if (end === "ruleset") return { end: "through", sum };
        if (end === "phase") return { end: "leave-phase", sum };
      }
    }
    return { end: "through", sum };
  };

  const skippedRuleset = ({ phase, id }: PlainRuleset, layer: string) =>
    skipped(layer, { phase, ruleset: id });

  const skip = (
    parameters: Readonly<Record<string, unknown>>,
    { phase: here }: PlainRuleset,
    layer: string,
  ): "ruleset" | "phase" | undefined => {
    const {
      scope = "layer",
      rulesets: ids,
      rules,
      phases: names,
    } = parameters as {
      scope?: string;
      rulesets?: readonly string[];
      rules?: Readonly<Record<string, readonly string[]>>;
      phases?: readonly string[];
    };
    const below = layer === "account" ? ["account", "zone"] : ["zone"];
    const layers = scope === "layer" ? [layer] : scope === "below" ? below : ["account", "zone"];
    if (ids !== undefined)
      skips.push({ layers, test: ({ ruleset, rule }) => rule === undefined && ids.includes(ruleset) });
    if (rules !== undefined) {
      skips.push({
        layers,
        test: ({ ruleset, rule }) => rule !== undefined && rules[ruleset]?.includes(rule) === true,
      });
    }
    if (names !== undefined)
      skips.push({ layers, test: ({ phase, rule }) => rule === undefined && names.includes(phase) });
    // A phase that names itself is left where it stands.
    if (parameters["phase"] === "current" || names?.includes(here) === true) {
      skips.push({ layers, test: ({ phase, rule }) => rule === undefined && phase === here });
      return "phase";
    }
    return parameters["ruleset"] === "current" ? "ruleset" : undefined;
  };

  walk: for (const phase of phases) {
    for (const layer of ["account", "zone"]) {
      const kind = layer === "account" ? "root" : "zone";
      const entry = rulesets.find((one) => one.kind === kind && one.phase === phase);
      if (entry === undefined || skippedRuleset(entry, layer)) continue;
      if (run(entry, layer, undefined, false).end === "stop") break walk;
    }
  }
  return { action: allowed ? "allow" : decision, by, matches, scores };
}

/** Rule before tag (the last listed) before ruleset, for each property by itself. */
function overridden(rule: PlainRule, overrides: Overrides | undefined): PlainRule {
  if (overrides === undefined) return rule;
  const entries = (member: string) =>
    (overrides[member] ?? []) as readonly Readonly<Record<string, unknown>>[];
  const property = (name: string): unknown => {
    for (const entry of entries("rules"))
      if (entry["id"] === rule.ref && entry[name] !== undefined) return entry[name];
    const isWide = !(name === "action" && ["score", "skip", "execute"].includes(rule.action));
    if (!isWide) return undefined;
    for (const entry of [...entries("categories")].reverse()) {
      if (rule.categories?.includes(String(entry["category"])) && entry[name] !== undefined)
        return entry[name];
    }
    return overrides[name];
  };
  const action = property("action") as string | undefined;
  const enabled = property("enabled") as boolean | undefined;
  const changed = action !== undefined && action !== rule.action;
  const { action_parameters: parameters, ...rest } = rule;
  return {
    ...rest,
    ...(parameters === undefined || changed ? {} : { action_parameters: parameters }),
    ...(action === undefined ? {} : { action }),
    // A rule that `mode` switches off is a disabled one.
    ...(enabled === undefined
      ? {}
      : { enabled, ...(rule.mode === "off" ? { mode: "enforce" as const } : {}) }),
  };
}
