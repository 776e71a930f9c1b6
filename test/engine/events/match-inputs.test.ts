// Which inputs made a rule match, and what an exception has to hide.
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { explain } from "../../support/source/engine/decision.ts";
import {
  eventText,
  exceptionYaml,
  memorySink,
  suggestException,
} from "../../support/source/engine/events.ts";
import { createWaf } from "../../support/source/engine/firewall.ts";
import type { RequestData } from "../../support/source/request/model.ts";
import { managedRulesets } from "../../support/source/rules/managed.ts";
import { uncheckedRuleset } from "../../support/source/rules/ruleset.ts";

const SITE = "https://a.example";
const ARGS = "http.request.uri.args";
const FORM = "http.request.body.form";
const JSON_VALUES = "wirewall.request.body.json.values";

const get = (target: string, headers: Readonly<Record<string, string>> = {}): RequestData => ({
  url: SITE + target,
  headers,
  remoteAddress: "203.0.113.9",
});
const post = (type: string, body: string, target = "/"): RequestData => ({
  ...get(target, { "content-type": type }),
  method: "POST",
  body,
});
const form = (body: string, target = "/") => post("application/x-www-form-urlencoded", body, target);
const json = (value: unknown) => post("application/json", JSON.stringify(value));

function judge(rules: readonly object[], request: RequestData, lists: readonly object[] = []) {
  const sink = memorySink();
  const ruleset = uncheckedRuleset({
    id: "t",
    name: "T",
    kind: "zone",
    phase: "http_request_firewall_custom",
    rules,
  });
  const waf = createWaf({ rulesets: [ruleset], lists: lists as never }, { events: [sink], trace: true });
  const decision = waf.evaluateSync(request);
  return { decision, event: sink.events[0] };
}

type Told = readonly [field: string, key: string | undefined, text: string | undefined, ...views: string[]];

interface Case {
  readonly expression: string;
  readonly request: RequestData;
  /** Field, key, piece of the text, and what was done to the input. */
  readonly inputs: readonly Told[];
  /** Fields with keys, as `field[key]`; undefined: hiding does not help. */
  readonly except: readonly string[] | undefined;
}

