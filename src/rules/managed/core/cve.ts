import type { RuleDocument } from "../../ruleset/document.ts";
import { type Attack, blocks } from "../define.ts";
import { found, matching } from "../places.ts";

const RAW_URI = "raw.http.request.uri";
const RAW_PATH = "raw.http.request.uri.path";
const RAW_QUERY = "raw.http.request.uri.query";
const HREF = 'url_decode(http.request.uri.args["href"][*])[*]';

interface Patch {
  readonly attack: Attack;
  /** What the request does, in a sentence. */
  readonly what: string;
  /** Packages, and their versions as npm writes ranges; the first one outside of a range is mended. */
  readonly affected: string;
  /** Day of the record in the CVE list: `2025-03-21`. */
  readonly published: string;
  readonly message: string;
  readonly cwe: string;
  readonly expression: string;
  /** Others that the same request indicates. */
  readonly also?: readonly string[];
}

/** A rule for one published weakness, until the affected software is updated. */
function patch(cve: string, { what, affected, published, cwe, also = [], ...facts }: Patch): RuleDocument {
  return blocks(`wc-${cve}`, {
    ...facts,
    description: `${what} Affects ${affected}; published ${published}.`,
    references: [cve.toUpperCase(), ...also, cwe],
    categories: ["cve"],
  });
}

/** An expression: the request has a header of one of the names, in lower case. */
function hasHeader(...names: readonly string[]): string {
  return `any(lower(http.request.headers.names[*])[*] in {${names.map((name) => `"${name}"`).join(" ")}})`;
}

function header(name: string): string {
  return `http.request.headers["${name}"][*]`;
}

/** The end of a file's name that development servers of Vite protect. */
const DENIED = String.raw`(?:/\.env[\w.-]{0,60}|\.(?:crt|pem))`;
const SLASH = String.raw`(?:[/\\]|%2f|%5c)`;
/** A step up the path. */
const UP = String.raw`(?:\.|%2e){2}${SLASH}`;
/** The two hexadecimal digits of an ASCII letter. */
const LETTER = "(?:4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])";

/**
 * Weaknesses of three years in Node, its frameworks and bundlers that show in a request. Versions, days and classes are
 * those of the records of the CVE list (github.com/CVEProject/cvelistV5), the form of the request is from the record,
 * the advisory that it names or a published proof; read in November 2026.
 */
