import type { Command } from "../command.ts";

export const controlCommand: Command = {
  name: "control",
  summary: "control a running serve: its mode, versions of its rules, and rate-limited clients",
  usage: "SOCKET status | mode MODE | history | rollback VERSION | reload | limits | reset ID",
  options: {
    phase: { type: "string", value: "PHASE", summary: "with mode: only of this phase" },
    ruleset: { type: "string", value: "ID", summary: "with mode: only of this ruleset" },
    "if-version": {
      type: "string",
      value: "VERSION",
      summary: "with rollback: only while this version, by number or hash, is in force",
    },
    rule: {
      type: "string",
      value: "REF",
      summary: "with limits and reset: of this rule alone, REF or RULESET/REF",
    },
    most: { type: "string", value: "N", summary: "with limits: at most so many; default 100, up to 1000" },
    key: {
      type: "string",
      multiple: true,
      value: "CHARACTERISTIC=VALUE",
      summary: "with reset --rule, in place of an ID: whom the rule limits; may be repeated",
    },
  },
  examples: [
    "wirewall control /run/wirewall.sock mode off",
    "wirewall control /run/wirewall.sock mode observe --phase ratelimit",
    "wirewall control /run/wirewall.sock rollback 3",
    "wirewall control /run/wirewall.sock limits --rule logins",
    "wirewall control /run/wirewall.sock reset --rule logins --key ip.src=192.0.2.7",
  ],
  run: async (invocation) => (await import("./control-run.ts")).control(invocation),
};
