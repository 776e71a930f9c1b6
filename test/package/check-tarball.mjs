// Packs the package, installs the tarball into an empty project without optional peers, and imports every subpath
// from ESM and from CommonJS. The core is also imported with code generation from strings forbidden.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

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
  const packed = JSON.parse(
    run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", work], { cwd: root }),
  );
  const tarball = join(work, (Array.isArray(packed) ? packed[0] : Object.values(packed)[0]).filename);
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
  const subpaths = Object.keys(manifest.exports).filter(
    (path) => path !== "./package.json" && !path.endsWith(".json"),
  );
  const names = subpaths.map((path) => manifest.name + path.slice(1));
  const list = JSON.stringify(names);
  writeFileSync(
    join(work, "esm.mjs"),
    `for (const name of ${list}) { const module = await import(name); if (Object.keys(module).length === 0) throw new Error(name + " exports nothing"); }\n`,
  );
  writeFileSync(
    join(work, "cjs.cjs"),
    `for (const name of ${list}) { const module = require(name); if (Object.keys(module).length === 0) throw new Error(name + " exports nothing"); }\n`,
  );
  run("node", ["esm.mjs"]);
  run("node", ["--no-warnings", "cjs.cjs"]);
  writeFileSync(
    join(work, "core.mjs"),
    `import { createWaf } from "wirewall";
const waf = createWaf({ rulesets: [{ name: "t", kind: "zone", phase: "http_request_firewall_custom", rules: [
  { ref: "x", expression: 'http.request.uri.path matches r"^/\\\\.(git|env)" and not ip.src in {10.0.0.0/8}', action: "block" } ] }] });
const hit = waf.evaluateSync({ method: "GET", url: "https://a.example/.git/config", headers: {}, remoteAddress: "203.0.113.9" });
const miss = waf.evaluateSync({ method: "GET", url: "https://a.example/index.html", headers: {}, remoteAddress: "203.0.113.9" });
if (hit.action !== "block" || miss.action !== "allow") throw new Error(hit.action + " " + miss.action);
let forbidden = false;
try { new Function("return 1")(); } catch { forbidden = true; }
if (!forbidden) throw new Error("code generation was not forbidden: the check proves nothing");
`,
  );
  run("node", ["--disallow-code-generation-from-strings", "core.mjs"]);
  console.log(
    `tarball: ${names.length} subpaths import from ESM and CommonJS; the core runs without code generation`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
