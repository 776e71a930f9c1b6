// The decoding itself, which `url_decode` with its options shares: not the function.
import { decodeFully } from "../../language/functions/url-decode.ts";
import type { Budget } from "../../language/values/budget.ts";
import { encodeCodePoint, percentDecode, utf8Decode } from "../../language/values/bytes.ts";
import { type Cookies, isCookie } from "../head/cookies.ts";
import type { Headers } from "../head/headers.ts";
import { type Pairs, splitPairs } from "../head/pairs.ts";
import type { RequestLimits } from "../view/limits.ts";
import type { Content } from "./content.ts";
import { flatValues } from "./flat-values.ts";
import type { JsonBody } from "./json.ts";
import type { BodyKind } from "./kind.ts";
import type { MultipartBody } from "./multipart.ts";
import type { Part } from "./multipart-part.ts";
import { MIN_NESTED, NestedSearch } from "./nested.ts";
import type { XmlBody } from "./xml.ts";

/** For each input what it says, fully decoded, and the same of what an application may read inside it. */
export interface DecodedTexts {
  readonly texts: Texts;
  /** Those among them that are names: of inputs, keys of JSON, elements and attributes of XML. A text may be both. */
  readonly names: ReadonlySet<string>;
  /** Whether a limit or the budget kept something inside from being read. */
  readonly isTruncated: boolean;
}

type Texts = readonly (readonly string[])[];

/** A body as its readers have it. */
export interface ReadBody {
  readonly content: Content;
  /** What is legible in its content coding; "" when there is none. */
  readonly inCoding: string;
  kind(budget: Budget): BodyKind;
  multipart(budget: Budget): MultipartBody;
}

const NOTHING: readonly string[] = Object.freeze([]);

export function argumentTexts(args: Pairs, limits: RequestLimits, budget: Budget): DecodedTexts {
  return textsBy((reading) => ofPairs(args, true, reading), limits, budget);
}

export function cookieTexts(cookies: Cookies, limits: RequestLimits, budget: Budget): DecodedTexts {
  return textsBy((reading) => ofCookies(cookies, reading), limits, budget);
}

export function headerTexts(headers: Headers, limits: RequestLimits, budget: Budget): DecodedTexts {
  return textsBy((reading) => ofHeaders(headers, reading), limits, budget);
}

export function bodyTexts(body: ReadBody, limits: RequestLimits, budget: Budget): DecodedTexts {
  return textsBy((reading) => ofBody(body, reading), limits, budget);
}

function textsBy(make: (reading: Reading) => Texts, limits: RequestLimits, budget: Budget): DecodedTexts {
  const search = new NestedSearch(limits);
  const names = new Set<string>();
  const texts = make({ search, budget, names });
  return { texts, names, isTruncated: search.truncated };
}

/** A text with all its layers of percent-encoding undone. */
export function decoded(text: string, isForm: boolean, budget: Budget): string {
  budget.spend(text.length);
  if (!text.includes("%")) return isForm ? formDecoded(text) : text;
  if (!isForm || UNIT.test(text)) return decodeFully(text, isForm);
  const layer = formDecoded(text);
  return layer.includes("%") ? decodeFully(layer, false) : layer;
}

/** `%uHHHH`, which is not an escape to readers of forms. */
const UNIT = /%[uU]/;

let lastForm = "";
let lastFormDecoded = "";

/** One layer of a form undone. Each text is asked for twice, to be shown and to be looked into. */
function formDecoded(text: string): string {
  if (text !== lastForm) {
    lastFormDecoded = percentDecode(text, true);
    lastForm = text;
  }
  return lastFormDecoded;
}

/** The context in which texts are made. */
interface Reading {
  readonly search: NestedSearch;
  readonly budget: Budget;
  /** Takes those that are names. */
  readonly names: Set<string>;
}

/** A name, fully decoded. */
function decodedName(name: string, isForm: boolean, { budget, names }: Reading): string {
  const text = decoded(name, isForm, budget);
  names.add(text);
  return text;
}

