// The decoding itself, which `url_decode` with its options shares: not the function.
import { decodeFully } from "../../language/functions/url-decode.ts";
import type { Budget } from "../../language/values/budget.ts";
import { asciiLower, percentDecode } from "../../language/values/bytes.ts";
import { arrayOf, Bool, Bytes, type Type } from "../../language/values/types.ts";
import type { Value } from "../../language/values/value.ts";
import type { ParsedBody } from "../body/body.ts";
import type { Content } from "../body/content.ts";
import type { Part } from "../body/multipart.ts";
import { mayNest, nestedValues } from "../body/nested.ts";
import type { WafRequest } from "../model/request.ts";
import type { RequestLimits } from "../view/limits.ts";
import { COST, type FieldExtras, FROM_BODY, FROM_HEAD, fieldsOf, type RequestField } from "./field.ts";

/** Names and values as an application's reader gives them, aligned. */
interface Inputs {
  readonly source: string;
  /** How the values were reached in the source, where they are values inside of others themselves. */
  readonly way?: readonly string[];
  readonly names: readonly string[];
  readonly values: readonly string[];
}

/** Values that were found inside others; the arrays are aligned. */
interface Found {
  readonly names: string[];
  readonly values: string[];
  readonly ways: (readonly string[])[];
  truncated: boolean;
}

const NO_TEXTS: readonly string[] = Object.freeze([]);

/** The values inside a text that a reader gave, and their names, fully decoded: for fields of decoded texts. */
export function nestedTexts(text: string, limits: RequestLimits, budget: Budget): readonly string[] {
  if (!mayNest(text)) return NO_TEXTS;
  const { values } = nestedValues(text, limits, budget);
  if (values.length === 0) return NO_TEXTS;
  const texts = new Set<string>();
  for (const { name, value } of values) {
    texts.add(decodeFully(value, false));
    if (name === "") continue;
    texts.add(name);
    // Paths escape dots and backslashes of keys.
    if (name.includes("\\")) texts.add(name.replace(/\\([\\.])/g, "$1"));
  }
  return [...texts];
}

/** Fields of a form have one layer of encoding, which every reader undoes. */
export function formDecoded(texts: readonly string[]): readonly string[] {
  return texts.map((text) => percentDecode(text, true));
}

function searchAll(inputs: readonly Inputs[], limits: RequestLimits, budget: Budget): Found {
  const found: Found = { names: [], values: [], ways: [], truncated: false };
  for (const { source, way, names, values } of inputs) {
    const ways = way === undefined ? [source] : [source, ...way];
    for (let at = 0; at < values.length; at++) {
      const name = names[at] ?? "";
      const value = values[at] ?? "";
      if (way !== undefined) {
        found.names.push(name);
        found.values.push(value);
        found.ways.push(ways);
      }
      search(found, ways, name, value, limits, budget);
      // A name without a value may be a whole text that a form's reader was given.
      search(found, ways, name, name, limits, budget);
    }
  }
  return found;
}

function search(
  found: Found,
  ways: readonly string[],
  outer: string,
  text: string,
  limits: RequestLimits,
  budget: Budget,
) {
  const { values, truncated } = nestedValues(text, limits, budget);
  found.truncated ||= truncated;
  for (const { name, value, way } of values) {
    found.names.push(name === "" ? outer : `${outer}.${name}`);
    found.values.push(value);
    found.ways.push([...ways, ...way]);
  }
}

function ofHead(request: WafRequest, budget: Budget): Found {
  const args = request.arguments(budget);
  const cookies = request.cookies(budget);
  const { names, values } = request.headers;
  const others = names.map((_, at) => at).filter((at) => !isCookie(names[at] ?? ""));
  const inputs: Inputs[] = [
    { source: "argument", names: formDecoded(args.names), values: formDecoded(args.values) },
    { source: "cookie", names: cookies.names, values: cookies.values },
    {
      source: "header",
      names: others.map((at) => asciiLower(names[at] ?? "")),
      values: others.map((at) => values[at] ?? ""),
    },
  ];
  return searchAll(inputs, request.options.limits, budget);
}

function isCookie(name: string): boolean {
  return /^cookie$/i.test(name);
}

/** The values of a form as readers of its character set have them, where those differ from the bytes. */
function inCharset(content: Content, texts: readonly string[], names: readonly string[]): Inputs {
  const found = texts.map((text) => content.undone(text));
  return {
    source: "form",
    way: ["charset"],
    names: found.flatMap((values, at) => values.map(() => names[at] ?? "")),
    values: found.flat(),
  };
}

function ofForm(content: Content, budget: Budget): readonly Inputs[] {
  const form = content.form(budget);
  const names = formDecoded(form.names);
  const values = formDecoded(form.values);
  return [
    { source: "form", names, values },
    inCharset(content, [...form.values, ...form.names], [...names, ...names]),
  ];
}

