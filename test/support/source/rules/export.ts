// What tests use of src/rules/export.

export {
  OWN_ACTIONS,
  OWN_LIMIT_MEMBERS,
  OWN_PHASES,
  OWN_RULE_MEMBERS,
  OWN_RULESET_MEMBERS,
  PLACE_MEMBERS,
  SENT_ACTIONS,
  SENT_LIMIT_MEMBERS,
  SENT_RULE_MEMBERS,
  SENT_RULESET_MEMBERS,
  SERVER_MEMBERS,
} from "../../../../src/rules/export/own-names.ts";
export { type CloudflareExport, toCloudflare } from "../../../../src/rules/export/to-cloudflare.ts";
