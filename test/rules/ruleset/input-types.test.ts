import { describe, expect, expectTypeOf, test } from "vitest";
import {
  createWaf,
  defineAction,
  loadDocument,
  type RuleInput,
  type RulesetInput,
  Source,
  STANDARD_PHASES,
  type StandardAction,
  type StandardPhase,
  shape,
  standardActions,
  tryCreateWaf,
  uncheckedRuleset,
  type WafConfig,
} from "../../support/source/index.ts";

// The type checker holds these: what is written in TypeScript is refused where the loader would refuse it.

const GET = { url: "https://a.example/admin", remoteAddress: "192.0.2.7" };

/** A ruleset with every kind of member, written as one literal. */
const full = {
  lists: { office: ["198.51.100.0/24"] },
  rulesets: [
    { phase: "custom", rules: [{ ref: "short", expression: "true", action: "log" }] },
    {
      id: "entry",
      name: "Entry",
      kind: "zone",
      phase: "http_request_firewall_managed",
      rules: [
        {
          ref: "run",
          expression: "true",
          action: "execute",
          action_parameters: {
            id: "own",
            overrides: {
              sensitivity_level: "default",
              categories: [{ category: "sqli", enabled: true }],
              rules: [{ id: "r", enabled: true }],
            },
          },
        },
      ],
    },
    {
      id: "own",
      kind: "managed",
      phase: "managed",
      rules: [
        {
          id: "r",
          expression: 'http.request.uri.path contains "admin"',
          action: "block",
          action_parameters: {
            response: { status_code: 418, content: "no", content_type: "text/plain" },
          },
          enabled: false,
          categories: ["sqli"],
          severity: "critical",
          mode: "enforce",
          sample: { rate: 1, key: "ip.src" },
        },
      ],
    },
    {
      phase: "ratelimit",
      name: "limits",
      rules: [
        {
          ref: "limit",
          expression: "true",
          action: "managed_challenge",
          logging: { enabled: true },
          ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 100 },
        },
      ],
    },
    {
      phase: "http_request_late_transform",
      rules: [
        {
          ref: "header",
          expression: "true",
          action: "rewrite",
          action_parameters: { headers: { "x-a": { operation: "set", value: "1" } } },
        },
        { ref: "nested", expression: "true", action: "execute", action_parameters: { id: "late" } },
      ],
    },
    { id: "late", kind: "custom", phase: "request_transform", rules: [] },
    {
      phase: "http_config_settings",
      rules: [{ ref: "c", expression: "true", action: "set_config", action_parameters: { mine: [1] } }],
    },
  ],
} satisfies WafConfig;

test("what the types take, a firewall takes", () => {
  const made = tryCreateWaf(full);
  expect(made.ok ? [] : made.errors).toEqual([]);
  if (made.ok) expect(made.value.evaluateSync(GET).action).toBe("block");
});