function ofPart(part: Part, budget: Budget): readonly Inputs[] {
  const outer = part.names[0] ?? "";
  const inner = part.contents.flatMap((content) => ofContent(content, outer, budget));
  // As its type says, so that it need not be found in the text.
  const isJson = part.contents.some((content) => content.kind(budget) === "json");
  return isJson ? inner : [{ source: "part", names: [outer], values: [part.content] }, ...inner];
}

/** What the reader of a part's own type takes from it. */
function ofContent(content: Content, outer: string, budget: Budget): readonly Inputs[] {
  const inside = (way: string, { names, values }: Pick<Inputs, "names" | "values">): Inputs => ({
    source: "part",
    way: [way],
    names: names.map((name) => (name === "" ? outer : `${outer}.${name}`)),
    values,
  });
  switch (content.kind(budget)) {
    case "json":
      return [inside("json", content.json(budget))];
    case "xml":
      return [inside("xml", content.xml(budget))];
    case "form":
      return ofForm(content, budget).map((read) => inside("form", read));
    default: {
      const values = content.furtherTexts;
      return [inside("charset", { names: values.map(() => ""), values })];
    }
  }
}

function ofBody(body: ParsedBody, limits: RequestLimits, budget: Budget): Found {
  const json = body.json(budget);
  const xml = body.xml(budget);
  const wholes = body.content.jsonTexts(budget);
  const parts = body.multipart(budget).parts.filter((part) => !part.isFile);
  const inputs: Inputs[] = [
    ...ofForm(body.content, budget),
    { source: "json", names: json.names, values: json.values },
    { source: "xml", names: xml.names, values: xml.values },
    { source: "body", names: wholes.map(() => ""), values: wholes },
    ...parts.flatMap((part) => ofPart(part, budget)),
  ];
  return searchAll(inputs, limits, budget);
}

const head = fieldsOf(FROM_HEAD, ["query", "headers"], { cost: COST.parse, whenAbsent: "an empty array" });
const body = fieldsOf(FROM_BODY, ["body"], { cost: COST.body, whenAbsent: "an empty array" });

interface Member {
  readonly name: "names" | "values" | "ways" | "truncated";
  readonly type: Type;
  readonly summary: string;
  readonly pick: (found: Found) => Value;
  readonly extras: FieldExtras;
}

const MEMBERS: readonly Member[] = [
  {
    name: "values",
    type: arrayOf(Bytes),
    summary:
      "Values that an application may read inside %s: JSON, quoted strings with escapes, Base64 of text, Basic credentials, data URLs.",
    pick: ({ values }) => values,
    extras: { example: ["new"] },
  },
  {
    name: "names",
    type: arrayOf(Bytes),
    summary: "Where those values are: the name of the outer one, and the path inside it.",
    pick: ({ names }) => names,
    extras: { example: ["filter.tags.0"] },
  },
  {
    name: "ways",
    type: arrayOf(arrayOf(Bytes)),
    summary: "How each of those values is reached: what holds it, then the readers, outermost first.",
    pick: ({ ways }) => ways,
    extras: { example: [["argument", "json"]] },
  },
  {
    name: "truncated",
    type: Bool,
    summary: "Whether a limit kept more such values from being read.",
    pick: ({ truncated }) => truncated,
    extras: { whenAbsent: "false", example: false },
  },
];

function extrasOf({ name, extras }: Member, group: string): FieldExtras {
  return name === "truncated" ? extras : { ...extras, parallelGroup: group };
}

/** Values inside values. The fields of decoded texts hold them too, for rules that look for attacks. */
export const nestedFields: readonly RequestField[] = [
  ...MEMBERS.map((member) =>
    head(
      `wirewall.request.nested.${member.name}`,
      member.type,
      member.summary.replace("%s", "arguments, cookies and headers"),
      (request, context) => member.pick(ofHead(request, context.budget)),
      extrasOf(member, "wirewall.request.nested"),
    ),
  ),
  head(
    "wirewall.request.headers.texts",
    arrayOf(arrayOf(Bytes)),
    "For each header its value, fully decoded, then the values inside of it with their names; empty for Cookie, which has fields of its own.",
    (request, context) => {
      const { names, values } = request.headers;
      return values.map((value, at) => {
        if (isCookie(names[at] ?? "")) return NO_TEXTS;
        context.budget.spend(value.length);
        const inside = nestedTexts(value, request.options.limits, context.budget);
        const text = decodeFully(value, false);
        return inside.length === 0 ? [text] : [text, ...inside];
      });
    },
    { derivesFrom: ["headers"], alignedWith: ["http.request.headers"], example: [["text/html"]] },
  ),
  ...MEMBERS.map((member) =>
    body(
      `wirewall.request.body.nested.${member.name}`,
      member.type,
      member.summary.replace(
        "%s",
        "fields of a form, parts that are no files (as their media type and character set say, too), strings of JSON and texts of XML",
      ),
      (request, context) =>
        request.body === undefined
          ? undefined
          : member.pick(ofBody(request.body, request.options.limits, context.budget)),
      extrasOf(member, "wirewall.request.body.nested"),
    ),
  ),
];
