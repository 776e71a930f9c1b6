// While one event is put together: its parts show the same few values again and again.
import { decodeFully } from "../../language/functions/url-decode.ts";
import type { Redactor } from "./redact.ts";

type Ranges = ReturnType<NonNullable<Redactor["hidden"]>>;

/** Bytes of values in which secrets of snippets are looked for, in one event. Further values count as secret. */
const MAX_SEARCHED = 65_536;

/** Values decoded for one event, by its redactor. */
const decodings = new WeakMap<Redactor, Map<string, string>>();

/** A redactor that searches each value once, up to a bound. For one event: it caches the values. */
export function rememberedRedactor(redact: Redactor): Redactor {
  const { hidden } = redact;
  if (hidden === undefined) return redact;
  const byName = new Map<string, Map<string, Ranges>>();
  let left = MAX_SEARCHED;
  const remembered: Redactor = Object.assign(
    (field: string, key: string | undefined, value: string) => redact(field, key, value),
    {
      hidden: (field: string, key: string | undefined, value: string): Ranges => {
        // No field's name has a line break.
        const name = key === undefined ? field : `${field}\n${key}`;
        let own = byName.get(name);
        if (own === undefined) {
          own = new Map();
          byName.set(name, own);
        }
        let ranges = own.get(value);
        if (ranges === undefined) {
          left -= value.length;
          ranges = left < 0 ? [{ start: 0, end: value.length }] : hidden(field, key, value);
          own.set(value, ranges);
        }
        return ranges;
      },
    },
  );
  decodings.set(remembered, new Map());
  return remembered;
}

/** A value with percent-encoding undone; once for all parts of an event. */
export function decodedFor(redact: Redactor, value: string): string {
  if (!/[%+]/.test(value)) return value;
  const known = decodings.get(redact);
  let decoded = known?.get(value);
  if (decoded === undefined) {
    decoded = decodeFully(value, !value.includes(" "));
    known?.set(value, decoded);
  }
  return decoded;
}
