import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { LONGEST_WAIT } from "../../language/diagnostics/option-values.ts";
import { isPromise } from "../../rules/ratelimit/counter-store.ts";
import { elapsed, keepingTimer, runtimeTimer, type Timer, within } from "../../rules/ratelimit/wait.ts";
import { tell } from "../decision/failure.ts";
import type { SentAnswer, TellsLater } from "../decision/sent-answer.ts";
import { createDeduplicator, type DeduplicateOptions, type Deduplicator } from "./deduplicate.ts";
import type { EventSink, WafEvent } from "./event.ts";
import type { EventSelector } from "./select-events.ts";

export interface SinkFailure {
  readonly sink: string;
  readonly error: unknown;
  /** Failures of this sink so far, this one included. */
  readonly failures: number;
}

/** Outcomes of events, for metrics. Must not throw. */
export interface EventObserver {
  /** An event was handed to the sinks. */
  written(): void;
  /** An event was left out by {@link EmitterOptions.select}, or summed up with others. */
  leftOut(why: "filter" | "sample" | "repeat"): void;
  /** A sink was too slow: it did not get an event. */
  dropped(sink: string): void;
  sinkFailed(failure: SinkFailure): void;
}

export interface EmitterOptions {
  readonly sinks: readonly EventSink[];
  /** Receives every failure of a sink; its own exceptions are ignored. */
  readonly onError?: (failure: SinkFailure) => void;
  /** Sum up equal events; default: every event goes out. */
  readonly deduplicate?: DeduplicateOptions | undefined;
  /** The events to emit; default: all. */
  readonly select?: EventSelector | undefined;
  /** Most events that a sink which answers with promises may have under way. Default {@link DEFAULT_EVENT_QUEUE}. */
  readonly queue?: number | undefined;
  readonly observer?: EventObserver | undefined;
  /** Default: the runtime's. */
  readonly timer?: Timer;
  /** Milliseconds of a clock that is never set back; default: the runtime's. */
  readonly clock?: () => number;
}

/** Events that a sink may have under way unless an option says otherwise. */
export const DEFAULT_EVENT_QUEUE = 10_000;

/** Milliseconds for which `flush` and `close` wait for sinks by default. */
export const DEFAULT_FLUSH_TIMEOUT = 5_000;

/** Counts of a firewall's events by outcome. */
export interface EventStats {
  /** All events, including those that were not emitted. */
  readonly events: number;
  /** Events handed to the sinks: fewer when some were left out or summed up. */
  readonly written: number;
  /** Events left out by `selectEvents`: by its conditions, and by their share. */
  readonly leftOut: { readonly filter: number; readonly sample: number };
  /** Events that wait until their response is sent. */
  readonly waiting: number;
  /** Events that a sink did not get because too many were under way, by name of the sink. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Failures by name of the sink. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Events that are sealed at a time; further ones are written without. */
const MAX_SEALING = 1_000;

interface SinkState {
  readonly sink: EventSink;
  /** Writes that have not settled. */
  underWay: number;
  dropped: number;
  failures: number;
  /** Called when nothing is under way any more. */
  readonly idle: (() => void)[];
}

/** Hands events to sinks. Never throws. */
export class EventEmitter {
  readonly #options: EmitterOptions;
  readonly #deduplicator: Deduplicator | undefined;
  readonly #sinks: readonly SinkState[];
  readonly #queue: number;
  readonly #timer: Timer;
  readonly #clock: () => number;
  /** Events whose responses are not sent yet. */
  readonly #waiting = new Set<{ readonly event: WafEvent }>();
  /** Sealing functions by event, until the event is written. */
  readonly #seals = new Map<string, () => Promise<string>>();
  readonly #sealing = new Set<Promise<void>>();
  #unsealed = 0;
  #cancelSum: (() => void) | undefined;
  #isClosed = false;
  #events = 0;
  #written = 0;
  #filtered = 0;
  #unsampled = 0;

  /** @throws MisuseError `E_DUPLICATE_NAME` when two sinks have one name. */
  constructor(options: EmitterOptions) {
    const names = new Set<string>();
    for (const { name } of options.sinks) {
      if (names.has(name))
        throw new MisuseError("E_DUPLICATE_NAME", `two event sinks are called \`${name}\``);
      names.add(name);
    }
    this.#options = options;
    this.#queue = options.queue ?? DEFAULT_EVENT_QUEUE;
    this.#timer = options.timer ?? runtimeTimer;
    this.#clock = options.clock ?? elapsed;
    this.#sinks = options.sinks.map((sink) => ({ sink, underWay: 0, dropped: 0, failures: 0, idle: [] }));
    this.#deduplicator =
      options.deduplicate === undefined ? undefined : createDeduplicator(options.deduplicate);
  }

