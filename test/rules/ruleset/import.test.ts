import { describe, expect, test } from "vitest";
import { createWaf } from "../../support/source/engine/firewall.ts";
import { formatDiagnostic, Source } from "../../support/source/language/diagnostics.ts";
import { loadDocuments } from "../../support/source/rules/load.ts";
import type { LoadedConfiguration } from "../../support/source/rules/ruleset.ts";

type Documents = Readonly<Record<string, unknown>>;

function loadAll(documents: Documents) {
  return loadDocuments(
    Object.entries(documents).map(([name, value]) => new Source(JSON.stringify(value), name)),
  );
}

function importAll(documents: Documents): LoadedConfiguration {
  const result = loadAll(documents);
  if (!result.ok) throw new Error(result.errors.map(formatDiagnostic).join("\n"));
  return result.value;
}

const answer = (result: unknown) => ({ result, success: true, errors: [], messages: [] });
const ID = "2c0fc9fa937b11eaa1b71c4d701ab86e";

const custom = {
  id: "e1",
  name: "default",
  kind: "zone",
  phase: "http_request_firewall_custom",
  version: "12",
  last_updated: "2026-01-02T03:04:05Z",
  source: "firewall_custom",
  rules: [
    {
      id: "r1",
      ref: "r1",
      version: "3",
      last_updated: "2026-01-02T03:04:05Z",
      action: "block",
      expression: "not ip.src in $office",
      enabled: true,
    },
  ],
};
const managed = {
  id: "e2",
  name: "default",
  kind: "zone",
  phase: "http_request_firewall_managed",
  version: "4",
  last_updated: "2026-01-02T03:04:05Z",
  rules: [
    {
      id: "r2",
      version: "1",
      action: "execute",
      expression: "true",
      action_parameters: { id: "efb7b8c949ac4650a09736fc376e9aee", version: "latest" },
    },
  ],
};
const listMeta = { id: ID, name: "office", kind: "ip", num_items: 2, created_on: "2026-01-02T03:04:05Z" };
const listItems = [
  { id: "a", ip: "10.0.0.0/8", comment: "house", created_on: "2026-01-02T03:04:05Z" },
  { id: "b", ip: "192.0.2.7", created_on: "2026-01-02T03:04:05Z" },
];

describe("a whole export is a configuration that decides", () => {
  test.each<[name: string, documents: Documents]>([
    [
      "a directory of answers",
      {
        "rulesets/custom.json": answer(custom),
        "rulesets/managed.json": answer(managed),
        "lists/all.json": answer([listMeta]),
        [`lists/${ID}.items.json`]: answer(listItems),
      },
    ],
    [
      "items in a file named for the list",
      {
        "a.json": answer(custom),
        "b.json": answer(managed),
        "l.json": answer(listMeta),
        "x/office.json": answer(listItems),
      },
    ],
    [
      "one file of answers",
      { "all.json": [answer(custom), answer(managed), answer({ ...listMeta, items: listItems })] },
    ],
    [
      "one file of rulesets and lists",
      { "all.json": { rulesets: [custom, managed], lists: [{ ...listMeta, items: listItems }] } },
    ],
    ["items alone", { "custom.json": answer(custom), "office.items.json": answer(listItems) }],
  ])("%s", (_name, documents) => {
    const configuration = importAll(documents);
    expect(configuration.rulesets.map(({ id }) => id)).toContain("e1");
    expect(configuration.lists.map(({ name, kind, items }) => [name, kind, items.length])).toEqual([
      ["office", "ip", 2],
    ]);
    const waf = createWaf({ ...configuration, lists: configuration.lists }, { references: "late" });
    const from = (remoteAddress: string) =>
      waf.evaluateSync({ url: "https://a.example/", remoteAddress }).action;
    expect([from("10.1.2.3"), from("192.0.2.7"), from("192.0.2.8")]).toEqual(["allow", "allow", "block"]);
  });
});

