// Makes docs/reference/ruleset.schema.json from the declared shapes.
import { rulesetSchema } from "../../build/modules/rules/ruleset/schema.js";

export function schemaFile() {
  return `${JSON.stringify(rulesetSchema(), undefined, 2)}\n`;
}
