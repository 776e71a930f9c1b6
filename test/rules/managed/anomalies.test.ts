// The rules know nothing of the readers: that both have the same codes shows here.
import { describe, expect, test } from "vitest";
import {
  BODY_ANOMALIES,
  JSON_ANOMALIES,
  MULTIPART_ANOMALIES,
  XML_ANOMALIES,
} from "../../support/source/request/body.ts";
import { COOKIE_ANOMALIES, HEADER_ANOMALIES, URI_ANOMALIES } from "../../support/source/request/head.ts";
import { managedRulesets } from "../../support/source/rules/managed.ts";

const CODES: Readonly<Record<string, readonly string[]>> = {
  // The last ones are found by what reads the client's address and the arguments.
  headers: [...HEADER_ANOMALIES, "malformed_forwarding"],
  cookies: COOKIE_ANOMALIES,
  uri: [...URI_ANOMALIES, "too_many_arguments"],
  body: [...BODY_ANOMALIES, ...MULTIPART_ANOMALIES, ...JSON_ANOMALIES, ...XML_ANOMALIES],
};

const rules = managedRulesets.flatMap((ruleset) => ruleset.rules);

/** The codes for which an expression looks among the anomalies of a part of the request. */
function codesIn(expression: string, part: string): readonly string[] {
  const sets = expression.matchAll(
    new RegExp(`request\\.${part}\\.anomalies\\[\\*\\] in \\{([^}]*)\\}`, "g"),
  );
  return [...sets].flatMap(([, codes = ""]) => codes.match(/\w+/g) ?? []);
}

describe.each(Object.entries(CODES))("the anomalies of %s", (part, known) => {
  test("that rules look for are reported", () => {
    const wanted = rules.flatMap(({ expression }) => codesIn(expression, part));
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((code) => !known.includes(code))).toEqual([]);
  });
});

/** What clients send, and what costs a part no more than to be judged as input. */
const NOT_REFUSED: readonly string[] = [
  "multipart_unusual_header",
  "multipart_missing_disposition",
  "multipart_unusual_disposition",
  "multipart_escaped_parameter",
  "multipart_missing_name",
  "multipart_extended_parameter",
];

test("every anomaly of multipart bodies is refused, or left out on purpose", () => {
  const rule = rules.find(({ ref }) => ref === "wc-protocol-ambiguous-part");
  const refused = codesIn(rule?.expression ?? "", "body");
  expect([...refused, ...NOT_REFUSED].sort()).toEqual([...MULTIPART_ANOMALIES].sort());
});
