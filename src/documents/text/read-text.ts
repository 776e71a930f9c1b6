import type { Source } from "../../language/diagnostics/source.ts";
import { readJsonLines, readJsonText } from "./json-text.ts";
import type { Located } from "./located.ts";
import { preparedText } from "./prepared-text.ts";
import { readYamlText } from "./yaml-text.ts";

/** `jsonl`: JSON Lines, values one after the other, which are an array of them. */
export type DocumentFormat = "json" | "jsonl" | "yaml";

/** Longest text, in characters. YAML is read by a general parser that makes many objects of little text. */
const MAX_LENGTH: Readonly<Record<DocumentFormat, number>> = {
  json: 67_108_864,
  jsonl: 67_108_864,
  yaml: 8_388_608,
};

/** Reads a document's text; the format is taken from the source's name, else from its first character. */
export function readText(source: Source, format?: DocumentFormat): Located {
  const prepared = preparedText(source);
  if (prepared !== undefined) return prepared;
  if (format === undefined && isHclName(source.name)) return unprepared(source);
  return readAs(source, format ?? guessFormat(source));
}

/** Whether a file of that name is HCL: a configuration of Terraform, or values of its variables. */
export function isHclName(name: string): boolean {
  return /\.(?:tf|tfvars)$/i.test(name);
}

function unprepared(source: Source): Located {
  const message = "this is a Terraform configuration, whose parser has not been asked";
  const hint = "read it with `loadTerraform`";
  const span = { start: 0, end: 0 };
  const faults: Located["faults"] = [{ code: "E_DOC_TYPE", message, hint, span }];
  return { source, value: undefined, root: span, places: new Map(), faults, syntax: "hcl" };
}

function readAs(source: Source, format: DocumentFormat): Located {
  const most = MAX_LENGTH[format];
  if (source.text.length > most) {
    const message = `the document has ${source.text.length} characters, at most ${most} are read`;
    const span = { start: 0, end: 0 };
    return {
      source,
      value: undefined,
      root: span,
      places: new Map(),
      faults: [{ code: "E_DOC_SYNTAX", message, span }],
    };
  }
  if (format === "jsonl") return readJsonLines(source);
  return format === "json" ? readJsonText(source) : readYamlText(source);
}

function guessFormat(source: Source): DocumentFormat {
  const extension = source.name.slice(source.name.lastIndexOf(".") + 1).toLowerCase();
  if (extension === "yaml" || extension === "yml") return "yaml";
  if (extension === "jsonl" || extension === "ndjson") return "jsonl";
  if (extension === "json" || extension === "tfstate") return "json";
  const first = /[^\s\ufeff]/.exec(source.text)?.[0];
  return first === "{" || first === "[" ? "json" : "yaml";
}
