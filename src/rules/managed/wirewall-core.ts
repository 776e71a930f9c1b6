import { cveRules } from "./core/cve.ts";
import { disclosureRules } from "./core/disclosure.ts";
import { injectionRules } from "./core/injection.ts";
import { javaRules } from "./core/java.ts";
import { nodeRules } from "./core/node.ts";
import { phpRules } from "./core/php.ts";
import { protocolRules } from "./core/protocol.ts";
import { rceRules } from "./core/rce.ts";
import { redirectRules } from "./core/redirects.ts";
import { scannerRules } from "./core/scanners.ts";
import { scorerRules } from "./core/scorer.ts";
import { sqliRules } from "./core/sqli.ts";
import { ssrfRules } from "./core/ssrf.ts";
import { sstiRules } from "./core/ssti.ts";
import { traversalRules } from "./core/traversal.ts";
import { uploadRules } from "./core/uploads.ts";
import { xssRules } from "./core/xss.ts";
import { xxeRules } from "./core/xxe.ts";
import { managedRuleset, thresholdRule } from "./define.ts";
import { WIREWALL_CORE } from "./prepared.ts";

/** Attacks in requests. Executed by a rule in the phase `http_request_firewall_managed`. */
export const wirewallCore = managedRuleset(
  {
    id: "wirewall-core",
    name: "Wirewall core rules",
    description: "Precise rules against scanners, injections, traversal, forgery and malformed requests.",
    phase: "http_request_firewall_managed",
    version: "1",
  },
  [
    ...protocolRules,
    ...scannerRules,
    ...disclosureRules,
    ...traversalRules,
    ...sqliRules,
    ...xssRules,
    ...rceRules,
    ...phpRules,
    ...javaRules,
    ...sstiRules,
    ...injectionRules,
    ...xxeRules,
    ...ssrfRules,
    ...redirectRules,
    ...uploadRules,
    ...nodeRules,
    ...cveRules,
    ...scorerRules,
    thresholdRule("wc-threshold", "request"),
  ],
  WIREWALL_CORE,
);
