// Reads labelled requests from JSON Lines and makes requests of them. The format stands in README.md.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { nodeDecoder } from "../../src/adapters/node/content-decoder.ts";
import { undoRequestCodings } from "../../src/request/body/codings.ts";
import { rawValues } from "../../src/request/head/headers.ts";
import { parseHttpMessage } from "../../src/request/model/http-message.ts";
import { requestFrom } from "../../src/request/model/memory-request.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../src/request/view/limits.ts";
import type { RequestView } from "../../src/request/view/request-view.ts";

export const LABELS = ["attack", "benign", "rule-negative"] as const;
export type Label = (typeof LABELS)[number];

/** A line of a corpus: a request as its client sent it, and what it is. */
export interface CorpusRecord {
  readonly id: string;
  readonly label: Label;
  /** All fields, for grouping and for choosing by. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Bytes of target, header lines and body. */
  readonly bytes: number;
  /** A view that nothing has been read of yet. */
  view(): RequestView;
}

/** What is wrong with a line or an option, and what to do about it. */
export class UsageError extends Error {}

type Fields = Readonly<Record<string, unknown>>;
type Pair = readonly [name: string, value: string];

const RECEIVED_AT = 0;
const REMOTE_ADDRESS = "203.0.113.9";

export async function* readCorpus(file: string): AsyncGenerator<CorpusRecord> {
  const ids = new Set<string>();
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Infinity })) {
    number++;
    if (line.trim() === "") continue;
    const fault = (message: string) => new UsageError(`${file}:${number}: ${message}`);
    const record = await recordOf(parse(line, fault), fault);
    if (ids.has(record.id))
      throw fault(`the id \`${record.id}\` stands on an earlier line; give each record its own`);
    ids.add(record.id);
    yield record;
  }
  if (number === 0) throw new UsageError(`${file}: no record; a corpus has one JSON object a line`);
}

type Fault = (message: string) => UsageError;

function parse(line: string, fault: Fault): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw fault(`not JSON (${why}); write one object a line, without a line break inside`);
  }
}

async function recordOf(fields: unknown, fault: Fault): Promise<CorpusRecord> {
  if (!isObject(fields)) throw fault(`expected an object, found ${shown(fields)}`);
  const { id, label, request, response } = fields;
  if (typeof id !== "string" || id === "") throw fault(`\`id\` must be a text, found ${shown(id)}`);
  const known = LABELS.find((one) => one === label);
  if (known === undefined)
    throw fault(`\`label\` must be one of ${LABELS.join(", ")}, found ${shown(label)}`);
  if (!isObject(request)) {
    throw fault(`\`request\` must be an object with method, uri and headers, found ${shown(request)}`);
  }
  const method = textOf(request, "method", "GET", fault);
  const uri = textOf(request, "uri", "/", fault);
  const version = textOf(request, "version", "HTTP/1.1", fault);
  const headers = pairsOf(request["headers"], "request.headers", fault);
  const body = bytesOf(request["body_b64"], "request.body_b64", fault);
  const raw = bytesOf(request["raw_b64"], "request.raw_b64", fault);
  const answer = response === undefined ? undefined : answerOf(response, fault);
  const head = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, uri.length);
  const context = { receivedAt: RECEIVED_AT, remoteAddress: REMOTE_ADDRESS };
  const plain = requestFrom({
    method,
    url: uri,
    version,
    headers,
    ...context,
    ...(body === undefined ? {} : { body }),
    ...(answer === undefined ? {} : { response: answer }),
  });
  const message = raw === undefined ? undefined : parseHttpMessage(raw.toString("latin1"), context);
  // What no server takes for a request is judged by what the record says of it.
  const view = await asServed(
    message?.ok === true ? { ...message.request, response: plain.response } : plain,
  );
  return {
    id,
    label: known,
    fields,
    bytes: head + (body?.length ?? 0),
    // What was read of a request is kept with its view, so each evaluation has one of its own.
    view: () => ({ ...view, ...(view.body !== undefined && { body: { ...view.body } }) }),
  };
}

/** The request as a server shows it to the firewall: content codings are undone. */
async function asServed(view: RequestView): Promise<RequestView> {
  const coding = rawValues(view.rawHeaders, "content-encoding").join(", ");
  if (view.body === undefined || coding === "") return view;
  const { maxBodyBytes } = DEFAULT_REQUEST_LIMITS;
  return { ...view, body: await undoRequestCodings(nodeDecoder, view.body, coding, maxBodyBytes) };
}

function answerOf(response: unknown, fault: Fault) {
  if (!isObject(response)) throw fault(`\`response\` must be an object, found ${shown(response)}`);
  const { status = 200 } = response;
  if (typeof status !== "number") throw fault(`\`response.status\` must be a number, found ${shown(status)}`);
  const body = bytesOf(response["body_b64"], "response.body_b64", fault);
  const headers = pairsOf(response["headers"], "response.headers", fault);
  return { status, headers, ...(body === undefined ? {} : { body }) };
}

function textOf(fields: Fields, name: string, otherwise: string, fault: Fault): string {
  const value = fields[name] ?? otherwise;
  if (typeof value !== "string") throw fault(`\`request.${name}\` must be a text, found ${shown(value)}`);
  return value;
}

function pairsOf(value: unknown, name: string, fault: Fault): readonly Pair[] {
  if (value === undefined) return [];
  const lines: readonly unknown[] = Array.isArray(value) ? value : [value];
  return lines.map((line): Pair => {
    const [key, one, ...more]: readonly unknown[] = Array.isArray(line) ? line : [];
    if (typeof key !== "string" || typeof one !== "string" || more.length > 0) {
      throw fault(`\`${name}\` must be an array of [name, value], found ${shown(line)}`);
    }
    return [key, one];
  });
}

function bytesOf(value: unknown, name: string, fault: Fault): Buffer | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) {
    throw fault(`\`${name}\` must be the bytes in Base64, found ${shown(value)}`);
  }
  return Buffer.from(value, "base64");
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
