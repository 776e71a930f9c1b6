import type { Command } from "../command.ts";

export const fmtCommand: Command = {
  name: "fmt",
  summary: "rewrite the expressions of rule files in canonical form",
  usage: "FILE|DIRECTORY… [--check | --write]",
  options: {
    check: { type: "boolean", summary: "list the files that would change, and exit with 1 if there are any" },
    write: { type: "boolean", summary: "change the files in place" },
    json: { type: "boolean", summary: "what would change (or has changed) as JSON" },
  },
  examples: [
    "wirewall fmt rules/ --check",
    "wirewall fmt firewall.yaml --write",
    `echo 'http.host=="a"&&!ssl' | wirewall fmt -`,
  ],
  run: async (invocation) => (await import("./fmt-run.ts")).fmt(invocation),
};
