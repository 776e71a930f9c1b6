import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../support/root.ts";
import {
  type ActionDefinition,
  type PhaseDefinition,
  STANDARD_PHASES,
  standardActions,
} from "../support/source/index.ts";

// The tables of phases and actions in the guide, row by row from the declarations.

const guide = readFileSync(join(root, "docs/guide/rulesets.md"), "utf8");

const SEES: Readonly<Record<PhaseDefinition["scheme"], string>> = {
  request: "the head of the request",
  body: "the whole request",
  response: "the request, status and headers of the response",
  response_body: "the request and the whole response",
};

function phaseRow({ name, aliases = [], summary, scheme, actions }: PhaseDefinition): string {
  const names = [name, ...aliases].map((word) => `\`${word}\``).join(", ");
  return `| ${names} | ${summary} | ${SEES[scheme]} | ${actions.map((action) => `\`${action}\``).join(" ")} |`;
}

function actionRow({ name, summary, terminating, parameters }: ActionDefinition): string {
  const members = Object.keys(parameters?.members ?? {}).map((member) => `\`${member}\``);
  const named = parameters?.open === true ? [...members, "any"] : members;
  return `| \`${name}\` | ${summary} | ${terminating ? "yes" : "no"} | ${named.length === 0 ? "–" : named.join(" ")} |`;
}

/** The rows of the table that stands under a heading. */
function rowsUnder(heading: string): readonly string[] {
  const section = guide.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  return section.split("\n").filter((line) => line.startsWith("| `"));
}

describe("the guide's table of", () => {
  test("phases names those that are executed, in their order", () => {
    expect(rowsUnder("Phases")).toEqual(STANDARD_PHASES.filter(({ executed }) => executed).map(phaseRow));
  });

  test("actions names those that do something", () => {
    expect(rowsUnder("Actions")).toEqual(
      standardActions.filter(({ carried }) => carried !== true).map(actionRow),
    );
  });

  test("what is only kept", () => {
    const kept = [
      ...STANDARD_PHASES.filter(({ executed }) => !executed),
      ...standardActions.filter(({ carried }) => carried === true),
    ];
    for (const { name } of kept) expect(guide).toContain(`\`${name}\``);
  });
});
