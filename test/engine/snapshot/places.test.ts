import { describe, expect, test } from "vitest";
import {
  createWaf,
  type Diagnostic,
  type LoadedConfiguration,
  type LoadOptions,
  loadDocuments,
  loadObject,
  patchRule,
  type Result,
  Source,
  standardScheme,
  tryCreateWaf,
} from "../../support/source/index.ts";

// What the loader was not told enough to find, the firewall finds: in the text, by line and column.

const RULES = `lists:
  office: {kind: ip, items: [192.0.2.0/24, 999.1.1.1]}
  sizes:
    kind: int
    items:
      - 1
      - {value: two}
rulesets:
  - phase: http_request_firewall_custom
    rules:
      - ref: escaped
        expression: "http.hots eq \\"a\\""
        action: block
      - ref: folded
        expression: >
          ssl and
          ip.src in {1.2.3.4 5}
        action: log
      - ref: list
        expression: ip.src in $ofice
        action: block
`;

/** The same faults without those of lists' items, which wait until the rest is right. */
const FAULTY_RULES = RULES.replace(", 999.1.1.1", "").replace("{value: two}", "2");
const FAULTY_ITEMS = RULES.replace("http.hots", "http.host")
  .replace("{1.2.3.4 5}", "{1.2.3.4}")
  .replace("$ofice", "$office");

const TERRAFORM = JSON.stringify(
  {
    resource: {
      cloudflare_ruleset: {
        mine: {
          name: "mine",
          kind: "zone",
          phase: "http_request_firewall_custom",
          rules: [
            {
              ref: "a",
              expression: "ssl",
              action: "block",
              action_parameters: [
                { response: [{ status_code: 403, content: "x", content_type: "text/plain" }] },
              ],
            },
            { ref: "b", expression: "http.hots eq 1", action: "block", note: "kept" },
          ],
        },
      },
    },
  },
  undefined,
  1,
);

function place({ code, source, line, column, pointer }: Diagnostic): string {
  return `${code} ${source}:${line}:${column} ${pointer}`;
}

function loaded(text: string, name: string, options: LoadOptions = {}): LoadedConfiguration {
  const result = loadDocuments([new Source(text, name)], options);
  if (!result.ok) throw new Error(result.errors.map(place).join("\n"));
  return result.value;
}

function errorsOf(result: Result<unknown>): readonly string[] {
  return result.ok ? [] : result.errors.map(place);
}

