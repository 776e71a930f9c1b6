// The project's own corpus under the managed rules: what must be found in each attack, and that ordinary requests pass.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { managedWaf } from "../rules/managed/support.ts";
import { root } from "../support/root.ts";
import { detectors } from "../support/source/detection/inspection.ts";
import { createWaf } from "../support/source/engine/firewall.ts";
import type { RequestData } from "../support/source/request/model.ts";
import { DEFAULT_REQUEST_LIMITS } from "../support/source/request/view.ts";
import { uncheckedRuleset } from "../support/source/rules/ruleset.ts";
import { DISPUTED } from "./corpus/benign/disputed.ts";
import { LONG_BODIES } from "./corpus/benign/long-bodies.ts";
import type { BenignTexts } from "./corpus/benign/texts.ts";
import type { CorpusPart, CorpusText } from "./corpus/part.ts";
import { type AnyPlace, requestOf } from "./corpus/requests.ts";
import { normalisedTokens } from "./corpus/tokens.ts";

const CORPUS = join(root, "test/detection/corpus");
/** A class has at least so many of each. */
const LEAST_IN_PART = { attacks: 25, lookAlikes: 25 };
/** The classes of attacks. */
const CLASSES = 20;
/** And the whole corpus. */
const LEAST = { attacks: 600, benign: 1500, longBodies: 40 };
/** Bytes of the long bodies. */
const LONG = { least: 20_000, most: DEFAULT_REQUEST_LIMITS.maxInspectedBytes };

/** Share of ordinary requests that have points and pass. */
const MOST_WITH_POINTS = 0.04;

interface Named<T> {
  readonly name: string;
  readonly part: T;
}

