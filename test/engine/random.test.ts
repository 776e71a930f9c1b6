import { expect, onTestFinished, test, vi } from "vitest";
import { runtimeRandom } from "../support/source/engine/options.ts";

test.each([0, 1, 8, 4095, 4096, 4097, 10_000])("%d bytes are as many as were asked for", (bytes) => {
  const random = runtimeRandom();
  for (let at = 0; at < 3; at++) expect(random(bytes)).toHaveLength(bytes);
});

test("no bytes are given out twice, however often the pool is filled", () => {
  const random = runtimeRandom();
  // More than twice the pool's size, in pieces that do not divide it.
  const pieces = Array.from({ length: 500 }, () => random(17));
  expect(new Set(pieces).size).toBe(500);
});

test("bytes that were given out are kept nowhere", () => {
  const filled: Uint8Array[] = [];
  const spy = vi.spyOn(globalThis.crypto, "getRandomValues").mockImplementation((array) => {
    if (array instanceof Uint8Array) filled.push(array.fill(7));
    return array;
  });
  onTestFinished(() => spy.mockRestore());
  const random = runtimeRandom();
  expect([random(3), random(2)]).toEqual(["\x07".repeat(3), "\x07".repeat(2)]);
  expect(filled.map((pool) => [...pool.subarray(0, 6)])).toEqual([[0, 0, 0, 0, 0, 7]]);
});
