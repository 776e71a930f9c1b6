import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import { HASH_START, hashUnits, mixedHash } from "../../language/values/hash.ts";
import { type RequestData, viewOf } from "../../request/model/memory-request.ts";
import { WafRequest } from "../../request/model/request.ts";
import type { RequestView } from "../../request/view/request-view.ts";
import type { Decision } from "../decision/decision.ts";
import { failureText } from "../decision/failure.ts";
import type { EvaluateOptions } from "../evaluation/exchange.ts";
import { createRedactor, type Redactor } from "../events/redact.ts";

import type { Waf } from "../firewall/waf.ts";
import { createTally, type ShadowReport } from "./shadow-report.ts";

/** What is compared, and how much of it is kept. */
export interface ShadowOptions {
  /** Decides. */
  readonly live: Waf;
  /** Is asked beside it. It needs counters of its own, or its rate limits would count for the live one too. */
  readonly candidate: Waf;
  /** Share of requests, 0 to 1, that the candidate sees. Default 1. */
  readonly rate?: number;
  /**
   * What keeps a request in or out of the sample. Default: the client's address as the live firewall makes it out, behind
   * the proxies that it trusts, so that the candidate's rate limits see all requests of the clients that it sees.
   */
  readonly sampleKey?: (view: RequestView) => string;
  /** Another seed samples other clients. Default 0. */
  readonly seed?: number;
  /** Most comparisons that wait for the candidate's stores. Default 100. */
  readonly maxPending?: number;
  /** Most pairs of rules that are counted apart. Default 500. */
  readonly maxRules?: number;
  /** Most requests kept as samples. Default 50. */
  readonly maxSamples?: number;
  /** Most samples of one pair of rules. Default 3. */
  readonly samplesPerPair?: number;
  /** Default {@link createRedactor} with its defaults. */
  readonly redact?: Redactor;
}

const SHADOW_OPTION_NAMES: NamesOf<ShadowOptions> = {
  live: true,
  candidate: true,
  rate: true,
  sampleKey: true,
  seed: true,
  maxPending: true,
  maxRules: true,
  maxSamples: true,
  samplesPerPair: true,
  redact: true,
};

/** A candidate configuration beside the live one: it reports where it would have decided otherwise, and decides nothing. */
export interface ShadowEvaluator {
  /** The live decision. The candidate evaluates the same request afterwards. */
  evaluate(request: RequestData | RequestView, options?: EvaluateOptions): Promise<Decision>;
  /**
   * As {@link evaluate}, without a promise. The candidate is asked at once too, or later if its rules may have to be waited
   * for.
   *
   * @throws MisuseError when the live firewall's rules may have to be waited for.
   */
  evaluateSync(request: RequestData | RequestView, options?: EvaluateOptions): Decision;
  /**
   * For hosts that run transactions: shows the candidate a request that the live configuration has decided on.
   *
   * @param view with its body, if the candidate is to judge that.
   */
  observe(view: RequestView, live: Decision, options?: EvaluateOptions): void;
  /** Resolves when no comparison is waiting. */
  settled(): Promise<void>;
  /** The report since the last {@link reset}. */
  report(): ShadowReport;
  /** Begins a new report. */
  reset(): void;
}

/**
 * Makes an evaluator that decides with `live` and compares with `candidate`.
 *
 * @throws MisuseError when the rate is not between 0 and 1, and for unknown options.
 */
export function createShadowEvaluator(options: ShadowOptions): ShadowEvaluator {
  checkOptionNames(options, SHADOW_OPTION_NAMES);
  const { live, candidate } = options;
  const rate = options.rate ?? 1;
  if (!(rate >= 0 && rate <= 1)) throw new MisuseError("E_OPTION", "`rate` must be between 0 and 1");
  const sampleKey =
    options.sampleKey ?? ((view: RequestView) => new WafRequest(view, live.host.request).clientText);
  const seed = options.seed ?? 0;
  const maxPending = options.maxPending ?? 100;
  const redact = options.redact ?? createRedactor();
  const limits = {
    maxRules: options.maxRules ?? 500,
    maxSamples: options.maxSamples ?? 50,
    samplesPerPair: options.samplesPerPair ?? 3,
  };
  const pending = new Set<Promise<void>>();
  let tally = createTally(limits, redact);
  let requests = 0;
  let notSampled = 0;
  let overload = 0;
  let errors = 0;
  let lastError: string | undefined;

  function failed(error: unknown): void {
    errors++;
    lastError = failureText(error);
  }

  /** Whether the candidate is to see the request; never throws. */
  function isSampled(view: RequestView): boolean {
    requests++;
    try {
      if (rate === 1 || sampleHash(sampleKey(view), seed) < rate * 0x1_0000_0000) return true;
      notSampled++;
    } catch (error) {
      failed(error);
    }
    return false;
  }

  function observe(view: RequestView, decision: Decision, evaluateOptions?: EvaluateOptions): void {
    if (!isSampled(view)) return;
    if (pending.size >= maxPending) {
      overload++;
      return;
    }
    const into = tally;
    const comparison = compare(view, decision, evaluateOptions, into).finally(() =>
      pending.delete(comparison),
    );
    pending.add(comparison);
  }

  async function compare(
    view: RequestView,
    decision: Decision,
    evaluateOptions: EvaluateOptions | undefined,
    into: typeof tally,
  ): Promise<void> {
    try {
      const other = await candidate.evaluate(view, evaluateOptions);
      into.add(() => live.requestFacts(view), decision, other);
    } catch (error) {
      failed(error);
    }
  }

  return {
    async evaluate(request, evaluateOptions) {
      // One view for both: data without a time would else be received at two times.
      const view = viewOf(request);
      const decision = await live.evaluate(view, evaluateOptions);
      observe(view, decision, evaluateOptions);
      return decision;
    },
    evaluateSync(request, evaluateOptions) {
      const view = viewOf(request);
      const decision = live.evaluateSync(view, evaluateOptions);
      if (!candidate.canEvaluateSync) observe(view, decision, evaluateOptions);
      else if (isSampled(view)) {
        try {
          const other = candidate.evaluateSync(view, evaluateOptions);
          tally.add(() => live.requestFacts(view), decision, other);
        } catch (error) {
          failed(error);
        }
      }
      return decision;
    },
    observe,
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
    report: () => ({
      live: live.snapshot,
      candidate: candidate.snapshot,
      requests,
      notSampled,
      overload,
      errors,
      ...(lastError === undefined ? {} : { lastError }),
      ...tally.result(),
    }),
    reset() {
      tally = createTally(limits, redact);
      requests = notSampled = overload = errors = 0;
      lastError = undefined;
    },
  };
}

function sampleHash(key: string, seed: number): number {
  return mixedHash(hashUnits(HASH_START ^ seed, key));
}
