// On the request path, once the rules have passed a request: finds parts that they have not seen.
import type { Budget } from "../../language/values/budget.ts";
import type { UnseenBody } from "../../request/body/body.ts";
import { type HeadFault, headFault } from "../../request/head/head-limits.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { RequestLimits } from "../../request/view/limits.ts";
import type { StagedChanges } from "../decision/changes.ts";
import { UNSEEN_BY_ROUTE } from "./body-limits.ts";
import type { Snapshot } from "./runtime.ts";

/** A request, and the settings for how much of it rules see. */
export interface Looked {
  readonly request: WafRequest;
  readonly snapshot: Snapshot;
  readonly changes: StagedChanges;
  readonly budget: Budget;
}

/**
 * The part of the head, or of the body that rules read, for which the request is refused because rules have not seen it.
 *
 * @param oversize the host's setting for such requests; rules of the route may set another one for its body.
 */
export function unseenFault(
  looked: Looked,
  oversize: "block" | "inspect",
  limits: RequestLimits,
): UnseenBody | HeadFault | undefined {
  return (
    unseenBody(looked, oversize) ??
    (oversize === "block" ? headFault(looked.request.view, limits.maxHeaders, limits) : undefined)
  );
}

function unseenBody(
  { request, snapshot: { plan }, changes, budget }: Looked,
  oversize: "block" | "inspect",
): UnseenBody | undefined {
  const route = changes.hasAny ? changes.bodyLimits : undefined;
  if (!plan.readsBody && route?.maxBytes === undefined) return undefined;
  if (oversize === "inspect" && route?.oversize !== "block") return undefined;
  const unseen = request.body?.unseen(budget);
  if (unseen === undefined) return undefined;
  if (unseen.code !== "wirewall.oversize") return oversize === "block" && plan.readsBody ? unseen : undefined;
  if ((route?.oversize ?? oversize) !== "block") return undefined;
  // Every rule that reads the body defines how it treats a truncated one.
  if (route === undefined && !plan.readsWholeBody) return undefined;
  return route?.maxBytes === undefined ? unseen : UNSEEN_BY_ROUTE;
}

/** Whether the body is longer than the part that rules see. */
export function isBodyCut({ request, budget }: Pick<Looked, "request" | "budget">): boolean {
  const { body } = request;
  return body !== undefined && (body.truncated || body.unseen(budget)?.code === "wirewall.oversize");
}
