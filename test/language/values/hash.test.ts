import { expect, test } from "vitest";
import { HASH_START, hashUnits, mixedHash } from "../../support/source/language/values.ts";

// Which clients a sample takes, and what rules without a name are called, must not change with a release.
test.each<[seed: number, text: string, state: number, mixed: number]>([
  [0, "", 0x811c9dc5, 2872998923],
  [0, "a", 3826002220, 444641715],
  [0, "b", 3876335077, 2193908274],
  [0, "192.0.2.1", 99401176, 1941296713],
  [0, "\u00e9\u4e00", 1502015756, 4115171724],
  [7, "a", 3809224601, 3736780160],
  [7, "192.0.2.1", 2280744177, 34003853],
])("seed %d, %j", (seed, text, state, mixed) => {
  const reached = hashUnits(HASH_START ^ seed, text);
  expect([reached >>> 0, mixedHash(reached)]).toEqual([state, mixed]);
});
