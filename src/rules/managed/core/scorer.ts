import { blocks, LIKELY, scores } from "../define.ts";
import { found } from "../places.ts";

const attack = "injection";
const references = ["CWE-74"];

/** What the learned scorer says of texts, beside the detectors. */
export const scorerRules = [
  blocks("wc-scorer-alone", {
    attack,
    references,
    description:
      "A text in which no detector found enough, and whose order of words and signs is that of attacks and of nothing else.",
    message: "text that looks like an attack",
    expression: found("scorer-alone"),
  }),
  scores("wc-scorer-confirmed", LIKELY, {
    attack,
    references,
    severity: "error",
    description:
      "A text with a sign of an attack that says little by itself, and that as a whole looks like one.",
    message: "sign of an attack in a text that looks like one",
    expression: found("scorer-confirmed"),
  }),
];
