export { FUNCTION_WORDS, KEYWORDS } from "../../../../src/detection/scorer/keywords.ts";
export { CERTAIN, NOTHING, opinion, score, scorerWith } from "../../../../src/detection/scorer/scorer.ts";
export { TOKEN, TokenReader } from "../../../../src/detection/scorer/tokens.ts";
export { SHIPPED } from "../../../../src/detection/scorer/weights.ts";
export { decodeWeights } from "../../../../src/detection/scorer/weights-text.ts";
