import { blocks, LIKELY, scores } from "../define.ts";
import { found } from "../places.ts";

const attack = "ssti";
const references = ["CWE-1336", "CAPEC-242"];

export const sstiRules = [
  blocks("wc-ssti-arithmetic", {
    attack,
    references,
    description: "A calculation in the delimiters of a template, as in probes for a template engine.",
    message: "template injection: probe",
    expression: found("ssti-arithmetic"),
  }),
  blocks("wc-ssti-python", {
    attack,
    references,
    description: "A template expression that accesses the internals of Python objects.",
    message: "template injection: Python internals",
    expression: found("ssti-python"),
  }),
  blocks("wc-ssti-script-engine", {
    attack,
    references,
    description: "A template expression that makes a function from text.",
    message: "template injection: constructor",
    expression: found("ssti-script-engine"),
  }),
  blocks("wc-ssti-engine-directive", {
    attack,
    references,
    description: "A directive of FreeMarker, Velocity, Thymeleaf, Twig or Smarty that accesses the system.",
    message: "template injection: engine directive",
    expression: found("ssti-engine-directive"),
  }),
  blocks("wc-ssti-script-directive", {
    attack,
    references,
    description: "A template expression that runs a command in Ruby or JavaScript, or includes another file.",
    message: "template injection: command",
    expression: found("ssti-script-directive"),
  }),
  blocks("wc-ssti-literal-call", {
    attack,
    references,
    description:
      "A value that is a template expression with a method of a literal, as in probes for a template engine.",
    message: "template injection: method of a literal",
    expression: found("ssti-literal-call"),
  }),
  scores("wc-ssti-call", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "A value that is nothing but a template expression with a call.",
    message: "template expression with a call",
    expression: found("ssti-call"),
  }),
  scores("wc-ssti-expression", LIKELY, {
    attack,
    references,
    severity: "error",
    level: 2,
    description: "Template delimiters around something with a call or an operator.",
    message: "template expression",
    expression: found("ssti-expression"),
  }),
];
