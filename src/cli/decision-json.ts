import type { Decision } from "../engine/decision/decision.ts";
import { isoTime } from "../engine/events/iso-time.ts";

/** A decision as `--json` prints it: times as in events, ISO 8601. */
export function decisionJson(decision: Decision): object {
  const { matches, rateLimits } = decision;
  return {
    ...decision,
    matches: matches.map((match) =>
      match.rateLimit === undefined ? match : { ...match, rateLimit: shownLimit(match.rateLimit) },
    ),
    ...(rateLimits === undefined ? {} : { rateLimits: rateLimits.map(shownLimit) }),
  };
}

function shownLimit<L extends { readonly resetsAt: number }>(limit: L): object {
  return { ...limit, resetsAt: isoTime(limit.resetsAt) };
}
