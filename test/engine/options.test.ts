import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  compileFilter,
  createMetrics,
  createRedactor,
  createShadowEvaluator,
  createWaf,
  defineAction,
  loadDocuments,
  loadObject,
  MemoryCounterStore,
  MisuseError,
  proofOfWorkProvider,
  readList,
  Source,
  standardScheme,
} from "../support/source/index.ts";
import { MISUSE_CODES } from "../support/source/language/diagnostics.ts";

const firewall = (options: object) => () => createWaf({}, options);
const secret = "at least sixteen bytes";
const meter = { createCounter: () => ({ add() {} }), createHistogram: () => ({ record() {} }) };

/** What a program does, the code of the refusal, and a part of its message. */
const refused: readonly (readonly [what: string, work: () => unknown, code: string, message: RegExp])[] = [
  ["an option", firewall({ budgt: 1 }), "E_OPTION_UNKNOWN", /`budgt`; did you mean `budget`\?/],
  ["a far-off option", firewall({ zzzzzz: 1 }), "E_OPTION_UNKNOWN", /`zzzzzz`; there are actions, budget/],
  ["a name of every object", firewall({ constructor: 1 }), "E_OPTION_UNKNOWN", /`constructor`/],
  [
    "a limit of requests",
    firewall({ limits: { request: { maxHeader: 1 } } }),
    "E_OPTION_UNKNOWN",
    /`limits\.request\.maxHeader`; did you mean `maxHeaders`\?/,
  ],
  [
    "a limit of expressions",
    firewall({ limits: { expression: { maxNode: 1 } } }),
    "E_OPTION_UNKNOWN",
    /`limits\.expression\.maxNode`; did you mean `maxNodes`/,
  ],
  [
    "a limit of the engine",
    firewall({ limits: { engine: { maxMatch: 1 } } }),
    "E_OPTION_UNKNOWN",
    /`limits\.engine\.maxMatch`; did you mean `maxMatches`/,
  ],
  [
    "a limit outside of its group",
    firewall({ limits: { maxBodyBytes: 1 } }),
    "E_OPTION_UNKNOWN",
    /`limits\.maxBodyBytes`; did you mean `limits\.request\.maxBodyBytes`\?/,
  ],
  [
    "a limit outside of all groups",
    firewall({ maxBodyBytes: 1 }),
    "E_OPTION_UNKNOWN",
    /`maxBodyBytes`; did you mean `limits\.request\.maxBodyBytes`\?/,
  ],
  ["a group of limits", firewall({ limits: { requests: {} } }), "E_OPTION_UNKNOWN", /`limits\.requests`/],
  ["limits that are none", firewall({ limits: 5 }), "E_OPTION", /`limits` must be an object, not a number/],
  ["an array for a group", firewall({ limits: [] }), "E_OPTION", /`limits` must be an object, not an array/],
  ["an array for options", firewall([]), "E_OPTION", /options must be an object, not an array/],
  ["an option that is inherited", firewall(Object.create({ budgt: 1 })), "E_OPTION_UNKNOWN", /`budgt`/],
  ...["managed", "events", "geo", "fields", "functions", "actions"].flatMap((name) =>
    [5, {}, [null]].map(
      (value) =>
        [
          `${name} of ${JSON.stringify(value)}`,
          firewall({ [name]: value }),
          "E_OPTION",
          new RegExp(`\`${name}(\\[0\\])?\` must be an (array|object)`),
        ] as const,
    ),
  ),
  ...["random", "now", "onError", "onSinkError", "servedFromCache"].map(
    (name) =>
      [
        `${name} of 5`,
        firewall({ [name]: 5 }),
        "E_OPTION",
        new RegExp(`\`${name}\` must be a function`),
      ] as const,
  ),
  ...["counters", "challenge", "phases", "patterns", "scheme"].map(
    (name) =>
      [
        `${name} of []`,
        firewall({ [name]: [] }),
        "E_OPTION",
        new RegExp(`\`${name}\` must be an object`),
      ] as const,
  ),
  [
    "a trusted text",
    firewall({ client: { trust: "10.0.0.0/8" } }),
    "E_OPTION",
    /`client\.trust` must be an array/,
  ],
  ...[
    [{ actions: ["blok"] }, /`selectEvents\.actions` names `blok`.*`block`/],
    [{ severities: ["critcal"] }, /`selectEvents\.severities` names `critcal`.*`critical`/],
    [{ sample: 2 }, /`selectEvents\.sample` takes shares from 0 to 1/],
  ].map(
    ([selectEvents, message]) =>
      [
        `a selection of events that go nowhere: ${JSON.stringify(selectEvents)}`,
        firewall({ selectEvents }),
        "E_OPTION",
        message as RegExp,
      ] as const,
  ),
  ["a flag that is none", firewall({ plainHttp: "yes" }), "E_OPTION", /`plainHttp` must be true or false/],
  ["options that are none", () => createWaf({}, null as never), "E_OPTION", /options must be an object/],
  [
    "a client option",
    firewall({ client: { trusted: [] } }),
    "E_OPTION_UNKNOWN",
    /`client\.trusted`.*`trust`/,
  ],
  ["a redaction", firewall({ redact: { name: [] } }), "E_OPTION_UNKNOWN", /`redact\.name`.*`names`/],
  [
    "a deduplication",
    firewall({ deduplicateEvents: { window: 1 } }),
    "E_OPTION_UNKNOWN",
    /deduplicateEvents\.window/,
  ],
  [
    "a mode",
    firewall({ mode: "observ" }),
    "E_OPTION",
    /`mode` must be `enforce`, `observe` or `off`, not the text `observ`; did you mean/,
  ],
  [
    "a failure mode",
    firewall({ failure: true }),
    "E_OPTION",
    /`failure` must be `closed` or `open`, not `true`/,
  ],
  [
    "a reporter",
    firewall({ onError: "log" }),
    "E_OPTION",
    /`onError` must be a function, not the text `log`/,
  ],
  ["sinks", firewall({ events: { write() {} } }), "E_OPTION", /`events` must be an array, not an object/],
  ["a sink", firewall({ events: [() => {}] }), "E_OPTION", /`events\[0\]` .*`write`, not a function/],
  ["managed rulesets", firewall({ managed: { id: "x" } }), "E_OPTION", /`managed` must be an array/],
  ["a store", firewall({ counters: new Map() }), "E_OPTION", /`counters` .*`read`, `add`: it has no `read`/],
  ["a provider", firewall({ challenge: {} }), "E_OPTION", /`challenge` .*`isCleared`/],
  [
    "a flag",
    firewall({ nilNotEqual: "yes" }),
    "E_OPTION",
    /`nilNotEqual` must be true or false, not the text `yes`/,
  ],
  ["an engine", firewall({ patterns: "re2" }), "E_OPTION", /`patterns` .*`compile`, not the text `re2`/],
  [
    "a budget as text",
    firewall({ budget: "10" }),
    "E_OPTION",
    /whole number of at least 1, not the text `10`/,
  ],
  ["no secret", () => proofOfWorkProvider(undefined as never), "E_OPTION", /`secret` .*not `undefined`/],
  [
    "an action without a body",
    () => defineAction({ name: "x", summary: "X.", terminating: false, prepare: () => 1 } as never),
    "E_DEFINITION",
    /`x` has no function `apply`/,
  ],
  [
    "a load option",
    () => loadDocuments([], { schem: 1 } as never),
    "E_OPTION_UNKNOWN",
    /did you mean `scheme`/,
  ],
  [
    "a load limit",
    () => loadObject({}, { limits: { maxNode: 1 } } as never),
    "E_OPTION_UNKNOWN",
    /`limits\.maxNode`/,
  ],
  [
    "a compile option",
    () => compileFilter("true", standardScheme() as never, { comment: true } as never),
    "E_OPTION_UNKNOWN",
    /did you mean `comments`/,
  ],
  [
    "a shadow option",
    () => createShadowEvaluator({ live: createWaf({}), candidate: createWaf({}), rates: 1 } as never),
    "E_OPTION_UNKNOWN",
    /did you mean `rate`/,
  ],
  ["a store's option", () => new MemoryCounterStore({ maxKey: 1 } as never), "E_OPTION_UNKNOWN", /`maxKeys`/],
  ["a redactor's option", () => createRedactor({ secret: "show" } as never), "E_OPTION_UNKNOWN", /`secrets`/],
  [
    "a metrics option",
    () => createMetrics(meter, { maxSerie: 1 } as never),
    "E_OPTION_UNKNOWN",
    /`maxSeries`/,
  ],
  [
    "a list option",
    () => readList(new Source(""), { name: "l", kinds: "ip" } as never),
    "E_OPTION_UNKNOWN",
    /`kind`/,
  ],
  [
    "a difficulty",
    () => proofOfWorkProvider({ secret, difficulty: { js_challenges: 3 } } as never),
    "E_OPTION_UNKNOWN",
    /`difficulty\.js_challenges`.*`js_challenge`/,
  ],
  ["a short secret", () => proofOfWorkProvider({ secret: "short" }), "E_OPTION", /at least 16 bytes/],
];

test.each(refused)("%s is refused", (_what, work, code, message) => {
  let thrown: unknown;
  try {
    work();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(MisuseError);
  expect(thrown).toMatchObject({ code, message: expect.stringMatching(message) });
});

test("what is undefined counts as absent", () => {
  expect(createWaf({}, { limits: undefined, redact: undefined } as never).snapshot.version).toBe(1);
});

test("the reference of misuse lists every code", () => {
  const text = readFileSync(new URL("../../docs/reference/misuse.md", import.meta.url), "utf8");
  const listed = [...text.matchAll(/^\| `(E_\w+)` \|/gm)].map(([, code]) => code);
  expect(listed).toEqual([...MISUSE_CODES]);
});
