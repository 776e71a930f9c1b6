import { describe, expect, test } from "vitest";
import { candidates, rulesOf } from "../../../support/candidates.ts";
import { literalEngine } from "../../../support/literal-engine.ts";
import { endsWith, lower, startsWith } from "../../../support/source/language/functions.ts";
import {
  type ExecutionContext,
  type FunctionDefinition,
  Scheme,
} from "../../../support/source/language/scheme.ts";
import { arrayOf, Bool, Bytes, Int, Ip, mapOf } from "../../../support/source/language/values.ts";
import {
  type CandidateRule,
  type CandidateSource,
  indexOf,
  LINEAR_BELOW,
  ruleIndex,
} from "../../../support/source/rules/plan.ts";

const FIELDS = [
  { name: "method", type: Bytes },
  { name: "host", type: Bytes },
  { name: "path", type: Bytes },
  { name: "agent", type: Bytes },
  { name: "ip", type: Ip },
  { name: "asn", type: Int },
  { name: "score", type: Int },
  { name: "bot", type: Bool },
  { name: "headers", type: mapOf(arrayOf(Bytes)) },
  { name: "body", type: Bytes, cost: 40 },
] as const;

/** A request in which every read is noted. */
class Request {
  readonly read: string[] = [];
  readonly values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values;
  }
}

function schemeWith(functions: readonly FunctionDefinition[]): Scheme<never> {
  const fields = FIELDS.map((field) => ({
    ...field,
    read: (request: Request) => {
      request.read.push(field.name);
      return request.values[field.name];
    },
  }));
  const lists = [{ name: "blocked", kind: "ip" }] as const;
  return new Scheme<never>({ fields: fields as never, functions, lists });
}

const scheme = schemeWith([startsWith, endsWith, lower]);

function compile(texts: readonly string[], options = {}, of = scheme): readonly CandidateRule[] {
  return rulesOf(texts, of, options);
}

function contextOf(request: Request, blocked?: { has(value: never): boolean }): ExecutionContext {
  const context = scheme.createContext<unknown>([blocked]);
  context.reset(request);
  return context;
}

/** Whether a ruleset of that rule and fifty others asks the rule about a request. */
function isAsked(text: string, values: Readonly<Record<string, unknown>>): boolean {
  const others = Array.from({ length: 50 }, (_, at) => `host == "other-${at}.example.org"`);
  const source = indexOf(compile([text, ...others]));
  return candidates(source, contextOf(new Request(values))).includes(0);
}

const REQUEST = {
  method: "GET",
  host: "www.example.com",
  path: "/shop/cart",
  agent: "Mozilla/5.0 (compatible)",
  ip: 0x0a000001,
  asn: 64500,
  score: 40,
  bot: false,
  headers: new Map([
    ["accept", ["text/html", "application/json"]],
    ["x-tag", ["Alpha", "Beta"]],
  ]),
};

describe("a rule is not asked about a request that fails what it is looked up by", () => {
  test.each([
    ['host == "api.example.com"'],
    ['host in {"api.example.com" "shop.example.com"}'],
    ['starts_with(path, "/admin/")'],
    ['ends_with(path, ".php.bak")'],
    ['path contains "wp-login"'],
    ['agent matches "sqlmap/[0-9]+"'],
    ['agent matches "(?i)(nikto|masscan|acunetix)[ /]"'],
    ['agent matches "^curl/8"'],
    ['path wildcard "/admin/*/edit"'],
    ['path strict wildcard "*.example.php"'],
    ['lower(host) == "api.example.com"'],
    ['starts_with(lower(path), "/admin/")'],
    ["ip in {192.0.2.0/24 2001:db8::/32}"],
    ["ip == 192.0.2.1"],
    ["asn in {64496 64497}"],
    ["asn in {65000..65100}"],
    ['any(headers["x-tag"][*] == "gamma-ray")'],
    ['any(lower(headers["x-tag"][*])[*] contains "gamma")'],
    ['any(headers[*][*] contains "gamma-ray")'],
    ['headers["x-tag"][0] == "Gamma-ray"'],
    ['host == "www.example.com" and starts_with(path, "/admin/panel/settings")'],
    ['score > 10 and (path contains "wp-login" or agent contains "sqlmap")'],
    ['not (host != "api.example.com" or score < 5)'],
    ['(host == "api.example.com" and score > 1) or path == "/index.php"'],
    ["score < 30 and not bot"],
    ['method == "POST" and score < 90'],
    ['method != "GET"'],
    ["bot or score > 90"],
    ["not (score > 30)"],
  ])("%s", (text) => {
    expect(isAsked(text, REQUEST)).toBe(false);
    // An empty request is no exception, unless the rule matches it, being negated.
    const [rule] = compile([text]);
    expect(isAsked(text, {})).toBe(rule!.filter!.test(contextOf(new Request({}))));
  });
});

