// While one event is put together: its parts show the same few values again and again.
import type { Redactor } from "./redact.ts";

type Ranges = ReturnType<NonNullable<Redactor["hidden"]>>;

/** The redactor, which looks for the secrets of a value once. For one event: it keeps what it is asked about. */
export function rememberedRedactor(redact: Redactor): Redactor {
  const { hidden } = redact;
  if (hidden === undefined) return redact;
  const byName = new Map<string, Map<string, Ranges>>();
  return Object.assign((field: string, key: string | undefined, value: string) => redact(field, key, value), {
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
        ranges = hidden(field, key, value);
        own.set(value, ranges);
      }
      return ranges;
    },
  });
}
