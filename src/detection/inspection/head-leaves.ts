// On the request path, for each header line: most are of none of these names, and are told by that.
import type { Budget } from "../../language/values/budget.ts";
import { decoded } from "../../request/body/decoded-texts.ts";
import { splitPairs } from "../../request/head/pairs.ts";
import { HEADER, type Leaves, REFERER } from "./inputs.ts";
import { isCut, PLAIN_NAME, textAt } from "./pieces.ts";

const MAX_ARGUMENTS = 256;
/** Values of one header line that are looked at one by one. */
const MAX_VALUES = 32;

type ReadInside = (key: string, value: string, leaves: Leaves) => void;

const readNothing: ReadInside = () => undefined;
/** What follows the scheme. */
const visitCredentials: ReadInside = (key, value, leaves) =>
  visitValues(key, value.slice(value.indexOf(" ") + 1), leaves);

/** By the header's name in lower case; those that most requests have are here to be told fast. */
const FORMS: ReadonlyMap<string, ReadInside> = new Map<string, ReadInside>([
  ...[
    ...["accept", "accept-encoding", "accept-language", "cache-control", "connection", "content-length"],
    ...["content-type", "host", "if-modified-since", "if-none-match", "pragma", "priority", "sec-ch-ua"],
    ...["sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site"],
    ...["sec-fetch-user", "upgrade-insecure-requests", "user-agent", "x-forwarded-proto", "x-requested-with"],
  ].map((key): [string, ReadInside] => [key, readNothing]),
  ...[
    ...["referer", "origin", "destination", "x-forwarded-uri", "x-original-uri", "x-original-url"],
    "x-rewrite-url",
  ].map((key): [string, ReadInside] => [key, visitAddress]),
  ...["content-disposition", "forwarded", "via", "x-forwarded-for", "x-forwarded-host"].map(
    (key): [string, ReadInside] => [key, visitValues],
  ),
  ["authorization", visitCredentials],
  ["proxy-authorization", visitCredentials],
]);

const PLAIN_HEADER = /^[\w.-]*$/;

/** What is inside a header that has a form of its own, and its name where it is none that a programmer chose. */
export function visitInsideHeader(key: string, value: string, leaves: Leaves): void {
  const read = FORMS.get(key);
  if (read !== undefined) read(key, value, leaves);
  else if (!PLAIN_HEADER.test(key)) leaves.further(decoded(key, false, leaves.budget), HEADER, key, true);
}

/** Addresses of other pages have arguments like this one's: what is in one of them counts as such. */
function visitAddress(key: string, url: string, { budget, further }: Leaves): void {
  const mark = url.indexOf("?");
  if (mark !== -1) {
    const query = url.slice(mark + 1);
    const args = splitPairs(query, MAX_ARGUMENTS, budget);
    for (let at = 0; at < args.names.length; at++) {
      const value = textAt(args.values, at);
      if (value !== "") further(decoded(value, true, budget), REFERER, key, false);
      const name = textAt(args.names, at);
      if (!PLAIN_NAME.test(name)) further(decoded(name, true, budget), REFERER, key, true);
    }
    if (isCut(args)) further(decoded(query, true, budget), REFERER, key, false);
  }
  const hash = url.indexOf("#");
  if (hash === -1) return;
  further(decoded(url.slice(hash + 1), false, budget), REFERER, key, false);
}

/** Values of a list and of its parameters, quotes undone, where they are more than addresses and names. */
function visitValues(key: string, list: string, { budget, further }: Leaves): void {
  if (PLAIN_LIST.test(list)) return;
  for (const value of valuesOf(list, budget))
    if (value !== list) further(decoded(value, false, budget), HEADER, key, false);
}

const PLAIN_LIST = /^[\w.:[\]+/~ -]*(?:=*|, ?[\w.:, -]*)$/;

const VALUE = /(?:^|[,;])[\t ]{0,8}(?:[\w*-]{1,40}=)?(?:"((?:[^"\\]|\\.)*)"?|([^",;]+))/gs;

function valuesOf(list: string, budget: Budget): readonly string[] {
  const values = new Set<string>();
  if (!budget.spend(list.length)) return [];
  for (const [, quoted, plain] of list.matchAll(VALUE)) {
    values.add(quoted === undefined ? (plain ?? "").trim() : quoted.replace(/\\(.)/gs, "$1"));
    if (values.size === MAX_VALUES) break;
  }
  return [...values];
}
