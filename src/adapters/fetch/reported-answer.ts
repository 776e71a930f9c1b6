import type { SentAnswer } from "../../engine/decision/sent-answer.ts";
import { letEnd } from "./fetch-request.ts";

/** What a router has sent: told once, by the first of the router, a client that has left, and the time. */
export class ReportedAnswer {
  readonly #signal: AbortSignal;
  readonly #timer: ReturnType<typeof setTimeout>;
  #answer: SentAnswer | undefined;
  #tell: ((answer: SentAnswer) => void) | undefined;

  /** @param timeout milliseconds after which nothing more is waited for. */
  constructor(signal: AbortSignal, timeout: number) {
    this.#signal = signal;
    this.#timer = setTimeout(() => this.#end({}), timeout);
    letEnd(this.#timer);
    if (signal.aborted) this.#aborted();
    else signal.addEventListener("abort", this.#aborted);
  }

  /** Takes no more than an event has of it: a `Response` is such an answer, too. */
  readonly report = ({ status, delivery }: SentAnswer): void => {
    this.#end({
      ...(Number.isInteger(status) ? { status } : {}),
      ...(delivery === undefined ? {} : { delivery }),
    });
  };

  /** For the event, which may be there only after the answer. */
  readonly later = (tell: (answer: SentAnswer) => void): void => {
    if (this.#answer === undefined) this.#tell = tell;
    else tell(this.#answer);
  };

  readonly #aborted = (): void => this.#end({ delivery: "aborted" });

  #end(answer: SentAnswer): void {
    if (this.#answer !== undefined) return;
    this.#answer = answer;
    clearTimeout(this.#timer);
    this.#signal.removeEventListener("abort", this.#aborted);
    this.#tell?.(answer);
    this.#tell = undefined;
  }
}
