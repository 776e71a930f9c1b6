import { blocks, LIKELY, scores } from "../define.ts";
import { found } from "../places.ts";

const attack = "injection";
const references = ["CWE-74"];

/** Findings of the learned scorer on texts, in addition to the detectors. */
export const scorerRules = [
  blocks("wc-scorer-alone", {
    attack,
    references,
    description:
      "A text in which detectors found too little, and whose sequence of words and symbols is typical only of attacks.",
    message: "text that looks like an attack",
    expression: found("scorer-alone"),
  }),
  scores("wc-scorer-confirmed", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "A text with weak evidence of an attack, and which as a whole looks like one.",
    message: "sign of an attack in a text that looks like one",
    expression: found("scorer-confirmed"),
  }),
];