  /**
   * @param later reports the sent response: the event waits for that, until {@link close}
   * @param seal makes its member `sealed`: called, and awaited, when the event is written
   */
  emit(event: WafEvent, later?: TellsLater, seal?: () => Promise<string>): void {
    this.#events++;
    const why = this.#options.select?.(event);
    if (why === undefined && seal !== undefined) this.#seals.set(event.id, seal);
    if (why !== undefined) {
      if (why === "filter") this.#filtered++;
      else this.#unsampled++;
      this.#options.observer?.leftOut(why);
      return;
    }
    if (later === undefined || this.#isClosed) {
      this.#send(event);
      return;
    }
    const waiting = { event };
    this.#waiting.add(waiting);
    const send = (sent: SentAnswer): void => {
      if (this.#waiting.delete(waiting)) this.#send(completed(event, sent));
    };
    try {
      later(send);
    } catch {
      send({});
    }
  }

  /**
   * Sends the summaries of deduplication, then waits for the sinks. Never rejects.
   *
   * @param timeout milliseconds; a sink that takes longer counts as failed
   */
  async flush(timeout = DEFAULT_FLUSH_TIMEOUT): Promise<void> {
    this.#sum(this.#deduplicator?.drain() ?? []);
    if (this.#sealing.size > 0) await this.#sealed(timeout);
    await Promise.all(this.#sinks.map((state) => this.#flush(state, timeout)));
  }

  /** The same, and sends events whose responses are not sent yet, with the facts known so far. Later events are not summed up. */
  async close(timeout?: number): Promise<void> {
    this.#isClosed = true;
    for (const { event } of this.#waiting) this.#write(event);
    this.#waiting.clear();
    await this.flush(timeout);
  }

  stats(): EventStats {
    const bySink = (member: "dropped" | "failures") =>
      Object.fromEntries(this.#sinks.map((state) => [state.sink.name, state[member]]));
    return {
      events: this.#events,
      written: this.#written,
      leftOut: { filter: this.#filtered, sample: this.#unsampled },
      waiting: this.#waiting.size,
      dropped: bySink("dropped"),
      failures: bySink("failures"),
    };
  }

  async #flush(state: SinkState, timeout: number): Promise<void> {
    try {
      const late = `the event sink \`${state.sink.name}\` was not done within ${timeout} ms`;
      // A hanging sink may be the last pending work: the process must not end before the caller of `close` continues.
      await within(this.#settled(state), timeout, late, this.#options.timer ?? keepingTimer);
    } catch (error) {
      this.#failed(state, error);
    }
  }

  async #settled(state: SinkState): Promise<void> {
    if (state.underWay > 0) await new Promise<void>((resolve) => state.idle.push(resolve));
    await state.sink.flush?.();
  }

  #send(event: WafEvent): void {
    const deduplicator = this.#deduplicator;
    if (deduplicator === undefined || this.#isClosed) {
      this.#write(event);
      return;
    }
    const out = deduplicator.take(event, this.#clock());
    if (!out.includes(event)) {
      this.#options.observer?.leftOut("repeat");
      this.#seals.delete(event.id);
    }
    this.#sum(out);
    this.#schedule();
  }

  /** A summary is sent when its window is over, whether or not further events follow. */
  #schedule(): void {
    if (this.#cancelSum !== undefined) return;
    const due = this.#deduplicator?.due();
    if (due === undefined) return;
    const wait = Math.min(LONGEST_WAIT, Math.max(1, Math.ceil(due - this.#clock())));
    this.#cancelSum = this.#timer(wait, () => {
      this.#cancelSum = undefined;
      this.#sum(this.#deduplicator?.over(this.#clock()) ?? []);
      this.#schedule();
    });
  }

  #sum(events: readonly WafEvent[]): void {
    for (const event of events) this.#write(event);
    if (this.#deduplicator?.size !== 0) return;
    this.#cancelSum?.();
    this.#cancelSum = undefined;
  }

  #write(event: WafEvent): void {
    const seal = this.#seals.get(event.id);
    if (seal === undefined) {
      this.#deliver(event);
      return;
    }
    this.#seals.delete(event.id);
    if (this.#sealing.size === MAX_SEALING) {
      this.#deliver(event);
      return;
    }
    const done = seal()
      .then(
        (sealed) => this.#deliver({ ...event, sealed }),
        (error: unknown) => {
          this.#deliver(event);
          tell(() => this.#options.onError?.({ sink: "sealed evidence", error, failures: ++this.#unsealed }));
        },
      )
      .finally(() => this.#sealing.delete(done));
    this.#sealing.add(done);
  }

  /** Events that are being sealed are written, or the time is over. */
  async #sealed(timeout: number): Promise<void> {
    try {
      const late = "evidence was not sealed in time";
      await within(Promise.all(this.#sealing), timeout, late, this.#options.timer ?? keepingTimer);
    } catch (error) {
      tell(() => this.#options.onError?.({ sink: "sealed evidence", error, failures: ++this.#unsealed }));
    }
  }

  #deliver(event: WafEvent): void {
    this.#written++;
    this.#options.observer?.written();
    for (const state of this.#sinks) {
      if (state.underWay >= this.#queue) {
        state.dropped++;
        this.#options.observer?.dropped(state.sink.name);
        continue;
      }
      try {
        const answer: unknown = state.sink.write(event);
        if (isPromise(answer)) this.#await(state, answer);
      } catch (error) {
        this.#failed(state, error);
      }
    }
  }

  #await(state: SinkState, answer: PromiseLike<unknown>): void {
    state.underWay++;
    const settle = (): void => {
      state.underWay--;
      if (state.underWay === 0) for (const call of state.idle.splice(0)) call();
    };
    // A foreign thenable may throw instead of rejecting.
    Promise.resolve(answer).then(settle, (error: unknown) => {
      settle();
      this.#failed(state, error);
    });
  }

  #failed(state: SinkState, error: unknown): void {
    state.failures++;
    const failure = { sink: state.sink.name, error, failures: state.failures };
    this.#options.observer?.sinkFailed(failure);
    tell(() => this.#options.onError?.(failure));
  }
}

function completed(event: WafEvent, { status, delivery }: SentAnswer): WafEvent {
  const { status: _, ...rest } = event;
  return {
    ...rest,
    ...(status === undefined ? {} : { status }),
    ...(delivery === undefined ? {} : { delivery }),
  };
}
