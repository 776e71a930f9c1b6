// On the request path.
import type { RestoredRequest } from "../engine/decision/challenge-provider.ts";
import type { Decision } from "../engine/decision/decision.ts";
import { tellFailures } from "../engine/decision/failure.ts";
import type { WafMode } from "../engine/decision/modes.ts";
import type { Transaction } from "../engine/evaluation/exchange.ts";
import type { HostFacts, Waf } from "../engine/firewall/waf.ts";
import { MisuseError } from "../language/diagnostics/misuse.ts";
import type { OptionNames } from "../language/diagnostics/option-names.ts";
import { undoRequestCodings } from "../request/body/codings.ts";
import { headFault } from "../request/head/head-limits.ts";
import type { BodyView } from "../request/view/request-view.ts";
import { type Answer, sentBy, withCookie } from "./answer.ts";
import { Answers, joined } from "./answers.ts";
import { countedClient } from "./client-key.ts";
import { HeldBytes, Hold } from "./held-bytes.ts";
import { BodyError, bodyOverCapacity, type IncomingRequest } from "./incoming.ts";
import {
  type HostOptions,
  type ResolvedHostOptions,
  type ResponseOptions,
  resolveHostOptions,
} from "./options.ts";
import { type GateParts, PassedRequest } from "./passed-request.ts";
import { type Lacks, unmetNeeds } from "./unmet-needs.ts";

/** What happens to a request. */
export type Admission =
  | { readonly passed: true; readonly request: PassedRequest }
  | {
      readonly passed: false;
      /** The answer to the client; undefined when it left before there was an answer. */
      readonly answer: Answer | undefined;
    };

const NOTHING_LACKS: Lacks = Object.freeze([]);

/** Seconds; bodies are held briefly. */
const RETRY_AFTER = 1;

interface Evaluated {
  readonly decision: Decision;
  /** The body as sent; undefined when it was not read. */
  readonly sent: BodyView | undefined;
}

/**
 * The steps that every host takes between a request and its answer: challenge answers, limits on headers and body, slow
 * clients, failures of the firewall, response phases, events and reference ids.
 */
export class Gate implements GateParts {
  readonly firewall: HostFacts;
  readonly options: ResolvedHostOptions;
  readonly answers: Answers;
  readonly #waf: Waf;
  readonly #held: HeldBytes;
  readonly #lacks: Lacks;
  /** The newest configuration of which it is known whether the host can do what its rules need. */
  #checkedVersion = 0;

  /**
   * @param ownNames options that the host has besides those of every host.
   * @param lacks what the host cannot do, unless rules that need it are to be ignored.
   * @throws MisuseError `E_OPTION_UNKNOWN` for a name that the host does not have, `E_OPTION` for an option that
   *   contradicts the firewall's or has a value that makes no sense, `E_HOST_RULES` for rules that need what the host lacks.
   */
  constructor(
    waf: Waf,
    options: HostOptions & ResponseOptions,
    ownNames: OptionNames,
    lacks: Lacks = NOTHING_LACKS,
  ) {
    const firewall: HostFacts | undefined = waf?.host;
    if (firewall === undefined) throw new MisuseError("E_OPTION", "`waf` must be a firewall of `createWaf`");
    this.#waf = waf;
    this.firewall = firewall;
    this.options = resolveHostOptions(firewall, options, ownNames);
    this.answers = new Answers(firewall, this.options);
    this.#held = new HeldBytes(this.options.maxHeldBytes);
    this.#lacks = lacks;
    if (lacks.length === 0) return;
    this.#checkedVersion = waf.snapshot.version;
    const fault = unmetNeeds(waf.hostNeeds, lacks);
    if (fault !== undefined) throw fault;
  }

  /** The firewall's mode now. */
  get mode(): WafMode {
    return this.#waf.mode;
  }

  /** Evaluates a request. Never rejects. */
  admit(incoming: IncomingRequest): Promise<Admission> {
    return incoming.hasBody ? this.#admitHolding(incoming) : this.#admit(incoming, undefined);
  }

  async #admitHolding(incoming: IncomingRequest): Promise<Admission> {
    const hold = new Hold(this.#held, () => countedClient(incoming.view, this.firewall.request));
    const admission = await this.#admit(incoming, hold);
    if (!admission.passed) hold.release();
    return admission;
  }

  async #admit(incoming: IncomingRequest, hold: Hold | undefined): Promise<Admission> {
    let transaction: Transaction | undefined;
    let restored: RestoredRequest | undefined;
    try {
      if (this.#lacks.length > 0) this.#checkRules();
      const provider = this.answers.expecting(incoming.view);
      if (provider !== undefined) {
        const answer = await this.answers.toChallengeAnswer(provider, incoming, hold);
        if ("status" in answer) return answered(answer);
        restored = answer;
      }
      const now = this.firewall.clock?.();
      const { oversize } = this.options;
      const closesConnections = incoming.closesConnections === true;
      transaction = this.#waf.begin(incoming.view, {
        oversize,
        closesConnections,
        ...(now === undefined ? {} : { now }),
      });
      return cleared(await this.#evaluate(incoming, transaction, hold), restored);
    } catch (error) {
      return cleared(this.#failed(error, incoming, transaction, hold), restored);
    }
  }

  /**
   * Rejects a request for a reason of the host's own, without evaluating rules. It makes an event, too. Never
   * throws.
   *
   * @param message one line of plain text, shown to the client and in the event.
   */
  reject(incoming: IncomingRequest, status: number, message: string): Answer {
    let transaction: Transaction | undefined;
    try {
      const now = this.firewall.clock?.();
      transaction = this.#waf.begin(incoming.view, now === undefined ? {} : { now });
    } catch (error) {
      this.options.onError(error, "");
    }
    return this.answers.rejection(transaction, incoming, status, message);
  }

