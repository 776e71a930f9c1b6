import { encodeCodePoint, percentDecode } from "../../language/values/bytes.ts";
import { hasControl } from "../head/characters.ts";
import { isTokenCode } from "../head/headers.ts";
import { isReadCharset, type Parameter, type ParameterizedValue, parseParameters } from "./media-type.ts";
import { undoEncodedWords } from "./transfer-encoding.ts";

/** Ambiguities of a Content-Disposition, as parts of the codes of multipart anomalies. */
export type DispositionAnomaly =
  | "multipart_unusual_disposition"
  | "multipart_malformed_disposition"
  | "multipart_escaped_parameter"
  | "multipart_duplicate_name"
  | "multipart_duplicate_filename"
  | "multipart_extended_parameter"
  | "multipart_continued_parameter"
  | "multipart_control_in_parameter"
  | "multipart_charset";

/** The Content-Disposition of a part, in every reading that applications have of it. */
export interface Disposition {
  /** Each name parameter, and what else readers make of it. */
  readonly names: readonly string[];
  /** Each file name, extended ones (`filename*`) decoded, and what else readers make of it. */
  readonly filenames: readonly string[];
  /** Whether every usual reader finds a file name in it. */
  readonly namesFile: boolean;
  /** Whether a reader that searches the text may find another name in it than one that takes it apart. */
  readonly searchable: boolean;
  readonly anomalies: ReadonlySet<DispositionAnomaly>;
}

/** Reads the Content-Disposition of a part (RFC 7578 §4.2, RFC 6266, RFC 8187), never failing. */
export function readDisposition(text: string): Disposition {
  return new DispositionReader(text, parseParameters(text)).read();
}

class DispositionReader {
  readonly #text: string;
  readonly #parsed: ParameterizedValue;
  readonly #anomalies = new Set<DispositionAnomaly>();
  readonly #names: string[] = [];
  readonly #filenames: string[] = [];

  constructor(text: string, parsed: ParameterizedValue) {
    this.#text = text;
    this.#parsed = parsed;
  }

  read(): Disposition {
    const { value, parameters, malformed, escaped } = this.#parsed;
    if (value !== "form-data") this.#anomalies.add("multipart_unusual_disposition");
    if (malformed) this.#anomalies.add("multipart_malformed_disposition");
    if (escaped) this.#anomalies.add("multipart_escaped_parameter");
    const plainNames: Parameter[] = [];
    const extendedNames: Parameter[] = [];
    const plainFiles: Parameter[] = [];
    const extendedFiles: Parameter[] = [];
    // Some readers keep the blank after a value that is not in quotes.
    let searchable = escaped || /[^"\s;]\s+;/.test(this.#text);
    for (const parameter of parameters) {
      this.#checkQuotes(parameter, parameter === parameters.at(-1));
      const star = parameter.name.indexOf("*");
      const target = star === -1 ? parameter.name : parameter.name.slice(0, star);
      searchable ||= parameter.quoted && /name\s*=/i.test(parameter.raw);
      if (target === "name") {
        if (star === -1) plainNames.push(parameter);
        else if (parameter.name === "name*") extendedNames.push(parameter);
        else this.#anomalies.add("multipart_continued_parameter");
        this.#addReadings(parameter, this.#names);
      } else if (target === "filename") {
        if (star === -1) plainFiles.push(parameter);
        else if (parameter.name === "filename*") extendedFiles.push(parameter);
        else this.#anomalies.add("multipart_continued_parameter");
        this.#addReadings(parameter, this.#filenames);
      } else searchable = true;
    }
    const nameCount = plainNames.length + extendedNames.length;
    if (nameCount > 1) this.#anomalies.add("multipart_duplicate_name");
    this.#checkExtended(extendedNames);
    this.#checkFiles(plainFiles, extendedFiles);
    return {
      names: this.#names,
      filenames: this.#filenames,
      namesFile: nameCount === 1 && this.#namesFile(plainFiles),
      searchable,
      anomalies: this.#anomalies,
    };
  }

  /** Apostrophes are quotes for PHP: outside of double quotes they may hide the parameters after them. */
  #checkQuotes({ name, value, quoted }: Parameter, isLast: boolean): void {
    if (quoted || name === "filename*" || name === "name*" || !value.includes("'")) return;
    if (value.startsWith("'") || !(isLast || name === "filename"))
      this.#anomalies.add("multipart_malformed_disposition");
  }

