import type { MapValue, Value } from "./value.ts";

/**
 * A map's values in ascending order of their keys' bytes, which is the language's order (semantics.md#types). Maps
 * that were filled in that order, the usual case, are not sorted again.
 */
export function valuesInKeyOrder(map: MapValue): readonly Value[] {
  let previous: string | undefined;
  let sorted = true;
  for (const key of map.keys()) {
    if (previous !== undefined && key < previous) {
      sorted = false;
      break;
    }
    previous = key;
  }
  if (sorted) return [...map.values()];
  return [...map.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, value]) => value);
}

/** A map's keys in that order. */
export function keysInOrder(map: MapValue): readonly string[] {
  return [...map.keys()].sort();
}
