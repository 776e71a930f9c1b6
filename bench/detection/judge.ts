// The firewall that is scored: the managed rules as a deployment has them, and ways to take a part of them away.

import { readFileSync } from "node:fs";
import { type Mechanisms, useMechanisms, useScorer } from "../../src/detection/inspection/mechanisms.ts";
import { type Scorer, scorerWith } from "../../src/detection/scorer/scorer.ts";
import type { WeightsText } from "../../src/detection/scorer/weights-text.ts";
import type { AnyDecision } from "../../src/engine/decision/decision.ts";
import { createWaf } from "../../src/engine/firewall/standard-waf.ts";
import type { Waf } from "../../src/engine/firewall/waf.ts";
import type { RequestView } from "../../src/request/view/request-view.ts";
import { managedRulesets, wirewallCore, wirewallCoreResponses } from "../../src/rules/managed/index.ts";
import type { RulesetDocument } from "../../src/rules/ruleset/document.ts";
import { clocked } from "./clock.ts";
import { UsageError } from "./records.ts";

export const THRESHOLD_RULE = "wc-threshold";
/** Points at which it acts by default. */
export const DEFAULT_THRESHOLD = 5;

export interface Judgement {
  readonly blocked: boolean;
  /** A rule blocked that needs no company, so that no threshold changes it. */
  readonly alone: boolean;
  /** The sum of what the rules of medium confidence added before the evaluation ended. */
  readonly points: number;
  /** Rules that matched, in order. */
  readonly refs: readonly string[];
  /** Something was not judged in full: the budget ran out, or a part of the engine failed. */
  readonly partly: boolean;
  /** Microseconds of the evaluation. */
  readonly us: number;
}

/** What `--off` and `--weights` ask for. */
export interface Changes {
  readonly off: readonly string[];
  /** Weights for the scorer, as its training script writes them. */
  readonly weights: string | undefined;
}

/** Parts of detection that can be left out beside rules and their categories. */
const MECHANISMS: ReadonlyMap<string, Partial<Mechanisms>> = new Map([
  ["views", { views: false }],
  ["furtherLeaves", { furtherLeaves: false }],
  ["secondOpinion", { secondOpinion: false }],
  ["scorerAlone", { scorerAlone: false }],
  ["scorer", { secondOpinion: false, scorerAlone: false }],
]);

/**
 * A firewall with a part taken away. Mechanisms and weights are those of the whole process until the next one is made, which
 * makes this a tool for measurements.
 */
export function firewallWith({ off, weights }: Changes): Waf {
  const switches = off.filter((name) => !MECHANISMS.has(name));
  useMechanisms(Object.assign({}, ...off.map((name) => MECHANISMS.get(name))));
  for (const name of switches) {
    if (!managedRulesets.some((ruleset) => isRef(ruleset, name) || isCategory(ruleset, name)))
      throw new UsageError(
        `--off ${name}: no rule, category or mechanism has this name; mechanisms are ${mechanisms}`,
      );
  }
  useScorer(weights === undefined ? undefined : scorerOf(weights));
  const execute = (ruleset: RulesetDocument) =>
    ({
      ref: `execute-${ruleset.id}`,
      action: "execute",
      expression: "true",
      action_parameters: { id: ruleset.id ?? "", overrides: overridesOf(ruleset, switches) },
    }) as const;
  return createWaf(
    {
      rulesets: [
        { name: "in", kind: "zone", phase: "http_request_firewall_managed", rules: [execute(wirewallCore)] },
        {
          name: "out",
          kind: "zone",
          phase: "http_response_firewall_managed",
          rules: [execute(wirewallCoreResponses)],
        },
      ],
    },
    {
      managed: managedRulesets,
      onError: (error) => {
        throw error;
      },
    },
  );
}

const isRef = (ruleset: RulesetDocument, name: string) => ruleset.rules.some(({ ref }) => ref === name);
const isCategory = (ruleset: RulesetDocument, name: string) =>
  ruleset.rules.some(({ categories = [] }) => categories.includes(name));

function overridesOf(ruleset: RulesetDocument, off: readonly string[]) {
  const rules = off.filter((name) => isRef(ruleset, name)).map((id) => ({ id, enabled: false }));
  const categories = off
    .filter((name) => isCategory(ruleset, name))
    .map((category) => ({ category, enabled: false }));
  return { ...(rules.length > 0 && { rules }), ...(categories.length > 0 && { categories }) };
}

const mechanisms = [...MECHANISMS.keys()].join(", ");

/** The scorer with the weights of a file that the training script has written. */
export function scorerOf(file: string): Scorer {
  const weights = jsonIn(file);
  if (!isWeights(weights)) throw new UsageError(`${file}: these are no weights of tools/train-scorer.mjs`);
  return scorerWith(weights);
}

function jsonIn(file: string): unknown {
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isWeights(value: unknown): value is WeightsText {
  return (
    typeof value === "object" &&
    value !== null &&
    "vocabulary" in value &&
    typeof value.vocabulary === "string" &&
    ["bias", "scale", "bits"].every((name) => typeof Reflect.get(value, name) === "number") &&
    "table" in value &&
    typeof value.table === "string"
  );
}

/** @param view of which nothing was read: what a view has read costs nothing a second time */
export function judge(waf: Waf, view: RequestView): Judgement {
  const [decisions, us] = clocked((): readonly AnyDecision[] => {
    if (view.response === undefined) return [waf.evaluateSync(view)];
    const { request, response } = waf.evaluateExchangeSync(view);
    return response === undefined ? [request] : [request, response];
  });
  const deciding = decisions.find(({ action }) => action !== "allow");
  const by = deciding?.action === "allow" ? undefined : deciding?.by.ref;
  return {
    blocked: deciding !== undefined,
    alone: by !== undefined && by !== THRESHOLD_RULE,
    points: decisions.reduce((sum, decision) => sum + pointsOf(decision), 0),
    refs: decisions
      .flatMap(({ matches }) => matches.map(({ rule }) => rule.ref))
      .filter((ref) => !ref.startsWith("execute-")),
    partly: decisions.some(({ budget, failures }) => budget !== undefined || failures !== undefined),
    us,
  };
}

function pointsOf({ matches }: AnyDecision): number {
  return matches.reduce(
    (sum, { scored = {} }) => Object.values(scored).reduce((most, points) => most + points, sum),
    0,
  );
}
