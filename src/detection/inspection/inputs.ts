import type { Budget } from "../../language/values/budget.ts";
import type { DocumentForm, Place } from "../detector/detector.ts";

/** An input as rules and exceptions name it. */
export interface Input {
  readonly part: Place["part"];
  /** The field that holds it, as an exception names it; of several the map: `http.request.uri.args`. */
  readonly field: string;
  /** What it is when it is a document as a whole: only detectors that read such documents are asked about it. */
  readonly document: DocumentForm | undefined;
  /** Whether it is data rather than input, as what files hold is: only what is enough by itself counts. */
  readonly isData: boolean;
}

/** One shape for all of them: they are read for each text. */
function input(part: Place["part"], field: string, document?: DocumentForm, isData = false): Input {
  return Object.freeze({ part, field, document, isData });
}

export const RAW_BODY_FIELD = "http.request.body.raw";
const URL_PATH = "http.request.uri.path";
const ARGS = "http.request.uri.args";
const HEADERS = "http.request.headers";
const PARTS = "http.request.body.multipart";

export const PATH = input("path", URL_PATH);
/** A segment that stands for a text of its own. */
export const SEGMENT = input("argument", URL_PATH);
export const QUERY = input("query", ARGS);
export const ARGUMENT = input("argument", ARGS);
export const COOKIE = input("cookie", "http.request.cookies");
export const HEADER = input("header", HEADERS);
/** Inside an address that a header names. */
export const REFERER = input("referer", HEADERS);
export const FORM = input("body", "http.request.body.form");
export const JSON_BODY = input("body", "wirewall.request.body.json.values");
export const XML_BODY = input("body", "wirewall.request.body.xml.values");
export const MULTIPART = input("body", PARTS);
export const FILE = input("body", PARTS, undefined, true);
export const FILE_XML = input("body", PARTS, "xml", true);
export const RAW_BODY = input("body", RAW_BODY_FIELD);
export const RAW_XML = input("body", RAW_BODY_FIELD, "xml", true);
export const RAW_OBJECT = input("body", RAW_BODY_FIELD, "java");
/** The same inputs where a text is but a part of one, and may be data. */
const AS_DATA: ReadonlyMap<Input, Input> = new Map(
  [ARGUMENT, FORM, JSON_BODY, MULTIPART, RAW_BODY].map((one) => [
    one,
    input(one.part, one.field, undefined, true),
  ]),
);

/** An input whose text is data; undefined for those that hold no text of several lines. */
export function asData(one: Input): Input | undefined {
  return AS_DATA.get(one);
}

/** A text that is in no request: an argument like any other. */
export const FREE = input("argument", "");

/**
 * Takes a text of the request.
 *
 * @param key name of the input among those of its field; "" when it has none
 * @param isName whether the text is a name itself
 * @param beside all texts of the input, this one among them, where its readers gave them
 * @returns false when no detector was asked about the text
 */
export type VisitLeaf = (
  text: string,
  input: Input,
  key: string,
  isName: boolean,
  beside?: readonly string[],
) => unknown;

/** What texts of a request are read with, and where they go. */
export interface Leaves {
  readonly budget: Budget;
  /** For inputs, and what is inside them, as their readers have them. */
  readonly visit: VisitLeaf;
  /** For what stands across inputs, or is a part of one: what a measurement may leave out. */
  readonly further: VisitLeaf;
}