describe("faults that the firewall finds in what was loaded", () => {
  const rules = [
    "E_UNKNOWN_IDENTIFIER rules.yaml:12:22 /rulesets/0/rules/0/expression",
    "E_INVALID_IP rules.yaml:17:30 /rulesets/0/rules/1/expression",
    "E_LIST_UNKNOWN rules.yaml:20:31 /rulesets/0/rules/2/expression",
  ];
  const items = [
    "E_INVALID_IP rules.yaml:2:44 /lists/office/items/1",
    "E_INVALID_INT rules.yaml:7:9 /lists/sizes/items/1",
  ];

  test.each([
    ["expressions", FAULTY_RULES, "rules.yaml", rules],
    ["items of lists", FAULTY_ITEMS, "rules.yaml", items],
    [
      "blocks of Terraform",
      TERRAFORM,
      "main.tf.json",
      [
        `E_UNKNOWN_IDENTIFIER main.tf.json:${lineOf(TERRAFORM, "http.hots")}:22 /resource/cloudflare_ruleset/mine/rules/1/expression`,
      ],
    ],
  ])("%s", (_name, text, name, wanted) => {
    const config = loaded(text, name);
    expect(errorsOf(tryCreateWaf(config))).toEqual(wanted);
    const waf = createWaf({ rulesets: [] });
    expect(errorsOf(waf.update(config))).toEqual(wanted);
    expect(waf.snapshot.version).toBe(1);
  });

  test("as the loader tells them when it knows the scheme", () => {
    const sources = [new Source(FAULTY_RULES, "rules.yaml")];
    expect(errorsOf(loadDocuments(sources, { scheme: standardScheme() }))).toEqual(rules);
  });

  test("of several files, each in its own", () => {
    const one = (ref: string, field: string) =>
      `phase: http_request_firewall_custom\nkind: ${ref === "a" ? "root" : "zone"}\nid: ${ref}\nrules:\n- {ref: ${ref}, expression: ${field} eq "x", action: block}\n`;
    const result = loadDocuments([
      new Source(one("a", "http.hots"), "a.yaml"),
      new Source(`# b\n${one("b", "http.hosd")}`, "b.yaml"),
    ]);
    expect(result.ok && errorsOf(tryCreateWaf(result.value))).toEqual([
      "E_UNKNOWN_IDENTIFIER a.yaml:5:24 /rules/0/expression",
      "E_UNKNOWN_IDENTIFIER b.yaml:6:24 /rules/0/expression",
    ]);
  });

  test("what was edited since is shown as data", () => {
    const { rulesets } = loaded(FAULTY_RULES, "rules.yaml");
    const [ruleset] = rulesets;
    if (ruleset === undefined) throw new Error("no ruleset");
    const edited = patchRule(ruleset, "escaped", {
      expression: "http.hosst eq 1",
      action: "block",
      enabled: true,
    });
    expect(edited.ok && errorsOf(tryCreateWaf({ rulesets: [edited.value] }))[0]).toBe(
      "E_UNKNOWN_IDENTIFIER <configuration>:1:1 /rulesets/0/rules/0/expression",
    );
    const changed = {
      ...ruleset,
      rules: ruleset.rules.map((rule) => Object.assign(rule, { expression: "nowhere eq 1" })),
    };
    expect(errorsOf(tryCreateWaf({ rulesets: [changed] }))[0]).toBe(
      "E_UNKNOWN_IDENTIFIER <configuration>:1:1 /rulesets/0/rules/0/expression",
    );
  });

  test("data that was no text has no line", () => {
    const result = loadObject({ rules: [{ ref: "a", expression: "http.hots eq 1", action: "block" }] });
    expect(result.ok && errorsOf(tryCreateWaf(result.value))).toEqual([
      "E_UNKNOWN_IDENTIFIER <configuration>:1:1 /rulesets/0/rules/0/expression",
    ]);
  });
});

describe("warnings of a firewall", () => {
  const ABSENT = 'http.request.headers["x"][0] ne "1"';
  const file = (expression: string, items: string, note = "") =>
    loaded(
      `${note}lists: {office: [${items}]}\nrulesets:\n- phase: http_request_firewall_custom\n  rules:\n  - {ref: a, expression: '${expression} and not ip.src in $office', action: block}\n`,
      "rules.yaml",
    );
  const absent = (line: number) => `W_NE_ABSENT rules.yaml:${line}:27 /rulesets/0/rules/0/expression`;
  const twice = (line: number) => `W_LIST_ITEM rules.yaml:${line}:29 /lists/office/1`;

  test("are those of the configuration in force, whatever put it there", () => {
    const waf = createWaf(file(ABSENT, "192.0.2.1, 192.0.2.1"));
    const seen = () => waf.warnings.map(place);
    expect(seen()).toEqual([absent(5), twice(1)]);

    expect(waf.updateList("office", ["192.0.2.7"]).ok).toBe(true);
    expect(seen()).toEqual([absent(5)]);
    expect(waf.updateList("office", ["10.0.0.1", "10.0.0.1"]).ok).toBe(true);
    expect(seen()).toEqual([absent(5), "W_LIST_ITEM $office:1:1 /items/1"]);

    expect(waf.update(file("http.hots eq 1", "192.0.2.1")).ok).toBe(false);
    expect(seen()).toHaveLength(2);
    expect(waf.update(file("ssl", "192.0.2.1")).ok).toBe(true);
    expect(seen()).toEqual([]);

    const back = waf.rollback(1);
    expect(seen()).toEqual([absent(5), twice(1)]);
    expect(back.ok && back.value.warnings).toEqual(waf.warnings);
  });

  test("of equal lists in two files have each its own place", () => {
    const first = createWaf(file(ABSENT, "192.0.2.1, 192.0.2.1"));
    const second = createWaf(file(ABSENT, "192.0.2.1, 192.0.2.1", "# one line more\n"));
    expect(first.warnings.map(place)).toEqual([absent(5), twice(1)]);
    expect(second.warnings.map(place)).toEqual([absent(6), twice(2)]);
  });

  test("none", () => {
    expect(createWaf({ rulesets: [] }).warnings).toEqual([]);
  });
});

function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split("\n").length;
}
