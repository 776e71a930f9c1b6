/** A queue over many clients: they take turns, and each client's entries are first in, first out. */
export class FairQueue<T> {
  /** In the order of their turns; only those of whom something waits. */
  readonly #clients = new Map<string, Set<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many of the client that has the most. */
  get most(): number {
    let most = 0;
    for (const { size } of this.#clients.values()) most = Math.max(most, size);
    return most;
  }

  waitingOf(client: string): number {
    return this.#clients.get(client)?.size ?? 0;
  }

  add(client: string, item: T): void {
    const own = this.#clients.get(client) ?? new Set();
    own.add(item);
    this.#clients.set(client, own);
    this.#size++;
  }

  /** Takes an item out whose client no longer waits for it; does nothing for one that is not there. */
  remove(client: string, item: T): void {
    const own = this.#clients.get(client);
    if (own?.delete(item) !== true) return;
    this.#size--;
    if (own.size === 0) this.#clients.delete(client);
  }

  /**
   * Takes out the first item of the client whose turn it is; undefined when nothing waits that may be taken.
   *
   * @param mayTake others keep their turn.
   */
  take(mayTake: (client: string) => boolean): T | undefined {
    for (const [client, own] of this.#clients) {
      if (!mayTake(client)) continue;
      this.#clients.delete(client);
      const [item] = own;
      if (item === undefined) continue;
      own.delete(item);
      this.#size--;
      if (own.size > 0) this.#clients.set(client, own);
      return item;
    }
    return undefined;
  }

  /** The one that came last of the client that has the most. */
  last(): T | undefined {
    let most: ReadonlySet<T> | undefined;
    for (const own of this.#clients.values()) {
      if (most === undefined || own.size > most.size) most = own;
    }
    return most === undefined ? undefined : [...most].at(-1);
  }
}
