// Where among ascending bounds an address falls. A table of about as many places as bounds, spread evenly between the
// lowest and the highest one, leads to a run of a few; a place with many has a table of its own. Real lists are
// clustered: all IPv6 addresses in use share a few upper halves, so that one table alone would put most bounds into
// few places. Long IPv4 sets have a table of another kind (ip4-buckets.ts).
import { Words } from "./words.ts";

/** Longest run that is not split further. */
export const RUN = 8;
/** Tables on the way of one address. Bounds that still crowd after these are searched by halves. */
const MAX_DEPTH = 12;

/** Words of a node: which word of the address it reads, that word's least and greatest value, shift, first place. */
const NODE_WIDTH = 5;
export const LEAST = 1;
export const GREATEST = 2;
export const SHIFT = 3;
export const PLACE = 4;

/** Read by the range sets themselves: a call per step would cost more than the step. */
export interface BoundIndex {
  readonly nodes: Uint32Array;
  /**
   * By place, two words: the number of its first bound, and that bound's word, which is here because it often
   * decides, and reading it elsewhere would be another miss of the cache. The next place's number ends the run.
   */
  readonly places: Uint32Array;
  /** By place: the node that goes on from there; 0: none. */
  readonly children: Uint32Array;
}

/** @param bounds strictly ascending rows of `width` words. Undefined: too few to be worth a table. */
export function indexBounds(bounds: Uint32Array, width: number): BoundIndex | undefined {
  const count = bounds.length / width;
  if (count <= 2 * RUN) return undefined;
  const nodes = new Words();
  const table = new Words(count * 2);
  const children = new Words(count);

  const add = (from: number, to: number, word: number, depth: number): number => {
    const least = bounds[from * width + word]!;
    const greatest = bounds[(to - 1) * width + word]!;
    const shift = shiftFor(greatest - least, to - from);
    const places = ((greatest - least) >>> shift) + 1;
    const node = nodes.reserve(NODE_WIDTH);
    const place = table.reserve((places + 1) * 2) >>> 1;
    children.reserve(places + 1);
    [word, least, greatest, shift, place].forEach((value, at) => {
      nodes.set(node + at, value);
    });
    let at = from;
    for (let number = 0; number < places; number++) {
      const first = at;
      table.set((place + number) * 2, first);
      table.set((place + number) * 2 + 1, bounds[first * width + word]!);
      while (at < to && (bounds[at * width + word]! - least) >>> shift === number) at++;
      if (at - first <= RUN || depth === MAX_DEPTH) continue;
      // All the same in this word: the next one distinguishes them.
      const isSame = bounds[first * width + word] === bounds[(at - 1) * width + word];
      const next = isSame && least === greatest ? word + 1 : word;
      children.set(place + number, add(first, at, next, depth + 1));
    }
    table.set((place + places) * 2, to);
    return node;
  };

  add(0, count, 0, 1);
  return { nodes: nodes.packed(), places: table.packed(), children: children.packed() };
}

/** The least shift that leaves no more places than there are bounds. */
function shiftFor(range: number, count: number): number {
  let shift = 0;
  while (range >>> shift >= count) shift++;
  return shift;
}
