// Makes src/language/diagnostics/codes.ts from the headings of grammar/diagnostics.md. Needs no build.
import { readFileSync } from "node:fs";

const CATALOGUE = new URL("../diagnostics.md", import.meta.url);

/** The codes in the order of the catalogue: third-level headings that consist of a code. */
export function codes() {
  const headings = readFileSync(CATALOGUE, "utf8").matchAll(/^### `([EW]_[A-Z0-9_]+)`$/gm);
  const found = [...headings].map(([, code]) => code);
  const twice = found.find((code, at) => found.indexOf(code) !== at);
  if (twice !== undefined) throw new Error(`grammar/diagnostics.md explains ${twice} twice`);
  return found;
}

export function codesModule() {
  return `// Generated from grammar/diagnostics.md by \`npm run generate\`.
/** Every fault code; the catalogue that explains them is \`grammar/diagnostics.md\`. */
export const DIAGNOSTIC_CODES = [
${codes()
  .map((code) => `  "${code}",\n`)
  .join("")}] as const;

/** One of the codes. */
export type DiagnosticCode = (typeof DIAGNOSTIC_CODES)[number];
`;
}
