import { parse } from "cookie";
import type { Reader, Sent } from "./compare.ts";
import { textsInside } from "./inside-readers.ts";
import { programReaders } from "./programs.ts";
import { textsOfPairs, valueReader } from "./texts.ts";

const headerOf = ({ cookie = "" }: Sent): string => cookie;

function pairsOf(header: string, decode?: (text: string) => string): [string, string][] {
  const found = parse(header, decode === undefined ? undefined : { decode });
  return Object.entries(found).map(([name, value]) => [name, value ?? ""]);
}

/** What cookie-parser takes for JSON. */
function jsonIn(header: string): unknown {
  return pairsOf(header).map(([, value]): unknown => {
    if (!value.startsWith("j:")) return undefined;
    try {
      return JSON.parse(value.slice(2));
    } catch {
      return undefined;
    }
  });
}

export const COOKIE_READERS: readonly Reader[] = [
  { name: "cookie", read: async (sent) => textsOfPairs(pairsOf(headerOf(sent))) },
  { name: "cookie, undecoded", read: async (sent) => textsOfPairs(pairsOf(headerOf(sent), (text) => text)) },
  valueReader("JSON in cookies", (sent) => jsonIn(headerOf(sent))),
  {
    name: "JSON and Base64 in cookies",
    read: async (sent) => textsInside(pairsOf(headerOf(sent)).map(([, value]) => value)),
  },
  ...programReaders("cookies", headerOf),
];
