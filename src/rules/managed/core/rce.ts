import { blocks, HINT, LIKELY, scores } from "../define.ts";
import { found } from "../places.ts";

const attack = "rce";
const references = ["CWE-78", "CAPEC-88"];
const code = ["CWE-94", "CAPEC-242"];

export const rceRules = [
  blocks("wc-rce-chained-command", {
    attack,
    references,
    description: "A separator of commands, and a command with its argument.",
    message: "command injection: command after a separator",
    expression: found("rce-chained-command"),
  }),
  blocks("wc-rce-substituted-command", {
    attack,
    references,
    description: "A command in a substitution of the shell.",
    message: "command injection: command substitution",
    expression: found("rce-substituted-command"),
  }),
  blocks("wc-rce-word-splitting", {
    attack,
    references: [...references, "CAPEC-43"],
    description: "A command whose spaces are written as $IFS, braces or redirections.",
    message: "command injection: hidden spaces",
    expression: found("rce-word-splitting"),
  }),
  blocks("wc-rce-hidden-name", {
    attack,
    references: [...references, "CAPEC-43"],
    description:
      "A command or file whose name is hidden by quotes, backslashes, empty variables or wildcards.",
    message: "command injection: hidden name",
    expression: found("rce-hidden-name"),
  }),
  blocks("wc-rce-assembled-command", {
    attack,
    references: [...references, "CAPEC-43"],
    description: "A command that is assembled from variables, or decoded or reversed and passed to a shell.",
    message: "command injection: assembled command",
    expression: found("rce-assembled-command"),
  }),
  blocks("wc-rce-bare-command", {
    attack,
    references,
    description: "A value that is nothing but a command on a file of the system, or code for an interpreter.",
    message: "command injection: command as a value",
    expression: found("rce-bare-command"),
  }),
  blocks("wc-rce-reverse-shell", {
    attack,
    references: [...references, "CAPEC-248"],
    description: "A shell connected to a remote address.",
    message: "command injection: reverse shell",
    expression: found("rce-reverse-shell"),
  }),
  blocks("wc-rce-piped-download", {
    attack,
    references: [...references, "CWE-494"],
    description: "A download that is run at once, as a value or after a separator.",
    message: "command injection: download and run",
    expression: found("rce-piped-download"),
  }),
  blocks("wc-rce-shellshock", {
    attack,
    references: [...references, "CVE-2014-6271"],
    description: "A function definition where bash imports environment variables.",
    message: "Shellshock",
    expression: found("rce-shellshock"),
  }),
  blocks("wc-rce-windows-command", {
    attack,
    references,
    description:
      "An interpreter of Windows with a command, or a separator and a command of Windows with its argument.",
    message: "command injection: Windows command",
    expression: found("rce-windows-command"),
  }),
  blocks("wc-rce-script-runtime", {
    attack,
    references: code,
    description: "Code of a scripting language that starts a process, in the request's head.",
    message: "code injection: starting a process",
    expression: found("rce-script-runtime"),
  }),
  blocks("wc-rce-script-call-body", {
    attack,
    references: code,
    description: "A value of the body that is nothing but a call that starts a process.",
    message: "code injection: starting a process",
    expression: found("rce-script-call-body"),
  }),
  blocks("wc-node-constructor-escape", {
    attack,
    references: code,
    description: "A function built from text that accesses the process of Node.",
    message: "code injection: function built from text",
    expression: found("node-constructor-escape"),
  }),
  blocks("wc-node-serialized-function", {
    attack,
    references: ["CWE-502", "CAPEC-586", "CVE-2017-5941"],
    description: "A serialised function that a deserialiser of Node runs.",
    message: "code injection: serialised function",
    expression: found("node-serialized-function"),
  }),
  blocks("wc-python-serialized-object", {
    attack,
    references: ["CWE-502", "CAPEC-586"],
    description:
      "A serialised object of Python, or one of YAML for Python or Ruby, that calls a function when it is read.",
    message: "code injection: serialised object",
    expression: found("python-serialized-object"),
  }),
  scores("wc-rce-script-runtime-body", LIKELY, {
    attack,
    references: code,
    severity: "error",
    description: "Code of a scripting language that starts a process, in the body.",
    message: "starting a process",
    expression: found("rce-script-runtime-body"),
  }),
  scores("wc-rce-command-line", HINT, {
    attack,
    references,
    severity: "error",
    description: "A value that reads like a line of a shell.",
    message: "line of a shell",
    expression: found("rce-command-line"),
  }),
  scores("wc-rce-command-after-separator", HINT, {
    attack,
    references,
    severity: "error",
    description: "A separator of commands and what may be a command, or a command in running text.",
    message: "command after a separator",
    expression: found("rce-command-after-separator"),
  }),
];
