import { describe, expect, test } from "vitest";
import { explain } from "../support/source/engine/decision.ts";
import type { WafChange } from "../support/source/engine/events.ts";
import { createWaf } from "../support/source/engine/firewall.ts";
import { MisuseError } from "../support/source/language/diagnostics.ts";
import {
  block,
  CUSTOM,
  get,
  LIMITS,
  MANAGED,
  matched,
  rule,
  ruleset,
  verdict,
  wafOf,
} from "./waf-support.ts";

const REDIRECT = ruleset(
  "old",
  [
    rule("moved", {
      action: "redirect",
      expression: 'http.request.uri.path eq "/old"',
      action_parameters: { from_value: { target_url: { value: "https://a.example/new" }, status_code: 301 } },
    }),
  ],
  { phase: "http_request_dynamic_redirect" },
);

const two = (options = {}) =>
  wafOf(
    [
      REDIRECT,
      ruleset("account", [block("must", { expression: 'http.host eq "must"', mandatory: true })], {
        kind: "root",
      }),
      ruleset("custom", [block("c")]),
      ruleset("managed", [block("m")], { phase: MANAGED }),
    ],
    options,
  );

describe("setMode", () => {
  test("holds from the next request on, for the whole firewall", () => {
    const waf = two();
    expect(verdict(waf.evaluateSync(get("/")))).toBe("block by c");
    waf.setMode("observe");
    expect(waf.evaluateSync(get("/"))).toMatchObject({ action: "allow", wouldHave: "block" });
    waf.setMode("off");
    expect(waf.evaluateSync(get("/"))).toMatchObject({ action: "allow", matches: [] });
    expect(waf.mode).toBe("off");
    waf.setMode("enforce");
    expect(verdict(waf.evaluateSync(get("/")))).toBe("block by c");
  });

  test("a request under way keeps the mode that it began with", () => {
    const waf = two();
    const begun = waf.begin({ ...view(), rawHeaders: [] });
    waf.setMode("off");
    expect(begun.request()).toMatchObject({ action: "block" });
    begun.end();
  });

  test("off leaves security phases out, mandatory rules too; redirects still happen", () => {
    const waf = two({ mode: "off" });
    expect(waf.evaluateSync(get("/old"))).toMatchObject({
      action: "redirect",
      location: "https://a.example/new",
    });
    expect(waf.evaluateSync({ ...get("/"), url: "https://must/" })).toMatchObject({
      action: "allow",
      matches: [],
    });
    const traced = waf.evaluateSync(get("/"), { trace: true });
    expect(traced.explanation?.phases.map(({ phase, skippedBy }) => [phase, skippedBy])).toEqual([
      ["http_request_dynamic_redirect", undefined],
      [CUSTOM, "mode `off`"],
      [MANAGED, "mode `off`"],
    ]);
  });

  test("off counts nothing for limits", () => {
    const limit = { characteristics: ["ip.src"], period: 60, requests_per_period: 1 };
    const waf = wafOf([ruleset("l", [block("l", { ratelimit: limit })], { phase: LIMITS })]);
    waf.setMode("off");
    for (let at = 0; at < 3; at++) waf.evaluateSync(get("/"));
    waf.setMode("enforce");
    expect([0, 1].map(() => waf.evaluateSync(get("/")).action)).toEqual(["allow", "block"]);
  });

  test.each([
    [{ phase: "custom" }, "off", "block by m", ["m"]],
    [{ phase: CUSTOM }, "observe", "block by m", ["(c)", "m"]],
    [{ ruleset: "custom" }, "off", "block by m", ["m"]],
    [{ ruleset: "custom" }, "observe", "block by m", ["(c)", "m"]],
  ] as const)("of a part: %j is %s", (part, mode, decided, rules) => {
    const waf = two();
    waf.setMode(mode, part);
    const decision = waf.evaluateSync(get("/"), { trace: true });
    expect(verdict(decision)).toBe(decided);
    expect(matched(decision)).toEqual(rules);
    waf.setMode("enforce", part);
    expect(waf.modes).toEqual({ mode: "enforce", phases: {}, rulesets: {} });
    expect(verdict(waf.evaluateSync(get("/")))).toBe("block by c");
  });

  test("a part says in the explanation that it is off", () => {
    const waf = two();
    waf.setMode("off", { ruleset: "custom" });
    const decision = waf.evaluateSync(get("/"), { trace: true });
    expect(explain(decision, "c")[0]?.rule.outcome).toBe("disabled");
  });

  test("reaches rulesets that rules execute", () => {
    const inner = ruleset("inner", [block("i")], { kind: "custom" });
    const run = rule("run", { action: "execute", action_parameters: { id: "inner" } });
    const waf = wafOf([ruleset("c", [run]), inner]);
    expect(verdict(waf.evaluateSync(get("/")))).toBe("block by i");
    waf.setMode("off", { ruleset: "inner" });
    expect(verdict(waf.evaluateSync(get("/")))).toBe("allow");
    waf.setMode("observe", { ruleset: "inner" });
    expect(matched(waf.evaluateSync(get("/")))).toEqual(["run", "(i)"]);
  });

  test("lets requests pass when the engine fails while it is off", () => {
    const fields = [
      {
        name: "test.failing",
        type: { kind: "Bytes" } as const,
        read: () => {
          throw new Error("out of order");
        },
      },
    ];
    const redirect = {
      ...REDIRECT,
      rules: [
        rule("x", {
          action: "redirect",
          expression: 'test.failing eq "x"',
          action_parameters: { from_value: { target_url: { value: "https://b.example/" } } },
        }),
      ],
    };
    const waf = wafOf([redirect], { fields, onError: () => {} });
    expect(waf.evaluateSync(get("/"))).toMatchObject({ action: "block", status: 503 });
    waf.setMode("off");
    expect(waf.evaluateSync(get("/")).action).toBe("allow");
  });

  test("leaves firewalls of equal options alone, and survives updates", () => {
    const [one, other] = [two(), two()];
    one.setMode("off");
    expect(other.mode).toBe("enforce");
    expect(one.update({ rulesets: [ruleset("n", [block("n")])] as never }).ok).toBe(true);
    expect(one.evaluateSync(get("/")).action).toBe("allow");
  });

  test("tells of changes, and only of changes", () => {
    const told: WafChange[] = [];
    const waf = two({ onChange: (change: WafChange) => told.push(change) });
    waf.setMode("enforce");
    waf.setMode("observe");
    waf.setMode("off", { phase: "managed" });
    waf.setMode("off", { phase: "managed" });
    waf.update({ rulesets: [ruleset("n", [rule("n")])] as never });
    waf.rollback(1);
    expect(told).toEqual([
      { change: "mode", time: 0, mode: "observe", before: "enforce" },
      { change: "mode", time: 0, mode: "off", before: "enforce", phase: MANAGED },
      { change: "version", time: 0, origin: "update", version: 2, hash: expect.any(String) },
      { change: "version", time: 0, origin: "rollback", version: 3, hash: expect.any(String), restored: 1 },
    ]);
  });

  test.each([
    ["of", undefined, "E_OPTION"],
    [undefined, undefined, "E_OPTION"],
    ["off", {}, "E_OPTION"],
    ["off", null, "E_OPTION"],
    ["off", "http_ratelimit", "E_OPTION"],
    ["off", { phase: "nowhere" }, "E_UNKNOWN_NAME"],
    ["off", { ruleset: "nowhere" }, "E_UNKNOWN_NAME"],
  ])("refuses %s of %j", (mode, part, code) => {
    const waf = two();
    expect(() => waf.setMode(mode as "off", part as never)).toThrow(MisuseError);
    try {
      waf.setMode(mode as "off", part as never);
    } catch (error) {
      expect((error as MisuseError).code).toBe(code);
    }
    expect(waf.modes).toEqual({ mode: "enforce", phases: {}, rulesets: {} });
  });
});

