import { asciiLower } from "../../language/values/bytes.ts";
import { groupByName, type NonEmpty, type Pairs } from "./pairs.ts";

/** A message's header lines, looked up by lower-case name. Values are as sent, neither decoded nor trimmed. */
export class Headers implements Pairs {
  /** As spelled by the sender. */
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly truncated: boolean;
  #byName: ReadonlyMap<string, NonEmpty> | undefined;

  constructor(names: readonly string[], values: readonly string[], truncated: boolean) {
    this.names = names;
    this.values = values;
    this.truncated = truncated;
  }

  /** From alternating names and values; lines beyond the limit are left out. */
  static fromRaw(rawHeaders: readonly string[], limit: number): Headers {
    const names: string[] = [];
    const values: string[] = [];
    const count = rawHeaders.length >> 1;
    for (let at = 0; at < count && at < limit; at++) {
      names.push(rawHeaders[at * 2]!);
      values.push(rawHeaders[at * 2 + 1]!);
    }
    return new Headers(names, values, count > limit);
  }

  get byName(): ReadonlyMap<string, NonEmpty> {
    this.#byName ??= groupByName({
      names: this.names.map(asciiLower),
      values: this.values,
      truncated: this.truncated,
    });
    return this.#byName;
  }

  /** Every line of that lower-case name. */
  all(name: string): readonly string[] {
    return this.byName.get(name) ?? [];
  }

  first(name: string): string | undefined {
    return this.byName.get(name)?.[0];
  }

  /** All lines of that name as one value (RFC 9110 §5.3); "" when there is none, so that no line can hide. */
  joined(name: string, separator = ", "): string {
    const values = this.byName.get(name);
    return values === undefined ? "" : values.length === 1 ? values[0] : values.join(separator);
  }

  /** The lines after changes; this object stays as it is. */
  with(changes: readonly HeaderChange[]): Headers {
    const lines = this.names.map((name, at): HeaderLine => [name, this.values[at] ?? ""]);
    const changed = withChanges(lines, changes);
    return new Headers(
      changed.map(([name]) => name),
      changed.map(([, value]) => value),
      this.truncated,
    );
  }
}

/** A header line as received or to be sent; bytes. */
export type HeaderLine = readonly [name: string, value: string];

/** `set` replaces every line of the name, `add` appends one. Names compare without regard to case. */
export type HeaderChange =
  | { readonly operation: "set" | "add"; readonly name: string; readonly value: string }
  | { readonly operation: "remove"; readonly name: string };

/** The lines after the changes, in the order of the changes. */
export function withChanges(lines: readonly HeaderLine[], changes: readonly HeaderChange[]): HeaderLine[] {
  let result = [...lines];
  for (const change of changes) {
    if (change.operation !== "add") result = withoutHeader(result, change.name);
    if (change.operation !== "remove") result.push([change.name, change.value]);
  }
  return result;
}

/** Raw headers, in which names and values alternate, as lines. */
export function linesOf(raw: readonly string[]): [name: string, value: string][] {
  const lines: [string, string][] = [];
  let name: string | undefined;
  for (const text of raw) {
    if (name !== undefined) lines.push([name, text]);
    name = name === undefined ? text : undefined;
  }
  return lines;
}

/** The lines of other names. */
export function withoutHeader(lines: readonly HeaderLine[], name: string): HeaderLine[] {
  const key = asciiLower(name);
  return lines.filter(([other]) => asciiLower(other) !== key);
}

/** The values of a lower-case name among alternating names and values, in their order. */
export function rawValues(rawHeaders: readonly string[], name: string): string[] {
  const found: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (asciiLower(rawHeaders[at] ?? "") === name) found.push(rawHeaders[at + 1] ?? "");
  }
  return found;
}

