// Makes docs/reference/rules.md from the declarations of phases, actions, rules and lists. What a member may be comes from its
// shape, what it means from the doc comment beside it in the source.
import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { standardActions } from "../../build/modules/rules/ruleset/actions/index.js";
import { PLACEHOLDERS } from "../../build/modules/rules/ruleset/actions/placeholders.js";
import { STANDARD_PHASES } from "../../build/modules/rules/ruleset/phases.js";
import {
  conditionShape,
  listItemShape,
  ruleShape,
  rulesetShape,
} from "../../build/modules/rules/ruleset/rule-shape.js";

const RULESET = "src/rules/ruleset/";
const SHAPES = `${RULESET}rule-shape.ts`;
const ACTIONS = `${RULESET}actions/`;
/** Calls that wrap a shape in their first argument. */
const WRAPPERS = new Set(["optional", "required", "listOf", "mapOf", "anyOf"]);

const sources = new Map();

function sourceOf(file) {
  const known = sources.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  sources.set(file, source);
  return source;
}

/** The text of the doc comment above a node, on one line. */
function commentOf(node) {
  const [doc] = node.jsDoc ?? [];
  if (doc === undefined) return undefined;
  const text = ts.getTextOfJSDocComment(doc.comment) ?? "";
  return text
    .replaceAll(/\{@link (\w+)\}/g, "`$1`")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** What a constant of the module stands for: its initialiser, and the file that has it. */
function constant(name, file) {
  for (const statement of sourceOf(file).statements) {
    if (ts.isVariableStatement(statement)) {
      const found = statement.declarationList.declarations.find((one) => one.name.text === name);
      if (found !== undefined) return { node: found.initializer, file };
    }
    if (!ts.isImportDeclaration(statement)) continue;
    const imported = statement.importClause?.namedBindings?.elements?.some((one) => one.name.text === name);
    const from = statement.moduleSpecifier.text;
    if (imported === true && from.startsWith("./")) {
      return constant(name, new URL(from, `file:///${file}`).pathname.slice(1));
    }
  }
  return undefined;
}

/** The object literal that declares the members of a shape, through constants and wrappers. */
function literalOf(node, file) {
  if (ts.isAsExpression(node)) return literalOf(node.expression, file);
  if (ts.isIdentifier(node)) {
    const found = constant(node.text, file);
    return found === undefined ? undefined : literalOf(found.node, found.file);
  }
  if (ts.isObjectLiteralExpression(node)) {
    const kind = node.properties.find((one) => one.name?.text === "kind");
    // A shape without members, such as `{ kind: "number" }`.
    const isPlain = kind !== undefined && ts.isStringLiteral(kind.initializer);
    return isPlain ? undefined : { node, file };
  }
  if (!ts.isCallExpression(node)) return undefined;
  const callee = node.expression.getText();
  if (callee === "object") return literalOf(node.arguments[0], file);
  if (!WRAPPERS.has(callee)) return undefined;
  for (const argument of node.arguments) {
    const found = literalOf(argument, file);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Comment and declaration of every member, by name. */
function declarations(literal) {
  const found = new Map();
  for (const property of literal?.node.properties ?? []) {
    if (ts.isSpreadAssignment(property)) {
      const spread = literalOf(property.expression, literal.file);
      for (const [name, entry] of declarations(spread)) found.set(name, entry);
    } else if (ts.isPropertyAssignment(property)) {
      const entry = { comment: commentOf(property), node: property.initializer, file: literal.file };
      found.set(property.name.text, entry);
    }
  }
  return found;
}

/** The object of a shape, through lists, maps and alternatives. */
function objectOf(shape) {
  if (shape.kind === "object") return shape;
  if (shape.kind === "array") return objectOf(shape.items);
  if (shape.kind === "map") return objectOf(shape.values);
  if (shape.kind === "union") return shape.of.map(objectOf).find((one) => one !== undefined);
  return undefined;
}

/** What a value may be, in words. */
function kindOf(shape) {
  switch (shape.kind) {
    case "string":
      if (shape.values !== undefined) return shape.values.map((one) => `\`${one}\``).join(", ");
      if (shape.format !== undefined) return shape.format.name;
      if (shape.maxBytes !== undefined) return `text, at most ${grouped(shape.maxBytes)} bytes`;
      return "text";
    case "expression":
      if (shape.type === "filter") return "condition";
      return typeof shape.type === "string" ? "expression" : `expression of type ${typeName(shape.type)}`;
    case "number":
      return numberText(shape);
    case "boolean":
      return "`true`, `false`";
    case "array":
      return `list${countText(shape)}: ${kindOf(shape.items)}`;
    case "object":
      return "object";
    case "map":
      return `object by name: ${kindOf(shape.values)}`;
    case "union":
      return [...new Set(shape.of.map(kindOf))].join(", or ");
    case "any":
      return "any";
  }
}

function typeName(type) {
  return type.kind ?? type.name ?? String(type);
}

function numberText({ integer, values, min, max }) {
  if (values !== undefined) return values.map((one) => `\`${one}\``).join(", ");
  const noun = integer ? "integer" : "number";
  const isOpen = max === undefined || max === Number.MAX_SAFE_INTEGER;
  if (min === undefined) return noun;
  return isOpen ? `${noun} from ${grouped(min)}` : `${noun} from ${grouped(min)} to ${grouped(max)}`;
}

function countText({ minItems = 0, maxItems }) {
  if (maxItems !== undefined) return ` of ${minItems} to ${maxItems}`;
  return minItems > 0 ? ` of at least ${minItems}` : "";
}

function grouped(number) {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** A row for each member, and below it those of its own object. */
function memberRows(shape, literal, path = "", ours = false) {
  const declared = declarations(literal);
  return Object.entries(shape.members).flatMap(([name, member]) => {
    const entry = declared.get(name);
    if (entry?.comment === undefined) throw new Error(`the member \`${path}${name}\` has no doc comment`);
    const isOurs = ours || /^Ours\b/.test(entry.comment);
    const meaning = entry.comment.replace(/^Ours[:;,] ?/, "").replace(/^./, (first) => first.toUpperCase());
    const need = member.required === true ? "yes" : "";
    const row = `| \`${path}${name}\` | ${kindOf(member.shape)} | ${need} | ${isOurs ? "own" : ""} | ${meaning} |`;
    const inner = objectOf(member.shape);
    if (inner === undefined || inner === ruleShape) return [row];
    const isEach = member.shape.kind === "array";
    const below = `${path}${name}${isEach ? "[]" : member.shape.kind === "map" ? ".NAME" : ""}.`;
    return [row, ...memberRows(inner, literalOf(entry.node, entry.file), below, isOurs)];
  });
}

const HEAD = ["| member | value | required | | meaning |", "| --- | --- | --- | --- | --- |"];

function table(shape, node, file, ours = false) {
  const literal = node === undefined ? undefined : literalOf(node, file);
  const groups = [
    ...(shape.exactlyOne ?? []).map((group) => ["Exactly one", group]),
    ...(shape.atLeastOne ?? []).map((group) => ["At least one", group]),
  ].map(([how, group]) => `${how} of ${group.map((one) => `\`${one}\``).join(", ")} is required.`);
  const rest = groups.length === 0 ? [] : ["", groups.join(" ")];
  return [...HEAD, ...memberRows(shape, literal, "", ours), ...rest].join("\n");
}

/** Where each action declares its parameters. */
function parameterNodes() {
  const found = new Map();
  for (const file of readdirSync(new URL(`../../${ACTIONS}`, import.meta.url))) {
    const visit = (node) => {
      if (ts.isObjectLiteralExpression(node)) {
        const [name, parameters] = ["name", "parameters"].map((word) =>
          node.properties.find((one) => one.name?.text === word),
        );
        if (name !== undefined && parameters !== undefined && ts.isStringLiteral(name.initializer ?? node)) {
          found.set(name.initializer.text, {
            node: parameters.initializer ?? parameters.name,
            file: ACTIONS + file,
          });
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(sourceOf(ACTIONS + file));
  }
  return found;
}

const code = (words) => words.map((one) => `\`${one}\``).join(" ");

/** What Cloudflare does not have. */
const OWN = new Set([
  "http_response_firewall_headers",
  "http_response_firewall_body",
  "drop",
  "tarpit",
  "label",
  "set_variable",
  "set_body_limits",
]);

const SEES = {
  request: "head of the request",
  body: "request",
  response: "request, head of the response",
  response_body: "request, response",
};

function phaseRow(phase, at) {
  const names = code([phase.name, ...(phase.aliases ?? [])]);
  const traits = [
    ...(OWN.has(phase.name) ? ["own"] : []),
    ...(phase.default === true ? ["default"] : []),
    ...(phase.security ? ["security"] : []),
    ...(phase.needsRateLimit === true ? ["rules need `ratelimit`"] : []),
    ...(phase.logs === true ? ["runs at the end, for the event"] : []),
    ...(phase.blockStatus === undefined ? [] : [`a block is ${phase.blockStatus}`]),
  ];
  return `| ${at + 1} | ${names} | ${phase.summary} | ${SEES[phase.scheme]} | ${traits.join("; ")} | ${code(phase.actions)} |`;
}

function actionPart(action, nodes) {
  const { name, summary, terminating, parameters } = action;
  const phases = STANDARD_PHASES.filter(({ executed, actions }) => executed && actions.includes(name));
  const lines = [
    `### ${name}`,
    "",
    `${summary} ${terminating ? "Ends the evaluation." : "The next rule follows."}`,
    "",
  ];
  const where = `Phases: ${code(phases.map((phase) => phase.name))}`;
  const members = Object.keys(parameters?.members ?? {});
  if (members.length === 0) {
    const what = parameters?.open === true ? "Any parameters; the host interprets them." : "No parameters.";
    return [...lines, `${what} ${where}`, ""].join("\n");
  }
  const at = nodes.get(name);
  return [...lines, where, "", table(parameters, at.node, at.file, OWN.has(name)), ""].join("\n");
}

function listKindRows() {
  const { node } = constant("LIST_KINDS", SHAPES);
  const literal = ts.isAsExpression(node) ? node.expression : node;
  return literal.elements.map((element) => {
    const comment = ts
      .getLeadingCommentRanges(element.getSourceFile().text, element.getFullStart())
      ?.map(({ pos, end }) => element.getSourceFile().text.slice(pos, end))
      .at(-1);
    if (comment === undefined) throw new Error(`the list kind ${element.text} has no comment`);
    const [items, match] = comment.replace(/^\/\/ |^\/\*\* | \*\/$/g, "").split(" | ");
    return `| \`${element.text}\` | ${items} | ${match} |`;
  });
}

export function rulesReference() {
  const nodes = parameterNodes();
  const shapeTable = (name, shape) => table(shape, constant(name, SHAPES).node, SHAPES);
  const carried = standardActions.filter((action) => action.carried === true);
  const acting = standardActions.filter((action) => action.carried !== true);
  return `# Phases, actions and documents

<!-- Generated from src/rules/ruleset by grammar/tools/rules-reference.mjs. -->

Every member that a document of rules may have. Members marked *own* are additions of this package; the others have the names and
meanings of Cloudflare's API. [Rulesets](../guide/rulesets.md) explains them, the [cookbook](../guide/cookbook.md) shows them at work, and
[ruleset.schema.json](ruleset.schema.json) is the same for editors. See also [fields](fields.md), [functions](functions.md), [limits](limits.md),
[events](events.md) and [metrics](metrics.md).

## Phases

In the order of evaluation.

| | phase, other names | for | rules see | | actions |
| --- | --- | --- | --- | --- | --- |
${STANDARD_PHASES.filter(({ executed }) => executed)
  .map(phaseRow)
  .join("\n")}

Rules of these phases are read, kept and exported, but not executed: ${code(STANDARD_PHASES.filter(({ executed }) => !executed).map(({ name }) => name))}

## Rulesets

${shapeTable("rulesetShape", rulesetShape)}

## Rules

${shapeTable("ruleShape", ruleShape)}

## Conditions

A named condition under \`conditions\`: its text alone, or an object.

${shapeTable("conditionShape", conditionShape)}

## Lists

A list has the members \`id\`, \`name\`, \`kind\`, \`description\` and \`items\`.

| kind | an item | an item matches |
| --- | --- | --- |
${listKindRows().join("\n")}

An item is its value, or an object:

${HEAD.join("\n")}
${memberRows(objectOf(listItemShape), literalOf(constant("listItemShape", SHAPES).node, SHAPES)).join("\n")}

## Actions

${acting.map((action) => actionPart(action, nodes)).join("\n")}
These actions are kept and exported, but have no effect: ${code(carried.map(({ name }) => name))}

## Placeholders

For the texts of answers and pages, and for their headers.

| placeholder | value |
| --- | --- |
${Object.entries(PLACEHOLDERS)
  .map(([name, meaning]) => `| \`::${name}::\` | ${meaning} |`)
  .join("\n")}
`;
}
