// On the request path: every text of a request passes here once.
import { decodeFully } from "../../language/functions/url-decode.ts";
import type { Budget } from "../../language/values/budget.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import type { ParsedBody } from "../../request/body/body.ts";
import { decoded } from "../../request/body/decoded-texts.ts";
import type { Part } from "../../request/body/multipart-part.ts";
import { isCookie } from "../../request/head/cookies.ts";
import { type Pairs, splitPairs } from "../../request/head/pairs.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { Place } from "../detector/detector.ts";
import { base64Text } from "../views/base64.ts";
import { cellsOf, isSerialized, isTable, mayDeclare, valuesOfFile } from "./files.ts";
import { literalsOf } from "./graphql-literals.ts";
import { mechanismsInUse } from "./mechanisms.ts";

/** An input as rules and exceptions name it. */
export interface Input {
  readonly part: Place["part"];
  /** The field that holds it, of several the map: `http.request.uri.args`. */
  readonly field: string;
  /**
   * What it is when it is data rather than input: a value of a file, in which only what is enough by itself counts, or bytes as a
   * whole, of which only the detector of the name is asked.
   */
  readonly of?: "file" | "xml" | "java";
}

const PATH: Input = { part: "path", field: "http.request.uri.path" };
/** A segment that stands for a text of its own. */
const SEGMENT: Input = { part: "argument", field: "http.request.uri.path" };
const QUERY: Input = { part: "query", field: "http.request.uri.args" };
const ARGUMENT: Input = { part: "argument", field: "http.request.uri.args" };
const COOKIE: Input = { part: "cookie", field: "http.request.cookies" };
const HEADER: Input = { part: "header", field: "http.request.headers" };
const REFERER: Input = { part: "referer", field: "http.request.headers" };
const RAW_BODY: Input = { part: "body", field: "http.request.body.raw" };
const RAW_XML: Input = { ...RAW_BODY, of: "xml" };
const RAW_OBJECT: Input = { ...RAW_BODY, of: "java" };
const FORM: Input = { part: "body", field: "http.request.body.form" };
const MULTIPART: Input = { part: "body", field: "http.request.body.multipart" };
const FILE: Input = { ...MULTIPART, of: "file" };
const FILE_XML: Input = { ...MULTIPART, of: "xml" };
const JSON_BODY: Input = { part: "body", field: "wirewall.request.body.json" };
const XML_BODY: Input = { part: "body", field: "wirewall.request.body.xml" };

/**
 * Takes a text of the request.
 *
 * @param key name of the input among those of its field; "" when it has none
 * @param isName whether the text is a name itself
 * @returns false when no detector was asked about the text
 */
export type VisitLeaf = (text: string, input: Input, key: string, isName: boolean) => unknown;

/**
 * Shows every text of a request that a client wrote and an application may read, as the readers of inputs and of what is inside
 * of them have it: path and its segments, arguments and their names, the query where an argument is cut within a payload,
 * arguments of one name joined, cookies, headers, the Referer's own arguments, the body.
 */
export function forEachLeaf(request: WafRequest, budget: Budget, visit: VisitLeaf): void {
  const { furtherLeaves } = mechanismsInUse();
  visitPath(request.rawTarget.path, furtherLeaves, budget, visit);
  visitQuery(request, furtherLeaves, budget, visit);
  visitCookies(request, budget, visit);
  visitHeaders(request, furtherLeaves, budget, visit);
  const { body } = request;
  if (body !== undefined) visitBody(body, furtherLeaves, budget, visit);
}

function visitPath(path: string, further: boolean, budget: Budget, visit: VisitLeaf): void {
  visit(decoded(path, false, budget), PATH, "", false);
  if (!further) return;
  const isPlain = PLAIN_PATH.test(path);
  let inSegment = false;
  for (const segment of path.split("/")) {
    if (segment.length < MIN_SEGMENT) continue;
    const isWhole = segment.length >= path.length - 1;
    if (!isPlain && !isWhole) visit(decoded(segment, false, budget), PATH, "", false);
    inSegment = visitBase64(segment, budget, visit) || inSegment;
  }
  // The slash is a digit of Base64.
  if (!inSegment && path.indexOf("/", 1) !== -1) visitBase64(path.slice(1), budget, visit);
}

function visitBase64(written: string, budget: Budget, visit: VisitLeaf): boolean {
  const text = base64Text(written.includes("%") ? decoded(written, false, budget) : written);
  if (text === undefined) return false;
  visit(decoded(text, false, budget), SEGMENT, "", false);
  return true;
}