describe("what the types refuse, the loader refuses or warns of", () => {
  const head = { ref: "r", expression: "true" } as const;
  const of = (...rulesets: NonNullable<WafConfig["rulesets"]>): WafConfig => ({ rulesets });
  // biome-ignore format: an expected error holds for one line
  const cases: readonly (readonly [what: string, config: WafConfig, code: string])[] = [
    // @ts-expect-error no such action
    ["an action", of({ rules: [{ ...head, action: "blok" }] }), "E_ACTION_UNKNOWN"],
    // @ts-expect-error also when nothing else is left out
    ["an action of a whole document", of({ id: "a", name: "a", kind: "zone", phase: "custom", rules: [{ ...head, id: "r", enabled: true, action: "blok" }] }), "E_ACTION_UNKNOWN"],
    // @ts-expect-error not an action of the default phase
    ["an action of another phase than the default", of({ rules: [{ ...head, action: "redirect", action_parameters: { from_list: { name: "a", key: "http.host" } } }] }), "E_ACTION_PHASE"],
    // @ts-expect-error not an action of that phase
    ["an action of another phase", of({ phase: "ratelimit", rules: [{ ...head, action: "score", action_parameters: { increment: 1 }, ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 1 } }] }), "E_ACTION_PHASE"],
    // @ts-expect-error rules of that phase need a rate limit
    ["a missing rate limit", of({ phase: "ratelimit", rules: [{ ...head, action: "block" }] }), "E_RATELIMIT"],
    // @ts-expect-error also by the phase's own name
    ["a missing rate limit of the phase by name", of({ phase: "http_ratelimit", rules: [{ ...head, action: "managed_challenge" }] }), "E_RATELIMIT"],
    // @ts-expect-error no such phase
    ["a phase", of({ phase: "http_request_firewal_custom", rules: [] }), "E_PHASE_UNKNOWN"],
    // @ts-expect-error no such kind
    ["a kind", of({ kind: "zones", rules: [] }), "E_DOC_VALUE"],
    // @ts-expect-error no such member
    ["a member of a ruleset", of({ ruls: [] }), "W_DOC_UNKNOWN_MEMBER"],
    // @ts-expect-error no such member
    ["a member of a rule", of({ rules: [{ ...head, action: "log", enabeld: true }] }), "W_DOC_UNKNOWN_MEMBER"],
    // @ts-expect-error no condition
    ["a missing expression", of({ rules: [{ ref: "r", action: "log" }] }), "E_DOC_MISSING"],
    // @ts-expect-error no such parameter
    ["a parameter", of({ rules: [{ ...head, action: "score", action_parameters: { increment: 1, nam: "x" } }] }), "E_ACTION_PARAMETER"],
    // @ts-expect-error a score needs an increment
    ["missing parameters", of({ rules: [{ ...head, action: "score" }] }), "E_DOC_MISSING"],
    // @ts-expect-error parameters of another action
    ["another action's parameter", of({ rules: [{ ...head, action: "block", action_parameters: { increment: 1 } }] }), "E_ACTION_PARAMETER"],
    // @ts-expect-error the action takes none
    ["a parameter where there is none", of({ rules: [{ ...head, action: "log", action_parameters: { a: 1 } }] }), "E_ACTION_PARAMETER"],
    // @ts-expect-error a value of another type
    ["the type of a parameter", of({ rules: [{ ...head, action: "block", action_parameters: { response: { status_code: "403" } } }] }), "E_DOC_TYPE"],
    // @ts-expect-error no such word
    ["a word", of({ rules: [{ ...head, action: "skip", action_parameters: { products: ["waff"] } }] }), "E_DOC_VALUE"],
    // @ts-expect-error no such member
    ["a member of a rate limit", of({ phase: "ratelimit", rules: [{ ...head, action: "block", ratelimit: { characteristics: ["ip.src"], perid: 10 } }] }), "E_RATELIMIT"],
  ];
  test.each(cases)("%s", (_what, config, code) => {
    const made = tryCreateWaf(config);
    const found = [...(made.ok ? [] : made.errors), ...made.warnings].map((one) => one.code);
    expect(found).toContain(code);
  });
});

describe("what is known at run time only", () => {
  test("the loader's result is a configuration", () => {
    const loaded = loadDocument(
      new Source(JSON.stringify({ rules: [{ ref: "r", action: "block", expression: "true" }] })),
    );
    if (!loaded.ok) throw new Error("has faults");
    expectTypeOf(loaded.value).toExtend<WafConfig>();
    expect(createWaf(loaded.value).evaluateSync(GET).action).toBe("block");
  });

  test("data is taken when its author says so, and checked by the firewall", () => {
    const data: unknown = JSON.parse('{"rules": [{"ref": "r", "action": "blok", "expression": "true"}]}');
    // @ts-expect-error unknown data is no ruleset
    const refused: WafConfig = { rulesets: [data] };
    expect(tryCreateWaf(refused).ok).toBe(false);
    expect(tryCreateWaf({ rulesets: [uncheckedRuleset(data)] }).ok).toBe(false);
  });

  test("actions and phases of one's own are checked beside the standard ones", () => {
    const delay = defineAction({
      name: "delay",
      summary: "Slow.",
      terminating: false,
      contributes: [],
      phases: ["http_request_firewall_custom"],
      parameters: shape.object({ seconds: shape.required(shape.integer(1, 60)) }),
      prepare: ({ seconds }) => seconds,
      apply(control, seconds) {
        control.note(`${seconds} s`);
      },
    });
    type Own = RulesetInput<StandardAction | typeof delay, StandardPhase | "mine">;
    const rules: readonly RuleInput<StandardAction | typeof delay>[] = [
      { ref: "slow", expression: "true", action: "delay", action_parameters: { seconds: 5 } },
      { ref: "no", expression: "true", action: "block" },
    ];
    expectTypeOf<Own["phase"]>().toEqualTypeOf<StandardPhase | "mine" | undefined>();
    // In a phase of one's own, any action; in one of the package, its own actions and those of others.
    expectTypeOf<RuleInput<StandardAction, "mine">["action"]>().toEqualTypeOf<StandardAction["name"]>();
    expectTypeOf<RuleInput<StandardAction | typeof delay, "http_request_redirect">["action"]>().toEqualTypeOf<
      "redirect" | "execute" | "delay"
    >();
    // biome-ignore format: an expected error holds for one line
    // @ts-expect-error no such parameter
    const wrong: Own = { rules: [{ ref: "s", expression: "true", action: "delay", action_parameters: { second: 5 } }] };
    const actions = [...standardActions, delay];
    expect(createWaf({ rulesets: [uncheckedRuleset({ rules })] }, { actions }).evaluateSync(GET).action).toBe(
      "block",
    );
    expect(tryCreateWaf({ rulesets: [uncheckedRuleset(wrong)] }, { actions }).ok).toBe(false);
  });
});

