// The decoding itself, which `url_decode` with its options shares: not the function.
import { decodeFully } from "../../language/functions/url-decode.ts";
import type { Budget } from "../../language/values/budget.ts";
import { encodeCodePoint, percentDecode, utf8Decode } from "../../language/values/bytes.ts";
import { arrayOf, Bytes } from "../../language/values/types.ts";
import type { ParsedBody } from "../body/body.ts";
import type { Content } from "../body/content.ts";
import type { Part } from "../body/multipart.ts";
import type { XmlBody } from "../body/xml.ts";
import type { Pairs } from "../head/pairs.ts";
import type { WafRequest } from "../model/request.ts";
import type { RequestLimits } from "../view/limits.ts";
import { COST, FROM_BODY, FROM_HEAD, fieldsOf, RECEIVED, type RequestField } from "./field.ts";
import { nestedTexts } from "./nested.ts";

type Texts = readonly (readonly string[])[];

const NOTHING: readonly string[] = Object.freeze([]);

const field = fieldsOf(FROM_HEAD, RECEIVED, { cost: COST.parse, whenAbsent: "an empty array" });
const bodyField = fieldsOf(FROM_BODY, ["body"], { cost: COST.body });
const listOfTexts = arrayOf(arrayOf(Bytes));

function decoded(text: string, isForm: boolean, budget: Budget): string {
  budget.spend(text.length);
  return decodeFully(text, isForm);
}

/** What a field of decoded texts is made with. */
interface Reading {
  readonly limits: RequestLimits;
  readonly budget: Budget;
}

function readingOf(request: WafRequest, budget: Budget): Reading {
  return { limits: request.options.limits, budget };
}

/** A value, its name, and what an application may read inside of either. */
function texts(value: string, name: string, isForm: boolean, reading: Reading): readonly string[] {
  const pair = [decoded(value, isForm, reading.budget), decoded(name, isForm, reading.budget)];
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

/** Python's reader ends a cookie at white space too, and undoes the quotes of the one behind it. */
function quotedBehindBlanks(value: string, reading: Reading): readonly string[] {
  const found: string[] = [];
  for (const [, quoted = ""] of value.matchAll(COOKIE_BEHIND_BLANK))
    found.push(...nested(quoted, false, reading));
  return found;
}

const COOKIE_BEHIND_BLANK = /[\t ][^\s=]{1,256}[\t ]{0,8}=[\t ]{0,8}("(?:[^"\\]|\\.)*")/g;

function insideName(name: string, isForm: boolean, reading: Reading): readonly string[] {
  const inside = nested(name, isForm, reading);
  const cut = isForm ? cutCharacters(name) : undefined;
  return cut === undefined ? inside : [...inside, decoded(cut, true, reading.budget)];
}

/**
 * The text as Node's readers of forms have it when one of its percent-encodings is no UTF-8: they keep the last byte of each
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

function nested(text: string, isForm: boolean, { limits, budget }: Reading): readonly string[] {
  if (!isForm) return nestedTexts(text, limits, budget);
  const found = nestedTexts(percentDecode(text, true), limits, budget);
  return UNESCAPED_BASE64.test(text)
    ? [...found, ...nestedTexts(percentDecode(text, false), limits, budget)]
    : found;
}

/** Base64 whose plus signs were not escaped: some applications take the spaces that came of them for plus signs. */
const UNESCAPED_BASE64 = /^[\w/-]*\+[\w/+-]*(?:=|%3D){0,2}$/i;

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
  const known = new Set<string>();
  const all = values.map((value, at): readonly string[] => {
    const name = names[at] ?? "";
    const isNew = !known.has(name);
    if (isNew) known.add(name);
    if (value === "") {
      return isNew ? [decoded(name, true, budget), ...insideName(name, true, reading)] : NOTHING;
    }
    return isNew
      ? texts(value, name, true, reading)
      : [decoded(value, true, budget), ...insideValue(value, name, true, reading)];
  });
  for (const [at, value] of values.entries()) {
    const further = [value, names[at] ?? ""].flatMap((text) => undone(content, text, reading));
    if (further.length > 0) all[at] = [...(all[at] ?? NOTHING), ...further];
  }
  // What a form's type says of JSON, curl for one, is JSON all the same.
  const inside = content.jsonTexts(budget).flatMap((json) => nested(json, false, reading));
  if (inside.length > 0 && all.length > 0) all[0] = [...(all[0] ?? NOTHING), ...inside];
  if (!content.mayHoldReferences) return all;
  return all.map((shown) => {
    const further = shown.flatMap(withoutReferences);
    return further.length === 0 ? shown : [...shown, ...further];
  });
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

function decodedNames({ names }: Pick<Pairs, "names">, budget: Budget): readonly string[] {
  return names.map((name) => decoded(name, true, budget));
}

/** Contents of files are data, not input to a program; their names are input. */
function ofPart(part: Part, reading: Reading): readonly string[] {
  const { isFile, content, decodedContents, filenames, names, furtherTexts } = part;
  const { budget } = reading;
  const contents = isFile ? [] : [content, ...decodedContents];
  const all = [
    ...[...contents, ...filenames, ...names, ...furtherTexts].map((text) => decoded(text, false, budget)),
    ...contents.flatMap((text) => nested(text, false, reading)),
  ];
  if (part.contents.length === 0) return all;
  const further = part.contents.flatMap((inner) => [
    ...inner.furtherTexts.flatMap((text) => freeTexts(text, reading)),
    ...ofContent(inner, reading).flat(),
  ]);
  return [...new Set([...all, ...further])];
}

