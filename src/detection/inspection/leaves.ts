// On the request path: every text of a request passes here once.
import type { Budget } from "../../language/values/budget.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import type { ParsedBody } from "../../request/body/body.ts";
import { decoded } from "../../request/body/decoded-texts.ts";
import type { Part } from "../../request/body/multipart-part.ts";
import { isCookie } from "../../request/head/cookies.ts";
import type { WafRequest } from "../../request/model/request.ts";
import { base64Text } from "../views/base64.ts";
import { cellsOf, isSerialized, isTable, mayDeclare, oddLinesOf, valuesOfFile } from "./files.ts";
import { literalsOf, mayHoldLiterals } from "./graphql-literals.ts";
import { visitInsideHeader } from "./head-leaves.ts";
import type { Input, Leaves, VisitLeaf } from "./inputs.ts";
import * as Inputs from "./inputs.ts";
import { mechanismsInUse } from "./mechanisms.ts";
import { stringsOfMessages } from "./messages.ts";
import { isCut, textAt, visitCutCookies, visitJoined } from "./pieces.ts";

/**
 * Shows every text of a request that a client wrote and an application may read, as the readers of inputs and of what is inside
 * of them have it: path, arguments, cookies, headers, body, each with its names. And what an application may take out of them:
 *
 * - {@link ./pieces.ts}: across inputs, where an argument or a cookie is cut within a payload, or several are joined
 * - {@link ./head-leaves.ts}: in header lines, arguments of addresses, values of lists, credentials
 * - {@link ./files.ts}, {@link ./json-texts.ts}: in files and texts, cells, values, lines
 * - {@link ./messages.ts}, {@link ./graphql-literals.ts}: strings in messages of bytes, and in documents of GraphQL
 */
export function forEachLeaf(request: WafRequest, budget: Budget, visit: VisitLeaf): void {
  const leaves = { budget, visit, further: mechanismsInUse().furtherLeaves ? visit : leaveOut };
  visitPath(request.rawTarget.path, leaves);
  visitQuery(request, leaves);
  visitCookies(request, leaves);
  visitHeaders(request, leaves);
  if (request.body !== undefined) visitBody(request.body, leaves);
}

const leaveOut: VisitLeaf = () => false;

function visitPath(path: string, leaves: Leaves): void {
  const { budget, visit, further } = leaves;
  visit(decoded(path, false, budget), Inputs.PATH, "", false);
  const isPlain = PLAIN_PATH.test(path);
  if (path.includes(";")) visitParameters(path, leaves);
  let inSegment = false;
  for (const segment of path.split("/")) {
    if (segment.length < MIN_SEGMENT) continue;
    const isWhole = segment.length >= path.length - 1;
    if (!isPlain && !isWhole) further(decoded(segment, false, budget), Inputs.PATH, "", false);
    inSegment = visitBase64(segment, leaves) || inSegment;
  }
  // The slash is a digit of Base64.
  if (!inSegment && path.indexOf("/", 1) !== -1) visitBase64(path.slice(1), leaves);
}

function visitBase64(written: string, { budget, further }: Leaves): boolean {
  const text = base64Text(written.includes("%") ? decoded(written, false, budget) : written);
  if (text === undefined) return false;
  further(decoded(text, false, budget), Inputs.SEGMENT, "", false);
  return true;
}

/** Values of parameters that segments have after a semicolon (RFC 3986 §3.3). */
function visitParameters(path: string, { budget, further }: Leaves): void {
  for (const [, value = ""] of path.matchAll(PARAMETER))
    further(decoded(value, false, budget), Inputs.SEGMENT, "", false);
}

const PARAMETER = /;[\w.%-]{1,40}=([^;/]{3,})/g;

/** Segments of words say no more than the path does. */
const PLAIN_PATH = /^[\w./~-]*$/;
const MIN_SEGMENT = 3;

function visitQuery(request: WafRequest, leaves: Leaves): void {
  const { budget, further } = leaves;
  const args = request.arguments(budget);
  if (args.names.length === 0) return;
  const { texts, names } = request.argumentTexts(budget);
  const asked = visitAligned(texts, names, args.names, Inputs.ARGUMENT, leaves);
  visitJoined(args, texts, asked, Inputs.ARGUMENT, leaves);
  if (isCut(args)) further(decoded(request.query, true, budget), Inputs.QUERY, textAt(args.names, 0), false);
}

/** Texts of inputs: those of each, with the name of the input. @returns names of inputs about which a detector was asked */
function visitAligned(
  texts: readonly (readonly string[])[],
  names: ReadonlySet<string>,
  keys: readonly string[],
  input: Input,
  leaves: Leaves,
): ReadonlySet<string> {
  const { visit, further } = leaves;
  const isAligned = texts.length === keys.length;
  const longest = longestOf(names);
  let asked = NO_NAMES;
  for (let at = 0; at < texts.length; at++) {
    const own = texts[at] ?? NO_TEXTS;
    const key = isAligned ? textAt(keys, at) : "";
    for (let of = 0; of < own.length; of++) {
      const text = textAt(own, of);
      if (mayHoldLiterals(text)) for (const literal of literalsOf(text)) further(literal, input, key, false);
      if (text.includes("\n")) visitLines(text, input, key, leaves);
      const isName = text.length <= longest && names.has(text);
      if (text === "" || visit(text, input, key, isName, own) === false) continue;
      if (asked === NO_NAMES) asked = new Set();
      asked.add(key);
    }
  }
  return asked;
}

