import type { Command } from "../command.ts";

export const controlCommand: Command = {
  name: "control",
  summary: "control a running serve: its mode, and versions of its rules",
  usage: "SOCKET status | mode MODE | history | rollback VERSION | reload",
  options: {
    phase: { type: "string", value: "PHASE", summary: "with mode: only of this phase" },
    ruleset: { type: "string", value: "ID", summary: "with mode: only of this ruleset" },
    "if-version": {
      type: "string",
      value: "VERSION",
      summary: "with rollback: only while this version, by number or hash, is in force",
    },
  },
  examples: [
    "wirewall control /run/wirewall.sock mode off",
    "wirewall control /run/wirewall.sock mode observe --phase ratelimit",
    "wirewall control /run/wirewall.sock rollback 3",
  ],
  run: async (invocation) => (await import("./control-run.ts")).control(invocation),
};
