import { expect, test } from "vitest";
import { Source } from "../../support/source/language/diagnostics.ts";
import { loadDocument } from "../../support/source/rules/load.ts";
import { rulesetToPlain } from "../../support/source/rules/ruleset.ts";

const document = (tests: string) =>
  loadDocument(
    new Source(`rules:\n  - ref: a\n    action: block\n    expression: ssl\n    tests: ${tests}\n`, "r.yaml"),
  );

const FULL = {
  name: "an upload",
  request: {
    method: "POST",
    url: "/x?y=1",
    headers: { host: "a.example", "x-two": ["1", "2"] },
    body: "z",
    remote_address: "192.0.2.7",
  },
  response: { status: 200, headers: { server: "s" }, body: "ok" },
  match: true,
};

test("the tests of a rule are on the loaded document and in its plain form, with a warning that nothing runs them", () => {
  const loaded = document(JSON.stringify([FULL, { request: { url: "/" }, match: false }]));
  expect(loaded.warnings).toMatchObject([{ code: "W_TESTS_NOT_RUN", pointer: "/rules/0/tests", line: 5 }]);
  if (!loaded.ok) throw new Error("it has faults");
  const [ruleset] = loaded.value.rulesets;
  expect(ruleset?.rules[0]?.tests).toEqual([FULL, { request: { url: "/" }, match: false }]);
  expect(JSON.parse(JSON.stringify(rulesetToPlain(ruleset!))).rules[0].tests).toHaveLength(2);
});

test("without tests there is no warning", () => {
  expect(document("[]").warnings).toEqual([]);
});

test.each([
  ["[{request: {url: /x}}]", "E_DOC_MISSING", "/rules/0/tests/0"],
  ["[{match: true}]", "E_DOC_MISSING", "/rules/0/tests/0"],
  ["[{request: {}, match: true}]", "E_DOC_MISSING", "/rules/0/tests/0/request"],
  ["[{request: {url: 1}, match: true}]", "E_DOC_TYPE", "/rules/0/tests/0/request/url"],
  ["[{request: {url: /x}, match: yes please}]", "E_DOC_TYPE", "/rules/0/tests/0/match"],
  [
    "[{request: {url: /x}, response: {status: 9}, match: true}]",
    "E_DOC_RANGE",
    "/rules/0/tests/0/response/status",
  ],
  ["{request: {url: /x}, match: true}", "E_DOC_TYPE", "/rules/0/tests"],
])("%s is a fault", (tests, code, pointer) => {
  const loaded = document(tests);
  expect(loaded.ok ? [] : loaded.errors.map((error) => [error.code, error.pointer])).toEqual([
    [code, pointer],
  ]);
});

test("an unknown member is told with its place, and kept", () => {
  const loaded = document("[{request: {url: /x, metod: PUT}, match: true}]");
  expect(loaded.warnings.map(({ code, pointer }) => [code, pointer])).toContainEqual([
    "W_DOC_UNKNOWN_MEMBER",
    "/rules/0/tests/0/request/metod",
  ]);
  expect(loaded.ok && loaded.value.rulesets[0]?.rules[0]?.tests).toMatchObject([
    { request: { metod: "PUT" } },
  ]);
});
