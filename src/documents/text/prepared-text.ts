import type { Source } from "../../language/diagnostics/source.ts";
import type { Located } from "./located.ts";

// An asynchronous parser must run before documents are read, which is synchronous.
const PREPARED = new WeakMap<Source, Located>();

/** Keeps what another parser made of a text. */
export function rememberText(source: Source, located: Located): void {
  PREPARED.set(source, located);
}

/** Undefined for texts that we parse ourselves. */
export function preparedText(source: Source): Located | undefined {
  return PREPARED.get(source);
}
