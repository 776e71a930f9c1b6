import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { PACKAGE_ROOT } from "../version.ts";

/** The rules of the quick start. */
export const DEMO_RULES: string = fileURLToPath(new URL("examples/quickstart/firewall.yaml", PACKAGE_ROOT));

/**
 * Requests to try on the demo, and their results.
 *
 * @param rules files and directories that are served.
 */
export function demoLines(url: string, rules: readonly string[]): readonly string[] {
  const tries: readonly (readonly [command: string, outcome: string])[] = [
    [`curl -i ${url}/`, "passes"],
    [`curl -i ${url}/.git/config`, "403, blocked by no-dotfiles"],
    [`curl -i -A sqlmap/1.8 ${url}/`, "403, blocked by no-scanners"],
    [`curl -i ${url}/admin`, "passes, and admin-watch logs it"],
    [`curl -i -H 'X-Forwarded-For: 192.0.2.7' ${url}/.git/config`, "passes: the office skips the rules"],
  ];
  const width = Math.max(...tries.map(([command]) => command.length));
  return [
    "try, in another terminal:",
    ...tries.map(([command, outcome]) => `  ${command.padEnd(width)}   # ${outcome}`),
    `and edit ${rules.map(shortPath).join(", ")} while it runs: the rules are read again. Ctrl-C stops.`,
  ];
}

/** As it may be typed here, when that is shorter. */
function shortPath(path: string): string {
  const below = relative(process.cwd(), path);
  return below === "" || below.startsWith("..") ? path : below;
}
