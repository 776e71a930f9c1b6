import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type ActionDefinition,
  createWaf,
  defineAction,
  type EndingControl,
  executePlan,
  MisuseError,
  PhaseCatalogue,
  type PhaseDefinition,
  STANDARD_PHASES,
  shape,
  standardActions,
} from "../support/source/index.ts";
import { CUSTOM, GET, LIMITS, MANAGED, matched, rule, ruleset, verdict } from "./waf-support.ts";

// What actions and phases declare is all that the engine knows of them.

const base = {
  name: "mine",
  summary: "Mine.",
  terminating: false,
  prepare: () => undefined,
  apply: () => {},
};

describe("an override of a whole ruleset", () => {
  /** Two more on the score, in a ruleset that is executed with every action overridden. */
  const overridden = (declared: Partial<ActionDefinition>) => {
    const twice = defineAction({
      ...base,
      phases: [MANAGED],
      apply: (control) => control.score("default", 2),
      ...declared,
    });
    const waf = createWaf(
      {
        rulesets: [
          ruleset("m", [rule("s", { action: "mine" })], { kind: "managed", phase: MANAGED }),
          ruleset(
            "z",
            [
              rule("x", {
                action: "execute",
                action_parameters: { id: "m", overrides: { action: "block" } },
              }),
            ],
            { phase: MANAGED },
          ),
        ],
      },
      { actions: [...standardActions, twice] },
    );
    const decision = waf.evaluateSync(GET);
    return `${verdict(decision)}, score ${decision.score}`;
  };

  test.each<[what: string, declared: Partial<ActionDefinition>, expected: string]>([
    ["leaves a scoring action in place", { contributes: ["score"] }, "allow, score 2"],
    ["leaves one in place that says nothing", {}, "allow, score 2"],
    ["replaces one that only stages changes", { contributes: ["change"] }, "block by s, score 0"],
    ["replaces one that contributes nothing", { contributes: [] }, "block by s, score 0"],
    ["replaces a terminating one", { terminating: true }, "block by s, score 0"],
  ])("%s", (_what, declared, expected) => {
    expect(overridden(declared)).toBe(expected);
  });
});

describe("where an allowed request is only counted", () => {
  const changedAfter = (declared: Partial<ActionDefinition>) => {
    const probe = defineAction({
      ...base,
      phases: [LIMITS],
      apply: (control) => control.config({ ran: true }),
      ...declared,
    });
    // Something that executes, so that the rule needs no rate limit of its own.
    const limit = { characteristics: ["ip.src"], period: 10, requests_per_period: 5 };
    const waf = createWaf(
      {
        rulesets: [
          ruleset("c", [rule("a", { action: "allow", action_parameters: { count: true } })]),
          ruleset("l", [rule("p", { action: "mine" }), rule("n", { action: "block", ratelimit: limit })], {
            phase: LIMITS,
          }),
        ],
      },
      {
        actions: [...standardActions, probe],
        phases: new PhaseCatalogue(
          STANDARD_PHASES.map((phase) =>
            phase.name === LIMITS ? { ...phase, needsRateLimit: false } : phase,
          ),
        ),
      },
    );
    return waf.evaluateSync(GET).changes.config;
  };

  test("an action runs that says so, and no other", () => {
    expect(changedAfter({ whileCounting: true })).toEqual({ ran: true });
    expect(changedAfter({})).toEqual({});
  });

  test.each<[what: string, end: (control: EndingControl) => void]>([
    ["block", (control) => control.block({ status: 400, body: undefined, variants: {}, grpcStatus: 7 })],
    ["challenge", (control) => control.challenge("challenge")],
    ["redirect", (control) => control.redirect({ location: "/", status: 302, preserveQuery: false })],
    ["allow", (control) => control.allow({ count: false })],
  ])("an action that leads to a rate limit ends nothing there: %s", (_what, end) => {
    const plan = () => executePlan({ id: "t" });
    const lead = defineAction({
      name: "mine",
      summary: "Leads to rate limits, and would end the evaluation.",
      terminating: true,
      phases: [LIMITS],
      contributes: ["execute"],
      executes: plan,
      prepare: plan,
      apply: (control, prepared) => {
        control.execute(prepared);
        end(control);
      },
    });
    const ratelimit = { characteristics: ["ip.src"], period: 10, requests_per_period: 5 };
    const waf = createWaf(
      {
        rulesets: [
          ruleset("c", [rule("a", { action: "allow", action_parameters: { count: true } })]),
          ruleset("l", [rule("p", { action: "mine" })], { phase: LIMITS }),
          ruleset("t", [rule("n", { action: "block", ratelimit })], { phase: LIMITS, kind: "custom" }),
        ],
      },
      { actions: [...standardActions, lead] },
    );
    const decision = waf.evaluateSync(GET);
    expect(verdict(decision)).toBe("allow by a");
    expect(matched(decision)).toEqual(["a", "p"]);
  });
});