const CASES: readonly Case[] = [
  {
    expression: `any(lower(${ARGS}["q"][*])[*] contains "evil")`,
    request: get("/?x=1&q=a&q=so-EVIL"),
    inputs: [[ARGS, "q", "evil", "lower"]],
    except: [`${ARGS}[q]`],
  },
  {
    expression: 'any(http.request.headers.values[*] contains "evil")',
    request: get("/", { "X-One": "a", "X-Two": "so evil" }),
    inputs: [["http.request.headers", "x-two", "evil"]],
    except: ["http.request.headers[x-two]"],
  },
  {
    expression: `any(${ARGS}.values[*] contains "evil")`,
    request: get("/?a=evil&b=1&c=evil"),
    inputs: [
      [ARGS, "a", "evil"],
      [ARGS, "c", "evil"],
    ],
    except: [`${ARGS}[a]`, `${ARGS}[c]`],
  },
  {
    expression: `any(${ARGS}.values[*] contains "evil") or any(${FORM}.values[*] contains "evil")`,
    request: form("z=1&y=evil", "/?x=1"),
    inputs: [[FORM, "y", "evil"]],
    except: [`${FORM}[y]`],
  },
  {
    expression: `http.request.uri.path eq "/" and any(${ARGS}.names[*] matches "^e(v|w)il$")`,
    request: get("/?x=1&ewil=2"),
    inputs: [
      ["http.request.uri.path", undefined, "/"],
      [ARGS, "ewil", "ewil"],
    ],
    except: [`${ARGS}[ewil]`],
  },
  {
    expression: `any(${ARGS}[*][*] contains "evil")`,
    request: get("/?z=1&q=evil"),
    inputs: [[ARGS, "q", "evil"]],
    except: [`${ARGS}[q]`],
  },
  {
    expression: `any(starts_with(${ARGS}.values[*], "evil"))`,
    request: get("/?x=1&q=evil1"),
    inputs: [[ARGS, "q", "evil1"]],
    except: [`${ARGS}[q]`],
  },
  {
    expression: `any(starts_with(lower(${ARGS}.values[*])[*], "evil"))`,
    request: get("/?x=1&q=Evil1"),
    inputs: [[ARGS, "q", "Evil1", "lower"]],
    except: [`${ARGS}[q]`],
  },
  {
    expression: 'any(wirewall.request.uri.args.decoded[*][*] contains "evil")',
    request: get("/?x=1&q%5B%5D=my-%2565vil"),
    inputs: [[ARGS, "q%5B%5D", "evil"]],
    except: [`${ARGS}[q%5B%5D]`],
  },
  {
    expression: 'any(wirewall.request.body.decoded[*][*] contains "evil")',
    request: json({ user: { bio: "evil" } }),
    inputs: [[JSON_VALUES, "user.bio", "evil"]],
    except: [`${JSON_VALUES}[user.bio]`],
  },
  {
    expression: `any(${JSON_VALUES}[*] eq "evil")`,
    request: json({ a: "x", b: ["y", "evil"] }),
    inputs: [[JSON_VALUES, "b.1", "evil"]],
    except: [`${JSON_VALUES}[b.1]`],
  },
  {
    expression: 'lookup_json_string(http.request.body.raw, "user", "bio") contains "evil"',
    request: json({ user: { bio: "evil" } }),
    inputs: [["http.request.body.raw", "user.bio", "evil", "lookup_json_string"]],
    except: ["http.request.body.raw"],
  },
  {
    expression: 'any(http.request.cookies["s"][*] contains "evil")',
    request: get("/", { cookie: "a=b; s=evil" }),
    inputs: [["http.request.cookies", "s", undefined]],
    except: ["http.request.cookies[s]"],
  },
  {
    expression: 'any(wirewall.request.cookies.decoded[*][*] contains "evil")',
    request: get("/", { cookie: "a=b; s=evil" }),
    inputs: [["http.request.cookies", "s", undefined]],
    except: ["http.request.cookies[s]"],
  },
  {
    expression: "len(http.request.uri.query) > 3",
    request: get("/?a=12"),
    inputs: [["http.request.uri.query", undefined, "4", "len"]],
    except: ["http.request.uri.query"],
  },
  {
    expression: "any(detect.sqli(http.request.uri.args.values[*])[*] >= 5)",
    request: get(`/?a=1&q=${encodeURIComponent("1' UNION SELECT a FROM b--")}`),
    inputs: [[ARGS, "q", "9", "detect.sqli"]],
    except: [`${ARGS}[q]`],
  },
  {
    expression: 'not http.host eq "b"',
    request: get("/"),
    inputs: [["http.host", undefined, "a.example"]],
    except: undefined,
  },
  {
    expression: "ip.src in $bad",
    request: get("/"),
    inputs: [["ip.src", undefined, "203.0.113.9"]],
    except: ["ip.src"],
  },
];
const LISTS = [{ name: "bad", kind: "ip", items: [{ ip: "203.0.113.0/28", comment: "scanners" }] }];

describe("a match names its inputs", () => {
  test.each(CASES)("$expression", ({ expression, request, inputs, except }) => {
    const rule = { ref: "a", expression, action: "block" };
    const { decision, event } = judge([rule], request, LISTS);
    const match = event?.matches[0];
    expect(match?.inputs?.map(({ field, key, text, views }) => [field, key, text, ...views])).toEqual(
      inputs.map(([field, key, text, ...views]) => [field, key, text, ...views]),
    );
    expect(match?.except?.map(({ field, key }) => (key === undefined ? field : `${field}[${key}]`))).toEqual(
      except,
    );
    expect(explain(decision, "a")[0]?.rule.inputs).toEqual(match?.inputs);
    const suggestion = event && suggestException(event);
    if (suggestion === undefined) return expect.fail("no exception");
    expect(judge([suggestion.rule, rule], request, LISTS).decision.action).toBe("allow");
  });

  test("with the item of a list", () => {
    const { event } = judge([{ ref: "a", expression: "ip.src in $bad", action: "block" }], get("/"), LISTS);
    expect(event?.matches[0]?.inputs?.[0]?.listItem).toMatchObject({ list: "bad", item: "203.0.113.0/28" });
  });

  test("no more than 16 of them, and then no exception for inputs", () => {
    const args = Array.from({ length: 40 }, (_, at) => `a${at}=evil`).join("&");
    const { event } = judge(
      [{ ref: "a", expression: `any(${ARGS}.values[*] contains "evil")`, action: "block" }],
      get(`/?${args}`),
    );
    expect(event?.matches[0]?.inputs).toHaveLength(16);
    expect(event?.matches[0]?.except).toBeUndefined();
  });

  test("and none where it reads none", () => {
    const { event } = judge([{ ref: "a", expression: "true", action: "block" }], get("/"));
    expect(event?.matches[0]).not.toHaveProperty("inputs");
  });
});

