import { parse as parseQuery } from "node:querystring";
import { parse as parseUrl } from "node:url";
import busboy from "busboy";
import qs from "qs";
import type { Reader, Sent } from "./compare.ts";
import { textsInside } from "./inside-readers.ts";
import { reader } from "./multipart-readers.ts";
import { programReaders } from "./programs.ts";
import { textsIn, textsOfPairs, utf8Of, wholeText } from "./texts.ts";

/** A reader of pairs. */
function pairReader(name: string, read: (sent: Sent) => Iterable<readonly [string, string]>): Reader {
  return {
    name,
    read: async (sent) => {
      try {
        return textsOfPairs(read(sent));
      } catch {
        return { texts: [] };
      }
    },
  };
}

/** qs takes names apart at brackets, so that their pieces are parts of what is seen; values are seen as a whole. */
function qsReader(name: string, textOf: (sent: Sent) => string, options: object): Reader {
  return {
    name,
    read: async (sent) => {
      const { texts } = textsIn(qs.parse(textOf(sent), options));
      // Numbers are what it counts by.
      const sentTexts = texts.filter(({ text, isKey }) => isKey !== true || !/^\d+$/.test(text));
      return { texts: sentTexts.map((text) => (text.isKey ? { text: text.text, part: true } : text)) };
    },
  };
}

const valuesOf = (found: Record<string, string | string[] | undefined>): [string, string][] =>
  Object.entries(found).flatMap(([name, value]) =>
    [value ?? ""].flat().map((one): [string, string] => [name, one]),
  );

/** It leaves out a question mark in front. */
const searchParams = (text: string): URLSearchParams => new URLSearchParams(`?${text}`);

function pairReaders(textOf: (sent: Sent) => string): readonly Reader[] {
  return [
    pairReader("URLSearchParams", (sent) => searchParams(textOf(sent))),
    {
      name: "JSON and Base64 in URLSearchParams",
      read: async (sent) => textsInside(searchParams(textOf(sent)).values()),
    },
    pairReader("node:querystring", (sent) => valuesOf(parseQuery(textOf(sent)))),
    qsReader("qs", textOf, {}),
    qsReader("qs, as Express's reader of bodies", textOf, { allowPrototypes: true, depth: 32 }),
  ];
}

export const FORM_READERS: readonly Reader[] = [
  ...pairReaders(({ body }) => utf8Of(body)),
  reader("busboy", async (sent, sink) => {
    const parser = busboy({
      headers: { "content-type": sent.type || "application/x-www-form-urlencoded" },
    });
    parser.on("field", (name, value) => sink.field(name, value));
    parser.on("error", () => undefined);
    const end = new Promise((resolve) => parser.once("close", resolve));
    parser.end(Buffer.from(sent.body, "latin1"));
    await end;
  }),
  ...programReaders("form", ({ body }) => body),
];

/** What a handler has of the target: one character for each byte. */
const targetOf = ({ target = "" }: Sent): string => target;
const queryOf = (sent: Sent): string => {
  const target = targetOf(sent);
  const at = target.indexOf("?");
  return at === -1 ? "" : target.slice(at + 1);
};

export const QUERY_READERS: readonly Reader[] = [
  ...pairReaders(queryOf),
  pairReader("URL", (sent) => new URL(targetOf(sent), "https://shop.example").searchParams),
  pairReader("url.parse", (sent) => {
    const { query } = parseUrl(targetOf(sent), true);
    return valuesOf(query);
  }),
  ...programReaders("query", targetOf),
];

const segments = (path: string): readonly string[] => path.split("/").filter((one) => !/^\.{0,2}$/.test(one));

/** Segments of a path, as a router hands them to a handler. Dot segments, which the path's normal form has not, aside. */
function pathReader(name: string, pathOf: (target: string) => string): Reader {
  return {
    name,
    read: async (sent) => {
      try {
        const found = segments(pathOf(targetOf(sent))).map((segment) => ({
          ...wholeText(segment),
          part: true,
        }));
        return { texts: found };
      } catch {
        return { texts: [] };
      }
    },
  };
}

const decodedSegments = (path: string): string =>
  segments(path)
    .map((one) => decodeURIComponent(one))
    .join("/");

export const TARGET_READERS: readonly Reader[] = [
  pathReader("URL", (target) => new URL(target, "https://shop.example").pathname),
  pathReader("URL, decoded", (target) => decodedSegments(new URL(target, "https://shop.example").pathname)),
  pathReader("url.parse", (target) => parseUrl(target).pathname ?? ""),
  pathReader("up to the question mark, decoded", (target) => decodedSegments(target.split("?", 1)[0] ?? "")),
  ...QUERY_READERS,
];
