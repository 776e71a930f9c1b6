// Guesses at how often a test holds. They decide which of a rule's comparisons selects it, never whether it matches.
import type { AtomTest } from "./atom.ts";
import type { Operand } from "./operand.ts";

/** Shares of requests that one value of a well-known field has. */
const COMMON_FIELDS: ReadonlyMap<string, number> = new Map([
  ["http.host", 0.02],
  ["http.request.method", 0.35],
  ["http.request.version", 0.5],
  ["ip.src.country", 0.04],
  ["ip.src.continent", 0.3],
  ["cf.edge.server_port", 0.5],
  ["raw.http.request.method", 0.35],
]);

/** Text that most browsers send as their user agent; a literal from it excludes little. */
const BROWSERS =
  "mozilla/5.0 (windows nt 10.0; win64; x64) (macintosh; intel mac os x 10_15_7) (x11; linux x86_64) applewebkit/537.36 (khtml, like gecko) chrome/ safari/537.36 mobile android firefox/ version/";

/** Guess at the share of requests that satisfy a test. */
export function priorOf(operand: Operand, test: AtomTest): number {
  const cost = (operand.field.cost ?? 1) * 0.0002;
  const elements = operand.path.some((step) => step.kind === "each") ? 3 : 1;
  return Math.min(1, elements * share(operand, test) + cost);
}

function share(operand: Operand, test: AtomTest): number {
  switch (test.kind) {
    case "equal": {
      const common = operand.path.length === 0 ? COMMON_FIELDS.get(operand.field.name) : undefined;
      if (common !== undefined) return common;
      if (typeof test.value !== "string") return 0.005;
      return byLength(test.value.length, [0.5, 0.05, 0.05, 0.05, 0.03, 0.03, 0.02, 0.01], 0.003);
    }
    case "prefix":
      return byLength(
        test.text.length,
        [1, 0.8, 0.3, 0.12, 0.05, 0.04, 0.02, 0.01, 0.01, 0.008, 0.006, 0.004],
        0.002,
      );
    case "suffix":
      return byLength(test.text.length, [1, 0.4, 0.2, 0.1, 0.05, 0.04, 0.02], 0.01);
    case "literal":
      if (BROWSERS.includes(test.text)) return 0.5;
      return byLength(test.text.length, [1, 0.6, 0.3, 0.1, 0.02, 0.015, 0.01], 0.008);
    case "range":
      return rangeShare(operand, test);
    case "list":
      return 0.06;
  }
}

function byLength(length: number, shares: readonly number[], longer: number): number {
  return shares[length] ?? longer;
}

function rangeShare(operand: Operand, { start, end }: Extract<AtomTest, { kind: "range" }>): number {
  if (typeof start !== "number" || typeof end !== "number") {
    const first = typeof start === "number" ? start : start.a;
    const last = typeof end === "number" ? end : end.a;
    // Global addresses fill an eighth of the space.
    return Math.min(1, 0.0003 + (last - first) / 2 ** 29);
  }
  if (operand.type === "Ip") return Math.min(1, 0.0003 + (4 * (end - start)) / 2 ** 32);
  return end - start < 1024 ? 0.02 : end - start < 65_536 ? 0.1 : 0.5;
}
