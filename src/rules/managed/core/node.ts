import { blocks, LIKELY, logs, scores } from "../define.ts";
import { found, holdsOneOf } from "../places.ts";

/** As frameworks name them, in headers as sent and in lower case. */
const OVERRIDES = [
  ...["x-http-method-override", "X-HTTP-Method-Override", "x-http-method", "X-HTTP-Method"],
  ...["x-method-override", "X-Method-Override", "_method", "_METHOD", "_HttpMethod"],
];

export const nodeRules = [
  blocks("wc-node-flight-reference", {
    attack: "node",
    references: ["CWE-502", "CWE-1321", "CVE-2025-55182"],
    description: "A reference of React's server functions that accesses a prototype or a constructor.",
    message: "React server functions: reference to a prototype",
    expression: found("node-flight-reference"),
  }),
  blocks("wc-node-flight-internals", {
    attack: "node",
    references: ["CWE-502", "CVE-2025-55182"],
    description: "An object that imitates React's internal reader of server functions.",
    message: "React server functions: forged reader",
    expression: found("node-flight-internals"),
  }),
  logs("wc-graphql-introspection", {
    attack: "disclosure",
    references: ["CWE-200"],
    severity: "notice",
    description: "A query of GraphQL for the schema itself.",
    message: "GraphQL introspection",
    expression: found("graphql-introspection"),
  }),
  scores("wc-graphql-flood", LIKELY, {
    attack: "protocol",
    references: ["CWE-770"],
    severity: "warning",
    description: "A query of GraphQL with a hundred aliases or fifty directives.",
    message: "GraphQL query of many aliases or directives",
    expression: found("graphql-flood"),
  }),
  scores("wc-graphql-depth", LIKELY, {
    attack: "protocol",
    references: ["CWE-674", "CWE-770"],
    severity: "warning",
    description: "A query of GraphQL whose selections are nested deeper than 24 times.",
    message: "deeply nested GraphQL query",
    expression: found("graphql-depth"),
  }),
  scores("wc-graphql-batch", LIKELY, {
    attack: "protocol",
    references: ["CWE-770", "CWE-799"],
    severity: "warning",
    description: "A batch of a hundred queries of GraphQL in one request.",
    message: "batch of many GraphQL queries",
    expression: 'any(wirewall.request.body.json.names[*] == "99.query")',
  }),
  blocks("wc-graphql-cycle", {
    attack: "protocol",
    references: ["CWE-674"],
    description: "A query of GraphQL with a fragment that contains itself.",
    message: "circular GraphQL fragment",
    expression: found("graphql-cycle"),
  }),
  logs("wc-protocol-method-override", {
    attack: "protocol",
    references: ["CWE-650"],
    severity: "notice",
    description:
      "A header, an argument or a field of a form that requests another method than that of the request.",
    message: "method override",
    expression: ["http.request.headers", "http.request.uri.args", "http.request.body.form"]
      .map((inputs) => holdsOneOf(`${inputs}.names`, OVERRIDES))
      .join(" or "),
  }),
];
