import { blocks, LIKELY, scores } from "../define.ts";
import { found } from "../places.ts";

const attack = "java";

export const javaRules = [
  blocks("wc-java-jndi-lookup", {
    attack,
    references: ["CWE-917", "CVE-2021-44228"],
    description: "A lookup of the naming service, as Log4j evaluated it.",
    message: "Log4Shell: JNDI lookup",
    expression: found("java-jndi-lookup"),
  }),
  blocks("wc-java-nested-lookup", {
    attack,
    references: ["CWE-917", "CVE-2021-44228", "CVE-2021-45046"],
    description: "A lookup inside a lookup, or one that hides a letter.",
    message: "Log4Shell: nested lookup",
    expression: found("java-nested-lookup"),
  }),
  blocks("wc-java-text-lookup", {
    attack,
    references: ["CWE-94", "CVE-2022-42889"],
    description: "A lookup that runs a script or accesses the network, as Commons Text evaluated it.",
    message: "Text4Shell: script lookup",
    expression: found("java-text-lookup"),
  }),
  blocks("wc-java-class-loader", {
    attack,
    references: ["CWE-94", "CVE-2022-22965"],
    description: "A property of the class loader as a parameter's name.",
    message: "Spring4Shell: class loader property",
    expression: found("java-class-loader"),
  }),
  blocks("wc-java-ognl", {
    attack,
    references: ["CWE-917", "CVE-2017-5638", "CVE-2022-26134"],
    description: "An OGNL expression that accesses the context or a static method.",
    message: "OGNL injection",
    expression: found("java-ognl"),
  }),
  blocks("wc-java-runtime", {
    attack,
    references: ["CWE-917", "CVE-2022-22963"],
    description: "An expression that starts a process or looks a class up.",
    message: "expression injection: starting a process",
    expression: found("java-runtime"),
  }),
  blocks("wc-java-gadget-type", {
    attack,
    references: ["CWE-502", "CAPEC-586"],
    description: "The name of a class that is useful only to attacks on deserialisation.",
    message: "deserialisation: gadget class",
    expression: found("java-gadget-type"),
  }),
  blocks("wc-java-serialized-object", {
    attack,
    references: ["CWE-502", "CAPEC-586"],
    description: "A serialised Java or .NET object, in Base64 or as it is, other than the state of a page.",
    message: "deserialisation: serialised object",
    expression: found("java-serialized-object"),
  }),
  scores("wc-java-serialized-body", LIKELY, {
    attack,
    references: ["CWE-502", "CAPEC-586"],
    severity: "error",
    level: 2,
    description: "A serialised Java object as the body or as a value of it.",
    message: "serialised object in the body",
    expression: found("java-serialized-body"),
  }),
];
