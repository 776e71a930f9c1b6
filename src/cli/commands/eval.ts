import type { Command } from "../command.ts";
import { REQUEST_OPTIONS } from "../option-tables.ts";

export const evalCommand: Command = {
  name: "eval",
  summary: "evaluate an expression over one request: the result, and the value of each part",
  usage: "EXPRESSION [--url URL] [--header 'Name: value']… [--ip ADDRESS] [--set FIELD=VALUE]…",
  options: {
    ...REQUEST_OPTIONS,
    quiet: { type: "boolean", short: "q", summary: "only the result, without the values of its parts" },
    "exit-status": { type: "boolean", summary: "exit with 1 when the result is false or nil" },
    json: { type: "boolean", summary: "the result as JSON, with the tree of values" },
  },
  examples: [
    `wirewall eval 'http.request.uri.path contains "/admin"' --url https://shop.example/admin`,
    "wirewall eval 'lower(http.host)' --header 'Host: SHOP.example'",
    "wirewall eval 'ip.src in {10.0.0.0/8} and ssl' --ip 10.1.2.3",
  ],
  run: async (invocation) => (await import("./eval-run.ts")).evaluate(invocation),
};
