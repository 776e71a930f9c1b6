// Makes docs/reference/fields.md from the catalogue of fields.

import { standardFields } from "../../build/modules/detection/fields/index.js";
import { typeName } from "../../build/modules/language/values/types.js";
import { BODY_ANOMALIES } from "../../build/modules/request/body/body.js";
import { JSON_ANOMALIES } from "../../build/modules/request/body/json.js";
import { MULTIPART_ANOMALIES } from "../../build/modules/request/body/multipart-anomalies.js";
import { COOKIE_ANOMALIES } from "../../build/modules/request/head/cookies.js";
import { HEADER_ANOMALIES } from "../../build/modules/request/head/headers.js";
import { URI_ANOMALIES } from "../../build/modules/request/head/uri.js";

const sections = [
  ["request", "From the request's head on"],
  ["body", "From the body on"],
  ["response", "From the response's head on"],
  ["response_body", "From the response's body on"],
  ["decision", "Once the firewall has decided"],
  ["packet", "Of network firewalls"],
];

const anomalies = [
  ["wirewall.request.uri.anomalies", [...URI_ANOMALIES, "too_many_arguments"]],
  ["wirewall.request.headers.anomalies", [...HEADER_ANOMALIES, "malformed_forwarding"]],
  ["wirewall.request.cookies.anomalies", COOKIE_ANOMALIES],
  ["wirewall.request.body.anomalies", [...BODY_ANOMALIES, ...MULTIPART_ANOMALIES, ...JSON_ANOMALIES]],
];

function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function row(field) {
  const formerly = (field.deprecatedAliases ?? []).map((name) => `\`${name}\``).join(", ");
  const notes = [
    field.summary,
    field.parallelGroup === undefined ? "" : `Aligned with the other arrays of \`${field.parallelGroup}\`.`,
    formerly === "" ? "" : `Formerly ${formerly}.`,
  ];
  const example = field.example === undefined ? "" : `\`${JSON.stringify(field.example)}\``;
  return `| \`${field.name}\` | \`${typeName(field.type)}\` | ${cell(notes.filter(Boolean).join(" "))} | ${cell(field.whenAbsent ?? "")} | ${cell(example)} |`;
}

export function fieldsReference() {
  const lines = [
    "# Fields",
    "",
    "<!-- Generated from src/request/fields by grammar/tools/fields-reference.mjs. -->",
    "",
    "Every field of the standard scheme, with what an expression sees when a request has no such thing. Fields below",
    "`raw.` show what was received; the others of the same name show normalisation and the rewrites of earlier phases.",
    "Fields below `wirewall.` are our own.",
  ];
  for (const [phase, title] of sections) {
    const fields = standardFields.filter((field) => field.phases[0] === phase);
    lines.push("", `## ${title}`, "");
    if (phase === "decision") {
      lines.push(
        "For `counting_expression` of rate limits alone: docs/guide/limits.md says when they count.",
        "",
      );
    }
    if (phase === "packet") {
      lines.push(
        "Known by name, so that an imported rule that uses one is told so; no phase here has them.",
        "",
      );
    }
    lines.push("| field | type | what it is | when absent | example |", "| --- | --- | --- | --- | --- |");
    lines.push(...[...fields].sort((a, b) => (a.name < b.name ? -1 : 1)).map(row));
  }
  lines.push(
    "",
    "## Codes in anomaly fields",
    "",
    "An anomaly is something that two readers of the same bytes may understand differently. Each code stands once.",
    "",
    "| field | codes |",
    "| --- | --- |",
  );
  for (const [name, codes] of anomalies) {
    lines.push(`| \`${name}\` | ${codes.map((code) => `\`${code}\``).join(" ")} |`);
  }
  return `${lines.join("\n")}\n`;
}
