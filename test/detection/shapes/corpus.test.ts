import { describe, expect, test } from "vitest";
import { crlfCorpus } from "../corpus/crlf.ts";
import { formulaCorpus } from "../corpus/formula.ts";
import { graphqlCorpus } from "../corpus/graphql.ts";
import { javaCorpus } from "../corpus/java.ts";
import { ldapCorpus } from "../corpus/ldap.ts";
import { nodeCorpus } from "../corpus/node.ts";
import { nosqlCorpus } from "../corpus/nosql.ts";
import { ssiCorpus } from "../corpus/ssi.ts";
import { sstiCorpus } from "../corpus/ssti.ts";
import { xpathCorpus } from "../corpus/xpath.ts";
import { xxeCorpus } from "../corpus/xxe.ts";
import { DETECTORS } from "./detectors.ts";
import { findingsIn, kindsIn, leavesOf } from "./support.ts";

const PARTS = {
  ssti: sstiCorpus,
  nosql: nosqlCorpus,
  ldap: ldapCorpus,
  xpath: xpathCorpus,
  ssi: ssiCorpus,
  crlf: crlfCorpus,
  formula: formulaCorpus,
  xxe: xxeCorpus,
  java: javaCorpus,
  node: nodeCorpus,
  graphql: graphqlCorpus,
};

/** Evidence that acts, by itself or together with other. */
const ACTING = new Set(
  DETECTORS.flatMap(({ kinds }) => kinds)
    .filter(({ points, name }) => points > 1 && name !== "ssti-expression")
    .map(({ name }) => name),
);

describe.each(Object.entries(PARTS))("%s", (_, { attacks, lookAlikes }) => {
  test("there is enough of each", () => {
    expect(attacks.length).toBeGreaterThan(24);
    expect(lookAlikes.length).toBeGreaterThan(24);
  });

  test("every attack is found, as what it is", () => {
    const missed = attacks
      .map((attack) => ({ attack, kinds: kindsIn(DETECTORS, attack) }))
      .filter(({ attack, kinds }) => !attack.finds.every((kind) => kinds.includes(kind)))
      .map(({ attack, kinds }) => ({ text: attack.text.slice(0, 100), finds: attack.finds, kinds }));
    expect(missed).toEqual([]);
  });

  test("no look-alike is taken for an attack", () => {
    const hit = lookAlikes
      .map((given) => ({
        text: given.text.slice(0, 100),
        kinds: kindsIn(DETECTORS, given).filter((kind) => ACTING.has(kind)),
      }))
      .filter(({ kinds }) => kinds.length > 0);
    expect(hit).toEqual([]);
  });

  test("evidence lies within its text", () => {
    for (const given of [...attacks, ...lookAlikes]) {
      for (const leaf of leavesOf(given)) {
        for (const { start, end } of DETECTORS.flatMap((detector) => findingsIn(detector, leaf))) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(leaf.text.length);
        }
      }
    }
  });
});
