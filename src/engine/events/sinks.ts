import type { EventSink, WafEvent } from "./event.ts";

/** Calls a function with each event. */
export function callbackSink(callback: (event: WafEvent) => void, name = "callback"): EventSink {
  return { name, write: (event) => callback(event) };
}

/** A sink that keeps the latest events in memory. */
export interface MemorySink extends EventSink {
  /** The latest events, oldest first. */
  readonly events: readonly WafEvent[];
  /** Events that made room for later ones. */
  readonly dropped: number;
  /** Forgets all events and sets {@link dropped} to 0. */
  clear(): void;
}

/** Keeps the latest events, for tests and for a page that shows them. Default limit 1 000. */
export function memorySink(options: { readonly limit?: number; readonly name?: string } = {}): MemorySink {
  const limit = options.limit ?? 1000;
  const ring: WafEvent[] = [];
  // Position of the oldest once the ring is full.
  let oldest = 0;
  let dropped = 0;
  return {
    name: options.name ?? "memory",
    get events() {
      return [...ring.slice(oldest), ...ring.slice(0, oldest)];
    },
    get dropped() {
      return dropped;
    },
    write(event) {
      if (ring.length < limit) {
        ring.push(event);
        return;
      }
      dropped++;
      if (limit === 0) return;
      ring[oldest] = event;
      oldest = (oldest + 1) % limit;
    },
    clear() {
      ring.length = 0;
      oldest = 0;
      dropped = 0;
    },
  };
}
