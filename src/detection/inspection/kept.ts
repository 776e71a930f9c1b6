// Apart from the detectors, so that who only asks what was found does not import them.
import type { WafRequest } from "../../request/model/request.ts";
import type { Evidence } from "./evidence.ts";

/** What all detectors found in a request. */
export interface Inspection {
  readonly evidence: readonly Evidence[];
}

interface Kept {
  readonly revision: number;
  readonly inspection: Inspection;
}

const kept = new WeakMap<WafRequest, Kept>();

export function keep(request: WafRequest, inspection: Inspection): void {
  kept.set(request, { revision: request.revision, inspection });
}

/** What was found in the request as it is now; undefined when nobody has asked. */
export function keptInspection(request: WafRequest): Inspection | undefined {
  const known = kept.get(request);
  return known !== undefined && known.revision === request.revision ? known.inspection : undefined;
}
