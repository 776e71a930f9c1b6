import { blocks, LIKELY, scores } from "../define.ts";
import { found } from "../places.ts";

const attack = "php";
const references = ["CWE-94", "CAPEC-242"];
export const phpRules = [
  blocks("wc-php-open-tag", {
    attack,
    references,
    description: "The beginning of PHP code in the request's head.",
    message: "PHP injection: open tag",
    expression: found("php-open-tag"),
  }),
  blocks("wc-php-open-tag-body", {
    attack,
    references,
    description: "PHP code at the beginning of a value of the body, or one that runs what the request says.",
    message: "PHP injection: code in the body",
    expression: found("php-open-tag-body"),
  }),
  blocks("wc-php-wrapper", {
    attack,
    references: ["CWE-98", "CAPEC-252"],
    description: "A stream wrapper of PHP as a value.",
    message: "PHP injection: stream wrapper",
    expression: found("php-wrapper"),
  }),
  blocks("wc-php-serialized-object", {
    attack,
    references: ["CWE-502", "CAPEC-586"],
    description: "A serialised object.",
    message: "PHP injection: serialised object",
    expression: found("php-serialized-object"),
  }),
  blocks("wc-php-setting", {
    attack,
    references: ["CWE-94", "CVE-2012-1823", "CVE-2024-4577"],
    description: "Settings of the interpreter in a query string or a value.",
    message: "PHP injection: interpreter setting",
    expression: found("php-setting"),
  }),
  blocks("wc-php-call", {
    attack,
    references,
    description: "A call that runs a command or code, in the request's head or as a whole value of the body.",
    message: "PHP injection: dangerous call",
    expression: found("php-call"),
  }),
  blocks("wc-php-superglobal", {
    attack,
    references,
    description: "A superglobal variable in the request's head.",
    message: "PHP injection: superglobal",
    expression: found("php-superglobal"),
  }),
  blocks("wc-php-drupal-render", {
    attack,
    references: ["CWE-20", "CVE-2018-7600"],
    description: "A property of a render array as a name.",
    message: "Drupal: render array from the client",
    expression: found("php-drupal-render"),
  }),
  blocks("wc-php-thinkphp", {
    attack,
    references: ["CWE-94", "CVE-2018-20062"],
    description: "A controller of ThinkPHP that calls any function.",
    message: "ThinkPHP: calling a function",
    expression: found("php-thinkphp"),
  }),
  blocks("wc-php-dynamic-call", {
    attack,
    references,
    description: "A call of a function whose name is assembled, negated or taken from the request.",
    message: "PHP injection: call of a hidden function",
    expression: found("php-dynamic-call"),
  }),
  blocks("wc-php-regex-code", {
    attack,
    references,
    description: "A replacement by a regular expression that PHP evaluates as code.",
    message: "PHP injection: evaluated replacement",
    expression: found("php-regex-code"),
  }),
  scores("wc-php-call-body", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "A call that runs a command or code, in the body.",
    message: "call that runs a command",
    expression: found("php-call-body"),
  }),
  scores("wc-php-superglobal-body", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "Code that runs what a superglobal variable holds, in the body.",
    message: "running a superglobal",
    expression: found("php-superglobal-body"),
  }),
];
