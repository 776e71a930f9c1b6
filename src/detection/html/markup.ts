import type { Place, Report } from "../detector/detector.ts";
import { decodeReferences } from "./entities.ts";
import { firesAlone, isEvent, isKnownEvent } from "./events.ts";
import {
  ANY_MARKUP,
  EMBEDDED_DOCUMENT,
  EMBEDDING_ELEMENT,
  EMBEDDING_ELEMENT_BODY,
  EVENT_ATTRIBUTE,
  EVENT_ATTRIBUTE_BODY,
  EVENT_ATTRIBUTE_OTHER,
  MUTATION,
  SCRIPT_ELEMENT,
  SCRIPT_ELEMENT_BODY,
  SCRIPT_URL_ATTRIBUTE,
  STYLE_SCRIPT,
} from "./kinds.ts";
import { judgeScript } from "./script.ts";
import { CALLS, SINK } from "./script-levels.ts";
import { runsScript } from "./styles.ts";
import { type Attribute, type Tag, TagReader } from "./tags.ts";
import { isNoOp, readUrl } from "./urls.ts";
import {
  DOCUMENT_ELEMENTS,
  EMBEDDING_ELEMENTS,
  FOREIGN_SCRIPTS,
  PLAIN_ELEMENTS,
  RAW_ELEMENTS,
  URL_ATTRIBUTES,
} from "./words.ts";

/** Markup inside attributes inside attributes that is looked at. */
const DEEPEST = 3;
/** Tokens of a handler or of a script element that are read. */
const SCRIPT_TOKENS = 2000;
/** Bytes before an element at the begin of a text. */
const LEAD = 24;

/** Looks for elements that run something. */
export class MarkupScan {
  readonly #text: string;
  readonly #head: boolean;
  readonly #isArgument: boolean;
  readonly #report: Report;
  /** Whether markup of another name space was opened. */
  #foreign = false;
  /** Whether an element that hides its content was ended inside an attribute. */
  #escaped = false;

  constructor(text: string, place: Place, report: Report) {
    this.#text = text;
    this.#head = place.part !== "body";
    this.#isArgument = place.part === "argument";
    this.#report = report;
  }

  scan(start: number, end: number, depth: number): void {
    const text = this.#text;
    const reader = new TagReader(text, end);
    let atBegin = depth === 0;
    for (let at = text.indexOf("<", start); at >= 0 && at < end; ) {
      const tag = reader.read(at);
      if (!tag) {
        if (depth > 0 && text.startsWith("--", at - 2)) this.#escaped = true;
        at = text.indexOf("<", at + 1);
        continue;
      }
      if (atBegin) atBegin = !hasSpaceBefore(text, start, at);
      this.#tag(tag, atBegin, depth);
      if (!tag.isEnd) atBegin = false;
      at = text.indexOf("<", Math.max(tag.end, at + 1));
    }
  }

