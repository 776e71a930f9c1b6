// What tests use of src/rules/managed.
export { managedRulesets, wirewallCore, wirewallCoreResponses } from "../../../../src/managed/index.ts";
