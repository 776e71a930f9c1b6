import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { didYouMean } from "../language/diagnostics/suggest.ts";
import { shellWords } from "./shell-words.ts";
import type { Subject } from "./subject.ts";
import { errorText } from "./system-error.ts";

/** What curl 8 sends when it is told nothing else; its version is of no use to rules. */
const USER_AGENT = "curl/8.5.0";

export function isCurlCommand(text: string): boolean {
  return /^\s*(?:\$\s+)?curl(?:\.exe)?\s/.test(text);
}

/**
 * Makes a subject the request that a curl command sends, by curl's manual: its method, URL, headers (its own among
 * them) and body. Files that the command names are read.
 *
 * @param text a byte string.
 * @returns what is wrong with the command, or undefined.
 */
export function takeCurlCommand(subject: Subject, text: string): string | undefined {
  const split = shellWords(text.replace(/^\s*\$\s+/, ""));
  if (!split.ok) return split.message;
  const command = new CurlCommand();
  try {
    return command.read(split.words.slice(1)) ?? command.apply(subject);
  } catch (error) {
    // Of a file that it names.
    return errorText(error);
  }
}

interface CurlOption {
  readonly short?: string;
  /** Undefined for options that change nothing about the request. */
  readonly take?: (command: CurlCommand, value: string) => string | undefined;
  readonly hasValue?: true;
}

class CurlCommand {
  method: string | undefined;
  url: string | undefined;
  version = "HTTP/1.1";
  /** Undefined as a value: the header is left out. */
  readonly headers: (readonly [name: string, value: string | undefined])[] = [];
  readonly data: string[] = [];
  readonly parts: { readonly head: string; readonly content: string }[] = [];
  isJson = false;
  isGet = false;
  isHead = false;
  isPathKept = false;

