/** Walks of one ruleset that are usual at a time: one, or a few while some wait for a store. */
const KEPT = 8;

/** Cursors that nobody uses. Giving one back twice keeps it once. */
export class CursorPool<Cursor> {
  readonly #idle: Cursor[] = [];

  take(): Cursor | undefined {
    return this.#idle.pop();
  }

  give(cursor: Cursor): void {
    if (this.#idle.length < KEPT && !this.#idle.includes(cursor)) this.#idle.push(cursor);
  }
}