/** What the files of a folder export, so that a new file takes part without being named. */
async function partsOf<T>(
  folder: string,
  isPart: (value: unknown) => value is T,
): Promise<readonly Named<T>[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  const modules = await Promise.all(
    files.map(async (name): Promise<readonly Named<T>[]> => {
      const module: Readonly<Record<string, unknown>> = await import(join(folder, name));
      return Object.values(module)
        .filter(isPart)
        .map((part) => ({ name: name.replace(/\.ts$/, ""), part }));
    }),
  );
  return modules.flat();
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCorpusPart = (value: unknown): value is CorpusPart =>
  isObject(value) && Array.isArray(value["attacks"]) && Array.isArray(value["lookAlikes"]);
const isBenign = (value: unknown): value is BenignTexts =>
  isObject(value) && Object.values(value).every((texts) => Array.isArray(texts));

const parts = await partsOf(CORPUS, isCorpusPart);
const benign = (await partsOf(join(CORPUS, "benign"), isBenign)).flatMap(({ name, part }) =>
  Object.entries(part).flatMap(([place, texts]) => (texts ?? []).map((text) => ({ name, place, text }))),
);

const waf = managedWaf({}, "request");

interface Verdict {
  readonly isRefused: boolean;
  readonly points: number;
  readonly refs: readonly string[];
}

function verdictOn(request: RequestData): Verdict {
  const { action, matches, budget } = waf.evaluateSync(request);
  const counted = matches.flatMap(({ scored = {} }) => Object.values(scored));
  return {
    isRefused: action !== "allow" || budget !== undefined,
    points: counted.reduce((sum, points) => sum + points, 0),
    refs: matches.map(({ rule }) => rule.ref).filter((ref) => !ref.startsWith("execute-")),
  };
}

const known = new Set(detectors.flatMap((detector) => detector.kinds.map(({ name }) => name)));
const areKnown = (part: CorpusPart) =>
  part.attacks.length > 0 && part.attacks.every(({ finds }) => finds.every((kind) => known.has(kind)));
/** Whether every class has its part and its detector. */
const isWhole = parts.length >= CLASSES && parts.every(({ part }) => areKnown(part));

const kinds = [...new Set(parts.flatMap(({ part }) => part.attacks.flatMap(({ finds }) => finds)))].filter(
  (kind) => known.has(kind),
);
/** Logs each kind that was found; no rule of its own ends the evaluation. */
const telling = createWaf({
  rulesets: [
    uncheckedRuleset({
      id: "kinds",
      name: "kinds",
      kind: "zone",
      phase: "http_request_firewall_managed",
      rules: kinds.map((kind) => ({
        ref: kind,
        action: "log",
        expression: `any(wirewall.detection.kinds[*] == "${kind}")`,
      })),
    }),
  ],
});
const kindsIn = ({ text, place, name }: CorpusText) =>
  telling.evaluateSync(requestOf(text, place, name)).matches.map(({ rule }) => rule.ref);

describe.each(parts)("$name", ({ part }) => {
  test("has enough attacks and look-alikes", () => {
    expect(part.attacks.length).toBeGreaterThanOrEqual(LEAST_IN_PART.attacks);
    expect(part.lookAlikes.length).toBeGreaterThanOrEqual(LEAST_IN_PART.lookAlikes);
  });

  test.runIf(areKnown(part))("every kind is found that must be", () => {
    const missed = part.attacks
      .map((attack) => ({ attack, found: kindsIn(attack) }))
      .filter(({ attack, found }) => !attack.finds.every((kind) => found.includes(kind)));
    expect(missed).toEqual([]);
  });

  test.runIf(isWhole)("look-alikes pass", () => {
    const refused = part.lookAlikes
      .map((given) => ({ given, ...verdictOn(requestOf(given.text, given.place, given.name)) }))
      .filter(({ isRefused }) => isRefused);
    expect(refused).toEqual([]);
  });
});

describe("ordinary requests", () => {
  let verdicts: readonly (Verdict & (typeof benign)[number])[] = [];
  beforeAll(() => {
    verdicts = benign.map((given) => ({
      ...given,
      ...verdictOn(requestOf(given.text, asPlace(given.place))),
    }));
  });

  test.runIf(isWhole)("none is refused but those in dispute", () => {
    const refused = verdicts.filter(({ isRefused }) => isRefused);
    expect(refused.filter(({ text }) => !DISPUTED.has(text))).toEqual([]);
    expect([...DISPUTED.keys()].filter((text) => refused.every((one) => one.text !== text))).toEqual([]);
  });

  test.runIf(isWhole)("few have points", () => {
    const scored = verdicts.filter(({ points, isRefused }) => points > 0 && !isRefused);
    // Each is worth a look when a rule is written.
    for (const { name, place, text, points, refs } of scored)
      console.info(`${points} points, ${name}, ${place}: ${text.slice(0, 80)} (${refs.join(", ")})`);
    expect(scored.length).toBeLessThan(MOST_WITH_POINTS * benign.length);
  });

  test.each(LONG_BODIES)("long body, in full: $name", ({ type, body }) => {
    const written = body();
    expect(Buffer.byteLength(written)).toBeGreaterThan(LONG.least);
    expect(Buffer.byteLength(written)).toBeLessThanOrEqual(LONG.most);
    const { isRefused, points } = verdictOn(requestOf(written, `body:${type}`));
    expect({ isRefused, points }).toEqual({ isRefused: false, points: 0 });
  });
});

/** Checked by the type of the parts; lost where their entries are listed. */
function asPlace(place: string): AnyPlace {
  const known: readonly AnyPlace[] = [
    "argument",
    "path",
    "query",
    "target",
    "cookie",
    "form",
    "json",
    "xml",
    "part",
  ];
  const found = known.find((one) => one === place);
  if (found !== undefined) return found;
  const [kind, rest] = [place.slice(0, place.indexOf(":")), place.slice(place.indexOf(":") + 1)];
  if (kind === "header") return `header:${rest}`;
  return kind === "file" ? `file:${rest}` : `body:${rest}`;
}

describe("the corpus", () => {
  test("has as many ordinary requests as it says", () => {
    expect(benign.length).toBeGreaterThanOrEqual(LEAST.benign);
    expect(LONG_BODIES.length).toBeGreaterThanOrEqual(LEAST.longBodies);
  });

  test.runIf(isWhole)("has as many attacks as it says", () => {
    const attacks = parts.reduce((sum, { part }) => sum + part.attacks.length, 0);
    expect(attacks).toBeGreaterThanOrEqual(LEAST.attacks);
  });

  test("no two texts are the same but for case, numbers and white space", () => {
    const texts = [
      ...parts.flatMap(({ name, part }) =>
        [...part.attacks, ...part.lookAlikes].map(({ text, place = "argument" }) => ({ name, text, place })),
      ),
      ...benign,
    ];
    const seen = new Map<string, string>();
    const same: string[] = [];
    for (const { name, text, place } of texts) {
      const key = `${normalisedTokens(text)}`;
      const label = `${name} (${place}): ${text.slice(0, 100)}`;
      const other = seen.get(key);
      if (other !== undefined) same.push(`${label}\n  = ${other}`);
      seen.set(key, label);
    }
    expect(same).toEqual([]);
  });
});
