import type { Budget } from "../../language/values/budget.ts";
import { isUtf8 } from "../../language/values/bytes.ts";
import type { XmlLimits } from "../view/limits.ts";
import { behindMark } from "./marks.ts";
import { escapeSegment } from "./paths.ts";
import { declaredXmlEncoding } from "./xml-declaration.ts";
import { readDoctype } from "./xml-doctype.ts";
import {
  endsInQuote,
  isNameStart,
  isWellFormedName,
  isXmlBlank,
  lineEnds,
  splitInstruction,
  XML_ANOMALIES,
  type XmlAnomaly,
  XmlEntities,
  type XmlError,
  type XmlSource,
} from "./xml-entities.ts";

/**
 * An XML text as aligned lists of paths and texts. What precedes an error is kept; malformed markup is an anomaly, and is
 * read on as lenient readers do.
 *
 * Texts have references, entities of the internal subset and CDATA sections undone, and line ends as line feeds; texts
 * of white space alone are left out, other texts keep theirs. An element has an item for each of its texts between child
 * elements (comments and instructions do not divide a text), one for all of them joined when they are several, and, when it
 * holds elements besides, one for the text of all descendants. The root has the last one too, unless that is long and no
 * element mixes text and elements.
 */
export interface XmlBody {
  /**
   * Names of elements joined by dots (`order.item`), prefixes kept, dots and backslashes in names escaped. Attributes end in
   * `.@name`, comments in `.#comment`, processing instructions in `.?target`; `!doctype`, `!entity.name` and
   * `!attlist.element.@name` hold what a document type declaration says. Text outside of elements has the name "".
   */
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** Elements around the deepest one, itself included. */
  readonly depth: number;
  /** As the XML declaration names it, in lower case; "" without one. */
  readonly encoding: string;
  readonly anomalies: readonly XmlAnomaly[];
  readonly error: XmlError | "";
}

/** An open element, or the document. */
interface Level {
  readonly name: string;
  readonly path: string;
  /** Index of the entity that it began in. */
  readonly source: number;
  /** Its first piece of text among those of the whole document, and the bytes before it. */
  readonly firstPiece: number;
  readonly bytesBefore: number;
  /** The text since the last child element. */
  segment: string;
  /** All of its own text, and of how many segments that are not blank. */
  own: string;
  segments: number;
  children: number;
}

/**
 * Flattens an XML text, given in an encoding in which ASCII means itself, in one pass and without recursion. External
 * entities are never loaded.
 */
export function parseXml(text: string, limits: XmlLimits, budget: Budget): XmlBody {
  return new XmlReader(text, limits, budget).read();
}

/** Bytes of the root's text that are shown where no element mixes text and elements; longer texts of other elements are parts of it. */
const MAX_JOINED_DATA = 16_384;

class XmlReader {
  readonly #limits: XmlLimits;
  readonly #budget: Budget;
  readonly #found = new Set<XmlAnomaly>();
  readonly #entities: XmlEntities;
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  readonly #sources: XmlSource[];
  /** The innermost open element, or the document, and those around it. */
  #level: Level;
  readonly #outer: Level[] = [];
  readonly #text: string;
  /** How many open elements have a name. */
  readonly #open = new Map<string, number>();
  /** All text of the document, for elements that are shown joined. */
  readonly #pieces: string[] = [];
  #bytes = 0;
  #joined = 0;
  /** Whether an element has both text and elements. */
  #isMixed = false;
  #pathBytes = 0;
  #depth = 0;
  #roots = 0;
  #error: XmlError | "" = "";

  constructor(text: string, limits: XmlLimits, budget: Budget) {
    this.#limits = limits;
    this.#budget = budget;
    this.#entities = new XmlEntities(limits, budget, this.#found);
    this.#text = text;
    this.#sources = [{ text, name: "", at: behindMark(text) }];
    this.#level = this.#opened("", "");
  }

