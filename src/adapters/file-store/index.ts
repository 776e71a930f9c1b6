/** A counter store that outlives the process: counters in memory, written to a file when asked. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import type {
  CounterState,
  CounterStore,
  CounterWindow,
  Excess,
} from "../../rules/ratelimit/counter-store.ts";
import { addTo, advance, type Counter, stateOf } from "../../rules/ratelimit/window-math.ts";

/** Bounds of a file store. */
export interface FileStoreOptions {
  /** The most counters that are kept; those counted longest ago go first. Default: 100,000. */
  readonly maxKeys?: number;
}

type Saved = readonly [id: string, count: number, previous: number, since: number, mitigatedUntil: number];

const DEFAULT_MAX_KEYS = 100_000;

/** Counters of this process that a later one can take over. */
export class FileCounterStore implements CounterStore {
  readonly #path: string;
  readonly #maxKeys: number;
  /** By window and key, the one counted longest ago first. */
  readonly #counters = new Map<string, Counter>();

  private constructor(path: string, maxKeys: number) {
    this.#path = path;
    this.#maxKeys = maxKeys;
  }

  /**
   * Opens the store; a file that does not exist is an empty store. Rejects when the file cannot be read or holds
   * something else.
   *
   * @throws MisuseError `E_OPTION` unless `maxKeys` is a positive integer.
   */
  static async open(path: string, options: FileStoreOptions = {}): Promise<FileCounterStore> {
    const { maxKeys = DEFAULT_MAX_KEYS } = options;
    if (!Number.isSafeInteger(maxKeys) || maxKeys < 1) {
      throw new MisuseError("E_OPTION", "`maxKeys` is a positive integer");
    }
    const store = new FileCounterStore(path, maxKeys);
    for (const [id, count, previous, since, mitigatedUntil] of await savedIn(path)) {
      if (store.#counters.size < maxKeys) store.#counters.set(id, { count, previous, since, mitigatedUntil });
    }
    return store;
  }

  /** Writes all counters; the file is replaced as a whole. */
  async save(): Promise<void> {
    const saved: Saved[] = [...this.#counters].map(([id, one]) => [
      id,
      one.count,
      one.previous,
      one.since,
      one.mitigatedUntil,
    ]);
    const draft = `${this.#path}.new`;
    await writeFile(draft, JSON.stringify(saved), "utf8");
    await rename(draft, this.#path);
  }

  read(key: string, window: CounterWindow, now: number): CounterState {
    const counter = this.#counters.get(idOf(key, window));
    const seen = counter === undefined ? fresh(now) : { ...counter };
    advance(seen, window, now);
    return stateOf(seen, window, now);
  }

  add(key: string, window: CounterWindow, cost: number, now: number, excess: Excess = "keep"): CounterState {
    const counter = this.#touch(key, window, now);
    advance(counter, window, now);
    if (counter.mitigatedUntil > now) return stateOf(counter, window, now);
    return stateOf(counter, window, now, addTo(counter, window, cost, now, excess));
  }

  mitigate(key: string, window: CounterWindow, until: number, now: number): void {
    const counter = this.#touch(key, window, now);
    counter.mitigatedUntil = Math.max(counter.mitigatedUntil, until);
  }

  reset(key: string): void {
    for (const id of this.#counters.keys()) if (keyOf(id) === key) this.#counters.delete(id);
  }

  #touch(key: string, window: CounterWindow, now: number): Counter {
    const id = idOf(key, window);
    const counter = this.#counters.get(id) ?? fresh(now);
    this.#counters.delete(id);
    if (this.#counters.size >= this.#maxKeys) {
      for (const oldest of this.#counters.keys()) {
        this.#counters.delete(oldest);
        break;
      }
    }
    this.#counters.set(id, counter);
    return counter;
  }
}

function fresh(now: number): Counter {
  return { count: 0, previous: 0, since: now, mitigatedUntil: 0 };
}

function idOf(key: string, { algorithm, period, limit }: CounterWindow): string {
  return `${algorithm} ${period} ${limit} ${key}`;
}

/** The fourth part of an id. */
function keyOf(id: string): string {
  let at = -1;
  for (let part = 0; part < 3; part++) at = id.indexOf(" ", at + 1);
  return id.slice(at + 1);
}

async function savedIn(path: string): Promise<readonly Saved[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  const saved: unknown = JSON.parse(text);
  if (Array.isArray(saved) && saved.every(isSaved)) return saved;
  throw new Error(`${path} holds no counters`);
}

function isSaved(value: unknown): value is Saved {
  return (
    Array.isArray(value) &&
    value.length === 5 &&
    typeof value[0] === "string" &&
    value.slice(1).every((part) => typeof part === "number" && Number.isFinite(part))
  );
}
