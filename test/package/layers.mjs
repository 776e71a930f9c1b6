// The layers and modules of src/, the one table from which `npm run layers` makes its rules, ARCHITECTURE.md its table,
// and the READMEs of the layers are checked.
//
// A layer is a folder of src/. A module is a folder inside it, and may import the modules named before it in its own
// layer and whatever `imports` names. A layer without `modules` is one module. Types count like values.
import { readdirSync } from "node:fs";

/**
 * @typedef {object} Layer
 * @property {string} name folder under src/
 * @property {string} task what comes in and what goes out
 * @property {readonly string[]} [modules] lowest first
 * @property {readonly string[]} imports layers, or `layer/module`
 * @property {readonly string[]} [apart] modules that no other module of the layer but these may import from each other
 */

/** Adapters that others may import, or that must not import `node`. Every other folder is a host or a store of its own. */
const COMMON_ADAPTERS = ["fetch", "node"];

const otherAdapters = readdirSync(new URL("../../src/adapters", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !COMMON_ADAPTERS.includes(entry.name))
  .map(({ name }) => name)
  .sort();

/** @type {readonly Layer[]} */
export const LAYERS = [
  {
    name: "language",
    task: "text → closure",
    modules: [
      "diagnostics",
      "values",
      "sets",
      "pattern",
      "syntax",
      "scheme",
      "functions",
      "check",
      "compile",
    ],
    imports: [],
  },
  {
    name: "documents",
    task: "bytes → values with places",
    modules: ["text", "shapes"],
    imports: ["language/diagnostics", "language/values"],
  },
  {
    name: "request",
    task: "bytes → fields",
    modules: ["view", "head", "body", "model", "fields"],
    imports: ["language"],
  },
  {
    name: "detection",
    task: "texts of a request → evidence of attacks",
    modules: [
      "detector",
      "views",
      "html",
      "sql",
      "shell",
      "code",
      "path",
      "host",
      "shapes",
      "scorer",
      "inspection",
      "fields",
    ],
    imports: ["language", "request"],
  },
  {
    name: "rules",
    task: "documents → plan",
    modules: ["ruleset", "lists", "ratelimit", "terraform", "import", "export", "load", "managed", "plan"],
    imports: ["language", "documents"],
  },
  {
    name: "engine",
    task: "plan × request → decision",
    modules: [
      "decision",
      "respond",
      "challenge",
      "events",
      "options",
      "evaluation",
      "snapshot",
      "firewall",
      "shadow",
    ],
    imports: ["language", "documents", "request", "detection", "rules"],
  },
  {
    name: "host",
    task: "any runtime ⇄ engine: the gate, which does once what every host does between a request and its answer",
    imports: ["language", "documents", "request", "detection", "rules", "engine"],
  },
  {
    name: "adapters",
    task: "host ⇄ gate; one folder per host",
    modules: [...COMMON_ADAPTERS, ...otherAdapters],
    imports: ["language", "documents", "request", "detection", "rules", "engine", "host"],
    /** Adapters share nothing but `node`, the common ground of hosts on Node. */
    apart: ["fetch", ...otherAdapters],
  },
  {
    name: "cli",
    task: "the `wirewall` command",
    imports: ["language", "documents", "request", "detection", "rules", "engine", "host", "adapters"],
  },
];
