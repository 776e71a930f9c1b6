import { describe, expect, test } from "vitest";
import { Prefilter } from "../../support/source/detection/detector.ts";
import { detectors } from "../../support/source/detection/inspection.ts";

/** Texts of which most requests consist: each detector that one of them is worth costs every request. */
describe("of what requests mostly say", () => {
  const prefilter = new Prefilter(detectors);
  const asked = (text: string) => prefilter.ask(text).map((at) => detectors[at]?.name);

  test.each([
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0",
    "en-GB,en;q=0.9,de;q=0.8",
    "gzip, deflate, br",
    "keep-alive",
    "/shop/items/4711.html",
    "4d338ce4-74a4-4722-8a29-d6f5307dd1c8",
    "2019-05-15T15:21:12Z",
    "f7afe293953d1061117c40c0d9c43500909ee85ba119b24dbe55ab1f52caf47e",
    "check_suite.pull_requests",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0NzExIn0.qg0m7VxQkVQ2oM4sC1e6n0",
    "The chairs (four of them) are due on Friday, the table a week later.",
  ])("%j no detector is asked", (text) => {
    expect(asked(text)).toEqual([]);
  });

  test.each([
    ["https://api.example/users/octo/followers", ["host"]],
    ["text/html,application/xml;q=0.9,*/*;q=0.8", ["shell"]],
    ["a) b", []],
    ["uid=a)\0", ["path", "ldap"]],
  ])("%j few are", (text, names) => {
    expect(asked(text)).toEqual(names);
  });
});

test.each([
  ["*/*;q=0.8, text/html;level=1", false],
  ["gzip;q=1.0,deflate;q=0.6,identity;q=0.3", false],
  ["*/*;cat /etc/passwd", true],
  ["gzip, deflate;q=$(cat /etc/passwd)", true],
  ["text/html;q=0.9|cat /etc/passwd", true],
])("in the header Accept %j the shell finds something: %s", (text, is) => {
  const found: string[] = [];
  const shell = detectors.find(({ name }) => name === "shell");
  shell?.inspect(text, { part: "header", name: "accept", isName: false }, ({ name }) => found.push(name));
  expect(found.length > 0).toBe(is);
});

test("each detector is in the list once", () => {
  expect(detectors.filter((one, at) => detectors.indexOf(one) !== at)).toEqual([]);
});

test("the prefilter has room for all triggers", () => {
  const triggers = detectors.flatMap((one) => one.triggers);
  const sets = triggers.flatMap(({ characters }) =>
    characters === undefined ? [] : [[...new Set(characters)].sort().join("")],
  );
  // One more needs a set that another trigger has, or a test of its own.
  expect(new Set(sets).size).toBeLessThanOrEqual(32);
  expect(() => new Prefilter(detectors)).not.toThrow();
});