describe("of two comparisons the rarer one calls a rule up", () => {
  // The request satisfies the first comparison and fails the second.
  test.each([
    ['method == "GET"', 'host == "api.example.com"'],
    ['agent contains "mozilla"', 'path contains "zzz"'],
    ['starts_with(path, "/")', 'path contains "zzz"'],
    ['ends_with(path, "t")', 'path contains "zzz"'],
    ["score in {0..100000}", 'ends_with(path, "zz")'],
    ['ends_with(path, "rt")', "asn in {65000..100000}"],
    ["asn in {60000..70000}", 'path contains "zzzz"'],
    ['path contains "sho"', "asn in {65000..65100}"],
    ['path contains "sho"', "ip in {192.0.2.0/24}"],
    ["ip in {0.0.0.0/1}", 'path contains "zzz"'],
    ['any(headers["x-tag"][*] contains "Alp")', 'agent contains "zzz"'],
  ])("%s and %s", (common, rare) => {
    expect([isAsked(common, REQUEST), isAsked(`${common} and ${rare}`, REQUEST)]).toEqual([true, false]);
    expect(isAsked(`${rare} and ${common}`, REQUEST)).toBe(false);
  });
});

describe("a rule is asked when it may match", () => {
  test.each([
    ['lower(host) == "www.example.com"', { ...REQUEST, host: "WWW.Example.COM" }],
    ['agent contains "mozilla"', REQUEST],
    ['path contains ""', REQUEST],
    ['not (host == "www.example.com")', {}],
    ['host == "api.example.com" xor score > 10', REQUEST],
    ['all(headers["none"][*] == "x")', { ...REQUEST, headers: new Map([["none", []]]) }],
    ['any(not headers["x-tag"][*] == "Alpha")', REQUEST],
    ['any(headers["x-tag"][*] == "Alpha" and headers["x-tag"][*] == "Beta")', REQUEST],
    ["true", {}],
  ])("%s", (text, values) => {
    expect(isAsked(text, values)).toBe(true);
  });

  test("a pattern of an engine that may read it otherwise is not analysed", () => {
    const rules = compile(['agent matches "a|needle"'], { patterns: literalEngine });
    const request = new Request({ agent: "has a|needle in it" });
    expect(candidates(indexOf(rules), contextOf(request))).toEqual([0]);
  });

  test("a function that only has the name of a known one is not taken for it", () => {
    const { meaning, ...unnamed } = startsWith;
    expect(meaning).toBe("prefix");
    const anywhere: FunctionDefinition = {
      ...unnamed,
      evaluate: (text, part) => (text as string).includes(part as string),
    };
    const rules = compile(['starts_with(path, "/cart")'], {}, schemeWith([anywhere]));
    expect(candidates(indexOf(rules), contextOf(new Request(REQUEST)))).toEqual([0]);
  });
});

describe("lists", () => {
  const source = indexOf(compile(["ip in $blocked", 'ip in $blocked and host == "a"', "not ip in $blocked"]));

  test("are asked at each request, as they are then", () => {
    const found = [() => true, () => false, undefined].map((has) =>
      candidates(source, contextOf(new Request(REQUEST), has && { has })),
    );
    expect(found).toEqual([[0, 2], [2], [2]]);
  });

  test("are asked once for all rules", () => {
    let asked = 0;
    const has = (): boolean => {
      asked++;
      return true;
    };
    const rules = compile(Array.from({ length: 30 }, () => "ip in $blocked and bot"));
    candidates(indexOf(rules), contextOf(new Request(REQUEST), { has }));
    expect(asked).toBeLessThanOrEqual(1);
  });
});