/** The texts inside a text, each once, fully decoded. */
function insideOf(text: string, { search, budget, names }: Reading, isWhole = false): readonly string[] {
  const values = search.read(text, budget, isWhole);
  if (values.length === 0) return NOTHING;
  const [only] = values;
  if (values.length === 1 && only !== undefined && only.inputs.length === 1 && only.inputs[0] === only.value)
    return [decodeFully(only.value, false)];
  const texts = new Set<string>();
  for (const { value, inputs } of values)
    for (const input of inputs) {
      const shown = decodeFully(input, false);
      texts.add(shown);
      if (input !== value) names.add(shown);
    }
  return [...texts];
}

/** Cookies have texts of their own. */
function ofHeaders({ names, values }: Headers, reading: Reading): Texts {
  return values.map((value, at) => {
    if (isCookie(names[at] ?? "")) return NOTHING;
    const text = decoded(value, false, reading.budget);
    const inside = insideOf(value, reading);
    return inside.length === 0 ? [text] : [text, ...inside];
  });
}

/** A value, its name, and what an application may read inside either. */
function texts(value: string, name: string, isForm: boolean, reading: Reading): readonly string[] {
  const pair = [decoded(value, isForm, reading.budget), decodedName(name, isForm, reading)];
  const inValue = insideValue(value, name, isForm, reading);
  const inName = insideName(name, isForm, reading);
  return inValue.length === 0 && inName.length === 0 ? pair : [...pair, ...inValue, ...inName];
}

function insideValue(value: string, name: string, isForm: boolean, reading: Reading): readonly string[] {
  const nestedOnes = nested(value, isForm, reading);
  if (!isForm)
    return value.includes("\\") ? [...nestedOnes, ...quotedBehindBlanks(value, reading)] : nestedOnes;
  const cut = cutCharacters(value);
  const inside = cut === undefined ? nestedOnes : [...nestedOnes, decoded(cut, true, reading.budget)];
  if (!value.includes("=")) return inside;
  // Readers of nested names, qs for one, take the first `]=` for the end of the name before any other equals sign.
  const found = /(?:\]|%5d)=/i.exec(value);
  if (found === null || /(?:\]|%5d)$/i.test(name)) return inside;
  const end = found.index + found[0].length;
  const tail = value.slice(end);
  return [
    ...inside,
    decoded(tail, true, reading.budget),
    decoded(`${name}=${value.slice(0, end - 1)}`, true, reading.budget),
    ...nested(tail, true, reading),
  ];
}

/** Python's reader ends a cookie at white space too, and undoes the quotes of those in front of it and after it. */
function quotedBehindBlanks(value: string, reading: Reading): readonly string[] {
  const found: string[] = [];
  for (const [, quoted = ""] of value.matchAll(COOKIE_BEHIND_BLANK))
    if (quoted !== value) found.push(...nested(quoted, false, reading));
  return found;
}

const COOKIE_BEHIND_BLANK = /(?:^|[\t ][^\s=]{1,256}[\t ]{0,8}=)[\t ]{0,8}("(?:[^"\\]|\\.)*")/g;

function insideName(name: string, isForm: boolean, reading: Reading): readonly string[] {
  if (PLAIN_NAME.test(name)) return NOTHING;
  const keys = keysOf(isForm ? formDecoded(name) : name, reading);
  const found = nested(name, isForm, reading);
  const inside = keys.length === 0 ? found : [...keys, ...found];
  const cut = isForm ? cutCharacters(name) : undefined;
  return cut === undefined ? inside : [...inside, decoded(cut, true, reading.budget)];
}

/** A name that can hold nothing else: it is shorter than the shortest Base64. */
const PLAIN_NAME = /^\w{0,10}$/;

/**
 * The keys of a name that readers take for a path (`a[b]`, `a.b`), each alone as those of JSON are; words and
 * what is too short to be an attack are left out.
 */
