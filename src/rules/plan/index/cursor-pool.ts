/** Usual number of concurrent walks of one ruleset: one, or a few while some wait for a store. */
const KEPT = 8;

/** Unused cursors. Giving one back twice keeps it once. */
export class CursorPool<Cursor> {
  readonly #idle: Cursor[] = [];

  take(): Cursor | undefined {
    return this.#idle.pop();
  }

  give(cursor: Cursor): void {
    if (this.#idle.length < KEPT && !this.#idle.includes(cursor)) this.#idle.push(cursor);
  }
}
