import type { AnyDecision } from "../support/source/engine/decision.ts";
import { createWaf, type Waf } from "../support/source/engine/firewall.ts";
import type { WafOptions } from "../support/source/engine/options.ts";
import type { WafConfig } from "../support/source/engine/snapshot.ts";
import type { RequestData } from "../support/source/request/model.ts";

export const CUSTOM = "http_request_firewall_custom";
export const MANAGED = "http_request_firewall_managed";
export const LIMITS = "http_ratelimit";

export type Members = Readonly<Record<string, unknown>>;

/** A rule that logs every request, with some members replaced. */
export function rule(ref: string, members: Members = {}): Members {
  return { ref, action: "log", expression: "true", ...members };
}

/** A rule that blocks every request, with some members replaced. */
export function block(ref: string, members: Members = {}): Members {
  return rule(ref, { action: "block", ...members });
}

export function ruleset(id: string, rules: readonly Members[], members: Members = {}): Members {
  return { id, name: id, kind: "zone", phase: CUSTOM, rules, ...members };
}

/** Reference ids that are the same in every run, and still differ from request to request. */
function countingRandom(): (bytes: number) => string {
  let count = 0;
  return (bytes) => {
    count++;
    return Array.from({ length: bytes }, (_, at) =>
      String.fromCharCode(at === bytes - 1 ? count & 255 : at === bytes - 2 ? (count >> 8) & 255 : 7),
    ).join("");
  };
}

/** How {@link wafOf} makes firewalls; other names run every test that uses it a second time. */
let make: (config: WafConfig, options: WafOptions) => Waf = createWaf;

export function makeWafsBy(other: typeof make): void {
  make = other;
}

export function wafOf(rulesets: readonly Members[], options: WafOptions = {}, lists: Members = {}): Waf {
  return make(
    { rulesets, lists: lists as never },
    {
      random: countingRandom(),
      now: () => 0,
      onError: (error) => {
        throw error;
      },
      ...options,
    },
  );
}

export const GET: RequestData = { url: "https://a.example/", remoteAddress: "192.0.2.7", receivedAt: 0 };

export function get(url: string, rest: Partial<RequestData> = {}): RequestData {
  return { ...GET, url: `https://a.example${url}`, ...rest };
}

/** Refs of the rules that matched, those in shadow mode in parentheses. */
export function matched(decision: AnyDecision): readonly string[] {
  return decision.matches.map(({ rule: { ref }, mode }) => (mode === "shadow" ? `(${ref})` : ref));
}

/** The decision in a word and the ref behind it: `block by a`. */
export function verdict(decision: AnyDecision): string {
  return decision.by === undefined ? decision.action : `${decision.action} by ${decision.by.ref}`;
}
