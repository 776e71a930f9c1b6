import { readFile } from "node:fs/promises";
import { didYouMean } from "../language/diagnostics/suggest.ts";
import { thrownMessage } from "../language/diagnostics/thrown.ts";
import type { Scheme } from "../language/scheme/scheme.ts";
import { utf8Encode } from "../language/values/bytes.ts";
import { parseIp } from "../language/values/ip.ts";
import { type RequestData, requestFrom } from "../request/model/memory-request.ts";
import { type OptionSpec, type OptionValues, textOption, textOptions, UsageError } from "./command.ts";
import { parseValue } from "./parse-value.ts";
import { readAll } from "./rule-files.ts";
import { pairsOf, Subject } from "./subject.ts";
import type { Terminal } from "./terminal.ts";

/** How commands are told of a request. */
export const REQUEST_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  request: {
    type: "string",
    short: "r",
    value: "FILE",
    summary: "an HTTP message or JSON; `-` for stdin; or METHOD URL in its place",
  },
  method: { type: "string", short: "X", value: "METHOD", summary: "default GET, or POST with a body" },
  url: { type: "string", value: "URL", summary: "absolute, or a path with its query" },
  header: { type: "string", short: "H", multiple: true, value: "'Name: value'", summary: "may be repeated" },
  body: { type: "string", short: "d", value: "TEXT", summary: "the body's text; @FILE for a file's bytes" },
  ip: { type: "string", value: "ADDRESS", summary: "the client's address" },
  set: {
    type: "string",
    multiple: true,
    value: "FIELD=VALUE",
    summary: "a field's value, whatever the request says; may be repeated",
  },
};

/** `--request GET /a` as one word; files that are called like a method are named with their folder. */
export function joinRequestLine(args: readonly string[]): readonly string[] {
  const at = args.findIndex(
    (word, index) =>
      (word === "--request" || word === "-r") &&
      /^[A-Z]{3,}$/.test(args[index + 1] ?? "") &&
      /^(?:\/|\*$|https?:)/i.test(args[index + 2] ?? ""),
  );
  if (at === -1 || args.slice(0, at).includes("--")) return args;
  return [...args.slice(0, at + 1), `${args[at + 1]} ${args[at + 2]}`, ...args.slice(at + 3)];
}

/** The request that the options describe. @throws UsageError */
export async function subjectFrom(
  options: OptionValues,
  scheme: Scheme,
  terminal: Terminal,
): Promise<Subject> {
  const subject = new Subject();
  const request = textOption(options, "request");
  if (request !== undefined) await takeRequest(subject, request, terminal);
  const method = textOption(options, "method");
  const body = textOption(options, "body");
  if (method !== undefined) subject.method = method;
  else if (body !== undefined && request === undefined) subject.method = "POST";
  const url = textOption(options, "url");
  if (url !== undefined) subject.setUrl(url);
  for (const line of textOptions(options, "header")) {
    const colon = line.indexOf(":");
    if (colon <= 0) throw new UsageError(`a header reads \`Name: value\`, not \`${line}\``);
    subject.addHeader(utf8Encode(line.slice(0, colon)), utf8Encode(line.slice(colon + 1).trim()));
  }
  if (body !== undefined) {
    subject.body = body.startsWith("@")
      ? (await readFile(body.slice(1))).toString("latin1")
      : utf8Encode(body);
  }
  const ip = textOption(options, "ip");
  if (ip !== undefined) {
    if (parseIp(ip) === undefined) throw new UsageError(`\`${ip}\` is no address`);
    subject.remoteAddress = ip;
  }
  for (const assignment of textOptions(options, "set")) assign(subject, scheme, assignment);
  return subject;
}

async function takeRequest(subject: Subject, request: string, terminal: Terminal): Promise<void> {
  const isLine = /^[A-Za-z]+ \S/.test(request);
  const bytes = isLine
    ? utf8Encode(request)
    : request === "-"
      ? await readAll(terminal.input)
      : (await readFile(request)).toString("latin1");
  const fault = takeText(subject, bytes);
  if (fault !== undefined) throw new UsageError(`${isLine ? "--request" : request}: ${fault}`);
}

/** A message, or JSON in the shape that `waf.evaluate` takes. */
export function takeText(subject: Subject, bytes: string): string | undefined {
  if (!/^\s*\{/.test(bytes)) return subject.takeMessage(bytes);
  try {
    const init: unknown = JSON.parse(Buffer.from(bytes, "latin1").toString("utf8"));
    if (!isRequestData(init)) return "the JSON of a request needs a `url`";
    const view = requestFrom(init);
    subject.take(view);
    if (view.response !== undefined) {
      const raw = view.response.rawHeaders;
      const headers = pairsOf(raw);
      subject.response = { status: view.response.status, headers, body: view.response.body?.bytes };
    }
    return undefined;
  } catch (error) {
    return thrownMessage(error);
  }
}

/** What is wrong with the other members, the request's constructor says. */
function isRequestData(value: unknown): value is RequestData {
  return typeof value === "object" && value !== null && "url" in value && typeof value.url === "string";
}

function assign(subject: Subject, scheme: Scheme, assignment: string): void {
  const equals = assignment.indexOf("=");
  if (equals <= 0) throw new UsageError(`\`--set\` takes FIELD=VALUE, not \`${assignment}\``);
  const fault = setField(subject, scheme, assignment.slice(0, equals).trim(), assignment.slice(equals + 1));
  if (fault !== undefined) throw new UsageError(fault);
}

/** Sets a field from text by the field's type; what is wrong with it, or undefined. */
export function setField(subject: Subject, scheme: Scheme, name: string, text: string): string | undefined {
  const found = scheme.field(name);
  if (found === undefined) {
    const names = scheme.fields.map((field) => field.name);
    return `there is no field \`${name}\`${hintText(didYouMean(name, names))}`;
  }
  const parsed = parseValue(text, found.field.type);
  if (!parsed.ok) return `${found.field.name}: ${parsed.message}`;
  subject.setField(found.field, parsed.value);
  return undefined;
}

function hintText(hint: string | undefined): string {
  return hint === undefined ? "" : `; ${hint}`;
}
