import type { Budget } from "../values/budget.ts";
import { holdsAt } from "./assertions.ts";
import { OP_ASSERT, OP_BYTE, OP_MATCH, OP_SAVE, OP_SPLIT, type Program } from "./program.ts";

/**
 * Searches by stepping every thread of the program together: time is at most the subject's length times the
 * program's size, memory the program's size. Takes over where the table of states does not pay.
 */
export class NfaSearch {
  readonly #program: Program;
  #current: Int32Array;
  #next: Int32Array;
  readonly #mark: Int32Array;
  readonly #stack: Int32Array;
  #generation = 0;

  constructor(program: Program) {
    const size = program.op.length;
    this.#program = program;
    this.#current = new Int32Array(size);
    this.#next = new Int32Array(size);
    this.#mark = new Int32Array(size);
    this.#stack = new Int32Array(size * 2 + 2);
  }

  /** Whether the program matches anywhere; false once the budget is exhausted. */
  test(subject: string, budget?: Budget): boolean {
    const { op, x, y, sets, start } = this.#program;
    const mark = this.#mark;
    const stack = this.#stack;
    let current = this.#current;
    let next = this.#next;
    let count = 0;
    for (let at = 0; at <= subject.length; at++) {
      // Closure of the threads that arrive here and of one that starts here.
      if (this.#generation === 0x7fffffff) {
        mark.fill(0);
        this.#generation = 0;
      }
      const generation = ++this.#generation;
      const byte = at < subject.length ? subject.charCodeAt(at) : -1;
      let visited = 0;
      let produced = 0;
      for (let thread = 0; thread <= count; thread++) {
        let depth = 0;
        stack[depth++] = thread < count ? current[thread]! : start;
        while (depth > 0) {
          const pc = stack[--depth]!;
          if (mark[pc] === generation) continue;
          mark[pc] = generation;
          visited++;
          switch (op[pc]) {
            case OP_BYTE:
              if (byte >= 0 && sets[x[pc]!]![byte & 255] === 1) next[produced++] = y[pc]!;
              break;
            case OP_SPLIT:
              stack[depth++] = y[pc]!;
              stack[depth++] = x[pc]!;
              break;
            case OP_ASSERT:
              if (holdsAt(x[pc]!, subject, at)) stack[depth++] = y[pc]!;
              break;
            case OP_SAVE:
              stack[depth++] = y[pc]!;
              break;
            case OP_MATCH:
              return true;
          }
        }
      }
      if (budget !== undefined && !budget.spend(visited)) return false;
      const swap = current;
      current = next;
      next = swap;
      count = produced;
    }
    return false;
  }
}
