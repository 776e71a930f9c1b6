// Texts that no attacker wrote: documentation, catalogues and sources of packages that have nothing to do with each other.
// They are fetched when weights are trained, kept in a folder outside of the repository, and are never part of it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { extname, join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Each with its exact version, and which of its files are read. */
export const PACKAGES = [
  {
    from: "npm",
    name: "date-fns",
    version: "4.1.0",
    files: /\.md$|\/locale\/[a-z-]+\/_lib\/\w+\/?\w*\.js$/i,
  },
  { from: "npm", name: "i18n-iso-countries", version: "7.14.0", files: /langs\/.*\.json$|\.md$/ },
  { from: "npm", name: "vega-datasets", version: "3.2.1", files: /data\/.*\.(?:csv|json|tsv)$|\.md$/ },
  { from: "npm", name: "mathjs", version: "15.2.0", files: /\.md$|embeddedDocs\/.*\.js$/ },
  {
    from: "npm",
    name: "cronstrue",
    version: "3.3.0",
    files: /\.md$|i18n\/locales\/\w+\.d?\.?ts$|dist\/i18n\/locales\/\w+\.js$/,
  },
  {
    from: "npm",
    name: "typescript",
    version: "5.9.3",
    files: /diagnosticMessages\.generated\.json$|lib\.(?:dom|es5)\.d\.ts$/,
  },
  {
    from: "npm",
    name: "highlight.js",
    version: "11.11.1",
    files: /\.md$|es\/languages\/\w+\.js$|styles\/.*[a-z]\.css$/,
  },
  { from: "npm", name: "bootstrap", version: "5.3.8", files: /\.md$|\.scss$|js\/src\/.*\.js$/ },
  {
    from: "npm",
    name: "three",
    version: "0.180.0",
    files: /\.md$|examples\/jsm\/\w+\/[A-M]\w+\.js$|shaders\/.*\.js$/,
  },
  { from: "npm", name: "winston", version: "3.19.0", files: /\.md$|lib\/.*\.js$/ },
  { from: "npm", name: "shelljs", version: "0.10.0", files: /\.md$|src\/.*\.js$/ },
  { from: "npm", name: "handlebars", version: "4.7.8", files: /\.md$|lib\/.*\.js$/ },
  {
    from: "npm",
    name: "sequelize",
    version: "6.37.7",
    files: /\.md$|lib\/dialects\/.*\.js$|types\/.*\.d\.ts$/,
  },
  {
    from: "npm",
    name: "systeminformation",
    version: "5.27.11",
    files: /\.md$|lib\/(?:cpu|wifi|users|usb|processes)\.js$/,
  },
  { from: "npm", name: "world-countries", version: "5.1.0", files: /countries\.json$|\.md$/ },
  { from: "npm", name: "sanitize-html", version: "2.17.0", files: /\.md$/ },
  { from: "npm", name: "webpack", version: "5.102.1", files: /\.md$|schemas\/.*\.json$|lib\/[A-C]\w+\.js$/ },
  { from: "npm", name: "swagger-ui-dist", version: "5.29.5", files: /\.md$|\.html$|\.css$/ },
  { from: "npm", name: "bootstrap-icons", version: "1.13.1", files: /\.svg$|\.md$|\.woff2?$/ },
  { from: "debian", name: "shared-mime-info", version: "2.2-1", files: /\.xml(?:\.gz)?$/ },
  {
    from: "debian",
    name: "docbook-xsl",
    version: "1.79.2+dfsg-2",
    files: /\/(?:html|fo|xhtml|common)\/[a-m][^/]*\.(?:xsl|xml)$/,
  },
  { from: "debian", name: "xkb-data", version: "2.35.1-1", files: /\.xml$|symbols\/[a-z]+$/ },
  { from: "debian", name: "fontconfig-config", version: "2.14.1-4", files: /\.conf$/ },
  { from: "debian", name: "iso-codes", version: "4.15.0-1", files: /\.xml$|json\/.*\.json$/ },
  { from: "debian", name: "manpages", version: "6.03-2", files: /man[1-8]\/.*\.gz$/ },
  { from: "debian", name: "manpages-de", version: "4.18.1-1", files: /man[1-8]\/[a-m].*\.gz$/ },
  { from: "debian", name: "manpages-fr", version: "4.18.1-1", files: /man[1-8]\/[n-z].*\.gz$/ },
  {
    from: "debian",
    name: "manpages-ja",
    version: "0.5.0.0.20221215+dfsg-1",
    files: /man[1-8]\/[c-f].*\.gz$/,
  },
  { from: "debian", name: "bash-doc", version: "5.2.15-2", files: /\.html$|\.sh$|examples\/.*/ },
  { from: "debian", name: "fortunes", version: "1:1.99.1-7.3", files: /fortunes\/[a-z-]+$/ },
  {
    from: "debian",
    name: "fortunes-es",
    version: "1.36",
    files: /fortunes\/es\/[a-z-]+\.fortunes$|fortunes\/es\/[a-z-]+$/,
  },
  {
    from: "debian",
    name: "debian-policy",
    version: "4.6.2.0",
    files: /policy\.txt\.gz$|policy\.html\/.*\.html$/,
  },
  { from: "debian", name: "debian-reference-en", version: "2.100", files: /\.en\.html$/ },
  {
    from: "debian",
    name: "postgresql-doc-15",
    version: "15.20-0+deb12u1",
    files: /html\/(?:sql|functions|tutorial|queries|indexes|ddl|dml|plpgsql|datatype).*\.html$/,
  },
  {
    from: "debian",
    name: "sqlite3-doc",
    version: "3.40.1-2+deb12u2",
    files: /\/(?:lang|json|fts|date|faq|quickstart|c3ref\/[a-m])[^/]*\.html$/,
  },
  {
    from: "debian",
    name: "apache2-doc",
    version: "2.4.71-1~deb12u1",
    files: /manual\/en\/.*\.html$|\.(?:gif|png|jpg)$/,
  },
  { from: "debian", name: "rsyslog-doc", version: "8.2302.0+dfsg-1", files: /\.html$|\.rst\.txt$/ },
  {
    from: "debian",
    name: "lyx-common",
    version: "2.3.7-1",
    files: /doc\/(?:Intro|Math|Tutorial|Customization|EmbeddedObjects)\.lyx$|examples\/.*\.lyx$/,
  },
  {
    from: "debian",
    name: "python3.11-doc",
    version: "3.11.2-6+deb12u9",
    files:
      /_sources\/(?:tutorial|howto|faq|library\/[a-m])[^/]*\.rst\.txt$|_sources\/(?:tutorial|howto|faq)\/.*\.rst\.txt$/,
  },
  {
    from: "debian",
    name: "vim-runtime",
    version: "2:9.0.1378-2+deb12u2",
    files: /doc\/(?:usr_\d+|map|eval|pattern|change|quickfix)\.txt(?:\.gz)?$/,
  },
  { from: "debian", name: "cron", version: "3.0pl1-162", files: /crontab|man[1-8]\/.*\.gz$|README/ },
  {
    from: "debian",
    name: "mutt",
    version: "2.2.12-0.1~deb12u2",
    files: /manual\.txt\.gz$|examples\/.*|Muttrc/,
  },
];

