// What tests use of src/rules/plan.
export type {
  CandidateCursor,
  CandidateRule,
  CandidateSource,
} from "../../../../src/rules/plan/candidates.ts";
export type { Atom, AtomTest } from "../../../../src/rules/plan/index/atom.ts";
export { ByteTrie } from "../../../../src/rules/plan/index/byte-trie.ts";
export { Collector, IdHeap, NO_ID } from "../../../../src/rules/plan/index/collector.ts";
export { EdgeTable } from "../../../../src/rules/plan/index/edge-table.ts";
export { LiteralAutomaton } from "../../../../src/rules/plan/index/literal-automaton.ts";
export { Ip6Ranges, NumberRanges } from "../../../../src/rules/plan/index/nested-ranges.ts";
export { indexOf, LINEAR_BELOW, ruleIndex } from "../../../../src/rules/plan/index/rule-index.ts";
export { MAX_TEXT_BYTES, ValueIndex } from "../../../../src/rules/plan/index/value-index.ts";
export { sharedCompilation } from "../../../../src/rules/plan/shared.ts";
