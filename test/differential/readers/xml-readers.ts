import { XMLParser } from "fast-xml-parser";
import { SaxesParser } from "saxes";
import type { Reader, Received, Sent, Text } from "./compare.ts";
import { programReader } from "./programs.ts";
import { isObject, memberOf } from "./texts.ts";

/** What a reader shows of a document. */
interface Shown {
  /** Of elements, attributes and processing instructions. */
  readonly names: readonly string[];
  /** Texts of elements, attributes, comments and instructions. */
  readonly values: readonly string[];
  /** Texts of elements with those of their descendants. */
  readonly joined: readonly string[];
}

/** Names stand in paths; an element that holds nothing but elements is shown as a part of the root's text. */
function received({ names, values, joined }: Shown): Received {
  const textsOf = (list: readonly string[], part: boolean): readonly Text[] =>
    list.filter((text) => text.trim() !== "").map((text) => ({ text, part, blanks: true }));
  return { texts: [...textsOf(names, true), ...textsOf(values, false), ...textsOf(joined, true)] };
}

/** The text as those who call a reader decode it: byte order marks name the form of Unicode and are left out. */
function decoded({ body }: Sent): string {
  const form = body.startsWith("\xff\xfe") ? "utf-16le" : body.startsWith("\xfe\xff") ? "utf-16be" : "utf-8";
  return new TextDecoder(form).decode(Buffer.from(body, "latin1"));
}

function ofSaxes(text: string): Shown {
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
  const add = (data: string) => {
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
    if (level === undefined) return;
    values.push(level.own);
    joined.push(content.slice(level.start).join(""));
  });
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("comment", (comment) => {
    values.push(comment);
  });
  parser.on("processinginstruction", ({ target, body }) => {
    names.push(target);
    values.push(body);
  });
  parser.write(text).close();
  return { names, values, joined };
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

function ofFastXmlParser(text: string): Shown {
  const names: string[] = [];
  const values: string[] = [];
  const open: unknown[] = [FAST.parse(text)];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === "string") values.push(value);
    else if (Array.isArray(value)) open.push(...value);
    else if (isObject(value)) {
      for (const [name, inner] of Object.entries(value)) {
        if (name !== "#text") names.push(name.replace(/^[@?]/, ""));
        open.push(inner);
      }
    }
  }
  return { names, values, joined: [] };
}

/** A reader; one that fails hands nothing over. */
function xmlReader(name: string, read: (text: string) => Shown): Reader {
  return {
    name,
    read: async (sent) => {
      try {
        return received(read(decoded(sent)));
      } catch {
        return { texts: [] };
      }
    },
  };
}

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

export const XML_READERS: readonly Reader[] = [
  xmlReader("saxes", ofSaxes),
  xmlReader("fast-xml-parser", ofFastXmlParser),
  ...programReader(
    "Python",
    "xml",
    ({ body }) => body,
    (answer) =>
      received({
        names: listOf(memberOf(answer, "names")),
        values: listOf(memberOf(answer, "values")),
        joined: listOf(memberOf(answer, "joined")),
      }),
  ),
];
