import { blocks, LIKELY, scores } from "../define.ts";
import { found, holdsOneOf } from "../places.ts";

const attack = "traversal";
const references = ["CWE-22", "CAPEC-126"];
const remoteReferences = ["CWE-98", "CAPEC-193"];

export const traversalRules = [
  blocks("wc-traversal-above-root", {
    attack,
    references,
    version: "2",
    description: "A path that leaves the root once its dot segments are resolved.",
    message: "path traversal: above the root",
    expression: `${holdsOneOf("wirewall.request.uri.anomalies", ["above_root"])} or ${found("traversal-above-root")}`,
  }),
  blocks("wc-traversal-to-system-file", {
    attack,
    references,
    version: "2",
    description: "Steps up, then a file of a Unix system.",
    message: "path traversal: system file",
    expression: found("traversal-to-system-file"),
  }),
  blocks("wc-traversal-to-secret-file", {
    attack,
    references,
    version: "2",
    description: "Steps up, then a file of Windows or one with an application's secrets.",
    message: "path traversal: secret file",
    expression: found("traversal-to-secret-file"),
  }),
  blocks("wc-traversal-repeated", {
    attack,
    references,
    version: "2",
    description: "A path that climbs by three or more steps, or by two with backslashes.",
    message: "path traversal: repeated steps",
    expression: found("traversal-repeated"),
  }),
  blocks("wc-traversal-hidden-step", {
    attack,
    references: [...references, "CVE-2020-5902"],
    version: "2",
    description: "A step up after a parameter of a path segment, which proxies and servers read differently.",
    message: "path traversal: step after a semicolon",
    expression: found("traversal-hidden-step"),
  }),
  blocks("wc-traversal-disguised", {
    attack,
    references: [...references, "CAPEC-64"],
    description:
      "Steps up in bytes that a filter overlooks: overlong or full-width dots and slashes, escapes without their sign, `....//`.",
    message: "path traversal: disguised steps",
    expression: found("traversal-disguised"),
  }),
  blocks("wc-traversal-absolute-unix", {
    attack,
    references: ["CWE-36", "CAPEC-597"],
    version: "2",
    description: "A value that is the path of a file of the operating system.",
    message: "file inclusion: system file",
    expression: found("traversal-absolute-unix"),
  }),
  blocks("wc-traversal-absolute-windows", {
    attack,
    references: ["CWE-36", "CAPEC-597"],
    version: "2",
    description: "A value that is the path of a file of Windows, or of a share.",
    message: "file inclusion: Windows file",
    expression: found("traversal-absolute-windows"),
  }),
  blocks("wc-traversal-zero-byte", {
    attack,
    references: ["CWE-158", "CAPEC-52"],
    version: "2",
    description: "A zero byte after a file name.",
    message: "file inclusion: zero byte",
    expression: found("traversal-zero-byte"),
  }),
  blocks("wc-traversal-application-file", {
    attack,
    references,
    version: "2",
    description: "A value that names a file with secrets of a web application.",
    message: "file inclusion: application file",
    expression: found("traversal-application-file"),
  }),
  blocks("wc-traversal-remote-script", {
    attack,
    references: remoteReferences,
    description:
      "A value that is the URL of a script under an address or a name of a web shell, or cut off by a question mark or a zero byte.",
    message: "file inclusion: remote script",
    expression: found("traversal-remote-script"),
  }),
  scores("wc-traversal-climb", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "A value that is a path which leaves the directory where it starts.",
    message: "path that climbs",
    expression: found("traversal-climb"),
  }),
  scores("wc-traversal-in-text", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "Within a text, steps up to a file of the system or to a secret.",
    message: "steps up within a text",
    expression: found("traversal-in-text"),
  }),
  scores("wc-traversal-system-file-name", LIKELY, {
    attack,
    references,
    severity: "error",
    version: "2",
    description: "The path of a file of the operating system anywhere in the request's head.",
    message: "name of a system file",
    expression: found("traversal-system-file-name"),
  }),
  scores("wc-traversal-remote-file", LIKELY, {
    attack,
    references: remoteReferences,
    severity: "error",
    version: "2",
    description: "A value that is the URL of a script, or a URL that ends in a question mark.",
    message: "URL of a script",
    expression: found("traversal-remote-file"),
  }),
];
