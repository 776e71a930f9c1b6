import type { Command } from "../command.ts";
import {
  GEO_OPTION,
  LIST_OPTION,
  NIL_NOT_EQUAL_OPTION,
  PARTIAL_OPTION,
  PROTOCOL_HEADER_OPTION,
  TRUST_OPTION,
  VAR_OPTION,
  ZONE_OPTION,
} from "../option-tables.ts";

export const checkCommand: Command = {
  name: "check",
  summary: "validate rule files: syntax, names, types, actions, references",
  usage: "FILE|DIRECTORY… [--format pretty|json|github|sarif]",
  options: {
    format: { type: "string", value: "FORMAT", summary: "pretty (default), json, github or sarif" },
    json: { type: "boolean", summary: "the same as --format json" },
    list: LIST_OPTION,
    geo: GEO_OPTION,
    supplied: {
      type: "string",
      multiple: true,
      value: "FIELD",
      summary: "a field that the program supplies for which the rules are, or FIELDS.*; may be repeated",
    },
    "plain-http": {
      type: "boolean",
      summary: "the rules are for a host without TLS, as `serve` is: warn of rules on `ssl` and `cf.tls_*`",
    },
    trust: TRUST_OPTION,
    "protocol-header": PROTOCOL_HEADER_OPTION,
    ignore: {
      type: "string",
      multiple: true,
      value: "CODE",
      summary: "leave out warnings of this code, such as W_NE_ABSENT; may be repeated",
    },
    "nil-not-equal": NIL_NOT_EQUAL_OPTION,
    partial: PARTIAL_OPTION,
    zone: ZONE_OPTION,
    var: VAR_OPTION,
    strict: { type: "boolean", summary: "warnings count as findings" },
  },
  examples: [
    "wirewall check firewall.yaml",
    "wirewall check rules/ --format sarif > wirewall.sarif",
    "wirewall check infra/ --var zone_id=x",
    "cat firewall.yaml | wirewall check -",
  ],
  run: async (invocation) => (await import("./check-run.ts")).check(invocation),
};
