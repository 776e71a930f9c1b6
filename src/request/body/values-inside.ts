import type { Budget } from "../../language/values/budget.ts";
import { asciiLower, percentDecode } from "../../language/values/bytes.ts";
import { type Cookies, isCookie } from "../head/cookies.ts";
import type { Headers } from "../head/headers.ts";
import type { Pairs } from "../head/pairs.ts";
import type { RequestLimits } from "../view/limits.ts";
import type { Content } from "./content.ts";
import type { ReadBody } from "./decoded-texts.ts";
import type { Part } from "./multipart-part.ts";
import { NestedSearch } from "./nested.ts";

/** Values that were found inside others, with their places and ways; the arrays are aligned. */
export interface ValuesInside {
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** The container of the value, then its readers, outermost first. */
  readonly ways: readonly (readonly string[])[];
}

/** Names and values as an application's reader returns them, aligned. */
interface Inputs {
  readonly source: string;
  /** How the values were reached in the source, where they are values inside others themselves. */
  readonly way?: readonly string[];
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** Whether each of them is all of a body. */
  readonly areWhole?: boolean;
}

export function insideHead(
  args: Pairs,
  cookies: Cookies,
  { names, values }: Headers,
  limits: RequestLimits,
  budget: Budget,
): ValuesInside {
  const others = names.map((_, at) => at).filter((at) => !isCookie(names[at] ?? ""));
  const inputs: Inputs[] = [
    { source: "argument", names: formDecoded(args.names), values: formDecoded(args.values) },
    { source: "cookie", names: cookies.names, values: cookies.values },
    ...dividedCookies(cookies),
    {
      source: "header",
      names: others.map((at) => asciiLower(names[at] ?? "")),
      values: others.map((at) => values[at] ?? ""),
    },
  ];
  return searchAll(inputs, limits, budget);
}

function dividedCookies({ names, divided }: Cookies): readonly Inputs[] {
  if (divided.size === 0) return [];
  const entries = [...divided];
  return [
    {
      source: "cookie",
      names: entries.map(([at]) => names[at] ?? ""),
      values: entries.map(([, whole]) => whole),
    },
  ];
}

export function insideBody(body: ReadBody, limits: RequestLimits, budget: Budget): ValuesInside {
  const { content } = body;
  const json = content.json(budget);
  const xml = content.xml(budget);
  const wholes = content.wholeTexts(budget);
  const parts = body.multipart(budget).parts.filter((part) => !part.isFile);
  const inputs: Inputs[] = [
    ...ofForm(content, budget),
    { source: "json", names: json.names, values: json.values },
    { source: "xml", names: xml.names, values: xml.values },
    { source: "body", names: wholes.map(() => ""), values: wholes, areWhole: true },
    ...parts.flatMap((part) => ofPart(part, budget)),
  ];
  return searchAll(inputs, limits, budget);
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

/** Fields of a form have one layer of encoding, which every reader undoes. */
function formDecoded(texts: readonly string[]): readonly string[] {
  return texts.map((text) => percentDecode(text, true));
}

interface Found {
  readonly names: string[];
  readonly values: string[];
  readonly ways: (readonly string[])[];
}

function searchAll(inputs: readonly Inputs[], limits: RequestLimits, budget: Budget): ValuesInside {
  const found: Found = { names: [], values: [], ways: [] };
  for (const { source, way: outerWay, names, values, areWhole } of inputs) {
    const search = new NestedSearch(limits);
    const ways = outerWay === undefined ? [source] : [source, ...outerWay];
    const add = (outer: string, text: string) => {
      for (const { name, value, way } of search.read(text, budget, areWhole)) {
        found.names.push(name === "" ? outer : `${outer}.${name}`);
        found.values.push(value);
        found.ways.push([...ways, ...way]);
      }
    };
    for (let at = 0; at < values.length; at++) {
      const name = names[at] ?? "";
      const value = values[at] ?? "";
      if (outerWay !== undefined) {
        found.names.push(name);
        found.values.push(value);
        found.ways.push(ways);
      }
      add(name, value);
      // A name without a value may be a whole text that a form's reader was given.
      add(name, name);
    }
  }
  return found;
}
