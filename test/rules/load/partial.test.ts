import { describe, expect, test } from "vitest";
import { standardScheme } from "../../support/source/engine/firewall.ts";
import { createWaf, requestFrom, Source, uncheckedRuleset } from "../../support/source/index.ts";
import { loadDocuments, loadObject } from "../../support/source/rules/load.ts";

const CUSTOM = "http_request_firewall_custom";
const GOOD = { ref: "good", expression: 'http.host eq "a"', action: "block" };

function partly(document: unknown) {
  return loadObject(document, { scheme: standardScheme(), partial: true });
}

/** Refs of the rules that are loaded, names of the lists, and messages about what is left out. */
function outcome(document: unknown) {
  const loaded = partly(document);
  const { rulesets, lists } = loaded.ok ? loaded.value : { rulesets: [], lists: [] };
  return {
    ok: loaded.ok,
    rules: rulesets.flatMap((one) => one.rules.map(({ ref }) => ref)),
    lists: lists.map(({ name }) => name),
    leftOut: loaded.warnings.flatMap(({ code, message, pointer }) =>
      code === "W_IMPORT" && message.includes("left out") ? [`${pointer} ${message}`] : [],
    ),
    faults: loaded.warnings.flatMap(({ code }) => (code.startsWith("E_") ? [code] : [])),
  };
}

function zone(...rules: readonly object[]) {
  return { id: "z", kind: "zone", phase: CUSTOM, rules };
}

