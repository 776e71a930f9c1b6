// What tools/train-scorer.mjs needs to learn weights for this scorer.
export { BLOCK, Features } from "./features.ts";
export { isPlain, NOTHING, scorerWith } from "./scorer.ts";
export { TokenReader, VOCABULARY } from "./tokens.ts";
