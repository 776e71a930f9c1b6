import type { Decision } from "../../engine/decision/decision.ts";
import type { Transaction } from "../../engine/evaluation/exchange.ts";
import type { Waf } from "../../engine/firewall/waf.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../request/view/limits.ts";
import type { BodyView } from "../../request/view/request-view.ts";
import { hasBody, inspectBody } from "./body.ts";
import { type NodeRequest, type NodeRequestOptions, NodeRequestView } from "./node-request.ts";

/** How a host hands requests to the firewall. */
export interface JudgeOptions {
  /** Bytes of a body that rules see; default 131,072. */
  readonly bodyLimit?: number;
  /** Milliseconds in which the client must send the inspected part of its body; default 30,000. */
  readonly bodyTimeout?: number;
  /**
   * What becomes of a body that is longer than {@link bodyLimit}, when rules read it: `block` (default) refuses the
   * request with 413, `inspect` shows rules the first part, and `http.request.body.truncated` says so.
   */
  readonly oversize?: "block" | "inspect";
  /**
   * Header lines that rules see, the same as the firewall's own limit; default 256. Requests with more are refused with
   * 431 unless {@link oversize} is `inspect`: what stands in the others would count for the site only.
   */
  readonly maxHeaders?: number;
  /** Facts that only the embedder knows. */
  readonly facts?: (request: NodeRequest) => NodeRequestOptions | undefined;
}

const NO_BODY: BodyView = Object.freeze({ bytes: "", truncated: false, size: 0 });

export interface Judgement {
  readonly decision: Decision;
  /** Whether rules saw the body, or its first part. */
  readonly bodyRead: boolean;
  /** The body was longer than the limit, and rules wanted to read it. */
  readonly oversize: boolean;
}

/** Whether the request is to be refused because it has more header lines than rules see. */
export function hasTooManyHeaders(request: NodeRequest, options: JudgeOptions): boolean {
  const most = options.maxHeaders ?? DEFAULT_REQUEST_LIMITS.maxHeaders;
  return request.rawHeaders.length > 2 * most && options.oversize !== "inspect";
}

/** Opens a transaction for the request. Whoever opens it calls `end` on it, whatever happens. */
export function openTransaction(waf: Waf, request: NodeRequest, options: JudgeOptions): Transaction {
  const view = new NodeRequestView(request, options.facts?.(request));
  if (!hasBody(request)) view.body = NO_BODY;
  return waf.begin(view);
}

/**
 * Judges the head first, and reads the body only when a rule still wants it and nothing has decided yet.
 *
 * @param beforeBody called once, before the body is waited for: the place for `100 Continue`.
 * @throws BodyError when the client breaks off or is too slow.
 */
export async function judge(
  transaction: Transaction,
  request: NodeRequest,
  options: JudgeOptions,
  beforeBody?: () => void,
): Promise<Judgement> {
  if (!hasBody(request)) {
    return { decision: await transaction.request(), bodyRead: false, oversize: false };
  }
  const early = await transaction.head();
  if (early !== undefined) return { decision: early, bodyRead: false, oversize: false };
  beforeBody?.();
  const limit = options.bodyLimit ?? DEFAULT_REQUEST_LIMITS.maxBodyBytes;
  const body = await inspectBody(request, limit, { timeout: options.bodyTimeout ?? 30_000 });
  const decision = await transaction.body(body.view);
  return { decision, bodyRead: true, oversize: !body.complete };
}
