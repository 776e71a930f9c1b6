// What is shipped beside the managed rules is what reading them gives.
import { describe, expect, test } from "vitest";
import { createWaf } from "../../support/source/engine/firewall.ts";
import { rulesetHash } from "../../support/source/engine/snapshot.ts";
import { PreparedTexts } from "../../support/source/language/compile.ts";
import {
  automatonEngine,
  factsOf,
  parsePattern,
  searchNeedles,
} from "../../support/source/language/pattern.ts";
import { type Expression, parseExpression, walk } from "../../support/source/language/syntax.ts";
import { managedRulesets, wirewallCore } from "../../support/source/rules/managed.ts";
import { preparedOf } from "../../support/source/rules/ruleset.ts";

const shipped = managedRulesets.map((ruleset) => {
  const prepared = preparedOf(ruleset);
  if (prepared === undefined) throw new Error(`nothing is shipped beside ${ruleset.id}`);
  const texts = ruleset.rules.map(({ expression }) => expression);
  return { ruleset, prepared, texts: new PreparedTexts(texts, () => JSON.parse(prepared.expressions)) };
});
const rules = shipped.flatMap(({ ruleset, texts }) => ruleset.rules.map((rule) => ({ rule, texts })));

function parsed(text: string): Expression {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(result.errors[0]?.message);
  return result.value;
}

function patternsOf(tree: Expression): readonly string[] {
  const found: string[] = [];
  walk(tree, (node) => {
    if (node.kind === "regex") found.push(node.pattern);
    return undefined;
  });
  return found;
}

describe("what is shipped", () => {
  test.each(rules)("has the tree of $rule.ref", ({ rule, texts }) => {
    expect(texts.tree(rule.expression)).toEqual(parsed(rule.expression));
  });

  test.each(shipped)("has the patterns of $ruleset.id, and no others", ({ ruleset, prepared }) => {
    const sources = new Set(ruleset.rules.flatMap(({ expression }) => patternsOf(parsed(expression))));
    const facts = [...sources].map((source) => {
      const read = parsePattern(source);
      if (!read.ok) throw new Error(read.fault.message);
      const known = factsOf(read.value);
      return { ...known, needles: searchNeedles(read.value, known) };
    });
    expect(facts.length).toBeGreaterThan(10);
    expect(JSON.parse(prepared.expressions).patterns).toEqual(facts);
  });

  test.each(shipped)("has the hash of $ruleset.id", ({ ruleset, prepared }) => {
    expect(prepared.hash).toBe(rulesetHash(ruleset));
  });

  test("is of no text but the rules'", () => {
    for (const { texts } of shipped) expect(texts.tree("http.host eq 1")).toBeUndefined();
  });
});

describe("a pattern whose facts are known is the pattern", () => {
  const SUBJECTS = [
    "",
    "a=1",
    "/index.html",
    "' or 1=1 --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    ";cat /etc/passwd",
    "{{7*7}}",
    "x {{constructor.constructor(1)}}",
    "\xff\xfe",
  ];
  const cases = shipped.flatMap(({ ruleset, texts }) =>
    ruleset.rules.flatMap(({ expression }) => {
      const tree = texts.tree(expression);
      return tree === undefined ? [] : patternsOf(tree).map((source) => ({ source, texts }));
    }),
  );

  test("in demands, groups and answers", () => {
    expect(cases.length).toBeGreaterThan(40);
    for (const { source, texts } of cases) {
      const [known, read] = [texts.patterns.compile(source), automatonEngine.compile(source)];
      if (!known.ok || !read.ok) throw new Error(source);
      expect(known.pattern.groupCount).toBe(read.pattern.groupCount);
      expect(known.pattern.demands).toEqual(read.pattern.demands);
      for (const subject of SUBJECTS) {
        expect([source, subject, known.pattern.test(subject)]).toEqual([
          source,
          subject,
          read.pattern.test(subject),
        ]);
        expect(known.pattern.exec(subject)).toEqual(read.pattern.exec(subject));
      }
    }
  });

  test("a pattern that is not known is compiled", () => {
    for (const { texts } of shipped) {
      expect(texts.patterns.compile("a{2}").ok).toBe(true);
      expect(texts.patterns.compile("a{").ok).toBe(false);
    }
  });
});

describe("a firewall", () => {
  const config = {
    rulesets: [
      {
        id: "managed",
        kind: "zone",
        phase: "http_request_firewall_managed",
        rules: [
          { ref: "core", expression: "true", action: "execute", action_parameters: { id: wirewallCore.id } },
        ],
      },
    ],
  } as const;
  const attack = { url: "https://a.example/?q=%3Bcat+/etc/passwd" };

  test("has the same snapshot and decisions, whether it reads a copy or takes what is shipped", () => {
    const known = createWaf(config, { managed: managedRulesets });
    const copied = createWaf(config, { managed: structuredClone(managedRulesets) });
    expect(copied.snapshot.hash).toBe(known.snapshot.hash);
    expect(known.evaluateSync(attack).action).toBe("block");
    expect(copied.evaluateSync(attack).matches).toEqual(known.evaluateSync(attack).matches);
  });

  test("with limits of its own holds the managed rules to them", () => {
    const limits = { expression: { maxExpressionLength: 100 } };
    expect(() => createWaf(config, { managed: managedRulesets, limits })).toThrow(/at most 100 characters/);
  });
});
