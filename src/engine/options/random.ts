import { fromUint8Array } from "../../language/values/bytes.ts";

// The one thing that the core needs from its runtime: every JavaScript host has Web Crypto, and its declarations are
// not part of the language's own.
declare const crypto: { getRandomValues(array: Uint8Array): Uint8Array };

/** Bytes requested from the runtime at a time: one call costs about as much as a hundred bytes. */
const POOL_SIZE = 4096;

/** A source of unpredictable bytes as byte strings, which requests many at a time from the runtime. */
export function runtimeRandom(): (bytes: number) => string {
  const pool = new Uint8Array(POOL_SIZE);
  let at = POOL_SIZE;
  return (bytes) => {
    if (bytes > POOL_SIZE) return fromUint8Array(crypto.getRandomValues(new Uint8Array(bytes)));
    if (at + bytes > POOL_SIZE) {
      crypto.getRandomValues(pool);
      at = 0;
    }
    const taken = fromUint8Array(pool.subarray(at, at + bytes));
    // Given out once, then forgotten.
    pool.fill(0, at, at + bytes);
    at += bytes;
    return taken;
  };
}