/** Texts that were said once are shown once: paths repeat their elements. */
function ofXml({ names, values }: XmlBody, reading: Reading): Texts {
  const known = new Set<string>();
  return values.map((value, at) => {
    const path = names[at] ?? "";
    const isNew = !known.has(path);
    if (isNew) known.add(path);
    const name = isNew ? path.slice(path.lastIndexOf(".") + 1) : "";
    const text = decoded(value, false, reading.budget);
    const inside = nested(value, false, reading);
    return name === "" && inside.length === 0 ? [text] : [text, ...(name === "" ? [] : [name]), ...inside];
  });
}

function ofContent(content: Content, reading: Reading): Texts {
  const { budget } = reading;
  switch (content.kind(budget)) {
    case "form":
      return ofForm(content, reading);
    case "json":
      // Numbers and indexes are no text, and paths repeat their keys: what is said once is shown once.
      return content
        .json(budget)
        .inputs.map((inputs) =>
          inputs.length === 0
            ? NOTHING
            : [
                ...inputs.map((text) => decoded(text, false, budget)),
                ...inputs.flatMap((text) => nested(text, false, reading)),
              ],
        );
    case "xml":
      return ofXml(content.xml(budget), reading);
    default:
      return [];
  }
}

function ofBody(body: ParsedBody, reading: Reading): Texts {
  return body.kind(reading.budget) === "multipart"
    ? body.multipart(reading.budget).parts.map((part) => ofPart(part, reading))
    : ofContent(body.content, reading);
}

/**
 * What a client says, ready for rules that look for attacks: all layers of percent-encoding undone,
 * `%uHHHH` included. Rules share the work, can be indexed by it, and an exception for a single input holds for it.
 */
export const decodedFields: readonly RequestField[] = [
  field(
    "wirewall.request.uri.path.decoded",
    Bytes,
    "Path as received, fully decoded.",
    (request, context) => decoded(request.rawTarget.path, false, context.budget),
    { whenAbsent: "never absent", example: "/cgi-bin/../etc/passwd" },
  ),
  field(
    "wirewall.request.uri.args.decoded",
    listOfTexts,
    "For each query argument its value and its name, fully decoded, then the values inside of them (JSON, quoted strings, Base64) with their names.",
    (request, context) =>
      ofPairs(request.arguments(context.budget), true, readingOf(request, context.budget)),
    { derivesFrom: ["query"], alignedWith: ["http.request.uri.args"], example: [["42", "size"]] },
  ),
  field(
    "wirewall.request.uri.args.names",
    arrayOf(Bytes),
    "Names of the query arguments in the order sent, fully decoded.",
    (request, context) => decodedNames(request.arguments(context.budget), context.budget),
    { derivesFrom: ["query"], alignedWith: ["http.request.uri.args"], example: ["size"] },
  ),
  field(
    "wirewall.request.cookies.names",
    arrayOf(Bytes),
    "Names of the cookies in the order sent, percent-decoded.",
    (request, context) => request.cookies(context.budget).names,
    { alignedWith: ["http.request.cookies"], example: ["lang"] },
  ),
  field(
    "wirewall.request.cookies.decoded",
    listOfTexts,
    "For each cookie its value and its name, fully decoded, then the values inside of them with their names.",
    (request, context) => ofPairs(request.cookies(context.budget), false, readingOf(request, context.budget)),
    { alignedWith: ["http.request.cookies"], example: [["de", "lang"]] },
  ),
  field(
    "wirewall.request.headers.decoded",
    arrayOf(Bytes),
    "Header values, fully decoded; empty for Cookie, which has fields of its own.",
    (request, context) => {
      const { names, values } = request.headers;
      return values.map((value, at) =>
        /^cookie$/i.test(names[at] ?? "") ? "" : decoded(value, false, context.budget),
      );
    },
    { derivesFrom: ["headers"], alignedWith: ["http.request.headers"], example: ["text/html"] },
  ),
  bodyField(
    "wirewall.request.body.form.names",
    arrayOf(Bytes),
    "Names of the fields of an urlencoded body in the order sent, fully decoded.",
    (request, context) => {
      const { body } = request;
      return body === undefined ? undefined : decodedNames(body.form(context.budget), context.budget);
    },
    { alignedWith: ["http.request.body.form"], whenAbsent: "an empty array", example: ["size"] },
  ),
  bodyField(
    "wirewall.request.body.decoded",
    listOfTexts,
    "For each part of a multipart body and each field of a form its value and its name, fully decoded, but for empty values and names of fields before; for each scalar of JSON the string that it is, and the keys of its path that no scalar before it has; the same of XML. A part that every usual reader takes for a file has its file names instead of a value; the value of another comes with its transfer encoding undone too, then what the reader of its own media type takes from it. The values inside of all of them (JSON, quoted strings, Base64) follow, with their names.",
    (request, context) => {
      const { body } = request;
      return body === undefined ? undefined : ofBody(body, readingOf(request, context.budget));
    },
    {
      alignedWith: [
        "http.request.body.form",
        "http.request.body.multipart",
        "wirewall.request.body.json",
        "wirewall.request.body.xml",
      ],
      whenAbsent: "an empty array",
      example: [["42", "size"]],
    },
  ),
  bodyField(
    "wirewall.request.body.unread",
    Bytes,
    "The text of a body whose media type has no reader, or that was read only in part, fully decoded; empty for a body that is no text.",
    (request, context) => {
      const { body } = request;
      return body === undefined ? undefined : decoded(body.unread(context.budget), false, context.budget);
    },
    { whenAbsent: "the empty value", example: "<order><size>42</size></order>" },
  ),
];