  /** @returns what is wrong. */
  read(words: readonly string[]): string | undefined {
    let onlyUrls = false;
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? "";
      if (onlyUrls || !word.startsWith("-") || word === "-") {
        const fault = this.takeUrl(word);
        if (fault !== undefined) return fault;
      } else if (word === "--") onlyUrls = true;
      else {
        const used = word.startsWith("--")
          ? this.#long(word, words[at + 1])
          : this.#short(word, words[at + 1]);
        if (typeof used === "string") return used;
        at += used;
      }
    }
    return this.url === undefined ? "the curl command has no URL" : undefined;
  }

  takeUrl(url: string): string | undefined {
    if (this.url !== undefined)
      return `the command has two URLs, \`${this.url}\` and \`${url}\`: paste one request`;
    this.url = url;
    return undefined;
  }

  /** @returns how many further words were used, or what is wrong. */
  #long(word: string, next: string | undefined): number | string {
    const name = word.slice(2);
    const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    // Every option that is on or off has a form that says no.
    if (option === undefined && name.startsWith("no-") && Object.hasOwn(OPTIONS, name.slice(3))) return 0;
    if (option === undefined) {
      const hint = didYouMean(name, Object.keys(OPTIONS));
      return `curl's option \`${word}\` is not supported here${hint === undefined ? "" : `; ${hint}`}`;
    }
    if (option.hasValue === undefined) return option.take?.(this, "") ?? 0;
    if (next === undefined) return `curl's option \`${word}\` needs a value`;
    return option.take?.(this, next) ?? 1;
  }

  /** Letters may stand together, and a value behind the last one. */
  #short(word: string, next: string | undefined): number | string {
    for (let at = 1; at < word.length; at++) {
      const option = SHORT.get(word.charAt(at));
      if (option === undefined) return `curl's option \`-${word.charAt(at)}\` is not supported here`;
      if (option.hasValue === undefined) {
        const fault = option.take?.(this, "");
        if (fault !== undefined) return fault;
        continue;
      }
      const joined = word.slice(at + 1);
      if (joined !== "") return option.take?.(this, joined) ?? 0;
      if (next === undefined) return `curl's option \`-${word.charAt(at)}\` needs a value`;
      return option.take?.(this, next) ?? 1;
    }
    return 0;
  }

  /** @returns what is wrong. */
  apply(subject: Subject): string | undefined {
    const [, scheme, authority = "", rest = ""] =
      /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?([^/?#]*)([^#]*)/.exec(this.url ?? "") ?? [];
    if (scheme !== undefined && !/^https?$/i.test(scheme)) return `\`${scheme}://\` is not HTTP`;
    const at = authority.lastIndexOf("@");
    const host = authority.slice(at + 1);
    if (host === "") return `the URL \`${this.url}\` has no host`;
    if (/[\0- ]/.test(rest)) return `a URL has no spaces: write \`${rest.replaceAll(" ", "%20")}\``;
    if (/[[\]{}]/.test(rest))
      return "curl expands brackets and braces in a URL: write the one URL that it should be";
    const body = this.#body();
    const query = this.isGet && body !== undefined ? body.content : undefined;
    const path = this.isPathKept ? rest : withoutDots(rest);
    const slashed = path.startsWith("/") ? path : `/${path}`;
    subject.method =
      this.method ?? (this.isHead ? "HEAD" : body === undefined || this.isGet ? "GET" : "POST");
    subject.version = this.version;
    subject.secure = scheme?.toLowerCase() === "https";
    subject.target = query === undefined ? slashed : `${slashed}${slashed.includes("?") ? "&" : "?"}${query}`;
    subject.headers = [
      ...this.#headers(host, authority.slice(0, Math.max(0, at)), query === undefined ? body : undefined),
    ];
    subject.body = query === undefined ? body?.content : undefined;
    return undefined;
  }

  #headers(host: string, login: string, body: Body | undefined): readonly (readonly [string, string])[] {
    const own: (readonly [name: string, value: string])[] = [["Host", host]];
    if (login !== "") own.push(["Authorization", basic(percentDecoded(login))]);
    own.push(["User-Agent", USER_AGENT], ["Accept", this.isJson ? "application/json" : "*/*"]);
    if (body !== undefined) {
      own.push(["Content-Length", String(body.content.length)], ["Content-Type", body.type]);
    }
    const given = new Set(this.headers.map(([name]) => name.toLowerCase()));
    // A host of one's own takes the place of curl's; others stand behind curl's.
    const hostLine = this.headers.find(([name]) => name.toLowerCase() === "host");
    const lines = [
      ...own.filter(([name]) => !given.has(name.toLowerCase())),
      ...this.headers.filter((line) => line !== hostLine),
    ];
    if (hostLine !== undefined) lines.unshift(hostLine);
    return lines.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  }

  #body(): Body | undefined {
    if (this.parts.length > 0) {
      const boundary = `------------------------${randomBytes(8).toString("hex")}`;
      const parts = this.parts.map(({ head, content }) => `--${boundary}\r\n${head}\r\n\r\n${content}\r\n`);
      const type = `multipart/form-data; boundary=${boundary}`;
      return { content: `${parts.join("")}--${boundary}--\r\n`, type };
    }
    if (this.data.length === 0) return undefined;
    // Documents of --json are joined as they are.
    return this.isJson
      ? { content: this.data.join(""), type: "application/json" }
      : { content: this.data.join("&"), type: "application/x-www-form-urlencoded" };
  }
}

interface Body {
  readonly content: string;
  readonly type: string;
}

const ignoredFlags = (names: string): Record<string, CurlOption> =>
  Object.fromEntries(
    names.split(" ").map((word) => {
      const [name = "", short] = word.split("/");
      return [name, short === undefined ? {} : { short }];
    }),
  );

const ignoredValues = (names: string): Record<string, CurlOption> =>
  Object.fromEntries(
    Object.entries(ignoredFlags(names)).map(([name, option]) => [
      name,
      { ...option, hasValue: true as const },
    ]),
  );

/** @param read the value with a file in it read. */
function dataOption(read: (value: string) => string, short?: string): CurlOption {
  return {
    ...(short === undefined ? {} : { short }),
    hasValue: true,
    take: (command, value) => void command.data.push(read(value)),
  };
}

function setHeader(name: string, short?: string): CurlOption {
  return {
    ...(short === undefined ? {} : { short }),
    hasValue: true,
    take: (command, value) => void command.headers.push([name, value]),
  };
}

function protocol(version: string, short?: string): CurlOption {
  return {
    ...(short === undefined ? {} : { short }),
    take: (command) => {
      command.version = version;
      return undefined;
    },
  };
}

