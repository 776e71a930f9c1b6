// False alarms of the project's own corpus with the rim enforced: none of its texts was written for this.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exceptionOf } from "../../bench/detection/exceptions.ts";
import type { CorpusPart } from "../detection/corpus/part.ts";
import { type AnyPlace, requestOf } from "../detection/corpus/requests.ts";
import { root } from "../support/root.ts";
import { requestFrom } from "../support/source/request/model.ts";

const CORPUS = join(root, "test/detection/corpus");
const FOLDER = join(CORPUS, "benign");
const LEAST = 40;
/** Enough to be sure, few enough to be fast: each needs a firewall of its own. */
const MOST = 120;

const isTexts = (value: unknown): value is Readonly<Record<string, readonly string[]>> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(Array.isArray);

const hasLookAlikes = (value: unknown): value is CorpusPart =>
  typeof value === "object" && value !== null && "lookAlikes" in value && Array.isArray(value.lookAlikes);

const texts: { readonly place: string; readonly text: string; readonly name?: string | undefined }[] = [];
for (const name of readdirSync(FOLDER)) {
  const module: Readonly<Record<string, unknown>> = await import(join(FOLDER, name));
  for (const part of Object.values(module).filter(isTexts))
    for (const [place, own] of Object.entries(part)) for (const text of own) texts.push({ place, text });
}

// Texts that look like attacks and are none.
for (const name of readdirSync(CORPUS).filter((one) => one.endsWith(".ts"))) {
  const module: Readonly<Record<string, unknown>> = await import(join(CORPUS, name));
  for (const { lookAlikes } of Object.values(module).filter(hasLookAlikes))
    for (const { text, place = "argument", name: key } of lookAlikes) texts.push({ place, text, name: key });
}

test("what an event suggests excepts the alarm, and nothing else", () => {
  const faults: unknown[] = [];
  let alarms = 0;
  let attacks = 0;
  for (const { place, text, name } of texts) {
    if (alarms === MOST) break;
    const verdict = exceptionOf(() => requestFrom(requestOf(text, place as AnyPlace, name)));
    if (verdict === undefined) continue;
    alarms++;
    attacks += verdict.attacks;
    if (verdict.faults.length > 0) faults.push({ place, text: text.slice(0, 200), ...verdict });
  }
  expect(faults).toEqual([]);
  expect(alarms).toBeGreaterThanOrEqual(LEAST);
  expect(attacks).toBeGreaterThan(LEAST);
}, 120_000);