describe("what refers to rulesets that the document does not hold", () => {
  const body = {
    kind: "zone",
    phase: "http_request_firewall_managed",
    rules: [{ ref: "r", action: "execute", expression: "true", action_parameters: { id: "vendor" } }],
  };
  const resource = { type: "cloudflare_ruleset", name: "m" };
  const module = (member: string) => ({
    [member]: { root_module: { resources: [{ ...resource, values: body }] } },
  });
  test.each<[name: string, document: unknown, pointer: string]>([
    ["an answer", answer(body), "/result"],
    ["an answer of several", answer([body]), "/result/0"],
    ["answers in one file", [answer(body)], "/0/result"],
    ["a dated ruleset", { ...body, last_updated: "2026-01-02T03:04:05Z" }, ""],
    [
      "a dated ruleset among others",
      { rulesets: [{ ...body, last_updated: "2026-01-02T03:04:05Z" }] },
      "/rulesets/0",
    ],
    [
      "Terraform configuration",
      { resource: { cloudflare_ruleset: { m: body } } },
      "/resource/cloudflare_ruleset/m",
    ],
    [
      "a Terraform block",
      { resource: { cloudflare_ruleset: { m: [body] } } },
      "/resource/cloudflare_ruleset/m/0",
    ],
    ["a Terraform plan", module("planned_values"), "/planned_values/root_module/resources/0/values"],
    ["Terraform's output", module("values"), "/values/root_module/resources/0/values"],
    [
      "a Terraform state",
      { resources: [{ ...resource, instances: [{ attributes: body }] }] },
      "/resources/0/instances/0/attributes",
    ],
  ])("%s: is told by a warning", (_name, document, pointer) => {
    const result = loadAll({ "x.json": document });
    expect([result.ok, result.warnings.map((one) => [one.code, one.pointer])]).toEqual([
      true,
      [["W_EXECUTE_TARGET", `${pointer}/rules/0/action_parameters/id`]],
    ]);
  });

  test.each<[name: string, document: unknown]>([
    ["a ruleset", body],
    ["rulesets in an array", [body]],
    ["a configuration", { rulesets: [body] }],
  ])("%s: is refused", (_name, document) => {
    const result = loadAll({ "x.json": document });
    expect(result.ok ? [] : result.errors.map(({ code }) => code)).toEqual(["E_EXECUTE_TARGET"]);
  });
});

describe("names from outside of a list or a ruleset", () => {
  const list = { kind: "ip", items: [{ ip: "10.0.0.1" }] };
  const resources = (member: string, wrap: (value: unknown) => unknown) => [
    { type: "cloudflare_list", name: "office", [member]: wrap(list) },
    { type: "other_list", name: "no", [member]: wrap(list) },
    { type: "cloudflare_ruleset", name: "main", [member]: wrap({ rules: [] }) },
    { type: "cloudflare_list", [member]: wrap({ ...list, name: "own" }) },
  ];
  test.each<[form: string, document: unknown]>([
    [
      "Terraform configuration",
      {
        resource: {
          cloudflare_list: { office: list, other: { ...list, name: "own" } },
          cloudflare_ruleset: { main: { rules: [] } },
          other_list: { no: list },
        },
      },
    ],
    [
      "a Terraform plan",
      { planned_values: { root_module: { resources: resources("values", (value) => value) } } },
    ],
    [
      "a module of a plan",
      {
        planned_values: {
          root_module: { child_modules: [5, { resources: [5, ...resources("values", (value) => value)] }] },
        },
      },
    ],
    ["a Terraform state", { resources: [5, ...resources("instances", (attributes) => [{ attributes }])] }],
  ])("%s", (_form, document) => {
    const { rulesets, lists } = importAll({ "x.json": document });
    expect([rulesets.map(({ id, name }) => [id, name]), lists.map(({ name }) => name)]).toEqual([
      [["main", "main"]],
      ["office", "own"],
    ]);
  });

  test("rules, rulesets and lists in one document", () => {
    const other = { id: "other", kind: "custom", rules: [] };
    const { rulesets, lists } = importAll({
      "x.json": { id: "own", rules: [], rulesets: [other], lists: { office: ["10.0.0.1"] } },
    });
    expect(rulesets.map(({ id, extra }) => [id, extra])).toEqual([
      ["other", undefined],
      ["own", undefined],
    ]);
    expect(lists).toEqual([{ name: "office", kind: "ip", items: ["10.0.0.1"] }]);
  });

  test("items are joined to the list that their file is named for", () => {
    const { lists } = importAll({
      "lists.json": answer([listMeta, { ...listMeta, id: "other", name: "home" }]),
      [`${ID}.items.json`]: answer(listItems),
      "home.json": answer([{ ip: "10.0.0.9" }]),
      "more.json": answer([{ asn: 5 }]),
    });
    expect(lists.map(({ name, kind, items }) => [name, kind, items.length])).toEqual([
      ["office", "ip", 2],
      ["home", "ip", 1],
      ["more", "asn", 1],
    ]);
  });
});

