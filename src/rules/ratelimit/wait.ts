/** Calls back later; what it returns calls that off. */
export type Timer = (milliseconds: number, callback: () => void) => () => void;

// Every JavaScript host has timers, and their declarations are not part of the language's own. Some hosts give a
// number for a handle, Node an object that can let the process end.
declare const setTimeout: (callback: () => void, milliseconds: number) => unknown;
declare const clearTimeout: (handle: unknown) => void;

/** The runtime's timer. A wait never keeps the process alive. */
export const runtimeTimer: Timer = (milliseconds, callback) => {
  const handle = setTimeout(callback, milliseconds);
  if (isDetachable(handle)) handle.unref();
  return () => clearTimeout(handle);
};

function isDetachable(handle: unknown): handle is { unref(): void } {
  return typeof handle === "object" && handle !== null && "unref" in handle;
}

/** Nobody waits for it: its rejection is no unhandled one. */
export function unheard(promise: PromiseLike<unknown>): void {
  Promise.resolve(promise).then(undefined, () => undefined);
}

/**
 * What a promise comes to, within a time.
 *
 * @param milliseconds after which the result rejects with an Error of the text `late`. A later answer goes unheard.
 */
export function within<T>(
  promise: PromiseLike<T>,
  milliseconds: number,
  late: string,
  timer: Timer = runtimeTimer,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timer(milliseconds, () => reject(new Error(late)));
    // A foreign thenable may throw instead of rejecting, or never call back: the promise around it settles all the same.
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
