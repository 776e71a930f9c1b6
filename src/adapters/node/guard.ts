import type { Decision } from "../../engine/decision/decision.ts";
import { tell } from "../../engine/decision/failure.ts";
import type { Waf } from "../../engine/firewall/waf.ts";
import { Gate } from "../../host/gate.ts";
import type { HostOptions, OwnNames, ResponseOptions } from "../../host/options.ts";
import type { Lacks, UnsupportedRulesOption } from "../../host/unmet-needs.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkFunction, checkObject, checkWord } from "../../language/diagnostics/option-values.ts";
import type { HeaderOperation } from "../../rules/ruleset/actions/control.ts";
import { discardUnread, giveBackWhenOver, type NodeResponse, sendLastAnswer, writeAnswer } from "./answer.ts";
import { isReceived } from "./body.ts";
import { applyOperations, holdResponse } from "./held-response.ts";
import { hostFault } from "./host-fault.ts";
import { type NodeFacts, NodeIncoming } from "./incoming.ts";
import { hasLostPeer } from "./lost-peer.ts";
import type { NodeRequest } from "./node-request.ts";
import { applyToRequest } from "./request-headers.ts";
import { closeConnection, maxTarpits, Tarpit, type TarpitOption } from "./tarpit.ts";

/**
 * How a {@link guard} treats requests. `onError` is also called with what `next` throws; without it that, and the first
 * `MisuseError` of each code, becomes a warning of the process.
 */
export interface GuardOptions extends HostOptions, ResponseOptions, UnsupportedRulesOption, TarpitOption {
  /** Facts that only the embedder knows; what it throws counts as a failure of the firewall. */
  readonly facts?: NodeFacts;
}

const OWN_NAMES: OwnNames<GuardOptions> = {
  responseBodyLimit: true,
  responseHoldTime: true,
  unsupportedRules: true,
  unreadableResponse: true,
  facts: true,
  maxTarpits: true,
};

/** The application has the request already, and its router has read the address of it. */
const LACKS: Lacks = ["path", "query", "route"];

/** A request that a guard has passed. */
export type GuardedRequest = NodeRequest & {
  /** The decision with its score and the rules that matched; undefined when the firewall failed and `failure` is `open`. */
  readonly waf?: Decision;
};

/** Middleware: calls `next` for requests that pass, and answers the others. */
export type Guard = (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void) => void;

/**
 * Middleware for `node:http` and whatever is called with `(request, response, next)`: put it before everything that
 * reads bodies. It answers blocked requests; for the others it calls `next` with the whole body still in the request,
 * and with `request.waf` set to the decision.
 *
 * Response headers that rules set are on the response before `next`, unless rules read the response: it is then held
 * back when the handler writes it, until they have been evaluated. Request headers that rules change are changed on the
 * request: `headers`, `headersDistinct` and `rawHeaders`. Rules that rewrite path or query, or choose another origin, need
 * a host that forwards requests, such as the proxy.
 *
 * @throws MisuseError `E_OPTION_UNKNOWN` for an unknown option, `E_OPTION` for one that contradicts the firewall's or
 *   has a value that makes no sense, `E_HOST_RULES` for rules that need what a guard cannot do.
 */
export function guard(waf: Waf, options: GuardOptions = {}): Guard {
  checkObject("options", options);
  const { unsupportedRules = "refuse", onError = warningOfMisuse() } = options;
  checkWord("unsupportedRules", unsupportedRules, ["refuse", "ignore"]);
  const lacks = unsupportedRules === "refuse" ? LACKS : [];
  const gate = new Gate(waf, { ...options, onError }, OWN_NAMES, lacks);
  checkFunction("facts", options.facts);
  const tarpit = new Tarpit(maxTarpits(options.maxTarpits));
  const report = (error: unknown): void => {
    if (options.onError !== undefined) gate.options.onError(error, "");
    else tell(() => process.emitWarning(error instanceof Error ? error : String(error)));
  };
  return (request, response, next) => {
    void admit(gate, options.facts, request, response, tarpit, report)
      .then((passed) => {
        if (passed) next();
      })
      .catch((error: unknown) => {
        // A handler that throws synchronously would have ended the process as an unhandled rejection.
        report(error);
        const answer = gate.page(
          new NodeIncoming(request, { response }),
          500,
          "the request could not be handled",
        );
        sendLastAnswer(request, response, answer);
      });
  };
}

function changeRequest(
  request: NodeRequest,
  incoming: NodeIncoming,
  operations: readonly HeaderOperation[],
): void {
  if (operations.length === 0) return;
  // Rules on the response see the lines as received, which the view reads on first use.
  void incoming.view.rawHeaders;
  applyToRequest(request, operations);
}

/** A mistake of the program would otherwise show in refusals alone. */
function warningOfMisuse(): (error: unknown) => void {
  const told = new Set<string>();
  return (error) => {
    if (!(error instanceof MisuseError) || told.has(error.code)) return;
    told.add(error.code);
    process.emitWarning(error);
  };
}

async function admit(
  gate: Gate,
  facts: NodeFacts | undefined,
  request: NodeRequest,
  response: NodeResponse,
  tarpit: Tarpit,
  report: (error: unknown) => void,
): Promise<boolean> {
  if (hasLostPeer(request)) {
    closeConnection(request, response);
    return false;
  }
  const incoming = new NodeIncoming(request, { facts, isRouted: true, response });
  const fault = hostFault(request);
  if (fault !== undefined) {
    writeAnswer(request, response, gate.reject(incoming, 400, fault));
    return false;
  }
  const admission = await gate.admit(incoming);
  if (!admission.passed) {
    if (admission.answer !== undefined) writeAnswer(request, response, admission.answer, tarpit);
    return false;
  }
  if (incoming.isInspected && !isReceived(request)) discardUnread(request, response);
  const { request: passed } = admission;
  const { decision } = passed;
  giveBackWhenOver(request, response, passed);
  if (decision !== undefined) {
    Object.defineProperty(request, "waf", { value: decision, configurable: true, enumerable: false });
  }
  changeRequest(request, incoming, [...passed.requestHeaders, ...passed.readableHeaders]);
  if (passed.needsResponse) {
    holdResponse(request, response, passed, tarpit, report);
    return true;
  }
  passed.end();
  applyOperations(response, passed.responseHeaders);
  return true;
}
