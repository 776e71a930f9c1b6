// Makes docs/reference/event.schema.json and docs/reference/events.md from the type of events and the comments in it.
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { EVENT_SCHEMA_VERSION } from "../../build/modules/engine/events/event.js";
import { OCSF_VERSION } from "../../build/modules/engine/events/ocsf.js";

const FILE = fileURLToPath(new URL("../../src/engine/events/event.ts", import.meta.url));

let made;

/** The schema, made once. */
function schema() {
  made ??= makeSchema();
  return made;
}

function makeSchema() {
  const options = {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2022,
    allowImportingTsExtensions: true,
    noEmit: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const program = ts.createProgram([FILE], options);
  const checker = program.getTypeChecker();
  const [event] = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(FILE)))
    .filter(({ name }) => name === "WafEvent");
  const definitions = new Map();
  const root = objectSchema(checker.getDeclaredTypeOfSymbol(event));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Event of a wirewall firewall",
    description: `Version ${EVENT_SCHEMA_VERSION}. A new member raises the second number: readers ignore members that they do not know.`,
    ...root,
    $defs: Object.fromEntries([...definitions].sort(([a], [b]) => (a < b ? -1 : 1))),
  };

  function typeSchema(type) {
    if (type.isUnion()) return unionSchema(type);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === "true" };
    if (type.flags & ts.TypeFlags.String) return { type: "string" };
    if (type.flags & ts.TypeFlags.Number) return { type: "number" };
    if (type.flags & ts.TypeFlags.Unknown) return {};
    if (checker.isTupleType(type)) {
      const items = checker.getTypeArguments(type).map(typeSchema);
      return { type: "array", prefixItems: items, minItems: items.length, maxItems: items.length };
    }
    if (checker.isArrayType(type))
      return { type: "array", items: typeSchema(checker.getTypeArguments(type)[0]) };
    const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
    if (index !== undefined) return { type: "object", additionalProperties: typeSchema(index.type) };
    const name = type.symbol?.name;
    if (name === undefined || name.startsWith("__")) return objectSchema(type);
    if (!definitions.has(name)) {
      definitions.set(name, undefined);
      definitions.set(name, { ...described(type.symbol), ...objectSchema(type) });
    }
    return { $ref: `#/$defs/${name}` };
  }

  function unionSchema(type) {
    const parts = type.types.filter((part) => !(part.flags & ts.TypeFlags.Undefined));
    if (parts.every((part) => part.flags & ts.TypeFlags.BooleanLiteral) && parts.length === 2)
      return { type: "boolean" };
    if (parts.length === 1) return typeSchema(parts[0]);
    if (parts.every((part) => part.isStringLiteral()))
      return { enum: parts.map(({ value }) => value).sort() };
    return { anyOf: parts.map(typeSchema) };
  }

  function objectSchema(type) {
    const properties = {};
    const required = [];
    for (const member of checker.getPropertiesOfType(type)) {
      const optional = (member.flags & ts.SymbolFlags.Optional) !== 0;
      if (!optional) required.push(member.name);
      properties[member.name] = { ...described(member), ...typeSchema(checker.getTypeOfSymbol(member)) };
    }
    return { type: "object", properties, ...(required.length === 0 ? {} : { required }) };
  }

  function described(symbol) {
    const text = ts
      .displayPartsToString(symbol.getDocumentationComment(checker))
      .replace(/\{@link (\w+)\}/g, "`$1`")
      .replace(/\s+/g, " ")
      .trim();
    return text === "" ? {} : { description: text };
  }
}

export function eventSchemaFile() {
  return `${JSON.stringify(schema(), null, 2)}\n`;
}

