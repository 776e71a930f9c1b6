// Runs case files against the language: `npm run conformance -- FILE…`. Without files, the suite in grammar/. With
// `--own-scheme`, corpus lines of the scheme `standard` meet this project's standard fields, not those of the corpus.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { casesOfFile } from "./files.ts";
import type { Outcome } from "./outcome.ts";

const SUITE = "grammar/conformance";

function main(words: readonly string[]): number {
  const ownScheme = words.includes("--own-scheme");
  const names = words.filter((word) => word !== "--own-scheme");
  const files =
    names.length > 0
      ? names
      : readdirSync(SUITE)
          .filter((name) => name.endsWith(".json"))
          .map((name) => join(SUITE, name));
  const tally: Record<Outcome["status"], number> = { passed: 0, failed: 0, skipped: 0 };
  for (const name of files) {
    const read = (beside: string): string | undefined => {
      const path = join(dirname(name), beside);
      return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    };
    for (const { id, text, run } of casesOfFile(name, readFileSync(name, "utf8"), read, ownScheme)) {
      const outcome = run();
      tally[outcome.status]++;
      if (outcome.status !== "passed") {
        process.stdout.write(
          `${outcome.status} ${name} ${id}: ${JSON.stringify(clip(text))}\n  ${outcome.why}\n`,
        );
      }
    }
  }
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`);
  return tally.failed > 0 ? 1 : 0;
}

function clip(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (fault) {
  process.stderr.write(`conformance: ${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exitCode = 2;
}
