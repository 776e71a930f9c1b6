import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { isQuote, isSpace, matchAt, placesOf, skipSpace } from "./scan.ts";
import { isForeign, isFormal, isInside } from "./xml-identifiers.ts";

const kind = (name: string, sentence: string): EvidenceKind => ({
  name: `xxe-${name}`,
  attack: "xxe",
  points: 5,
  sentence,
});

const EXTERNAL_ENTITY = kind("external-entity", "An entity whose text is in a file or at a URL.");
const EXTERNAL_DTD = kind(
  "external-dtd",
  "A document type whose definition is at a URL that the client chooses, other than well-known publishers.",
);
const EXPANSION = kind("entity-expansion", "An entity made of other entities, repeatedly.");
const PARAMETER_ENTITY = kind(
  "parameter-entity",
  "A reference to a parameter entity inside a document type.",
);
const SCHEMA_LOCATION: EvidenceKind = {
  name: "xxe-schema-location",
  attack: "xxe",
  points: 3,
  sentence: "The location of a schema at a URL, without its namespace.",
};
const INCLUSION = kind("inclusion", "An inclusion by XInclude, or a stylesheet that reads a document.");

const PARAMETER = /(?:%|&#(?:x0{0,4}25|0{0,4}37);)\s{0,200}/iy;
const NAME = /[\w:.\u0080-\u00ff-]{1,200}/y;
const KEYWORD = /system(?=[\s"'])|public(?=[\s"'])/iy;
const REFERENCES = /(?:\s{0,20}&[\w:.-]{1,100};){2}/y;
const INCLUDE =
  /<(?:(?:\w{1,40}:)?include|\w{1,40}:import)\s[^<>]{0,400}?\bhref\s{0,9}=\s{0,9}["'](?:(?:file|ftp|gopher|php|expect|https?):\/{1,3}|\/{1,3})[^<>]{0,400}>/iy;
const XINCLUDE = /xmlns:\w{1,40}\s{0,9}=\s{0,9}["']http:\/\/www\.w3\.org\/2001\/xinclude["']/iy;
const STYLESHEET_CALL =
  /<xsl:[\w-]{1,40}\s[^<>]{0,400}?\b(?:document\s{0,9}\(\s{0,9}['"]|php:function|unparsed-text\s{0,9}\()/iy;
const STYLESHEET =
  /<\?xml-stylesheet\s[^<>]{0,300}?\bxsl[^<>]{0,300}?\bhref\s{0,9}=\s{0,9}["'](?:https?|file|ftp):/iy;
const STYLESHEET_BEFORE =
  /<\?xml-stylesheet\s[^<>]{0,300}?\bhref\s{0,9}=\s{0,9}["'](?:https?|file|ftp):[^<>]{0,300}?\bxsl\b/iy;

const LOCATION =
  /:schemalocation\s{0,9}=\s{0,9}["']\s{0,20}(?:https?|ftp|file):[^\s"'<>]{1,500}\s{0,20}["']/iy;

/** Parameter entities of one text whose references are looked for. */
const MOST_PARAMETERS = 16;

/** Declarations of XML that read files, ask other hosts or grow without end. */
export const xmlDetector: Detector = {
  name: "xml",
  kinds: [EXTERNAL_ENTITY, EXTERNAL_DTD, EXPANSION, PARAMETER_ENTITY, INCLUSION, SCHEMA_LOCATION],
  triggers: [
    {
      words: [
        "<!entity",
        "<!doctype",
        ":include",
        "<include",
        ":import",
        "2001/xinclude",
        "<xsl:",
        "<?xml-stylesheet",
      ],
    },
    { words: [":schemalocation"] },
  ],
  shortest: 10,
  reads: ["xml"],
  inspect(text: string, _place: Place, report: Report): void {
    const lower = text.toLowerCase();
    declarations(lower, report);
    inclusions(lower, report);
    for (const at of placesOf(lower, ":schemalocation")) {
      const end = matchAt(LOCATION, lower, at);
      if (end < 0) continue;
      report(SCHEMA_LOCATION, at, end);
      break;
    }
  },
};

function declarations(lower: string, report: Report): void {
  let parameters = 0;
  for (const at of placesOf(lower, "<!entity")) {
    let position = skipSpace(lower, at + 8);
    if (position === at + 8) continue;
    const parameter = matchAt(PARAMETER, lower, position);
    if (parameter >= 0) position = skipSpace(lower, parameter);
    const nameEnd = matchAt(NAME, lower, position);
    if (nameEnd < 0) continue;
    const value = skipSpace(lower, nameEnd);
    const keyword = matchAt(KEYWORD, lower, value);
    if (keyword >= 0 && isQuote(lower.charCodeAt(skipSpace(lower, keyword)))) {
      report(EXTERNAL_ENTITY, at, keyword);
    } else if (isQuote(lower.charCodeAt(value))) {
      const end = matchAt(REFERENCES, lower, value + 1);
      if (end >= 0) report(EXPANSION, at, end);
    }
    if (parameter >= 0 && parameters < MOST_PARAMETERS) {
      parameters += 1;
      const reference = `%${lower.slice(position, nameEnd)};`;
      const used = lower.indexOf(reference, nameEnd);
      if (used >= 0) report(PARAMETER_ENTITY, at, used + reference.length);
    }
  }
  for (const at of placesOf(lower, "<!doctype")) doctype(lower, at, report);
}

function doctype(lower: string, at: number, report: Report): void {
  const name = skipSpace(lower, at + 9);
  const nameEnd = matchAt(NAME, lower, name);
  if (name === at + 9 || nameEnd < 0) return;
  const start = skipSpace(lower, nameEnd);
  const keyword = matchAt(KEYWORD, lower, start);
  if (keyword < 0) return;
  const first = quoted(lower, skipSpace(lower, keyword));
  if (first === undefined) return;
  if (lower.startsWith("system", start)) {
    if (isForeign(first.content)) report(EXTERNAL_DTD, at, first.end);
    return;
  }
  const second = quoted(lower, skipSpace(lower, first.end));
  if (second === undefined) return;
  if (isInside(second.content) || (!isFormal(first.content) && isForeign(second.content))) {
    report(EXTERNAL_DTD, at, second.end);
  }
}

const LONGEST_IDENTIFIER = 2_000;

/** The content of the quotes at `at`, also when they do not close. */
function quoted(lower: string, at: number): { readonly content: string; readonly end: number } | undefined {
  const quote = lower.charCodeAt(at);
  if (!isQuote(quote)) return undefined;
  let end = at + 1;
  while (end < lower.length && end - at < LONGEST_IDENTIFIER && lower.charCodeAt(end) !== quote) end += 1;
  return { content: lower.slice(at + 1, end), end: Math.min(end + 1, lower.length) };
}

function inclusions(lower: string, report: Report): void {
  for (const word of ["include", ":import", "2001/xinclude"]) {
    for (const at of placesOf(lower, word)) {
      const end = word === "2001/xinclude" ? xinclude(lower, at) : include(lower, at);
      if (end < 0) continue;
      report(INCLUSION, at, end);
      return;
    }
  }
  for (const [word, patterns] of STYLESHEETS) {
    for (const at of placesOf(lower, word)) {
      const end = Math.max(...patterns.map((pattern) => matchAt(pattern, lower, at)));
      if (end < 0) continue;
      report(INCLUSION, at, end);
      return;
    }
  }
}

const STYLESHEETS: ReadonlyMap<string, readonly RegExp[]> = new Map([
  ["<xsl:", [STYLESHEET_CALL]],
  ["<?xml-stylesheet", [STYLESHEET, STYLESHEET_BEFORE]],
]);

/** The element whose name ends with `include` or `:import` at `at`. */
function include(lower: string, at: number): number {
  let start = at - 1;
  while (start >= 0 && at - start < 45 && lower.charCodeAt(start) !== 60 && !isSpace(lower.charCodeAt(start)))
    start -= 1;
  return lower.charCodeAt(start) === 60 ? matchAt(INCLUDE, lower, start) : -1;
}

/** The declaration of the name space that `at` is in. */
function xinclude(lower: string, at: number): number {
  const start = lower.lastIndexOf("xmlns:", at);
  return start < 0 || at - start > 100 ? -1 : matchAt(XINCLUDE, lower, start);
}
