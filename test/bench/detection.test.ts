// The measuring stick of detection: what a corpus may look like, and what is made of judgements.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  balanced,
  curveOf,
  groupsOf,
  type Judged,
  macro,
  rateOf,
  sharesOf,
} from "../../bench/detection/figures.ts";
import { firewallWith, judge } from "../../bench/detection/judge.ts";
import { type CorpusRecord, readCorpus } from "../../bench/detection/records.ts";

const folder = mkdtempSync(join(tmpdir(), "stick-"));

async function recordsOf(lines: readonly string[]): Promise<readonly CorpusRecord[]> {
  const file = join(folder, "corpus.jsonl");
  writeFileSync(file, lines.join("\n"));
  const records: CorpusRecord[] = [];
  for await (const record of readCorpus(file)) records.push(record);
  return records;
}

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString("base64");
const line = (request: unknown, more: object = {}) =>
  JSON.stringify({ id: "a", label: "attack", request, ...more });
const GET = { method: "GET", uri: "/a?b=c", headers: [["Host", "shop.example"]] };

describe("a corpus", () => {
  test("becomes requests", async () => {
    const raw = "POST /raw HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 2\r\n\r\nhi";
    const [head, body, coded, message] = await recordsOf([
      line(GET),
      "",
      line({ ...GET, method: "POST", body_b64: base64("x=y") }, { id: "b", label: "benign" }),
      line(
        {
          method: "POST",
          uri: "/",
          headers: [["Content-Encoding", "gzip"]],
          body_b64: base64(gzipSync("z")),
        },
        { id: "c" },
      ),
      line({ ...GET, raw_b64: base64(raw) }, { id: "d" }),
    ]);
    expect(head?.view()).toMatchObject({
      method: "GET",
      target: "/a?b=c",
      rawHeaders: ["Host", "shop.example"],
    });
    expect(head?.bytes).toBe("/a?b=c".length + "Host: shop.example\r\n".length);
    expect(body?.view().body).toMatchObject({ bytes: "x=y" });
    expect(body?.label).toBe("benign");
    expect(coded?.view().body).toMatchObject({ bytes: "z", coding: "undone" });
    expect(message?.view()).toMatchObject({ method: "POST", target: "/raw", body: { bytes: "hi" } });
    expect(head?.view()).not.toBe(head?.view());
  });

  test.each([
    ["{", /:1: not JSON .*one object a line/],
    ["5", /:1: expected an object, found 5/],
    [JSON.stringify({ label: "attack" }), /:1: `id` must be a text, found nothing/],
    [
      JSON.stringify({ id: "a", label: "bad" }),
      /`label` must be one of attack, benign, rule-negative, found "bad"/,
    ],
    [JSON.stringify({ id: "a", label: "attack" }), /`request` must be an object/],
    [line({ method: 5 }), /`request.method` must be a text, found 5/],
    [line({ headers: [["a"]] }), /`request.headers` must be an array of \[name, value\], found \["a"\]/],
    [line({ body_b64: "*" }), /`request.body_b64` must be the bytes in Base64, found "\*"/],
    [`${line(GET)}\n${line(GET)}`, /:2: the id `a` stands on an earlier line/],
    ["", /no record/],
  ])("with a fault says where and what: %s", async (text, message) => {
    await expect(recordsOf([text])).rejects.toThrow(message);
  });
});

test("rules, categories and what does not exist can be asked to be off", async () => {
  const [record] = await recordsOf([
    line({ ...GET, uri: "/?q=1%27%20union%20select%20password,login%20from%20users--%20-" }),
  ]);
  const judgedWith = (off: readonly string[]) => {
    const waf = firewallWith({ off, weights: undefined });
    return record === undefined ? undefined : judge(waf, record.view());
  };
  expect(judgedWith([])).toMatchObject({ blocked: true, alone: true, partly: false });
  expect(judgedWith(["sqli"])).toMatchObject({ blocked: false, points: 0, refs: [] });
  expect(judgedWith(["wc-sqli-union-select"])?.refs).not.toContain("wc-sqli-union-select");
  expect(() => firewallWith({ off: ["nonsense"], weights: undefined })).toThrow("--off nonsense: no rule");
});

describe("figures", () => {
  const one = (label: "attack" | "benign", category: string, points: number, alone = false): Judged => ({
    record: { id: "", label, fields: { category, tags: [category, "x"] }, bytes: 10, view: neverView },
    judgement: { blocked: alone || points >= 5, alone, points, refs: [], partly: false, us: 1 },
  });
  const neverView = () => {
    throw new Error("nothing is judged here");
  };
  const judged = [
    one("attack", "a", 0, true),
    one("attack", "a", 6),
    one("attack", "a", 3),
    one("attack", "b", 0),
    one("benign", "c", 3),
    one("benign", "c", 0),
  ];

  test("are shares of each label", () => {
    const { attack, benign } = sharesOf(judged);
    expect([attack, benign]).toEqual([
      { all: 4, blocked: 2 },
      { all: 2, blocked: 0 },
    ]);
    expect(balanced(rateOf(attack), rateOf(benign))).toBe(0.75);
    expect(rateOf({ all: 0, blocked: 0 })).toBeUndefined();
  });

  test("by group count each group once", () => {
    const groups = groupsOf(judged, "category");
    expect(groups.map(({ name, shares }) => [name, shares.attack.all])).toEqual([
      ["a", 3],
      ["b", 1],
      ["c", 0],
    ]);
    expect(macro(groups, "attack")).toBeCloseTo((2 / 3 + 0) / 2);
    expect(groupsOf(judged, "tags").map(({ name }) => name)).toEqual(["a", "b", "c", "x"]);
    expect(groupsOf(judged, "tier").map(({ name }) => name)).toEqual(["-"]);
  });

  test("follow the threshold", () => {
    expect(curveOf(judged, 5)).toEqual([
      { threshold: 3, attacks: 3, benign: 1 },
      { threshold: 5, attacks: 2, benign: 0 },
      { threshold: 6, attacks: 2, benign: 0 },
    ]);
  });
});
