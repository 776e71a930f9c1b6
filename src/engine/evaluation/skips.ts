// On the request path: called for each candidate only while a skip is active.

import type { Plan, RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import type { SkipPlan } from "../../rules/ruleset/actions/control.ts";
import type { PhaseCatalogue } from "../../rules/ruleset/phases.ts";

/** A skip with its names looked up in the plan. */
export interface ResolvedSkip {
  readonly plan: SkipPlan;
  readonly phases: ReadonlySet<string>;
  readonly rulesets: ReadonlySet<string>;
  readonly ruleKeys: ReadonlySet<string>;
}

export function resolveSkip(skip: SkipPlan, plan: Plan, phases: PhaseCatalogue): ResolvedSkip {
  const ruleKeys = [...skip.rules].flatMap(([ruleset, words]) =>
    words.flatMap((word) => plan.ruleKeys.get(ruleset)?.get(word) ?? []),
  );
  return {
    plan: skip,
    phases: new Set(skip.phases.flatMap((word) => phases.get(word)?.name ?? [])),
    rulesets: new Set(skip.rulesets),
    ruleKeys: new Set(ruleKeys),
  };
}

interface ActiveSkip {
  readonly skip: ResolvedSkip;
  readonly bits: number;
  readonly by: RulePlan;
}

/** The skips of one transaction. All of them apply together, so that the widest decides. */
export class Skips {
  readonly #active: ActiveSkip[] = [];
  /** Phases whose rest is skipped, wherever the walk is in them. */
  readonly #phases: { readonly phase: string; readonly bits: number; readonly by: RulePlan }[] = [];
  /** Entry points whose rest is skipped. */
  readonly #rulesets: { readonly id: string; readonly bits: number; readonly by: RulePlan }[] = [];
  any = false;

  reset(): void {
    if (!this.any) return;
    this.#active.length = 0;
    this.#phases.length = 0;
    this.#rulesets.length = 0;
    this.any = false;
  }

  add(skip: ResolvedSkip, bits: number, by: RulePlan): void {
    this.any = true;
    this.#active.push({ skip, bits, by });
    for (const phase of skip.phases) this.#phases.push({ phase, bits, by });
  }

  addPhase(phase: string, bits: number, by: RulePlan): void {
    this.any = true;
    this.#phases.push({ phase, bits, by });
  }

  addRuleset(id: string, bits: number, by: RulePlan): void {
    this.any = true;
    this.#rulesets.push({ id, bits, by });
  }

  /** The rule that skipped the phase for a layer. */
  ofPhase(phase: string, layerBit: number): RulePlan | undefined {
    for (const entry of this.#phases) {
      if (entry.phase === phase && (entry.bits & layerBit) !== 0) return entry.by;
    }
    return undefined;
  }

  ofRuleset(id: string, layerBit: number): RulePlan | undefined {
    for (const { skip, bits, by } of this.#active) {
      if ((bits & layerBit) !== 0 && skip.rulesets.has(id)) return by;
    }
    for (const entry of this.#rulesets) {
      if (entry.id === id && (entry.bits & layerBit) !== 0) return entry.by;
    }
    return undefined;
  }

  /** The rule that skipped a ruleset that begins a phase. */
  ofEntryPoint({ phase, id }: RulesetPlan, layerBit: number): RulePlan | undefined {
    return this.ofPhase(phase, layerBit) ?? this.ofRuleset(id, layerBit);
  }

  ofRule(key: string, layerBit: number): RulePlan | undefined {
    for (const { skip, bits, by } of this.#active) {
      if ((bits & layerBit) !== 0 && skip.ruleKeys.has(key)) return by;
    }
    return undefined;
  }
}