const OPTIONS: Readonly<Record<string, CurlOption>> = {
  request: {
    short: "X",
    hasValue: true,
    take: (command, value) => {
      command.method = value;
      return undefined;
    },
  },
  url: { hasValue: true, take: (command, value) => command.takeUrl(value) },
  header: { short: "H", hasValue: true, take: takeHeader },
  "user-agent": setHeader("User-Agent", "A"),
  referer: {
    ...setHeader("Referer", "e"),
    take: (command, value) => void command.headers.push(["Referer", value.replace(/;auto$/, "")]),
  },
  cookie: {
    short: "b",
    hasValue: true,
    take: (command, value) =>
      value.includes("=")
        ? void command.headers.push(["Cookie", value])
        : `a cookie file (\`${value}\`) is not read: give the cookies as \`-b 'name=value'\``,
  },
  user: {
    short: "u",
    hasValue: true,
    take: (command, value) => void command.headers.push(["Authorization", basic(value)]),
  },
  "oauth2-bearer": {
    hasValue: true,
    take: (command, value) => void command.headers.push(["Authorization", `Bearer ${value}`]),
  },
  data: dataOption(withoutLineBreaks, "d"),
  "data-ascii": dataOption(withoutLineBreaks),
  "data-binary": dataOption((value) => (value.startsWith("@") ? contentOf(value.slice(1)) : value)),
  "data-raw": dataOption((value) => value),
  "data-urlencode": dataOption(urlEncoded),
  json: {
    hasValue: true,
    take: (command, value) => {
      command.isJson = true;
      command.data.push(value.startsWith("@") ? contentOf(value.slice(1)) : value);
      return undefined;
    },
  },
  form: { short: "F", hasValue: true, take: (command, value) => takePart(command, value, false) },
  "form-string": { hasValue: true, take: (command, value) => takePart(command, value, true) },
  get: { short: "G", take: (command) => flag(command, "isGet") },
  head: { short: "I", take: (command) => flag(command, "isHead") },
  "path-as-is": { take: (command) => flag(command, "isPathKept") },
  compressed: {
    take: (command) => void command.headers.push(["Accept-Encoding", "deflate, gzip, br, zstd"]),
  },
  range: {
    short: "r",
    hasValue: true,
    take: (command, value) => void command.headers.push(["Range", `bytes=${value}`]),
  },
  "http1.0": protocol("HTTP/1.0", "0"),
  "http1.1": protocol("HTTP/1.1"),
  http2: protocol("HTTP/2"),
  "http2-prior-knowledge": protocol("HTTP/2"),
  http3: protocol("HTTP/3"),
  ...ignoredFlags(
    "silent/s show-error/S verbose/v include/i location/L location-trusted insecure/k fail/f fail-with-body globoff/g " +
      "ipv4/4 ipv6/6 no-buffer/N progress-bar/# remote-name/O remote-header-name/J tcp-nodelay tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 " +
      "tlsv1.3 ssl-reqd no-keepalive styled-output basic raw tr-encoding junk-session-cookies/j no-progress-meter disable/q",
  ),
  ...ignoredValues(
    "output/o write-out/w max-time/m connect-timeout retry retry-delay retry-max-time resolve connect-to proxy/x noproxy " +
      "cacert capath cert/E key pass cookie-jar/c dump-header/D interface limit-rate max-redirs ciphers tls-max " +
      "tls13-ciphers unix-socket stderr trace trace-ascii keepalive-time dns-servers speed-limit/Y speed-time/y proxy-user/U " +
      "curves alt-svc hsts",
  ),
};

const SHORT: ReadonlyMap<string, CurlOption> = new Map(
  Object.values(OPTIONS).flatMap((option) => (option.short === undefined ? [] : [[option.short, option]])),
);

function flag(command: CurlCommand, name: "isGet" | "isHead" | "isPathKept"): undefined {
  command[name] = true;
}

