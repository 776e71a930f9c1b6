import type { ListKind } from "../../language/scheme/definitions.ts";
import type { ListLookup } from "../../language/scheme/execution-context.ts";
import type { Value } from "../../language/values/value.ts";

/** The item of a list that contained a value. */
export interface ListMatch {
  /** The item as written. */
  readonly item: string;
  readonly description?: string;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
}

/** A list made ready for requests. Frozen: a list is replaced, never changed. */
export interface CompiledList extends ListLookup {
  readonly name: string;
  readonly kind: ListKind;
  /** Items, expired ones included. */
  readonly size: number;
  /** Whether an item that has not expired contains the value, which is of the kind's type. */
  has(value: Value, clock?: () => number): boolean;
  /** The most specific such item, for explanations. */
  find(value: Value, clock?: () => number): ListMatch | undefined;
}
