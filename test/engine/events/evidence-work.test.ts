// What it costs to tell why rules matched: work is counted, by a function that rules call and by bytes that are searched.
import { describe, expect, test } from "vitest";
import { Bytes, defineFunction } from "../../support/source/core.ts";
import { createRedactor, memorySink, rememberedRedactor } from "../../support/source/engine/events.ts";
import { createWaf } from "../../support/source/engine/firewall.ts";
import type { RequestData } from "../../support/source/request/model.ts";
import { uncheckedRuleset } from "../../support/source/rules/ruleset.ts";

const VALUES = "http.request.uri.args.values";
const MAP = "http.request.uri.args";

let calls = 0;
const counted = defineFunction({
  name: "counted",
  summary: "counts its calls",
  params: [Bytes],
  returns: Bytes,
  total: true,
  evaluate: (text: string) => {
    calls++;
    return text;
  },
});

/** Calls that judging a request makes, and the event, if there is one. */
function judge(rules: readonly string[], action: string, request: RequestData, isTold: boolean) {
  const sink = memorySink();
  const ruleset = uncheckedRuleset({
    id: "t",
    name: "T",
    kind: "zone",
    phase: "http_request_firewall_custom",
    rules: rules.map((expression, at) => ({ ref: `r${at}`, expression, action })),
  });
  const waf = createWaf(
    { rulesets: [ruleset] },
    { events: isTold ? [sink] : [], functions: [counted], oversize: "inspect" },
  );
  calls = 0;
  waf.evaluateSync(request);
  return { calls, event: sink.events[0] };
}

const request = (args: readonly string[]): RequestData => ({
  url: `https://a.example/?${args.join("&")}`,
  headers: {},
  remoteAddress: "203.0.113.9",
});
const evil = (count: number) => request(Array.from({ length: count }, (_, at) => `a${at}=evil${at}`));
const times = (count: number, expression: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => expression(at));

/** Steps that every request has, besides as many as its rules have cost; each call is one. */
const SHARE = 20_000;
const CUT = "not all inputs are told: telling them may cost no more than the request's rules do";

describe("telling inputs costs no more than a request's share and its rules again", () => {
  test.each<[what: string, rules: readonly string[], request: RequestData]>([
    ["each argument is enough", times(100, () => `any(counted(${VALUES}[*])[*] contains "evil")`), evil(250)],
    [
      "a mapped condition",
      times(100, (at) => `any(starts_with(counted(${VALUES}[*])[*], "evil")) or http.host eq "h${at}"`),
      evil(250),
    ],
    ["values by name", times(100, (at) => `any(counted(${MAP}["a${at}"][*])[*] contains "evil")`), evil(250)],
    [
      "all must hold",
      times(100, (at) => `all(counted(${VALUES}[*])[*] contains "evil") or http.host eq "h${at}"`),
      evil(250),
    ],
    [
      "the last of many",
      times(100, (at) => `any(counted(${VALUES}[*])[*] contains "evil249") or http.host eq "h${at}"`),
      evil(250),
    ],
    [
      "two inputs of each rule",
      times(
        100,
        () =>
          `any(counted(${VALUES}[*])[*] contains "evil1") and any(counted(${VALUES}[*])[*] contains "l2")`,
      ),
      evil(250),
    ],
  ])("%s", (_what, rules, hostile) => {
    for (const action of ["log", "block"]) {
      const plain = judge(rules, action, hostile, false);
      const told = judge(rules, action, hostile, true);
      expect(plain.calls).toBeGreaterThan(0);
      expect(told.calls).toBeLessThan(4 * plain.calls + SHARE);
    }
  });

  test("what is left out is remarked, once for each match", () => {
    const rules = times(100, () => `any(counted(${VALUES}[*])[*] contains "evil")`);
    const { event } = judge(rules, "log", evil(250), true);
    const cut = event?.matches.filter(({ notes }) => notes.includes(CUT)) ?? [];
    expect(cut.length).toBeGreaterThan(10);
    for (const { except } of cut) expect(except).toBeUndefined();
    // The first are told in full.
    expect(event?.matches[0]?.inputs).toHaveLength(16);
  });

  test("nothing is left out of small requests", () => {
    const rules = times(10, () => `any(counted(${VALUES}[*])[*] contains "evil")`);
    const { event } = judge(rules, "log", evil(8), true);
    expect(event?.matches).toHaveLength(10);
    for (const { notes, inputs, except } of event?.matches ?? []) {
      expect(notes).toEqual([]);
      expect(inputs).toHaveLength(8);
      expect(except).toHaveLength(8);
    }
  });
});

describe("one event's search for secrets", () => {
  const searched: string[] = [];
  const plain = createRedactor();
  const counting = Object.assign((...given: Parameters<typeof plain>) => plain(...given), {
    hidden: (field: string, key: string | undefined, value: string) => {
      searched.push(value);
      return plain.hidden?.(field, key, value) ?? [];
    },
  });

  test("looks at a value of an input once, and at another input's again", () => {
    searched.length = 0;
    const redact = rememberedRedactor(counting);
    const secret = "password=hunter22";
    const first = redact.hidden?.(MAP, "q", secret);
    expect(redact.hidden?.(MAP, "q", secret)).toEqual(first);
    expect(first).toEqual(plain.hidden?.(MAP, "q", secret));
    redact.hidden?.(MAP, undefined, secret);
    redact.hidden?.(MAP, "", secret);
    expect(searched).toHaveLength(3);
  });

  test("ends after 64 KiB: what is left counts as secret", () => {
    searched.length = 0;
    const redact = rememberedRedactor(counting);
    const values = Array.from({ length: 1000 }, (_, at) => `plain text ${at} `.padEnd(4096, "x "));
    const ranges = values.map((value) => redact.hidden?.(MAP, "q", value));
    expect(searched.join("").length).toBe(65_536);
    expect(ranges[0]).toEqual([]);
    expect(ranges.at(-1)).toEqual([{ start: 0, end: 4096 }]);
  });
});
