import { expect, test } from "vitest";
import { tryCreateWaf } from "../support/source/engine/firewall.ts";
import { configuration, FAULT_KINDS, faulty } from "./configurations.ts";
import { heapGrowth, soak } from "./soak.ts";

test("no exception and no mixed snapshot while rules are swapped", () => {
  const report = soak({ requests: 2000, swaps: 20, seed: 7 });
  expect(report.violations).toEqual([]);
  expect(report).toMatchObject({ requests: 2000, accepted: 18, refused: 2 });
  expect(report.heldAcross).toBeGreaterThan(50);
  expect(report.matches).toBeGreaterThan(1000);
  expect(report.responses).toBeGreaterThan(500);
  expect(Object.keys(report.actions).sort()).toEqual(["allow", "block"]);
});

test.each(Array.from({ length: FAULT_KINDS }, (_, at) => at))(
  "faulty configuration %i is faulty, and sound without its fault",
  (at) => {
    expect(tryCreateWaf(faulty(at)).ok).toBe(false);
    expect(tryCreateWaf(configuration(at)).ok).toBe(true);
  },
);

test("growth is told from noise", () => {
  expect(heapGrowth([90, 99, 100, 101, 100, 99, 101, 100])).toBeCloseTo(0, 1);
  expect(heapGrowth([90, 99, 100, 105, 110, 115, 120, 125])).toBeGreaterThan(0.1);
});
