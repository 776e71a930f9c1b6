import {
  listOf,
  object,
  optional,
  required,
  type StringShape,
  text,
} from "../../../documents/shapes/shape.ts";
import { utf8Encode } from "../../../language/values/bytes.ts";
import { Bytes } from "../../../language/values/types.ts";
import { type Computed, computed, readComputed } from "./computed.ts";
import { defineAction } from "./define-action.ts";

/** The fields that rules read labels and variables from. */
export const LABELS_FIELD = "wirewall.labels";
export const VARIABLES_FIELD = "wirewall.variables";

const stateName = (what: string): StringShape => ({
  kind: "string",
  format: {
    name: `a name of a ${what}: 1 to 64 letters, digits, \`_\`, \`-\`, \`.\`, \`:\` or \`/\``,
    pattern: "^[A-Za-z0-9_.:/-]{1,64}$",
    accepts: (value) => /^[A-Za-z0-9_.:/-]{1,64}$/.test(value),
  },
});

const labelName = stateName("label");

const NO_NAMES: readonly string[] = Object.freeze([]);

/** Adds labels to the request that later rules read, on the response too. */
export const label = defineAction({
  name: "label",
  summary: "Adds labels to the request, for later rules and events.",
  terminating: false,
  contributes: ["state"],
  parameters: object(
    {
      /** One label. */
      name: optional(labelName),
      /** Several labels. */
      labels: optional(listOf(labelName, 1)),
    },
    { exactlyOne: [["name", "labels"]] },
  ),
  sets: ({ name, labels }) => ({ labels: labelsOf(name, labels), variables: NO_NAMES }),
  prepare: ({ name, labels }) => labelsOf(name, labels),
  apply(control, prepared) {
    control.label(prepared);
  },
});

function labelsOf(name: string | undefined, labels: readonly string[] | undefined): readonly string[] {
  return labels ?? (name === undefined ? NO_NAMES : [name]);
}

/** Keeps a value of the request for later rules, on the response too. */
export const setVariable = defineAction({
  name: "set_variable",
  summary: "Stores a value under a name, for later rules and events.",
  terminating: false,
  contributes: ["state"],
  parameters: object(
    {
      /** Name of the variable. */
      name: required(stateName("variable")),
      /** A fixed value. */
      value: optional(text),
      /** A computed value. Without a value the variable is not set. */
      expression: optional({ kind: "expression", type: Bytes }),
    },
    { exactlyOne: [["value", "expression"]] },
  ),
  sets: ({ name }) => ({ labels: NO_NAMES, variables: [name] }),
  prepare: (parameters, services): { readonly name: string; readonly value: Computed | undefined } => ({
    name: utf8Encode(parameters.name),
    value: computed(parameters, services),
  }),
  apply(control, { name, value }, context) {
    const bytes = readComputed(value, context);
    if (bytes === undefined) control.note("the expression has no value: the variable is not set");
    else control.setVariable(name, bytes);
  },
});