export function eventsReference() {
  const { $defs, ...root } = schema();
  const parts = Object.entries($defs).map(
    ([name, one]) => `### ${name}\n\n${one.description ?? ""}\n\n${table(one)}`,
  );
  return `# Events

<!-- Generated from the type of events by grammar/tools/event-schema.mjs. -->

One event is one JSON object, in the log of \`wirewall serve\` one per line. Its schema is
[\`event.schema.json\`](event.schema.json), which the package exports as \`wirewall/event.schema.json\`. \`schemaVersion\` is
\`${EVENT_SCHEMA_VERSION}\`: a new member raises the second number, so ignore members that you do not know; a member that goes or changes
its meaning raises the first.

## When there is one

A request has one event, and only when there is something to tell: a rule matched, the host rejected it or had no answer from the site, the
work budget ran out, or something failed. A rule that only executes or skips others makes none by itself, unless it says
\`"logging": {"enabled": true}\`; nor does a rule with \`"logging": {"enabled": false}\`.

An event is written when its response has been sent or its connection is closed, at once for an event stream, and for other responses
that go on at most ten seconds after their head was sent. So \`status\` is what the client got, the site's own statuses included, and
\`delivery\` tells whether it got all of it. When the site does not answer, \`action\` is \`serve_error\` and \`service\` is \`host\`.
Programs that call \`evaluate\` send their own answers: their events are written at once, with the status of the decision.

## Fewer of them

| option of \`createWaf\` | meaning |
| --- | --- |
| \`selectEvents.actions\`, \`.severities\`, \`.categories\` | only events of these actions, or of rules of these severities or categories |
| \`selectEvents.sample\` | share of the events that are written, by action: \`{ log: 0.01 }\`; worked out from the reference id, so the same everywhere. Other actions are written in full |
| \`deduplicateEvents.windowMs\`, of \`serve\` \`--sum-events SECONDS\` | equal events within the time are two: the first, and one for the rest with \`repeats\` |
| \`eventQueue\` | events that a sink which answers with promises may have under way, by default 10,000; more are dropped and counted |

Events about a failure or an exhausted work budget are always written. \`waf.flush()\` writes sums and waits for the sinks;
\`waf.close()\` also writes the events of responses that are still under way, and \`serve\` calls it when it stops. \`waf.eventStats\` counts.

## Sealed

With the option \`sealEvidence\` (of \`serve\` \`--seal-evidence\`) \`sealed\` holds the inputs that made rules match, unredacted: \`1.\` and Base64url
of the encapsulated key (32 bytes) and the cipher text of HPKE (RFC 9180, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM), with
the info \`wirewall sealed evidence 1\` and the event's \`id\` as additional data. \`unsealEvidence(event, privateKey)\` and \`wirewall unseal\` open
it: JSON with \`inputs\`, each with \`rule\`, \`field\`, \`key\`, \`span\`, \`offset\`, \`text\` and \`encoding\`.

## OCSF

\`toOcsf(event)\` and \`ocsfSink(write)\`, of \`serve\` \`--event-format ocsf\`, give HTTP Activity (class 4002) of OCSF ${OCSF_VERSION} with the
profile \`security_control\`. What OCSF has no attribute for is in \`unmapped\`, under the names below.

| here | OCSF |
| --- | --- |
| \`timeMs\` | \`time\` |
| \`id\` | \`metadata.uid\`, \`http_request.uid\` |
| \`request.method\` | \`activity_id\`, \`http_request.http_method\` |
| \`request\` | \`http_request\`, \`src_endpoint\`, \`dst_endpoint\` |
| \`status\` | \`http_response.code\` |
| \`action\`, \`delivery\` | \`action_id\`, \`disposition_id\` |
| the decisive match, else the last one | \`firewall_rule\` |
| the gravest \`severity\` of the rules | \`severity_id\` |
| \`repeats\` | \`count\`, \`start_time\`, \`end_time\` |

## Members

${table(root)}
${parts.join("\n")}`;
}

function table({ properties, required = [] }) {
  const rows = Object.entries(properties).map(
    ([name, one]) =>
      `| \`${name}\` | ${typeText(one)} | ${required.includes(name) ? "yes" : ""} | ${(one.description ?? "").replaceAll("|", "\\|")} |`,
  );
  return ["| member | type | always | meaning |", "| --- | --- | --- | --- |", ...rows, ""].join("\n");
}

function typeText(one) {
  if (one.$ref !== undefined) {
    const name = one.$ref.slice("#/$defs/".length);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (one.const !== undefined) return `\`${JSON.stringify(one.const)}\``;
  if (one.enum !== undefined) return one.enum.map((value) => `\`${value}\``).join(", ");
  if (one.anyOf !== undefined) return one.anyOf.map(typeText).join(" or ");
  if (one.prefixItems !== undefined) return `[${one.prefixItems.map(typeText).join(", ")}]`;
  if (one.type === "array") return `array of ${typeText(one.items)}`;
  if (one.additionalProperties !== undefined) return `object of ${typeText(one.additionalProperties)}`;
  if (one.properties !== undefined)
    return Object.entries(one.properties)
      .map(([name, part]) => `\`${name}\`: ${typeText(part)}`)
      .join("; ");
  return one.type ?? "any";
}
