import type { Command } from "../command.ts";
import { LIST_OPTION, NIL_NOT_EQUAL_OPTION, VAR_OPTION } from "../option-tables.ts";

export const exportCommand: Command = {
  name: "export",
  summary: "rulesets and lists as request bodies for Cloudflare's API",
  usage: "FILE|DIRECTORY… [--to cloudflare] [--json]",
  options: {
    to: { type: "string", value: "SYSTEM", summary: "cloudflare (default)" },
    json: { type: "boolean", summary: "with what was stripped in the same JSON, as `stripped`" },
    list: LIST_OPTION,
    "nil-not-equal": NIL_NOT_EQUAL_OPTION,
    var: VAR_OPTION,
  },
  examples: [
    "wirewall export rules/ > bodies.json",
    "wirewall export rules/ --json | jq '.stripped[] | select(.outcome == \"left_out\")'",
  ],
  run: async (invocation) => (await import("./export-run.ts")).exportRules(invocation),
};
