import type {
  AllowDecision,
  BlockDecision,
  Changes,
  Decision,
  Match,
  RuleFacts,
} from "../support/source/engine/decision.ts";
import type { RequestFacts } from "../support/source/engine/events.ts";

export const facts: RequestFacts = {
  method: "GET",
  host: "shop.example",
  path: "/a",
  query: "q=1&token=abc",
  client: "192.0.2.7",
  userAgent: "test/1",
  version: "HTTP/1.1",
};

export const noChanges: Changes = {
  requestHeaders: [],
  responseHeaders: [],
  config: {},
  skippedProducts: [],
  logFields: [],
};

export function rule(ref: string, over: Partial<RuleFacts> = {}): RuleFacts {
  return {
    ref,
    id: `id-${ref}`,
    ruleset: "custom",
    phase: "http_request_firewall_custom",
    layer: "zone",
    action: "block",
    ...over,
  };
}

export function match(of: RuleFacts, over: Partial<Match> = {}): Match {
  return { rule: of, mode: "enforce", decisive: false, logged: true, notes: [], ...over };
}

export const decisionFacts = {
  id: "ref-1",
  snapshot: "hash",
  score: 0,
  scores: {},
  changes: noChanges,
} as const;

export function passed(matches: readonly Match[] = []): AllowDecision & Decision {
  return { ...decisionFacts, action: "allow", matches };
}

export function blocked(
  by: RuleFacts,
  matches?: readonly Match[],
  over: Partial<BlockDecision> = {},
): BlockDecision {
  return {
    ...decisionFacts,
    action: "block",
    by,
    matches: matches ?? [match(by, { decisive: true })],
    status: 403,
    response: { status: undefined, body: undefined, variants: {}, grpcStatus: 7 },
    ...over,
  };
}