/** `Name: value`; `Name:` leaves curl's own out, `Name;` sends an empty value. */
function takeHeader(command: CurlCommand, line: string): string | undefined {
  if (line.startsWith("@")) {
    for (const each of contentOf(line.slice(1)).split(/\r?\n/)) {
      const fault = each === "" ? undefined : takeHeader(command, each);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  const [, name, sign, value = ""] = /^([^:;\s]+)\s*([:;])\s*([\s\S]*)$/.exec(line) ?? [];
  if (name === undefined) return `a header reads \`Name: value\`, not \`${line}\``;
  command.headers.push([name, sign === ";" ? "" : value === "" ? undefined : value.trimEnd()]);
  return undefined;
}

/** `name=value`, `name=@file` (an upload), `name=<file` (its text), with `;type=` and `;filename=` behind. */
function takePart(command: CurlCommand, text: string, isPlain: boolean): string | undefined {
  const equals = text.indexOf("=");
  if (equals <= 0) return `a form field reads \`name=value\`, not \`${text}\``;
  const name = text.slice(0, equals);
  const given = text.slice(equals + 1);
  const [, source = given, options = ""] = isPlain
    ? []
    : (/^("(?:[^"\\]|\\.)*"|[^;]*)((?:;\s*(?:type|filename|encoder|headers)=[^;]*(?:;\s*charset=[^;]*)?)*)$/.exec(
        given,
      ) ?? []);
  const value =
    source.startsWith('"') && !isPlain ? source.slice(1, -1).replaceAll(/\\(["\\])/g, "$1") : source;
  const isUpload = !isPlain && value.startsWith("@");
  const isFile = isUpload || (!isPlain && value.startsWith("<"));
  const option = (key: string) =>
    new RegExp(`;\\s*${key}=("?)(.*?)\\1(?=;\\s*(?:type|filename|encoder|headers)=|$)`).exec(options)?.[2];
  const fileName = option("filename") ?? (isUpload ? basename(value.slice(1)) : undefined);
  const type = option("type") ?? (isUpload ? typeOf(fileName ?? "") : undefined);
  const named = fileName === undefined ? "" : `; filename="${escaped(fileName)}"`;
  const head = `Content-Disposition: form-data; name="${escaped(name)}"${named}`;
  command.parts.push({
    head: type === undefined ? head : `${head}\r\nContent-Type: ${type}`,
    content: isFile ? contentOf(value.slice(1)) : value,
  });
  return undefined;
}

/** As curl guesses from a file's ending; the rest are bytes. */
const TYPES: Readonly<Record<string, string>> = {
  gif: "image/gif",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain",
  htm: "text/html",
  html: "text/html",
  pdf: "application/pdf",
  xml: "application/xml",
};

function typeOf(fileName: string): string {
  const ending = /\.([A-Za-z0-9]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(TYPES, ending) ? (TYPES[ending] ?? "") : "application/octet-stream";
}

function escaped(text: string): string {
  return text.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Bytes of a file that a command names: more than any rule sees. */
const MAX_FILE = 67_108_864;

/** @throws the system's errors, and an Error for what is no file, such as a device that never ends. */
function contentOf(path: string): string {
  const name = Buffer.from(path, "latin1").toString("utf8");
  const found = statSync(name);
  if (!found.isFile() && !found.isDirectory()) throw new Error(`\`${name}\` is not a regular file`);
  if (found.size > MAX_FILE) throw new Error(`\`${name}\` is longer than ${MAX_FILE} bytes`);
  return readFileSync(name).toString("latin1");
}

function withoutLineBreaks(value: string): string {
  return value.startsWith("@") ? contentOf(value.slice(1)).replaceAll(/[\r\n\0]/g, "") : value;
}

/** `content`, `=content`, `name=content`, `@file`, `name@file`: the content is encoded, a name is not. */
function urlEncoded(value: string): string {
  const [, name = "", sign, rest = ""] = /^([^=@]*)([=@])([\s\S]*)$/.exec(value) ?? [];
  const content = sign === undefined ? value : sign === "@" ? contentOf(rest) : rest;
  const encoded = content
    .replaceAll(
      /[^A-Za-z0-9._~ -]/g,
      (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
    )
    .replaceAll(" ", "+");
  return name === "" ? encoded : `${name}=${encoded}`;
}

function basic(login: string): string {
  return `Basic ${Buffer.from(login, "latin1").toString("base64")}`;
}

function percentDecoded(text: string): string {
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** The path without dot segments (RFC 3986, section 5.2.4), as curl sends it. */
function withoutDots(target: string): string {
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  const segments = path.split("/");
  const kept: string[] = [];
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    if (segment === "." || segment === "..") {
      if (segment === ".." && kept.length > 1) kept.pop();
      if (isLast) kept.push("");
    } else kept.push(segment);
  });
  return kept.join("/") + (mark === -1 ? "" : target.slice(mark));
}
