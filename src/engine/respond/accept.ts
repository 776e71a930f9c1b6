import type { ResponseFormat } from "../../rules/ruleset/actions/control.ts";

/** Beyond these, the rest of the header is not read. */
const MAX_BYTES = 4096;
const MAX_RANGES = 64;

interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  /** Thousandths. */
  readonly weight: number;
}

/** The media types that each format answers to, in lower case; wildcards cover only the first. */
const TYPES: Readonly<Record<ResponseFormat, readonly string[]>> = {
  html: ["text/html", "application/xhtml+xml"],
  json: ["application/json", "application/problem+json"],
  plain: ["text/plain"],
  xml: ["application/xml", "text/xml", "application/problem+xml"],
};

/** How well a format fits: by weight, then by how exactly the client named it. */
interface MediaMatch {
  readonly weight: number;
  /** 2 for `text/html`, 1 for `text/*`, 0 for a wildcard or no header. */
  readonly exactness: number;
}

/**
 * Of the formats offered, in order of preference, the one that an `Accept` header likes best (RFC 9110 §12.5.1);
 * undefined when it likes none. Without a header every format is as good as another.
 */
export function pickFormat(
  accept: string,
  offered: readonly ResponseFormat[],
): { readonly format: ResponseFormat; readonly named: boolean } | undefined {
  const ranges = parseAccept(accept);
  let best: ResponseFormat | undefined;
  let bestFit: MediaMatch = { weight: 0, exactness: 0 };
  for (const format of offered) {
    const fit = ranges.length === 0 ? { weight: 1000, exactness: 0 } : matchOf(format, ranges);
    const better =
      fit.weight > bestFit.weight || (fit.weight === bestFit.weight && fit.exactness > bestFit.exactness);
    if (fit.weight > 0 && (best === undefined || better)) {
      best = format;
      bestFit = fit;
    }
  }
  return best === undefined ? undefined : { format: best, named: bestFit.exactness === 2 };
}

/** Media ranges of an Accept header; malformed ones are left out. */
export function parseAccept(accept: string): readonly MediaRange[] {
  const text = accept.slice(0, MAX_BYTES).toLowerCase();
  const ranges: MediaRange[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= text.length && ranges.length < MAX_RANGES; at++) {
    const code = text.charCodeAt(at);
    if (quoted && code === 92) at++;
    else if (code === 34) quoted = !quoted;
    else if (at === text.length || (code === 44 && !quoted)) {
      const range = parseRange(text.slice(start, at));
      if (range !== undefined) ranges.push(range);
      start = at + 1;
    }
  }
  return ranges;
}

function parseRange(text: string): MediaRange | undefined {
  // No parameter that matters is quoted.
  const [media = "", ...parameters] = text.replace(/"(?:[^"\\]|\\.)*"?/g, "").split(";");
  const [type, subtype, rest] = media.trim().split("/");
  if (!type || !subtype || rest !== undefined || (type === "*" && subtype !== "*")) return undefined;
  let weight = 1000;
  for (const parameter of parameters) {
    const trimmed = parameter.trim();
    if (!trimmed.startsWith("q=")) continue;
    if (!/^q=(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/.test(trimmed)) return undefined;
    weight = Math.round(Number(trimmed.slice(2)) * 1000);
    break;
  }
  return { type, subtype, weight };
}

/** Of a type, the most exact range decides; of a format's types, the best counts. */
function matchOf(format: ResponseFormat, ranges: readonly MediaRange[]): MediaMatch {
  let best: MediaMatch = { weight: 0, exactness: 0 };
  for (const [at, media] of TYPES[format].entries()) {
    let fit: MediaMatch | undefined;
    for (const range of ranges) {
      const exactness = exactnessOf(range, media);
      const counts = at === 0 ? exactness >= 0 : exactness === 2;
      if (counts && (fit === undefined || exactness > fit.exactness))
        fit = { weight: range.weight, exactness };
    }
    if (fit === undefined) continue;
    if (fit.weight > best.weight || (fit.weight === best.weight && fit.exactness > best.exactness))
      best = fit;
  }
  return best;
}

/** -1 when the range does not cover the type. */
function exactnessOf(range: MediaRange, media: string): number {
  if (`${range.type}/${range.subtype}` === media) return 2;
  if (range.subtype !== "*") return -1;
  return range.type === "*" ? 0 : media.startsWith(`${range.type}/`) ? 1 : -1;
}
