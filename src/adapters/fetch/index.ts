/** The firewall for fetch handlers (`Request` → `Response`) of any runtime: `wirewall/fetch`. */

export {
  type Checked,
  decisionOf,
  type FetchContext,
  type FetchGuardOptions,
  type FetchHandler,
  type FetchOptions,
  type FetchRequestOptions,
  fetchGuard,
  protect,
} from "./guard.ts";

// ---------- What the handler's platform tells, and other options ----------

export type { HostOptions, PageOptions, ResponseOptions } from "../../host/options.ts";
export type { UnsupportedRulesOption } from "../../host/unmet-needs.ts";
export type { FetchRequestFacts } from "./fetch-request.ts";
