/** A repeatable source of numbers from 0 to 1, so that all revisions measure the same inputs. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4294967296;
  };
}

export function pick<T>(random: () => number, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!;
}

/** An equal string that is a new object, so that no comparison ends at equal addresses. */
export function fresh(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
