import type { Command } from "../command.ts";
import { REQUEST_OPTIONS } from "../option-tables.ts";

export const replCommand: Command = {
  name: "repl",
  summary: "try expressions and rules on a request, line by line",
  usage: "[--rules FILE]… [--url URL] [--header 'Name: value']… [--ip ADDRESS]",
  options: {
    ...REQUEST_OPTIONS,
    rules: {
      type: "string",
      multiple: true,
      value: "FILE",
      summary: "rules to load, as .load does; may be repeated",
    },
    "no-history": { type: "boolean", summary: "neither read nor write the file of earlier input" },
  },
  examples: [
    "wirewall repl --rules firewall.yaml --url https://shop.example/",
    `printf '.req GET /admin\\n.assert http.request.uri.path contains "/admin"\\n' | wirewall repl`,
  ],
  run: async (invocation) => (await import("./repl-run.ts")).repl(invocation),
};
