import type { NumberShape, ObjectShape, Shape, StringShape } from "../../documents/shapes/shape.ts";
import type { ActionDefinition } from "./actions/control.ts";
import { needsParameters } from "./actions/define-action.ts";
import { standardActions } from "./actions/index.ts";
import { type PhaseDefinition, STANDARD_PHASES } from "./phases.ts";
import { LIST_KINDS, listShape, ruleShape, rulesetShape } from "./rule-shape.ts";

type Schema = Readonly<Record<string, unknown>>;

type ObjectSchema = Schema & { readonly properties: Schema };

/** JSON Schema (2020-12) of the document format, from the declarations that the loader itself reads with. */
export function rulesetSchema(
  actions: readonly ActionDefinition[] = standardActions,
  phases: readonly PhaseDefinition[] = STANDARD_PHASES,
): Schema {
  const rule = objectSchema(ruleShape);
  const phaseNames = phases.flatMap((phase) => [phase.name, ...(phase.aliases ?? [])]);
  const ruleset = objectSchema(rulesetShape);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "wirewall rules",
    description: "A ruleset, or a configuration of rulesets and lists.",
    anyOf: [
      { $ref: "#/$defs/configuration" },
      { allOf: [{ $ref: "#/$defs/ruleset" }, { required: ["rules"] }] },
    ],
    $defs: {
      configuration: {
        type: "object",
        anyOf: [{ required: ["rulesets"] }, { required: ["lists"] }],
        properties: {
          rulesets: { type: "array", items: { $ref: "#/$defs/ruleset" } },
          lists: {
            anyOf: [
              { type: "array", items: { $ref: "#/$defs/list" } },
              {
                type: "object",
                additionalProperties: { anyOf: [{ type: "array" }, { $ref: "#/$defs/namedList" }] },
              },
            ],
          },
        },
      },
      ruleset: {
        ...ruleset,
        properties: {
          ...ruleset.properties,
          phase: { enum: phaseNames },
          default_action: { enum: actions.map((action) => action.name) },
          rules: { type: "array", items: { $ref: "#/$defs/rule" } },
        },
      },
      rule: {
        ...rule,
        properties: {
          ...rule.properties,
          action: { enum: actions.map((action) => action.name) },
        },
        allOf: actions.map(parametersOf),
      },
      list: schemaOf(listShape),
      namedList: {
        type: "object",
        required: ["kind", "items"],
        properties: { kind: { enum: LIST_KINDS }, items: { type: "array" } },
      },
    },
  };
}

/** When the rule has this action, its parameters look like that. */
function parametersOf(action: ActionDefinition): Schema {
  const shape = action.parameters ?? { kind: "object", members: {} };
  return {
    if: { properties: { action: { const: action.name } }, required: ["action"] },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema, in plain data
    then: {
      properties: {
        action_parameters: {
          ...objectSchema(shape),
          ...(shape.open === true ? {} : { additionalProperties: false }),
        },
      },
      ...(needsParameters(action) ? { required: ["action_parameters"] } : {}),
    },
  };
}

function schemaOf(shape: Shape): Schema {
  switch (shape.kind) {
    case "string":
      return stringSchema(shape);
    case "expression":
      return { type: "string", description: shape.type === "filter" ? "a condition" : "a value expression" };
    case "number":
      return numberSchema(shape);
    case "boolean":
      return { type: "boolean" };
    case "array":
      return {
        type: "array",
        items: schemaOf(shape.items),
        ...given({ minItems: shape.minItems, maxItems: shape.maxItems }),
      };
    case "object":
      return objectSchema(shape);
    case "map":
      return {
        type: "object",
        additionalProperties: schemaOf(shape.values),
        ...given({ minProperties: shape.minItems }),
        ...(shape.keys === undefined ? {} : { propertyNames: schemaOf(shape.keys) }),
      };
    case "union":
      return { anyOf: shape.of.map(schemaOf) };
    case "any":
      return {};
  }
}

function stringSchema(shape: StringShape): Schema {
  if (shape.values !== undefined) return { enum: [...shape.values] };
  return {
    type: "string",
    ...given({
      minLength: shape.nonEmpty === true ? 1 : undefined,
      maxLength: shape.maxBytes,
      pattern: shape.format?.pattern,
    }),
  };
}

function numberSchema(shape: NumberShape): Schema {
  if (shape.values !== undefined) return { enum: [...shape.values] };
  const max = shape.max === Number.MAX_SAFE_INTEGER ? undefined : shape.max;
  return { type: shape.integer ? "integer" : "number", ...given({ minimum: shape.min, maximum: max }) };
}

function objectSchema(shape: ObjectShape): ObjectSchema {
  const members = Object.entries(shape.members);
  const required = members.filter(([, member]) => member.required === true).map(([name]) => name);
  const groups: Schema[] = [
    ...(shape.exactlyOne ?? []).map((group) => ({ oneOf: group.map((name) => ({ required: [name] })) })),
    ...(shape.atLeastOne ?? []).map((group) => ({ anyOf: group.map((name) => ({ required: [name] })) })),
  ];
  return {
    type: "object",
    properties: Object.fromEntries(members.map(([name, member]) => [name, schemaOf(member.shape)])),
    ...(required.length === 0 ? {} : { required }),
    ...(groups.length === 0 ? {} : { allOf: groups }),
  };
}

function given(members: Readonly<Record<string, unknown>>): Schema {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
