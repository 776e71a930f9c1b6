// Loaders that were not told how to read Terraform: those of `wirewall/core`.
import { describe, expect, test } from "vitest";
import { tryCreateWaf } from "../../support/source/index.ts";
import { Source } from "../../support/source/language/diagnostics.ts";
import { loadDocuments, loadWithoutTerraform } from "../../support/source/rules/load.ts";
import { terraformReader } from "../../support/source/rules/terraform.ts";

const RULESET = { kind: "zone", phase: "http_request_firewall_custom", name: "waf" };
const RULES = [{ action: "block", expression: "ssl" }];
const CONFIGURATION = { resource: { cloudflare_ruleset: { waf: { ...RULESET, rules: RULES } } } };
const PLAN = {
  planned_values: {
    root_module: {
      resources: [
        {
          type: "cloudflare_ruleset",
          name: "waf",
          address: "cloudflare_ruleset.waf",
          values: { ...RULESET, rules: RULES },
        },
      ],
    },
  },
};
const STATE = {
  resources: [
    {
      mode: "managed",
      type: "cloudflare_ruleset",
      name: "waf",
      instances: [{ attributes: { ...RULESET, rules: RULES } }],
    },
  ],
};

const forms: readonly (readonly [what: string, name: string, value: object])[] = [
  ["a configuration", "main.tf.json", CONFIGURATION],
  ["a plan", "plan.json", PLAN],
  ["a state", "terraform.tfstate", STATE],
];

describe.each(forms)("%s", (_what, name, value) => {
  const source = new Source(JSON.stringify(value), name);

  test("is read by loaders that have the reader", () => {
    for (const loaded of [
      loadDocuments([source]),
      loadDocuments([source], { terraform: terraformReader }),
      loadWithoutTerraform([source], { terraform: terraformReader }),
    ])
      expect(loaded.ok && loaded.value.rulesets.map(({ rules }) => rules.length)).toEqual([1]);
  });

  test.each([{}, { partial: true }])("is refused by those that have none: %j", (options) => {
    const loaded = loadWithoutTerraform([source], options);
    expect(loaded.ok ? [] : loaded.errors).toMatchObject([
      {
        code: "E_DOC_TYPE",
        source: name,
        message: "this is a Terraform document, and there is no Terraform reader",
        hint: "load it with `loadDocuments` of `wirewall`, or with the option `terraform`",
      },
    ]);
  });
});

test("a text with faults tells them alone", () => {
  const loaded = loadWithoutTerraform([new Source('{"resource": {}, "variable": }', "main.tf.json")]);
  expect(loaded.ok ? [] : loaded.errors.map(({ code }) => code)).toEqual(["E_DOC_SYNTAX"]);
});

test("HCL that was not parsed names the loader that parses it", () => {
  const loaded = loadWithoutTerraform([new Source("a = 1\n", "x.tf")]);
  expect(loaded.ok ? [] : loaded.errors.map(({ hint }) => hint)).toEqual(["read it with `loadTerraform`"]);
});

test("other documents beside it are read without a reader", () => {
  const rules = new Source(
    JSON.stringify({ rules: [{ ref: "a", action: "log", expression: "ssl" }] }),
    "r.json",
  );
  expect(loadWithoutTerraform([rules]).ok).toBe(true);
});

test("a firewall takes what was loaded, and no document of Terraform itself", () => {
  const made = tryCreateWaf(JSON.parse(JSON.stringify(CONFIGURATION)));
  expect(made.ok ? [] : made.errors.map(({ code }) => code)).toEqual(["E_DOC_TYPE"]);
});
