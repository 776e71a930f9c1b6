// The union of several readings of the same bytes, if readers may read them as different texts.
import { NO_PAIRS, type Pairs } from "../head/pairs.ts";
import type { JsonBody } from "./json.ts";
import type { XmlBody } from "./xml.ts";

export const NO_XML: XmlBody = Object.freeze({
  names: [],
  values: [],
  depth: 0,
  encoding: "",
  anomalies: [],
  error: "",
});
export const NO_JSON: JsonBody = Object.freeze({
  names: [],
  values: [],
  inputs: [],
  depth: 0,
  anomalies: [],
  error: "",
});

/** Errors of a text that is none of its kind: who reads it so refuses it. Another reading may be one. */
const OF_NO_SUCH_TEXT: ReadonlySet<string> = new Set([
  "json_syntax",
  "json_unexpected_end",
  "json_trailing_data",
  "xml_no_markup",
]);

interface Aligned {
  readonly names: readonly string[];
  readonly values: readonly string[];
}

/** Where a reading says what those before it do not say under the same name; the first says all that it says. */
function newPlaces(readings: readonly Aligned[]): readonly ReadonlySet<number>[] {
  const known = new Map<string, Set<string>>();
  return readings.map(({ names, values }, reading) => {
    const places = new Set<number>();
    for (let at = 0; at < values.length; at++) {
      const name = names[at] ?? "";
      const value = values[at] ?? "";
      const said = known.get(name);
      if (reading === 0 || !said?.has(value)) places.add(at);
      if (said === undefined) known.set(name, new Set([value]));
      else said.add(value);
    }
    return places;
  });
}

function merged<T extends Aligned>(readings: readonly T[]) {
  const places = newPlaces(readings);
  const pick = <Item>(list: (reading: T) => readonly Item[]): readonly Item[] =>
    readings.flatMap((reading, at) => list(reading).filter((_, place) => places[at]?.has(place)));
  return { names: pick(({ names }) => names), values: pick(({ values }) => values), pick };
}

export function mergedForm(readings: readonly Pairs[]): Pairs {
  const [first, ...others] = readings;
  if (first === undefined || others.length === 0) return first ?? NO_PAIRS;
  const { names, values } = merged(readings);
  return { names, values, truncated: readings.some(({ truncated }) => truncated) };
}

interface Faulty {
  readonly error: string;
}

/** The readings with the one that is likeliest meant in front: the first that is of its kind. */
function likeliestFirst<T extends Faulty>(readings: readonly T[]): readonly T[] {
  const likeliest = readings.find(({ error }) => !OF_NO_SUCH_TEXT.has(error));
  return likeliest === undefined ? readings : [likeliest, ...readings.filter((other) => other !== likeliest)];
}

/** The error of them all: a limit of any of them, or that none is of its kind. */
function errorOf<Code extends string>(readings: readonly { readonly error: Code }[]): Code | undefined {
  return (readings.find(({ error }) => error !== "" && !OF_NO_SUCH_TEXT.has(error)) ?? readings[0])?.error;
}

export function mergedJson(readings: readonly JsonBody[]): JsonBody {
  const ordered = likeliestFirst(readings);
  const [first, ...others] = ordered;
  if (first === undefined || others.length === 0) return first ?? NO_JSON;
  const { names, values, pick } = merged(ordered);
  return {
    names,
    values,
    inputs: pick(({ inputs }) => inputs),
    depth: Math.max(...ordered.map(({ depth }) => depth)),
    anomalies: first.anomalies,
    error: errorOf(ordered) ?? "",
  };
}

export function mergedXml(readings: readonly XmlBody[]): XmlBody {
  const [likeliest, ...rest] = likeliestFirst(readings);
  // Text around no markup is what its bytes are.
  const others = rest.filter(({ error }) => error !== "xml_no_markup");
  if (likeliest === undefined || others.length === 0) return likeliest ?? NO_XML;
  const all = [likeliest, ...others];
  const { names, values } = merged(all);
  return {
    names,
    values,
    depth: Math.max(...all.map(({ depth }) => depth)),
    encoding: likeliest.encoding,
    anomalies: likeliest.anomalies,
    error: errorOf(all) ?? "",
  };
}