/** Texts taken from one package, at most. */
const MOST_TEXTS = 2200;

/** @returns {{ origin: string, texts: string[] }[]} */
export function packageTexts(cache) {
  mkdirSync(cache, { recursive: true });
  return PACKAGES.map((entry) => {
    const folder = fetched(entry, cache);
    const texts = new Set();
    for (const file of filesIn(folder)) {
      const path = `/${file}`;
      if (entry.files.test(path)) for (const text of cut(path, join(folder, file))) texts.add(text);
    }
    // A sample that depends on nothing but the texts themselves.
    const keyed = [...texts].map((text) => ({
      text,
      key: createHash("sha1").update(text, "latin1").digest("hex"),
    }));
    keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
    return {
      origin: `${entry.from}:${entry.name}@${entry.version}`,
      texts: keyed.slice(0, MOST_TEXTS).map(({ text }) => text),
    };
  });
}

function fetched({ from, name, version }, cache) {
  const folder = join(cache, `${from}-${name}-${version}`.replaceAll(/[^\w.+-]/g, "_"));
  if (existsSync(folder)) return folder;
  const work = `${folder}.part`;
  mkdirSync(work, { recursive: true });
  const run = (command, ...args) =>
    execFileSync(command, args, { cwd: work, stdio: ["ignore", "ignore", "inherit"] });
  if (from === "npm") run("npm", "pack", `${name}@${version}`, "--silent");
  else run("apt-get", "-q", "download", `${name}=${version}`);
  const archive = readdirSync(work).find((file) => /\.(?:tgz|deb)$/.test(file));
  if (archive === undefined) throw new Error(`${from} has no ${name} ${version}`);
  if (from === "npm") run("tar", "-xzf", archive);
  else run("dpkg-deb", "-x", archive, ".");
  renameSync(work, folder);
  return folder;
}

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();

