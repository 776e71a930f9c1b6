import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { tell } from "../decision/failure.ts";
import { createDeduplicator, type DeduplicateOptions, type Deduplicator } from "./deduplicate.ts";
import type { EventSink, WafEvent } from "./event.ts";

export interface SinkFailure {
  readonly sink: string;
  readonly error: unknown;
  /** Failures of this sink so far, this one included. */
  readonly failures: number;
}

export interface EmitterOptions {
  readonly sinks: readonly EventSink[];
  /** Told of every failure of a sink; what it throws itself is swallowed. */
  readonly onError?: (failure: SinkFailure) => void;
  /** Sum up equal events; default: every event goes out. */
  readonly deduplicate?: DeduplicateOptions | undefined;
}

export interface EmitterStats {
  /** Events handed to {@link EventEmitter.emit}. */
  readonly events: number;
  /** Events handed to the sinks: fewer when equal ones were summed up. */
  readonly written: number;
  /** Failures by name of the sink. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Hands events to sinks. Never throws. */
export class EventEmitter {
  readonly #options: EmitterOptions;
  readonly #deduplicator: Deduplicator | undefined;
  /** By name of the sink; made at the first failure. */
  #failures: Map<string, number> | undefined;
  #events = 0;
  #written = 0;

  /** @throws MisuseError `E_DUPLICATE_NAME` when two sinks have one name. */
  constructor(options: EmitterOptions) {
    const names = new Set<string>();
    for (const { name } of options.sinks) {
      if (names.has(name))
        throw new MisuseError("E_DUPLICATE_NAME", `two event sinks are called \`${name}\``);
      names.add(name);
    }
    this.#options = options;
    this.#deduplicator =
      options.deduplicate === undefined ? undefined : createDeduplicator(options.deduplicate);
  }

  emit(event: WafEvent): void {
    this.#events++;
    if (this.#deduplicator === undefined) this.#write(event);
    else for (const one of this.#deduplicator.take(event)) this.#write(one);
  }

  /** Sends what deduplication holds back, then waits for the sinks. Never rejects. */
  async flush(): Promise<void> {
    for (const event of this.#deduplicator?.drain() ?? []) this.#write(event);
    await Promise.all(
      this.#options.sinks.map(async (sink) => {
        try {
          await sink.flush?.();
        } catch (error) {
          this.#failed(sink, error);
        }
      }),
    );
  }

  stats(): EmitterStats {
    const failures = this.#options.sinks.map(({ name }) => [name, this.#failures?.get(name) ?? 0] as const);
    return { events: this.#events, written: this.#written, failures: Object.fromEntries(failures) };
  }

  #write(event: WafEvent): void {
    this.#written++;
    for (const sink of this.#options.sinks) {
      try {
        // A sink may well be an async function, though its type says nothing of the promise.
        const answer: unknown = sink.write(event);
        if (answer instanceof Promise) answer.catch((error: unknown) => this.#failed(sink, error));
      } catch (error) {
        this.#failed(sink, error);
      }
    }
  }

  #failed({ name }: EventSink, error: unknown): void {
    this.#failures ??= new Map();
    const failures = (this.#failures.get(name) ?? 0) + 1;
    this.#failures.set(name, failures);
    tell(() => this.#options.onError?.({ sink: name, error, failures }));
  }
}
