import { expect, test } from "vitest";
import { declared } from "../../support/declared.ts";
import { STANDARD_PHASES, standardActions } from "../../support/source/rules/ruleset.ts";

test("actions and phases are declared as they were", async () => {
  await expect(declared(standardActions)).toMatchFileSnapshot("declared-actions.txt");
  await expect(declared(STANDARD_PHASES)).toMatchFileSnapshot("declared-phases.txt");
});
