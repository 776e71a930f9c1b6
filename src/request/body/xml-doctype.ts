import {
  isNameCode,
  isNameStart,
  isXmlBlank,
  lineEnds,
  splitInstruction,
  type XmlEntities,
} from "./xml-entities.ts";

/** Takes what a document type declaration says, under a name of its own. */
type Emit = (name: string, value: string) => void;

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** The words and literals of a declaration up to its `>`, or a `[` outside of literals. */
interface Declaration {
  readonly words: readonly Word[];
  /** Of the character that ends it; the text's length when there is none. */
  readonly end: number;
}

/**
 * Reads `<!DOCTYPE … [ … ]>` at `at`: declares its entities, and emits their texts, the defaults of attributes, comments,
 * instructions and external identifiers. Nothing external is ever loaded, and parameter entities are not expanded.
 * Answers where the text goes on.
 */
export function readDoctype(text: string, at: number, entities: XmlEntities, emit: Emit): number {
  const head = readDeclaration(text, at + 9, entities, true);
  const identifiers = head.words.filter((word) => word.quoted);
  if (identifiers.length > 0) entities.found.add("xml_external_doctype");
  for (const { text: identifier } of identifiers) emit("!doctype", identifier);
  if (text.charCodeAt(head.end) !== 91) return head.end + 1;
  const end = readSubset(text, head.end + 1, entities, emit);
  let close = end;
  while (isXmlBlank(text.charCodeAt(close))) close++;
  if (text.charCodeAt(close) === 62) return close + 1;
  entities.found.add("xml_malformed_doctype");
  return end;
}

/** Reads declarations up to the `]` after them, or up to what belongs to no subset. */
function readSubset(text: string, from: number, entities: XmlEntities, emit: Emit): number {
  let at = from;
  while (at < text.length && entities.error === "") {
    const code = text.charCodeAt(at);
    if (isXmlBlank(code)) at++;
    else if (code === 93) return at + 1;
    else if (text.startsWith("<!--", at)) {
      const { inside, end } = readUntil(text, at + 4, "-->", entities);
      emit("!doctype.#comment", inside);
      at = end;
    } else if (text.startsWith("<?", at)) {
      const { inside, end } = readUntil(text, at + 2, "?>", entities);
      const { target, data } = splitInstruction(inside);
      emit(`!doctype.?${target}`, data);
      at = end;
    } else if (text.startsWith("<!", at)) {
      const { words, end } = readDeclaration(text, at + 2, entities, false);
      if (words[0]?.text === "ENTITY") readEntity(words, entities, emit);
      else if (words[0]?.text === "ATTLIST") readAttributes(words, entities, emit);
      at = end + 1;
    } else if (code === 37) {
      entities.found.add("xml_parameter_entity");
      at++;
      while (at < text.length && isNameCode(text.charCodeAt(at))) at++;
      if (text.charCodeAt(at) === 59) at++;
    } else {
      entities.found.add("xml_malformed_doctype");
      const next = text.charCodeAt(at + 1);
      if (code === 60 && (isNameStart(next) || next === 47)) return at;
      at++;
    }
  }
  return at;
}

function readUntil(text: string, from: number, close: string, entities: XmlEntities) {
  const end = text.indexOf(close, from);
  if (end !== -1) return { inside: text.slice(from, end), end: end + close.length };
  entities.found.add("xml_unclosed_markup");
  return { inside: text.slice(from), end: text.length };
}

function readDeclaration(text: string, from: number, entities: XmlEntities, hasSubset: boolean): Declaration {
  const words: Word[] = [];
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 62 || (hasSubset && code === 91)) return { words, end: at };
    if (isXmlBlank(code)) at++;
    else if (code === 34 || code === 39) {
      const end = text.indexOf(code === 34 ? '"' : "'", at + 1);
      if (end === -1) break;
      words.push({ text: text.slice(at + 1, end), quoted: true });
      at = end + 1;
    } else {
      const start = at++;
      while (at < text.length && !endsWord(text.charCodeAt(at))) at++;
      words.push({ text: text.slice(start, at), quoted: false });
    }
  }
  entities.found.add("xml_unclosed_markup");
  return { words, end: text.length };
}

function endsWord(code: number): boolean {
  return isXmlBlank(code) || code === 62 || code === 34 || code === 39 || code === 91;
}

/** `<!ENTITY name "text">`, `<!ENTITY % name "text">`, `<!ENTITY name SYSTEM "identifier">`. */
function readEntity(words: readonly Word[], entities: XmlEntities, emit: Emit): void {
  const isParameter = words[1]?.text === "%" && !words[1].quoted;
  const at = isParameter ? 2 : 1;
  const name = words[at];
  const value = words[at + 1];
  if (name === undefined || name.quoted || value === undefined) {
    entities.found.add("xml_malformed_doctype");
    return;
  }
  entities.found.add(isParameter ? "xml_parameter_entity" : "xml_entity_declaration");
  const path = `!entity.${name.text}`;
  if (value.quoted) {
    const replacement = entities.declaredValue(lineEnds(value.text));
    emit(path, replacement);
    if (!isParameter) entities.declare(name.text, replacement);
    return;
  }
  entities.found.add("xml_external_entity");
  for (const word of words.slice(at + 2)) if (word.quoted) emit(path, word.text);
}

/** `<!ATTLIST element name type default …>`: readers that know it give elements the default. */
function readAttributes(words: readonly Word[], entities: XmlEntities, emit: Emit): void {
  const element = words[1]?.text ?? "";
  let name = "";
  let isOpen = false;
  for (const { text, quoted } of words.slice(2)) {
    if (quoted) {
      emit(`!attlist.${element}.@${name}`, entities.attribute(lineEnds(text)));
      name = "";
    } else if (text.startsWith("(") || isOpen) isOpen = !text.endsWith(")");
    else if (text === "#REQUIRED" || text === "#IMPLIED") name = "";
    else if (name === "") name = text;
  }
}
