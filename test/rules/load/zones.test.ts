import { describe, expect, test } from "vitest";
import { Source } from "../../support/source/index.ts";
import { loadDocuments } from "../../support/source/rules/load.ts";

const CUSTOM = "http_request_firewall_custom";

function ruleset(ref: string, members: Readonly<Record<string, unknown>> = {}) {
  return {
    id: `id-${ref}`,
    kind: "zone",
    phase: CUSTOM,
    rules: [{ ref, expression: "ssl", action: "block" }],
    ...members,
  };
}

function load(files: Readonly<Record<string, unknown>>, zone?: string, partial = false) {
  const sources = Object.entries(files).map(([name, value]) => new Source(JSON.stringify(value), name));
  const loaded = loadDocuments(sources, { partial, ...(zone === undefined ? {} : { zone }) });
  return {
    errors: loaded.ok ? [] : loaded.errors.map(({ message, hint }) => `${message}; ${hint}`),
    rules: loaded.ok ? loaded.value.rulesets.flatMap(({ rules }) => rules.map(({ ref }) => ref)) : [],
    lists: loaded.ok ? loaded.value.lists.map(({ name }) => name) : [],
  };
}

const ACCOUNT = {
  "account.json": ruleset("account", { kind: "root" }),
  "lists.json": { lists: [{ name: "office", kind: "ip", items: [] }] },
};

const FORMS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  [
    "names",
    {
      "all.json": [ruleset("a", { zone_name: "shop.example" }), ruleset("b", { zone_name: "blog.example" })],
    },
  ],
  [
    "zones as objects",
    {
      "all.json": [
        ruleset("a", { zone: { id: "1", name: "shop.example" } }),
        ruleset("b", { zone: { id: "2", name: "blog.example" } }),
      ],
    },
  ],
  [
    "ids, which a list of zones names",
    {
      "zones.json": {
        success: true,
        result: [
          { id: "z1", name: "shop.example", name_servers: [] },
          { id: "z2", name: "blog.example", name_servers: [] },
        ],
      },
      "all.json": [ruleset("a", { zone_id: "z1" }), ruleset("b", { zone_id: "z2" })],
    },
  ],
  [
    "folders",
    {
      "export/zones/shop.example/rulesets/custom.json": ruleset("a"),
      "export/zones/blog.example/custom.json": ruleset("b"),
    },
  ],
  ["names of files", { "export/shop.example.json": ruleset("a"), "blog.example/custom.json": ruleset("b") }],
];

describe("one zone of an export", () => {
  test.each(FORMS)("by %s, with what is the account's", (_, files) => {
    const found = load({ ...ACCOUNT, ...files }, "Shop.example");
    expect(found).toEqual({ errors: [], rules: ["account", "a"], lists: ["office"] });
  });

  test.each(FORMS)("by %s: a zone that is not there, also under `partial`", (_, files) => {
    for (const partial of [false, true]) {
      const { errors, rules } = load({ ...ACCOUNT, ...files }, "nosuch.example", partial);
      expect(rules).toEqual([]);
      expect(errors).toEqual([
        expect.stringContaining("there is no zone `nosuch.example` among the documents"),
      ]);
      expect(errors[0]).toContain("blog.example");
    }
  });

  test("makes two entry points of a phase no fault, as they are without it", () => {
    const files = { "all.json": [ruleset("a", { zone_name: "x" }), ruleset("b", { zone_name: "y" })] };
    expect(load(files).errors).toEqual([expect.stringContaining("more than one entry point")]);
    expect(load(files, "y")).toMatchObject({ errors: [], rules: ["b"] });
  });

  test("does not ask whether rules of other zones are right", () => {
    const bad = {
      ...ruleset("b", { zone_name: "y" }),
      rules: [{ ref: "b", expression: "(", action: "block" }],
    };
    expect(load({ "all.json": [ruleset("a", { zone_name: "x" }), bad] }, "x").errors).toEqual([]);
  });

  test("says when nothing names a zone", () => {
    expect(load({ "all.json": ruleset("a") }, "x").errors[0]).toContain("none of them says");
  });
});
