// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform, not of JavaScript
// The option `zone` where a configuration or a plan does not say which zone a ruleset belongs to.
import { describe, expect, test } from "vitest";
import { Source } from "../../support/source/language/diagnostics.ts";
import { type LoadOptions, loadDocuments } from "../../support/source/rules/load.ts";

const ruleset = (name: string, members: object) => ({
  name,
  kind: "zone",
  phase: "http_request_firewall_custom",
  rules: [{ action: "block", expression: "ssl", ref: name }],
  ...members,
});
const configuration = (rulesets: object) => ({
  variable: { zone: {}, given: { default: "z1" } },
  resource: { cloudflare_ruleset: rulesets },
});
const planned = (name: string, values: object, after: unknown) => ({
  planned_values: {
    root_module: {
      resources: [
        {
          type: "cloudflare_ruleset",
          name,
          address: `cloudflare_ruleset.${name}`,
          values: ruleset(name, values),
        },
      ],
    },
  },
  resource_changes: [{ address: `cloudflare_ruleset.${name}`, change: { after_unknown: after } }],
});

function load(files: Readonly<Record<string, unknown>>, options: LoadOptions) {
  const sources = Object.entries(files).map(([name, value]) => new Source(JSON.stringify(value), name));
  const loaded = loadDocuments(sources, options);
  return {
    rules: loaded.ok ? loaded.value.rulesets.flatMap(({ rules }) => rules.map(({ ref }) => ref)) : [],
    told: [...(loaded.ok ? [] : loaded.errors), ...loaded.warnings].map(
      ({ code, message, hint, address }) => `${code} ${address ?? ""}: ${message} (${hint})`,
    ),
  };
}

const open = (code: string, name: string, why: string, hint: string) =>
  `${code} cloudflare_ruleset.${name}.zone_id: \`cloudflare_ruleset.${name}\` is not read, because its zone is not known: ${why} (${hint})`;
const NO_VALUE = [
  "the variable `zone` has no value",
  "set it in terraform.tfvars, or by `--var zone=…`",
] as const;
const LATER = [
  "this value is known only after the plan has been applied",
  "apply it, and check the JSON of `terraform show -json`",
] as const;
const OPEN = ruleset("open", { zone_id: "${var.zone}" });
const GIVEN = ruleset("given", { zone_id: "${var.given}" });

const cases: readonly (readonly [
  what: string,
  files: Readonly<Record<string, unknown>>,
  options: LoadOptions,
  rules: readonly string[],
  told: readonly string[],
])[] = [
  [
    "without the option it may stay open",
    { "main.tf.json": configuration({ open: OPEN }) },
    {},
    ["open"],
    [],
  ],
  [
    "no other ruleset",
    { "main.tf.json": configuration({ open: OPEN }) },
    { zone: "z1" },
    [],
    [open("E_TF_UNRESOLVED", "open", ...NO_VALUE)],
  ],
  [
    "partly neither",
    { "main.tf.json": configuration({ open: OPEN }) },
    { zone: "z1", partial: true },
    [],
    [open("E_TF_UNRESOLVED", "open", ...NO_VALUE)],
  ],
  [
    "a value for the variable",
    { "main.tf.json": configuration({ open: OPEN }) },
    { zone: "z1", terraformVariables: { zone: "z1" } },
    ["open"],
    [],
  ],
  [
    "beside one of the zone: a warning",
    { "main.tf.json": configuration({ given: GIVEN, open: OPEN }) },
    { zone: "z1" },
    ["given"],
    [open("W_TF_LEFT_OUT", "open", ...NO_VALUE)],
  ],
  [
    "beside one of another zone: both are told",
    { "main.tf.json": configuration({ given: GIVEN, open: OPEN }) },
    { zone: "z2" },
    [],
    [
      "E_IMPORT cloudflare_ruleset.given: there is no zone `z2` among the documents (there are `z1`)".replace(
        " (",
        " (did you mean `z1`?; ",
      ),
      open("E_TF_UNRESOLVED", "open", ...NO_VALUE),
    ],
  ],
  [
    "a folder that is called as the zone says it",
    {
      "shop/main.tf.json": configuration({ open: OPEN }),
      "blog/main.tf.json": configuration({ other: ruleset("other", { zone_id: "${var.zone}" }) }),
    },
    { zone: "shop" },
    ["open"],
    [],
  ],
  [
    "a data source",
    { "main.tf.json": configuration({ open: ruleset("open", { zone_id: "${data.cloudflare_zone.x.id}" }) }) },
    { zone: "z1" },
    [],
    [
      open(
        "E_TF_UNRESOLVED",
        "open",
        "`data.cloudflare_zone.x` is known only when Terraform runs",
        "undefined",
      ),
    ],
  ],
  [
    "a ruleset of the account",
    {
      "main.tf.json": configuration({
        given: GIVEN,
        root: ruleset("root", { kind: "root", zone_id: "${var.zone}" }),
      }),
    },
    { zone: "z1" },
    ["given", "root"],
    [],
  ],
  [
    "a plan that does not know it yet",
    { "plan.json": planned("open", {}, { zone_id: true }) },
    { zone: "z1" },
    [],
    [open("E_TF_UNRESOLVED", "open", ...LATER)],
  ],
  ["the same without the option", { "plan.json": planned("open", {}, { zone_id: true }) }, {}, ["open"], []],
  [
    "a plan that knows it",
    { "plan.json": planned("a", { zone_id: "z1" }, { id: true }) },
    { zone: "z1" },
    ["a"],
    [],
  ],
];

describe("a zone that is not known", () => {
  test.each(cases)("%s", (_what, files, options, rules, told) => {
    expect(load(files, options)).toEqual({ rules, told });
  });
});
