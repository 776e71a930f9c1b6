// On the request path.
import type { RestoredRequest } from "../engine/decision/challenge-provider.ts";
import type { Decision } from "../engine/decision/decision.ts";
import type { Transaction } from "../engine/evaluation/exchange.ts";
import type { HostFacts, Waf } from "../engine/firewall/waf.ts";
import { MisuseError } from "../language/diagnostics/misuse.ts";
import type { OptionNames } from "../language/diagnostics/option-names.ts";
import { undoCodings } from "../request/body/codings.ts";
import type { BodyView } from "../request/view/request-view.ts";
import { type Answer, withCookie } from "./answer.ts";
import { Answers, joined } from "./answers.ts";
import { headFault } from "./head-limits.ts";
import { BodyError, type IncomingRequest } from "./incoming.ts";
import {
  type HostOptions,
  type ResolvedHostOptions,
  type ResponseOptions,
  resolveHostOptions,
} from "./options.ts";
import { type GateParts, PassedRequest } from "./passed-request.ts";

/** What happens to a request. */
export type Admission =
  | { readonly passed: true; readonly request: PassedRequest }
  | {
      readonly passed: false;
      /** What the client gets; undefined when it left before there was an answer. */
      readonly answer: Answer | undefined;
    };

interface Evaluated {
  readonly decision: Decision;
  /** The body as sent; undefined when it was not read. */
  readonly sent: BodyView | undefined;
}

/**
 * What every host does between a request and its answer: challenge answers, limits on headers and body, slow clients,
 * failures of the firewall, response phases, events and reference ids.
 */
export class Gate implements GateParts {
  readonly firewall: HostFacts;
  readonly options: ResolvedHostOptions;
  readonly answers: Answers;
  readonly #waf: Waf;

  /**
   * @param ownNames options that the host has besides those of every host.
   * @throws MisuseError `E_OPTION_UNKNOWN` for a name that the host does not have, `E_OPTION` for an option that
   *   contradicts the firewall's or has a value that makes no sense.
   */
  constructor(waf: Waf, options: HostOptions & ResponseOptions, ownNames: OptionNames) {
    const firewall: HostFacts | undefined = waf?.host;
    if (firewall === undefined) throw new MisuseError("E_OPTION", "`waf` must be a firewall of `createWaf`");
    this.#waf = waf;
    this.firewall = firewall;
    this.options = resolveHostOptions(firewall, options, ownNames);
    this.answers = new Answers(firewall, this.options);
  }

  /** Evaluates a request. Never rejects. */
  async admit(incoming: IncomingRequest): Promise<Admission> {
    let transaction: Transaction | undefined;
    let restored: RestoredRequest | undefined;
    try {
      const provider = this.answers.expecting(incoming.view);
      if (provider !== undefined) {
        const answer = await this.answers.toChallengeAnswer(provider, incoming);
        if ("status" in answer) return answered(answer);
        restored = answer;
      }
      transaction = this.#waf.begin(incoming.view, { oversize: this.options.oversize });
      return cleared(await this.#evaluate(incoming, transaction), restored);
    } catch (error) {
      return cleared(this.#failed(error, incoming, transaction), restored);
    }
  }

  /**
   * Rejects a request for a reason of the host's own, without evaluating rules. There is an event all the same. Never
   * throws.
   *
   * @param message one line of plain text, shown to the client and in the event.
   */
  reject(incoming: IncomingRequest, status: number, message: string): Answer {
    let transaction: Transaction | undefined;
    try {
      transaction = this.#waf.begin(incoming.view);
    } catch (error) {
      this.options.onError(error, "");
    }
    return this.answers.rejection(transaction, status, message);
  }

  async #evaluate(incoming: IncomingRequest, transaction: Transaction): Promise<Admission> {
    const { oversize, maxHeaders } = this.options;
    if (oversize === "block") {
      const fault = headFault(incoming.view, maxHeaders, this.firewall.request.limits);
      if (fault !== undefined)
        return answered(this.answers.rejection(transaction, fault.status, fault.message));
    }
    const { decision, sent } = await this.#decide(incoming, transaction);
    const kept = decision.action === "challenge" ? await this.answers.toKeep(incoming, sent) : undefined;
    const answer = this.answers.of(decision, incoming.view, kept);
    if (answer !== undefined) {
      this.answers.end(transaction);
      return answered(answer);
    }
    if (incoming.hasBody && sent === undefined) incoming.expectBody?.();
    return { passed: true, request: new PassedRequest(this, transaction, decision, incoming) };
  }

  /** Evaluates the head first; reads the body only when a rule still wants it and nothing has been decided. */
  async #decide(incoming: IncomingRequest, transaction: Transaction): Promise<Evaluated> {
    if (!incoming.hasBody) return { decision: await transaction.request(), sent: undefined };
    const early = await transaction.head();
    if (early !== undefined) return { decision: early, sent: undefined };
    incoming.expectBody?.();
    const { bodyLimit, bodyTimeout } = this.options;
    const sent = await incoming.readBody({ maxBytes: bodyLimit, timeout: bodyTimeout });
    const coding = joined(incoming.view.rawHeaders, "content-encoding");
    const body = coding === "" ? sent : await undoCodings(incoming.decoder, sent, coding, bodyLimit);
    return { decision: await transaction.body(body), sent };
  }

  #failed(error: unknown, incoming: IncomingRequest, transaction: Transaction | undefined): Admission {
    if (error instanceof BodyError) {
      if (error.code === "E_BODY_TIMEOUT") {
        return answered(this.answers.rejection(transaction, 408, error.message));
      }
      this.answers.end(transaction);
      return answered(undefined);
    }
    this.options.onError(error, transaction?.id ?? "");
    if (this.firewall.failure === "closed") {
      return answered(this.answers.rejection(transaction, 503, "the firewall cannot evaluate requests now"));
    }
    if (incoming.hasBody) incoming.expectBody?.();
    return { passed: true, request: new PassedRequest(this, transaction, undefined, incoming) };
  }
}

/** A solved challenge stays solved, whatever becomes of the request that came back with its answer. */
function cleared(admission: Admission, restored: RestoredRequest | undefined): Admission {
  if (restored === undefined) return admission;
  if (admission.passed) admission.request.addCookie(restored.setCookie);
  else if (admission.answer !== undefined) return answered(withCookie(admission.answer, restored.setCookie));
  return admission;
}

function answered(answer: Answer | undefined): Admission {
  return { passed: false, answer };
}
