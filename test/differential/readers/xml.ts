// What readers of XML return is among what ours does, over generated and mutated documents.

import { spawnSync } from "node:child_process";
import { XMLParser } from "fast-xml-parser";
import { SaxesParser } from "saxes";
import { Budget, utf8Encode } from "../../support/source/language/values.ts";
import { parseXml } from "../../support/source/request/body.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../support/source/request/view.ts";

/** What a reader shows of a document, as byte strings. */
interface Shown {
  /** Of elements, attributes and processing instructions. */
  readonly names: readonly string[];
  /** Texts of elements, attributes, comments and instructions. */
  readonly values: readonly string[];
  /** Texts of elements with those of their descendants. */
  readonly joined: readonly string[];
}

interface Difference {
  readonly reader: string;
  readonly input: string;
  readonly missing: string;
}

export interface XmlReport {
  readonly inputs: number;
  /** Documents that each reader took. */
  readonly accepted: ReadonlyMap<string, number>;
  /** Something that a reader shows is not among ours, and ours reports neither an error nor an anomaly. */
  readonly differences: readonly Difference[];
  /** The same with an error or an anomaly, by those, for each reader. */
  readonly refused: ReadonlyMap<string, number>;
}

/** A program with expat in it; undefined where there is none. */
export const PYTHON: string | undefined = ["python3"].find(
  (program) => spawnSync(program, ["-c", "import xml.parsers.expat"]).status === 0,
);

/** A declared document type is ordinary in SVG and property lists. */
const ORDINARY: ReadonlySet<string> = new Set(["xml_external_doctype"]);

/** Compares `count` documents drawn from the seed. */
export function runXml(count: number, seed: number): XmlReport {
  const accepted = new Map<string, number>();
  const refused = new Map<string, number>();
  const differences: Difference[] = [];
  const random = randomOf(seed);
  for (let done = 0; done < count; done += BATCH) {
    const inputs = Array.from({ length: Math.min(BATCH, count - done) }, () => drawDocument(random));
    const shown = new Map<string, readonly (Shown | undefined)[]>([
      ["saxes", inputs.map(ofSaxes)],
      ["fast-xml-parser", inputs.map(ofFastXmlParser)],
      ["expat", ofExpat(inputs)],
    ]);
    inputs.forEach((input, at) => {
      const ours = parseXml(input, DEFAULT_REQUEST_LIMITS, new Budget(10_000_000));
      const known = namesAndValues(ours);
      const oddity = ours.error || ours.anomalies.find((anomaly) => !ORDINARY.has(anomaly));
      for (const [reader, results] of shown) {
        const theirs = results[at];
        if (theirs === undefined) continue;
        accepted.set(reader, (accepted.get(reader) ?? 0) + 1);
        const missing = missingFrom(known, theirs);
        if (missing === undefined) continue;
        if (oddity === undefined) differences.push({ reader, input, missing });
        else refused.set(`${reader} ${oddity}`, (refused.get(`${reader} ${oddity}`) ?? 0) + 1);
      }
    });
  }
  return { inputs: count, accepted, differences, refused };
}

const BATCH = 2000;

interface Known {
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
  readonly texts: readonly string[];
}

function namesAndValues({ names, values }: { names: readonly string[]; values: readonly string[] }): Known {
  const segments = new Set<string>();
  for (const path of names) {
    for (const segment of path.replaceAll("\\.", "\0").split("."))
      segments.add(segment.replaceAll("\0", ".").replaceAll("\\\\", "\\").replace(/^[@?]/, ""));
  }
  const texts = values.map(plain);
  return { names: segments, values: new Set(texts), texts };
}

/** Readers trim and normalise white space each in their own way. */
function plain(text: string): string {
  return text.replace(/[\s\0]+/g, " ").trim();
}

function missingFrom(known: Known, theirs: Shown): string | undefined {
  for (const name of theirs.names) if (!known.names.has(name)) return `name ${name}`;
  for (const value of theirs.values) {
    const text = plain(value);
    if (text !== "" && !known.values.has(text)) return `value ${value}`;
  }
  for (const value of theirs.joined) {
    const text = plain(value);
    // An element that holds nothing but elements is shown as a part of the root's text.
    if (text !== "" && !known.values.has(text) && !known.texts.some((own) => own.includes(text)))
      return `joined ${value}`;
  }
  return undefined;
}

/** Leaves out a byte order mark, as those who call the readers do. */
const DECODER = new TextDecoder();

function ofSaxes(input: string): Shown | undefined {
  const names: string[] = [];
  const values: string[] = [];
  const joined: string[] = [];
  const content: string[] = [];
  const levels = [{ own: "", segment: "", start: 0 }];
  const flush = () => {
    const level = levels.at(-1);
    if (level === undefined) return;
    values.push(level.segment);
    level.own += level.segment;
    level.segment = "";
  };
  const text = (data: string) => {
    const level = levels.at(-1);
    if (level !== undefined) level.segment += data;
    content.push(data);
  };
  const parser = new SaxesParser();
  parser.on("opentag", ({ name, attributes }) => {
    flush();
    names.push(name, ...Object.keys(attributes));
    values.push(...Object.values(attributes));
    levels.push({ own: "", segment: "", start: content.length });
  });
  parser.on("closetag", () => {
    flush();
    const level = levels.pop();
    if (level !== undefined) {
      values.push(level.own);
      joined.push(content.slice(level.start).join(""));
    }
  });
  parser.on("text", text);
  parser.on("cdata", text);
  parser.on("comment", (comment) => {
    values.push(comment);
  });
  parser.on("processinginstruction", ({ target, body }) => {
    names.push(target);
    values.push(body);
  });
  try {
    parser.write(DECODER.decode(Buffer.from(input, "latin1"))).close();
  } catch {
    return undefined;
  }
  return encoded({ names, values, joined });
}

/** Without the last three it leaves numeric references as they are, and reads instructions as if they had attributes. */
const FAST = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  allowBooleanAttributes: true,
  htmlEntities: true,
  ignorePiTags: true,
  ignoreDeclaration: true,
});

function ofFastXmlParser(input: string): Shown | undefined {
  let parsed: unknown;
  try {
    parsed = FAST.parse(DECODER.decode(Buffer.from(input, "latin1")));
  } catch {
    return undefined;
  }
  const names: string[] = [];
  const values: string[] = [];
  const open: unknown[] = [parsed];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === "string") values.push(value);
    else if (Array.isArray(value)) open.push(...value);
    else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        if (name !== "#text") names.push(name.replace(/^[@?]/, ""));
        open.push(inner);
      }
    }
  }
  return encoded({ names, values, joined: [] });
}

function ofExpat(inputs: readonly string[]): readonly (Shown | undefined)[] {
  if (PYTHON === undefined) return [];
  const lines = inputs.map((input) => `${Buffer.from(input, "latin1").toString("base64")}\n`).join("");
  const script = new URL("expat.py", import.meta.url).pathname;
  const { stdout, stderr, status } = spawnSync(PYTHON, [script], {
    input: lines,
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`expat.py failed: ${stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const shown: Shown | null = JSON.parse(line);
      return shown === null ? undefined : encoded(shown);
    });
}

function encoded({ names, values, joined }: Shown): Shown {
  return { names: names.map(utf8Encode), values: values.map(utf8Encode), joined: joined.map(utf8Encode) };
}

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

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random(items.length)]!;
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