describe("phases", () => {
  const withPhase = (name: string, members: Partial<PhaseDefinition>) =>
    new PhaseCatalogue(
      STANDARD_PHASES.map((phase) => (phase.name === name ? { ...phase, ...members } : phase)),
    );
  const blocking = ruleset("c", [rule("b", { action: "block" })]);

  test("say the status of a block", () => {
    const waf = createWaf({ rulesets: [blocking] }, { phases: withPhase(CUSTOM, { blockStatus: 451 }) });
    expect(waf.evaluateSync(GET)).toMatchObject({ action: "block", status: 451 });
  });

  test("say which of them is meant by a ruleset that names none", () => {
    const { phase: _, ...quick } = blocking;
    const catalogue = withPhase(CUSTOM, { default: false });
    expect(createWaf({ rulesets: [quick] }).evaluateSync(GET).action).toBe("block");
    expect(() => createWaf({ rulesets: [quick] }, { phases: catalogue })).toThrow(/E_DOC_MISSING/);
    const moved = new PhaseCatalogue(
      catalogue.phases.map((phase) => (phase.name === MANAGED ? { ...phase, default: true } : phase)),
    );
    expect(createWaf({ rulesets: [quick] }, { phases: moved }).evaluateSync(GET)).toMatchObject({
      by: { phase: MANAGED },
    });
  });
});

describe("a declaration that contradicts itself", () => {
  const misuse = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      return error instanceof MisuseError ? error.code : String(error);
    }
    return "none";
  };
  const plan = () => undefined;

  const ACTIONS: readonly (readonly [what: string, declared: Partial<ActionDefinition>])[] = [
    ["carried and terminating", { carried: true, terminating: true }],
    ["carried and scoring", { carried: true, contributes: ["score"] }],
    ["carried and executing", { carried: true, executes: plan }],
    ["carried and running while counting", { carried: true, whileCounting: true }],
    ["terminating and running while counting", { terminating: true, whileCounting: true }],
    ["executing without a word", { contributes: [], executes: plan }],
    ["executing without a plan", { contributes: ["execute"] }],
    ["skipping without a word", { contributes: ["score"], skips: plan }],
    ["skipping without a plan", { contributes: ["skip"] }],
    ["requiring parameters that it does not have", { parametersRequired: true }],
    [
      "not requiring a parameter that must be there",
      { parametersRequired: false, parameters: shape.object({ a: shape.required(shape.text) }) },
    ],
  ];
  test.each(ACTIONS)("an action, %s", (_what, declared) => {
    const action = { ...base, ...declared };
    expect(misuse(() => defineAction(action))).toBe("E_DEFINITION");
    // Nor does it get in without being defined.
    expect(misuse(() => createWaf({}, { actions: [...standardActions, action] }))).toBe("E_DEFINITION");
  });

  const PHASES: readonly (readonly [what: string, declared: Partial<PhaseDefinition>])[] = [
    ["a request that reads the response", { scheme: "response" }],
    ["security that is not executed", { executed: false, security: true }],
    ["rate limits that are not executed", { executed: false, needsRateLimit: true }],
    ["a log that is not executed", { side: "response", executed: false, logs: true }],
    ["a log before the response", { logs: true }],
    ["a log that is a security phase", { side: "response", logs: true, security: true }],
    ["a log that needs rate limits", { side: "response", logs: true, needsRateLimit: true }],
    ["a log that blocks", { side: "response", logs: true, blockStatus: 403 }],
    ["a status that refuses nothing", { blockStatus: 200 }],
    ["a status below those that refuse", { blockStatus: 399 }],
    ["a status above those that refuse", { blockStatus: 600 }],
    ["half a status", { blockStatus: 403.5 }],
    ["a second default", { default: true }],
  ];
  test.each(PHASES)("a phase, %s", (_what, declared) => {
    const phase: PhaseDefinition = {
      name: "mine",
      summary: "mine",
      side: "request",
      scheme: "request",
      actions: [],
      executed: true,
      security: false,
      custom: true,
      ...declared,
    };
    expect(misuse(() => new PhaseCatalogue([...STANDARD_PHASES, phase]))).toBe("E_DEFINITION");
  });

  test("an action that ends something where nothing can be ended", () => {
    const ending = { ...base, terminating: true, phases: ["http_log_custom_fields"] };
    expect(misuse(() => createWaf({}, { actions: [...standardActions, ending] }))).toBe("E_DEFINITION");
  });

  test("none of the standard ones does", () => {
    expect(() => createWaf({}, { actions: standardActions, phases: new PhaseCatalogue() })).not.toThrow();
  });
});

/** Words of decisions and documents that happen to be an action's or a phase's name. */
const DECISION_WORDS = ["allow", "block", "drop", "tarpit", "log", "challenge", "redirect", "serve_error"];
const KINDS = ["js_challenge", "managed_challenge"];

test("no action or phase is known by name where rules are planned and requests are judged", () => {
  const names = [
    ...standardActions.map(({ name }) => name),
    ...STANDARD_PHASES.map(({ name }) => name),
  ].filter((name) => !DECISION_WORDS.includes(name) && !KINDS.includes(name));
  const text = new RegExp(`["'](?:${names.join("|")})["']`);
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) =>
    /(?:\bengine\/.*\.ts|\/plan\/.*\.ts|\bvalidate\.ts|\bread-ruleset\.ts)$/.test(name),
  );
  expect(files.length).toBeGreaterThan(40);
  const found = files.flatMap((name) =>
    readFileSync(`src/${name}`, "utf8")
      .split("\n")
      .flatMap((line, at) => (text.test(line) ? [`${name}:${at + 1}: ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});
