import type { FieldDefinition } from "../language/scheme/definitions.ts";
import type { ExecutionContext, ListLookup } from "../language/scheme/execution-context.ts";
import type { Scheme } from "../language/scheme/scheme.ts";
import { asciiLower, utf8Encode } from "../language/values/bytes.ts";
import { formatIp } from "../language/values/ip.ts";
import type { BytesValue, Value } from "../language/values/value.ts";
import { isIpValue } from "../language/values/value-guards.ts";
import { ignoresSupplied } from "../request/fields/field.ts";
import { type HeaderLine, linesOf } from "../request/head/headers.ts";
import { splitTarget } from "../request/head/uri.ts";
import { parseHttpMessage } from "../request/model/http-message.ts";
import { prepareRequestOptions } from "../request/model/options.ts";
import { WafRequest } from "../request/model/request.ts";
import type { RequestView } from "../request/view/request-view.ts";
import { showValue } from "./show-value.ts";

/**
 * The request that expressions are tried on, put together bit by bit. Byte strings throughout.
 *
 * A field that has a place in a request is set there, so that all fields which are read from that place agree; other
 * fields are supplied as an embedder would supply them.
 */
export class Subject {
  method = "GET";
  /** Path and query as a client would send them. */
  target = "/";
  version = "HTTP/1.1";
  secure = false;
  headers: HeaderLine[] = [];
  body: string | undefined;
  remoteAddress: string | undefined;
  receivedAt: number | undefined;
  response: { status: number; headers: HeaderLine[]; body: string | undefined } | undefined;
  readonly fields = new Map<string, Value>();
  /** Of these fields those that a firewall reads from the request alone. */
  readonly #ignored = new Set<string>();

  /** Takes an absolute URL apart, or keeps a request target as it is. */
  setUrl(url: string): void {
    const target = splitTarget(utf8Encode(url), this.method);
    if (target.form !== "absolute") {
      this.target = utf8Encode(url);
      return;
    }
    this.target = target.pathAndQuery;
    this.secure = target.scheme === "https";
    this.setHeader("Host", target.authority ?? "");
  }

  setHeader(name: string, value: string): void {
    const key = asciiLower(name);
    const at = this.headers.findIndex(([other]) => asciiLower(other) === key);
    this.headers = this.headers.filter(([other]) => asciiLower(other) !== key);
    this.headers.splice(at === -1 ? this.headers.length : at, 0, [name, value]);
  }

  addHeader(name: string, value: string): void {
    if (asciiLower(name) === "host") this.setHeader(name, value);
    else this.headers.push([name, value]);
  }

  /** Takes over a request of another source. */
  take(view: RequestView): void {
    this.method = view.method;
    this.version = view.version;
    this.headers = linesOf(view.rawHeaders);
    const target = splitTarget(view.target, view.method);
    this.target = target.form === "absolute" ? target.pathAndQuery : view.target;
    if (target.form === "absolute") {
      this.secure = target.scheme === "https";
      if (!this.headers.some(([name]) => asciiLower(name) === "host"))
        this.headers.unshift(["Host", target.authority ?? ""]);
    } else this.secure = view.secure;
    this.body = view.body === undefined || view.body.size === 0 ? undefined : view.body.bytes;
    if (view.remoteAddress !== undefined) this.remoteAddress = view.remoteAddress;
  }

  /** @returns what is wrong with the text, or undefined. */
  takeMessage(bytes: string): string | undefined {
    const parsed = parseHttpMessage(bytes);
    if (!parsed.ok) return `line ${parsed.line}: ${parsed.message}`;
    this.take(parsed.request);
    return undefined;
  }

