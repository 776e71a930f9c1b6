import { configDefaults, defineConfig } from "vitest/config";

/**
 * Tests of what has no state of its own and touches nothing of the process: its modules are loaded once for all files of a worker,
 * which takes a third of the time. Test files that import others (`renamed.test.ts`) are not among them: a module that another
 * file of the worker loaded before does not run again, so its tests would be missing.
 */
const STATELESS = [
  ...["request", "language", "rules"].map((folder) => `test/${folder}/**/!(renamed).test.ts`),
  // Of the engine's the others replace what belongs to the process.
  "test/engine/**/!(renamed|provider-faults|loaded-fields|random|counter-store-faults|defaults).test.ts",
];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "stateless", include: STATELESS, isolate: false } },
      {
        extends: true,
        test: {
          name: "isolated",
          include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...STATELESS],
        },
      },
    ],
    // All cores: one less, the default, leaves half of a machine with two of them idle.
    maxWorkers: "100%",
    testTimeout: 180_000,
    hookTimeout: 60_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // Made from grammar/diagnostics.md; there is nothing in it to run.
      exclude: ["src/language/diagnostics/codes.ts"],
      reporter: ["text-summary", "json-summary"],
      reportsDirectory: "build/coverage",
      // Raised when the measured share rises, never lowered.
      thresholds: { lines: 98, branches: 95 },
    },
  },
});