  #tag(tag: Tag, atBegin: boolean, depth: number): void {
    if (depth > 0 && tag.isEnd && RAW_ELEMENTS.has(tag.name)) this.#escaped = true;
    const local = tag.name.slice(tag.name.indexOf(":") + 1);
    if (!tag.isEnd) this.#element(tag, local, atBegin, depth);
    for (const attribute of tag.attributes) {
      if (attribute.start < 0) continue;
      this.#attribute(tag, local, attribute, atBegin, depth);
      if (depth < DEEPEST && attribute.quoted) this.#inner(attribute, depth);
    }
    if (tag.name === "svg" || tag.name === "math") this.#foreign = !tag.isEnd;
  }

  #inner(attribute: Attribute, depth: number): void {
    const offset = this.#value(attribute).indexOf("<");
    if (offset < 0) return;
    const at = attribute.start + offset;
    const before = this.#escaped;
    this.#escaped = depth > 0 && before;
    this.scan(at, attribute.end, depth + 1);
    this.#escaped = before;
  }

  /** Reports that something runs which is inside an attribute as long as the document is not written anew. */
  #runs(tag: Tag, depth: number): void {
    if (depth > 0 && this.#escaped) this.#report(MUTATION, tag.start, tag.end);
  }

  #element(tag: Tag, local: string, atBegin: boolean, depth: number): void {
    if (this.#isArgument && depth === 0 && tag.closed && isPlainName(tag.name)) {
      this.#report(ANY_MARKUP, tag.start, tag.end);
    }
    if (local === "script") this.#script(tag, atBegin, depth);
    else if (this.#head && EMBEDDING_ELEMENTS.has(tag.name) && !this.#isDeclaration(tag)) {
      const bare = tag.closed && tag.attributes.length === 0 && NOTHING_ALONE.has(tag.name);
      if (!bare && (tag.closed || tag.attributes.length > 0 || tag.end >= this.#text.length)) {
        this.#report(EMBEDDING_ELEMENT, tag.start, tag.end);
      }
    }
    if (!this.#head && atBegin) this.#embedding(tag);
    if (local === "style") this.#style(tag);
    if (FOREIGN_SCRIPTS.has(local) && (this.#foreign || local !== "script")) this.#foreignScript(tag, local);
    if (local === "meta") this.#meta(tag);
    if (local === "iframe" && attributeOf(tag, "srcdoc")) this.#report(EMBEDDED_DOCUMENT, tag.start, tag.end);
  }

  /** `<?xml version="1.0"?>`: arguments hold documents of XML. */
  #isDeclaration({ name, start }: Tag): boolean {
    return name === "xml" && this.#text.charCodeAt(start + 1) === 0x3f;
  }

  #script(tag: Tag, atBegin: boolean, depth: number): void {
    if (this.#head) {
      if (tag.closed && tag.attributes.length === 0 && isMention(this.#text, tag)) return;
      this.#report(SCRIPT_ELEMENT, tag.start, tag.end);
      this.#runs(tag, depth);
      return;
    }
    const type = this.#value(attributeOf(tag, "type")).toLowerCase();
    const isData = type.includes("json") || type.includes("template");
    const source = this.#value(
      attributeOf(tag, "src") ?? attributeOf(tag, "href") ?? attributeOf(tag, "xlink:href"),
    ).trim();
    const content = isData
      ? undefined
      : judgeScript(this.#text, tag.end, this.#scriptEnd(tag.end), SCRIPT_TOKENS);
    const attacks =
      (atBegin && !isData && (tag.closed || tag.attributes.length > 0)) ||
      source.startsWith("//") ||
      (source !== "" && readUrl(source).kind !== "none") ||
      (content !== undefined && (content.level >= CALLS || content.document) && content.prose === 0);
    if (!attacks) return;
    this.#report(SCRIPT_ELEMENT_BODY, tag.start, tag.end);
    this.#runs(tag, depth);
  }

  /** Where a script's text ends: at its end tag, or where another begins. */
  #scriptEnd(start: number): number {
    for (let at = this.#text.indexOf("<", start); at >= 0; at = this.#text.indexOf("<", at + 1)) {
      const name = this.#text.slice(at + 1, at + 8).toLowerCase();
      if (name.startsWith("/script") || name.startsWith("script")) return at;
    }
    return this.#text.length;
  }

  /** `<base href>`, programs to embed, styles of another host: at the begin of a value no editor writes them. */
  #embedding(tag: Tag): void {
    const names = EMBEDDING_IN_BODIES.get(tag.name);
    const source = names && tag.attributes.find(({ name, start }) => start >= 0 && names.includes(name));
    if (source && isForeign(this.#value(source))) this.#report(EMBEDDING_ELEMENT_BODY, tag.start, tag.end);
  }

  #style(tag: Tag): void {
    const end = this.#text.indexOf("<", tag.end);
    if (runsScript(this.#text.slice(tag.end, end < 0 ? tag.end + 4096 : Math.min(end, tag.end + 4096)))) {
      this.#report(STYLE_SCRIPT, tag.start, tag.end);
    }
  }

  /** Elements of SVG and MathML that run scripts or write attributes. Pictures use animations too: those count when they write what runs. */
  #foreignScript(tag: Tag, local: string): void {
    const target = this.#value(attributeOf(tag, "attributename")).trim().toLowerCase();
    const writes = isEvent(target) || target === "href" || target === "xlink:href";
    const runs =
      writes ||
      (this.#foreign && (this.#head || local === "script" || local === "handler" || local === "maction"));
    if (runs) this.#report(EMBEDDED_DOCUMENT, tag.start, tag.end);
  }

  #meta(tag: Tag): void {
    const content = decodeReferences(this.#value(attributeOf(tag, "content")).slice(0, 4096));
    const lead = /^[\d.\s]{0,16}[;,]?\s{0,8}(?:url\s{0,8}=\s{0,8}["']?)?/i.exec(content);
    if (readUrl(content.slice(lead?.[0].length ?? 0)).kind === "none") return;
    this.#report(EMBEDDED_DOCUMENT, tag.start, tag.end);
    this.#report(SCRIPT_URL_ATTRIBUTE, tag.start, tag.end);
  }

  #attribute(tag: Tag, local: string, attribute: Attribute, atBegin: boolean, depth: number): void {
    if (isEvent(attribute.name)) this.#event(tag, attribute, atBegin, depth);
    else if (attribute.name === "style") {
      if (runsScript(this.#value(attribute))) this.#report(STYLE_SCRIPT, tag.start, attribute.end);
    } else if (URL_ATTRIBUTES.has(attribute.name)) this.#url(tag, local, attribute);
  }

  #event(tag: Tag, attribute: Attribute, atBegin: boolean, depth: number): void {
    if (this.#head) {
      this.#report(EVENT_ATTRIBUTE, tag.start, attribute.end);
      this.#runs(tag, depth);
      return;
    }
    const value = decodeReferences(this.#value(attribute));
    const first = value.charCodeAt(0);
    const isCode = first === 123 && !attribute.quoted;
    if (!isCode) this.#runs(tag, depth);
    const judged = judgeScript(value, 0, value.length, SCRIPT_TOKENS);
    const plain = attribute.quoted && PLAIN_WORDS.test(value);
    const strange = !isCode && !plain && isStrange(tag);
    const own = value === "" || OWN_ELEMENT.test(value) || (plain && isStrange(tag));
    const attacks =
      (judged.level >= SINK && !(isCode && judged.level < CALLS)) ||
      (atBegin && !isCode && !own && (firesAlone(attribute.name) || strange)) ||
      (strange && isKnownEvent(attribute.name));
    if (attacks) this.#report(EVENT_ATTRIBUTE_BODY, tag.start, attribute.end);
    else if (!isCode && value !== "" && isKnownEvent(attribute.name)) {
      this.#report(EVENT_ATTRIBUTE_OTHER, tag.start, attribute.end);
    }
  }

  #url(tag: Tag, local: string, attribute: Attribute): void {
    if (attribute.name === "content" || (attribute.name === "value" && local !== "param")) return;
    // White space in a value without quotes ends it, unless a program has taken it out.
    const end = attribute.quoted ? attribute.end : Math.min(tag.end, attribute.start + 256);
    const value = this.#text.slice(attribute.start, Math.max(attribute.end, end));
    if (attribute.name === "values") {
      for (const part of value.slice(0, 4096).split(";", 16)) this.#opens(tag, local, attribute, part);
    } else this.#opens(tag, local, attribute, value);
  }

  #opens(tag: Tag, local: string, attribute: Attribute, value: string): void {
    const url = readUrl(value);
    if (url.kind === "none") return;
    const runs =
      url.kind === "document" ||
      (url.kind === "script" && (this.#head || local === "base" || !isNoOp(url.rest))) ||
      (url.kind === "picture" && DOCUMENT_ELEMENTS.has(local) && hasScript(url.rest)) ||
      (url.kind === "code" && local === "script");
    if (runs) this.#report(SCRIPT_URL_ATTRIBUTE, tag.start, attribute.end);
  }

  #value(attribute: Attribute | undefined): string {
    return attribute ? this.#text.slice(attribute.start, attribute.end) : "";
  }
}

/** Whether a document of SVG or HTML holds something that runs. */
export function hasScript(document: string): boolean {
  return /<(?:[a-z]{1,8}:)?script\b|[\s"'/]on[a-z]{3,24}\s?=|javascript:|<foreignobject/i.test(document);
}

/** What attributes of XML hold that are named like events. */
const PLAIN_WORDS = /^[\w .:-]{0,64}$/;
/** Handlers that mend the element itself: a picture that is missing, a link that does nothing. */
const OWN_ELEMENT = /^\s{0,8}(?:this\.|return\b)/;

const EMBEDDING_IN_BODIES: ReadonlyMap<string, readonly string[]> = new Map([
  ["base", ["href"]],
  ["object", ["data", "codebase", "classid"]],
  ["embed", ["src", "code"]],
  ["applet", ["code", "codebase", "archive"]],
  ["frameset", ["src"]],
]);

/** Whether the tag is a word of a sentence: `<script> tag not working`. Words alone run nothing, and no end tag follows. */
function isMention(text: string, { start, end }: Tag): boolean {
  if (text.length - end > SENTENCE || start > SENTENCE) return false;
  const before = text.slice(0, start);
  const behind = text.slice(end);
  return WORDS_BEFORE.test(before) && (WORDS_BEHIND.test(behind) || (before !== "" && behind === ""));
}

/** Elements that do nothing without an attribute: people write about them. */
const NOTHING_ALONE: ReadonlySet<string> = new Set(
  "iframe frame embed object applet base link meta portal".split(" "),
);

const SENTENCE = 200;
const WORDS_BEFORE = /^(?:[\w.,:;?!'" -]* )?$/;
const WORDS_BEHIND = /^ [a-z]{2,20} [\w.,:;?!' -]*$/i;

/** Whether a URL names another host. */
function isForeign(url: string): boolean {
  return /^\s{0,8}(?:https?:)?[/\\]{2}/i.test(url);
}

function attributeOf(tag: Tag, name: string): Attribute | undefined {
  return tag.attributes.find((attribute) => attribute.name === name && attribute.start >= 0);
}

/** Elements that no editor and no template writes. Components and custom elements are ordinary. */
function isStrange(tag: Tag): boolean {
  return !tag.component && !tag.name.includes("-") && !PLAIN_ELEMENTS.has(tag.name);
}

function isPlainName(name: string): boolean {
  return name.length <= 13 && /^[a-z][a-z0-9]*$/.test(name);
}

/** Whether white space or more than a few bytes are before an element, so that the text does not begin with it. */
function hasSpaceBefore(text: string, start: number, at: number): boolean {
  let from = start;
  while (from < at && text.charCodeAt(from) <= 32) from++;
  if (at - from > LEAD) return true;
  for (let i = from; i < at; i++) if (text.charCodeAt(i) <= 32) return true;
  return false;
}
