// What tests use of src/detection/fields.

export { SUPPLIED_TYPES } from "../../../../src/detection/fields/supplied-types.ts";
export { supply } from "../../../../src/detection/fields/supply.ts";