describe("fields that are expensive to read", () => {
  const needles = Array.from({ length: 20 }, (_, at) => `method == "POST" and body contains "needle-${at}."`);
  const source = indexOf(compile([...needles, 'host == "www.example.com"']));

  test("are not read when no rule would read them", () => {
    const request = new Request({ ...REQUEST, body: "needle-3." });
    expect(candidates(source, contextOf(request))).toEqual([20]);
    expect(request.read).not.toContain("body");
  });

  test("are looked up by, once a rule may match", () => {
    const request = new Request({ ...REQUEST, method: "POST", body: "a needle-3. and a NEEDLE-17." });
    expect(candidates(source, contextOf(request))).toEqual([3, 17, 20]);
    expect(request.read.filter((name) => name === "body")).toHaveLength(1);
  });

  test("are left to a rule that has something else to ask first", () => {
    const rules = compile(['not starts_with(path, "/shop") and body contains "needle"', "bot"]);
    const request = new Request({ ...REQUEST, body: "none" });
    expect(candidates(indexOf(rules), contextOf(request))).toEqual([0]);
    expect(request.read).not.toContain("body");
  });

  test("are not read before a rule that matches first", () => {
    const rules = compile(['host == "www.example.com"', ...needles]);
    const request = new Request({ ...REQUEST, method: "POST", body: "needle-1." });
    const cursor = indexOf(rules).open(contextOf(request));
    expect(cursor.next()).toBe(0);
    cursor.close();
    expect(request.read).not.toContain("body");
  });
});

describe("fields of few values", () => {
  const texts = Array.from({ length: 100 }, (_, at) => `score < ${at} and score >= ${at - 10} and not bot`);
  const source = indexOf(compile(texts));

  test.each([
    [-100, []],
    [0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    [95, [96, 97, 98, 99]],
    [99, []],
    [2n ** 60n, []],
    [undefined, []],
  ])("score %s", (score, expected) => {
    expect(candidates(source, contextOf(new Request({ score, bot: false })))).toEqual(expected);
    expect(candidates(source, contextOf(new Request({ score, bot: true })))).toEqual([]);
  });

  test("more values than classes are told apart coarsely, and no rule is lost", () => {
    const rules = compile([
      ...Array.from({ length: 700 }, (_, at) => `method != "m${at}" and asn >= ${at * 100}`),
      ...Array.from({ length: 700 }, (_, at) => `not bot and asn < ${at * 100} and method != "x${at}"`),
    ]);
    const many = indexOf(rules);
    for (const asn of [0, 50, 99, 100, 101, 35_000, 69_999, 200_000]) {
      const request = new Request({ method: `m${asn % 7}`, asn, bot: false });
      const context = contextOf(request);
      const matching = [...rules.keys()].filter((id) => rules[id]!.filter!.test(context));
      const found = candidates(many, context).filter((id) => rules[id]!.filter!.test(context));
      expect(found).toEqual(matching);
    }
  });
});

describe("cursors", () => {
  test("a small ruleset is walked as it is", () => {
    const texts = Array.from({ length: LINEAR_BELOW - 1 }, (_, at) => `asn == ${at}`);
    const walked = candidates(ruleIndex(compile(texts)), contextOf(new Request(REQUEST)));
    expect(walked).toHaveLength(LINEAR_BELOW - 1);
    const indexed = ruleIndex(compile([...texts, "asn == 64500"]));
    expect(candidates(indexed, contextOf(new Request(REQUEST)))).toEqual([LINEAR_BELOW - 1]);
  });

  test.each([["linear", 3] as const, ["indexed", 40] as const])(
    "%s: ended walks give nothing more",
    (_, count) => {
      const source = ruleIndex(compile(Array.from({ length: count }, () => 'host == "www.example.com"')));
      const context = contextOf(new Request(REQUEST));
      const cursor = source.open(context);
      expect(cursor.next()).toBe(0);
      cursor.close();
      cursor.close();
      expect(cursor.next()).toBe(-1);
      const [first, second] = [source.open(context), source.open(context)];
      expect(first).not.toBe(second);
      expect([first.next(), first.next(), second.next()]).toEqual([0, 1, 0]);
    },
  );

  test("a field reader may open a walk of the same ruleset", () => {
    const texts = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 'host == "h"' : 'path == "/path"'));
    const source: CandidateSource = indexOf(compile(texts));
    let nested: readonly number[] = [];
    const context = contextOf(new Request({}));
    context.set(1, "h");
    const fill = context.fill.bind(context);
    context.fill = (slot) => {
      const inner = contextOf(new Request({}));
      inner.set(1, "h");
      inner.set(2, "/path");
      nested = candidates(source, inner);
      return slot === 2 ? "/path" : fill(slot);
    };
    expect(candidates(source, context)).toHaveLength(40);
    expect(nested).toHaveLength(40);
  });
});
