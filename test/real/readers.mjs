// Compares the readers of PHP and Python, which are packages here, with what rules see, over a sample of each kind of input.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const INPUTS = "300";
const root = fileURLToPath(new URL("../../", import.meta.url));

/** What went wrong, or why it was not run. */
export function checkReaders() {
  const { status, stdout, stderr } = spawnSync(
    "npm",
    ["run", "--silent", "differential:readers", "--", INPUTS, "1"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  const missing = /^There is no .*$/m.exec(stdout);
  if (missing !== null) return { faults: [missing[0]] };
  return { faults: status === 0 ? [] : [stdout + stderr] };
}
