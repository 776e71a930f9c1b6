// Differences that are known and meant, each for a reason. The runner prints them; docs/reliability.md lists them.
import { SaxesParser } from "saxes";
import type { Difference, Sent } from "./compare.ts";
import { formsOf, utf8Of } from "./texts.ts";

export interface Explained {
  readonly name: string;
  readonly reason: string;
  /**
   * As narrow as can be. `seen` holds the texts that rules see; `isSeenIn` tells whether they see the same text in another
   * request, or refuse that one.
   */
  readonly applies: (
    difference: Difference,
    seen: readonly string[],
    isSeenIn: (sent: Sent) => Promise<boolean>,
  ) => boolean | Promise<boolean>;
}

/** Whether one of the texts that rules see is the text with what the reader left out. */
function isSeenAs(text: string, seen: readonly string[], matches: (seen: string, text: string) => boolean) {
  return formsOf(text).some((form) => seen.some((one) => matches(one, form)));
}

const COOKIE_READERS = /cookie/i;
const blanksOut = (text: string): string => text.replace(/^[\t ]+|[\t ]+$/g, "");
const plusesOut = (text: string): string => text.replaceAll("+", " ");
const typesOf = ({ type, furtherTypes = [] }: Sent): string => [type, ...furtherTypes].join();

const DECLARES = /urlencoded|multipart|json|xml/i;

const BEGINS_AS_HTML =
  /^\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|link|script|style|div|span|p|a|b|i|u|table|form|img)[\s/>]/is;