function visitLines(text: string, input: Input, key: string, { further }: Leaves): void {
  const data = Inputs.asData(input);
  if (data !== undefined) for (const line of oddLinesOf(text)) further(line, data, key, false);
}

function longestOf(names: ReadonlySet<string>): number {
  let longest = 0;
  for (const name of names) if (name.length > longest) longest = name.length;
  return longest;
}

const NO_TEXTS: readonly string[] = Object.freeze([]);
const NO_NAMES: Set<string> = new Set();

function visitCookies(request: WafRequest, leaves: Leaves): void {
  const { budget } = leaves;
  const cookies = request.cookies(budget);
  if (cookies.names.length === 0) return;
  const { texts, names } = request.cookieTexts(budget);
  visitAligned(texts, names, cookies.names, Inputs.COOKIE, leaves);
  visitCutCookies(cookies, leaves);
}

function visitHeaders(request: WafRequest, leaves: Leaves): void {
  const { budget, visit } = leaves;
  const { names, values } = request.headers;
  const { texts, names: inside } = request.headerTexts(budget);
  for (let at = 0; at < names.length; at++) {
    const name = textAt(names, at);
    if (isCookie(name)) continue;
    const key = asciiLower(name);
    const own = texts[at] ?? NO_TEXTS;
    for (const text of own) visit(text, Inputs.HEADER, key, inside.has(text), own);
    visitInsideHeader(key, textAt(values, at), leaves);
  }
}

function visitBody(body: ParsedBody, leaves: Leaves): void {
  const { budget, visit, further } = leaves;
  const kind = body.kind(budget);
  if (kind === "" && body.inCoding === "") return;
  const { texts, names } = body.decoded(budget);
  switch (kind) {
    case "form": {
      const form = body.form(budget);
      const asked = visitAligned(texts, names, form.names, Inputs.FORM, leaves);
      visitJoined(form, texts, asked, Inputs.FORM, leaves);
      if (isCut(form)) further(decoded(body.bytes, true, budget), Inputs.FORM, textAt(form.names, 0), false);
      break;
    }
    case "multipart": {
      const { parts } = body.multipart(budget);
      const keys = parts.map((part) => textAt(part.names, 0));
      visitAligned(texts, names, keys, Inputs.MULTIPART, leaves);
      for (const part of parts) visitPart(part, leaves);
      break;
    }
    case "json":
      visitAligned(texts, names, body.json(budget).names, Inputs.JSON_BODY, leaves);
      break;
    case "xml":
      visitAligned(texts, names, body.xml(budget).names, Inputs.XML_BODY, leaves);
      break;
    case "opaque":
      if (isSerialized(body.bytes)) visit(body.bytes, Inputs.RAW_OBJECT, "", false);
      else if (mayDeclare(body.bytes)) visit(body.bytes, Inputs.RAW_XML, "", false);
      break;
    default:
      visitAligned(texts, names, NO_TEXTS, Inputs.RAW_BODY, leaves);
  }
  const unread = body.unread(budget);
  if (unread !== "") visit(decoded(unread, false, budget), Inputs.RAW_BODY, "", false);
  if (body.content.declared === undefined) visitPieces(body, leaves);
}

/** What applications take out of a body that no reader of inputs takes apart. */
function visitPieces({ bytes, mediaType }: ParsedBody, leaves: Leaves): void {
  const { budget, further } = leaves;
  if (mediaType === "text/plain") visitLines(decoded(bytes, false, budget), Inputs.RAW_BODY, "", leaves);
  else if (isTable(mediaType))
    for (const cell of cellsOf(bytes)) further(decoded(cell, false, budget), Inputs.RAW_BODY, "", false);
  else if (mediaType === "application/graphql")
    for (const literal of literalsOf(bytes)) further(literal, Inputs.RAW_BODY, "", false);
  else
    for (const text of stringsOfMessages(bytes, mediaType))
      further(decoded(text, false, budget), Inputs.RAW_BODY, "", false);
}

function visitPart(part: Part, { budget, visit, further }: Leaves): void {
  const key = textAt(part.names, 0);
  for (const type of part.contentTypes)
    if (!PLAIN_TYPE.test(type)) further(decoded(type, false, budget), Inputs.MULTIPART, key, false);
  if (!part.isFile) return;
  for (const text of valuesOfFile(part)) visit(decoded(text, false, budget), Inputs.FILE, key, false);
  for (const bytes of [part.content, ...part.decodedContents])
    if (mayDeclare(bytes)) visit(bytes, Inputs.FILE_XML, key, false);
}

const PLAIN_TYPE = /^[\w.+-]*\/[\w.+-]*(?:; ?[\w-]{1,40}="?[\w.+ -]*"?){0,4}$/;
