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
    name: "quotes round a cookie",
    reason: "a value in quotes without escapes is seen with its quotes",
    applies: ({ reader, text }, seen) =>
      COOKIE_READERS.test(reader) && isSeenAs(text, seen, (one, form) => blanksOut(one) === `"${form}"`),
  },
  {
    name: "blanks round a cookie",
    reason: "white space around an equals sign is part of the name or the value",
    applies: ({ reader, text }, seen) =>
      COOKIE_READERS.test(reader) && isSeenAs(text, seen, (one, form) => blanksOut(one) === blanksOut(form)),
  },
  {
    name: "blanks between cookies",
    reason: "Python ends a cookie at white space too: it is seen as part of the value in front of it",
    applies: ({ reader, text }, seen) =>
      reader === "Python cookies" && isSeenAs(text, seen, (one, form) => isPieceOf(one, form, /[\t ="]/)),
  },
  {
    name: "number sign in a query",
    reason: "what a client sends behind # in a target is part of the query, and of its last value or name",
    applies: ({ sent, reader, text }, seen) =>
      /^(?:URL|url\.parse|Python query)/.test(reader) &&
      sent.target?.includes("#") === true &&
      isSeenAs(text, seen, (one, form) => one.startsWith(`${form}#`)),
  },
  {
    name: "a string of JSON",
    reason: "a value, or a form, that is one string of JSON without escapes is seen with its quotes",
    applies: ({ reader, text }, seen) =>
      /json/i.test(reader) && isSeenAs(text, seen, (one, form) => one.trim() === `"${form}"`),
  },
  {
    name: "apostrophes in PHP's file names",
    reason: "between two of them a semicolon belongs to the name; rules see the name without it",
    applies: ({ reader, text }, seen) =>
      reader === "PHP multipart" &&
      text.endsWith(";") &&
      text.includes("'") &&
      isSeenAs(text.slice(0, -1), seen, (one, form) => one.includes(form)),
  },
  {
    name: "NUL bytes in PHP",
    reason: "it ends a form there; rules see what follows too",
    applies: ({ reader, text }, seen) =>
      reader === "PHP form" && isSeenAs(text, seen, (one, form) => one.startsWith(`${form}\0`)),
  },
  {
    name: "a number in XML",
    reason: "rules look for attacks in texts, and a number is none; fields of XML have it",
    applies: ({ reader, text }) =>
      /xml|saxes/i.test(reader) && /^-?[0-9]{1,20}(?:\.[0-9]{1,20})?$/.test(text.trim()),
  },
  {
    name: "bytes alone",
    reason: "bytes with fewer than eight legible characters in a row are opaque, and no attack",
    applies: ({ sent }) =>
      /[^\t-\r -~]/.test(sent.body) && !/[\t-\r -~]{8}/.test(sent.body) && !DECLARES.test(typesOf(sent)),
  },
  {
    name: "plus signs between blanks",
    reason:
      "in what is not declared as a form and does not begin as one, plus signs in a field with white space that is not escaped are seen as they are",
    applies: ({ text, sent }, seen) =>
      !/urlencoded/i.test(typesOf(sent)) &&
      sent.body.split("&").some((field) => field.includes("+") && /[\t\n\f\r ]/.test(field)) &&
      isSeenAs(text, seen, (one, form) => plusesOut(one).includes(plusesOut(form))),
  },
  {
    name: "markup under another type",
    reason:
      "what is not declared as XML and begins as HTML, or is malformed, is seen as one text with its tags and references",
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
      "it leaves out or repeats pieces of what is malformed and not declared as XML; rules see the others, elements whole, but for debris of fewer than twelve characters",
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
    reason: "escapes in fewer than six characters are not undone: nothing so short is an attack",
    applies: ({ text, sent }) =>
      text.length < 5 &&
      shortQuoted([sent.cookie ?? "", sent.body.replace(/[\0\xff\xfe]/g, "")]).includes(text),
  },
  {
    name: "quotes round formidable's file names",
    reason:
      "it goes on to the last quote where no semicolon and blank follow the first; rules see the parts one by one",
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
    reason: "it takes what follows a > in quotes for text; rules see the document as it was sent",
    applies: ({ reader, text, sent }, seen) =>
      reader === "fast-xml-parser" && sent.body.includes("<!DOCTYPE") && isSeenAs(text, seen, hasPlain),
  },
  {
    name: "entities in fast-xml-parser",
    reason:
      "it leaves entities that refer to others as they are, and markup in them is text; rules see what they stand for",
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