  read(): XmlBody {
    const text = this.#text;
    if (!this.#budget.spend(text.length + 1)) this.#error = "budget_exhausted";
    else {
      if (!isUtf8(text)) this.#found.add("xml_invalid_utf8");
      if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)) this.#found.add("xml_control_character");
      this.#document();
    }
    return {
      names: this.#names,
      values: this.#values,
      depth: this.#depth,
      encoding: declaredXmlEncoding(text),
      anomalies: XML_ANOMALIES.filter((anomaly) => this.#found.has(anomaly)),
      error: this.#error,
    };
  }

  #document(): void {
    for (let source = this.#sources.at(-1); source !== undefined; source = this.#sources.at(-1)) {
      this.#error ||= this.#entities.error;
      if (this.#error !== "") return;
      if (source.at >= source.text.length) {
        this.#closeWithin(this.#sources.length);
        this.#sources.pop();
      } else this.#next(source);
    }
    // What is open at the end was closed with its source; the document itself is left.
    this.#finish(this.#level);
    if (this.#roots > 1) this.#found.add("xml_several_roots");
    if (this.#error === "" && this.#roots === 0) this.#error = "xml_no_markup";
  }

  #next(source: XmlSource): void {
    const { text, at } = source;
    const code = text.charCodeAt(at);
    if (code === 38) this.#reference(source);
    else if (code === 60) this.#markup(source);
    else {
      let end = at + 1;
      while (end < text.length && !isMarkupCode(text.charCodeAt(end))) end++;
      const run = text.slice(at, end);
      if (run.includes("]]>")) this.#found.add("xml_stray_markup");
      this.#append(lineEnds(run));
      source.at = end;
    }
  }

  #reference(source: XmlSource): void {
    const reference = this.#entities.reference(source.text, source.at);
    source.at = reference.end;
    if (reference.text !== undefined) this.#append(reference.text);
    else {
      const inner = this.#entities.expand(reference.name, this.#sources);
      if (inner !== undefined) this.#sources.push({ text: inner, name: reference.name, at: 0 });
    }
  }

  #markup(source: XmlSource): void {
    const { text, at } = source;
    const next = text.charCodeAt(at + 1);
    if (isNameStart(next)) this.#startTag(source);
    else if (next === 47) this.#endTag(source);
    else if (next === 63) this.#instruction(source);
    else if (text.startsWith("<!--", at)) this.#emit(this.#inside("#comment"), this.#until(source, 4, "-->"));
    else if (text.startsWith("<![CDATA[", at)) this.#append(lineEnds(this.#until(source, 9, "]]>")));
    else if (text.startsWith("<!DOCTYPE", at)) {
      if (this.#roots > 0 || this.#sources.length > 1) this.#found.add("xml_misplaced_doctype");
      source.at = readDoctype(text, at, this.#entities, (name, value) => this.#emit(name, value));
    } else if (next === 33) {
      this.#found.add("xml_stray_markup");
      this.#emit(this.#inside("!"), this.#until(source, 2, ">"));
    } else {
      this.#found.add("xml_stray_markup");
      let end = at + 1;
      while (text.charCodeAt(end) === 60 && text.charCodeAt(end + 1) === 60) end++;
      this.#append(text.slice(at, end));
      source.at = end;
    }
  }

  #instruction(source: XmlSource): void {
    const start = source.at;
    const written = this.#until(source, 2, "?>");
    const { target, data } = splitInstruction(written);
    if (!isWellFormedName(target)) this.#found.add("xml_malformed_name");
    if (endsInQuote(data)) this.#found.add("xml_unbalanced_instruction");
    const isFirst = this.#sources.length === 1 && start === behindMark(source.text);
    if (target.toLowerCase() === "xml") {
      if (isFirst && target === "xml") return;
      this.#found.add("xml_misplaced_declaration");
      // Inside a text, some readers leave it out and join what is around it.
      if (this.#outer.length > 0) this.#found.add("xml_stray_markup");
    }
    this.#emit(this.#inside(`?${escapeSegment(target)}`), data);
  }

  /** What is between an opening of `skip` characters and its close; the place is after it then. */
  #until(source: XmlSource, skip: number, close: string): string {
    const { text, at } = source;
    const end = text.indexOf(close, at + skip);
    if (end === -1) this.#found.add("xml_unclosed_markup");
    source.at = end === -1 ? text.length : end + close.length;
    return text.slice(at + skip, end === -1 ? text.length : end);
  }