test("the types know which actions each phase offers, and whether its rules need a rate limit", () => {
  type Offered<Phase extends StandardPhase> = Readonly<
    Record<RuleInput<StandardAction, Phase>["action"], true>
  >;
  const offered: { readonly [Phase in "ratelimit" | "http_request_late_transform" | "log"]: Offered<Phase> } =
    {
      ratelimit: {
        block: true,
        drop: true,
        tarpit: true,
        log: true,
        execute: true,
        skip: true,
        challenge: true,
        js_challenge: true,
        managed_challenge: true,
      },
      http_request_late_transform: { rewrite: true, execute: true },
      log: { log_custom_field: true, execute: true },
    };
  for (const [word, actions] of Object.entries(offered)) {
    const phase = STANDARD_PHASES.find(({ name, aliases = [] }) => name === word || aliases.includes(word));
    expect([word, [...(phase?.actions ?? [])].sort()]).toEqual([word, Object.keys(actions).sort()]);
  }
  type Limited = { [Phase in StandardPhase]: IsLimited<Phase> }[StandardPhase];
  expectTypeOf<Limited>().toEqualTypeOf<"http_ratelimit" | "ratelimit">();
  expect(
    STANDARD_PHASES.flatMap(({ name, needsRateLimit }) => (needsRateLimit === true ? [name] : [])),
  ).toEqual(["http_ratelimit"]);
  expectTypeOf<RuleInput>().toEqualTypeOf<RuleInput<StandardAction, "http_request_firewall_custom">>();
  expect(STANDARD_PHASES.find((phase) => phase.default === true)?.name).toBe("http_request_firewall_custom");
});

type IsLimited<Phase extends StandardPhase> =
  Extract<RuleInput<StandardAction, Phase>, { readonly ratelimit: unknown }> extends never ? never : Phase;

test("the types name every standard action and phase, and no other", () => {
  type Name = { [Phase in StandardPhase]: RuleInput<StandardAction, Phase>["action"] }[StandardPhase];
  expectTypeOf<Name>().toExtend<StandardAction["name"]>();
  // The reference product names no phase for it.
  expectTypeOf<Exclude<StandardAction["name"], Name>>().toEqualTypeOf<"transform_response_html">();
  const actions: Readonly<Record<StandardAction["name"], true>> = {
    block: true,
    drop: true,
    tarpit: true,
    allow: true,
    log: true,
    skip: true,
    execute: true,
    score: true,
    challenge: true,
    js_challenge: true,
    managed_challenge: true,
    rewrite: true,
    redirect: true,
    route: true,
    set_config: true,
    set_body_limits: true,
    serve_error: true,
    log_custom_field: true,
    set_cache_settings: true,
    set_cache_control: true,
    set_cache_tags: true,
    compress_response: true,
    transform_response_html: true,
    ddos_dynamic: true,
    force_connection_close: true,
  };
  expect(Object.keys(actions).sort()).toEqual(standardActions.map(({ name }) => name).sort());
  const phases: readonly StandardPhase[] = [
    "custom",
    "ratelimit",
    "managed",
    "bot",
    "http_ratelimit",
    "ddos_l4",
  ];
  const known = STANDARD_PHASES.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]);
  expect(known).toEqual(expect.arrayContaining([...phases]));
  expectTypeOf<string>().not.toExtend<StandardPhase>();
});
