import { arrayOf, Bool, Bytes, type Type } from "../../language/values/types.ts";
import type { Value } from "../../language/values/value.ts";
import type { ValuesInside } from "../body/values-inside.ts";
import { COST, FROM_BODY, FROM_HEAD, fieldsOf, type RequestField } from "./field.ts";

const head = fieldsOf(FROM_HEAD, ["query", "headers"], { cost: COST.parse, whenAbsent: "an empty array" });
const body = fieldsOf(FROM_BODY, ["body"], { cost: COST.body, whenAbsent: "an empty array" });

interface Member {
  readonly name: keyof ValuesInside;
  readonly type: Type;
  readonly summary: string;
  readonly pick: (found: ValuesInside) => Value;
  readonly example: unknown;
}

const MEMBERS: readonly Member[] = [
  {
    name: "values",
    type: arrayOf(Bytes),
    summary:
      "Values that an application may read inside %s: JSON, XML, quoted strings with escapes, Base64 of text, Basic credentials, data URLs.",
    pick: ({ values }) => values,
    example: ["new"],
  },
  {
    name: "names",
    type: arrayOf(Bytes),
    summary: "Where those values are: the name of the outer one, and the path inside it.",
    pick: ({ names }) => names,
    example: ["filter.tags.0"],
  },
  {
    name: "ways",
    type: arrayOf(arrayOf(Bytes)),
    summary: "How each of those values is reached: what holds it, then the readers, outermost first.",
    pick: ({ ways }) => ways,
    example: [["argument", "json"]],
  },
];

const TRUNCATED = "Whether a limit kept more such values from being read.";

/** Values inside values. The fields of decoded texts hold them too, for rules that look for attacks. */
export const nestedFields: readonly RequestField[] = [
  ...MEMBERS.map((member) =>
    head(
      `wirewall.request.nested.${member.name}`,
      member.type,
      member.summary.replace("%s", "arguments, cookies and headers"),
      (request, context) => member.pick(request.nested(context.budget)),
      { example: member.example, parallelGroup: "wirewall.request.nested" },
    ),
  ),
  head(
    "wirewall.request.nested.truncated",
    Bool,
    TRUNCATED,
    (request, context) => request.isNestedTruncated(context.budget),
    { whenAbsent: "false", example: false },
  ),
  head(
    "wirewall.request.headers.texts",
    arrayOf(arrayOf(Bytes)),
    "For each header its value, fully decoded, then the values nested in it with their names; empty for Cookie, which has fields of its own.",
    (request, context) => request.headerTexts(context.budget).texts,
    { derivesFrom: ["headers"], alignedWith: ["http.request.headers"], example: [["text/html"]] },
  ),
  ...MEMBERS.map((member) =>
    body(
      `wirewall.request.body.nested.${member.name}`,
      member.type,
      member.summary.replace(
        "%s",
        "fields of a form, parts that are not files (also as their media type and character set say), strings of JSON and texts of XML",
      ),
      (request, context) => {
        const { body } = request;
        return body === undefined ? undefined : member.pick(body.nested(context.budget));
      },
      { example: member.example, parallelGroup: "wirewall.request.body.nested" },
    ),
  ),
  body(
    "wirewall.request.body.nested.truncated",
    Bool,
    TRUNCATED,
    (request, context) => request.body?.decoded(context.budget).isTruncated,
    { whenAbsent: "false", example: false },
  ),
];