function keysOf(name: string, reading: Reading): readonly string[] {
  if (!name.includes("[") && !name.includes(".")) return NOTHING;
  const keys = new Set<string>();
  for (const pattern of KEYS)
    for (const key of name.match(pattern) ?? NOTHING) if (key !== name && /[^\w -]/.test(key)) keys.add(key);
  return keys.size === 0 ? NOTHING : [...keys].map((key) => decodedName(key, false, reading));
}

/** Between brackets and between dots, one at a time: keys in the one may hold the other. */
const KEYS = [new RegExp(`[^[\\]]{${MIN_NESTED},}`, "g"), new RegExp(`[^.]{${MIN_NESTED},}`, "g")];

/**
 * The text as Node's readers of forms have it when one of its percent-encodings is not UTF-8: they keep the last byte of each
 * UTF-16 unit, so that `\u013c` is `<`. Undefined when nothing in it is cut; clients encode all such characters.
 */
function cutCharacters(text: string): string | undefined {
  if (!text.includes("%") || !/[\xc4-\xf4][\x80-\xbf]/.test(text)) return undefined;
  return text.replace(/[\xc2-\xf4][\x80-\xbf]{1,3}/g, (bytes) => {
    const character = utf8Decode(bytes);
    if (character === undefined) return bytes;
    let units = "";
    for (let at = 0; at < character.length; at++) {
      units += String.fromCharCode(character.charCodeAt(at) & 0xff);
    }
    return units;
  });
}

function nested(text: string, isForm: boolean, reading: Reading): readonly string[] {
  if (!isForm) return insideOf(text, reading);
  const found = insideOf(formDecoded(text), reading);
  return text.includes("+") && UNESCAPED_BASE64.test(text)
    ? [...found, ...insideOf(percentDecode(text, false), reading)]
    : found;
}

/** Base64 whose plus signs were not escaped: some applications take the spaces that came of them for plus signs. */
const UNESCAPED_BASE64 = /^[\w/-]*\+[\w/+-]*(?:=|%3D){0,2}$/i;

/** Each cookie as its readers end it: at the semicolon, or at the closing quote. */
function ofCookies(cookies: Cookies, reading: Reading): Texts {
  const all = ofPairs(cookies, false, reading);
  if (cookies.divided.size === 0) return all;
  return all.map((shown, at) => {
    const whole = cookies.divided.get(at);
    if (whole === undefined) return shown;
    return [...shown, decoded(whole.slice(1, -1), false, reading.budget), ...insideOf(whole, reading)];
  });
}

/** For each pair its value and its name, and what is inside them. */
function ofPairs(
  { names, values }: Pick<Pairs, "names" | "values">,
  isForm: boolean,
  reading: Reading,
): Texts {
  return values.map((value, at) => texts(value, names[at] ?? "", isForm, reading));
}

/** A text with its numeric references undone, where it has any. */
function withoutReferences(text: string): readonly string[] {
  if (!text.includes("&#")) return NOTHING;
  const plain = text.replace(/&#([0-9]{1,7});/g, (written, digits: string) => {
    const code = Number(digits);
    return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? written : encodeCodePoint(code);
  });
  return plain === text ? NOTHING : [plain];
}