export const EXPLAINED: readonly Explained[] = [
  {
    name: "quotes around a cookie",
    reason: "rules see a quoted value without escapes with its quotes",
    applies: ({ reader, text }, seen) =>
      COOKIE_READERS.test(reader) && isSeenAs(text, seen, (one, form) => blanksOut(one) === `"${form}"`),
  },
  {
    name: "blanks around a cookie",
    reason: "white space around an equals sign is part of the name or the value",
    applies: ({ reader, text }, seen) =>
      COOKIE_READERS.test(reader) && isSeenAs(text, seen, (one, form) => blanksOut(one) === blanksOut(form)),
  },
  {
    name: "blanks between cookies",
    reason: "Python also ends a cookie at white space; rules see the rest as part of the preceding value",
    applies: ({ reader, text }, seen) =>
      reader === "Python cookies" && isSeenAs(text, seen, (one, form) => isPieceOf(one, form, /[\t ="]/)),
  },
  {
    name: "number sign in a query",
    reason: "the part of a target after # counts as query, and belongs to its last value or name",
    applies: ({ sent, reader, text }, seen) =>
      /^(?:URL|url\.parse|Python query)/.test(reader) &&
      sent.target?.includes("#") === true &&
      isSeenAs(text, seen, (one, form) => one.startsWith(`${form}#`)),
  },
  {
    name: "a string of JSON",
    reason: "rules see a value, or a form, that is one JSON string without escapes with its quotes",
    applies: ({ reader, text }, seen) =>
      /json/i.test(reader) && isSeenAs(text, seen, (one, form) => one.trim() === `"${form}"`),
  },
  {
    name: "apostrophes in PHP's file names",
    reason:
      "PHP reads a semicolon between two of them as part of the name; rules see the name without the semicolon",
    applies: ({ reader, text }, seen) =>
      reader === "PHP multipart" &&
      text.endsWith(";") &&
      text.includes("'") &&
      isSeenAs(text.slice(0, -1), seen, (one, form) => one.includes(form)),
  },
  {
    name: "NUL bytes in PHP",
    reason: "PHP ends a form there; rules also see what follows",
    applies: ({ reader, text }, seen) =>
      reader === "PHP form" && isSeenAs(text, seen, (one, form) => one.startsWith(`${form}\0`)),
  },
  {
    name: "a number in XML",
    reason: "rules look for attacks in texts, and a number cannot be one; the XML fields contain it",
    applies: ({ reader, text }) =>
      /xml|saxes/i.test(reader) && /^-?[0-9]{1,20}(?:\.[0-9]{1,20})?$/.test(text.trim()),
  },
  {
    name: "bytes alone",
    reason: "bytes with fewer than eight legible characters in a row are opaque and cannot be an attack",
    applies: ({ sent }) =>
      /[^\t-\r -~]/.test(sent.body) && !/[\t-\r -~]{8}/.test(sent.body) && !DECLARES.test(typesOf(sent)),
  },
  {
    name: "plus signs between blanks",
    reason:
      "in a body that is neither declared as a form nor begins as one, plus signs stay plus signs in a field with unescaped white space",
    applies: ({ text, sent }, seen) =>
      !/urlencoded/i.test(typesOf(sent)) &&
      sent.body.split("&").some((field) => field.includes("+") && /[\t\n\f\r ]/.test(field)) &&
      isSeenAs(text, seen, (one, form) => plusesOut(one).includes(plusesOut(form))),
  },
  {
    name: "markup under another type",
    reason:
      "rules see markup that is not declared as XML, and begins as HTML or is malformed, as one text with its tags and references",
    applies: ({ reader, text, sent }, seen, isSeenIn) =>
      /xml|saxes/i.test(reader) &&
      !/xml/i.test(typesOf(sent)) &&
      isSeenAs(text, seen, (one, form) => {
        const wanted = asciiOf(withoutReferences(form));
        return [one, tagsOut(one)].some((text) => asciiOf(withoutReferences(text)).includes(wanted));
      }) &&
      (BEGINS_AS_HTML.test(sent.body.replace(/[\0\xef\xbb\xbf\xff\xfe]/g, "")) || !isWellFormed(sent)) &&
      isSeenIn({ ...sent, type: "application/xml" }),
  },
  {
    name: "malformed markup in fast-xml-parser",
    reason:
      "it omits or repeats pieces of malformed markup that is not declared as XML; rules see the others, with elements whole, except for fragments of fewer than twelve characters",
    applies: ({ reader, text, sent }, seen, isSeenIn) =>
      reader === "fast-xml-parser" &&
      !/xml/i.test(typesOf(sent)) &&
      areSeen(
        /<[a-z!?/]/i.test(text) ? text.split(/\s+|(?<=>)|(?=<)/) : text.split(/[&;#<>[\]"'\s]+/),
        seen,
      ) &&
      !isWellFormed(sent) &&
      isSeenIn({ ...sent, type: "application/xml" }),
  },
  {
    name: "a short quoted string",
    reason: "escapes in fewer than six characters are not decoded: no attack is that short",
    applies: ({ text, sent }) =>
      text.length < 5 &&
      shortQuoted([sent.cookie ?? "", sent.body.replace(/[\0\xff\xfe]/g, "")]).includes(text),
  },
  {
    name: "quotes around formidable's file names",
    reason:
      "it reads up to the last quote when the first is not followed by a semicolon and a blank; rules see the parts separately",
    applies: ({ reader, text }, seen) => {
      if (reader !== "formidable") return false;
      const pieces = text.split(/"[\t ]*;[\t ]*[\w*-]+[\t ]*=[\t ]*"/);
      return (
        pieces.length > 1 && pieces.every((piece) => isSeenAs(piece, seen, (one, form) => one.includes(form)))
      );
    },
  },
  {
    name: "a document type in fast-xml-parser",
    reason: "it reads what follows a quoted > as text; rules see the document as sent",
    applies: ({ reader, text, sent }, seen) =>
      reader === "fast-xml-parser" && sent.body.includes("<!DOCTYPE") && isSeenAs(text, seen, hasPlain),
  },
  {
    name: "entities in fast-xml-parser",
    reason:
      "it does not expand entities that refer to others, and reads markup in them as text; rules see the expanded text",
    applies: ({ reader, text, sent }, seen) => {
      if (reader !== "fast-xml-parser") return false;
      const found = [...sent.body.matchAll(/<!ENTITY\s+(?:\xef\xbb\xbf)?(\w+)\s+"([^"]*)"/g)];
      const values = found.flatMap(([, , value = ""]) =>
        value !== "" && text.includes(value) ? [value] : [],
      );
      const entities = [...found.map(([, name]) => `&${name};`), ...values];
      if (!entities.some((one) => text.includes(one))) return false;
      if (!values.every((value) => isSeenAs(value, seen, hasPlain))) return false;
      const pieces = entities.reduce((found, one) => found.flatMap((piece) => piece.split(one)), [text]);
      return seen.some((one) => hasInOrder(one, pieces));
    },
  },
];

const MAX_DEBRIS = 12;

/** Whether each of the pieces is in a text that rules see, save for what is short and no element. */
function areSeen(pieces: readonly string[], seen: readonly string[]): boolean {
  return pieces.every(
    (piece) =>
      (piece.length < MAX_DEBRIS && !/<.*>/.test(piece)) ||
      isSeenAs(piece, seen, (one, form) => one.includes(form)),
  );
}

function isWellFormed({ body }: Sent): boolean {
  try {
    new SaxesParser().write(utf8Of(body).replace(/^\ufeff/, "")).close();
    return true;
  } catch {
    return false;
  }
}

/** What readers make of strings in quotes with escapes that have less than six characters, wherever they may begin. */
function shortQuoted(texts: readonly string[]): readonly string[] {
  const found = texts.flatMap((text) =>
    [...text.matchAll(/"(?=((?:[^"\\]|\\.){1,4}"))/g)].map(([, rest]) => `"${rest}`),
  );
  return found.filter((quoted) => quoted.length < 6 && quoted.includes("\\")).flatMap(unquotedForms);
}

/** A string in quotes as readers of cookies and of JSON have it. */
function unquotedForms(quoted: string): readonly string[] {
  const plain = utf8Of(quoted.slice(1, -1).replace(/\\(.)/g, "$1"));
  try {
    return [plain, String(JSON.parse(quoted))];
  } catch {
    return [plain];
  }
}

/** Whether a text is a piece of another one, which begins and ends where that does or next to a certain character. */
function isPieceOf(whole: string, piece: string, border: RegExp): boolean {
  if (piece === "") return false;
  for (let at = whole.indexOf(piece); at !== -1; at = whole.indexOf(piece, at + 1)) {
    const end = at + piece.length;
    const begins = at === 0 || border.test(whole.charAt(at - 1));
    if (begins && (end === whole.length || border.test(whole.charAt(end)))) return true;
  }
  return false;
}

const plainBlanks = (text: string): string => text.replace(/[\s\0]+/g, " ").trim();

const NAMED_REFERENCES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

/** What rules look for, which is ASCII without blanks here. */
const asciiOf = (text: string): string => text.replace(/[^!-~]/g, "");

const tagsOut = (markup: string): string => markup.replace(/<!\[CDATA\[|\]\]>/g, "").replace(/<[^<>]*>/g, "");

/** A text with its references undone, and those that come of that. */
function withoutReferences(text: string): string {
  const undone = text
    .replace(/&#(?:x([0-9a-f]{1,7})|([0-9]{1,9}));/gi, (whole, hex?: string, digits?: string) => {
      const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
      return code > 0x10ffff ? whole : String.fromCodePoint(code);
    })
    .replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => NAMED_REFERENCES[name] ?? "");
  return undone === text ? text : withoutReferences(undone);
}

/** Whether a text has another one in it, white space aside. */
const hasPlain = (whole: string, piece: string): boolean => plainBlanks(whole).includes(plainBlanks(piece));

/** Whether a text has all the pieces one behind the other, white space aside. */
function hasInOrder(text: string, pieces: readonly string[]): boolean {
  const plain = plainBlanks(text);
  let from = 0;
  for (const piece of pieces.map(plainBlanks)) {
    const at = plain.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return true;
}
