import type { Command } from "../command.ts";
import { SERVE_OPTIONS } from "../option-tables.ts";

export const serveCommand: Command = {
  name: "serve",
  summary: "run a reverse proxy with the firewall in it",
  usage: "--rules FILE|DIRECTORY… --upstream URL [--listen HOST:PORT] [--mode observe|enforce|off]",
  options: SERVE_OPTIONS,
  examples: [
    "wirewall serve --rules firewall.yaml --upstream http://127.0.0.1:3000 --mode observe",
    "wirewall serve --rules rules/ --list office=office.txt --upstream http://app:3000 --trust 10.0.0.0/8",
    "wirewall serve --demo",
  ],
  run: async (invocation) => (await import("./serve-run.ts")).serve(invocation),
};
