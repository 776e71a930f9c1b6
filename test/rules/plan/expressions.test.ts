import { describe, expect, it } from "vitest";
import { ExpressionPool, Expressions, Lease, PlanError } from "../../support/source/language/compile.ts";
import { Scheme } from "../../support/source/language/scheme.ts";
import { Bytes, Int } from "../../support/source/language/values.ts";

const scheme: Scheme<never> = new Scheme<never>({
  fields: [
    { name: "path", type: Bytes },
    { name: "status", type: Int, phases: ["response"] },
  ],
});

function expressions(): Expressions {
  return new Expressions(new ExpressionPool(scheme), {});
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

  it("is shared by all who use a pool, and goes with the last of them", () => {
    const pool = new ExpressionPool(scheme);
    const [one, other] = [new Lease(), new Lease()];
    const text = 'path == "/a"';
    const first = new Expressions(pool, {}, pool, one).filter(text, "headers");
    expect(new Expressions(pool, {}, pool, other).filter(text, "headers")).toBe(first);
    one.release();
    expect(pool.size).toBe(1);
    other.release();
    expect(pool.size).toBe(0);
    expect(new Expressions(pool, {}).filter(text, "headers")).not.toBe(first);
  });

  it("keeps nothing of a text that does not compile", () => {
    const pool = new ExpressionPool(scheme);
    expect(() => new Expressions(pool, {}).filter("nothing == 1", "headers")).toThrow(PlanError);
    expect(pool.size).toBe(0);
  });

  it("takes an expression that names no list from the pool without lists", () => {
    const listless = new ExpressionPool(scheme);
    const lists = new ExpressionPool(scheme.extend({ lists: [{ name: "l", kind: "string" }] }));
    const within = new Expressions(lists, {}, listless);
    const plain = within.filter('path == "/a"', "headers");
    expect(new Expressions(listless, {}).filter('path == "/a"', "headers")).toBe(plain);
    within.filter("path in $l", "headers");
    expect([listless.size, lists.size]).toEqual([1, 1]);
  });
});
