// Apart from the detectors, so that who only asks what was found does not import them.
import type { Budget } from "../../language/values/budget.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { Evidence } from "./evidence.ts";

/** What all detectors found in a request. */
export interface Inspection {
  readonly evidence: readonly Evidence[];
}

interface Kept {
  readonly revision: number;
  readonly inspection: Inspection;
  /** Whether the budget ran out before all texts were looked at. */
  readonly isPartial: boolean;
}

const kept = new WeakMap<WafRequest, Kept>();

export function keep(request: WafRequest, inspection: Inspection, { exhausted }: Budget): void {
  kept.set(request, { revision: request.revision, inspection, isPartial: exhausted });
}

/**
 * What was found in the request as it is now; undefined when nobody has asked.
 *
 * @param budget what a new inspection could spend: when it has steps left, one whose budget ran out does not count
 */
export function keptInspection(request: WafRequest, budget?: Budget): Inspection | undefined {
  const known = kept.get(request);
  if (known === undefined || known.revision !== request.revision) return undefined;
  return known.isPartial && budget?.exhausted === false ? undefined : known.inspection;
}
