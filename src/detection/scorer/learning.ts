// What tools/train-scorer.mjs needs to learn weights for this scorer.
export { BLOCK, featuresAt, MOST_FEATURES } from "./features.ts";
export { isPlain, NOTHING, scorerWith } from "./scorer.ts";
export { TokenReader, VOCABULARY } from "./tokens.ts";
