// The request that a text of the corpus is sent in.
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
  text.replace(/%(?!u?[0-9A-Fa-f]{2})|[^!$%&'()*+,\-./0-9:;=@A-Z[\\\]^_a-z{|}~]/gu, (one) =>
    encodeURIComponent(one).replace(/^%$/, "%25"),
  );
const asXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export function requestOf(text: string, place: AnyPlace = "argument"): RequestData {
  switch (place) {
    case "argument":
      return get(`/search?lang=en&q=${encodeURIComponent(text)}`);
    case "path":
      return get(text.startsWith("/") ? asPath(text) : `/files/${asPath(text)}`);
    case "query":
      return get(`/find?${text}`);
    case "target":
      return get(text);
    case "cookie":
      return get("/", { Cookie: `lang=de; seen=${encodeURIComponent(text)}` });
    case "form":
      return post("application/x-www-form-urlencoded", `title=x&text=${encodeURIComponent(text)}`);
    case "json":
      return post("application/json", JSON.stringify({ title: "x", text }));
    case "xml":
      return post("application/xml", `<note><to>Tom</to><text>${asXml(text)}</text></note>`);
    case "part":
      return multipart(['Content-Disposition: form-data; name="text"'], text);
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