/** The same of a form, which may have very many fields: empty values and names that were shown are left out. */
function ofForm(content: Content, reading: Reading): Texts {
  const { budget } = reading;
  const { names, values } = content.form(budget);
  const flat = flatValues(values);
  const known = new Set<string>();
  const all = values.map((value, at): readonly string[] => {
    const name = names[at] ?? "";
    const isNew = !known.has(name);
    if (isNew) known.add(name);
    if (value === "") {
      return isNew ? [decodedName(name, true, reading), ...insideName(name, true, reading)] : NOTHING;
    }
    if (flat.isPlain[at] === 1) {
      budget.spend(value.length);
      const shown = flat.values[at] ?? "";
      if (!isNew) return [shown];
      const own = decodedName(name, true, reading);
      const inName = insideName(name, true, reading);
      return inName.length === 0 ? [shown, own] : [shown, own, ...inName];
    }
    return isNew
      ? texts(value, name, true, reading)
      : [decoded(value, true, budget), ...insideValue(value, name, true, reading)];
  });
  if (content.isInCharset)
    for (let at = 0; at < values.length; at++) {
      const inValue = undone(content, values[at] ?? "", reading);
      const inName = undone(content, names[at] ?? "", reading);
      if (inValue.length + inName.length > 0) all[at] = [...(all[at] ?? NOTHING), ...inValue, ...inName];
    }
  // What a form's type says of JSON or XML, curl for one, counts as it nevertheless.
  const inside = content
    .wholeTexts(budget)
    .flatMap((text) => [...wholeString(text, reading), ...insideOf(text, reading, true)]);
  if (inside.length > 0 && all.length > 0) all[0] = [...new Set([...(all[0] ?? NOTHING), ...inside])];
  if (!content.mayHoldReferences) return all;
  return all.map((shown) => {
    const further = shown.flatMap(withoutReferences);
    return further.length === 0 ? shown : [...shown, ...further];
  });
}

/** A string of JSON is one text, which a form's reader cuts at `&` and `=`. */
function wholeString(json: string, { budget }: Reading): readonly string[] {
  return /^".*"[\t\n\r ]*$/s.test(json) ? [decoded(json, false, budget)] : NOTHING;
}

/** What a form's text says to readers of its character set, and what is inside. */
function undone(content: Content, text: string, reading: Reading): readonly string[] {
  const further = content.undone(text);
  return further.length === 0 ? NOTHING : further.flatMap((one) => freeTexts(one, reading));
}

/** A text without a name, and what is inside. */
function freeTexts(text: string, reading: Reading): readonly string[] {
  const inside = nested(text, false, reading);
  const own = decoded(text, false, reading.budget);
  return inside.length === 0 ? [own] : [own, ...inside];
}

/** Contents of files are data, not input to a program; their names are input. */
function ofPart(part: Part, reading: Reading): readonly string[] {
  const { isFile, content, decodedContents, filenames, names, furtherTexts } = part;
  const { budget } = reading;
  const [name] = names;
  const isPlain = !isFile && decodedContents.length + filenames.length + furtherTexts.length === 0;
  if (isPlain && names.length === 1 && name !== undefined && part.contents.length === 0) {
    const shown = [decoded(content, false, budget), decodedName(name, false, reading)];
    const inName = insideName(name, false, reading);
    const inContent = nested(content, false, reading);
    return inName.length + inContent.length === 0 ? shown : [...shown, ...inName, ...inContent];
  }
  const contents = isFile ? [] : [content, ...decodedContents];
  const all = [
    ...[...contents, ...filenames].map((text) => decoded(text, false, budget)),
    ...names.map((one) => decodedName(one, false, reading)),
    ...furtherTexts.map((text) => decoded(text, false, budget)),
    ...names.flatMap((one) => insideName(one, false, reading)),
    ...filenames.flatMap((one) => nested(one, false, reading)),
    ...contents.flatMap((text) => nested(text, false, reading)),
  ];
  if (part.contents.length === 0) return all;
  const further = part.contents.flatMap((inner) => [
    ...inner.furtherTexts.flatMap((text) => freeTexts(text, reading)),
    ...ofContent(inner, reading).flat(),
  ]);
  return [...new Set([...all, ...further])];
}

const PLAIN_NUMBER = /^-?[0-9]{1,20}(?:\.[0-9]{1,20})?$/;

/** Texts that were said once are shown once: paths repeat their elements. Numbers are not text. */
function ofXml({ names, values }: XmlBody, reading: Reading): Texts {
  const known = new Set<string>();
  return values.map((value, at) => {
    const path = names[at] ?? "";
    const isNew = !known.has(path);
    if (isNew) known.add(path);
    const name = isNew ? path.slice(path.lastIndexOf(".") + 1) : "";
    if (name !== "") reading.names.add(name);
    if (PLAIN_NUMBER.test(value)) return name === "" ? NOTHING : [name];
    const text = decoded(value, false, reading.budget);
    const inside = nested(value, false, reading);
    return name === "" && inside.length === 0 ? [text] : [text, ...(name === "" ? [] : [name]), ...inside];
  });
}

