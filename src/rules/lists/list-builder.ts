import type { Value } from "../../language/values/value.ts";
import type { PlainItem } from "./item.ts";
import type { ListMatch } from "./list.ts";

/** Compiles the items of one kind of list. Faults go to the list's `ItemFaults`. */
export interface ListBuilder {
  add(index: number, item: PlainItem): void;
  /** Called once, when no item had a fault. */
  build(): ListMatcher;
}

/** Looks up values of the type that belongs to the kind of list, which a matcher declares. */
export interface ListMatcher {
  has(value: Value, now: () => number): boolean;
  find(value: Value, now: () => number): ListMatch | undefined;
}
