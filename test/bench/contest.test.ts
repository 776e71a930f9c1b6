// Engines beside ours: what a rival is told of a request, and what a contest makes of verdicts and times.
import { describe, expect, test } from "vitest";
import { compare } from "../../bench/detection/compare.ts";
import { contest, type Engine, type Verdict } from "../../bench/detection/contest.ts";
import { buildIn, thisTree } from "../../bench/detection/engines.ts";
import { addressesOf, serve } from "../../bench/detection/libddwaf.ts";
import type { CorpusRecord, Label } from "../../bench/detection/records.ts";
import { loadRival } from "../../bench/measure/rivals.ts";
import { requestFrom } from "../support/source/request/model.ts";

interface Sent {
  readonly url?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

const viewOf = ({ url = "/", headers = [], body }: Sent) =>
  requestFrom({
    method: "POST",
    url,
    headers,
    remoteAddress: "203.0.113.9",
    ...(body !== undefined && { body: Buffer.from(body) }),
  });

const recordOf = (id: string, label: Label, sent: Sent = {}): CorpusRecord => ({
  id,
  label,
  fields: {},
  bytes: 100,
  view: () => viewOf(sent),
});

const type = (value: string) => [["Content-Type", value]] as const;
const part = (name: string, value: string, more = "") =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;

describe("a rival is told", () => {
  test.each<[string, Sent, string, unknown]>([
    ["the target as sent", { url: "/a%2fb?c=%20d" }, "uri.raw", "/a%2fb?c=%20d"],
    ["the method", {}, "method", "POST"],
    ["no query where there is none", { url: "/a?" }, "query", undefined],
    ["arguments, those of one name together", { url: "/?a=1&b=%2B&a=2" }, "query", { a: ["1", "2"], b: "+" }],
    ["segments of the path", { url: "/users/a%20b/?q" }, "path_params", { 0: "users", 1: "a b" }],
    ["a segment that cannot be decoded as it is", { url: "/%zz" }, "path_params", { 0: "%zz" }],
    [
      "headers in lower case without cookies",
      {
        headers: [
          ["X-A", "1"],
          ["cookie", "s=1"],
          ["x-a", "2"],
        ],
      },
      "headers.no_cookies",
      { "x-a": "1, 2" },
    ],
    [
      "cookies of all lines, the first of a name",
      {
        headers: [
          ["Cookie", "a=1; b=%41=c; a=2; none"],
          ["cookie", "d=4"],
        ],
      },
      "cookies",
      { a: "1", b: "A=c", d: "4" },
    ],
    ["JSON as an object", { headers: type("application/json"), body: '{"é":[1]}' }, "body", { é: [1] }],
    ["JSON of a vendor's type", { headers: type("application/vnd.x+json; v=1"), body: "[1]" }, "body", [1]],
    ["nothing of faulty JSON", { headers: type("application/json"), body: "{" }, "body", undefined],
    ["forms", { headers: type("application/x-www-form-urlencoded"), body: "a=%3Cb" }, "body", { a: "<b" }],
    ["texts", { headers: type("text/plain"), body: "é" }, "body", "é"],
    ["XML as text", { headers: type("application/soap+xml"), body: "<a/>" }, "body", "<a/>"],
    ["nothing of other bodies", { headers: type("image/png"), body: "x" }, "body", undefined],
    [
      "fields of multipart forms, not files",
      {
        headers: type("multipart/form-data; boundary=b"),
        body: `${part("a", "1")}${part("a", "2")}${part("c", "3")}${part("f", "x", '; filename="f"')}--b--\r\n`,
      },
      "body",
      { a: ["1", "2"], c: "3" },
    ],
    [
      "nothing of faulty multipart forms",
      { headers: type("multipart/form-data; boundary=b"), body: "--b" },
      "body",
      undefined,
    ],
  ])("%s", async (_, sent, address, value) => {
    const addresses = addressesOf(await serve(viewOf(sent)), true);
    expect(addresses[`server.request.${address}`]).toEqual(value);
    expect(addresses["http.client_ip"]).toBe("203.0.113.9");
  });

  test("no segments when they are not asked for", async () => {
    const addresses = addressesOf(await serve(viewOf({ url: "/users/1" })), false);
    expect(addresses).not.toHaveProperty("server.request.path_params");
  });
});

const A = recordOf("a", "attack", { url: "/?q=1%27%20union%20select%20password,login%20from%20users--%20-" });
const B = recordOf("b", "benign");
const RECORDS = [A, B, recordOf("c", "benign", { url: "/c" })];

/** Refuses records by their ids. */
const engineOf = (name: string, refused: string, partly = ""): Engine => ({
  name,
  ask: ({ id }) => {
    return () => ({ refused: refused.includes(id), partly: partly.includes(id) });
  },
});

/** Tells one time after the other. */
const clockOf = (times: readonly number[]) => {
  let at = 0;
  return (work: () => Verdict) => [work(), times[at++] ?? Number.NaN] as const;
};

test("a contest counts verdicts, and takes times in turns", () => {
  // In the first run the first engine begins, in the second the other one.
  const clock = clockOf([1, 2, 3, 10, 20, 30, 30, 40, 50, 3, 4, 5]);
  const [ours, other] = contest([engineOf("ours", "a"), engineOf("other", "ab", "bc")], RECORDS, 2, clock);
  expect(ours).toMatchObject({
    name: "ours",
    partly: 0,
    shares: { attack: { all: 1, blocked: 1 }, benign: { all: 2, blocked: 0 } },
    runs: { p50: 3, mean: 3 },
    fastest: { p50: 2, mean: 2 },
    ratios: { p50: 1, mean: 1 },
  });
  expect(other).toMatchObject({
    partly: 2,
    shares: { benign: { all: 2, blocked: 1 } },
    runs: { p50: 30, mean: 30 },
    fastest: { p50: 20, mean: 20 },
    ratios: { p50: 0.1, mean: 0.1 },
  });
});

test("an engine that answers in two ways is not measured", () => {
  let asked = 0;
  const moody: Engine = { name: "moody", ask: () => () => ({ refused: ++asked > 3, partly: false }) };
  expect(() => contest([moody], RECORDS, 1)).toThrow("moody answers `a` in two ways");
});

const printed = (records: readonly CorpusRecord[]) => {
  const lines: string[] = [];
  compare([engineOf("ours", "a"), engineOf("other", "ab")], records, 1, (line) => lines.push(line));
  return lines.join("\n");
};

test("a comparison shows what is found and refused, and tells where it has no JSON to measure", () => {
  const text = printed(RECORDS);
  expect(text).toMatch(/^ours +100\.00 % \(1\/1\) +0\.00 % \(0\/2\) +100\.00 % +0$/m);
  expect(text).toMatch(/^other +100\.00 % \(1\/1\) +50\.00 % \(1\/2\) +75\.00 % +0$/m);
  expect(text).toContain("No record has JSON bodies of 4 to 128 KB.");
});

test.each([
  ["of that size", "application/json", JSON.stringify("x".repeat(5000)), true],
  ["that is short", "application/json", JSON.stringify("x".repeat(4000)), false],
  ["that is none", "application/json", "x".repeat(5000), false],
  ["of another type", "text/plain", JSON.stringify("x".repeat(5000)), false],
])("JSON %s is or is not set against JSON.parse", (_, media, body, isMeasured) => {
  expect(printed([recordOf("d", "benign", { headers: type(media), body })]).includes("\nJSON.parse ")).toBe(
    isMeasured,
  );
});

test("this tree judges requests, with parts of it taken away", () => {
  const verdicts = (engine: Engine) => [A, B].map((record) => engine.ask(record)().refused);
  expect(verdicts(thisTree([], undefined))).toEqual([true, false]);
  expect(verdicts(thisTree(["sqli"], undefined))).toEqual([false, false]);
  thisTree([], undefined);
});

test("a folder without a build says what is missing, and a rival that is not installed is skipped with the reason", async () => {
  await expect(buildIn("bench/rivals")).rejects.toThrow("--against bench/rivals: its package has no `.`");
  const notes: string[] = [];
  await expect(loadRival("no-such-rival", { note: (line) => notes.push(line) })).resolves.toBeUndefined();
  expect(notes).toEqual(["no-such-rival skipped, it is not installed (`npm run bench:rivals`)"]);
});
