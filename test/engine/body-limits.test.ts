import { expect, test } from "vitest";
import { tryCreateWaf, uncheckedRuleset } from "../support/source/index.ts";
import { block, get, type Members, rule, ruleset, verdict, wafOf } from "./waf-support.ts";

// What becomes of a body that is longer than rules see, by route and by rule.

const CONFIG = "http_config_settings";
const EVIL = 'http.request.body.raw contains "evil"';
const limit = (parameters: Members, members: Members = {}) =>
  rule("limit", { action: "set_body_limits", action_parameters: parameters, ...members });
const route = (parameters: Members, members: Members = {}) =>
  ruleset("config", [limit(parameters, members)], { phase: CONFIG });
const reads = (members: Members = {}) => ruleset("z", [block("b", { expression: EVIL, ...members })]);
const post = (body: string, path = "/") =>
  get(path, { method: "POST", headers: { "content-type": "text/plain" }, body });
/** The text limit of these firewalls is 100 bytes, what they hold 1,000. */
const LIMITS = { limits: { request: { maxInspectedBytes: 100, maxBodyBytes: 1000 } } };
const inTime = `evil${"x".repeat(36)}`;
const late = `${"x".repeat(36)}evil`;

type Row = readonly [
  what: string,
  rulesets: readonly Members[],
  body: string,
  oversize: "block" | "inspect",
  verdict: string,
];

const rows: readonly Row[] = [
  ["a body within the limit", [route({ max_bytes: 40 }), reads()], late, "block", "block by b"],
  [
    "a longer one, by the host's word",
    [route({ max_bytes: 20 }), reads()],
    late,
    "block",
    "block by wirewall.oversize",
  ],
  ["a longer one, by the host's word to look", [route({ max_bytes: 20 }), reads()], late, "inspect", "allow"],
  [
    "what stands in the beginning",
    [route({ max_bytes: 20, on_oversize: "inspect" }), reads()],
    inTime,
    "block",
    "block by b",
  ],
  [
    "what stands behind it",
    [route({ max_bytes: 20, on_oversize: "inspect" }), reads()],
    late,
    "block",
    "allow",
  ],
  [
    "block in a host that looks",
    [route({ max_bytes: 20, on_oversize: "block" }), reads()],
    late,
    "inspect",
    "block by wirewall.oversize",
  ],
  ["pass shows nothing", [route({ max_bytes: 20, on_oversize: "pass" }), reads()], inTime, "block", "allow"],
  [
    "pass leaves shorter ones to rules",
    [route({ max_bytes: 50, on_oversize: "pass" }), reads()],
    inTime,
    "block",
    "block by b",
  ],
  [
    "pass of a text that is longer than what is read",
    [route({ on_oversize: "pass" }), reads()],
    `evil${"x".repeat(200)}`,
    "block",
    "allow",
  ],
  [
    "inspect of such a text",
    [route({ on_oversize: "inspect" }), reads()],
    `${"x".repeat(200)}evil`,
    "block",
    "block by b",
  ],
  [
    "no limit by a route, and a long text",
    [reads({ expression: 'http.request.body.form["a"][0] eq "evil"' })],
    "x".repeat(2000),
    "block",
    "block by wirewall.oversize",
  ],
  [
    "more than the host holds",
    [route({ max_bytes: 5000, on_oversize: "inspect" }), reads()],
    `${"x".repeat(1100)}evil`,
    "block",
    "allow",
  ],
  [
    "a limit though no rule reads the body",
    [route({ max_bytes: 20 })],
    late,
    "block",
    "block by wirewall.oversize",
  ],
  [
    "a limit though no rule reads the body, and a short one",
    [route({ max_bytes: 40 })],
    late,
    "block",
    "allow",
  ],
  [
    "another route",
    [route({ max_bytes: 20 }, { expression: 'starts_with(http.request.uri.path, "/up")' }), reads()],
    late,
    "block",
    "block by b",
  ],
  [
    "a rule that looks at the beginning",
    [route({ max_bytes: 20 }), reads({ on_oversize: "continue" })],
    late,
    "block",
    "block by wirewall.oversize",
  ],
  [
    "all rules say what they make of it",
    [reads({ on_oversize: "continue" })],
    "x".repeat(2000),
    "block",
    "allow",
  ],
  [
    "one rule does not",
    [
      ruleset("z", [
        block("b", { expression: EVIL, on_oversize: "continue" }),
        block("c", { expression: EVIL }),
      ]),
    ],
    "x".repeat(2000),
    "block",
    "block by wirewall.oversize",
  ],
  [
    "a rule that takes it for a match",
    [reads({ on_oversize: "match" })],
    "x".repeat(2000),
    "block",
    "block by b",
  ],
  [
    "whose other conditions say no",
    [reads({ on_oversize: "match", expression: `http.request.uri.path eq "/up" and ${EVIL}` })],
    "x".repeat(2000),
    "block",
    "allow",
  ],
  [
    "a rule that takes it for none",
    [reads({ on_oversize: "no_match" })],
    `evil${"x".repeat(2000)}`,
    "block",
    "allow",
  ],
  ["a short body is as ever", [reads({ on_oversize: "match" })], "xx", "block", "allow"],
];

