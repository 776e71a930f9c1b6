// Makes docs/reference/functions.md from the catalogue of functions.
import { detectionFunctions } from "../../build/modules/detection/fields/detection-functions.js";
import { standardFunctions } from "../../build/modules/language/functions/index.js";
import { quantifiers } from "../../build/modules/language/functions/quantifiers.js";
import { typeName } from "../../build/modules/language/values/types.js";

function typeOf(parameter) {
  if (parameter.typeLabel !== undefined) return parameter.typeLabel;
  return [parameter.type].flat().map(typeName).join(" or ");
}

function signature(definition) {
  const parameters = definition.params.map((parameter) => {
    const kind = parameter.kind === "either" ? "" : `${parameter.kind} `;
    return `${parameter.name}${parameter.optional === true ? "?" : ""}: ${kind}${typeOf(parameter)}`;
  });
  if (definition.variadic !== undefined)
    parameters.push(`…${definition.variadic.name}: ${typeOf(definition.variadic)}`);
  const result =
    typeof definition.returns === "function" ? "depends on the arguments" : typeName(definition.returns);
  return `${definition.name}(${parameters.join(", ")}) → ${result}`;
}

function examples(list = []) {
  return list.map(({ expression, given, result }) => {
    const context = Object.entries(given ?? {}).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
    return `${expression}   ${context.length === 0 ? "" : `with ${context.join(", ")} `}is ${result === null ? "missing" : JSON.stringify(result)}`;
  });
}

function section(name, sign, summary, notes, shown) {
  return [
    `## ${name}`,
    "",
    `\`${sign}\``,
    "",
    summary,
    ...(notes === "" ? [] : ["", notes]),
    "",
    "```",
    ...examples(shown),
    "```",
    "",
  ].join("\n");
}

export function functionsReference() {
  const sections = [
    ...quantifiers.map((one) => ({
      name: one.name,
      text: section(
        one.name,
        `${one.name}(${one.parameter}) → ${one.returns}`,
        one.summary,
        "",
        one.examples,
      ),
    })),
    ...[...standardFunctions, ...detectionFunctions].map((one) => ({
      name: one.name,
      text: section(
        one.name,
        signature(one),
        one.summary,
        [
          one.nil === "receive" ? "" : "A missing argument makes the result missing.",
          one.once === true ? "At most once in an expression." : "",
          one.contexts === undefined ? "" : `Documented for: ${one.contexts.join(", ")}.`,
        ]
          .filter(Boolean)
          .join(" "),
        one.examples,
      ),
    })),
  ].sort((left, right) => (left.name < right.name ? -1 : 1));
  return `# Functions

<!-- Generated from src/language/functions by grammar/tools/functions-reference.mjs. -->

A \`literal\` argument is written in the expression, a \`dynamic\` one is not; others may be either. Every example is a test.

${sections.map(({ text }) => text).join("\n")}`;
}
