// What the scorer's opinion does to evidence, with given opinions; and parts of an inspection that measurements switch off.
import { afterEach, describe, expect, test } from "vitest";
import {
  ALL_MECHANISMS,
  CONFIRMED,
  forEachLeaf,
  inspect,
  isScored,
  isWorthScoring,
  LEARNED,
  useMechanisms,
  useScorer,
  weigh,
} from "../../support/source/detection/inspection.ts";
import { NOTHING } from "../../support/source/detection/scorer.ts";
import { Budget } from "../../support/source/language/values.ts";
import { type RequestData, requestFrom, WafRequest } from "../../support/source/request/model.ts";

const text = (length: number) => "a<".repeat(length / 2);
const SHORT = { text: text(40), isWholeBody: false };
const LONG = { ...SHORT, text: text(900) };
const ADDRESS = { ...SHORT, text: "http://203.0.113.5:8080/status" };
const BODY = { ...SHORT, isWholeBody: true };
const MARKS = 0.1;
const SENTENCES = 0.8;

type Name = "confirmed" | "alone" | "none";

describe("an opinion", () => {
  const CASES: readonly [
    what: string,
    score: number,
    prose: number,
    text: typeof SHORT,
    strongest: number,
    becomes: Name,
  ][] = [
    ["adds nothing when there is none", NOTHING, SENTENCES, LONG, 4, "none"],
    ["adds nothing to what is enough", 9, MARKS, SHORT, 5, "none"],
    ["confirms weak evidence", 2.5, MARKS, SHORT, 3, "confirmed"],
    ["does not confirm the weakest that counts", 2.5, MARKS, SHORT, 2, "none"],
    ["confirms it when it is surer", 3.2, MARKS, SHORT, 2, "confirmed"],
    ["does not confirm what is only logged", 2.5, MARKS, SHORT, 1, "none"],
    ["does not confirm when undecided", 0.5, MARKS, SHORT, 3, "none"],
    ["decides alone when sure", 3.6, MARKS, SHORT, 0, "alone"],
    ["decides where evidence is weak, too", 3.6, MARKS, SHORT, 3, "alone"],
    ["does not decide alone a little below", 3.4, MARKS, SHORT, 0, "none"],
    ["decides in long texts as in short ones", 3.6, MARKS, LONG, 0, "alone"],
    ["must be surer in sentences", 3.6, SENTENCES, SHORT, 1, "none"],
    ["confirms there", 3.6, SENTENCES, LONG, 3, "confirmed"],
    ["decides there when it is", 5.5, SENTENCES, LONG, 0, "alone"],
    ["does not decide alone about an address", 9, MARKS, ADDRESS, 0, "none"],
    ["nor about a body as a whole", 9, MARKS, BODY, 0, "none"],
    ["confirms there, too", 9, MARKS, BODY, 3, "confirmed"],
  ];

  const nameOf = (found: ReturnType<typeof weigh>): Name =>
    found === CONFIRMED ? "confirmed" : found === LEARNED ? "alone" : "none";

  test.each(CASES)("%s", (_, score, prose, text, strongest, becomes) => {
    const opinion = { score, prose };
    expect(nameOf(weigh(opinion, { ...text, strongest }, ALL_MECHANISMS))).toBe(becomes);
    const off = { ...ALL_MECHANISMS, secondOpinion: false, scorerAlone: false };
    expect(nameOf(weigh(opinion, { ...text, strongest }, off))).toBe("none");
  });
});

test.each([
  ["it's fine (again), she said; 3.5% more!", 0, false],
  ["it's fine (again), she said; 3.5% more!", 2, true],
  ["a'b'1", 0, true],
  ["f(x)", 0, true],
  ["x;y1", 0, true],
  ["at 100%25", 0, true],
  ["a < b", 0, true],
  ["3 to ..", 0, true],
  [`f(x)${" a".repeat(2500)}`, 0, false],
  ["a < b", 5, false],
  // Nothing is confirmed in these, and the scorer does not decide.
  ["a//b/../c", 0, false],
  ["a//b/../c", 2, true],
  [`${"QUJD+/".repeat(9)}==`, 1, false],
  [`${"QUJD+/".repeat(9)}==`, 2, true],
  // Nor in what is read whole.
  ["https://203.0.113.9/items?page=2#top", 0, false],
  ["https://203.0.113.9/items?page=2#top", 3, false],
  ['{"a": "<b>"}', 3, false],
  ['{"a": "<b>"} or', 0, true],
] as const)("whether %j with evidence of %i points is worth scoring: %s", (text, strongest, is) => {
  expect(isWorthScoring({ text, isWholeBody: false, strongest })).toBe(is);
});

