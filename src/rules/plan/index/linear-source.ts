// On the request path: rulesets so small that looking up rules costs more than evaluating all of them.
import type { CandidateCursor, CandidateRule, CandidateSource } from "../candidates.ts";
import { CursorPool } from "./cursor-pool.ts";

/** Every rule that has a filter is a candidate. */
export class LinearSource implements CandidateSource {
  readonly size: number;
  readonly #positions: Int32Array;
  readonly #pool = new CursorPool<LinearCursor>();

  constructor(rules: readonly CandidateRule[]) {
    this.size = rules.length;
    this.#positions = Int32Array.from(
      rules.flatMap(({ filter }, position) => (filter === undefined ? [] : [position])),
    );
  }

  open(): CandidateCursor {
    const cursor = this.#pool.take() ?? new LinearCursor(this.#positions, this.#pool);
    cursor.begin();
    return cursor;
  }
}

class LinearCursor implements CandidateCursor {
  readonly #positions: Int32Array;
  readonly #pool: CursorPool<LinearCursor>;
  #at = 0;

  constructor(positions: Int32Array, pool: CursorPool<LinearCursor>) {
    this.#positions = positions;
    this.#pool = pool;
  }

  begin(): void {
    this.#at = 0;
  }

  next(): number {
    return this.#at < this.#positions.length ? this.#positions[this.#at++]! : -1;
  }

  close(): void {
    this.#at = this.#positions.length;
    this.#pool.give(this);
  }
}
