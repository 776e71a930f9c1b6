import type { RuleDocument } from "../../ruleset/document.ts";
import { type Attack, blocks } from "../define.ts";
import { found, matching } from "../places.ts";

const RAW_URI = "raw.http.request.uri";
const RAW_PATH = "raw.http.request.uri.path";

interface Patch {
  readonly attack: Attack;
  /** What the request does, in a sentence. */
  readonly what: string;
  /** Packages and versions. */
  readonly affected: string;
  /** When the weakness was published: `2025-03-21`. */
  readonly published: string;
  readonly message: string;
  readonly cwe: string;
  readonly expression: string;
  /** Others that the same request shows. */
  readonly also?: readonly string[];
}

/** A rule for one published weakness, until what has it is updated. */
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

/** Files that development servers of Vite keep back. */
const DENIED = String.raw`/(?:\.env[\w.-]{0,60}|[\w.-]{1,60}\.(?:crt|pem))`;

/** Weaknesses of Node, its frameworks and bundlers that a request shows, of three years. */
export const cveRules = [
  patch("cve-2025-55182", {
    attack: "node",
    what: "A call of a React server function whose arguments reach for a prototype or forge React's reader.",
    affected:
      "react-server-dom-webpack, -parcel and -turbopack 19.0.0, 19.1.0, 19.1.1 and 19.2.0, and Next.js 15 and 16 with them",
    published: "2025-12-03",
    message: "React server functions: remote code execution",
    cwe: "CWE-502",
    expression: `http.request.method == "POST" and (${found("node-flight-reference")} or ${found("node-flight-internals")})`,
  }),
  patch("cve-2025-29927", {
    attack: "node",
    what: "A header by which Next.js takes a request for one of its own and leaves middleware out.",
    affected: "next 11.1.4 to 12.3.4, 13.0.0 to 13.5.8, 14.0.0 to 14.2.24 and 15.0.0 to 15.2.2",
    published: "2025-03-21",
    message: "Next.js: middleware left out",
    cwe: "CWE-285",
    expression: hasHeader("x-middleware-subrequest"),
  }),
  patch("cve-2024-51479", {
    attack: "node",
    what: "An argument that changes the path which middleware of Next.js sees.",
    affected: "next 9.5.5 to 14.2.14",
    published: "2024-12-17",
    message: "Next.js: authorisation by path left out",
    cwe: "CWE-285",
    expression: 'any(wirewall.request.uri.args.names[*] == "__nextLocale")',
  }),
  patch("cve-2024-46982", {
    attack: "node",
    what: "A header by which Next.js stores a page of one user in a shared cache.",
    affected: "next 13.5.1 to 13.5.6 and 14.0.0 to 14.2.9",
    published: "2024-09-17",
    message: "Next.js: cache poisoning",
    cwe: "CWE-639",
    also: ["CVE-2025-32421"],
    expression: hasHeader("x-now-route-matches"),
  }),
  patch("cve-2025-43864", {
    attack: "node",
    what: "A header of the build of React Router that makes a server answer with an empty page.",
    affected: "react-router 7.2.0 to 7.5.1",
    published: "2025-04-24",
    message: "React Router: forced single-page mode",
    cwe: "CWE-755",
    expression: hasHeader("x-react-router-spa-mode"),
  }),
  patch("cve-2025-43865", {
    attack: "node",
    what: "A header of the build of React Router that replaces the data of a page.",
    affected: "react-router 7.0.0 to 7.5.1",
    published: "2025-04-24",
    message: "React Router: forged page data",
    cwe: "CWE-345",
    expression: hasHeader("x-react-router-prerender-data"),
  }),
  patch("cve-2025-31137", {
    attack: "node",
    what: "A host with something other than a number as its port, which becomes a part of the path.",
    affected: "@react-router/express 7.0.0 to 7.4.0 and @remix-run/express 2.11.1 to 2.16.2",
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
    what: "Question marks behind `raw` or `url` by which a development server of Vite leaves out its check of files.",
    affected: "vite up to 4.5.9, 5.0.0 to 5.4.14, 6.0.0 to 6.0.11, 6.1.0, 6.1.1 and 6.2.0 to 6.2.2",
    published: "2025-03-24",
    message: "Vite: files outside of the project",
    cwe: "CWE-200",
    expression: matching(RAW_URI, String.raw`[?&](?:raw|url)\?{1,2}$`),
  }),
  patch("cve-2025-31125", {
    attack: "disclosure",
    what: "A combination of queries by which a development server of Vite sends any file as a module.",
    affected: "vite up to 4.5.10, 5.0.0 to 5.4.15, 6.0.0 to 6.0.12, 6.1.0 to 6.1.2 and 6.2.0 to 6.2.3",
    published: "2025-03-31",
    message: "Vite: files outside of the project, as modules",
    cwe: "CWE-200",
    expression: matching(
      RAW_URI,
      String.raw`\?import&\?inline=[\w.]{1,20}\.wasm\?init|\?inline&import(?:&|$)|\?raw\?import(?:&|$)`,
    ),
  }),
  patch("cve-2025-31486", {
    attack: "disclosure",
    what: "An ending of a picture by which a development server of Vite sends any file.",
    affected: "vite up to 4.5.11, 5.0.0 to 5.4.16, 6.0.0 to 6.0.13, 6.1.0 to 6.1.3 and 6.2.0 to 6.2.4",
    published: "2025-04-03",
    message: "Vite: files outside of the project, as pictures",
    cwe: "CWE-200",
    expression: matching(RAW_URI, String.raw`\?\.svg\?\.wasm\?init`),
  }),
  patch("cve-2025-46565", {
    attack: "disclosure",
    what: "A file that a development server of Vite keeps back, with a dot as a name behind it.",
    affected: "vite up to 4.5.13, 5.0.0 to 5.4.18, 6.0.0 to 6.1.5, 6.2.0 to 6.2.6 and 6.3.0 to 6.3.3",
    published: "2025-04-30",
    message: "Vite: file that is kept back",
    cwe: "CWE-22",
    expression: matching(RAW_URI, String.raw`^[^?]{0,2000}${DENIED}/\.(?:\?|$)`),
  }),
  patch("cve-2025-62522", {
    attack: "disclosure",
    what: "A file that a development server of Vite keeps back, with a backslash behind it.",
    affected: "vite on Windows 5.2.6 to 5.4.20, 6.0.0 to 6.4.0, 7.0.0 to 7.0.7 and 7.1.0 to 7.1.10",
    published: "2025-10-20",
    message: "Vite: file that is kept back, by a backslash",
    cwe: "CWE-22",
    expression: matching(RAW_URI, String.raw`^[^?]{0,2000}${DENIED}(?:\\|%5c)(?:\?|$)`),
  }),
  patch("cve-2026-53571", {
    attack: "disclosure",
    what: "A file by the name of its stream on Windows, which a development server of Vite does not know.",
    affected: "vite on Windows up to 6.4.2, 7.0.0 to 7.3.4 and 8.0.0 to 8.0.15",
    published: "2026-06-01",
    message: "Vite: file that is kept back, by its stream",
    cwe: "CWE-22",
    expression: matching(RAW_PATH, String.raw`(?::|%3a){2}(?:\$|%24)data`),
  }),
  patch("cve-2025-27415", {
    attack: "node",
    what: "A query that makes Nuxt answer with data in place of a page, for a cache to keep.",
    affected: "nuxt 3.0.0 to 3.15.4",
    published: "2025-03-19",
    message: "Nuxt: cache poisoning",
    cwe: "CWE-349",
    expression: matching(RAW_URI, String.raw`\?(?:[^&]{0,500}&){0,20}(?:/|%2f)_payload\.json`),
  }),
  patch("cve-2024-34344", {
    attack: "rce",
    what: "The page by which Nuxt tests components, which loads what its argument names.",
    affected: "nuxt 3.4.0 to 3.12.3 in development",
    published: "2024-08-05",
    message: "Nuxt: component of the sender's choice",
    cwe: "CWE-94",
    expression: 'http.request.uri.path contains "/__nuxt_component_test__"',
  }),
  patch("cve-2025-64525", {
    attack: "ssrf",
    what: "A scheme with more than letters, which Astro puts before the host.",
    affected: "astro 2.16.0 to 5.15.4",
    published: "2025-11-13",
    message: "Astro: address of the sender's choice",
    cwe: "CWE-918",
    expression: matching(header("x-forwarded-proto"), "[^a-z0-9, +.-]"),
  }),
  patch("cve-2025-55303", {
    attack: "ssrf",
    what: "A picture of another host by an address without a scheme.",
    affected: "astro up to 4.16.18 and 5.0.0 to 5.13.1",
    published: "2025-08-19",
    message: "Astro: picture of a foreign host",
    cwe: "CWE-79",
    expression: `ends_with(http.request.uri.path, "/_image") and ${matching('http.request.uri.args["href"][*]', String.raw`^(?:/|%2f|\\|%5c){2}`)}`,
  }),
  patch("cve-2025-11953", {
    attack: "rce",
    what: "A request to open something other than an address of the web on the machine of a developer.",
    affected: "@react-native-community/cli-server-api 4.8.0 to 20.0.0-alpha.2",
    published: "2025-11-03",
    message: "React Native: command on the developer's machine",
    cwe: "CWE-78",
    expression: `http.request.method == "POST" and http.request.uri.path == "/open-url" and not (${matching("http.request.body.raw", String.raw`"url"\s*:\s*"https?://[\w./:?=%~-]*"`)})`,
  }),
  patch("cve-2026-25223", {
    attack: "node",
    what: "A tab in the media type, behind which Fastify finds no schema for the body.",
    affected: "fastify up to 5.7.1",
    published: "2026-02-03",
    message: "Fastify: body without validation",
    cwe: "CWE-436",
    expression: matching(header("content-type"), String.raw`\w\t`),
  }),
  patch("cve-2025-25200", {
    attack: "node",
    what: "Hundreds of blanks in a header that Koa takes apart in quadratic time.",
    affected: "koa up to 0.21.1, 1.0.0 to 1.7.0, 2.0.0 to 2.15.3 and 3.0.0-alpha.0 to alpha.2",
    published: "2025-02-12",
    message: "Koa: header that takes long to read",
    cwe: "CWE-1333",
    expression: ["x-forwarded-proto", "x-forwarded-host"]
      .map((name) => matching(header(name), String.raw`\s{200}`))
      .join(" or "),
  }),
  patch("cve-2025-23061", {
    attack: "nosql",
    what: "A script of MongoDB inside of what Mongoose joins by.",
    affected: "mongoose up to 6.13.5, 7.0.0 to 7.8.3 and 8.0.0 to 8.9.4",
    published: "2025-01-15",
    message: "Mongoose: script in a join",
    cwe: "CWE-94",
    also: ["CVE-2024-53900"],
    // Whatever the key stands under, it is evidence; so most bodies' paths are left alone.
    expression: `${found("nosql-script")} and ${matching("wirewall.request.body.json.names[*]", String.raw`(?:^|\.)match\.(?:.{0,200}\.)?\$where(?:\.|$)`)}`,
  }),
  patch("cve-2025-1302", {
    attack: "rce",
    what: "A path of JSONPath whose filter reaches for a constructor or a module.",
    affected: "jsonpath-plus up to 10.2.0",
    published: "2025-02-15",
    message: "JSONPath Plus: remote code execution",
    cwe: "CWE-94",
    also: ["CVE-2024-21534"],
    expression: found("cve-2025-1302"),
  }),
  patch("cve-2025-48997", {
    attack: "node",
    what: "A file in a field without a name, by which Multer ends the process.",
    affected: "multer 1.4.4-lts.1 to 2.0.0",
    published: "2025-06-03",
    message: "Multer: file without a field's name",
    cwe: "CWE-248",
    expression: matching(
      "http.request.body.multipart.content_dispositions[*][*]",
      String.raw`;\s*name=(?:""|;)\s*;?\s*filename=`,
    ),
  }),
];
