import { expect, test } from "vitest";
import { declared } from "../../support/declared.ts";
import { standardScheme } from "../../support/source/engine/firewall.ts";

test("fields are declared as they were", async () => {
  await expect(declared(standardScheme().fields)).toMatchFileSnapshot("declared-fields.txt");
});