test("a body as a whole is worth scoring only to confirm what was found in it", () => {
  const body = { text: "a < b", isWholeBody: true };
  expect(isWorthScoring({ ...body, strongest: 1 })).toBe(false);
  expect(isWorthScoring({ ...body, strongest: 2 })).toBe(true);
});

describe("a text is scored", () => {
  const ARGS = "http.request.uri.args";
  const RAW = "http.request.body.raw";
  test.each([
    ["of an argument", "argument", ARGS, "q", "a<b", true],
    ["with an ampersand", "argument", ARGS, "q", "' && 1=1", true],
    ["of a cookie, whatever it is", "cookie", "http.request.cookies", "c", "a=b&c=d", true],
    ["of an application's header", "header", "http.request.headers", "x-note", "a<b", true],
    ["but not of a browser's", "header", "http.request.headers", "user-agent", "a<b", false],
    ["nor of a proxy's", "header", "http.request.headers", "x-forwarded-for", "a<b", false],
    ["nor a path", "path", "http.request.uri.path", "", "/a<b", false],
    ["nor a form as a whole", "body", RAW, "", "a=b&c=d", false],
    ["nor a document as a whole", "body", RAW, "", '\n<?xml version="1.0"?><a/>', false],
  ] as const)("%s", (_, part, field, key, text, is) => {
    expect(isScored({ part, field }, key, text)).toBe(is);
  });
});

describe("an inspection", () => {
  afterEach(() => {
    useMechanisms({});
    useScorer(undefined);
  });
  const requestOf = (data: RequestData) => new WafRequest(requestFrom({ receivedAt: 0, ...data }));
  const found = (data: RequestData) =>
    inspect(requestOf(data), new Budget(1e6)).evidence.map(({ kind, points }) => [kind.name, points]);
  const is = (score: number, prose = 0.1) =>
    useScorer({ score: () => score, opinion: () => ({ score, prose }) });
  const at = (text: string): RequestData => ({ url: `/?q=${encodeURIComponent(text)}` });
  const UNION = "1 union select name, secret from users";
  const PADDED = `${UNION} -- ${"and more of it ".repeat(20)}`;

  test("keeps what is enough by itself, however ordinary the scorer finds the text", () => {
    is(0);
    const before = found(at(PADDED));
    expect(before.some(([, points]) => points === 5)).toBe(true);
    for (const score of [-11.5, 9]) {
      is(score);
      expect(found(at(PADDED))).toEqual(before);
    }
  });

  test("adds what the scorer says alone, unless it is off", () => {
    is(9);
    const strange = at("<!--x zz='1'>");
    expect(found(strange)).toContainEqual([LEARNED.name, 5]);
    useMechanisms({ scorerAlone: false });
    expect(found(strange)).not.toContainEqual([LEARNED.name, 5]);
  });

  test("asks the scorer about no text on which it decides nothing", () => {
    const asked: string[] = [];
    useScorer({
      score: () => 9,
      opinion: (text) => {
        asked.push(text);
        return { score: 9, prose: 0 };
      },
    });
    const link = "https://api.example/users/octo";
    const values = [
      link,
      `${link}/gists{/gist_id}`,
      `${link}?v=4`,
      "QUJD+//F".repeat(9),
      "a//b",
      '{"$a": 1}',
    ];
    const body = JSON.stringify([...values, "x <!-- y"]);
    const headers = { "Content-Type": "application/json" };
    expect(found({ method: "POST", url: "/", headers, body })).toContainEqual([LEARNED.name, 5]);
    expect(asked).toEqual(["x <!-- y"]);
  });

  test("looks at no views when they are off", () => {
    is(0);
    const escaped = at("\\u003cscript\\u003ealert(1)\\u003c/script\\u003e");
    expect(found(escaped)).not.toEqual([]);
    useMechanisms({ views: false });
    expect(found(escaped)).toEqual([]);
  });

  test("has single inputs only when further ones are off", () => {
    const data: RequestData = {
      method: "POST",
      url: "/it'em/x?id=1/*&id=*/2&<b",
      headers: { Referer: "https://a.example/?r=1", "Content-Type": "application/x-www-form-urlencoded" },
      body: "a=1&a=2&<i",
    };
    const leaves = () => {
      const all: string[] = [];
      forEachLeaf(requestOf(data), new Budget(1e6), (text) => all.push(text));
      return all;
    };
    const further = ["it'em", "1/*,*/2", "id=1/*&id=*/2&<b", "1", "1,2", "a=1&a=2&<i"];
    expect(leaves()).toEqual(expect.arrayContaining(further));
    useMechanisms({ furtherLeaves: false });
    const single = leaves();
    for (const text of further.filter((one) => one !== "1")) expect(single).not.toContain(text);
    expect(single).toEqual(expect.arrayContaining(["/it'em/x", "1/*", "*/2", "<b", "1", "2", "<i"]));
  });
});
