import { blocks, LIKELY, scores } from "../define.ts";
import { found, matching } from "../places.ts";

const attack = "xxe";
const references = ["CWE-611", "CAPEC-221"];
const RAW = "http.request.body.raw";

/** What the detector finds; in the raw body too: XML travels inside of files, which are no texts of the request. */
function inXml(kind: string, pattern: string): string {
  return `${found(kind)} or ${matching(RAW, pattern)}`;
}

/**
 * Where document types are published that documents name by their URL alone. No parser that loads one from there lets the sender
 * say what is in it.
 */
const PUBLISHERS = ["xml.cxml.org/", "www.w3.org/", "www.iptc.org/", "cobertura.sourceforge.net/"];

/** A pattern of the beginning of a text that begins with none of the prefixes. */
function otherThan(prefixes: readonly string[]): string {
  const rests = new Map<string, string[]>();
  for (const prefix of prefixes) {
    const first = prefix.charAt(0);
    rests.set(first, [...(rests.get(first) ?? []), prefix.slice(1)]);
  }
  const firsts = [...rests.keys()].join("");
  const ways = [...rests].flatMap(([first, all]) =>
    all.includes("") ? [] : [`${first === "." ? "[.]" : first}(?:${otherThan(all)})`],
  );
  return [`[^${firsts}]`, ...ways].join("|");
}

/** Any but `about:legacy-compat` of HTML and the URLs of the publishers. */
const FOREIGN = `[^"'>ha]|a[^b]|h(?:[^t]|t[^t])|https?:(?:[^/]|/[^/]|//(?:${otherThan(PUBLISHERS)}))`;
/** An address, or a name that only resolves inside. */
const INSIDE = String.raw`https?://(?:[\d.]+[:/"']|0x|\[|[^"'/.:]*[:/"'])`;

export const xxeRules = [
  blocks("wc-xxe-external-entity", {
    attack,
    references,
    description: "An entity whose text is in a file or behind a URL.",
    message: "XML external entity",
    expression: inXml(
      "xxe-external-entity",
      String.raw`<!entity\s+(?:%\s*|&#(?:x25|37);\s*)?[\w:.-]+\s+(?:system|public)\s*["']`,
    ),
  }),
  blocks("wc-xxe-external-dtd", {
    attack,
    references,
    description:
      "A document type whose definition is behind a URL of the sender's choice, other than those that publish such.",
    message: "XML external document type",
    expression: inXml(
      "xxe-external-dtd",
      String.raw`<!doctype\s+[\w:.-]+\s+(?:system\s+["'](?:${FOREIGN})|public\s+["'][^"']*["']\s+["'](?:(?:file|ftp|gopher|php|expect|jar|netdoc|data):|${INSIDE}))`,
    ),
  }),
  blocks("wc-xxe-entity-expansion", {
    attack,
    references: ["CWE-776", "CAPEC-197"],
    description: "An entity made of other entities, again and again.",
    message: "XML entity expansion",
    expression: inXml("xxe-entity-expansion", String.raw`<!entity\s+[\w:.-]+\s+["'](?:\s*&[\w:.-]+;){2,}`),
  }),
  blocks("wc-xxe-parameter-entity", {
    attack,
    references,
    description: "A reference to a parameter entity inside a document type.",
    message: "XML parameter entity",
    expression: inXml("xxe-parameter-entity", String.raw`<!doctype[^>]*\[[^\]]*<!entity\s+%[^\]]*%[\w:.-]+;`),
  }),
  blocks("wc-xxe-inclusion", {
    attack,
    references,
    description: "An inclusion by XInclude, or a stylesheet that reads a document.",
    message: "XML inclusion",
    expression: inXml(
      "xxe-inclusion",
      String.raw`<(?:\w+:)?include\s[^>]*\bhref\s*=\s*["'](?:file|ftp|gopher|php|expect|https?)?:?/{1,3}[^>]*(?:\bparse\s*=|/?>)|xmlns:\w+\s*=\s*["']http://www\.w3\.org/2001/xinclude["']|<xsl:[\w-]+[^>]*\b(?:document\s*\(|php:function|unparsed-text\s*\()`,
    ),
  }),
  blocks("wc-xxe-wide-encoding", {
    attack,
    references,
    description: "A document type in UTF-16 or UTF-7, which scanners of bytes do not see.",
    message: "XML declaration in an unusual encoding",
    expression: matching(
      RAW,
      String.raw`<\x00!\x00d\x00o\x00c\x00t\x00y\x00p\x00e|\x00<\x00!\x00d\x00o\x00c\x00t\x00y\x00p\x00e|<\?xml[^>]*encoding\s*=\s*["'](?:utf-7|utf-16\w*|utf-32\w*|ibm\d+|cp037|ebcdic[\w-]*)["']`,
    ),
  }),
  scores("wc-xxe-schema-location", LIKELY, {
    attack,
    references: ["CWE-611"],
    severity: "error",
    description: "The location of a schema behind a URL, without the name space that it is of.",
    message: "XML schema location without a name space",
    expression: found("xxe-schema-location"),
  }),
];
