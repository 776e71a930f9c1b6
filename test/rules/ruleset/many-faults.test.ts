import { describe, expect, test } from "vitest";
import { loadDocument, Source } from "../../support/source/index.ts";

// What is collected of a document with more faults than anybody reads.

function load(unknown: number, faulty: number) {
  const rules = Array.from({ length: faulty + 1 }, (_, at) => ({
    ref: `r${at}`,
    action: "log",
    expression: at < faulty ? 5 : "true",
  }));
  const members = Object.fromEntries(Array.from({ length: unknown }, (_, at) => [`k${at}`, 1]));
  const text = JSON.stringify({
    ...members,
    name: "x",
    kind: "zone",
    phase: "http_request_firewall_custom",
    rules,
  });
  const loaded = loadDocument(new Source(text, "x.json"));
  const errors = loaded.ok ? [] : loaded.errors;
  return { ok: loaded.ok, errors, warnings: loaded.warnings };
}

describe("faults of one document", () => {
  test.each([
    ["warnings alone refuse nothing", 250, 0, true, 0, 200],
    ["an error behind many warnings is told", 250, 1, false, 1, 200],
    ["errors are bounded too", 0, 250, false, 200, 0],
  ] as const)("%s", (_name, unknown, faulty, ok, errors, warnings) => {
    const loaded = load(unknown, faulty);
    expect([loaded.ok, loaded.errors.length, loaded.warnings.length]).toEqual([ok, errors, warnings]);
  });

  test("the last one says how many are left out", () => {
    expect(load(250, 0).warnings.at(-1)?.hint).toMatch(/50 more are not shown/);
  });
});
