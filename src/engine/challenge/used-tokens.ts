/** Remembers used tokens until they expire. When it is full, the oldest entry is removed. */
export interface UsedTokens {
  /** False when it was used before. */
  use(token: string, expires: number, now: number): boolean;
  readonly size: number;
}

export function createUsedTokens(limit: number): UsedTokens {
  const expiries = new Map<string, number>();
  return {
    get size() {
      return expiries.size;
    },
    use(token, expires, now) {
      if (expiries.has(token)) return false;
      for (const [old, end] of expiries) {
        // In order of use, which is nearly the order of expiry; what is passed over goes a little later.
        if (end > now && expiries.size < limit) break;
        expiries.delete(old);
      }
      expiries.set(token, expires);
      return true;
    },
  };
}
