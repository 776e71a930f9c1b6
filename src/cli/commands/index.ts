import type { Command } from "../command.ts";

/** The words after `wirewall`, in the order of the help. */
export const COMMANDS: readonly Command[] = [];
