import { describe, expect, test } from "vitest";
import type { WafEvent } from "../support/source/engine/events.ts";
import { createWaf } from "../support/source/engine/firewall.ts";
import type { RequestData } from "../support/source/request/model.ts";
import { managedRulesets } from "../support/source/rules/managed.ts";
import { uncheckedRuleset } from "../support/source/rules/ruleset.ts";

const ATTACK = "1' union select password from users-- ";
const at = (target: string): RequestData => ({ url: `https://a.example${target}`, receivedAt: 0 });
const attack = at(`/?id=7&q=${encodeURIComponent(ATTACK)}`);
const escaped = at(`/?q=${encodeURIComponent("\\u003cscript>alert(1)</script>")}`);
const clean = at("/?q=rock+'n'+roll");

function custom(expression: string) {
  return createWaf({
    rulesets: [
      uncheckedRuleset({
        id: "own",
        name: "own",
        kind: "zone",
        phase: "http_request_firewall_custom",
        rules: [{ ref: "own", action: "block", expression }],
      }),
    ],
  });
}

describe("fields of detectors in rules of one's own", () => {
  const CASES: readonly [expression: string, request: RequestData, is: boolean][] = [
    ["cf.waf.score lt 20", attack, true],
    ["cf.waf.score lt 90", clean, false],
    ["cf.waf.score.sqli lt 20 and cf.waf.score.xss gt 90 and cf.waf.score.rce gt 90", attack, true],
    ["cf.waf.score.xss lt 20 and cf.waf.score.sqli gt 50", escaped, true],
    ['cf.waf.score.class eq "attack"', attack, true],
    ['cf.waf.score.class eq "clean"', clean, true],
    ['any(wirewall.detection.attacks[*] == "sqli")', attack, true],
    ['any(wirewall.detection.kinds[*] == "sqli-union-select")', attack, true],
    ["len(wirewall.detection.kinds) eq 0", clean, true],
    ['any(wirewall.detection.views[*] == "escapes")', escaped, true],
    [
      'wirewall.detection.fields[0] == "http.request.uri.args" and wirewall.detection.keys[0] == "q"',
      attack,
      true,
    ],
    ['wirewall.detection.scores["sqli"] lt 20', attack, true],
    ['has_key(wirewall.detection.scores, "ssrf")', attack, false],
    ["any(wirewall.detection.points[*] == 5)", attack, true],
    ['any(wirewall.detection.sentences[*] contains "UNION")', attack, true],
    ['detect.sqli(http.request.uri.args["q"][0]) ge 5', attack, true],
    ['detect.xss(http.request.uri.args["q"][0]) ge 5', attack, false],
    ['detect.attack(http.request.uri.args["q"][0]) eq 0', clean, true],
    ['detect.xss(http.request.uri.args["q"][0]) ge 5', escaped, true],
    ['detect.xss(url_decode(http.request.uri.args["q"][0])) ge 5', escaped, true],
  ];
  test.each(CASES)("%s", (expression, request, is) => {
    expect(custom(expression).evaluateSync(request).action).toBe(is ? "block" : "allow");
  });

  test("what the embedder knows better counts", () => {
    const waf = custom("cf.waf.score lt 20");
    const supplied = new Map([["cf.waf.score", 3]]);
    expect(waf.evaluateSync({ ...clean, supplied }).action).toBe("block");
  });
});

describe("an event", () => {
  function managed(events: WafEvent[] = []) {
    return createWaf(
      {
        rulesets: [
          uncheckedRuleset({
            id: "managed",
            name: "managed",
            kind: "zone",
            phase: "http_request_firewall_managed",
            rules: [
              {
                ref: "core",
                action: "execute",
                expression: "true",
                action_parameters: { id: "wirewall-core" },
              },
            ],
          }),
        ],
      },
      { managed: managedRulesets, events: [{ name: "test", write: (event) => events.push(event) }] },
    );
  }

  function eventOf(request: RequestData): WafEvent | undefined {
    const events: WafEvent[] = [];
    managed(events).evaluateSync(request);
    return events[0];
  }

  test("says what was found, where, and how it was decoded", () => {
    const piece = eventOf(attack)?.evidence?.find(({ kind }) => kind === "sqli-union-select");
    expect(piece).toMatchObject({
      attack: "sqli",
      points: 5,
      field: "http.request.uri.args",
      key: "q",
      views: [],
      sentence: expect.stringMatching(/\.$/),
    });
    const [start, end] = piece?.span ?? [0, 0];
    expect(ATTACK.slice(start, end)).toContain("union select");
    expect(piece?.text).toContain("union select");
    expect(eventOf(escaped)?.evidence?.flatMap(({ views }) => views)).toContain("escapes");
  });

  test("is the same in the explanation", () => {
    const { explanation } = managed().evaluateSync(attack, { trace: true });
    expect(explanation?.evidence).toEqual(eventOf(attack)?.evidence);
    expect(explanation?.evidence).not.toEqual([]);
    expect(managed().evaluateSync(at("/?q=shoes"), { trace: true }).explanation).not.toHaveProperty(
      "evidence",
    );
  });

  test("hides what is secret by its name", () => {
    const request = at(`/?password=${encodeURIComponent(ATTACK)}`);
    expect(JSON.stringify(eventOf(request)?.evidence)).not.toContain("users");
  });

  const OWN = { action: "block", ref: "own" };
  test.each([
    ["no rule asks for it", [{ ...OWN, expression: 'http.request.uri.path eq "/"' }]],
    [
      "an exception is active and no rule asks",
      [
        {
          ref: "except",
          action: "skip",
          expression: "true",
          action_parameters: { targets: [{ field: "http.request.uri.args", key: "id" }] },
        },
        { ...OWN, expression: 'any(http.request.uri.args["q"][*] contains "union")' },
      ],
    ],
  ])("has none where %s", (_, rules) => {
    const events: WafEvent[] = [];
    const own = { id: "own", name: "own", kind: "zone", phase: "http_request_firewall_custom", rules };
    const waf = createWaf(
      { rulesets: [uncheckedRuleset(own)] },
      { events: [{ name: "test", write: (event) => events.push(event) }] },
    );
    expect(waf.evaluateSync(attack).action).toBe("block");
    expect([events.length, events[0]?.evidence]).toEqual([1, undefined]);
  });
});
