import type { NamesOf } from "../../language/diagnostics/option-names.ts";
import type { WafEvent } from "./event.ts";

export interface DeduplicateOptions {
  /** Length of the window in milliseconds. Default 60 000. */
  readonly windowMs?: number;
  /** Most combinations remembered at once; beyond it the oldest window ends early. Default 10 000. */
  readonly maxEntries?: number;
}

export const DEDUPLICATE_OPTION_NAMES: NamesOf<DeduplicateOptions> = { windowMs: true, maxEntries: true };

/** Lets the first event of a window through, and one more that stands for the rest. */
export interface Deduplicator {
  /** Events to send on now: this one, and summaries of windows that are over by its time. */
  take(event: WafEvent): readonly WafEvent[];
  /** Ends all windows, and answers their summaries. */
  drain(): readonly WafEvent[];
  /** Windows that are open. */
  readonly size: number;
}

interface Window {
  readonly start: number;
  count: number;
  last: WafEvent | undefined;
}

/**
 * Sums up events that share action, rules, client, host and path. Time is the events' own; there are no timers, so a
 * summary leaves with the next event of any kind, or when the sinks are flushed.
 */
export function createDeduplicator(options: DeduplicateOptions = {}): Deduplicator {
  const windowMs = options.windowMs ?? 60_000;
  const maxEntries = options.maxEntries ?? 10_000;
  // In order of their start, as windows are never renewed in place.
  const windows = new Map<string, Window>();

  function close(key: string, window: Window, out: WafEvent[]): void {
    windows.delete(key);
    if (window.last === undefined) return;
    const count = window.count - 1;
    out.push(count === 0 ? window.last : { ...window.last, repeats: { count, since: window.start } });
  }

  return {
    get size() {
      return windows.size;
    },
    take(event) {
      const out: WafEvent[] = [];
      for (const [key, window] of windows) {
        if (event.time - window.start < windowMs) break;
        close(key, window, out);
      }
      const key = keyOf(event);
      const open = windows.get(key);
      if (open !== undefined) {
        open.count++;
        open.last = event;
        return out;
      }
      if (windows.size >= maxEntries) {
        for (const [oldestKey, oldest] of windows) {
          close(oldestKey, oldest, out);
          break;
        }
      }
      windows.set(key, { start: event.time, count: 0, last: undefined });
      out.push(event);
      return out;
    },
    drain() {
      const out: WafEvent[] = [];
      for (const [key, window] of [...windows]) close(key, window, out);
      return out;
    },
  };
}

function keyOf(event: WafEvent): string {
  const rules = event.matches.map(({ mode, rule }) => `${mode} ${rule.ruleset}/${rule.id}`).join(",");
  const { client, host, path } = event.request;
  return [event.action, event.wouldHave ?? "", rules, client, host, path].join("\n");
}
