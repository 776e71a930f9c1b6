import type { Command } from "../command.ts";

export const exceptCommand: Command = {
  name: "except",
  summary: "print the exception for each event of a log that was a false positive",
  usage: "[FILE] [--id EVENT]… [--any-path] [--json]",
  options: {
    id: {
      type: "string",
      multiple: true,
      value: "EVENT",
      summary: "only events with this id; may be repeated",
    },
    "any-path": { type: "boolean", summary: "the exception holds for all paths, not only for the event's" },
    json: { type: "boolean", summary: "rules as JSON, one a line" },
  },
  examples: [
    "wirewall except events.jsonl --id 6d4756579da66211",
    "tail -n 1 events.jsonl | wirewall except",
  ],
  run: async (invocation) => (await import("./except-run.ts")).except(invocation),
};