  view(): RequestView {
    const headers = [...this.headers];
    const announced = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
    if (this.body !== undefined && !announced) headers.push(["Content-Length", String(this.body.length)]);
    return {
      method: this.method,
      target: this.target,
      version: this.version,
      secure: this.secure,
      rawHeaders: headers.flat(),
      remoteAddress: this.remoteAddress,
      receivedAt: this.receivedAt ?? Date.now(),
      body: { bytes: this.body ?? "", truncated: false, size: this.body?.length ?? 0 },
      response:
        this.response === undefined
          ? undefined
          : {
              status: this.response.status,
              rawHeaders: this.response.headers.flat(),
              body:
                this.response.body === undefined
                  ? undefined
                  : { bytes: this.response.body, truncated: false },
            },
      supplied: new Map([...this.fields].filter(([name]) => !this.#ignored.has(name))),
    };
  }

  /** A context for expressions of the scheme. Fields that were set win over what the request says. */
  context(scheme: Scheme, lists?: readonly (ListLookup | undefined)[]): ExecutionContext<WafRequest> {
    const context = scheme.createContext<WafRequest>(lists);
    context.reset(new WafRequest(this.view(), prepareRequestOptions()));
    for (const [name, value] of this.fields) {
      const found = scheme.field(name);
      if (found !== undefined) context.set(found.slot, value);
    }
    return context;
  }

  setField(field: FieldDefinition, value: Value): void {
    const place = PLACES.get(field.name);
    if (place === undefined) {
      this.fields.set(field.name, value);
      if (ignoresSupplied(field)) this.#ignored.add(field.name);
    } else place(this, value);
  }

  /** Whether a firewall sees the field as it was set: some fields always come from the request itself. */
  isSeenByRules(scheme: Scheme, name: string): boolean {
    const value = this.fields.get(name);
    const found = scheme.field(name);
    if (value === undefined || found === undefined) return true;
    const context = scheme.createContext<WafRequest>();
    context.reset(new WafRequest(this.view(), prepareRequestOptions()));
    const { type } = found.field;
    return showValue(context.get(found.slot), type) === showValue(value, type);
  }

  /** The request as an HTTP message, for showing. */
  toLines(): readonly string[] {
    const lines = [`${this.method} ${this.target} ${this.version}`];
    for (const [name, value] of this.headers) lines.push(`${name}: ${value}`);
    return lines;
  }
}

type Place = (subject: Subject, value: Value) => void;

function bytes(put: (subject: Subject, bytes: BytesValue) => void): Place {
  return (subject, value) => {
    if (typeof value !== "string") throw new Error("unreachable: the field's type is Bytes");
    put(subject, value);
  };
}

function header(name: string): Place {
  return bytes((subject, value) => subject.setHeader(name, value));
}

function member(name: "method" | "version" | "target" | "body"): Place {
  return bytes((subject, value) => {
    subject[name] = value;
  });
}

function pathOf(target: string): readonly [path: string, query: string | undefined] {
  const mark = target.indexOf("?");
  return mark === -1 ? [target, undefined] : [target.slice(0, mark), target.slice(mark + 1)];
}

/** Fields that are a part of the request itself. */
const PLACES: ReadonlyMap<string, Place> = new Map<string, Place>([
  ["http.request.method", member("method")],
  ["http.request.version", member("version")],
  ["http.request.uri", member("target")],
  [
    "http.request.uri.path",
    bytes((subject, path) => {
      const [, query] = pathOf(subject.target);
      subject.target = query === undefined ? path : `${path}?${query}`;
    }),
  ],
  [
    "http.request.uri.query",
    bytes((subject, query) => {
      const [path] = pathOf(subject.target);
      subject.target = query === "" ? path : `${path}?${query}`;
    }),
  ],
  ["http.request.body.raw", member("body")],
  ["http.host", header("Host")],
  ["http.user_agent", header("User-Agent")],
  ["http.referer", header("Referer")],
  ["http.cookie", header("Cookie")],
  ["http.x_forwarded_for", header("X-Forwarded-For")],
  [
    "ip.src",
    (subject, value) => {
      if (!isIpValue(value)) throw new Error("unreachable: the field's type is Ip");
      subject.remoteAddress = formatIp(value);
    },
  ],
  [
    "ssl",
    (subject, value) => {
      subject.secure = value === true;
    },
  ],
]);
