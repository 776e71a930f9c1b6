import { describe, expect, it } from "vitest";
import { Scheme } from "../../../src/expression/scheme/scheme.ts";
import { Bytes, Int } from "../../../src/expression/values/types.ts";
import { Expressions, PlanError } from "../../../src/ruleset/plan/expressions.ts";

const scheme: Scheme<never> = new Scheme<never>({
  fields: [
    { name: "path", type: Bytes },
    { name: "status", type: Int, phases: ["response"] },
  ],
});

function expressions(): Expressions {
  return new Expressions(scheme, {});
}

describe("Expressions", () => {
  it("compiles a text once for the loader and the plan", () => {
    const shelf = expressions();
    const judged = shelf.judgeFilter('path == "/a"', "headers", "declared");
    expect(judged.ok && judged.value).toBe(shelf.filter('path == "/a"', "headers"));
    expect(shelf.value("path", "headers")).toBe(shelf.value("path", "headers"));
  });

  it("keeps phases and wanted types apart", () => {
    const shelf = expressions();
    expect(shelf.judgeFilter("status == 200", "response", "declared").ok).toBe(true);
    expect(shelf.judgeFilter("status == 200", "headers", "declared").ok).toBe(false);
    expect(shelf.value("path", "headers", Bytes).type).toEqual(Bytes);
    expect(shelf.judgeValue("path", "headers", Int, "declared").ok).toBe(false);
  });

  it("refuses an unknown list where lists are declared, whatever was accepted before", () => {
    const shelf = expressions();
    const text = "path in $later";
    expect(shelf.judgeFilter(text, "headers", "late")).toMatchObject({ ok: true });
    expect(shelf.judgeFilter(text, "headers", "declared")).toMatchObject({ ok: false });
    expect(shelf.filter(text, "headers").warnings).toHaveLength(1);
  });

  it("hands on what the last finished configuration had, also past one that failed", () => {
    const shelf = expressions();
    shelf.begin();
    const first = shelf.filter('path == "/a"', "headers");
    shelf.finish();
    shelf.begin();
    expect(() => shelf.filter("nothing == 1", "headers")).toThrow(PlanError);
    shelf.begin();
    expect(shelf.filter('path == "/a"', "headers")).toBe(first);
  });

  it("forgets what a finished configuration did not use", () => {
    const shelf = expressions();
    const first = shelf.filter('path == "/a"', "headers");
    shelf.finish();
    shelf.finish();
    expect(shelf.filter('path == "/a"', "headers")).not.toBe(first);
  });
});
