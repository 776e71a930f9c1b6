import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { moduleOf } from "./groups.mjs";

const START = "<!-- mutation: written by npm run mutation -- --report -->";
const END = "<!-- /mutation -->";

/** What the terminal shows: a table by module, then every mutant that no test noticed. */
export function printed(record) {
  const rows = [COLUMNS, ...table(record.results)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? String(cell).padEnd(widths[column]) : String(cell).padStart(widths[column]),
      )
      .join("  "),
  );
  const noticed = new Set(["Killed", "Timeout"]);
  const rest = record.results.filter(({ status }) => !noticed.has(status));
  return [
    ...lines,
    "",
    ...rest.map(
      ({ file, start, mutator, replacement, status, files }) =>
        `${file}:${start.line}:${start.column + 1} ${status} (${files} test files) ${mutator}\n    ${oneLine(replacement)}`,
    ),
  ].join("\n");
}

/** Replaces the block between the marks of the page, or adds one. */
export function updateReport(page, record) {
  const rows = table(record.results);
  const block = [
    START,
    "",
    `Revision ${revision()}, seed ${record.seed}: ${record.results.length} of ${record.of} mutants.`,
    "",
    `| ${COLUMNS.join(" | ")} |`,
    `| --- |${" ---: |".repeat(COLUMNS.length - 1)}`,
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
    END,
  ].join("\n");
  const text = existsSync(page) ? readFileSync(page, "utf8") : "# Reliability\n";
  const from = text.indexOf(START);
  const to = text.indexOf(END);
  writeFileSync(
    page,
    from < 0 ? `${text.trimEnd()}\n\n${block}\n` : text.slice(0, from) + block + text.slice(to + END.length),
  );
}

const COLUMNS = ["module", "mutants", "killed", "timed out", "survived", "no coverage", "errors", "score"];

function table(results) {
  const modules = [...new Set(results.map(({ file }) => moduleOf(file)))].sort();
  const row = (name, chosen) => {
    const count = (status) => chosen.filter((result) => result.status === status).length;
    const [killed, timedOut, survived, uncovered] = ["Killed", "Timeout", "Survived", "NoCoverage"].map(
      count,
    );
    const counted = killed + timedOut + survived + uncovered;
    const score = counted === 0 ? "–" : `${((100 * (killed + timedOut)) / counted).toFixed(1)} %`;
    return [name, chosen.length, killed, timedOut, survived, uncovered, chosen.length - counted, score];
  };
  return [
    ...modules.map((module) =>
      row(
        module,
        results.filter(({ file }) => moduleOf(file) === module),
      ),
    ),
    row(
      "all of src/adapters",
      results.filter(({ file }) => file.startsWith("src/adapters/")),
    ),
    row("all", results),
  ];
}

function revision() {
  return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
}

function oneLine(text) {
  const line = text.replace(/\s+/g, " ");
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