describe("a member named like that of a list's item makes nothing an item", () => {
  const ip = "10.0.0.1";
  test.each<[name: string, result: unknown, found: unknown]>([
    ["a ruleset", { ...custom, ip }, { rulesets: ["e1"], lists: [] }],
    ["a list", { ...listMeta, ip, items: listItems }, { rulesets: [], lists: ["office"] }],
    ["a list without its items", { ...listMeta, ip }, { rulesets: [], lists: ["office"] }],
    ["a ruleset without its rules", { id: "e1", phase: "http_ratelimit", ip }, "E_DOC_TYPE"],
  ])("%s", (_name, one, found) => {
    const result = loadAll({ "x.json": answer([one]) });
    expect(
      result.ok
        ? {
            rulesets: result.value.rulesets.map(({ id }) => id),
            lists: result.value.lists.map(({ name }) => name),
          }
        : result.errors[0]?.code,
    ).toEqual(found);
  });
});

describe("what is no whole export is refused", () => {
  test.each<[name: string, document: unknown, code: string, pointer: string]>([
    [
      "a listing without rules",
      answer([{ id: "a", name: "n", kind: "zone", phase: "http_ratelimit" }]),
      "E_DOC_TYPE",
      "/result/0",
    ],
    [
      "a failed answer among others",
      [answer(custom), { success: false, result: null }],
      "E_DOC_TYPE",
      "/1/result",
    ],
  ])("%s", (_name, document, code, pointer) => {
    const result = loadAll({ "x.json": document });
    expect(result.ok ? [] : result.errors).toMatchObject([{ code, pointer }]);
  });
});

describe("Terraform", () => {
  test("lists of both generations of the provider", () => {
    const lists = importAll({
      "main.tf.json": {
        resource: {
          cloudflare_list: {
            old: {
              account_id: "a",
              name: "office",
              kind: "ip",
              item: [
                { value: { ip: "10.0.0.1" }, comment: "x" },
                { value: [{ ip: "10.0.0.2", asn: null, redirect: [] }] },
              ],
            },
            moved: {
              name: "moved",
              kind: "redirect",
              item: [
                { value: [{ redirect: [{ source_url: "a.example/", target_url: "https://b.example" }] }] },
              ],
            },
            recent: { name: "ports", kind: "asn", items: [{ asn: 13335 }] },
          },
        },
      },
    }).lists;
    expect(lists.map(({ name, items }) => [name, items])).toEqual([
      ["office", [{ ip: "10.0.0.1", comment: "x" }, { ip: "10.0.0.2" }]],
      ["moved", [{ redirect: { source_url: "a.example/", target_url: "https://b.example" } }]],
      ["ports", [{ asn: 13335 }]],
    ]);
  });

  test("the older word for `enabled` in overrides", () => {
    const overrides = [{ rules: [{ id: "r", status: "disabled" }] }];
    const { rulesets } = importAll({
      "main.tf.json": {
        resource: {
          cloudflare_ruleset: {
            entry: {
              kind: "zone",
              phase: "http_request_firewall_managed",
              name: "entry",
              rules: [
                {
                  ref: "run",
                  action: "execute",
                  expression: "true",
                  action_parameters: [{ id: "vendor", overrides }],
                },
              ],
            },
          },
        },
      },
      "vendor.json": {
        id: "vendor",
        kind: "managed",
        phase: "http_request_firewall_managed",
        rules: [{ ref: "r", action: "block", expression: "true" }],
      },
    });
    expect(createWaf({ rulesets }).evaluateSync({ url: "https://a.example/" }).action).toBe("allow");
  });
});

test("what an import refers to and does not hold is a warning, by a warning's code", () => {
  const skip = { id: "k", action: "skip", expression: "true", action_parameters: { rulesets: ["vendor"] } };
  const result = loadAll({ "x.json": answer({ ...managed, rules: [skip, ...managed.rules] }) });
  expect(result.ok).toBe(true);
  expect(result.warnings.map(({ code }) => code)).toEqual(["W_SKIP_TARGET", "W_EXECUTE_TARGET"]);
});
