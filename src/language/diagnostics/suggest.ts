/** Longest word that is compared; longer ones get no suggestion. */
const MAX_WORD = 80;
/** Fewer letters begin too much. */
const SHORTEST_BEGINNING = 3;

/**
 * The candidates nearest to a misspelt word, best first: few edits, the number growing with the word's length
 * (a third of it, at least one), and at most twice as many as the best has. Letter case counts for nothing. A dotted name that
 * only begins with another word is the one that was meant. When nothing is near: names whose last part the word is, or whose
 * beginning, unless many begin so.
 */
export function suggest(word: string, candidates: Iterable<string>, most = 3): readonly string[] {
  if (word.length === 0 || word.length > MAX_WORD) return [];
  const folded = word.toLowerCase();
  const threshold = Math.max(1, Math.floor(word.length / 3));
  const tail = tailOf(word);
  const found: { readonly candidate: string; readonly distance: number }[] = [];
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > threshold) continue;
    if (tail !== undefined && tailOf(candidate) === tail) return [candidate];
    const distance = editDistance(folded, candidate.toLowerCase(), threshold);
    // A word of which nothing is left is not a misspelling.
    if (distance <= threshold && distance < Math.max(word.length, candidate.length))
      found.push({ candidate, distance });
  }
  if (found.length === 0) {
    const last = folded.slice(folded.lastIndexOf(".") + 1);
    const ending = word.length > 1 ? endingIn(`.${last}`, candidates, most) : [];
    return ending.length > 0 ? ending : beginningWith(folded, candidates, most);
  }
  found.sort((left, right) => left.distance - right.distance || (left.candidate < right.candidate ? -1 : 1));
  const [best] = found;
  return found
    .filter(({ distance }) => best !== undefined && distance <= Math.max(1, best.distance) * 2)
    .slice(0, most)
    .map((entry) => entry.candidate);
}

/** The names whose last part is the word: `ip.src.country` for `country`. */
function endingIn(ending: string, candidates: Iterable<string>, most: number): readonly string[] {
  return [...candidates].filter((candidate) => candidate.endsWith(ending)).slice(0, most);
}

/** The names that were cut short: `requests_per_period` for `requests`. Of many, none is likelier than the others. */
function beginningWith(beginning: string, candidates: Iterable<string>, most: number): readonly string[] {
  if (beginning.length < SHORTEST_BEGINNING) return [];
  const found = [...candidates].filter((candidate) => candidate.toLowerCase().startsWith(beginning));
  if (found.length > 2 * most) return [];
  return found.sort((left, right) => left.length - right.length || (left < right ? -1 : 1)).slice(0, most);
}

/** What follows the first part of a name of several parts: two at least, since a single one says too little. */
function tailOf(name: string): string | undefined {
  const tail = name.slice(name.indexOf(".") + 1);
  return tail !== name && tail.includes(".") ? tail : undefined;
}

/** "did you mean `a` or `b`?", or undefined when there is nothing near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const near = suggest(word, candidates).map((candidate) => `\`${candidate}\``);
  if (near.length === 0) return undefined;
  if (near.length === 1) return `did you mean ${near[0]}?`;
  return `did you mean ${near.slice(0, -1).join(", ")} or ${near.at(-1)}?`;
}

/** Edits (insert, delete, replace, swap neighbours) between two words, or `limit + 1` when there are more. */
export function editDistance(left: string, right: string, limit: number): number {
  if (left === right) return 0;
  let previous2: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, at) => at);
  let distance = right.length;
  for (let row = 1; row <= left.length; row++) {
    const current: number[] = [];
    let best = row;
    let cost = row;
    let diagonal = row;
    for (const [column, above] of previous.entries()) {
      if (column > 0) {
        const same = left[row - 1] === right[column - 1];
        cost = Math.min(above + 1, cost + 1, diagonal + (same ? 0 : 1));
        const beforeSwap = previous2[column - 2];
        const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
        if (beforeSwap !== undefined && swapped) cost = Math.min(cost, beforeSwap + 1);
      }
      diagonal = above;
      current.push(cost);
      best = Math.min(best, cost);
    }
    if (best > limit) return limit + 1;
    previous2 = previous;
    previous = current;
    distance = cost;
  }
  return Math.min(distance, limit + 1);
}
