import type { Budget } from "../../language/values/budget.ts";
import { arrayOf, Bytes } from "../../language/values/types.ts";
import { decoded } from "../body/decoded-texts.ts";
import { isCookie } from "../head/cookies.ts";
import type { Pairs } from "../head/pairs.ts";
import { COST, FROM_BODY, FROM_HEAD, fieldsOf, RECEIVED, type RequestField } from "./field.ts";

const field = fieldsOf(FROM_HEAD, RECEIVED, { cost: COST.parse, whenAbsent: "an empty array" });
const bodyField = fieldsOf(FROM_BODY, ["body"], { cost: COST.body });
const listOfTexts = arrayOf(arrayOf(Bytes));

function decodedNames({ names }: Pick<Pairs, "names">, budget: Budget): readonly string[] {
  return names.map((name) => decoded(name, true, budget));
}

/**
 * Data from the client, prepared for rules that look for attacks: all layers of percent-encoding undone,
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
    "For each query argument its value and its name, fully decoded, then the values nested in them (JSON, quoted strings, Base64) with their names.",
    (request, context) => request.argumentTexts(context.budget).texts,
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
    "For each cookie its value and its name, fully decoded, then the values nested in them with their names.",
    (request, context) => request.cookieTexts(context.budget).texts,
    { alignedWith: ["http.request.cookies"], example: [["de", "lang"]] },
  ),
  field(
    "wirewall.request.headers.decoded",
    arrayOf(Bytes),
    "Header values, fully decoded; empty for Cookie, which has fields of its own.",
    (request, context) => {
      const { names, values } = request.headers;
      return values.map((value, at) =>
        isCookie(names[at] ?? "") ? "" : decoded(value, false, context.budget),
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
    "For each part of a multipart body and each field of a form its value and its name, fully decoded, except empty values and names of fields before, and the keys in the name (`a[b]`, `a.b`) that are more than words; for each scalar of JSON the string that it is, and the keys of its path that no scalar before it has; the same of XML. A part that every usual reader takes for a file has its file names instead of a value; the value of another comes with its transfer encoding undone too, then what the reader of its own media type takes from it. The values inside of all of them (JSON, quoted strings, Base64) follow, with their names.",
    (request, context) => request.body?.decoded(context.budget).texts,
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
    "The text of a body whose media type has no reader, or that was read only in part, fully decoded, and the markup of one that is declared as XML, where of long texts only the ends are shown; of bytes without a media type what is legible in them, empty for other bytes; and what is legible in a content coding.",
    (request, context) => {
      const { body } = request;
      return body === undefined ? undefined : decoded(body.unread(context.budget), false, context.budget);
    },
    { whenAbsent: "the empty value", example: "<order><size>42</size></order>" },
  ),
];
