// The decoding itself, which `url_decode` with its options shares: not the function.
import { decodeFully } from "../../language/functions/url-decode.ts";
import type { Budget } from "../../language/values/budget.ts";
import { arrayOf, Bytes } from "../../language/values/types.ts";
import type { ParsedBody } from "../body/body.ts";
import type { Part } from "../body/multipart.ts";
import type { Pairs } from "../head/pairs.ts";
import { COST, FROM_BODY, FROM_HEAD, fieldsOf, RECEIVED, type RequestField } from "./field.ts";

type Texts = readonly (readonly string[])[];

const NOTHING: readonly string[] = Object.freeze([]);

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

/** The same of a form, which may have very many fields: empty values and names that were shown are left out. */
function ofForm({ names, values }: Pairs, budget: Budget): Texts {
  const known = new Set<string>();
  return values.map((value, at) => {
    const name = names[at]!;
    const isNew = !known.has(name);
    if (isNew) known.add(name);
    const texts = [...(value === "" ? [] : [value]), ...(isNew ? [name] : [])];
    return texts.length === 0 ? NOTHING : texts.map((text) => decoded(text, true, budget));
  });
}

/** Contents of files are data, not input to a program; their names are input. */
function ofPart(part: Part): Texts[number] {
  const { isFile, content, decodedContents, filenames, names, furtherTexts } = part;
  return [...(isFile ? [] : [content, ...decodedContents]), ...filenames, ...names, ...furtherTexts];
}

function ofBody(body: ParsedBody, budget: Budget): Texts {
  switch (body.kind(budget)) {
    case "form":
      return ofForm(body.form(budget), budget);
    case "json":
      // Numbers and indexes are no text, and paths repeat their keys: what is said once is shown once.
      return body
        .json(budget)
        .inputs.map((texts) =>
          texts.length === 0 ? NOTHING : texts.map((text) => decoded(text, false, budget)),
        );
    case "multipart":
      return body
        .multipart(budget)
        .parts.map((part) => ofPart(part).map((text) => decoded(text, false, budget)));
    default:
      return [];
  }
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
    "wirewall.request.body.decoded",
    texts,
    "For each part of a multipart body and each field of a form its value and its name, fully decoded, but for empty values and names of fields before; for each scalar of JSON the string that it is, and the keys of its path that no scalar before it has. A part that every usual reader takes for a file has its file names instead of a value; the value of another comes with its transfer encoding undone too, and with the strings of JSON in it.",
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
    "The text of a body whose media type has no reader, or that was read only in part, fully decoded; empty for a body that is no text.",
    (request, context) => {
      const { body } = request;
      return body === undefined ? undefined : decoded(body.unread(context.budget), false, context.budget);
    },
    { whenAbsent: "the empty value", example: "<order><size>42</size></order>" },
  ),
];
