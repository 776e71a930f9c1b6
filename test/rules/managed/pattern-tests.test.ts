import { expect, test } from "vitest";
import { searches } from "../../detection/corpus/benign/searches.ts";
import { requestOf } from "../../detection/corpus/requests.ts";
import { createWaf } from "../../support/source/engine/firewall.ts";
import { automatonEngine, type PatternEngine } from "../../support/source/language/pattern.ts";
import { managedRulesets } from "../../support/source/rules/managed.ts";
import { uncheckedRuleset } from "../../support/source/rules/ruleset.ts";

let tests = 0;

/** The usual engine, each of whose tests of a subject is counted. */
const counting: PatternEngine = {
  ...automatonEngine,
  compile(source) {
    const compiled = automatonEngine.compile(source);
    if (!compiled.ok) return compiled;
    const { pattern } = compiled;
    return {
      ok: true,
      pattern: {
        source,
        engine: pattern.engine,
        groupCount: pattern.groupCount,
        test(subject, budget) {
          tests++;
          return pattern.test(subject, budget);
        },
        exec(subject, budget) {
          tests++;
          return pattern.exec(subject, budget);
        },
        dispose: () => pattern.dispose(),
      },
    };
  },
};

const waf = createWaf(
  {
    rulesets: [
      uncheckedRuleset({
        id: "managed",
        name: "managed",
        kind: "zone",
        phase: "http_request_firewall_managed",
        rules: [
          { ref: "core", action: "execute", expression: "true", action_parameters: { id: "wirewall-core" } },
        ],
      }),
    ],
  },
  { managed: managedRulesets, patterns: counting },
);

const WHERE = ["argument", "cookie", "form", "json", "xml", "part"] as const;

/** Before detectors there were about 2,100 a request: each rule had patterns of its own for each text. */
test("an ordinary request is tested with few patterns", () => {
  const counts = Object.values(searches)
    .flatMap((texts) => texts ?? [])
    .map((text, number) => {
      tests = 0;
      waf.evaluateSync(requestOf(text, WHERE[number % WHERE.length]));
      return tests;
    });
  expect(Math.max(...counts)).toBeLessThan(200);
  expect(Math.min(...counts)).toBeGreaterThan(0);
});
