import { blocks, LIKELY, scores } from "../define.ts";
import { found, matching } from "../places.ts";

const attack = "xxe";
const references = ["CWE-611", "CAPEC-221"];
const RAW = "http.request.body.raw";

export const xxeRules = [
  blocks("wc-xxe-external-entity", {
    attack,
    references,
    description: "An entity whose text is in a file or at a URL.",
    message: "XML external entity",
    expression: found("xxe-external-entity"),
  }),
  blocks("wc-xxe-external-dtd", {
    attack,
    references,
    description:
      "A document type whose definition is at a URL that the client chooses, other than well-known publishers.",
    message: "XML external document type",
    expression: found("xxe-external-dtd"),
  }),
  blocks("wc-xxe-entity-expansion", {
    attack,
    references: ["CWE-776", "CAPEC-197"],
    description: "An entity made of other entities, repeatedly.",
    message: "XML entity expansion",
    expression: found("xxe-entity-expansion"),
  }),
  blocks("wc-xxe-parameter-entity", {
    attack,
    references,
    description: "A reference to a parameter entity inside a document type.",
    message: "XML parameter entity",
    expression: found("xxe-parameter-entity"),
  }),
  blocks("wc-xxe-inclusion", {
    attack,
    references,
    description: "An inclusion by XInclude, or a stylesheet that reads a document.",
    message: "XML inclusion",
    expression: found("xxe-inclusion"),
  }),
  blocks("wc-xxe-wide-encoding", {
    attack,
    references,
    description: "A document type in UTF-16 or UTF-7, which scanners of bytes do not see.",
    message: "XML declaration in an unusual encoding",
    expression: matching(
      RAW,
      String.raw`<\x00!\x00d\x00o\x00c\x00t\x00y\x00p\x00e|\x00<\x00!\x00d\x00o\x00c\x00t\x00y\x00p\x00e|<\?xml[^>]*encoding\s*=\s*["'](?:utf-7|utf-16\w*|utf-32\w*|ibm\d+|cp037|ebcdic[\w-]*)["']`,
    ),
  }),
  scores("wc-xxe-schema-location", LIKELY, {
    attack,
    references: ["CWE-611"],
    severity: "error",
    description: "The location of a schema at a URL, without its namespace.",
    message: "XML schema location without a namespace",
    expression: found("xxe-schema-location"),
  }),
];
