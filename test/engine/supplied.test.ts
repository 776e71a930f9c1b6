// Values that the embedder supplies with a request.
import { describe, expect, test } from "vitest";
import { SUPPLIED_TYPES, supply } from "../support/source/detection/fields.ts";
import {
  arrayOf,
  Bool,
  Bytes,
  createWaf,
  defineField,
  Int,
  Ip,
  mapOf,
  type Value,
  type WafRequest,
} from "../support/source/index.ts";
import { typeName } from "../support/source/language/values.ts";
import { ignoresSupplied, standardFields } from "../support/source/request/fields.ts";
import { block, ruleset } from "./waf-support.ts";

const tier = defineField({ name: "shop.tier", type: Bytes });
const age = defineField({ name: "shop.age", type: Int });
const proxy = defineField({ name: "shop.proxy", type: Ip });
const groups = defineField({ name: "shop.groups", type: arrayOf(Bytes) });
const limits = defineField({ name: "shop.limits", type: mapOf(Int) });
const known = defineField({
  name: "shop.known",
  type: Bool,
  read: (request: WafRequest) => request.supplied("shop.tier") !== undefined,
});
const loaded = defineField({ name: "shop.loaded", type: Int, load: async () => 1 });
const fields = [tier, age, proxy, groups, limits, known, loaded] as const;

const wafFor = (expression: string) =>
  createWaf({ rulesets: [ruleset("c", [block("r", { expression })])] } as never, { fields });
const REQUEST = { url: "https://shop.example/", remoteAddress: "192.0.2.7" };

describe("a field that is declared without a reader has the value that is supplied", () => {
  test.each<[expression: string, name: string, value: Value]>([
    ['shop.tier eq "gold"', "shop.tier", "gold"],
    ["shop.age gt 17", "shop.age", 18],
    ["shop.proxy in {192.0.2.0/24}", "shop.proxy", 0xc0000201],
    ['any(shop.groups[*] eq "a")', "shop.groups", ["b", "a"]],
    ['shop.limits["x"] eq 3', "shop.limits", new Map([["x", 3]])],
    ["shop.known", "shop.tier", "any"],
    ['ip.src.country eq "DE"', "ip.src.country", "DE"],
    ["cf.bot_management.score lt 30", "cf.bot_management.score", 5],
    [
      'http.request.jwt.claims.sub["main"][0] eq "u1"',
      "http.request.jwt.claims.sub",
      new Map([["main", ["u1"]]]),
    ],
  ])("%s", (expression, name, value) => {
    const waf = wafFor(expression);
    expect(waf.evaluateSync({ ...REQUEST, supplied: new Map([[name, value]]) }).action).toBe("block");
    expect(waf.evaluateSync(REQUEST).action).toBe("allow");
  });

  test("rules on it may be indexed: its value does not change", () => {
    const rules = Array.from({ length: 40 }, (_, at) => block(`r${at}`, { expression: `shop.age eq ${at}` }));
    const waf = createWaf({ rulesets: [ruleset("c", rules)] } as never, { fields });
    for (const value of [0, 39, 40]) {
      const { action } = waf.evaluateSync({ ...REQUEST, supplied: new Map([["shop.age", value]]) });
      expect(action).toBe(value < 40 ? "block" : "allow");
    }
  });
});

describe("what cannot be supplied is told at the call, whatever rules there are", () => {
  test.each<[what: string, supplied: unknown, message: RegExp]>([
    ["a number for text", new Map([["shop.tier", 5]]), /`shop.tier` must be Bytes, not `5`/],
    ["text for a number", new Map([["cf.bot_management.score", "7"]]), /must be Int, not the text `7`/],
    ["a fraction", new Map([["shop.age", 1.5]]), /must be Int/],
    ["text for an address", new Map([["shop.proxy", "192.0.2.1"]]), /must be Ip/],
    ["text beyond bytes", new Map([["shop.tier", "€"]]), /must be Bytes/],
    ["an array of other things", new Map([["shop.groups", ["a", 1]]]), /must be Array<Bytes>/],
    ["an object for a map", new Map([["shop.limits", { x: 1 }]]), /must be Map<Int>/],
    ["null", new Map([["shop.age", null]]), /must be Int/],
    ["an unknown name", new Map([["shop.teir", "gold"]]), /no field `shop.teir`.*`shop.tier`/],
    ["what the request says", new Map([["http.host", "a.example"]]), /`http.host` is read from the request/],
    ["what is loaded", new Map([["shop.loaded", 1]]), /`shop.loaded` is loaded/],
    ["an old name", new Map([["ip.geoip.country", "DE"]]), /old name of `ip.src.country`/],
    ["a name that is no text", new Map([[1, "gold"]]), /a name must be text/],
    ["an object", { "shop.tier": "gold" }, /must be a Map/],
  ])("%s", async (_what, supplied, message) => {
    const waf = wafFor("false");
    const request = { ...REQUEST, supplied: supplied as never };
    expect(() => waf.evaluateSync(request)).toThrow(message);
    await expect(waf.evaluate(request)).rejects.toMatchObject({ name: "MisuseError", code: "E_SUPPLIED" });
  });
});

describe("`supply`", () => {
  test("makes values of what programs have", () => {
    const made = supply(
      {
        "shop.tier": "gold €",
        "shop.proxy": "2001:db8::1",
        "shop.limits": { a: 1 },
        "shop.age": undefined,
        "ip.src.country": "DE",
        "http.request.jwt.claims.sub": { main: ["u1"] },
      },
      [tier, age, proxy, limits],
    );
    expect([...made.keys()]).toEqual([
      "shop.tier",
      "shop.proxy",
      "shop.limits",
      "ip.src.country",
      "http.request.jwt.claims.sub",
    ]);
    expect(made.get("shop.tier")).toBe("gold \xe2\x82\xac");
    expect(
      wafFor('shop.proxy in {2001:db8::/32} and shop.limits["a"] eq 1').evaluateSync({
        ...REQUEST,
        supplied: made,
      }).action,
    ).toBe("block");
  });

  test("refuses what the compiler refuses", () => {
    // @ts-expect-error The score is a number.
    expect(() => supply({ "cf.bot_management.score": "7" })).toThrow(/expected Int/);
    // @ts-expect-error There is no such field.
    expect(() => supply({ "cf.bot_management.scor": 7 })).toThrow(/`cf.bot_management.score`/);
    // @ts-expect-error The host is read from the request.
    expect(() => supply({ "http.host": "a" })).toThrow(/no value can be supplied/);
    // @ts-expect-error The age is a number.
    expect(() => supply({ "shop.age": "x" }, [age])).toThrow(/shop.age: expected Int/);
  });

  test("knows the standard fields that take values", () => {
    const taking = standardFields.filter(
      (field) => !ignoresSupplied(field) && !field.phases?.includes("packet"),
    );
    expect(SUPPLIED_TYPES).toEqual(
      Object.fromEntries(taking.map(({ name, type }) => [name, typeName(type)])),
    );
  });
});
