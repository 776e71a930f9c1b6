import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scorerWith } from "../../support/source/detection/scorer.ts";

const ATTACKS = ["' or 1=1 --", '" or 2=2 --', "') or 3=3 --", "' and 4=4 --", "1' or 'a'='a", "x' or 5=5 #"];
const BENIGN = [
  "it's (nearly) done",
  "a=b; c=d",
  "5 > 3 or less",
  "rock'n'roll #1",
  "me@example.com",
  "<b>now</b>",
];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wirewall-"));
  const lines = [
    ...ATTACKS.map((text, i) => record("attack", i, `/list?page=2&q=${encodeURIComponent(text)}`)),
    ...BENIGN.map((text, i) => record("benign", i, `/?text=${encodeURIComponent(text)}`)),
    // Never benign, and no attack either.
    record("rule-negative", 0, `/?q=${encodeURIComponent("' or 6=6 --")}`),
  ];
  writeFileSync(join(folder, "toy.jsonl"), `${lines.join("\n")}\n`);
  writeFileSync(join(folder, "plain.txt"), "see f(x) = {x | x > 1}\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const record = (label: string, i: number, uri: string) =>
  JSON.stringify({
    id: `${label}-${i}`,
    label,
    origin: `${label} ${i % 3}`,
    request: { method: "GET", uri, headers: [["User-Agent", "' evil (UA)"]] },
  });

function train(name: string, ...more: string[]): string {
  const out = join(folder, name);
  const files = [join(folder, "toy.jsonl"), join(folder, "plain.txt")];
  execFileSync(process.execPath, [
    "tools/train-scorer.mjs",
    ...files,
    "--no-packages",
    "--out",
    out,
    ...more,
  ]);
  return readFileSync(out, "utf8");
}

test("training tells attacks from other texts, to the same bit each time", { timeout: 60_000 }, () => {
  const text = train("a.json");
  expect(train("b.json")).toBe(text);
  const scorer = scorerWith(JSON.parse(text));
  for (const attack of ATTACKS) expect(scorer.score(attack)).toBeGreaterThan(scorer.score("me@example.com"));
});

test("records that are left out change the weights and get scores", { timeout: 60_000 }, () => {
  const scores = join(folder, "scores.jsonl");
  const text = train("c.json", "--leave-out", "origin=attack 1", "--scores", scores);
  expect(text).not.toBe(readFileSync(join(folder, "a.json"), "utf8"));
  const ids = readFileSync(scores, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).id);
  expect(ids).toEqual(["attack-1", "attack-4"]);
});