/** What can be read of a text that begins as JSON or XML: some readers use the first value, or skip unknown parts. */
function ofText(content: Content, reading: Reading): Texts {
  const inside = content
    .wholeTexts(reading.budget)
    .flatMap((text) => [...insideOf(text, reading, true), ...linesOfJson(text, reading)]);
  return inside.length === 0 ? [] : [inside];
}

/** Readers of JSON lines read each line separately, despite faults in others. */
function linesOfJson(text: string, reading: Reading): readonly string[] {
  if (!text.includes("\\") || !/[\r\n]/.test(text)) return NOTHING;
  return text
    .split(/[\r\n]+/)
    .filter((line) => line.includes("\\") && /^[\t ]*["{[]/.test(line))
    .flatMap((line) => insideOf(line, reading));
}

/** Numbers and indexes are not text, and paths repeat their keys: what is said once is shown once. */
function ofJson({ inputs, values }: JsonBody, reading: Reading): Texts {
  return inputs.map((own, at): readonly string[] => {
    if (own.length === 0) return NOTHING;
    const value = values[at];
    const [only] = own;
    if (own.length === 1 && only !== undefined) {
      const text = only === value ? decoded(only, false, reading.budget) : decodedName(only, false, reading);
      const within = nested(only, false, reading);
      return within.length === 0 ? [text] : [text, ...within];
    }
    const shown = own.map((text) =>
      text === value ? decoded(text, false, reading.budget) : decodedName(text, false, reading),
    );
    const inside = own.flatMap((text) => nested(text, false, reading));
    return inside.length === 0 ? shown : [...shown, ...inside];
  });
}

function ofKind(content: Content, reading: Reading): Texts {
  const { budget } = reading;
  switch (content.kind(budget)) {
    case "form":
      return ofForm(content, reading);
    case "json":
      return ofJson(content.json(budget), reading);
    case "xml":
      return ofXml(content.xml(budget), reading);
    case "text":
      return ofText(content, reading);
    default:
      return [];
  }
}

/** A content as its reader has it, and as a reader of forms does who goes by no type. */
function ofContent(content: Content, reading: Reading): Texts {
  const texts = ofKind(content, reading);
  const fields = content.undeclaredFields(reading.budget).flatMap((form) => ofFields(form, reading));
  return fields.length === 0 ? texts : [...texts, [...new Set(fields)]];
}

/**
 * What fields of a form say that its text does not show: their plus signs undone, and what is inside them. Fields have no blanks
 * as they are sent; of prose, which has, only what is inside.
 */
function ofFields({ names, values }: Pairs, reading: Reading): readonly string[] {
  const { budget } = reading;
  return values.flatMap((value, at) => {
    const name = names[at] ?? "";
    const plain = [name, value].filter((text) => text.includes("+") && !isProse(text));
    return [
      ...plain.map((text) => decoded(text, true, budget)),
      ...(isProse(value) ? nested(value, true, reading) : insideValue(value, name, true, reading)),
      ...(isProse(name) ? nested(name, true, reading) : insideName(name, true, reading)),
    ];
  });
}

const isProse = (text: string): boolean => /[\t\n\f\r ]/.test(text);

function ofBody(body: ReadBody, reading: Reading): Texts {
  const texts =
    body.kind(reading.budget) === "multipart"
      ? body.multipart(reading.budget).parts.map((part) => ofPart(part, reading))
      : ofContent(body.content, reading);
  const { inCoding } = body;
  if (inCoding === "") return texts;
  const fields = splitPairs(inCoding, inCoding.length, reading.budget);
  const found = new Set([...nested(inCoding, false, reading), ...ofFields(fields, reading)]);
  return found.size === 0 ? texts : [...texts, [...found]];
}
