import type { EvidenceKind } from "../detector/detector.ts";

function kind(name: string, points: EvidenceKind["points"], sentence: string): EvidenceKind {
  return { name, attack: "rce", points, sentence };
}

export const CHAINED = kind(
  "rce-chained-command",
  5,
  "A separator of commands after at most one word, and a command with its argument.",
);
export const SUBSTITUTED = kind("rce-substituted-command", 5, "A command in a substitution of the shell.");
export const SPLIT = kind(
  "rce-word-splitting",
  5,
  "A command whose spaces are written as $IFS, braces or redirections.",
);
export const HIDDEN = kind(
  "rce-hidden-name",
  5,
  "A command or file whose name is hidden by quotes, backslashes, empty variables or wildcards.",
);
export const ASSEMBLED = kind(
  "rce-assembled-command",
  5,
  "A command that is assembled from variables, or decoded or reversed and passed to a shell.",
);
export const REVERSE_SHELL = kind("rce-reverse-shell", 5, "A shell connected to a remote address.");
export const PIPED_DOWNLOAD = kind("rce-piped-download", 5, "A download that is run at once.");
export const SHELLSHOCK = kind(
  "rce-shellshock",
  5,
  "A function definition where bash imports environment variables.",
);
export const WINDOWS = kind(
  "rce-windows-command",
  5,
  "A command of Windows after a separator, or an interpreter of Windows with a command.",
);
export const BARE = kind(
  "rce-bare-command",
  5,
  "A value that is nothing but a command on a file of the system, or code for an interpreter.",
);
export const COMMAND_LINE = kind("rce-command-line", 2, "A value that reads like a line of a shell.");
export const AFTER_SEPARATOR = kind(
  "rce-command-after-separator",
  2,
  "A separator of commands and what may be a command, or a command in running text.",
);

export const SHELL_KINDS: readonly EvidenceKind[] = [
  CHAINED,
  SUBSTITUTED,
  SPLIT,
  HIDDEN,
  ASSEMBLED,
  REVERSE_SHELL,
  PIPED_DOWNLOAD,
  SHELLSHOCK,
  WINDOWS,
  BARE,
  COMMAND_LINE,
  AFTER_SEPARATOR,
];