/** Oddities that the parties of an HTTP exchange may disagree about, reported in this order. */
export const HEADER_ANOMALIES = [
  "missing_host",
  "duplicate_host",
  "invalid_host",
  "invalid_content_length",
  "conflicting_content_length",
  "duplicate_content_length",
  "unknown_transfer_encoding",
  "duplicate_transfer_encoding",
  "content_length_and_transfer_encoding",
  "duplicate_content_type",
  "duplicate_authorization",
  "duplicate_user_agent",
  "invalid_name",
  "underscore_in_name",
  "control_character",
  "non_ascii",
  "too_many_headers",
] as const;
export type HeaderAnomaly = (typeof HEADER_ANOMALIES)[number];

/** @param version the protocol version: only HTTP/1.1 and later demand a Host (RFC 9112 §3.2). */
export function headerAnomalies(headers: Headers, version: string): readonly HeaderAnomaly[] {
  const found = new Set<HeaderAnomaly>();
  const hosts = headers.all("host");
  if (hosts.length === 0 && version !== "HTTP/1.0" && version !== "HTTP/0.9") found.add("missing_host");
  if (hosts.length > 1) found.add("duplicate_host");
  if (hosts.some((host) => !isHostText(host))) found.add("invalid_host");
  framingAnomalies(headers, found);
  if (headers.all("content-type").length > 1) found.add("duplicate_content_type");
  if (headers.all("authorization").length > 1) found.add("duplicate_authorization");
  if (headers.all("user-agent").length > 1) found.add("duplicate_user_agent");
  for (const name of headers.names) nameAnomalies(name, found);
  for (const value of headers.values) valueAnomalies(value, found);
  if (headers.truncated) found.add("too_many_headers");
  return found.size === 0 ? [] : HEADER_ANOMALIES.filter((anomaly) => found.has(anomaly));
}

/** Where messages end is what request smuggling plays with (RFC 9112 §6.1, §6.3). */
function framingAnomalies(headers: Headers, found: Set<HeaderAnomaly>): void {
  const lengths = headers.all("content-length");
  const codings = headers.all("transfer-encoding");
  if (lengths.length > 1) found.add("duplicate_content_length");
  if (lengths.some((length) => !isDigits(length))) found.add("invalid_content_length");
  if (lengths.some((length) => length !== lengths[0])) found.add("conflicting_content_length");
  if (codings.length > 1) found.add("duplicate_transfer_encoding");
  if (codings.some((coding) => asciiLower(coding) !== "chunked")) found.add("unknown_transfer_encoding");
  if (lengths.length > 0 && codings.length > 0) found.add("content_length_and_transfer_encoding");
}

function isDigits(text: string): boolean {
  if (text.length === 0 || text.length > 19) return false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** No byte that ends or splits an authority; the resolver of the name checks the grammar. */
function isHostText(host: string): boolean {
  if (host === "" || host.length > 300) return false;
  for (let at = 0; at < host.length; at++) {
    const code = host.charCodeAt(at);
    const folded = code | 32;
    const letterOrDigit = (code >= 48 && code <= 58) || (folded >= 97 && folded <= 122);
    // `- . _ ~ [ ]` besides letters, digits and the colon.
    if (
      !letterOrDigit &&
      code !== 45 &&
      code !== 46 &&
      code !== 95 &&
      code !== 126 &&
      code !== 91 &&
      code !== 93
    ) {
      return false;
    }
  }
  return true;
}

const TOKEN_MARKS = "!#$%&'*+-.^_`|~";

/** Whether a byte may be in a token (RFC 9110 §5.6.2). */
export function isTokenCode(code: number): boolean {
  const folded = code | 32;
  if ((code >= 48 && code <= 57) || (folded >= 97 && folded <= 122)) return true;
  return code > 32 && code < 127 && TOKEN_MARKS.includes(String.fromCharCode(code));
}

function nameAnomalies(name: string, found: Set<HeaderAnomaly>): void {
  if (name === "") found.add("invalid_name");
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    // CGI-like servers read `_` and `-` alike, so `content_length` can pass as the other.
    if (code === 95) found.add("underscore_in_name");
    else if (!isTokenCode(code)) found.add("invalid_name");
  }
}

function valueAnomalies(value: string, found: Set<HeaderAnomaly>): void {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if ((code < 32 && code !== 9) || code === 127) found.add("control_character");
    else if (code > 127) found.add("non_ascii");
  }
}
