// A long run: npm run soak [-- requests swaps seed]. Ends with 1 when something happened that must not.
import { heapGrowth, soak } from "./soak.ts";

/**
 * Of the second half of the run. Notes of the optimizer outside its code still add 1 %, and less the longer the run;
 * 1 kB that is kept per swap, or 5 bytes per request, would add 2 % to that.
 */
const MAX_GROWTH = 0.02;

const [requests = 200_000, swaps = 1000, seed = 1] = process.argv.slice(2).map(Number);
const collect = (globalThis as { readonly gc?: () => void }).gc;
if (collect === undefined) {
  console.error("the heap can be measured only with node --expose-gc");
  process.exit(2);
}

const started = performance.now();
const report = soak({ requests, swaps, seed, windows: 20, collect });
const seconds = (performance.now() - started) / 1000;
const growth = heapGrowth(report.heap);

console.log(
  `requests       ${report.requests} (${JSON.stringify(report.actions)}), responses ${report.responses}`,
);
console.log(`configurations ${report.accepted} taken, ${report.refused} refused`);
console.log(`held open      ${report.heldAcross} transactions across a swap`);
console.log(`checked        ${report.matches} matches, in decisions and in ${report.events} events`);
console.log(`heap in MB     ${report.heap.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(" ")}`);
console.log(
  `heap growth    ${(growth * 100).toFixed(1)} % behind the warm-up, ${MAX_GROWTH * 100} % allowed`,
);
console.log(`counters       ${JSON.stringify(report.counters)}`);
console.log(`time           ${seconds.toFixed(1)} s`);
for (const violation of report.violations) console.error(`violation      ${violation}`);
if (report.violations.length > 0 || growth > MAX_GROWTH) process.exit(1);
