/** A member knows its place in the heap; -1: it is in none. */
export interface DueMember {
  dueAt: number;
  place: number;
}

/** Members ordered by the time at which they are due: a binary heap from which any member can be removed. */
export class DueHeap<T extends DueMember> {
  readonly #members: T[] = [];

  push(member: T, dueAt: number): void {
    member.dueAt = dueAt;
    this.#put(member, this.#members.length);
    this.#rise(member);
  }

  /** Removes a member that is due. */
  popDue(now: number): T | undefined {
    const first = this.#members[0];
    if (first === undefined || first.dueAt > now) return undefined;
    this.remove(first);
    return first;
  }

  remove(member: T): void {
    const at = member.place;
    if (at < 0) return;
    member.place = -1;
    const last = this.#members.pop();
    if (last === undefined || last === member) return;
    this.#put(last, at);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(member: T): void {
    while (member.place > 0) {
      const parent = this.#members[(member.place - 1) >>> 1]!;
      if (parent.dueAt <= member.dueAt) return;
      this.#swap(parent, member);
    }
  }

  #sink(member: T): void {
    for (;;) {
      const left = this.#members[member.place * 2 + 1];
      const right = this.#members[member.place * 2 + 2];
      const least = right !== undefined && left !== undefined && right.dueAt < left.dueAt ? right : left;
      if (least === undefined || least.dueAt >= member.dueAt) return;
      this.#swap(member, least);
    }
  }

  #swap(left: T, right: T): void {
    const at = left.place;
    this.#put(left, right.place);
    this.#put(right, at);
  }

  #put(member: T, at: number): void {
    member.place = at;
    this.#members[at] = member;
  }
}
