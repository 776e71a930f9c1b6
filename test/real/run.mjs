// npm run test:real
// Runs what needs more than Node and the project's own packages: the Worker in workerd, and the readers of PHP and Python.
import { checkReaders } from "./readers.mjs";
import { checkWorkerd } from "./workerd.mjs";

const CHECKS = [
  { name: "the Worker in workerd", check: checkWorkerd },
  { name: "readers of PHP and Python", check: checkReaders },
];
/** Where every check runs: elsewhere workerd may have no binary. */
const HAS_ALL = ["linux x64", "linux arm64", "darwin x64", "darwin arm64", "win32 x64"].includes(
  `${process.platform} ${process.arch}`,
);

const count = { passed: 0, failed: 0, skipped: 0 };
for (const { name, check } of CHECKS) {
  const { faults = [], skipped } = await check();
  const outcome = skipped !== undefined ? "skipped" : faults.length === 0 ? "passed" : "failed";
  count[outcome]++;
  console.log(`${outcome}: ${name}${skipped === undefined ? "" : ` (${skipped})`}`);
  for (const fault of faults) console.error(fault);
}
const expectedSkips = HAS_ALL ? 0 : 1;
console.log(
  `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped; at most ${expectedSkips} expected to be skipped here`,
);
process.exitCode = count.failed > 0 || count.skipped > expectedSkips ? 1 : 0;
