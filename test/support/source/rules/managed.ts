// What tests use of src/rules/managed.
export { managedRulesets, wirewallCore, wirewallCoreResponses } from "../../../../src/rules/managed/index.ts";