/** Cuts a file into texts of the sizes that requests have. */
function* cut(name, file) {
  let content = readFileSync(file);
  let path = name;
  if (path.endsWith(".gz")) {
    content = gunzipSync(content);
    path = path.slice(0, -3);
  }
  const text = content.subarray(0, 400_000).toString("latin1");
  const kind = extname(path);
  if (/^\.(?:gif|png|jpg|woff2?)$/.test(kind)) yield text.slice(0, 3000);
  if (text.includes("\0")) return;
  if (/^\.(?:svg|xml|xsl|conf)$/.test(kind)) yield* documentsOf(text);
  else if (kind === ".json") yield* valuesOf(text);
  else if (kind === ".html") yield* pageOf(text);
  else if (/\.[1-8]$/.test(path)) yield* paragraphsOf(manual(text));
  else if (/\/fortunes\//.test(path)) yield* sized(text.split(/^%\s*$/m));
  else if (kind === ".csv" || kind === ".tsv") yield* sized(text.split(/\r?\n/).slice(0, 400));
  else yield* paragraphsOf(text);
}

function* sized(texts) {
  for (const text of texts) {
    const trimmed = text.trim();
    if (trimmed.length > 2 && trimmed.length <= 6000) yield trimmed;
  }
}

/** Paragraphs, blocks of code and, of each third one, the lines. */
function* paragraphsOf(text) {
  const blocks = text.split(/(?:\r?\n[ \t]*){2,}/);
  let big = "";
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i];
    yield* sized([block]);
    if (i % 3 === 0) yield* sized(block.split(/\r?\n/));
    for (const [, code] of block.matchAll(/`([^`\n]{3,200})`/g)) yield* sized([code]);
    for (const [link] of block.matchAll(/https?:\/\/[^\s<>"')\]]+/g)) yield* sized([link]);
    // Several together, as people paste them.
    big += `${block}\n\n`;
    if (i % 7 === 6) {
      yield* sized([big]);
      big = "";
    }
  }
}

function* valuesOf(text) {
  let value;
  try {
    value = JSON.parse(Buffer.from(text, "latin1").toString("utf8"));
  } catch {
    return;
  }
  const found = [];
  const walk = (part, depth) => {
    if (typeof part === "string") found.push(Buffer.from(part, "utf8").toString("latin1"));
    else if (part && typeof part === "object" && depth < 20) {
      const whole = JSON.stringify(part);
      // Objects in a string, as many clients send them.
      if (whole.length < 800 && found.length % 5 === 0)
        found.push(Buffer.from(whole, "utf8").toString("latin1"));
      for (const child of Object.values(part)) walk(child, depth + 1);
    }
  };
  walk(value, 0);
  yield* sized(found);
}

/** XML as it is sent: a document with its declaration, elements, and what stands in them. */
function* documentsOf(text) {
  yield* sized([text.slice(0, 4000), text.slice(0, 700)]);
  const elements = text.split(/\n(?=\s*<\w)/);
  for (let i = 0; i < elements.length; i++) {
    if (i % 4 === 0) yield* sized([elements[i]]);
    if (i % 40 === 0)
      yield* sized([`<?xml version="1.0" encoding="UTF-8"?>\n${elements.slice(i, i + 12).join("\n")}`]);
    if (i % 4 === 1) yield* sized([elements[i].replaceAll(/<[^>]*>/g, "")]);
  }
}

/** A page as people copy it: once its text, once its markup, and the addresses in it. No scripts, for users write none. */
function* pageOf(text) {
  const body = text
    .slice(Math.max(0, text.search(/<body/i)))
    .replaceAll(/<script\b[\s\S]*?<\/script>|<style\b[\s\S]*?<\/style>|<!--[\s\S]*?-->/gi, "")
    .replaceAll(/\son\w+="[^"]*"/gi, "");
  const blocks = body.split(/(?=<(?:p|pre|h[1-6]|table|ul|ol|dl|dt|blockquote)\b)/i);
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i];
    if (i % 2 === 0) yield* sized([block]);
    const plain = decoded(block.replaceAll(/<[^>]*>/g, ""));
    yield* sized([plain]);
    if (i % 3 === 0) yield* sized(plain.split(/\n/));
    for (const [, code] of block.matchAll(/<code[^>]*>([^<]{3,200})<\/code>/gi))
      yield* sized([decoded(code)]);
    for (const [, link] of block.matchAll(/href="([^"]{8,400})"/gi)) yield* sized([decoded(link)]);
  }
}

const decoded = (text) =>
  text
    .replaceAll(/&nbsp;|&#160;/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll(/&#39;|&apos;/g, "'")
    .replaceAll("&amp;", "&");

/** The text of a manual page, without its macros. */
const manual = (text) =>
  text
    .replaceAll(/^\.\\".*$/gm, "")
    .replaceAll(/^\.(?:PP|P|LP|TP|IP|SH|SS|HP|sp|nf|fi|EX|EE|RS|RE)\b.*$/gm, "\n")
    .replaceAll(/^\.[A-Z]{1,2} /gm, "")
    .replaceAll(/^\..*$/gm, "")
    .replaceAll(/\\f(?:[BIRP]|\(..)/g, "")
    .replaceAll(/\\-/g, "-")
    .replaceAll(/\\e/g, "\\")
    .replaceAll(/\\\(aq/g, "'")
    .replaceAll(/\\[&|^]/g, "");