  /**
   * The answer when the host has failed at a request. No event tells. Never throws.
   *
   * @param message one line of plain text, shown to the client.
   */
  page(incoming: Pick<IncomingRequest, "view">, status: number, message: string, reference?: string): Answer {
    return this.answers.page(incoming, status, message, reference);
  }

  /** Tells once of each update that brought rules which need what the host lacks. */
  #checkRules(): void {
    const { version } = this.#waf.snapshot;
    if (version === this.#checkedVersion) return;
    this.#checkedVersion = version;
    const fault = unmetNeeds(this.#waf.hostNeeds, this.#lacks);
    if (fault !== undefined) this.options.onError(fault, "");
  }

  async #evaluate(
    incoming: IncomingRequest,
    transaction: Transaction,
    hold: Hold | undefined,
  ): Promise<Admission> {
    const { oversize, maxHeaders } = this.options;
    if (oversize === "block" && this.mode === "enforce") {
      const fault = headFault(incoming.view, maxHeaders, this.firewall.request.limits);
      if (fault !== undefined)
        return answered(this.answers.rejection(transaction, incoming, fault.status, fault.message));
    }
    const { decision, sent } = await this.#decide(incoming, transaction, hold);
    tellFailures(decision.failures, undefined, (error) => this.options.onError(error, transaction.id));
    const kept =
      decision.action === "challenge" ? await this.answers.toKeep(incoming, sent, hold) : undefined;
    const answer = this.answers.of(decision, incoming.view, kept);
    if (answer !== undefined) {
      this.answers.end(transaction, sentBy(answer) ?? incoming.sent ?? { status: answer.status });
      return answered(answer);
    }
    if (incoming.hasBody && sent === undefined) incoming.expectBody?.();
    return {
      passed: true,
      request: new PassedRequest(this, transaction, decision, incoming, hold),
    };
  }

  /** Evaluates the head first; reads the body only when a rule still wants it and nothing has been decided. */
  async #decide(
    incoming: IncomingRequest,
    transaction: Transaction,
    hold: Hold | undefined,
  ): Promise<Evaluated> {
    if (!incoming.hasBody) return { decision: await transaction.request(), sent: undefined };
    const early = await transaction.head();
    if (early !== undefined) return { decision: early, sent: undefined };
    const { bodyLimit, bodyTimeout, oversize } = this.options;
    const limits = transaction.bodyLimits;
    const maxBytes = Math.min(bodyLimit, limits?.maxBytes ?? bodyLimit);
    const announced = limits === undefined ? 0 : announcedLength(incoming);
    // Rules would see none of it: the client need not send it, and it need not be held.
    if (announced > maxBytes && (limits?.oversize ?? oversize) !== "inspect") {
      return { decision: await transaction.body(unreadBody(announced)), sent: undefined };
    }
    incoming.expectBody?.();
    const sent = await incoming.readBody({ maxBytes, timeout: bodyTimeout, hold: hold?.take });
    const coding = sent.coding === undefined ? joined(incoming.view.rawHeaders, "content-encoding") : "";
    const body =
      coding === "" ? sent : await undoRequestCodings(incoming.decoder, sent, coding, maxBytes, hold?.take);
    if (hold?.isExceeded === true) throw bodyOverCapacity();
    return { decision: await transaction.body(body), sent };
  }

  #failed(
    error: unknown,
    incoming: IncomingRequest,
    transaction: Transaction | undefined,
    hold: Hold | undefined,
  ): Admission {
    if (error instanceof BodyError) {
      if (error.code === "E_BODY_TIMEOUT") {
        return answered(this.answers.rejection(transaction, incoming, 408, error.message));
      }
      if (error.code === "E_BODY_CAPACITY") {
        if (hold?.isTooLong === true)
          return answered(
            this.answers.rejection(transaction, incoming, 413, "the body is longer than this site holds"),
          );
        return answered(
          this.answers.rejection(transaction, incoming, 503, error.message, { retryAfter: RETRY_AFTER }),
        );
      }
      this.answers.end(transaction, { delivery: "aborted" });
      return answered(undefined);
    }
    this.options.onError(error, transaction?.id ?? "");
    // Not a failure of the firewall: nothing of the body could be evaluated, of this request or of any other.
    if (error instanceof MisuseError && error.code === "E_BODY_CONSUMED") {
      return answered(
        this.answers.rejection(
          transaction,
          incoming,
          500,
          "the body was consumed before the firewall could read it",
        ),
      );
    }
    if (this.firewall.failure === "closed" && this.mode !== "off") {
      const message = "the firewall cannot evaluate requests now";
      return answered(this.answers.rejection(transaction, incoming, 503, message));
    }
    if (incoming.hasBody) incoming.expectBody?.();
    return { passed: true, request: new PassedRequest(this, transaction, undefined, incoming, hold) };
  }
}

/** The declared length of a request's body; 0 when there is none. */
function announcedLength({ view }: IncomingRequest): number {
  const length = joined(view.rawHeaders, "content-length");
  return /^[0-9]{1,15}$/.test(length) ? Number(length) : 0;
}

/** A body that was announced and not read. */
function unreadBody(size: number): BodyView {
  return { bytes: "", truncated: true, size };
}

/** A solved challenge stays solved, even if the request that came back with its answer fails. */
function cleared(admission: Admission, restored: RestoredRequest | undefined): Admission {
  if (restored === undefined) return admission;
  if (admission.passed) admission.request.addCookie(restored.setCookie);
  else if (admission.answer !== undefined) return answered(withCookie(admission.answer, restored.setCookie));
  return admission;
}

function answered(answer: Answer | undefined): Admission {
  return { passed: false, answer };
}