function view() {
  return {
    method: "GET",
    target: "/",
    version: "HTTP/1.1",
    secure: true,
    remoteAddress: "192.0.2.7",
    receivedAt: 0,
  };
}

describe("ifVersion", () => {
  const config = (action: string) => ({
    rulesets: [ruleset("z", [rule("a", { action, expression: "ip.src in $l" })])] as never,
    lists: { l: ["192.0.2.7"] },
  });

  test.each([
    ["number", (waf: ReturnType<typeof createWaf>) => waf.snapshot.version],
    ["hash", (waf: ReturnType<typeof createWaf>) => waf.snapshot.hash],
  ])(
    "of two changes that were prepared for one version, by its %s, the first is made",
    (_what, versionOf) => {
      const waf = createWaf(config("log"));
      const ifVersion = versionOf(waf);
      expect(waf.update(config("block"), { ifVersion }).ok).toBe(true);
      const { hash } = waf.snapshot;
      const late = [
        waf.update(config("allow"), { ifVersion }),
        waf.updateList("l", ["192.0.2.8"], { ifVersion }),
        waf.rollback(1, { ifVersion }),
      ];
      for (const result of late) {
        expect(result.ok ? [] : result.errors).toMatchObject([
          { code: "E_VERSION_CONFLICT", expected: ["2", hash], actual: String(ifVersion) },
        ]);
      }
      expect(waf.snapshot).toMatchObject({ version: 2, hash });
      expect(waf.evaluateSync(get("/")).action).toBe("block");
    },
  );

  test("is asked before anything is compiled", () => {
    const waf = createWaf(config("log"));
    const faulty = waf.update(
      { rulesets: [ruleset("z", [rule("a", { expression: "(" })])] as never },
      { ifVersion: 9 },
    );
    expect(faulty.ok ? [] : faulty.errors.map(({ code }) => code)).toEqual(["E_VERSION_CONFLICT"]);
  });

  test("is an option that has a name", () => {
    expect(() => createWaf({}).update({}, { ifversion: 1 } as never)).toThrow(MisuseError);
  });
});

test("a rollback brings the items of a list back, whichever change came between", () => {
  const rules = (ref: string) => [ruleset("z", [block(ref, { expression: "ip.src in $l" })])] as never;
  const lists = (item: string) => ({ l: [item] });
  const waf = createWaf({ rulesets: rules("a"), lists: lists("192.0.2.7") });
  waf.updateList("l", ["198.51.100.1"]);
  waf.update({ rulesets: rules("b"), lists: lists("198.51.100.1") });
  const acts = () => waf.evaluateSync(get("/")).action;
  expect(acts()).toBe("allow");
  for (const [version, action] of [
    [1, "block"],
    [2, "allow"],
    [1, "block"],
  ] as const) {
    expect(waf.rollback(version).ok).toBe(true);
    expect(acts()).toBe(action);
  }
  expect(waf.history().map(({ origin, restored }) => restored ?? origin)).toEqual([
    1,
    2,
    1,
    "update",
    "list",
    "create",
  ]);
});
