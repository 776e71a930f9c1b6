// The decoding itself, which `url_decode` with its options shares: not the function.
import { decodeFully } from "../../language/functions/url-decode.ts";
import type { Budget } from "../../language/values/budget.ts";
import { percentDecode } from "../../language/values/bytes.ts";
import { arrayOf, Bytes } from "../../language/values/types.ts";
import type { ParsedBody } from "../body/body.ts";
import type { Pairs } from "../head/pairs.ts";
import type { WafRequest } from "../model/request.ts";
import type { RequestLimits } from "../view/limits.ts";
import { COST, FROM_BODY, FROM_HEAD, fieldsOf, RECEIVED, type RequestField } from "./field.ts";
import { nestedTexts } from "./nested.ts";

type Texts = readonly (readonly string[])[];

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
  const inValue = nested(value, isForm, reading);
  const inName = nested(name, isForm, reading);
  return inValue.length === 0 && inName.length === 0 ? pair : [...pair, ...inValue, ...inName];
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
  return values.map((value, at) => texts(value, names[at]!, isForm, reading));
}

/** Contents of files are data, not input to a program; their names are input. */
function ofBody(body: ParsedBody, reading: Reading): Texts {
  const { budget } = reading;
  switch (body.kind) {
    case "form":
      return ofPairs(body.form(budget), true, reading);
    case "json":
      return ofPairs(body.json(budget), false, reading);
    case "multipart":
      return body.multipart(budget).parts.map(({ names, filenames, content }) => {
        const heads = [...(filenames.length === 0 ? [content] : filenames), ...names];
        const inside = filenames.length === 0 ? nested(content, false, reading) : [];
        return [...heads.map((text) => decoded(text, false, budget)), ...inside];
      });
    default:
      return [];
  }
}

/** The body as one text when no reader takes it, or none to its end. */
function unreadText(body: ParsedBody, budget: Budget): string {
  const isRead = body.kind !== "" && body.error(budget) === "";
  return isRead || body.bytes.includes("\0") ? "" : decoded(body.bytes, false, budget);
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
        /^cookie$/i.test(names[at]!) ? "" : decoded(value, false, context.budget),
      );
    },
    { derivesFrom: ["headers"], alignedWith: ["http.request.headers"], example: ["text/html"] },
  ),
  bodyField(
    "wirewall.request.body.decoded",
    listOfTexts,
    "For each field of a form, scalar of JSON or part of a multipart body its value and its name, fully decoded. A part that is a file has its file name instead of a value. The values inside of them follow, with their names.",
    (request, context) => {
      const { body } = request;
      return body === undefined ? undefined : ofBody(body, readingOf(request, context.budget));
    },
    {
      alignedWith: ["http.request.body.form", "http.request.body.multipart", "wirewall.request.body.json"],
      whenAbsent: "an empty array",
      example: [["42", "size"]],
    },
  ),
  bodyField(
    "wirewall.request.body.unread",
    Bytes,
    "A body that no reader takes, or none to its end, fully decoded; empty when it holds a zero byte.",
    (request, context) => {
      const { body } = request;
      return body === undefined ? undefined : unreadText(body, context.budget);
    },
    { whenAbsent: "the empty value", example: "<order><size>42</size></order>" },
  ),
];
