import type { Command } from "../command.ts";
import {
  GEO_OPTION,
  LIST_OPTION,
  NIL_NOT_EQUAL_OPTION,
  PARTIAL_OPTION,
  PROTOCOL_HEADER_OPTION,
  REQUEST_OPTIONS,
  TRUST_OPTION,
  VAR_OPTION,
  ZONE_OPTION,
} from "../option-tables.ts";

export const explainCommand: Command = {
  name: "explain",
  summary: "evaluate one request by rules, and explain the decision",
  usage: "FILE|DIRECTORY… [--url URL] [--header 'Name: value']… [--ip ADDRESS]",
  options: {
    ...REQUEST_OPTIONS,
    list: LIST_OPTION,
    trust: TRUST_OPTION,
    "protocol-header": PROTOCOL_HEADER_OPTION,
    geo: GEO_OPTION,
    "nil-not-equal": NIL_NOT_EQUAL_OPTION,
    partial: PARTIAL_OPTION,
    zone: ZONE_OPTION,
    var: VAR_OPTION,
    "exit-status": { type: "boolean", summary: "exit with 1 when the request does not pass" },
    all: { type: "boolean", summary: "also name the rules that did not match, and say why" },
    rule: { type: "string", value: "REF", summary: "only of the rule with this ref, matched or not" },
    json: { type: "boolean", summary: "the decision with its explanation as JSON" },
  },
  examples: [
    "wirewall explain firewall.yaml --request GET /.git/config --ip 203.0.113.9",
    "wirewall explain rules/ --request captured.http --json",
  ],
  run: async (invocation) => (await import("./explain-run.ts")).explainRequest(invocation),
};
