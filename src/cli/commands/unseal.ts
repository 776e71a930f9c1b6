import type { Command } from "../command.ts";

export const unsealCommand: Command = {
  name: "unseal",
  summary: "print what the events of a log have sealed, with the private key",
  usage: "[FILE] --key FILE [--id EVENT]… | --new-key FILE",
  options: {
    key: { type: "string", value: "FILE", summary: "the file with the private key" },
    "new-key": {
      type: "string",
      value: "FILE",
      summary: "write a new private key to a file that is not there yet, and print its public key",
    },
    id: {
      type: "string",
      multiple: true,
      value: "EVENT",
      summary: "only events with this id; may be repeated",
    },
  },
  examples: ["wirewall unseal --new-key seal.key", "wirewall unseal events.jsonl --key seal.key"],
  run: async (invocation) => (await import("./unseal-run.ts")).unseal(invocation),
};