  #startTag(source: XmlSource): void {
    const { text } = source;
    const start = source.at + 1;
    let at = start;
    while (at < text.length && !endsTagName(text.charCodeAt(at))) at++;
    const name = text.slice(start, at);
    if (!isWellFormedName(name)) this.#found.add("xml_malformed_name");
    this.#flush(this.#level);
    this.#level.children++;
    if (this.#outer.length === 0) this.#roots++;
    if (this.#outer.length >= this.#limits.maxXmlDepth) {
      this.#error = "xml_too_deep";
      return;
    }
    const level = this.#opened(name, this.#inside(escapeSegment(name)));
    this.#outer.push(this.#level);
    this.#level = level;
    this.#open.set(name, (this.#open.get(name) ?? 0) + 1);
    this.#depth = Math.max(this.#depth, this.#outer.length);
    source.at = at;
    if (this.#attributes(source, level.path)) this.#close();
  }

  /** Reads attributes up to the end of the tag; true when the element is empty. */
  #attributes(source: XmlSource, path: string): boolean {
    const { text } = source;
    const seen = new Set<string>();
    let at = source.at;
    let isEmpty = false;
    while (at < text.length && this.#error === "") {
      const code = text.charCodeAt(at);
      if (code === 62) {
        source.at = at + 1;
        return isEmpty;
      }
      if (code === 60) {
        // Another tag begins before this one ended.
        this.#found.add("xml_stray_markup");
        source.at = at;
        return false;
      }
      if (isEmpty) this.#found.add("xml_malformed_attribute");
      isEmpty = code === 47;
      if (isEmpty || isXmlBlank(code)) {
        at++;
        // `/ >` does not close an element.
        if (isEmpty && text.charCodeAt(at) !== 62) {
          isEmpty = false;
          this.#found.add("xml_malformed_attribute");
        }
      } else at = this.#attribute(text, at, path, seen);
    }
    this.#found.add("xml_unclosed_markup");
    source.at = text.length;
    return false;
  }