export const cveRules = [
  patch("cve-2025-55182", {
    attack: "node",
    what: "A call of a React server function whose arguments access a prototype or forge React's reader.",
    affected:
      "react-server-dom-webpack, -parcel and -turbopack 19.0.0, >=19.1.0 <19.1.2, >=19.2.0 <19.2.1, and frameworks that include them",
    published: "2025-12-03",
    message: "React server functions: remote code execution",
    cwe: "CWE-502",
    expression: `http.request.method == "POST" and (${found("node-flight-reference")} or ${found("node-flight-internals")})`,
  }),
  patch("cve-2025-29927", {
    attack: "node",
    what: "A header that makes Next.js treat a request as internal and skip middleware.",
    affected: "next >=11.1.4 <12.3.5, >=13.0.0 <13.5.9, >=14.0.0 <14.2.25, >=15.0.0 <15.2.3",
    published: "2025-03-21",
    message: "Next.js: middleware bypassed",
    cwe: "CWE-285",
    expression: hasHeader("x-middleware-subrequest"),
  }),
  patch("cve-2024-51479", {
    attack: "node",
    what: "An argument that changes the path which middleware of Next.js sees.",
    affected: "next >=9.5.5 <14.2.15",
    published: "2024-12-17",
    message: "Next.js: authorisation by path bypassed",
    cwe: "CWE-285",
    // The second name, and the first with it: CVE-2026-44574 as published.
    expression:
      'any(wirewall.request.uri.args.names[*] in {"__nextLocale" "__nextDefaultLocale" "__nextInferredLocaleFromDefault"})',
  }),
  patch("cve-2024-46982", {
    attack: "node",
    what: "A header that makes Next.js store a page of one user in a shared cache.",
    affected: "next >=13.5.1 <13.5.7, >=14.0.0 <14.2.10",
    published: "2024-09-17",
    message: "Next.js: cache poisoning",
    cwe: "CWE-639",
    also: ["CVE-2025-32421"],
    expression: hasHeader("x-now-route-matches"),
  }),
  patch("cve-2026-27979", {
    attack: "node",
    what: "An internal header that makes Next.js buffer a body of any size to resume a page.",
    affected: "next >=16.0.1 <16.1.7",
    published: "2026-03-18",
    message: "Next.js: resume request from outside",
    cwe: "CWE-770",
    also: ["CVE-2025-59472"],
    expression: hasHeader("next-resume"),
  }),
  patch("cve-2026-27978", {
    attack: "node",
    what: "A Next.js server action called with the origin null, as a sandboxed frame sends it.",
    affected: "next >=16.0.1 <16.1.7",
    published: "2026-03-17",
    message: "Next.js: server action from another site",
    cwe: "CWE-352",
    expression: `http.request.method == "POST" and any(http.request.headers["origin"][*] == "null") and (${hasHeader("next-action")} or any(starts_with(wirewall.request.body.form.names[*], "$ACTION_")) or any(starts_with(http.request.body.multipart.names[*][*], "$ACTION_")))`,
  }),
  patch("cve-2025-43864", {
    attack: "node",
    what: "A header of the build of React Router that makes a server answer with an empty page.",
    affected: "react-router >=7.2.0 <7.5.2",
    published: "2025-04-25",
    message: "React Router: forced single-page mode",
    cwe: "CWE-755",
    expression: hasHeader("x-react-router-spa-mode"),
  }),
  patch("cve-2025-43865", {
    attack: "node",
    what: "A header of the build of React Router that replaces the data of a page.",
    affected: "react-router >=7.0.0 <7.5.2",
    published: "2025-04-25",
    message: "React Router: forged page data",
    cwe: "CWE-345",
    expression: hasHeader("x-react-router-prerender-data"),
  }),
  patch("cve-2025-31137", {
    attack: "node",
    what: "A host with something other than a number as its port, which becomes a part of the path.",
    affected: "@react-router/express >=7.0.0 <7.4.1 and @remix-run/express >=2.11.1 <2.16.3",
    published: "2025-04-01",
    message: "React Router: path in the port of a host",
    cwe: "CWE-444",
    expression: ["host", "x-forwarded-host"]
      .map((name) =>
        matching(header(name), String.raw`^(?:\[[^\]]{0,60}\]|[^:,\[]{0,255}):[^,]{0,255}[^0-9,\s]`),
      )
      .join(" or "),
  }),
  patch("cve-2025-30208", {
    attack: "disclosure",
    what: "Question marks after `raw` or `url`, which bypass the file check of the Vite development server.",
    affected: "vite <4.5.10, >=5.0.0 <5.4.15, >=6.0.0 <6.0.12, >=6.1.0 <6.1.2, >=6.2.0 <6.2.3",
    published: "2025-03-24",
    message: "Vite: files outside the project",
    cwe: "CWE-200",
    expression: matching(RAW_URI, String.raw`[?&](?:raw|url|inline)\?[?&]{0,8}$`),
  }),
  patch("cve-2025-31125", {
    attack: "disclosure",
    what: "A combination of queries that makes the Vite development server send any file as a module.",
    affected: "vite <4.5.11, >=5.0.0 <5.4.16, >=6.0.0 <6.0.13, >=6.1.0 <6.1.3, >=6.2.0 <6.2.4",
    published: "2025-03-31",
    message: "Vite: files outside the project, as modules",
    cwe: "CWE-200",
    expression: matching(
      RAW_URI,
      String.raw`\?import&\?(?:inline|raw|url)|\?(?:inline|raw|url)[&?]import(?:&|$)`,
    ),
  }),
  patch("cve-2025-31486", {
    attack: "disclosure",
    what: "A `.svg` or a `..` after a question mark, which bypasses the file check of the Vite development server.",
    affected: "vite <4.5.12, >=5.0.0 <5.4.17, >=6.0.0 <6.0.14, >=6.1.0 <6.1.4, >=6.2.0 <6.2.5",
    published: "2025-04-03",
    message: "Vite: files outside the project, as images",
    cwe: "CWE-200",
    expression: matching(RAW_URI, String.raw`\?\.svg(?:[?&]|$)|\?[^?]{0,200}\.wasm\?init|\?/${UP}`),
  }),
  patch("cve-2025-46565", {
    attack: "disclosure",
    what: "A file that the Vite development server denies, followed by a dot segment.",
    affected: "vite <4.5.14, >=5.0.0 <5.4.19, >=6.0.0 <6.1.6, >=6.2.0 <6.2.7, >=6.3.0 <6.3.4",
    published: "2025-05-01",
    message: "Vite: denied file",
    cwe: "CWE-22",
    expression: matching(RAW_PATH, String.raw`${DENIED}(?:/{1,4}(?:\.|%2e)){1,8}/{0,4}$`),
  }),
  patch("cve-2025-62522", {
    attack: "disclosure",
    what: "A file that the Vite development server denies, followed by a backslash.",
    affected:
      "vite on Windows >=2.9.18 <3.0.0, >=3.2.9 <4.0.0, >=4.5.3 <5.0.0, >=5.2.6 <5.4.21, >=6.0.0 <6.4.1, >=7.0.0 <7.0.8, >=7.1.0 <7.1.11",
    published: "2025-10-20",
    message: "Vite: denied file, by a backslash",
    cwe: "CWE-22",
    expression: matching(RAW_PATH, String.raw`${DENIED}(?:\\|%5c)[./\\]{0,8}$`),
  }),
  patch("cve-2026-53571", {
    attack: "disclosure",
    what: "A file that the Vite development server denies, by its NTFS stream or its short name.",
    affected: "vite on Windows <6.4.3, >=7.0.0 <7.3.5, >=8.0.0 <8.0.16",
    published: "2026-06-22",
    message: "Vite: denied file, by its stream",
    cwe: "CWE-22",
    expression: matching(RAW_PATH, String.raw`(?::|%3a){2}(?:\$|%24)data|/env(?:~|%7e)\d(?:\.[^/]{0,8})?$`),
  }),
  patch("cve-2025-32395", {
    attack: "disclosure",
    what: "A request target with `..` after a `#`, which bypasses the file check of the Vite development server.",
    affected: "vite <4.5.13, >=5.0.0 <5.4.18, >=6.0.0 <6.0.15, >=6.1.0 <6.1.5, >=6.2.0 <6.2.6",
    published: "2025-04-10",
    message: "Vite: files outside the project, after a #",
    cwe: "CWE-200",
    expression: `raw.http.request.uri contains "#" and ${matching(RAW_URI, `#.*${UP}`)}`,
  }),
  patch("cve-2026-39364", {
    attack: "disclosure",
    what: "A file that the Vite development server denies, with a query that requests it as a module.",
    affected: "vite >=7.1.0 <7.3.2, >=8.0.0 <8.0.5",
    published: "2026-04-07",
    message: "Vite: denied file, as a module",
    cwe: "CWE-180",
    expression: `${matching(RAW_PATH, `${DENIED}$`)} and ${matching(RAW_QUERY, "(?:^|[&?])(?:raw|url|inline|import)(?:[&?]|$)")}`,
  }),
  patch("cve-2026-39365", {
    attack: "disclosure",
    what: "A `..` in the path of a bundled dependency of Vite, to read a source map elsewhere.",
    affected: "vite >=6.0.0 <6.4.2, >=7.0.0 <7.3.2, >=8.0.0 <8.0.5",
    published: "2026-04-07",
    message: "Vite: source map outside the project",
    cwe: "CWE-22",
    expression: matching(RAW_URI, String.raw`\.vite/deps[^?]{0,1000}${UP}[^?]{0,1000}\.map(?:\?|$)`),
  }),
  patch("cve-2025-27415", {
    attack: "node",
    what: "A query that makes Nuxt answer with data instead of a page, which a cache then stores.",
    affected: "nuxt >=3.0.0 <3.16.0",
    published: "2025-03-19",
    message: "Nuxt: cache poisoning",
    cwe: "CWE-349",
    expression: matching(RAW_QUERY, String.raw`(?:/|%2f)_payload.js(?:on)?(?:\?.*)?$`),
  }),
  patch("cve-2024-34344", {
    attack: "rce",
    what: "The component test page of Nuxt, which loads the component that its argument names.",
    affected: "nuxt >=3.4.0 <3.12.4 in development",
    published: "2024-08-05",
    message: "Nuxt: component chosen by the client",
    cwe: "CWE-94",
    expression: 'http.request.uri.path contains "/__nuxt_component_test__"',
  }),
  patch("cve-2024-42352", {
    attack: "ssrf",
    what: "A Nuxt icon whose name is a URL, which the server fetches.",
    affected: "@nuxt/icon <1.4.5",
    published: "2024-08-05",
    message: "Nuxt: icon of another host",
    cwe: "CWE-918",
    expression: matching(RAW_PATH, `/api/_nuxt_icon/(?:https?(?::|%3a)|${SLASH})`),
  }),
  patch("cve-2026-119200", {
    attack: "node",
    what: "An encoded dot segment, which Nuxt resolves after its middleware has seen the path.",
    affected: "nuxt >=4.6.0 <4.6.3",
    published: "2026-10-29",
    message: "Nuxt: middleware bypassed by a dot",
    cwe: "CWE-863",
    expression: `raw.http.request.uri.path contains "%2" and ${matching(RAW_PATH, String.raw`/(?:%2e(?:\.|%2e)?|\.%2e)(?:/|$)`)}`,
  }),
  patch("cve-2025-64525", {
    attack: "ssrf",
    what: "A forwarded scheme or port with other characters, which Astro copies into the URL.",
    affected: "astro >=2.16.0 <5.15.5",
    published: "2025-11-13",
    message: "Astro: address chosen by the client",
    cwe: "CWE-918",
    expression: `${matching(header("x-forwarded-proto"), "[^a-z0-9, +.-]")} or ${matching(header("x-forwarded-port"), "[^0-9, ]")}`,
  }),
  patch("cve-2025-55303", {
    attack: "ssrf",
    what: "An image of another host, by a URL without a scheme.",
    affected: "astro <4.16.18, >=5.0.0-alpha.0 <5.13.2",
    published: "2025-08-19",
    message: "Astro: image of another host",
    cwe: "CWE-79",
    expression: `ends_with(http.request.uri.path, "/_image") and ${matching(HREF, String.raw`^\s*[/\\]\s*[/\\]`)}`,
  }),
  patch("cve-2025-65019", {
    attack: "xss",
    what: "An image given as a `data:` URL that can hold scripts.",
    affected: "astro <5.15.9 with @astrojs/cloudflare",
    published: "2025-11-19",
    message: "Astro: image with scripts",
    cwe: "CWE-79",
    expression: `ends_with(http.request.uri.path, "/_image") and ${matching(HREF, String.raw`^\s*data:[^,;]{0,60}(?:svg|html|xml)`)}`,
  }),
  patch("cve-2025-66202", {
    attack: "node",
    what: "A letter of the path encoded twice, which Astro decodes after its middleware has seen the path.",
    affected: "astro <5.15.8",
    published: "2025-12-08",
    message: "Astro: middleware bypassed by double encoding",
    cwe: "CWE-647",
    also: ["CVE-2025-64765"],
    expression: `raw.http.request.uri.path contains "%25" and ${matching(RAW_PATH, `%25(?:25){0,4}${LETTER}`)}`,
  }),
  patch("cve-2026-33768", {
    attack: "node",
    what: "A header or argument that overrides the path which Astro serves.",
    affected: "@astrojs/vercel <10.0.2",
    published: "2026-03-24",
    message: "Astro: path chosen by the client",
    cwe: "CWE-441",
    expression: `${hasHeader("x-astro-path")} or any(wirewall.request.uri.args.names[*] == "x_astro_path")`,
  }),
  patch("cve-2026-27971", {
    attack: "rce",
    what: "A module path in the body of a Qwik server function.",
    affected: "@builder.io/qwik <1.19.1",
    published: "2026-03-03",
    message: "Qwik: module chosen by the client",
    cwe: "CWE-502",
    expression: `any(lower(http.request.headers["content-type"][*])[*] contains "qwik-json") and ${matching("http.request.body.raw", String.raw`"\\u0002(?:\.{1,2}[/\\]|/|node:|[^"#]{0,500}node_modules|(?:child_process|fs|module|process|vm|worker_threads)[/#])`)}`,
  }),
  patch("cve-2026-44437", {
    attack: "redirect",
    what: "An X-Forwarded-Prefix that leads to another host or out of the application.",
    affected:
      "@angular/ssr >=19.0.0-next.0 <19.2.25, >=20.0.0-next.0 <20.3.25, >=21.0.0-next.0 <21.2.9, >=22.0.0-next.0 <22.0.0-next.7",
    published: "2026-05-13",
    message: "Angular: prefix that leads elsewhere",
    cwe: "CWE-601",
    also: ["CVE-2026-27738"],
    expression: matching(
      header("x-forwarded-prefix"),
      String.raw`^\s*${SLASH}{2}|(?:\.|%2e){2}(?:${SLASH}|$)|\\|%5c`,
    ),
  }),
  patch("cve-2025-11953", {
    attack: "rce",
    what: "A request to open something other than a web URL on a developer's machine.",
    affected: "@react-native-community/cli-server-api >=4.8.0 <20.0.0",
    published: "2025-11-03",
    message: "React Native: command on the developer's machine",
    cwe: "CWE-78",
    expression: `http.request.method == "POST" and http.request.uri.path == "/open-url" and not (${matching("http.request.body.raw", String.raw`^\s*\{\s*"url"\s*:\s*"https?://[\w./:?=%#~-]*"\s*\}\s*$`)})`,
  }),
  patch("cve-2026-25223", {
    attack: "node",
    what: "A tab in the media type, with which Fastify finds no schema for the body.",
    affected: "fastify <5.7.2",
    published: "2026-02-03",
    message: "Fastify: body without validation",
    cwe: "CWE-436",
    expression: matching(header("content-type"), String.raw`^[^;]*\t`),
  }),
  patch("cve-2026-22031", {
    attack: "node",
    what: "A letter of the path that is percent-encoded without need, which middleware of Fastify compares undecoded.",
    affected: "@fastify/middie <9.1.0 and @fastify/express <4.0.3",
    published: "2026-01-19",
    message: "Fastify: middleware bypassed by an escape",
    cwe: "CWE-177",
    also: ["CVE-2026-22037"],
    // In East Asian encodings letters are also bytes of characters: nothing is searched after a byte above ASCII.
    expression: `raw.http.request.uri.path contains "%" and ${matching(RAW_PATH, `^(?:[^%]|%[0-7][0-9a-f])*%${LETTER}`)}`,
  }),
  patch("cve-2025-25200", {
    attack: "node",
    what: "Hundreds of blanks in a header that Koa parses in quadratic time.",
    affected: "koa <0.21.2, >=1.0.0 <1.7.1, >=2.0.0-alpha.1 <2.15.4, >=3.0.0-alpha.0 <3.0.0-alpha.3",
    published: "2025-02-12",
    message: "Koa: header that is slow to parse",
    cwe: "CWE-1333",
    expression: ["x-forwarded-proto", "x-forwarded-host"]
      .map((name) => matching(header(name), String.raw`\s{200}`))
      .join(" or "),
  }),
  patch("cve-2025-23061", {
    attack: "nosql",
    what: "A MongoDB script in a condition by which Mongoose joins.",
    affected: "mongoose >=6.0.0 <6.13.6, >=7.0.0 <7.8.4, >=8.0.0 <8.9.5",
    published: "2025-01-15",
    message: "Mongoose: script in a join",
    cwe: "CWE-94",
    also: ["CVE-2024-53900"],
    // The key is evidence under any name; so most requests' names are not examined.
    expression: `${found("nosql-script")} and (${[
      "wirewall.request.body.json.names[*]",
      "wirewall.request.body.form.names[*]",
      "wirewall.request.uri.args.names[*]",
    ]
      .map((names) =>
        matching(names, String.raw`(?:^|[.\[])match\]?[.\[](?:.{0,200}[.\[])?\$where(?:[.\]]|$)`),
      )
      .join(" or ")})`,
  }),
  patch("cve-2025-1302", {
    attack: "rce",
    what: "A path of JSONPath whose filter accesses a constructor or a module.",
    affected: "jsonpath-plus <10.3.0 and jsonpath <1.3.0",
    published: "2025-02-15",
    message: "JSONPath Plus: remote code execution",
    cwe: "CWE-94",
    also: ["CVE-2024-21534", "CVE-2026-1615"],
    expression: found("cve-2025-1302"),
  }),
  patch("cve-2025-48997", {
    attack: "node",
    what: "A file in a field without a name, which makes Multer end the process.",
    affected: "multer >=1.4.4-lts.1 <2.0.1",
    published: "2025-06-03",
    message: "Multer: file without a field's name",
    cwe: "CWE-248",
    expression: matching(
      "http.request.body.multipart.content_dispositions[*][*]",
      String.raw`^[^";]*;\s*(?:name=(?:"")?\s*;[^"]*filename\*?=|filename\*?=(?:"[^"]*"|[^";]*)\s*;\s*name=(?:"")?\s*(?:;|$))`,
    ),
  }),
  patch("cve-2026-21858", {
    attack: "disclosure",
    what: "A JSON body that declares uploaded files of an n8n form, with paths on the server.",
    affected: "n8n <1.121.0",
    published: "2026-01-07",
    message: "n8n: file chosen by the client",
    cwe: "CWE-20",
    expression: `http.request.uri.path contains "/form" and ${matching("wirewall.request.body.json.names[*]", String.raw`^files\.[^.]{1,200}\.filepath$`)}`,
  }),
  patch("cve-2025-27210", {
    attack: "traversal",
    what: "The name of a Windows device before `..`, which Node.js does not resolve.",
    affected: "node on Windows >=20.0.0 <20.19.4, >=22.0.0 <22.17.1, >=24.0.0 <24.4.1",
    published: "2025-07-18",
    message: "Node.js: `..` after a device name",
    cwe: "CWE-22",
    expression: `${matching(RAW_URI, `(?:^|=|${SLASH})(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:(?::|%3a)${SLASH}?|${SLASH})${UP}`)}`,
  }),
];
