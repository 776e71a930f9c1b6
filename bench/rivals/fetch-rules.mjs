// Fetches the rules that libddwaf is used with: one file of dd-trace, which brings fifty packages as a dependency.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = "dd-trace@5.132.0";
const INTEGRITY =
  "sha512-2j+bHhDuAG0ghR7Qu/3fXR/02QhaX6U4ZanzasT7fZOsprwyR7RIC0gIykwcFiqY+NxF5ITmQAyUOQ0XuH8gfw==";
const FILE = "package/packages/dd-trace/src/appsec/recommended.json";
const KEPT = fileURLToPath(new URL("node_modules/.appsec-rules", import.meta.url));

const scratch = mkdtempSync(join(tmpdir(), "wirewall-rules-"));
try {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const out = execFileSync(npm, ["pack", PACKAGE, "--json", "--pack-destination", scratch], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 25,
    shell: process.platform === "win32",
  });
  const archive = join(scratch, JSON.parse(out)[0].filename);
  const digest = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (digest !== INTEGRITY) throw new Error(`${PACKAGE} is ${digest}, not ${INTEGRITY}`);
  mkdirSync(KEPT, { recursive: true });
  const depth = FILE.split("/").length - 1;
  execFileSync("tar", ["-xzf", archive, "-C", KEPT, `--strip-components=${depth}`, FILE]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
