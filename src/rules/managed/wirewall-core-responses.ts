import { managedRuleset, thresholdRule } from "./define.ts";
import { WIREWALL_CORE_RESPONSES } from "./prepared.ts";
import { leakRules } from "./responses/leaks.ts";

/** Secrets and inner workings in responses. Executed by a rule in the phase `http_response_firewall_managed`. */
export const wirewallCoreResponses = managedRuleset(
  {
    id: "wirewall-core-responses",
    name: "Wirewall core rules for responses",
    description: "Rules against keys, error messages, listings and sources in a site's responses.",
    phase: "http_response_firewall_managed",
    version: "1",
  },
  [...leakRules, thresholdRule("wr-threshold", "response")],
  WIREWALL_CORE_RESPONSES,
);
