import type { Budget } from "../../language/values/budget.ts";
import { arrayOf, Bool, Bytes, Int, mapOf, type Type } from "../../language/values/types.ts";
import type { Value } from "../../language/values/value.ts";
import type { ParsedBody } from "../body/body.ts";
import { sniffMediaType } from "../body/mime.ts";
import type { Part } from "../body/multipart-part.ts";
import { groupByName } from "../head/pairs.ts";
import { COST, type FieldExtras, FROM_BODY, fieldsOf, type RequestField } from "./field.ts";

const field = fieldsOf(FROM_BODY, ["body"], { cost: COST.body });
const form = "http.request.body.form";
const multipart = "http.request.body.multipart";
const ownMultipart = "wirewall.request.body.multipart";

/** A field of the body, nil while the host has not handed over a body that is announced. */
function ofBody(
  member: string,
  type: Type,
  summary: string,
  read: (body: ParsedBody, budget: Budget) => Value,
  extras: FieldExtras,
): RequestField {
  return field(
    `http.request.body.${member}`,
    type,
    summary,
    (request, context) => {
      const body = request.body;
      return body === undefined ? undefined : read(body, context.budget);
    },
    extras,
  );
}

/** One list of lists, an item for each part. */
function ofParts(member: string, summary: string, pick: (part: Part) => readonly string[], example: unknown) {
  return ofBody(
    `multipart.${member}`,
    arrayOf(arrayOf(Bytes)),
    summary,
    (body, budget) => body.multipart(budget).parts.map(pick),
    { parallelGroup: multipart, whenAbsent: "an empty array", example },
  );
}

/** Parts by each of their names. */
export function groupParts(parts: readonly Part[]): ReadonlyMap<string, readonly string[]> {
  const names: string[] = [];
  const values: string[] = [];
  for (const part of parts) {
    for (const name of new Set(part.names)) {
      names.push(name);
      values.push(part.content);
    }
  }
  return groupByName({ names, values, truncated: false });
}

/** The request's body as bytes, form and multipart. */
export const bodyFields: readonly RequestField[] = [
  ofBody(
    "raw",
    Bytes,
    "The body's bytes with content codings decoded, as far as they are held (`limits.request.maxBodyBytes`).",
    (body) => body.bytes,
    {
      whenAbsent: "the empty value",
      example: "size=42",
    },
  ),
  ofBody("truncated", Bool, "Whether the body is longer than what is inspected.", (body) => body.truncated, {
    whenAbsent: "false",
    example: false,
  }),
  ofBody("size", Int, "Bytes of the whole body, as far as known.", (body) => body.size, {
    form: { least: 0 },
    whenAbsent: "0",
    example: 7,
  }),
  ofBody(
    "mime",
    Bytes,
    "Media type that the first bytes show, whatever was declared.",
    (body) => sniffMediaType(body.bytes),
    {
      whenAbsent: "the empty value",
      example: "image/png",
    },
  ),
  ofBody(
    "form",
    mapOf(arrayOf(Bytes)),
    "Fields of an urlencoded body by name, undecoded.",
    (body, budget) => groupByName(body.form(budget)),
    { whenAbsent: "an empty map; an unknown key is nil", example: { size: ["42"] } },
  ),
  ofBody(
    "form.names",
    arrayOf(Bytes),
    "Names of the form's fields as sent.",
    (body, budget) => body.form(budget).names,
    {
      parallelGroup: form,
      whenAbsent: "an empty array",
      example: ["size"],
    },
  ),
  ofBody(
    "form.values",
    arrayOf(Bytes),
    "Values of the form's fields, aligned with the names.",
    (body, budget) => body.form(budget).values,
    { parallelGroup: form, whenAbsent: "an empty array", example: ["42"] },
  ),
  ofBody(
    "multipart",
    mapOf(arrayOf(Bytes)),
    "Contents of the parts of a multipart body, by name.",
    (body, budget) => groupParts(body.multipart(budget).parts),
    { whenAbsent: "an empty map; an unknown key is nil", example: { size: ["42"] } },
  ),
  ofBody(
    "multipart.values",
    arrayOf(Bytes),
    "Contents of the parts in the order sent, transfer encodings not decoded.",
    (body, budget) => body.multipart(budget).parts.map((part) => part.content),
    { parallelGroup: multipart, whenAbsent: "an empty array", example: ["42"] },
  ),
  ofParts(
    "names",
    "Name parameters of each part, and their other readings: escapes decoded and not, encoded words decoded.",
    (part) => part.names,
    [["size"]],
  ),
  ofParts(
    "filenames",
    "Filename parameters of each part, `filename*` decoded, and their other readings: escapes decoded and not, encoded words decoded.",
    (part) => part.filenames,
    [["a.png"]],
  ),
  ofParts("content_types", "Content-Type headers of each part.", (part) => part.contentTypes, [
    ["image/png"],
  ]),
  ofParts("content_dispositions", "Content-Disposition headers of each part.", (part) => part.dispositions, [
    ['form-data; name="size"'],
  ]),
  ofParts(
    "content_transfer_encodings",
    "Content-Transfer-Encoding headers of each part.",
    (part) => part.transferEncodings,
    [["binary"]],
  ),
  field(
    `${ownMultipart}.decoded_values`,
    arrayOf(arrayOf(Bytes)),
    "Contents of the parts with their transfer encoding (Base64, quoted-printable) decoded; nothing for a part without one.",
    (request, context) =>
      request.body?.multipart(context.budget).parts.map(({ decodedContents }) => decodedContents),
    { alignedWith: [multipart], whenAbsent: "an empty array", example: [["42"]] },
  ),
  field(
    `${ownMultipart}.is_file`,
    arrayOf(Bool),
    "Whether every usual reader treats the part as a file: it has one well-formed disposition with a file name, and one media type, or none and a content that is not text.",
    (request, context) => request.body?.multipart(context.budget).parts.map(({ isFile }) => isFile),
    { alignedWith: [multipart], whenAbsent: "an empty array", example: [true] },
  ),
];
