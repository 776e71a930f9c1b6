// What the package offers, read from package.json alone: `dist/x.js` is built from `src/x.ts`.
import { readFileSync } from "node:fs";

/**
 * Packages that become part of dist/ with what they import: every importer of the core would load them, in 900 modules.
 * What only some entry points use stays a dependency. ARCHITECTURE.md says why.
 */
export const BUNDLED = ["@noble/hashes", "chevrotain", "yaml"];

/** package.json. */
export const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** The subpaths that are code, each with its paths below `dist`, without extension. */
export const subpaths = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === "string" ? [] : [{ subpath, path: pathBelowDist(target.default) }],
);

/** The commands of the package, as paths below `dist`. */
export const commands = Object.values(manifest.bin).map(pathBelowDist);

/** The source of a path below `dist`, from the project's root. */
export function sourceOf(path) {
  return `src/${path}.ts`;
}

function pathBelowDist(target) {
  const found = /^(?:\.\/)?dist\/(.+)\.js$/.exec(target);
  if (found === null) throw new Error(`package.json: ${target} is no module below dist/`);
  return found[1];
}