/** Segments of words say no more than the path does. */
const PLAIN_PATH = /^[\w./~-]*$/;
const MIN_SEGMENT = 3;

function visitQuery(request: WafRequest, further: boolean, budget: Budget, visit: VisitLeaf): void {
  const args = request.arguments(budget);
  if (args.names.length === 0) return;
  const { texts, names } = request.argumentTexts(budget);
  const asked = visitAligned(texts, names, args.names, ARGUMENT, visit);
  if (!further) return;
  visitJoined(args, texts, asked, ARGUMENT, budget, visit);
  if (isCut(args)) visit(decoded(request.query, true, budget), QUERY, textAt(args.names, 0), false);
}

/** Texts of inputs: those of each, with the name of the input. @returns names of inputs about which a detector was asked */
function visitAligned(
  texts: readonly (readonly string[])[],
  names: ReadonlySet<string>,
  keys: readonly string[],
  input: Input,
  visit: VisitLeaf,
): ReadonlySet<string> {
  const isAligned = texts.length === keys.length;
  const longest = longestOf(names);
  let asked = NO_NAMES;
  for (let at = 0; at < texts.length; at++) {
    const own = texts[at] ?? NO_TEXTS;
    const key = isAligned ? textAt(keys, at) : "";
    for (let of = 0; of < own.length; of++) {
      const text = textAt(own, of);
      if (text === "" || visit(text, input, key, text.length <= longest && names.has(text)) === false)
        continue;
      if (asked === NO_NAMES) asked = new Set();
      asked.add(key);
      if (key.endsWith("query")) for (const literal of literalsOf(text)) visit(literal, input, key, false);
    }
  }
  return asked;
}

function longestOf(names: ReadonlySet<string>): number {
  let longest = 0;
  for (const name of names) if (name.length > longest) longest = name.length;
  return longest;
}

function textAt(texts: readonly string[], at: number): string {
  return texts[at] ?? "";
}

const NO_TEXTS: readonly string[] = Object.freeze([]);
const NO_NAMES: Set<string> = new Set();

/** Whether a name is none that a programmer chose: an ampersand or equals sign has cut something else. */
function isCut({ names }: Pairs): boolean {
  for (const name of names)
    if (!PLAIN_NAME.test(name) || (name.includes("%") && SIGN.test(decodeFully(name, false)))) return true;
  return false;
}

const PLAIN_NAME = /^[\w.[\]:$@%+~-]*$/;
/** What names that are escaped for their brackets or letters do not have. */
const SIGN = /[<>;()'"`=/]/;

/**
 * Values of one name as some platforms join them: those of which one is worth asking a detector about, or leaves open what another
 * may close.
 *
 * @param asked names of inputs about which a detector was asked
 */
function visitJoined(
  { names, values }: Pairs,
  texts: readonly (readonly string[])[],
  asked: ReadonlySet<string>,
  input: Input,
  budget: Budget,
  visit: VisitLeaf,
): void {
  if (names.length < 2) return;
  const isAligned = texts.length === names.length;
  const firsts = new Map<string, number>();
  const repeated = new Map<string, number[]>();
  for (let at = 0; at < names.length; at++) {
    const name = textAt(names, at);
    const first = firsts.get(name);
    if (first === undefined) {
      firsts.set(name, at);
      continue;
    }
    const known = repeated.get(name);
    if (known === undefined) repeated.set(name, [first, at]);
    else known.push(at);
  }
  // The first text of an input is its value decoded, and no escape goes on behind a comma.
  const valueAt = (at: number): string => {
    const value = textAt(values, at);
    return value === "" ? "" : ((isAligned ? texts[at]?.[0] : undefined) ?? decoded(value, true, budget));
  };
  for (const [name, all] of repeated) {
    const own = all.map(valueAt);
    if (!isAligned || asked.has(name) || own.some(isLeftOpen)) visit(own.join(","), input, name, false);
  }
}

/** Whether a text has a bracket without its other half, or begins a comment. */
function isLeftOpen(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    depth += BRACKETS[code & 255] ?? 0;
    if (code === 0x2f && text.charCodeAt(at + 1) === 0x2a) return true;
  }
  return depth !== 0;
}

const BRACKETS = new Int8Array(256);
for (const bracket of "([{<") BRACKETS[bracket.charCodeAt(0)] = 1;
for (const bracket of ")]}>") BRACKETS[bracket.charCodeAt(0)] = -1;

function visitCookies(request: WafRequest, budget: Budget, visit: VisitLeaf): void {
  const cookies = request.cookies(budget);
  if (cookies.names.length === 0) return;
  const { texts, names } = request.cookieTexts(budget);
  visitAligned(texts, names, cookies.names, COOKIE, visit);
  visitCutCookies(cookies, budget, visit);
}

