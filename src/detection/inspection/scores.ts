import type { Evidence } from "./evidence.ts";

/** Scores by points; what lies beyond is the last one. Ten points are two pieces that are enough by themselves. */
const SCORES = [95, 70, 55, 40, 25, 15, 12, 10, 8, 6, 4, 3, 2, 1];

/**
 * A score from 1, certainly an attack, to 99, certainly none: independent pieces of evidence add up, those of one kind in one
 * input count once.
 */
export function scoreOf(evidence: readonly Evidence[]): number {
  let points = 0;
  for (const piece of evidence) points += piece.points;
  return SCORES[Math.min(points, SCORES.length - 1)] ?? 1;
}

/** The score's word; the bounds are those of Cloudflare's WAF attack score. */
export function scoreClass(score: number): string {
  if (score <= 20) return "attack";
  if (score <= 50) return "likely_attack";
  return score <= 80 ? "likely_clean" : "clean";
}

/** The score for each class of attack of which there is evidence. */
export function scoresByAttack(evidence: readonly Evidence[]): ReadonlyMap<string, number> {
  const attacks = new Set(evidence.map(({ kind }) => kind.attack));
  return new Map(
    [...attacks].map((attack) => [attack, scoreOf(evidence.filter(({ kind }) => kind.attack === attack))]),
  );
}
