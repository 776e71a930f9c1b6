import { describe, expect, test } from "vitest";
import { CUSTOM, get, type Members, matched, rule, ruleset, wafOf } from "./waf-support.ts";

// Under an exception a rule reads less than the request holds, so that a condition may hold which does not hold otherwise:
// whether the index calls a rule up must not depend on what the rule cannot see.

const FILL = Array.from({ length: 40 }, (_, at) =>
  rule(`fill-${at}`, { expression: `http.host eq "${at}.example"` }),
);

const CONDITIONS: readonly string[] = [
  'not http.request.uri.path eq "/x"',
  'not http.request.uri.path in {"/x" "/y"}',
  'not (http.request.uri.path eq "/x" or http.request.uri.path eq "/y")',
  'http.request.uri.path eq "/x"',
  'not starts_with(http.request.uri.path, "/x")',
  'not http.request.uri.args["id"][0] eq "1"',
  'all(http.request.uri.args["id"][*] eq "2")',
];

const TARGETS: readonly Members[] = [
  { field: "http.request.uri.path" },
  { field: "http.request.uri.args", key: "id" },
  { field: "http.request.uri.args" },
  { field: "http.request.method" },
];

function refsBy(candidates: "linear" | undefined, target: Members | undefined): readonly string[] {
  const except = rule("except", {
    action: "skip",
    action_parameters: { targets: [{ ruleset: "later", ...(target ?? TARGETS[0]) }] },
    ...(target === undefined && { enabled: false }),
  });
  const waf = wafOf(
    [
      ruleset("first", [except], { phase: CUSTOM }),
      ruleset("later", [...FILL, ...CONDITIONS.map((expression, at) => rule(`r${at}`, { expression }))], {
        phase: "http_request_firewall_managed",
      }),
    ],
    candidates === undefined ? {} : { candidates },
  );
  return matched(waf.evaluateSync(get("/x?id=1&other=1"))).filter((ref) => ref !== "except");
}

describe("the index under an exception", () => {
  test.each(TARGETS)("to %j", (target) => {
    expect(refsBy(undefined, target)).toEqual(refsBy("linear", target));
  });

  test("calls up what holds once the value is not seen", () => {
    expect(refsBy(undefined, undefined)).toEqual(["r3"]);
    expect(refsBy(undefined, TARGETS[0])).toEqual(["r0", "r1", "r2", "r4"]);
    expect(refsBy(undefined, TARGETS[1])).toEqual(["r3", "r5", "r6"]);
  });
});

describe("many exceptions at once", () => {
  const names = Array.from({ length: 40 }, (_, at) => `k${at}`);
  /** Which of the parameters rules still see, where the first ones are excepted one by one. */
  const seenBeyond = (excepted: number): readonly string[] => {
    const skips = names.slice(0, excepted).map((key, at) =>
      rule(`skip-${at}`, {
        action: "skip",
        action_parameters: { targets: [{ ruleset: "later", field: "http.request.uri.args", key }] },
      }),
    );
    const rules = names.flatMap((key) => [
      rule(key, { expression: `any(http.request.uri.args["${key}"][*] eq "1")` }),
      rule(`any-${key}`, { expression: `any(http.request.uri.args.names[*] eq "${key}")` }),
    ]);
    const waf = wafOf([
      ruleset("first", skips, { phase: CUSTOM }),
      ruleset("later", rules, { phase: "http_request_firewall_managed" }),
    ]);
    const query = names.map((key) => `${key}=1`).join("&");
    return matched(waf.evaluateSync(get(`/?${query}`))).filter((ref) => !ref.startsWith("skip-"));
  };

  test.each([0, 1, 29, 30, 31, 32, 33, 40])("hide the inputs of %i parameters, and no others", (count) => {
    expect(seenBeyond(count)).toEqual(names.slice(count).flatMap((key) => [key, `any-${key}`]));
  });
});
