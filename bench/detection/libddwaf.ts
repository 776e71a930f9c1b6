// Datadog's engine with the rules that it recommends, fed as its tracer for Node does it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseForm } from "node:querystring";
import type { RequestView } from "../../src/request/view/request-view.ts";
import { loadRival, PROJECT } from "../measure/rivals.ts";
import type { Engine, Verdict } from "./contest.ts";
import type { CorpusRecord } from "./records.ts";

const RULES = join(PROJECT, "bench/rivals/node_modules/.appsec-rules/recommended.json");
/** Microseconds: its answer is asked for however long it takes. */
const TIMEOUT = 10_000_000;

interface Result {
  readonly events?: readonly object[];
  readonly timeout?: boolean;
  readonly errorCode?: number;
  /** Says what was longer or deeper than it reads. */
  readonly metrics?: object;
}

interface Native {
  new (
    rules: object,
    path: string,
  ): {
    readonly diagnostics: { readonly ruleset_version?: string };
    createContext(): { run(payload: object, timeout: number): Result; dispose(): void };
  };
  version(): string;
}

/** What the engine is told of a request, by the names of its addresses. */
export type Addresses = Readonly<Record<string, unknown>>;

/** A request with the parts that are made ready in any case. */
export interface Served {
  readonly view: RequestView;
  /** Undefined without a body. */
  readonly body: Buffer | undefined;
  /** Fields of a multipart body that can be read: its reader answers later, so that no clock measures it. */
  readonly parts: Readonly<Record<string, unknown>> | undefined;
}

export async function serve(view: RequestView): Promise<Served> {
  const bytes = view.body?.bytes ?? "";
  const body = bytes === "" ? undefined : Buffer.from(bytes, "latin1");
  const { headers } = headersOf(view);
  const type = headers["content-type"] ?? "";
  if (body === undefined || !/^multipart\/form-data/i.test(type)) return { view, body, parts: undefined };
  try {
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
    const parts: Record<string, unknown> = {};
    for (const [name, value] of form) if (typeof value === "string") add(parts, name, value);
    return { view, body, parts };
  } catch {
    return { view, body, parts: undefined };
  }
}

/**
 * What the tracer hands over, in one call instead of as it becomes known. Segments of the path stand for a router's parameters
 * where `withPath` asks for them: no record says what the routes are.
 */
export function addressesOf({ view, body, parts }: Served, withPath: boolean): Addresses {
  const { headers, cookie } = headersOf(view);
  const at = view.target.indexOf("?");
  const path = at === -1 ? view.target : view.target.slice(0, at);
  const query = at === -1 ? {} : { ...parseForm(view.target.slice(at + 1)) };
  const cookies = cookie === undefined ? {} : cookiesOf(cookie);
  const segments = withPath ? path.split("/").filter(Boolean).map(decoded) : [];
  const content = parts ?? (body === undefined ? undefined : contentOf(body, headers["content-type"] ?? ""));
  return {
    "server.request.uri.raw": view.target,
    "server.request.method": view.method,
    "server.request.headers.no_cookies": headers,
    ...(view.remoteAddress !== undefined && { "http.client_ip": view.remoteAddress }),
    ...(Object.keys(query).length > 0 && { "server.request.query": query }),
    ...(Object.keys(cookies).length > 0 && { "server.request.cookies": cookies }),
    ...(segments.length > 0 && { "server.request.path_params": Object.fromEntries(segments.entries()) }),
    ...(content !== undefined && { "server.request.body": content }),
  };
}

/** As Node shows them. */
function headersOf(view: RequestView) {
  const headers: Record<string, string> = {};
  let cookie: string | undefined;
  for (let at = 0; at + 1 < view.rawHeaders.length; at += 2) {
    const name = (view.rawHeaders[at] ?? "").toLowerCase();
    const value = view.rawHeaders[at + 1] ?? "";
    if (name === "cookie") cookie = cookie === undefined ? value : `${cookie}; ${value}`;
    else headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { headers, cookie };
}

function cookiesOf(header: string): Readonly<Record<string, string>> {
  const cookies: Record<string, string> = {};
  for (const pair of header.split(";")) {
    const at = pair.indexOf("=");
    if (at > 0) cookies[pair.slice(0, at).trim()] ??= decoded(pair.slice(at + 1).trim());
  }
  return cookies;
}

/** What a body parser makes of it: JSON and forms are objects, texts are text, and of anything else nothing is known. */
function contentOf(body: Buffer, type: string): unknown {
  if (/^[^;]*\bjson\b/i.test(type)) {
    try {
      return JSON.parse(body.toString());
    } catch {
      return undefined;
    }
  }
  if (/^application\/x-www-form-urlencoded/i.test(type)) return { ...parseForm(body.toString()) };
  return /^(?:text\/|[^;]*\bxml\b)/i.test(type) ? body.toString() : undefined;
}

function add(parts: Record<string, unknown>, name: string, value: string): void {
  const known = parts[name];
  parts[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The engine, for what it is told of a request; undefined, with a note, where it or its rules are not installed. */
export async function loadLibddwaf(
  note: (line: string) => void,
): Promise<((addresses: Addresses) => Verdict) | undefined> {
  const module = await loadRival<{ DDWAF: Native }>("@datadog/native-appsec", { note });
  const rules = module === undefined ? undefined : rulesOf(note);
  if (module === undefined || rules === undefined) return undefined;
  const waf = new module.DDWAF(rules, "bench");
  note(`libddwaf ${module.DDWAF.version()}, rules ${waf.diagnostics.ruleset_version ?? "unknown"}`);
  return (persistent) => {
    const context = waf.createContext();
    const {
      events = [],
      timeout = false,
      errorCode = 0,
      metrics = {},
    } = context.run({ persistent }, TIMEOUT);
    context.dispose();
    const isCut = Object.keys(metrics).some((name) => name.startsWith("maxTruncated"));
    return { refused: events.length > 0, partly: isCut || timeout || errorCode !== 0 };
  };
}

/** The engine in the ways it may be fed; none, with a note, where it is not installed. */
export async function libddwaf(
  records: readonly CorpusRecord[],
  note: (line: string) => void,
): Promise<readonly Engine[]> {
  const judge = await loadLibddwaf(note);
  if (judge === undefined) return [];
  const served = new Map<CorpusRecord, Served>();
  for (const record of records) served.set(record, await serve(record.view()));
  const fed = (name: string, withPath: boolean): Engine => {
    const all = new Map([...served].map(([record, one]) => [record, addressesOf(one, withPath)]));
    return engine(name, all, judge);
  };
  return [
    fed("libddwaf", true),
    fed("libddwaf, no path parameters", false),
    engine("libddwaf, parsing counted", served, (one) => judge(addressesOf(one, true))),
  ];
}

function engine<Input>(
  name: string,
  inputs: ReadonlyMap<CorpusRecord, Input>,
  run: (input: Input) => Verdict,
): Engine {
  return {
    name,
    ask: (record) => {
      const input = inputs.get(record);
      if (input === undefined) throw new Error(`${name} was not given \`${record.id}\``);
      return () => run(input);
    },
  };
}

function rulesOf(note: (line: string) => void): object | undefined {
  try {
    const rules: unknown = JSON.parse(readFileSync(RULES, "utf8"));
    if (typeof rules === "object" && rules !== null) return rules;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  note("libddwaf skipped, its rules are not installed (`npm run bench:rivals`)");
  return undefined;
}