describe("what an exception hid", () => {
  const rule = { ref: "a", expression: `any(${ARGS}.values[*] contains "evil")`, action: "block" };
  const exception = {
    ref: "e",
    expression: "true",
    action: "skip",
    action_parameters: { targets: [{ ruleset: "t", rule: "a", field: ARGS, key: "q" }] },
  };

  test("is noted at the rule that did not see it, and in the event at the exception", () => {
    const later = { ref: "z", expression: "true", action: "log" };
    const { decision, event } = judge([exception, rule, later], get("/?q=evil"));
    expect(explain(decision, "a")[0]?.rule.notes).toEqual([
      `\`${ARGS}["q"]\` was hidden by the exception t/e`,
    ]);
    expect(event?.matches[0]?.notes).toEqual([`hid \`${ARGS}["q"]\``]);
  });

  test("is noted only when it was there", () => {
    const { decision } = judge([exception, rule], get("/?p=evil"));
    expect(explain(decision, "a")[0]?.rule).toMatchObject({ outcome: "matched", notes: [] });
  });
});

test("rules of a ruleset that was skipped are listed as skipped", () => {
  const entry = uncheckedRuleset({
    id: "e",
    name: "E",
    kind: "zone",
    phase: "http_request_firewall_custom",
    rules: [
      { ref: "s", expression: "true", action: "skip", action_parameters: { rulesets: ["c"] } },
      { ref: "x", expression: "true", action: "execute", action_parameters: { id: "c" } },
    ],
  });
  const called = uncheckedRuleset({
    id: "c",
    name: "C",
    kind: "custom",
    phase: "http_request_firewall_custom",
    rules: [{ ref: "c1", expression: "true", action: "block" }],
  });
  const decision = createWaf({ rulesets: [entry, called] }, { trace: true }).evaluateSync(get("/"));
  expect(explain(decision, "c1")).toMatchObject([
    { rule: { outcome: "skipped", skippedBy: "e/s" }, executedBy: [{ ref: "x" }] },
  ]);
});

test("an event's text has the exception to paste", () => {
  const { event } = judge(
    [{ ref: "a", expression: `any(${ARGS}["q"][*] contains "evil")`, action: "block" }],
    get("/p?q=evil"),
  );
  if (event === undefined) return expect.fail("no event");
  const suggestion = suggestException(event, { path: "any" });
  expect(suggestion?.rule.expression).toBe("true");
  expect(eventText(event)).toContain(`http.request.uri.args["q"], bytes 0 to 4 of 4: evil`);
  expect(eventText(event)).toContain(`put this rule in front of a in ruleset t`);
  expect(suggestion && exceptionYaml(suggestion)).toContain(
    `- {ruleset: t, rule: a, field: ${ARGS}, key: q}`,
  );
});

test("an event's text says what would have been decided, and hides secrets", () => {
  const { event } = judge(
    [{ ref: "a", expression: `any(${ARGS}["q"][*] contains "evil")`, action: "block" }],
    get("/p?q=evil"),
  );
  if (event === undefined) return expect.fail("no event");
  const shownAs = (input: object, members: object = {}): string =>
    eventText({
      ...event,
      ...members,
      matches: event.matches.map((one) => ({
        ...one,
        inputs: [{ field: "f", views: [], ...input } as never],
      })),
    });
  expect(shownAs({}, { action: "allow", wouldHave: "block" })).toContain("allow 403 (would have: block) by ");
  expect(shownAs({})).toContain("\n    f\n");
  expect(shownAs({ key: 'k"' })).toContain('\n    f["k\\""]\n');
  expect(shownAs({ span: [1, 2] })).toContain("\n    f, bytes 1 to 2\n");
  expect(shownAs({ span: [1, 2], length: 9, text: "b", views: ["lower", "url"] })).toContain(
    "\n    f, bytes 1 to 2 of 9: b   (lower, url)\n",
  );
  expect(shownAs({ secret: true, text: "hunter2" })).toContain("\n    f: [redacted]\n");
});

