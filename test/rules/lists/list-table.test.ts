import { expect, test } from "vitest";
import { compileFilter } from "../../support/source/language/compile.ts";
import { fieldsFrom, Scheme } from "../../support/source/language/scheme.ts";
import { ListTable } from "../../support/source/rules/lists.ts";
import { accepted, compiled, ip } from "./support.ts";

const lists = [
  { name: "l", kind: "ip" },
  { name: "other", kind: "int" },
] as const;
const scheme = new Scheme<never>({ fields: fieldsFrom({ "ip.src": "Ip" }), lists });

test("a list is replaced without compiling anything, and a table in use stays as it is", () => {
  const filter = accepted(compileFilter("ip.src in $l", scheme));
  const context = scheme.createContext();
  context.set(0, ip("10.0.0.1"));
  const empty = new ListTable(lists);
  context.lists = empty.lookups;
  expect(filter.test(context)).toBe(false);
  const filled = empty.with(compiled("ip", ["10.0.0.0/8"]));
  expect([filter.test(context), empty.get("l")]).toEqual([false, undefined]);
  context.lists = filled.lookups;
  expect(filter.test(context)).toBe(true);
  context.lists = filled.with(compiled("ip", ["192.0.2.1"])).lookups;
  expect(filter.test(context)).toBe(false);
  expect(filled.get("l")?.size).toBe(1);
});

test("a table refuses what its scheme does not have", () => {
  expect(() => new ListTable([], [compiled("ip", [])])).toThrow("there is no list `$l`");
  expect(() => new ListTable(lists).with(compiled("int", []))).toThrow(
    "`$l` is of kind ip and cannot become int",
  );
});
