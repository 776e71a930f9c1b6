import { setImmediate as nextTurn } from "node:timers/promises";
import { type CounterStore, MemoryCounterStore } from "./source/rules/ratelimit.ts";

/** A counter store that answers after a turn of the event loop, as one behind a network does. */
export function remoteStore(): CounterStore {
  const local = new MemoryCounterStore();
  const later = async <T>(work: () => T | Promise<T>): Promise<T> => {
    await nextTurn();
    return work();
  };
  return {
    read: (...given) => later(() => local.read(...given)),
    add: (...given) => later(() => local.add(...given)),
    mitigate: (...given) => later(() => local.mitigate(...given)),
    reset: (...given) => later(() => local.reset(...given)),
    list: (...given) => later(() => local.list(...given)),
  };
}
