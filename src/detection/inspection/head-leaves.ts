// On the request path, for each header line: most are of none of these names, and are told by that.
import type { Budget } from "../../language/values/budget.ts";
import { decoded } from "../../request/body/decoded-texts.ts";
import { splitPairs } from "../../request/head/pairs.ts";
import { HEADER, type Leaves, REFERER } from "./inputs.ts";
import { isCut, PLAIN_NAME, textAt } from "./pieces.ts";

const MAX_ARGUMENTS = 256;
/** Values of one header line that are looked at one by one. */
const MAX_VALUES = 32;

/** What is inside of a header that has a form of its own. @param key its name in lower case */
export function visitInsideHeader(key: string, value: string, leaves: Leaves): void {
  switch (key) {
    case "referer":
    case "origin":
    case "destination":
    case "x-forwarded-uri":
    case "x-original-uri":
    case "x-original-url":
    case "x-rewrite-url":
      visitAddress(key, value, leaves);
      break;
    case "authorization":
    case "proxy-authorization":
      // What follows the scheme.
      visitValues(key, value.slice(value.indexOf(" ") + 1), leaves);
      break;
    case "content-disposition":
    case "forwarded":
    case "via":
    case "x-forwarded-for":
    case "x-forwarded-host":
      visitValues(key, value, leaves);
  }
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
