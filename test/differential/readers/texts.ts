// What readers of structured values hand over, as texts.
import { decodeFully } from "../../support/source/language/functions.ts";
import type { Reader, Received, Sent, Text } from "./compare.ts";

/** A reader that answers a value; one that fails hands nothing over. */
export function valueReader(name: string, read: (sent: Sent) => unknown): Reader {
  return {
    name,
    read: async (sent) => {
      try {
        return textsIn(await read(sent));
      } catch {
        return { texts: [] };
      }
    },
  };
}

/** Strings of a value at any depth, and keys of its objects but for the indexes of arrays. */
export function textsIn(value: unknown): Received {
  const texts: Text[] = [];
  const open = [value];
  for (let at = 0; at < open.length; at++) {
    const one = open[at];
    if (typeof one === "string") texts.push(wholeText(one));
    else if (Array.isArray(one)) open.push(...one);
    else if (isObject(one)) {
      for (const [key, inner] of Object.entries(one)) {
        texts.push(keyText(key));
        open.push(inner);
      }
    }
  }
  return { texts: texts.filter(({ text }) => text !== "") };
}

export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A member of a value that may have none. */
export const memberOf = (value: unknown, name: string): unknown =>
  isObject(value) ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

/** Half of a surrogate pair is no character. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

export const wholeText = (text: string): Text => ({ text: wellFormed(text), part: false });
const keyText = (text: string): Text => ({ text: wellFormed(text), part: false, isKey: true });

/** Names and values of pairs. */
export function textsOfPairs(pairs: Iterable<readonly [string, string]>): Received {
  const texts = [...pairs].flat().map(wholeText);
  return { texts: texts.filter(({ text }) => text !== "") };
}

/**
 * Readers disagree about bytes above 7F, what of them is no UTF-8 and in which charset a header is. Rules look for ASCII, which
 * must be the same.
 */
export function folded(text: string): string {
  return text.replace(/[^\0-\x7f]+/g, "\ufffd");
}

/** A text as rules see it, who decode it fully. */
export function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text).toString("latin1");
  return [text, decodeFully(text, false), utf8Of(decodeFully(bytes, false))].flatMap((one) => [
    one,
    folded(one),
  ]);
}

export const utf8Of = (bytes: string): string => Buffer.from(bytes, "latin1").toString();
