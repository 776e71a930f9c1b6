import { expect, test } from "vitest";
import { declared } from "../../support/declared.ts";
import { quantifiers, standardFunctions } from "../../support/source/language/functions.ts";

test("functions are declared as they were", async () => {
  const text = declared([...quantifiers, ...standardFunctions]);
  await expect(text).toMatchFileSnapshot("declared-functions.txt");
});
