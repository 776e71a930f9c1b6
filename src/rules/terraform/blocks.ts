import type { Located, Path } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";

/** A block of a configuration and its place in the text. */
export interface Block {
  /** Type and name, or the name alone. */
  readonly labels: readonly string[];
  readonly body: Members;
  readonly located: Located;
  readonly path: Path;
}

/** Bodies below a number of labels; at every level, a list of objects may replace one. */
export function* blocksIn(
  value: unknown,
  path: Path,
  located: Located,
  labels: readonly string[],
  missing: number,
): Generator<Block> {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) yield* blocksIn(item, [...path, at], located, labels, missing);
  } else if (isMembers(value)) {
    if (missing === 0) yield { labels, body: value, located, path };
    else
      for (const [label, inner] of Object.entries(value))
        yield* blocksIn(inner, [...path, label], located, [...labels, label], missing - 1);
  }
}
