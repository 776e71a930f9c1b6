import type { Budget } from "../../language/values/budget.ts";
import { encodeCodePoint, hexDigit } from "../../language/values/bytes.ts";
import type { XmlLimits } from "../view/limits.ts";

/** Ambiguities of XML, reported in this order. */
export const XML_ANOMALIES = [
  "xml_invalid_utf8",
  "xml_control_character",
  "xml_misplaced_declaration",
  "xml_external_doctype",
  "xml_misplaced_doctype",
  "xml_malformed_doctype",
  "xml_entity_declaration",
  "xml_external_entity",
  "xml_parameter_entity",
  "xml_duplicate_entity",
  "xml_entity_recursion",
  "xml_unknown_entity",
  "xml_malformed_reference",
  "xml_stray_ampersand",
  "xml_stray_markup",
  "xml_unbalanced_instruction",
  "xml_malformed_name",
  "xml_malformed_attribute",
  "xml_duplicate_attribute",
  "xml_mismatched_tag",
  "xml_unclosed_element",
  "xml_unclosed_markup",
  "xml_text_outside_root",
  "xml_several_roots",
] as const;
export type XmlAnomaly = (typeof XML_ANOMALIES)[number];

export type XmlError =
  | "xml_no_markup"
  | "xml_too_deep"
  | "xml_too_many_values"
  | "xml_paths_too_long"
  | "xml_too_many_entities"
  | "xml_entities_too_long"
  | "xml_entities_too_deep"
  | "budget_exhausted";

/** A reference, or an ampersand that is none. */
export interface XmlReference {
  /** Where the text after it begins. */
  readonly end: number;
  /** Its replacement; undefined for an entity that was declared, by its name. */
  readonly text: string | undefined;
  readonly name: string;
}

const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** An entity, or the text that it is in, that is being read. */
export interface XmlSource {
  readonly text: string;
  readonly name: string;
  at: number;
}

/** The entities that a text declares, and the bounds on what references to them cost. */
export class XmlEntities {
  readonly declared = new Map<string, string>();
  readonly found: Set<XmlAnomaly>;
  error: XmlError | "" = "";
  readonly #limits: XmlLimits;
  readonly #budget: Budget;
  #expanded = 0;

  constructor(limits: XmlLimits, budget: Budget, found: Set<XmlAnomaly>) {
    this.#limits = limits;
    this.#budget = budget;
    this.found = found;
  }

