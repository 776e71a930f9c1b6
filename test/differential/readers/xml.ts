// XML on which readers may disagree: documents drawn from a grammar of what clients send, then mutated.
import fc from "fast-check";
import type { InputKind } from "./compare.ts";
import { mostlyOf } from "./draw.ts";
import { XML_READERS } from "./xml-readers.ts";

type Random = (below: number) => number;

/** Whole numbers below a bound, the same for the same seed. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const NAMES = ["a", "b", "item", "soap:Body", "x.y", "_n", "d-1", "\xc3\xa9t\xc3\xa9", "string", "script"];
const TEXTS = [
  "x",
  "42",
  " ",
  "\n  ",
  "\r\n",
  "\t",
  "1 or 1=1",
  "it's",
  '"q"',
  ">",
  "\xe2\x82\xac",
  "&lt;script&gt;",
  "&amp;lt;",
  "&#39;",
  "&#x3c;",
  "&#0000060;",
  "&#10;",
  "&apos;&quot;",
  "]]",
  "javascript:",
];
/** Not in well-formed documents, or only in their right places. */
const ODD = [
  "<",
  "&",
  ">",
  "</",
  "/>",
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "<?",
  "?>",
  '"',
  "'",
  "=",
  " ",
  "\0",
  "\x01",
  "\xff",
  "&#0;",
  "&#xD800;",
  "&#60",
  "&bar;",
  "&e;",
  "<b>",
  "</b>",
  "<a b=c d>",
  "<!DOCTYPE a>",
  "\xef\xbb\xbf",
  "<?xml version='1.0'?>",
  "%",
  "[",
  "]",
];

function pick(random: Random, texts: readonly string[]): string {
  return texts[random(texts.length)] ?? "";
}

function drawDocument(random: Random): string {
  const entities = random(8) === 0 ? ["e", "f"].slice(0, 1 + random(2)) : [];
  let text = random(10) === 0 ? "\xef\xbb\xbf" : "";
  if (random(3) === 0) text += '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (entities.length > 0) text += drawDoctype(random, entities);
  else if (random(12) === 0) text += '<!DOCTYPE a PUBLIC "-//X//DTD a 1.0//EN" "http://x.example/a.dtd">\n';
  text += drawElement(random, 0, entities);
  if (random(8) === 0) text += pick(random, ["\n", "<!-- end -->", "<?end now?>"]);
  for (let left = random(3) === 0 ? 1 + random(3) : 0; left > 0; left--) text = mutate(random, text);
  return text;
}

function drawDoctype(random: Random, entities: readonly string[]): string {
  let text = "<!DOCTYPE a [\n";
  for (const entity of entities) {
    const value = pick(random, [
      "plain",
      "&#60;b>in&#60;/b>",
      "<b k='v'>in</b>",
      "a&#38;#60;b",
      "&lt;",
      "&f;",
      "x\ty",
    ]);
    text += `<!ENTITY ${entity} "${value}">\n`;
  }
  if (random(2) === 0) text += `<!ATTLIST a k CDATA "of a default" t (x | y) 'x' u NMTOKEN #IMPLIED>\n`;
  if (random(3) === 0) text += "<!ELEMENT a ANY><!-- in the subset --><?pi in it?>";
  return `${text}]>\n`;
}

function drawElement(random: Random, depth: number, entities: readonly string[]): string {
  const name = pick(random, NAMES);
  let text = `<${name}`;
  const used = new Set<string>();
  for (let left = random(3); left > 0; left--) {
    const attribute = pick(random, NAMES).replace("soap:", "");
    if (used.has(attribute)) continue;
    used.add(attribute);
    const quote = pick(random, ['"', "'"]);
    text += `${pick(random, [" ", "\n", "  "])}${attribute}${pick(random, ["=", "=", " = "])}${quote}`;
    text += `${drawText(random, entities).replaceAll(quote, "")}${quote}`;
  }
  if (random(6) === 0) return `${text}/>`;
  text += ">";
  for (let left = random(5); left > 0; left--) {
    const kind = random(10);
    if (kind < 4) text += drawText(random, entities);
    else if (kind < 7 && depth < 4) text += drawElement(random, depth + 1, entities);
    else if (kind === 7) text += `<![CDATA[${drawText(random, []).replaceAll("]]", "")}]]>`;
    else if (kind === 8) text += `<!-- ${drawText(random, [])} -->`;
    else text += `<?php ${drawText(random, [])}?>`;
  }
  return `${text}</${name}${random(8) === 0 ? " " : ""}>`;
}

function drawText(random: Random, entities: readonly string[]): string {
  let text = "";
  for (let left = 1 + random(3); left > 0; left--) text += pick(random, TEXTS);
  return entities.length > 0 && random(2) === 0 ? `${text}&${pick(random, entities)};` : text;
}

function mutate(random: Random, text: string): string {
  const at = random(text.length + 1);
  const kind = random(5);
  const length = 1 + random(6);
  if (kind === 0) return text.slice(0, at) + text.slice(at + length);
  if (kind === 1) return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
  if (kind === 2) return text.slice(0, at) + pick(random, ODD) + text.slice(at + 1);
  return text.slice(0, at) + pick(random, ODD) + text.slice(at);
}

const documents = fc.integer({ min: 0, max: 0xffff_ffff }).map((seed) => drawDocument(randomOf(seed)));

/** A document in bytes of another form of Unicode, which its byte order mark names. */
const inUtf16 = documents.map((text) => {
  const bytes = Buffer.from(
    `\ufeff${Buffer.from(text, "latin1")
      .toString()
      .replace(/^\ufeff/, "")}`,
    "utf16le",
  );
  return (text.length % 2 === 0 ? bytes : bytes.swap16()).toString("latin1");
});

export const xmlBodies: InputKind = {
  name: "xml",
  inputs: fc.record({
    type: mostlyOf(
      ["application/xml", "text/xml", "text/xml; charset=utf-8", "application/soap+xml; charset=utf-8"],
      ["application/xml; charset=UTF-8", "application/atom+xml", "image/svg+xml", "", "text/plain"],
    ),
    body: fc.oneof({ weight: 30, arbitrary: documents }, { weight: 1, arbitrary: inUtf16 }),
  }),
  readers: XML_READERS,
};
