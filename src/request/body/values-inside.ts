import type { Budget } from "../../language/values/budget.ts";
import { asciiLower, percentDecode } from "../../language/values/bytes.ts";
import { type Cookies, isCookie } from "../head/cookies.ts";
import type { Headers } from "../head/headers.ts";
import type { Pairs } from "../head/pairs.ts";
import type { RequestLimits } from "../view/limits.ts";
import type { ReadBody } from "./decoded-texts.ts";
import { NestedSearch } from "./nested.ts";

/** Values that were found inside others, with their places and ways; the arrays are aligned. */
export interface ValuesInside {
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** What holds the value, then its readers, outermost first. */
  readonly ways: readonly (readonly string[])[];
}

/** Names and values as an application's reader gives them, aligned. */
interface Inputs {
  readonly source: string;
  readonly names: readonly string[];
  readonly values: readonly string[];
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
  const form = body.form(budget);
  const json = body.json(budget);
  const xml = body.xml(budget);
  const whole = body.jsonText(budget);
  const parts = body.multipart(budget).parts.filter((part) => !part.isFile);
  const inputs: Inputs[] = [
    { source: "form", names: formDecoded(form.names), values: formDecoded(form.values) },
    { source: "json", names: json.names, values: json.values },
    { source: "xml", names: xml.names, values: xml.values },
    ...(whole === undefined ? [] : [{ source: "body", names: [""], values: [whole] }]),
    {
      source: "part",
      names: parts.map((part) => part.names[0] ?? ""),
      values: parts.map((part) => part.content),
    },
  ];
  return searchAll(inputs, limits, budget);
}

/** Fields of a form have one layer of encoding, which every reader undoes. */
function formDecoded(texts: readonly string[]): readonly string[] {
  return texts.map((text) => percentDecode(text, true));
}

function searchAll(inputs: readonly Inputs[], limits: RequestLimits, budget: Budget): ValuesInside {
  const found = { names: [] as string[], values: [] as string[], ways: [] as (readonly string[])[] };
  for (const { source, names, values } of inputs) {
    const search = new NestedSearch(limits);
    const add = (outer: string, text: string) => {
      for (const { name, value, way } of search.read(text, budget)) {
        found.names.push(name === "" ? outer : `${outer}.${name}`);
        found.values.push(value);
        found.ways.push([source, ...way]);
      }
    };
    for (let at = 0; at < values.length; at++) {
      const name = names[at] ?? "";
      add(name, values[at] ?? "");
      // A name without a value may be a whole text that a form's reader was given.
      add(name, name);
    }
  }
  return found;
}
