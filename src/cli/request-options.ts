import { readFile } from "node:fs/promises";
import { didYouMean } from "../language/diagnostics/suggest.ts";
import { thrownMessage } from "../language/diagnostics/thrown.ts";
import type { Scheme } from "../language/scheme/scheme.ts";
import { utf8Encode } from "../language/values/bytes.ts";
import { parseIp } from "../language/values/ip.ts";
import { linesOf } from "../request/head/headers.ts";
import { type RequestData, requestFrom } from "../request/model/memory-request.ts";
import { type OptionValues, textOption, textOptions, UsageError } from "./command.ts";
import { isCurlCommand, takeCurlCommand } from "./curl-command.ts";
import { parseValue } from "./parse-value.ts";
import { readAll } from "./rule-files.ts";
import { Subject } from "./subject.ts";
import type { Terminal } from "./terminal.ts";

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
    if (parseIp(ip) === undefined) throw new UsageError(`\`${ip}\` is not an address`);
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

/** A message, a curl command, or JSON in the shape that `waf.evaluate` accepts. */
export function takeText(subject: Subject, bytes: string): string | undefined {
  if (isCurlCommand(bytes)) return takeCurlCommand(subject, bytes);
  if (!/^\s*\{/.test(bytes)) return subject.takeMessage(bytes);
  try {
    const init: unknown = JSON.parse(Buffer.from(bytes, "latin1").toString("utf8"));
    if (!isRequestData(init)) return "the JSON of a request needs a `url`";
    const view = requestFrom(init);
    subject.take(view);
    if (view.response !== undefined) {
      const raw = view.response.rawHeaders;
      const headers = linesOf(raw);
      subject.response = { status: view.response.status, headers, body: view.response.body?.bytes };
    }
    return undefined;
  } catch (error) {
    return thrownMessage(error);
  }
}

/** The request's constructor reports faults of other members. */
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
