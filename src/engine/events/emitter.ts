import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { tell } from "../decision/failure.ts";
import { createDeduplicator, type DeduplicateOptions } from "./deduplicate.ts";
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
export interface EventEmitter {
  /** Whether there is a sink: without one no event need be built. */
  readonly active: boolean;
  emit(event: WafEvent): void;
  /** Sends what deduplication holds back, then waits for the sinks. Never rejects. */
  flush(): Promise<void>;
  stats(): EmitterStats;
}

/** @throws MisuseError `E_DUPLICATE_NAME` when two sinks have one name. */
export function createEmitter(options: EmitterOptions): EventEmitter {
  const { sinks, onError } = options;
  const failures = new Map<string, number>();
  for (const { name } of sinks) {
    if (failures.has(name))
      throw new MisuseError("E_DUPLICATE_NAME", `two event sinks are called \`${name}\``);
    failures.set(name, 0);
  }
  const deduplicator =
    options.deduplicate === undefined ? undefined : createDeduplicator(options.deduplicate);
  let events = 0;
  let written = 0;

  function failed(sink: EventSink, error: unknown): void {
    const count = (failures.get(sink.name) ?? 0) + 1;
    failures.set(sink.name, count);
    tell(() => onError?.({ sink: sink.name, error, failures: count }));
  }

  function write(event: WafEvent): void {
    written++;
    for (const sink of sinks) {
      try {
        // A sink may well be an async function, though its type says nothing of the promise.
        const answer: unknown = sink.write(event);
        if (answer instanceof Promise) answer.catch((error: unknown) => failed(sink, error));
      } catch (error) {
        failed(sink, error);
      }
    }
  }

  return {
    active: sinks.length > 0,
    emit(event) {
      events++;
      if (deduplicator === undefined) write(event);
      else for (const one of deduplicator.take(event)) write(one);
    },
    async flush() {
      for (const event of deduplicator?.drain() ?? []) write(event);
      await Promise.all(
        sinks.map(async (sink) => {
          try {
            await sink.flush?.();
          } catch (error) {
            failed(sink, error);
          }
        }),
      );
    },
    stats: () => ({ events, written, failures: Object.fromEntries(failures) }),
  };
}
