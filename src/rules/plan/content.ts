import { isContainer } from "../../documents/text/members.ts";
import { mayNameList } from "../../language/compile/expressions.ts";
import { type Lease, SharedPart } from "../../language/compile/lease.ts";
import { HASH_START, hashUnit, hashUnits } from "../../language/values/hash.ts";

/** A fingerprint that shows whether two pieces of plain data may be equal, before they are compared. */
export interface Content {
  /** The data; never changed. */
  readonly value: unknown;
  /** 32 bits. */
  readonly hash: number;
  /** Whether a text in it may name a list. */
  readonly namesLists: boolean;
}

/** Reads plain data once through. Members count in their order. */
export function contentOf(value: unknown): Content {
  const walk = { hash: HASH_START, namesLists: false };
  read(value, walk);
  return { value, hash: walk.hash, namesLists: walk.namesLists };
}

interface Walk {
  hash: number;
  namesLists: boolean;
}

function read(value: unknown, walk: Walk): void {
  if (typeof value === "string") {
    readText(value, walk);
    if (!walk.namesLists && mayNameList(value)) walk.namesLists = true;
  } else if (Array.isArray(value)) {
    mix(walk, 1 + value.length);
    for (const item of value) read(item, walk);
  } else if (isContainer(value)) {
    for (const name of Object.keys(value)) {
      // Names are few and compared anyway.
      mix(walk, name.charCodeAt(0) + name.length);
      read(value[name], walk);
    }
  } else if (typeof value === "number") mix(walk, value | 0);
  else mix(walk, value === true ? 3 : 4);
}

function readText(text: string, walk: Walk): void {
  walk.hash = hashUnit(hashUnits(walk.hash, text), text.length);
}

function mix(walk: Walk, value: number): void {
  walk.hash = hashUnit(walk.hash, value);
}

/** Whether two pieces of plain data are equal, the order of members included. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (!isContainer(left) || !isContainer(right)) return false;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    for (let at = 0; at < left.length; at++) if (!isEqual(left[at], right[at])) return false;
    return true;
  }
  if (Array.isArray(right)) return false;
  const names = Object.keys(left);
  const others = Object.keys(right);
  if (names.length !== others.length) return false;
  for (let at = 0; at < names.length; at++) {
    const name = names[at] ?? "";
    if (name !== others[at] || !isEqual(left[name], right[name])) return false;
  }
  return true;
}

interface Entry<T> {
  readonly value: unknown;
  /** Other inputs of the value, compared by identity. */
  readonly context: unknown;
  readonly part: SharedPart<T>;
}

/** Values made of plain data, found again by equal data. */
export class ContentPool<T> {
  readonly #entries = new Map<number, Entry<T>[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The value made of such data, while it is referenced. */
  find({ hash, value }: Content, context: unknown): SharedPart<T> | undefined {
    return this.#entries.get(hash)?.find((entry) => entry.context === context && isEqual(entry.value, value))
      ?.part;
  }

  /** Keeps a value as long as its holder is referenced. */
  add({ hash, value }: Content, context: unknown, made: T, needs?: Lease): SharedPart<T> {
    const part: SharedPart<T> = new SharedPart(made, needs, () => this.#forget(hash, part));
    const entry: Entry<T> = { value, context, part };
    const bucket = this.#entries.get(hash);
    if (bucket === undefined) this.#entries.set(hash, [entry]);
    else bucket.push(entry);
    this.#size++;
    return part;
  }

  #forget(hash: number, part: SharedPart<T>): void {
    const bucket = this.#entries.get(hash);
    const at = bucket?.findIndex((entry) => entry.part === part) ?? -1;
    if (bucket === undefined || at === -1) return;
    this.#size--;
    bucket.splice(at, 1);
    if (bucket.length === 0) this.#entries.delete(hash);
  }
}
