// What tests use of src/rules/plan.
export type { CandidateCursor, CandidateRule, CandidateSource } from "../../../../src/ruleset/candidates.ts";
export type { Atom, AtomTest } from "../../../../src/ruleset/index/atom.ts";
export { ByteTrie } from "../../../../src/ruleset/index/byte-trie.ts";
export { Collector, IdHeap, NO_ID } from "../../../../src/ruleset/index/collector.ts";
export { EdgeTable } from "../../../../src/ruleset/index/edge-table.ts";
export { LiteralAutomaton } from "../../../../src/ruleset/index/literal-automaton.ts";
export { Ip6Ranges, NumberRanges } from "../../../../src/ruleset/index/nested-ranges.ts";
export { indexOf, LINEAR_BELOW, ruleIndex } from "../../../../src/ruleset/index/rule-index.ts";
export { MAX_TEXT_BYTES, ValueIndex } from "../../../../src/ruleset/index/value-index.ts";
export { sharedCompilation } from "../../../../src/ruleset/plan/shared.ts";
