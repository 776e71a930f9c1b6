import { describe, expect, test } from "vitest";
import { memorySink } from "../../support/source/engine/events.ts";
import { createWaf } from "../../support/source/engine/firewall.ts";
import type { WafOptions } from "../../support/source/engine/options.ts";
import { block, MANAGED, type Members, rule, ruleset } from "../waf-support.ts";

const path = (text: string) => `http.request.uri.path eq "/${text}"`;
const RULES: readonly Members[] = [
  rule("seen", { expression: path("log"), severity: "notice", categories: ["probe"] }),
  block("no", { expression: path("block"), severity: "critical", categories: ["attack"] }),
  rule("prove", { action: "managed_challenge", expression: path("challenge") }),
];

function wafFor(options: WafOptions, rules = RULES) {
  const sink = memorySink({ limit: 100_000 });
  const waf = createWaf({ rulesets: [ruleset("c", rules)] } as never, { ...options, events: [sink] });
  const send = (text: string, count = 1) => {
    for (let at = 0; at < count; at++) waf.evaluateSync({ url: `/${text}`, remoteAddress: "192.0.2.7" });
  };
  return { waf, sink, send };
}

const PATHS = ["log", "block", "challenge", "other"];

test.each<[select: NonNullable<WafOptions["selectEvents"]>, mode: "enforce" | "observe", paths: string[]]>([
  [{}, "enforce", ["log", "block", "challenge"]],
  [{ actions: ["block"] }, "enforce", ["block"]],
  [{ actions: ["log", "challenge"] }, "enforce", ["log", "challenge"]],
  [{ actions: ["allow"] }, "enforce", ["log"]],
  [{ actions: ["managed_challenge"] }, "enforce", ["challenge"]],
  [{ actions: ["block"] }, "observe", ["block"]],
  [{ actions: [] }, "enforce", []],
  [{ severities: ["critical", "error"] }, "enforce", ["block"]],
  [{ categories: ["probe"] }, "enforce", ["log"]],
  [{ categories: ["probe"], actions: ["block"] }, "enforce", []],
  [{ sample: 0 }, "enforce", ["block", "challenge"]],
  [{ sample: { log: 0 } }, "enforce", ["block", "challenge"]],
  [{ sample: { block: 0 } }, "enforce", ["log", "challenge"]],
  [{ sample: { allow: 0 } }, "observe", ["block", "challenge"]],
])("%j in mode %s", (selectEvents, mode, paths) => {
  const { sink, send } = wafFor({ selectEvents, mode });
  for (const text of PATHS) send(text);
  expect(sink.events.map(({ request }) => request.path.slice(1))).toEqual(paths);
});

describe("a share", () => {
  test("is about what it says, and the same events at every firewall", () => {
    const random = () => {
      let count = 0;
      return (bytes: number) =>
        Array.from({ length: bytes }, (_, at) =>
          String.fromCharCode(at < 2 ? (count++ * 7_919) & 255 : (count >> 8) & 255),
        ).join("");
    };
    const ids = [1, 2].map(() => {
      const { sink, send } = wafFor({ selectEvents: { sample: { log: 0.25 } }, random: random() });
      send("log", 2_000);
      return sink.events.map(({ id }) => id);
    });
    expect(ids[0]).toEqual(ids[1]);
    expect(ids[0]?.length).toBeGreaterThan(350);
    expect(ids[0]?.length).toBeLessThan(650);
  });

  test("rules that lead to others have no say in it", () => {
    const rules = [
      rule("run", { action: "execute", action_parameters: { id: "x" } }),
      rule("not", { action: "skip", action_parameters: { phases: [MANAGED] } }),
    ];
    const sink = memorySink();
    const waf = createWaf(
      {
        rulesets: [ruleset("c", rules), ruleset("x", [rule("seen")], { kind: "custom" })],
      } as never,
      { events: [sink], selectEvents: { sample: { log: 0 } } },
    );
    waf.evaluateSync({ url: "/" });
    expect([sink.events.length, waf.eventStats.leftOut]).toEqual([0, { filter: 0, sample: 1 }]);
  });
});

test("what tells of a failure always goes out", () => {
  const sink = memorySink();
  const waf = createWaf(
    { rulesets: [ruleset("c", [rule("r", { expression: 'http.request.uri.path contains "a"' })])] } as never,
    {
      events: [sink],
      selectEvents: { actions: [], sample: { allow: 0 } },
      budget: 1,
      onBudget: "log",
    },
  );
  waf.evaluateSync({ url: `/${"b".repeat(1_000)}` });
  expect(sink.events).toMatchObject([{ budgetExhausted: true }]);
});

describe("matches that only lead to other rules make no event", () => {
  const target = ruleset("x", [rule("inner", { expression: path("inner") })], { kind: "custom" });
  test.each<[what: string, rule: Members, path: string, events: number]>([
    ["executing", rule("r", { action: "execute", action_parameters: { id: "x" } }), "other", 0],
    [
      "executing a rule that matches",
      rule("r", { action: "execute", action_parameters: { id: "x" } }),
      "inner",
      1,
    ],
    [
      "executing, with events asked for",
      rule("r", { action: "execute", action_parameters: { id: "x" }, logging: { enabled: true } }),
      "other",
      1,
    ],
    ["skipping", rule("r", { action: "skip", action_parameters: { ruleset: "current" } }), "other", 0],
    [
      "skipping, with events asked for",
      rule("r", { action: "skip", action_parameters: { ruleset: "current" }, logging: { enabled: true } }),
      "other",
      1,
    ],
    ["logging", rule("r"), "other", 1],
  ])("%s", (_what, one, text, events) => {
    const sink = memorySink();
    const waf = createWaf({ rulesets: [ruleset("c", [one]), target] } as never, { events: [sink] });
    waf.evaluateSync({ url: `/${text}` });
    expect(sink.events.length).toBe(events);
  });
});

test.each<[select: unknown, message: RegExp]>([
  [{ action: ["block"] }, /`actions`/],
  [{ actions: ["blok"] }, /`block`/],
  [{ actions: "block" }, /array of texts/],
  [{ severities: ["high"] }, /severities/],
  [{ sample: 1.5 }, /from 0 to 1/],
  [{ sample: { log: "0.1" } }, /from 0 to 1/],
  [{ sample: { lgo: 0.1 } }, /`log`/],
])("%j makes no sense", (selectEvents, message) => {
  expect(() => wafFor({ selectEvents: selectEvents as never })).toThrow(message);
});
