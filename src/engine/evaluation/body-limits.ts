// On the request path, for requests of routes whose rules limit bodies.
import type { UnseenBody } from "../../request/body/body.ts";
import type { BodyView } from "../../request/view/request-view.ts";
import type { BodyLimits } from "../../rules/ruleset/actions/control.ts";

/** Whether the limits hold even if no rule reads the body: the host then measures it. */
export function isMeasured(limits: BodyLimits | undefined, otherwise: "block" | "inspect"): boolean {
  return limits?.maxBytes !== undefined && (limits.oversize ?? otherwise) === "block";
}

/** What rules see of a body under the limits of its route. */
export function limitedBody(body: BodyView, { maxBytes = Infinity, oversize }: BodyLimits): BodyView {
  if (!body.truncated && body.bytes.length <= maxBytes) return body;
  return oversize === "pass"
    ? withoutBytes(body)
    : {
        ...body,
        bytes: body.bytes.slice(0, maxBytes),
        truncated: true,
        size: Math.max(body.size ?? 0, body.bytes.length),
      };
}

/** A body whose content rules do not see, only its presence. */
export function withoutBytes(body: BodyView): BodyView {
  return { bytes: "", truncated: true, size: Math.max(body.size ?? 0, body.bytes.length) };
}

/** Why a body is refused when rules of its route set a limit. */
export const UNSEEN_BY_ROUTE: UnseenBody = Object.freeze({
  code: "wirewall.oversize",
  status: 413,
  message: "the body is longer than the rules of this route allow (`set_body_limits`)",
});