  #attribute(text: string, from: number, path: string, seen: Set<string>): number {
    let at = from + 1;
    while (at < text.length && !endsAttributeName(text.charCodeAt(at))) at++;
    const name = text.slice(from, at);
    let equals = at;
    while (isXmlBlank(text.charCodeAt(equals))) equals++;
    let value = "";
    if (!isWellFormedName(name)) this.#found.add("xml_malformed_name");
    let isOdd = !isXmlBlank(text.charCodeAt(from - 1));
    if (text.charCodeAt(equals) !== 61) isOdd = true;
    else {
      at = equals + 1;
      while (isXmlBlank(text.charCodeAt(at))) at++;
      const quote = text.charCodeAt(at);
      if (quote === 34 || quote === 39) {
        const end = text.indexOf(quote === 34 ? '"' : "'", at + 1);
        value = text.slice(at + 1, end === -1 ? text.length : end);
        if (end === -1 || value.includes("<")) this.#found.add("xml_stray_markup");
        at = end === -1 ? text.length : end + 1;
      } else {
        isOdd = true;
        const start = at;
        while (at < text.length && !endsBareValue(text.charCodeAt(at))) at++;
        value = text.slice(start, at);
      }
    }
    if (isOdd) this.#found.add("xml_malformed_attribute");
    if (seen.has(name)) this.#found.add("xml_duplicate_attribute");
    seen.add(name);
    this.#emit(`${path}.@${escapeSegment(name)}`, this.#entities.attribute(value));
    return at;
  }

  #endTag(source: XmlSource): void {
    const { text } = source;
    const start = source.at + 2;
    let end = start;
    while (end < text.length && !endsTagName(text.charCodeAt(end))) end++;
    const name = text.slice(start, end);
    while (isXmlBlank(text.charCodeAt(end))) end++;
    if (text.charCodeAt(end) === 62) end++;
    else {
      this.#found.add("xml_stray_markup");
      while (end < text.length && !isTagEnd(text.charCodeAt(end))) end++;
      if (text.charCodeAt(end) === 62) end++;
    }
    source.at = end;
    // The document has no name.
    if (this.#level.name === name && this.#level.source === this.#sources.length && name !== "") {
      this.#close();
      return;
    }
    this.#found.add("xml_mismatched_tag");
    if ((this.#open.get(name) ?? 0) === 0) return;
    while (this.#outer.length > 0 && this.#level.name !== name) this.#close();
    this.#close();
  }

  /** Closes the elements that began in the entity that ends here, or in those within it. */
  #closeWithin(source: number): void {
    while (this.#outer.length > 0 && this.#level.source >= source) {
      this.#found.add("xml_unclosed_element");
      this.#close();
    }
  }

  #close(): void {
    const outer = this.#outer.pop();
    if (outer === undefined) return;
    const level = this.#level;
    this.#level = outer;
    this.#open.set(level.name, (this.#open.get(level.name) ?? 1) - 1);
    this.#finish(level);
  }

  /** Shows what an element, or the document, holds besides its single texts. */
  #finish(level: Level): void {
    this.#flush(level);
    const isDocument = level.name === "";
    const isRoot = this.#outer.length === 0 && !isDocument;
    if (level.segments > 1) this.#emit(level.path, level.own);
    else if (level.segments === 0 && level.children === 0 && !isDocument) this.#emit(level.path, "");
    const bytes = this.#bytes - level.bytesBefore;
    if (level.children > 0 && level.segments > 0) this.#isMixed = true;
    if (level.children === 0 || (level.segments === 0 && !isRoot)) return;
    // Of data there is no text that runs on from element to element.
    const isLong = bytes > MAX_JOINED_DATA;
    if (isRoot && isLong && !this.#isMixed) return;
    if (!isRoot && !isDocument) {
      // What is left out here is part of what the root shows: elements that nothing closes would show their rest again and again.
      if (isLong) return;
      this.#joined += bytes;
      if (this.#joined > Math.min(this.#limits.maxXmlJoinedBytes, this.#text.length)) return;
    }
    const pieces = this.#pieces.slice(level.firstPiece);
    if (pieces.length < 2) return;
    if (!this.#budget.spend(bytes)) this.#error ||= "budget_exhausted";
    const whole = pieces.join("");
    if (!isBlank(whole)) this.#emit(level.path, whole);
  }

  #opened(name: string, path: string): Level {
    return {
      name,
      path,
      source: this.#sources.length,
      firstPiece: this.#pieces.length,
      bytesBefore: this.#bytes,
      segment: "",
      own: "",
      segments: 0,
      children: 0,
    };
  }

  #append(text: string): void {
    if (text === "") return;
    this.#level.segment += text;
    this.#pieces.push(text);
    this.#bytes += text.length;
  }

  /** Ends a text before a child element or the end. */
  #flush(level: Level): void {
    const text = level.segment;
    if (text === "") return;
    level.segment = "";
    level.own += text;
    if (isBlank(text)) return;
    level.segments++;
    if (level.name === "") this.#found.add("xml_text_outside_root");
    this.#emit(level.path, text);
  }

  /** The path of something in the element that is open. */
  #inside(name: string): string {
    return this.#outer.length === 0 ? name : `${this.#level.path}.${name}`;
  }

  #emit(path: string, value: string): void {
    this.#pathBytes += path.length;
    if (this.#values.length >= this.#limits.maxXmlValues) this.#error ||= "xml_too_many_values";
    else if (this.#pathBytes > this.#limits.maxXmlPathBytes) this.#error ||= "xml_paths_too_long";
    else {
      this.#names.push(path);
      this.#values.push(value);
    }
  }
}

function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isXmlBlank(text.charCodeAt(at))) return false;
  return true;
}

/** `<` or `&`. */
function isMarkupCode(code: number): boolean {
  return code === 60 || code === 38;
}

/** `<` or `>`. */
function isTagEnd(code: number): boolean {
  return code === 60 || code === 62;
}

function endsTagName(code: number): boolean {
  return isXmlBlank(code) || code === 47 || isTagEnd(code);
}

function endsAttributeName(code: number): boolean {
  return endsTagName(code) || code === 61;
}

function endsBareValue(code: number): boolean {
  return isXmlBlank(code) || isTagEnd(code);
}
