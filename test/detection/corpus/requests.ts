// The request that a text of the corpus is sent in.
import { isUtf8 } from "node:buffer";
import type { RequestData } from "../../support/source/request/model.ts";
import type { CorpusPlace } from "./part.ts";

/**
 * Where an ordinary text stands: also as a whole query string or request target as sent, a field of a multipart form, an
 * uploaded text file of a name, or a whole body of a type.
 */
export type AnyPlace = CorpusPlace | "query" | "target" | "part" | `file:${string}` | `body:${string}`;

const BROWSER: Readonly<Record<string, string>> = {
  Host: "shop.example",
  "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
  Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "Accept-Language": "de,en-US;q=0.7,en;q=0.3",
};
const FILE_TYPES: Readonly<Record<string, string>> = {
  csv: "text/csv",
  json: "application/json",
  md: "text/markdown",
  html: "text/html",
  xml: "application/xml",
  svg: "image/svg+xml",
};

/** A header line takes the place of the browser's of the same name. */
function get(url: string, headers: Readonly<Record<string, string>> = {}): RequestData {
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const usual = Object.entries(BROWSER).filter(([name]) => !given.has(name.toLowerCase()));
  return { url, headers: { ...Object.fromEntries(usual), ...headers }, receivedAt: 0, secure: true };
}

function post(type: string, body: string): RequestData {
  return { ...get("/items", { "Content-Type": type }), method: "POST", body };
}

function multipart(lines: readonly string[], content: string): RequestData {
  return post(
    "multipart/form-data; boundary=frontier7",
    ["--frontier7", ...lines, "", content, "--frontier7--", ""].join("\r\n"),
  );
}

/** What a path cannot hold as it is; escapes that stand there stay. */
const asPath = (text: string) =>
  (isBytes(text) ? escaped(text).replaceAll("%2f", "/") : text).replace(
    /%(?!u?[0-9A-Fa-f]{2})|[^!$%&'()*+,\-./0-9:;=@A-Z[\\\]^_a-z{|}~]/gu,
    (one) => encodeURIComponent(one).replace(/^%$/, "%25"),
  );
const asXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Percent-encoded, as UTF-8 or as the bytes that the text stands for. */
const escaped = (text: string) =>
  isBytes(text)
    ? text.replace(/[^\w.~-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`)
    : encodeURIComponent(Buffer.from(text, "utf8").toString("utf8"));

/**
 * Whether a text of the corpus is a string of bytes: none of its units is more than one, and they are UTF-8 or hold control
 * characters that no text has.
 */
function isBytes(text: string): boolean {
  if (!/^[\0-\xff]*[\x80-\xff][\0-\xff]*$/.test(text)) return false;
  return /[\0-\x08\x0e-\x1f\x80-\x9f]/.test(text) || isUtf8(Buffer.from(text, "latin1"));
}

/** @param name of the argument, cookie, field or key, where the place has one */
export function requestOf(text: string, place: AnyPlace = "argument", name?: string): RequestData {
  switch (place) {
    case "argument":
      return get(`/search?lang=en&${escaped(name ?? "q")}=${escaped(text)}`);
    case "path":
      return get(text.startsWith("/") ? asPath(text) : `/files/${asPath(text)}`);
    case "query":
      return get(`/find?${text}`);
    case "target":
      return get(text);
    case "cookie":
      return get("/", { Cookie: `lang=de; ${name ?? "seen"}=${escaped(text)}` });
    case "form":
      return post("application/x-www-form-urlencoded", `title=x&${escaped(name ?? "text")}=${escaped(text)}`);
    case "json":
      return post("application/json", JSON.stringify({ title: "x", [name ?? "text"]: text }));
    case "xml":
      return post("application/xml", `<note><to>Tom</to><text>${asXml(text)}</text></note>`);
    case "part":
      return multipart([`Content-Disposition: form-data; name="${name ?? "text"}"`], text);
  }
  const [kind] = place.split(":", 1);
  const rest = place.slice(place.indexOf(":") + 1);
  if (kind === "header") return get("/", { [rest]: text });
  if (kind === "body") return post(rest, text);
  const type = FILE_TYPES[rest.slice(rest.lastIndexOf(".") + 1)] ?? "text/plain";
  return multipart(
    [`Content-Disposition: form-data; name="file"; filename="${rest}"`, `Content-Type: ${type}`],
    text,
  );
}
