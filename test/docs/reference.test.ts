import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../support/root.ts";
import { STANDARD_PHASES, standardActions } from "../support/source/index.ts";

// Whether the reference of rules has all that the declarations have; check:generated compares the texts.

const page = readFileSync(join(root, "docs/reference/rules.md"), "utf8");

/** The part of the page under a heading of the third level. */
function sectionOf(name: string): string {
  return page.split(/^### /m).find((part) => part.startsWith(`${name}\n`)) ?? "";
}

test.each(
  standardActions
    .filter(({ carried }) => carried !== true)
    .map(({ name, parameters }) => [name, parameters] as const),
)("the reference has every parameter of %s", (name, parameters) => {
  const section = sectionOf(name);
  expect(section).not.toBe("");
  for (const member of Object.keys(parameters?.members ?? {})) expect(section).toContain(`| \`${member}\` |`);
});

test("the reference has the executed phases in their order", () => {
  const listed = [...page.matchAll(/^\| \d+ \| `(\w+)`/gm)].map(([, name]) => name);
  expect(listed).toEqual(STANDARD_PHASES.filter(({ executed }) => executed).map(({ name }) => name));
});