test("an exception for an input without a name is for no other", () => {
  const rule = { ref: "a", expression: `any(${ARGS}.values[*] contains "evil")`, action: "block" };
  const { event } = judge([rule], get("/?=evil"));
  const suggestion = event && suggestException(event);
  if (suggestion === undefined) return expect.fail("no exception");
  const rules = [suggestion.rule, rule];
  expect(judge(rules, get("/?=evil")).decision.action).toBe("allow");
  expect(judge(rules, get("/?q=evil")).decision.action).toBe("block");
  const core = (before: readonly object[]) =>
    createWaf(
      {
        rulesets: [
          uncheckedRuleset({
            id: "m",
            name: "M",
            kind: "zone",
            phase: "http_request_firewall_managed",
            rules: [
              ...before,
              { ref: "c", expression: "true", action: "execute", action_parameters: { id: "wirewall-core" } },
            ],
          }),
        ],
      },
      { managed: managedRulesets, events: [sink] },
    );
  const sink = memorySink();
  const attack = encodeURIComponent("1' UNION SELECT name FROM users -- ");
  expect(core([]).evaluateSync(get(`/?=${attack}`)).action).toBe("block");
  const found = sink.events.map((one) => suggestException(one)?.rule);
  expect(core(found.flatMap((one) => one ?? [])).evaluateSync(get(`/?=${attack}`)).action).toBe("allow");
  expect(core(found.flatMap((one) => one ?? [])).evaluateSync(get(`/?q=${attack}`)).action).toBe("block");
});

test("the text of an exception shows what terminals would obey", () => {
  const rule = { ref: "a", expression: `any(${ARGS}.values[*] contains "evil")`, action: "block" };
  const name = '\u009b2J\u202e\u007f\ufeff\u2028"]\n- ref: x\u{e0041}';
  const { event } = judge([rule], get(`/?${encodeURIComponent(name)}=evil`));
  const suggestion = event && suggestException(event);
  if (suggestion === undefined) return expect.fail("no exception");
  const yaml = exceptionYaml(suggestion);
  expect(yaml).toMatch(/^[\n -~]+$/);
  const [read] = parse(yaml);
  expect(read.action_parameters).toEqual(suggestion.rule.action_parameters);
});

describe("there is no exception where no skip could stand", () => {
  const redirect = { action: "redirect", action_parameters: { from_value: { target_url: { value: "/b" } } } };
  const rewrite = {
    action: "rewrite",
    action_parameters: { headers: { "x-a": { operation: "set", value: "b" } } },
  };
  test.each<readonly [what: string, ruleset: object]>([
    ["a redirect", { phase: "http_request_dynamic_redirect", rules: [redirect] }],
    ["a bulk redirect", { phase: "http_request_redirect", rules: [redirect] }],
    ["a rewrite", { phase: "http_request_late_transform", rules: [rewrite] }],
    [
      "labels",
      { phase: "http_request_transform", rules: [{ action: "label", action_parameters: { labels: ["a"] } }] },
    ],
    ["the default of a phase", { default_action: "block", rules: [] }],
  ])("%s", (_what, { rules = [], ...members }: { rules?: readonly object[] }) => {
    const sink = memorySink();
    const expression = 'http.request.uri.path eq "/a"';
    const ruleset = {
      id: "t",
      kind: "zone",
      rules: rules.map((rule) => ({ ref: "a", expression, ...rule })),
      ...members,
    };
    createWaf({ rulesets: [uncheckedRuleset(ruleset)] }, { events: [sink] }).evaluateSync(get("/a"));
    const [event] = sink.events;
    if (event === undefined) return expect.fail("no event");
    expect(suggestException(event)).toBeUndefined();
    expect(eventText(event)).not.toContain("put this rule");
  });
});