/** Cookies whose value went on behind a semicolon: what follows has no name that a programmer chose. */
function visitCutCookies({ names, values }: Pairs, budget: Budget, visit: VisitLeaf): void {
  for (let at = 1; at < names.length; at++) {
    if (PLAIN_NAME.test(textAt(names, at))) continue;
    const first = at - 1;
    let text = textAt(values, first);
    for (; at < names.length && !PLAIN_NAME.test(textAt(names, at)); at++) {
      const value = textAt(values, at);
      text += `; ${textAt(names, at)}${value === "" ? "" : "="}${value}`;
    }
    const shown = decoded(text, false, budget);
    visit(shown, COOKIE, textAt(names, first), false);
    if (shown.includes("+")) visit(shown.replaceAll("+", " "), COOKIE, textAt(names, first), false);
  }
}

function visitHeaders(request: WafRequest, further: boolean, budget: Budget, visit: VisitLeaf): void {
  const { names, values } = request.headers;
  const { texts, names: inside } = request.headerTexts(budget);
  for (let at = 0; at < names.length; at++) {
    const name = textAt(names, at);
    if (isCookie(name)) continue;
    const key = asciiLower(name);
    for (const text of texts[at] ?? NO_TEXTS) visit(text, HEADER, key, inside.has(text));
    if (further && key === "referer") visitReferer(textAt(values, at), budget, visit);
  }
}

/** The page before has arguments like this one: what is in one of them counts as such. */
function visitReferer(url: string, budget: Budget, visit: VisitLeaf): void {
  const mark = url.indexOf("?");
  if (mark === -1) return;
  const args = splitPairs(url.slice(mark + 1), MAX_REFERER_ARGUMENTS, budget);
  for (let at = 0; at < args.names.length; at++) {
    const value = textAt(args.values, at);
    if (value !== "") visit(decoded(value, true, budget), REFERER, "referer", false);
    const name = textAt(args.names, at);
    if (!PLAIN_NAME.test(name)) visit(decoded(name, true, budget), REFERER, "referer", true);
  }
  if (isCut(args)) visit(decoded(url.slice(mark + 1), true, budget), REFERER, "referer", false);
}

const MAX_REFERER_ARGUMENTS = 256;

function visitBody(body: ParsedBody, further: boolean, budget: Budget, visit: VisitLeaf): void {
  const kind = body.kind(budget);
  if (kind === "" && body.inCoding === "") return;
  const { texts, names } = body.decoded(budget);
  switch (kind) {
    case "form": {
      const form = body.form(budget);
      const asked = visitAligned(texts, names, form.names, FORM, visit);
      if (!further) break;
      visitJoined(form, texts, asked, FORM, budget, visit);
      if (isCut(form)) visit(decoded(body.bytes, true, budget), FORM, textAt(form.names, 0), false);
      break;
    }
    case "multipart": {
      const { parts } = body.multipart(budget);
      const keys = parts.map((part) => textAt(part.names, 0));
      visitAligned(texts, names, keys, MULTIPART, visit);
      for (const part of parts) if (part.isFile) visitFile(part, budget, visit);
      break;
    }
    case "json":
      visitAligned(texts, names, body.json(budget).names, JSON_BODY, visit);
      break;
    case "xml":
      visitAligned(texts, names, body.xml(budget).names, XML_BODY, visit);
      break;
    case "opaque":
      if (isSerialized(body.bytes)) visit(body.bytes, RAW_OBJECT, "", false);
      else if (mayDeclare(body.bytes)) visit(body.bytes, RAW_XML, "", false);
      break;
    default:
      visitAligned(texts, names, NO_TEXTS, RAW_BODY, visit);
      if (body.mediaType === "application/graphql")
        for (const text of literalsOf(decoded(body.bytes, false, budget))) visit(text, RAW_BODY, "", false);
      if (isTable(body.mediaType))
        for (const cell of cellsOf(body.bytes)) visit(decoded(cell, false, budget), RAW_BODY, "", false);
  }
  const unread = body.unread(budget);
  if (unread !== "") visit(decoded(unread, false, budget), RAW_BODY, "", false);
}

function visitFile(part: Part, budget: Budget, visit: VisitLeaf): void {
  const key = textAt(part.names, 0);
  for (const text of valuesOfFile(part)) visit(decoded(text, false, budget), FILE, key, false);
  for (const bytes of [part.content, ...part.decodedContents])
    if (mayDeclare(bytes)) visit(bytes, FILE_XML, key, false);
}
