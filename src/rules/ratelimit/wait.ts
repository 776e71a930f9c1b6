import type { ExecutionContext } from "../../language/scheme/execution-context.ts";

/** Calls back later; the returned function cancels it. */
export type Timer = (milliseconds: number, callback: () => void) => () => void;

// Every JavaScript host has timers, and their declarations are not part of the language's own. Some hosts give a
// number for a handle, Node an object that can let the process end.
declare const setTimeout: (callback: () => void, milliseconds: number) => unknown;
declare const clearTimeout: (handle: unknown) => void;
declare const performance: { now(): number };

/** The runtime's timer. A wait never keeps the process alive. */
export const runtimeTimer: Timer = (milliseconds, callback) => {
  const handle = setTimeout(callback, milliseconds);
  if (isDetachable(handle)) handle.unref();
  return () => clearTimeout(handle);
};

/** The same, and the process stays alive for the wait: for work before its end. */
export const keepingTimer: Timer = (milliseconds, callback) => {
  const handle = setTimeout(callback, milliseconds);
  return () => clearTimeout(handle);
};

/** Yields to pending tasks, in the middle of long work. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** Milliseconds of the runtime's clock that is never set back. */
export function elapsed(): number {
  return performance.now();
}

function isDetachable(handle: unknown): handle is { unref(): void } {
  return typeof handle === "object" && handle !== null && "unref" in handle;
}

/** Not awaited: its rejection must not count as unhandled. */
export function unheard(promise: PromiseLike<unknown>): void {
  Promise.resolve(promise).then(undefined, () => undefined);
}

/**
 * The result of a promise, within a time.
 *
 * @param milliseconds after which the result rejects with an Error of the text `late`. A later result is ignored.
 */
export function within<T>(
  promise: PromiseLike<T>,
  milliseconds: number,
  late: string,
  timer: Timer = runtimeTimer,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timer(milliseconds, () => reject(new Error(late)));
    // A foreign thenable may throw instead of rejecting, or never call back: the promise around it settles
    // nevertheless.
    Promise.resolve(promise).then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}

/** The rest of a request's wait. A context may serve one request after another. */
interface Wait {
  readonly generation: number;
  left: number;
}

/**
 * How long requests wait for a store. All look-ups that a request needs share one timeout: limits call one after
 * another, and a store that hangs would hold a request for one timeout each.
 */
export class StoreWaits {
  /** Milliseconds. */
  readonly #timeout: number;
  readonly #timer: Timer | undefined;
  /** By context; at most one entry for each context of the engine's pool. */
  readonly #waits = new WeakMap<ExecutionContext, Wait>();

  /**
   * @param timeout milliseconds
   * @param timer default: the runtime's
   */
  constructor(timeout: number, timer?: Timer) {
    this.#timeout = timeout;
    this.#timer = timer;
  }

  /** The result of a promise; rejects with an Error when the timeout of the context's request is used up. */
  async forRequest<T>(context: ExecutionContext, promise: PromiseLike<T>): Promise<T> {
    const wait = this.#waitOf(context);
    if (wait.left <= 0) {
      unheard(promise);
      throw new Error(this.#late);
    }
    const start = performance.now();
    try {
      return await within(promise, Math.ceil(wait.left), this.#late, this.#timer);
    } finally {
      wait.left -= performance.now() - start;
    }
  }

  /** The same with a separate timeout, for counting a response. */
  forResponse<T>(promise: PromiseLike<T>): Promise<T> {
    return within(promise, this.#timeout, this.#late, this.#timer);
  }

  #waitOf(context: ExecutionContext): Wait {
    const { generation } = context;
    const known = this.#waits.get(context);
    if (known?.generation === generation) return known;
    const wait = { generation, left: this.#timeout };
    this.#waits.set(context, wait);
    return wait;
  }

  get #late(): string {
    return `no answer within ${this.#timeout} ms`;
  }
}
