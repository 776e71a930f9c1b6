// Makes docs/reference/cloudflare-names.md: each name that Cloudflare documents, and what becomes of it here.
import { readFileSync } from "node:fs";
import { standardScheme } from "../../build/modules/detection/fields/shared-scheme.js";
import { typeName } from "../../build/modules/language/values/types.js";

const names = JSON.parse(readFileSync(new URL("../cloudflare-names.json", import.meta.url), "utf8"));

/** @returns {string} */
function stateOf(name, field) {
  if (field === undefined) return "**absent**";
  const renamed = field.name === name ? "" : `older name of \`${field.name}\`; `;
  if (field.phases?.every((phase) => phase === "packet")) return `${renamed}known, in no phase: packets`;
  const by = field.supply?.by;
  if (by === undefined) return `${renamed}read from the request`.replace("request", partOf(field));
  const ways = by.map((word) => WAYS.get(word) ?? "supplied by the program");
  return `${renamed}${[...new Set(ways)].join(", or ")}`;
}

/** Ways to a value beside the program's, by the words of `supply.by`. */
const WAYS = new Map([
  ["geo", "option `geo`"],
  ["zoneName", "option `zoneName`"],
  ["tls", "read from the connection"],
  ["protocolHeader", "option `client.protocolHeader`"],
]);

function partOf({ phases = [] }) {
  return phases[0]?.startsWith("response") ? "response" : "request";
}

export function cloudflareNames() {
  const scheme = standardScheme();
  const functions = new Map(scheme.functions.map((one) => [one.name, one]));
  const lines = [
    "# Cloudflare's names",
    "",
    "<!-- Generated from grammar/cloudflare-names.json and the scheme by grammar/tools/cloudflare-names.mjs. -->",
    "",
    "Every field and function that Cloudflare documents for its Rules language, with our state. A field that the program supplies is",
    "missing, or has the value in [Fields](fields.md), where nothing supplies it; `wirewall check` says so (`W_FIELD_UNSUPPLIED`).",
    "Fields of packets are known so that an imported rule that uses one is told so.",
    "",
    "## Fields",
    "",
    "| field | type | state |",
    "| --- | --- | --- |",
  ];
  for (const name of Object.keys(names.fields)) {
    const field = scheme.field(name)?.field;
    const type = field === undefined ? names.fields[name] : typeName(field.type);
    lines.push(`| \`${name}\` | \`${type}\` | ${stateOf(name, field)} |`);
  }
  lines.push("", "## Functions", "", "| function | result | state |", "| --- | --- | --- |");
  for (const [name, result] of Object.entries(names.functions)) {
    const state =
      names.absent[name] ??
      (name === "any" || name === "all"
        ? "part of the grammar"
        : functions.has(name)
          ? "as documented"
          : "**absent**");
    const type = result.startsWith("of ") ? result : `\`${result}\``;
    lines.push(`| \`${name}\` | ${type} | ${name in names.absent ? `absent. ${state}` : state} |`);
  }
  return `${lines.join("\n")}\n`;
}