  /** The first declaration of a name binds (XML 1.0). */
  declare(name: string, replacement: string): void {
    if (this.declared.has(name)) this.found.add("xml_duplicate_entity");
    else if (this.declared.size >= this.#limits.maxXmlEntities) this.error = "xml_too_many_entities";
    else this.declared.set(name, replacement);
  }

  /** Reads what begins with the ampersand at `at`. */
  reference(text: string, at: number): XmlReference {
    if (text.charCodeAt(at + 1) === 35) return this.#character(text, at);
    let end = at + 1;
    while (end < text.length && isNameCode(text.charCodeAt(end))) end++;
    if (end === at + 1 || text.charCodeAt(end) !== 59) return this.#stray(at);
    const name = text.slice(at + 1, end);
    end++;
    const own = this.declared.get(name);
    const predefined = PREDEFINED.get(name);
    if (predefined !== undefined) return { text: predefined, name, end };
    if (own !== undefined) return { text: undefined, name, end };
    this.found.add("xml_unknown_entity");
    return { text: text.slice(at, end), name, end };
  }

  /** The replacement text for a reference inside the entities that are open; undefined when it is not to be read. */
  expand(name: string, open: readonly { readonly name: string }[]): string | undefined {
    const text = this.declared.get(name);
    if (text === undefined) return undefined;
    if (open.some((source) => source.name === name)) {
      this.found.add("xml_entity_recursion");
      return undefined;
    }
    this.#expanded += text.length + 1;
    if (!this.#budget.spend(text.length + 1)) this.error = "budget_exhausted";
    else if (open.length > this.#limits.maxXmlEntityDepth) this.error = "xml_entities_too_deep";
    else if (this.#expanded > this.#limits.maxXmlEntityBytes) this.error = "xml_entities_too_long";
    else return text;
    return undefined;
  }

  /** An attribute's value as its reader gives it: references undone, white space as spaces (XML 1.0). */
  attribute(written: string): string {
    if (!/[&\t\n\r]/.test(written)) return written;
    const open: XmlSource[] = [{ text: written, name: "", at: 0 }];
    let out = "";
    for (let source = open.at(-1); source !== undefined && this.error === ""; source = open.at(-1)) {
      const { text } = source;
      const ampersand = text.indexOf("&", source.at);
      const end = ampersand === -1 ? text.length : ampersand;
      out += spaced(text.slice(source.at, end));
      source.at = end;
      if (ampersand === -1) {
        open.pop();
        continue;
      }
      const reference = this.reference(text, ampersand);
      source.at = reference.end;
      if (reference.text !== undefined) out += reference.text;
      else {
        const inner = this.expand(reference.name, open);
        if (inner !== undefined) open.push({ text: inner, name: reference.name, at: 0 });
      }
    }
    return out;
  }

  /** An entity's declared value: character references undone, others left to where the entity is used (XML 1.0). */
  declaredValue(written: string): string {
    if (written.includes("%")) this.found.add("xml_parameter_entity");
    let out = "";
    let copied = 0;
    for (let at = written.indexOf("&#"); at !== -1; at = written.indexOf("&#", copied)) {
      const { text, end } = this.reference(written, at);
      out += written.slice(copied, at) + text;
      copied = end;
    }
    return out + written.slice(copied);
  }

  /** `&#60;` and `&#x3c;`, with any number of zeros in front. */
  #character(text: string, at: number): XmlReference {
    const mark = text.charCodeAt(at + 2);
    const isHex = (mark | 32) === 120;
    const first = isHex ? at + 3 : at + 2;
    let end = first;
    let code = 0;
    for (; end < text.length; end++) {
      const digit = hexDigit(text.charCodeAt(end));
      if (digit < 0 || (!isHex && digit > 9)) break;
      code = Math.min(code * (isHex ? 16 : 10) + digit, 0x110000);
    }
    if (end === first) {
      // Some readers pass over blanks and byte order marks in front of the digits.
      this.found.add("xml_malformed_reference");
      return { text: "&", name: "", end: at + 1 };
    }
    // Readers of HTML, and lenient ones of XML, take it without the semicolon and with a capital X.
    const isClosed = text.charCodeAt(end) === 59;
    const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    const isAllowed = isCharacter && (code >= 32 || code === 9 || code === 10 || code === 13);
    if (!isClosed || !isAllowed || mark === 88) this.found.add("xml_malformed_reference");
    return {
      text: encodeCodePoint(isCharacter ? code : 0xfffd),
      name: "",
      end: isClosed ? end + 1 : end,
    };
  }

  #stray(at: number): XmlReference {
    this.found.add("xml_stray_ampersand");
    return { text: "&", name: "", end: at + 1 };
  }
}

/** Line ends as readers give them (XML 1.0). */
export function lineEnds(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

function spaced(text: string): string {
  return text.replace(/\r\n|[\t\n\r]/g, " ");
}

/** A processing instruction's target, and what follows it. */
export function splitInstruction(written: string): { readonly target: string; readonly data: string } {
  let end = 0;
  // Nothing but white space ends a target, but readers take a question mark for its end too.
  while (end < written.length && !isXmlBlank(written.charCodeAt(end)) && written[end] !== "?") end++;
  let from = end;
  while (isXmlBlank(written.charCodeAt(from))) from++;
  return { target: written.slice(0, end), data: lineEnds(written.slice(from)) };
}

/** Whether a quote is open at the end: for some readers it hides the end of an instruction. */
export function endsInQuote(text: string): boolean {
  let open = "";
  for (const character of text) {
    if (open === "" ? character === '"' || character === "'" : character === open)
      open = open === "" ? character : "";
  }
  return open !== "";
}

/** White space beyond ASCII, at which readers that are made of regular expressions end a name. */
const WHITE_SPACE =
  /\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf/;

export function isWellFormedName(name: string): boolean {
  if (!isNameStart(name.charCodeAt(0))) return false;
  let isPlain = true;
  for (let at = 1; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (!isNameCode(code)) return false;
    isPlain &&= code < 128;
  }
  return isPlain || !WHITE_SPACE.test(name);
}

export function isXmlBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** Whether a name may begin here: a letter, `_`, `:` or a byte of a character beyond ASCII. */
export function isNameStart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58 || code >= 128
  );
}

export function isNameCode(code: number): boolean {
  return isNameStart(code) || (code >= 48 && code <= 57) || code === 45 || code === 46;
}