test.each(rows)("%s", (_, rulesets, body, oversize, expected) => {
  const waf = wafOf(rulesets, { oversize, ...LIMITS });
  expect(verdict(waf.evaluateSync(post(body)))).toBe(expected);
});

test("the same when a host hands the body over behind the head", () => {
  for (const [what, rulesets, body, oversize, expected] of rows) {
    const waf = wafOf(rulesets, { oversize, ...LIMITS });
    const transaction = waf.begin(headOf(body), {});
    const early = transaction.head();
    // As hosts do: no more than they hold and the route allows, unless that is known to be in vain.
    const most = Math.min(1000, transaction.bodyLimits?.maxBytes ?? 1000);
    const shown = { bytes: body.slice(0, most), truncated: body.length > most, size: body.length };
    const decision = early ?? transaction.body(shown);
    transaction.end();
    expect([what, verdict(decision as never)]).toEqual([what, expected]);
  }
});

test("the later rule wins, member by member, and the decision tells", () => {
  const waf = wafOf([
    ruleset("config", [limit({ max_bytes: 20 }), { ...limit({ on_oversize: "inspect" }), ref: "second" }], {
      phase: CONFIG,
    }),
    reads(),
  ]);
  expect(waf.evaluateSync(post(late))).toMatchObject({
    action: "allow",
    changes: { bodyLimits: { maxBytes: 20, oversize: "inspect" } },
  });
});

test("a body that passes unseen is marked", () => {
  const mark = block("m", {
    expression:
      'http.request.body.truncated and http.request.body.size eq 40 and http.request.body.raw eq ""',
  });
  const waf = wafOf([route({ max_bytes: 20, on_oversize: "pass" }), ruleset("z", [mark])]);
  expect(verdict(waf.evaluateSync(post(late)))).toBe("block by m");
});

test("a match by length has a note", () => {
  const waf = wafOf([reads({ on_oversize: "match" })], LIMITS);
  expect(waf.evaluateSync(post("x".repeat(2000))).matches).toMatchObject([
    { notes: ["the body is longer than rules see of it: a match by `on_oversize`"] },
  ]);
});

test("in observe mode nothing is refused", () => {
  const waf = wafOf([route({ max_bytes: 20, on_oversize: "block" }), reads()], { mode: "observe" });
  expect(waf.evaluateSync(post(late))).toMatchObject({ action: "allow", wouldHave: "block" });
});

test.each<[parameters: Members, code: string]>([
  [{}, "E_DOC_MISSING"],
  [{ max_bytes: -1 }, "E_DOC_RANGE"],
  [{ on_oversize: "skip" }, "E_DOC_VALUE"],
])("parameters: %j", (parameters, code) => {
  const made = tryCreateWaf({ rulesets: [uncheckedRuleset(route(parameters))] });
  expect(made.ok ? [] : made.errors.map((fault) => fault.code)).toEqual([code]);
});

function headOf(body: string) {
  return {
    method: "POST",
    target: "/",
    version: "HTTP/1.1",
    secure: false,
    rawHeaders: ["host", "a.example", "content-type", "text/plain", "content-length", String(body.length)],
    remoteAddress: "192.0.2.7",
    receivedAt: 0,
  };
}
