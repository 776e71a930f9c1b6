import { BUNDLED } from "./tools/entries.mjs";

// The room table of ARCHITECTURE.md as rules: a room imports only the rooms that its row names. Each rule's comment
// is what the offender reads.
const EXPRESSION_ORDER = ["source", "values", "syntax", "scheme", "functions", "check", "compile"];

const ROOMS = {
  expression: [],
  request: ["expression"],
  detection: ["expression", "request"],
  ruleset: ["expression"],
  managed: ["ruleset"],
  api: ["expression", "request", "ruleset"],
  engine: ["expression", "request", "detection", "ruleset", "managed", "api"],
  testing: ["expression", "request", "detection", "ruleset", "managed", "api", "engine"],
  adapters: ["expression", "request", "detection", "ruleset", "managed", "api", "engine"],
};

const roomRules = Object.entries(ROOMS).map(([room, below]) => ({
  name: `room-${room}`,
  severity: "error",
  comment: `src/${room} may import ${below.length === 0 ? "no other room" : below.join(", ")}; move the code down or pass it in from above`,
  from: { path: `^src/${room}/` },
  to: { path: "^src/", pathNot: `^src/(${[room, ...below].join("|")})/` },
}));

const orderRules = EXPRESSION_ORDER.map((folder, at) => ({
  name: `expression-${folder}`,
  severity: "error",
  comment: `src/expression/${folder} may import only the folders before it: ${EXPRESSION_ORDER.slice(0, at).join(", ") || "none"}`,
  from: { path: `^src/expression/${folder}/` },
  to: {
    path: "^src/expression/",
    pathNot: `^src/expression/(${EXPRESSION_ORDER.slice(0, at + 1).join("|")})/`,
  },
}));

export default {
  forbidden: [
    ...roomRules,
    ...orderRules,
    {
      name: "no-cycle",
      severity: "error",
      comment: "two files that import each other are one file, or three",
      from: { path: "^src/" },
      to: { circular: true },
    },
    {
      name: "adapters-do-not-meet",
      severity: "error",
      comment:
        "an adapter owns only its host; what two adapters share belongs to a room below them; only node/ is common ground for hosts that run on Node",
      from: { path: "^src/adapters/([^/]+)/" },
      to: { path: "^src/adapters/", pathNot: "^src/adapters/($1|node)/" },
    },
    {
      name: "core-without-node",
      severity: "error",
      comment:
        "only src/adapters and src/cli may import node: modules; the core runs in any JavaScript runtime",
      from: { path: "^src/", pathNot: "^src/(adapters|cli)/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "chevrotain-in-syntax",
      severity: "error",
      comment: "the parser library is an implementation detail of src/expression/syntax",
      from: { path: "^src/", pathNot: "^src/expression/syntax/" },
      to: { path: "node_modules/chevrotain" },
    },
    {
      name: "regex-engines-behind-port",
      severity: "error",
      comment: "regular-expression libraries are imported only behind the pattern port",
      from: { path: "^src/", pathNot: "^src/expression/values/pattern/" },
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
