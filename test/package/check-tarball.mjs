// Packs the package and looks at the tarball as a stranger would: publint and the types of every subpath; installed into
// an empty project without optional peers, every subpath is imported from ESM and from CommonJS, the command runs, and
// the core runs with code generation from strings forbidden.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix, resolve } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const root = resolve(import.meta.dirname, "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const work = mkdtempSync(join(tmpdir(), "wirewall-pack-"));
const run = (command, args, options = {}) =>
  execFileSync(command, args, {
    cwd: work,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    ...options,
  });

try {
  const [packed] = [
    JSON.parse(run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", work], { cwd: root })),
  ].flatMap((answer) => (Array.isArray(answer) ? answer : Object.values(answer)));
  const tarball = join(work, packed.filename);
  checkLinks(packed.files.map(({ path }) => path));

  const { messages } = await publint({
    strict: true,
    pack: { tarball: toArrayBuffer(readFileSync(tarball)) },
  });
  for (const message of messages) console.error(`publint: ${formatMessage(message, manifest)}`);
  // Ways of resolving that predate `exports` cannot see the subpaths.
  run(join(root, "node_modules/.bin/attw"), [
    "--profile",
    "node16",
    "--ignore-rules",
    "cjs-resolves-to-esm",
    "--exclude-entrypoints",
    "ruleset.schema.json",
    "--no-emoji",
    "--",
    tarball,
  ]);

  writeFileSync(
    join(work, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module" }),
  );
  run("npm", [
    "install",
    tarball,
    "--no-audit",
    "--no-fund",
    "--omit=optional",
    "--omit=peer",
    "--prefer-offline",
    "--ignore-scripts",
  ]);
  const subpaths = Object.keys(manifest.exports).filter((path) => !path.endsWith(".json"));
  const names = subpaths.map((path) => manifest.name + path.slice(1));
  const each = `for (const name of ${JSON.stringify(names)})`;
  const complain = `if (Object.keys(module).length === 0) throw new Error(name + " exports nothing");`;
  writeFileSync(join(work, "esm.mjs"), `${each} { const module = await import(name); ${complain} }\n`);
  writeFileSync(join(work, "cjs.cjs"), `${each} { const module = require(name); ${complain} }\n`);
  run("node", ["esm.mjs"]);
  run("node", ["--no-warnings", "cjs.cjs"]);
  const said = run("npx", [
    "--no-install",
    "wirewall",
    "eval",
    'http.host eq "a.example"',
    "--url",
    "https://a.example/",
  ]);
  if (!said.includes("true")) throw new Error(`the command said ${said}`);
  writeFileSync(join(work, "core.mjs"), CORE());
  run("node", ["--disallow-code-generation-from-strings", "core.mjs"]);
  if (messages.some(({ type }) => type !== "suggestion")) process.exitCode = 1;
  else
    console.log(
      `tarball: ${packed.files.length} files, ${names.length} subpaths import from ESM and CommonJS; the core runs without code generation`,
    );
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** @throws for a page that links to a file which the package does not have. */
function checkLinks(paths) {
  const isPacked = (link) =>
    paths.some((path) => path === link || path.startsWith(`${link.replace(/\/$/, "")}/`));
  const pages = paths.filter(
    (path) => path === "README.md" || /^(docs|grammar|examples)\/.*\.md$/.test(path),
  );
  if (pages.length < 10) throw new Error(`the package has ${pages.length} pages`);
  const dead = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:)([\w./-]+)[)#]/g)].map(([, link]) => link);
    return links
      .filter((link) => !isPacked(posix.normalize(posix.join(posix.dirname(page), link))))
      .map((link) => `${page}: ${link}`);
  });
  if (dead.length > 0)
    throw new Error(`pages of the package link to files that it does not have:\n${dead.join("\n")}`);
}

function toArrayBuffer(buffer) {
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}

function CORE() {
  return `import { createWaf } from "wirewall";
const waf = createWaf({ rulesets: [{ name: "t", kind: "zone", phase: "http_request_firewall_custom", rules: [
  { ref: "x", expression: 'http.request.uri.path matches r"^/\\\\.(git|env)" and not ip.src in {10.0.0.0/8}', action: "block" } ] }] });
const hit = waf.evaluateSync({ method: "GET", url: "https://a.example/.git/config", headers: {}, remoteAddress: "203.0.113.9" });
const miss = waf.evaluateSync({ method: "GET", url: "https://a.example/index.html", headers: {}, remoteAddress: "203.0.113.9" });
if (hit.action !== "block" || miss.action !== "allow") throw new Error(hit.action + " " + miss.action);
let forbidden = false;
try { new Function("return 1")(); } catch { forbidden = true; }
if (!forbidden) throw new Error("code generation was not forbidden: the check proves nothing");
`;
}
