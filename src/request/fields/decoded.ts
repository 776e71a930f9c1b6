// The decoding itself, which `url_decode` with its options shares: not the function.
import { decodeFully } from "../../language/functions/url-decode.ts";
import type { Budget } from "../../language/values/budget.ts";
import { arrayOf, Bytes } from "../../language/values/types.ts";
import type { ParsedBody } from "../body/body.ts";
import type { Pairs } from "../head/pairs.ts";
import { COST, FROM_BODY, FROM_HEAD, fieldsOf, RECEIVED, type RequestField } from "./field.ts";

type Texts = readonly (readonly string[])[];

const field = fieldsOf(FROM_HEAD, RECEIVED, { cost: COST.parse, whenAbsent: "an empty array" });
const bodyField = fieldsOf(FROM_BODY, ["body"], { cost: COST.body });
const texts = arrayOf(arrayOf(Bytes));

function decoded(text: string, isForm: boolean, budget: Budget): string {
  budget.spend(text.length);
  return decodeFully(text, isForm);
}

/** For each pair its value and its name. */
function ofPairs({ names, values }: Pick<Pairs, "names" | "values">, isForm: boolean, budget: Budget): Texts {
  return values.map((value, at) => [decoded(value, isForm, budget), decoded(names[at]!, isForm, budget)]);
}

function decodedNames({ names }: Pick<Pairs, "names">, budget: Budget): readonly string[] {
  return names.map((name) => decoded(name, true, budget));
}

/** Contents of files are data, not input to a program; their names are input. */
function ofBody(body: ParsedBody, budget: Budget): Texts {
  switch (body.kind) {
    case "form":
      return ofPairs(body.form(budget), true, budget);
    case "json":
      return ofPairs(body.json(budget), false, budget);
    case "multipart":
      return body
        .multipart(budget)
        .parts.map(({ names, filenames, content }) =>
          [...(filenames.length === 0 ? [content] : filenames), ...names].map((text) =>
            decoded(text, false, budget),
          ),
        );
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
    texts,
    "For each query argument its value and its name, fully decoded.",
    (request, context) => ofPairs(request.arguments(context.budget), true, context.budget),
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
    texts,
    "For each cookie its value and its name, fully decoded.",
    (request, context) => ofPairs(request.cookies(context.budget), false, context.budget),
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
    texts,
    "For each field of a form, scalar of JSON or part of a multipart body its value and its name, fully decoded. A part that is a file has its file name instead of a value.",
    (request, context) => {
      const { body } = request;
      return body === undefined ? undefined : ofBody(body, context.budget);
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
