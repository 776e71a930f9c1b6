// The layer table as rules for dependency-cruiser. Each rule's comment is what the offender reads.
import { LAYERS } from "./test/package/layers.mjs";
import { BUNDLED } from "./tools/entries.mjs";

const below = (names) => names.join(", ") || "no other layer";

/** `layer` or `layer/module` as the start of a path. */
const places = (names) => `^src/(${names.join("|")})/`;

const layerRules = LAYERS.map(({ name, imports }) => ({
  name: `layer-${name}`,
  severity: "error",
  comment: `src/${name} may import ${below(imports)}; move the code down, or pass it in from above`,
  from: { path: `^src/${name}/` },
  to: { path: "^src/", pathNot: places([name, ...imports]) },
}));

const moduleRules = LAYERS.flatMap(({ name, modules = [], apart = [] }) =>
  modules.map((module, at) => {
    const allowed = modules.slice(0, at).filter((other) => !apart.includes(other));
    return {
      name: `module-${name}-${module}`,
      severity: "error",
      comment: `src/${name}/${module} may import, of its own layer, ${allowed.join(", ") || "no other module"}`,
      from: { path: `^src/${name}/${module}/` },
      to: { path: `^src/${name}/`, pathNot: places([...allowed, module].map((one) => `${name}/${one}`)) },
    };
  }),
);

export default {
  forbidden: [
    ...layerRules,
    ...moduleRules,
    {
      name: "no-cycle",
      severity: "error",
      comment: "two files that import each other are one file, or three",
      from: { path: "^src/" },
      to: { circular: true },
    },
    {
      name: "entry-points-are-not-imported",
      severity: "error",
      comment:
        "src/*.ts are the package's entry points; inside the package, import the file that owns the thing",
      from: { path: "^src/[^/]+/" },
      to: { path: "^src/[^/]+\\.ts$" },
    },
    {
      name: "without-node",
      severity: "error",
      comment:
        "only src/adapters (but for fetch) and src/cli may import node: modules; the rest runs in any JavaScript runtime",
      from: { path: "^src/", pathNot: "^src/(adapters/(?!fetch/)|cli/)" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "chevrotain-in-syntax",
      severity: "error",
      comment: "the parser library is an implementation detail of src/language/syntax",
      from: { path: "^src/", pathNot: "^src/language/syntax/" },
      to: { path: "node_modules/chevrotain" },
    },
    {
      name: "regex-engines-behind-port",
      severity: "error",
      comment: "regular-expression libraries are imported only behind the pattern port",
      from: { path: "^src/", pathNot: "^src/language/pattern/" },
      to: { path: "node_modules/(re2js|re2-wasm)" },
    },
    {
      name: "no-undeclared-package",
      severity: "error",
      comment:
        "a package that the source imports must be a dependency or an optional peer in package.json, or one that the build bundles (BUNDLED in tools/entries.mjs)",
      from: { path: "^src/" },
      to: {
        dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev"],
        pathNot: `node_modules/(${BUNDLED.join("|")})/`,
      },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      comment: "an import that cannot be resolved",
      from: { path: "^src/" },
      to: { couldNotResolve: true },
    },
    {
      name: "tests-reach-source-through-support",
      severity: "error",
      comment: "tests import the source through test/support/source, so that files can move",
      from: { path: "^test/", pathNot: "^test/support/source/" },
      to: { path: "^src/" },
    },
    {
      name: "no-source-in-examples",
      severity: "error",
      comment: "an example uses the package as a stranger would",
      from: { path: "^examples/" },
      to: { path: "^src/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
    },
  },
};
