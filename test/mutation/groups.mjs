// Which tests are run for which part of src/. Each group has a run of its own, so that a test that fails does not cost
// the others their figures, and so that a mutant is run only against tests of its part.

export const groups = [
  {
    name: "adapters",
    sources: ["src/host", "src/adapters"],
    tests: ["test/host", "test/adapters", "test/contract/adapter.test.ts"],
  },
  {
    name: "request",
    sources: ["src/request"],
    tests: [
      "test/request",
      "test/hostile/body.test.ts",
      "test/hostile/headers.test.ts",
      "test/contract/request-view.test.ts",
      "test/engine/own-fields.test.ts",
      "test/adapters/node.test.ts",
    ],
  },
  {
    name: "engine",
    sources: ["src/engine"],
    tests: [
      "test/engine",
      "test/hostile/engine.test.ts",
      "test/differential/evaluation.test.ts",
      "test/contract/adapter.test.ts",
    ],
  },
  {
    name: "rules",
    sources: ["src/rules"],
    tests: [
      "test/rules",
      "test/differential/rule-index.test.ts",
      "test/contract/counter-store.test.ts",
      "test/engine/snapshot",
      "test/engine/versions.test.ts",
      "test/engine/waf.test.ts",
      "test/engine/declarations.test.ts",
      "test/engine/plain-data.test.ts",
      "test/engine/sample.test.ts",
      "test/engine/sharing.test.ts",
    ],
  },
  {
    name: "language",
    sources: ["src/language", "src/exports.ts", "src/language.ts", "src/index.ts", "src/core.ts"],
    tests: [
      "test/language",
      "test/grammar",
      "test/hostile/front-end.test.ts",
      "test/contract/pattern-engine.test.ts",
      "test/differential/evaluation.test.ts",
      "test/conformance",
      "test/rules/lists",
      "test/rules/plan",
      "test/engine/sharing.test.ts",
    ],
  },
  {
    name: "documents",
    sources: ["src/documents"],
    tests: ["test/rules/ruleset", "test/rules/lists", "test/cli/check.test.ts", "test/language/syntax"],
  },
  {
    name: "cli",
    sources: ["src/cli"],
    tests: ["test/cli"],
  },
];

/** The module that a source file belongs to: its folder, at most two below `src/`. */
export function moduleOf(file) {
  return file.split("/").slice(0, -1).slice(0, 3).join("/");
}

export function groupOf(file) {
  const group = groups.find(({ sources }) =>
    sources.some((source) => file === source || file.startsWith(`${source}/`)),
  );
  if (group === undefined)
    throw new Error(`no group of tests for ${file}: add it to test/mutation/groups.mjs`);
  return group.name;
}
