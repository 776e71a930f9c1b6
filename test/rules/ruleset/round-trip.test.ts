import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { canonicalJson, configurationToPlain } from "../../support/source/rules/ruleset.ts";
import { loaded } from "./support.ts";

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const extra = fc.dictionary(
  fc.oneof(
    word.map((name) => `x_${name}`),
    fc.constantFrom("__proto__", "constructor"),
  ),
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  { maxKeys: 3, noNullPrototype: false },
);
const action = fc.oneof(
  fc.constant({ action: "log" }),
  fc.record({
    action: fc.constant("block"),
    action_parameters: fc.record({
      response: fc.record({
        status_code: fc.integer({ min: 400, max: 499 }),
        content_type: fc.constant("text/plain"),
        content: fc.string({ unit: "grapheme", maxLength: 20 }),
      }),
    }),
  }),
  fc.record({
    action: fc.constant("score"),
    action_parameters: fc.record({ name: word, increment: fc.integer({ min: -9, max: 9 }) }),
  }),
);
const rules = fc.uniqueArray(
  fc
    .tuple(
      fc.record({
        ref: word,
        expression: fc.constantFrom("true", 'http.host eq "é\\""', "not (ip.src in {::1})"),
      }),
      fc.record(
        {
          description: fc.string(),
          enabled: fc.boolean(),
          categories: fc.array(word),
          mode: fc.constantFrom("shadow", "off"),
        },
        { requiredKeys: [] },
      ),
      action,
      extra,
    )
    .map(([base, optional, act, more]) => ({ ...more, ...optional, ...base, ...act })),
  { selector: (rule) => rule.ref, maxLength: 6 },
);

test.each<[member: Readonly<Record<string, unknown>>]>([
  [{}],
  [{ ipv6_prefix_length: 64 }],
  [{ ipv6_prefix_length: 128 }],
])("a rate limit has the IPv6 prefix that it was given, and else none: %j", (member) => {
  const ratelimit = { characteristics: ["ip.src"], period: 10, requests_per_period: 5, ...member };
  const rule = { ref: "a", expression: "true", action: "block", ratelimit };
  const first = loaded(JSON.stringify({ rulesets: [{ id: "l", phase: "http_ratelimit", rules: [rule] }] }));
  expect(first.rulesets[0]?.rules[0]?.ratelimit).toEqual(ratelimit);
  expect(loaded(canonicalJson(first)).rulesets[0]?.rules[0]?.ratelimit).toEqual(ratelimit);
});

test("a canonical text loads as the configuration it was made from, unknown members included", () => {
  fc.assert(
    fc.property(rules, extra, (list, more) => {
      const first = loaded(JSON.stringify({ rulesets: [{ ...more, id: "rs", rules: list }] }));
      const text = canonicalJson(first);
      const second = loaded(text);
      expect(second).toEqual(first);
      expect(canonicalJson(second)).toBe(text);
    }),
    { numRuns: 100 },
  );
});

test("nothing of a rule is lost", () => {
  fc.assert(
    fc.property(rules, (list) => {
      const plain = configurationToPlain(loaded(JSON.stringify({ rules: list })));
      const [ruleset] = plain["rulesets"] as readonly { readonly rules: readonly unknown[] }[];
      list.forEach((rule, at) => {
        expect(JSON.parse(JSON.stringify(ruleset?.rules[at]))).toMatchObject(
          JSON.parse(JSON.stringify(rule)),
        );
      });
    }),
    { numRuns: 100 },
  );
});

test("YAML written from a document reads as the document", () => {
  fc.assert(
    fc.property(rules, (list) => {
      const document = { rules: JSON.parse(JSON.stringify(list)) as unknown };
      const fromYaml = loaded(stringify(document, { version: "1.2" }), "r.yaml");
      expect(canonicalJson(fromYaml)).toBe(canonicalJson(loaded(JSON.stringify(document))));
    }),
    { numRuns: 60 },
  );
});

test("the order of members does not change the canonical text; the order of rules does", () => {
  const one = '{"ref":"a","action":"log","expression":"true"}';
  const same = '{"expression":"true","ref":"a","action":"log"}';
  const other = '{"ref":"b","action":"log","expression":"true"}';
  const text = (rules: string) => canonicalJson(loaded(`{"rules":[${rules}]}`));
  expect(text(one)).toBe(text(same));
  expect(text(`${one},${other}`)).not.toBe(text(`${other},${one}`));
});