  #checkExtended(extended: readonly Parameter[]): void {
    for (const { value } of extended) {
      this.#anomalies.add("multipart_extended_parameter");
      if (!EXTENDED_VALUE.test(value)) this.#anomalies.add("multipart_malformed_disposition");
    }
  }

  #checkFiles(plain: readonly Parameter[], extended: readonly Parameter[]): void {
    this.#checkExtended(extended);
    const [name] = plain;
    const [extendedName] = extended;
    if (plain.length > 1 || extended.length > 1) this.#anomalies.add("multipart_duplicate_filename");
    if (name === undefined || extendedName === undefined) return;
    if (!agree(name.value, extendedValue(extendedName.value)))
      this.#anomalies.add("multipart_duplicate_filename");
  }

  #namesFile(plain: readonly Parameter[]): boolean {
    const [name] = plain;
    if (name === undefined || name.value === "" || !(name.quoted || isToken(name.value))) return false;
    if (!FILE_DISPOSITIONS.has(this.#parsed.value)) return false;
    for (const anomaly of this.#anomalies) if (!HARMLESS_IN_FILE.has(anomaly)) return false;
    // A reader to which backslashes are nothing special must find the same.
    return !this.#parsed.escaped || hasFileName(parseParameters(this.#text, false));
  }

  #addReadings(parameter: Parameter, readings: string[]): void {
    const isExtended = parameter.name.endsWith("*");
    const value = isExtended ? extendedValue(parameter.value) : parameter.value;
    if (hasControl(value)) this.#anomalies.add("multipart_control_in_parameter");
    readings.push(value);
    // Some browsers wrote what has no place in the form's charset as character references; some readers undo them.
    const referenced = value.replace(/&#([0-9]{1,5});/g, (_, code: string) => encodeCodePoint(Number(code)));
    if (referenced !== value) readings.push(referenced);
    if (isExtended) return;
    if (parameter.raw.includes("\\")) {
      for (const reading of [parameter.raw, parameter.raw.replace(/\\(.)/gs, "$1")]) {
        if (!readings.includes(reading)) readings.push(reading);
      }
    }
    const words = undoEncodedWords(value);
    if (words === undefined) return;
    readings.push(words.text);
    if (!words.charsets.every((label) => isReadCharset(label))) this.#anomalies.add("multipart_charset");
    if (hasControl(words.text)) this.#anomalies.add("multipart_control_in_parameter");
  }
}

/** Unity calls the parts that are files so: to readers of forms they are files, or nothing at all. */
const FILE_DISPOSITIONS: ReadonlySet<string> = new Set(["form-data", "file"]);

const HARMLESS_IN_FILE: ReadonlySet<DispositionAnomaly> = new Set<DispositionAnomaly>([
  "multipart_unusual_disposition",
  "multipart_escaped_parameter",
  "multipart_extended_parameter",
]);

function isToken(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isTokenCode(text.charCodeAt(at))) return false;
  return true;
}

function hasFileName({ parameters }: ParameterizedValue): boolean {
  return parameters.some(({ name, value }) => name === "filename" && value !== "");
}

/** RFC 8187 §3.2.1, with something to decode. */
const EXTENDED_VALUE = /^(?:utf-8|iso-8859-1)'[a-z0-9-]{0,40}'(?:[a-z0-9!#$&+\-.^_`|~]|%[0-9a-f]{2})+$/i;

/** `charset'language'value`, percent-decoded (RFC 8187 §3.2); the whole text when it has not that form. */
function extendedValue(text: string): string {
  const first = text.indexOf("'");
  const second = first === -1 ? -1 : text.indexOf("'", first + 1);
  return percentDecode(second === -1 ? text : text.slice(second + 1), false);
}

/**
 * Whether a file name and its extended form name one file: they are equal, encoded words or percent-encoding undone,
 * or the plain one has something else in place of what is not ASCII (`Ue`, `_`, `?` or nothing for `Ü`).
 */
function agree(plain: string, extended: string): boolean {
  if (plain === extended || percentDecode(plain, false) === extended) return true;
  if (undoEncodedWords(plain)?.text === extended) return true;
  const pieces = extended.split(/[^ -~]+/);
  const [first = "", ...others] = pieces;
  const last = others.pop();
  if (last === undefined || !plain.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = plain.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return plain.length - last.length >= at && plain.endsWith(last);
}
