import type { NamesOf } from "../../language/diagnostics/option-names.ts";
import type { WafEvent } from "./event.ts";
import { isoTime } from "./iso-time.ts";

export interface DeduplicateOptions {
  /** Length of the window in milliseconds. Default 60 000. */
  readonly windowMs?: number;
  /** Most combinations remembered at once; beyond that, the oldest window ends early. Default 10 000. */
  readonly maxEntries?: number;
}

export const DEDUPLICATE_OPTION_NAMES: NamesOf<DeduplicateOptions> = { windowMs: true, maxEntries: true };

/** Passes on the first event of a window, and one summary of the rest. */
export interface Deduplicator {
  /**
   * Events to send on now: this one, and summaries of windows that are over by its time.
   *
   * @param at milliseconds of a clock that is never set back; {@link due} and {@link over} go by it
   */
  take(event: WafEvent, at?: number): readonly WafEvent[];
  /** When the oldest window ends; undefined: none is open. */
  due(): number | undefined;
  /** Ends the windows that are over at a time, and returns their summaries. */
  over(at: number): readonly WafEvent[];
  /** Ends all windows, and returns their summaries. */
  drain(): readonly WafEvent[];
  /** Windows that are open. */
  readonly size: number;
}

interface Window {
  /** Time of the first event. */
  readonly start: number;
  /** When the deduplicator received it. */
  readonly opened: number;
  count: number;
  last: WafEvent | undefined;
}

/**
 * Sums up events that share action, status, reason, rules, client, host and path. A window is over by the time of a later
 * event, or by the clock of the caller of {@link Deduplicator.over}.
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
    out.push(
      count === 0 ? window.last : { ...window.last, repeats: { count, since: isoTime(window.start) } },
    );
  }

  return {
    get size() {
      return windows.size;
    },
    take(event, at = 0) {
      const out: WafEvent[] = [];
      for (const [key, window] of windows) {
        if (event.timeMs - window.start < windowMs) break;
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
      windows.set(key, { start: event.timeMs, opened: at, count: 0, last: undefined });
      out.push(event);
      return out;
    },
    due() {
      for (const { opened } of windows.values()) return opened + windowMs;
      return undefined;
    },
    over(at) {
      const out: WafEvent[] = [];
      for (const [key, window] of windows) {
        if (at - window.opened < windowMs) break;
        close(key, window, out);
      }
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
  const { action, wouldHave = "", status = "", reason = "" } = event;
  return [action, wouldHave, status, reason, rules, client, host, path].join("\n");
}
