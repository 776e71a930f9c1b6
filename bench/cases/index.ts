import type { Suite } from "../measure/recorder.ts";
import { eightRules } from "./eight-rules.ts";
import { patterns } from "./patterns.ts";
import { rulesetScale } from "./ruleset-scale.ts";
import { wirefilterFilters } from "./wirefilter-filters.ts";

/** Every suite, in the order in which they run. */
export const SUITES: readonly Suite[] = [wirefilterFilters, eightRules, rulesetScale, patterns];
