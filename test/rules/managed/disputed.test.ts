import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { managedWaf, query } from "./support.ts";

const page = readFileSync(new URL("../../../docs/managed.md", import.meta.url), "utf8");
const [, section = ""] = page.split("\n## Disputed cases\n");
const [table = ""] = section.split("\n## ");

/** Rows of the table: its examples, and what it says of them. */
const rows = [
  ...table.matchAll(/^\| [^|]+ \| (?<examples>(?:[^|\\]|\\.)+) \| (?<decision>passes|rejected) \|/gm),
].flatMap(({ groups }) =>
  [...(groups?.["examples"] ?? "").matchAll(/`([^`]+)`/g)].map(
    ([, example = ""]) => [example.replaceAll("\\|", "|"), groups?.["decision"] ?? ""] as const,
  ),
);
const waf = managedWaf();

test.each(rows)("%s: %s", (example, decision) => {
  expect(waf.evaluateSync(query(example)).action).toBe(decision === "passes" ? "allow" : "block");
});

test("the page has disputed cases of both kinds", () => {
  expect(rows.length).toBeGreaterThan(30);
  expect(new Set(rows.map(([, decision]) => decision)).size).toBe(2);
});
