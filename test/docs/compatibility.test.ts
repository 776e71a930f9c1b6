import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { carriedActions, STANDARD_PHASES } from "../support/source/rules/ruleset.ts";

const root = new URL("../../", import.meta.url);
const text = readFileSync(new URL("docs/compatibility.md", root), "utf8");

interface Row {
  readonly feature: string;
  readonly state: string;
  readonly remark: string;
}

const rows: readonly Row[] = [...text.matchAll(/^\| (.+?) \| (yes|part|no) \| (.+?) \|$/gm)].map(
  ([, feature = "", state = "", remark = ""]) => ({ feature, state, remark }),
);

/** `file › title`, several joined by ` · `; for a part and a no the file may stand alone. */
const NAMED = /`(test\/[\w./-]+\.test\.ts)` › ([^|)·]+)/g;

/** Titles of the tests in a file: what stands first in `test(…)`, `describe(…)`, and behind a table. */
function titlesIn(file: string): readonly string[] {
  const source = readFileSync(new URL(file, root), "utf8");
  return [...source.matchAll(/(?:\b(?:test|describe)|\))\(\s*("(?:[^"\\\n]|\\.)*")/g)].map(([, literal]) =>
    String(JSON.parse(literal!)),
  );
}

test("the table is read", () => {
  expect(rows.length).toBeGreaterThan(45);
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(["yes", "part", "no"]));
});

describe("every test that is named exists", () => {
  test.each(rows.map((row) => [row.feature, row] as const))("%s", (_feature, { state, remark }) => {
    const named = [...remark.matchAll(NAMED)];
    if (state === "yes") expect(named).not.toEqual([]);
    for (const [, file = "", title = ""] of named) expect(titlesIn(file)).toContain(title.trim());
  });
});

describe("what is carried is what the code carries", () => {
  const listed = (heading: string) => {
    const part = text.slice(text.indexOf(`\n${heading}:\n`));
    const list = /\n\n((?:- `\w+`\n)+)/.exec(part)?.[1] ?? "";
    return [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  };

  test("phases", () => {
    const carried = STANDARD_PHASES.filter(({ executed }) => !executed).map(({ name }) => name);
    expect(listed("Phases")).toEqual(carried);
  });

  test("actions", () => {
    expect(listed("Actions")).toEqual(carriedActions.map(({ name }) => name));
  });
});
