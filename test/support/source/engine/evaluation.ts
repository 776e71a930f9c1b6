// What tests use of src/engine/evaluation.
export type { Transaction } from "../../../../src/engine/evaluation/exchange.ts";
