import type { Suite } from "../measure/recorder.ts";
import { addressesAndLists } from "./addresses-and-lists.ts";
import { bodies } from "./bodies.ts";
import { costs } from "./costs.ts";
import { eightRules } from "./eight-rules.ts";
import { patterns } from "./patterns.ts";
import { requests } from "./requests.ts";
import { rulesetScale } from "./ruleset-scale.ts";
import { wirefilterFilters } from "./wirefilter-filters.ts";

/** Every suite, in the order in which they run. Memory comes first, while the heap is small. */
export const SUITES: readonly Suite[] = [
  costs,
  wirefilterFilters,
  eightRules,
  rulesetScale,
  patterns,
  addressesAndLists,
  requests,
  bodies,
];
