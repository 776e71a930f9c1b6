// Makes docs/reference/limits.md from the records of limits and the comments beside their members.
import { readFileSync } from "node:fs";
import { DEFAULT_ENGINE_LIMITS } from "../../build/modules/engine/options/limits.js";
import { DEFAULT_LIMITS } from "../../build/modules/language/syntax/limits.js";
import { DEFAULT_REQUEST_LIMITS } from "../../build/modules/request/view/limits.js";

const RECORDS = [
  ["Expressions", "src/language/syntax/limits.ts", DEFAULT_LIMITS],
  ["Requests", "src/request/view/limits.ts", DEFAULT_REQUEST_LIMITS],
  ["Engine", "src/engine/options/limits.ts", DEFAULT_ENGINE_LIMITS],
];

/** The comment that stands above a member of the interface. */
function comments(file) {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  const found = text.matchAll(/(?:\/\*\* ([^*]+) \*\/\s+)?readonly (\w+): number;/g);
  return new Map([...found].map(([, comment, name]) => [name, comment ?? ""]));
}

export function limitsReference() {
  const parts = RECORDS.map(([title, file, record]) => {
    const said = comments(file);
    const rows = Object.entries(record).map(
      ([name, value]) => `| \`${name}\` | ${value} | ${said.get(name) ?? ""} |`,
    );
    return [`## ${title}`, "", "| limit | default | bounds |", "| --- | --- | --- |", ...rows, ""].join("\n");
  });
  return `# Limits

<!-- Generated from the limit records by grammar/tools/limits-reference.mjs. -->

${parts.join("\n")}`;
}