describe("what is left out", () => {
  test.each<
    [string, unknown, { rules: string[]; lists?: string[]; leftOut: (string | RegExp)[]; faults: string[] }]
  >([
    [
      "a rule with a misspelt field",
      { rulesets: [zone({ ref: "bad", expression: "http.hst eq 1", action: "block" }, GOOD)] },
      {
        rules: ["good"],
        leftOut: [/^\/rulesets\/0\/rules\/0 the rule is left out/],
        faults: ["E_UNKNOWN_IDENTIFIER"],
      },
    ],
    [
      "a skip with a misspelt target: more is blocked then",
      {
        rulesets: [
          zone({ ref: "bad", expression: "ssl", action: "skip", action_parameters: { phases: ["x"] } }, GOOD),
        ],
      },
      { rules: ["good"], leftOut: [/^\/rulesets\/0\/rules\/0/], faults: ["E_PHASE_UNKNOWN"] },
    ],
    [
      "a ruleset with a fault of its own",
      {
        rulesets: [
          { ...zone(GOOD), default_action: "nosuch" },
          { ...zone({ ...GOOD, ref: "root" }), id: "r", kind: "root" },
        ],
      },
      { rules: ["root"], leftOut: [/^\/rulesets\/0 the ruleset/], faults: ["E_ACTION_UNKNOWN"] },
    ],
    [
      "a list with one bad item, and rules that name it",
      {
        rulesets: [
          zone({ ref: "not", expression: "not ip.src in $office", action: "block" }, GOOD, {
            ref: "other",
            expression: "ip.src in $other",
            action: "block",
          }),
        ],
        lists: [
          { name: "office", kind: "ip", items: ["192.0.2.1", "nonsense"] },
          { name: "other", kind: "ip", items: ["192.0.2.1"] },
        ],
      },
      {
        rules: ["good", "other"],
        lists: ["other"],
        leftOut: [
          /^\/lists\/0 the list `office`/,
          /^\/rulesets\/0\/rules\/0 the rule is left out: it names `\$office`/,
        ],
        faults: ["E_INVALID_IP"],
      },
    ],
    [
      "the same in an import, where a list that is not there is no fault",
      {
        rulesets: [
          {
            ...zone({ ref: "not", expression: "not ip.src in $office", action: "block" }, GOOD),
            imported: true,
          },
        ],
        lists: [{ name: "office", kind: "ip", items: ["nonsense"] }],
      },
      {
        rules: ["good"],
        leftOut: [/^\/lists\/0/, /^\/rulesets\/0\/rules\/0 the rule is left out: it names `\$office`/],
        faults: ["E_INVALID_IP"],
      },
    ],
    [
      "a condition, what calls it, and what calls that",
      {
        rulesets: [zone({ ref: "bad", expression: "condition.outer()", action: "block" }, GOOD)],
        conditions: { inner: "nosuch.field", outer: "condition.inner() or ssl" },
      },
      {
        rules: ["good"],
        leftOut: [/condition `?/, /condition/, /\/rulesets\/0\/rules\/0/],
        faults: [],
      },
    ],
    [
      "a redirect by a list that is left out",
      {
        rulesets: [
          {
            ...zone(
              {
                ref: "by-list",
                expression: "true",
                action: "redirect",
                action_parameters: { from_list: { name: "moves", key: "http.request.full_uri" } },
              },
              {
                ref: "by-value",
                expression: "true",
                action: "redirect",
                action_parameters: { from_value: { target_url: { value: "/b" } } },
              },
            ),
            phase: "http_request_redirect",
            imported: true,
          },
        ],
        lists: [
          { name: "moves", kind: "redirect", items: [{ redirect: { source_url: "*", target_url: "x" } }] },
        ],
      },
      {
        rules: ["by-value"],
        leftOut: [/^\/lists\/0/, /^\/rulesets\/0\/rules\/0 the rule is left out: it names `\$moves`/],
        faults: ["E_LIST_ITEM"],
      },
    ],
    [
      "what executes a ruleset that is left out",
      {
        rulesets: [
          zone({ ref: "run", expression: "true", action: "execute", action_parameters: { id: "c" } }, GOOD),
          { id: "c", kind: "custom", phase: "nosuch", rules: [{ ...GOOD, ref: "inner" }] },
        ],
      },
      { rules: ["good"], leftOut: [/^\/rulesets\/1 the ruleset/, /^\/rulesets\/0\/rules\/0/], faults: [] },
    ],
  ])("%s", (_, document, { rules, lists = [], leftOut, faults }) => {
    const found = outcome(document);
    expect(found).toMatchObject({ ok: true, rules, lists });
    expect(found.faults).toEqual(expect.arrayContaining(faults));
    for (const pattern of leftOut) expect(found.leftOut).toContainEqual(expect.stringMatching(pattern));
    expect(found.leftOut.length).toBeGreaterThanOrEqual(leftOut.length);
    // Without the option all of it is refused.
    expect(loadObject(document, { scheme: standardScheme() }).ok).toBe(false);
  });

  test("is a text that cannot be read, whole", () => {
    const sources = [
      new Source("rules: [", "broken.yaml"),
      new Source(JSON.stringify({ rulesets: [zone(GOOD)] }), "good.json"),
    ];
    const loaded = loadDocuments(sources, { scheme: standardScheme(), partial: true });
    expect(loaded.ok && loaded.value.rulesets.length).toBe(1);
    expect(loaded.warnings.map(({ source }) => source)).toContain("broken.yaml");
  });

  test("is never all: something must load", () => {
    const loaded = partly({ rulesets: [zone({ ref: "bad", expression: "nosuch", action: "block" })] });
    expect(loaded.ok).toBe(false);
    expect(!loaded.ok && loaded.errors.length).toBeGreaterThan(0);
  });

  test("is never all, though each fault shows only once the rest is read", () => {
    const lists = [{ name: "office", kind: "ip", items: ["192.0.2.1", "nonsense"] }];
    const user = { ...GOOD, expression: "not ip.src in $office" };
    for (const document of [{ lists }, { lists, rulesets: [zone(user)] }]) {
      const loaded = partly(document);
      expect(loaded.ok ? [] : loaded.errors.map(({ code, severity }) => [code, severity])).toContainEqual([
        "E_INVALID_IP",
        "error",
      ]);
    }
    expect(partly({ rulesets: [] })).toMatchObject({ ok: true, warnings: [] });
  });

  test("is nothing when nothing is faulty", () => {
    const document = { rulesets: [zone(GOOD)] };
    expect(partly(document)).toEqual(loadObject(document, { scheme: standardScheme() }));
  });

  test("leaves positions and names of the other rules as they are", () => {
    const rules = [
      { expression: "nosuch", action: "block" },
      { expression: "ssl", action: "log" },
    ];
    const [, whole] = outcome({
      rulesets: [zone({ expression: "true", action: "log" }, { expression: "ssl", action: "log" })],
    }).rules;
    expect(outcome({ rulesets: [zone(...rules)] }).rules).toEqual([whole]);
  });
});

describe("a firewall", () => {
  const faulty = uncheckedRuleset(zone({ ref: "bad", expression: "nosuch", action: "block" }, GOOD));

  test("takes the rest under `partial`, and tells", () => {
    const waf = createWaf({ rulesets: [faulty] }, { partial: true });
    expect(waf.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["W_IMPORT", "E_UNKNOWN_IDENTIFIER"]),
    );
    expect(waf.evaluateSync(requestFrom({ url: "https://a/" })).action).toBe("block");
  });

  test("refuses all of it by default, and nothing but faults always", () => {
    expect(() => createWaf({ rulesets: [faulty] })).toThrow();
    const none = uncheckedRuleset(zone({ ref: "bad", expression: "nosuch", action: "block" }));
    expect(() => createWaf({ rulesets: [none] }, { partial: true })).toThrow();
  });
});

describe("faults of rate limits leave out their rule, those that a plan would find too", () => {
  const limited = (ref: string, ratelimit: object = {}, members: object = {}) => ({
    ...{ ref, expression: "ssl", action: "block", ...members },
    ratelimit: { characteristics: ["ip.src"], period: 60, requests_per_period: 5, ...ratelimit },
  });
  test.each<[what: string, ratelimit: object, code: string]>([
    ["a characteristic that is no field", { characteristics: ["no.such"] }, "E_UNKNOWN_IDENTIFIER"],
    ["a characteristic that does not end", { characteristics: ["lower(http.host"] }, "E_EXPECTED_TOKEN"],
    ["a characteristic of the response", { characteristics: ["http.response.code"] }, "E_FIELD_PHASE"],
    ["what is counted is no field", { counting_expression: "no.such eq 1" }, "E_UNKNOWN_IDENTIFIER"],
    ["what is counted is no condition", { counting_expression: "http.response.code" }, "E_EXPECTED_TOKEN"],
    ["a cost that is no field", { cost_expression: "no.such" }, "E_UNKNOWN_IDENTIFIER"],
    ["a period", { period: -1 }, "E_RATELIMIT"],
  ])("%s", (_what, ratelimit, code) => {
    const rules = [limited("bad", ratelimit), limited("good")];
    const config = { rulesets: [{ id: "z", kind: "zone", phase: "http_ratelimit", rules }] };
    const waf = createWaf(JSON.parse(JSON.stringify(config)), { partial: true });
    expect(waf.warnings.map((one) => one.code)).toEqual(["W_IMPORT", code]);
    expect(outcome(config)).toMatchObject({ ok: true, rules: ["good"], faults: [code] });
  });
});
