/**
 * Cuts a value that a function made longer than its arguments. No value is cut below the length of the first
 * argument, so that what a rule inspects is not lost by appending to it.
 *
 * @param most bytes that a made value may have (semantics.md#functions).
 */
export function capped(value: string, most: number, first: string): string {
  const limit = Math.max(most, first.length);
  return value.length > limit ? value.slice(0, limit) : value;
}
