import { blocks, HINT, LIKELY, scores } from "../define.ts";
import { EVERYWHERE, HEAD, INPUT, somewhere } from "../places.ts";

const attack = "rce";
const references = ["CWE-78", "CAPEC-88"];

/** Where a shell begins another command, and directories in front of its name. */
const SEPARATOR = String.raw`(?:[;|&\n\r]|\$\(|\x60|[<>]\()[\s;|&(]*(?:/(?:usr/)?(?:local/)?s?bin/)?`;
/** Commands with an argument that only a shell needs. */
const COMMAND = String.raw`(?:cat\s+[^\s]*/|(?:more|less|head|tail|tac|nl|strings|xxd|base64)\s+(?:-\S+\s+)*/|(?:wget|curl|fetch|lwp-download)\s+(?:-\S+\s+)*(?:['"]?https?:|['"]?ftp:|\S+\.\S+/)|n(?:c|cat|etcat)\s+(?:-|\d)|(?:ba|z|k|da|c)?sh\s+-[ci]|ping\s+(?:-\w\s+)*-?\d|(?:nslookup|dig|host)\s+\S+\.|who(?:ami)?\s*(?:$|[;|&)\x60'"#\n])|id\s*(?:$|[;|&)\x60'"#\n])|uname(?:\s+-|\s*(?:$|[;|&)\x60]))|if(?:config)\b|ip\s+addr|netstat\s+-|ps\s+(?:-|aux)|ls(?:\s+(?:-|/)|\s*(?:$|[;|&)\x60]))|pwd\s*(?:$|[;|&)\x60])|env\s*(?:$|[;|&)\x60])|sleep\s+\d+(?:\.\d+)?s?\s*(?:$|[;|&)\x60'"#])|rm\s+-\w*[rf]|chmod\s+[\d+]|(?:python|perl|ruby|php|node)\d?(?:\.\d+)?\s+-[ecr]|echo\s+\S*[$\x60>|]|find\s+/|touch\s+/|kill\s+-|useradd\b|crontab\b)`;

export const rceRules = [
  blocks("wc-rce-chained-command", {
    attack,
    references,
    description: "A value of one word, a separator of commands, and a command with its argument.",
    message: "command injection: command behind a separator",
    expression: somewhere(INPUT, String.raw`^[^\s<>]{0,60}[ '"]{0,2}${SEPARATOR}${COMMAND}`),
  }),
  blocks("wc-rce-substituted-command", {
    attack,
    references,
    description: "A command in a substitution, in the request's head.",
    message: "command injection: command substitution",
    expression: somewhere(HEAD, String.raw`(?:\$\(|\x60|[<>]\()\s*(?:/(?:usr/)?s?bin/)?${COMMAND}`),
  }),
  blocks("wc-rce-word-splitting", {
    attack,
    references: [...references, "CAPEC-43"],
    description: "A command whose spaces are written as $IFS, braces or redirections.",
    message: "command injection: hidden spaces",
    expression: somewhere(
      EVERYWHERE,
      String.raw`[\w'")\]}]\$\{?ifs\b|\{(?:cat|ls|wget|curl|nc|ping|sleep|echo|bash|sh|id|uname|head|tail),[^\s{}]+\}|(?:^|[;|&\x60(])\s*(?:cat|head|tail|sh|bash|tac|nl|more|less)<[^\s<>/]*/?[^\s<>/]+/[^\s<>]`,
    ),
  }),
  blocks("wc-rce-hidden-name", {
    attack,
    references: [...references, "CAPEC-43"],
    description: "A well-known file or command with quotes, backslashes or wildcards between its letters.",
    message: "command injection: hidden name",
    expression: somewhere(
      EVERYWHERE,
      String.raw`/e(?:[?*]c|t[?*]|[?*]{2}|['"\\]+t['"\\]*c|t['"\\]+c)/[\w?*'"\\]{3,12}|/(?:[?*]{1,2}n|b[?*]{1,2}|[?*]{3}|b['"\\]+in|bi['"\\]+n)/[\w?*'"\\]{2,12}\s+[/-]|(?:^|[;|&\x60(]\s*)(?:c(?:''|""|\\|\$@|\$\*)at?|ca(?:''|""|\\|\$@|\$\*)t|w(?:''|""|\\|\$@)h?oami|wh(?:''|""|\\|\$@)oami|l(?:''|""|\\)s|i(?:''|""|\\)d)(?:$|[\s<$;|&)\x60])`,
    ),
  }),
  blocks("wc-rce-reverse-shell", {
    attack,
    references: [...references, "CAPEC-248"],
    description: "A shell connected to a remote address.",
    message: "command injection: reverse shell",
    expression: somewhere(
      EVERYWHERE,
      String.raw`/dev/(?:tcp|udp)/[\w.$-]+/\d|\b(?:ba|z|k|da)?sh\s+-i\s*(?:[>&|<]|\d>)|\bn(?:c|cat|etcat)(?:\.\w+)?\s+(?:-\w+\s+)*-e\s*\S*sh\b|\bmkfifo\s+/tmp/|\bsocket\.socket\(.{0,200}(?:dup2|subprocess|pty\.spawn)|\bfsockopen\s*\(.{0,100}(?:exec|shell_exec|proc_open)\s*\(`,
    ),
  }),
  blocks("wc-rce-piped-download", {
    attack,
    references: [...references, "CWE-494"],
    description: "A download that a shell executes at once, in the request's head or behind one word.",
    message: "command injection: download and run",
    expression: somewhere(
      INPUT,
      String.raw`^\S{0,60}\s?(?:[;|&\n\x60]|\$\()?\s*(?:wget|curl)\b[^\n|]{1,200}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|(?:wget|curl)\s+[^\n;]{1,200};\s*(?:chmod\s+\S+|sh|bash)\s+[./\w]`,
    ),
  }),
  blocks("wc-rce-shellshock", {
    attack,
    references: [...references, "CVE-2014-6271"],
    description: "A function definition where bash imports environment variables.",
    message: "Shellshock",
    expression: somewhere(EVERYWHERE, String.raw`^\s*\(\s*\)\s*\{[^=]`),
  }),
  blocks("wc-rce-windows-command", {
    attack,
    references,
    description:
      "A Windows command interpreter with a command, or a separator and a command with its argument.",
    message: "command injection: Windows command",
    expression: somewhere(
      EVERYWHERE,
      String.raw`\bcmd(?:\.exe)?\s*/[ckr]\s*[\"'^(]?(?:dir|whoami|ipconfig|type|net|ping|calc|notepad|powershell|start|echo|set|ver|curl|certutil|copy|del|md|mkdir|cd|systeminfo|tasklist|[a-z]:\\)\b|%comspec%|\bpowershell(?:\.exe)?\s+(?:-\w+\s+)*-(?:e(?:nc|c|ncodedcommand)?|w(?:indowstyle)?|nop\w*|ep|exec\w*|c(?:ommand)?)\s|\bcertutil(?:\.exe)?\s+-urlcache|\bbitsadmin\s+/transfer|\bregsvr32\s+/s|\bmshta\s+https?:|^\S{0,60}\s?[;|&]\s*(?:dir(?:\s+[a-z]:|\s*$|\s+/)|type\s+\S*[\\.]|net\s+(?:user|localgroup|view|share)\b|ipconfig\b|systeminfo\b|tasklist\b|ver\s*$|ping\s+-[nt]\s)`,
    ),
  }),
  blocks("wc-rce-script-runtime", {
    attack,
    references: ["CWE-94", "CAPEC-242"],
    description: "Code of a scripting language that starts a process.",
    message: "code injection: starting a process",
    expression: somewhere(
      HEAD,
      String.raw`\brequire\s*\(\s*['"\x60](?:node:)?child_process|\bprocess\.(?:mainmodule|binding|env\b|exit\s*\()|__import__\s*\(\s*['"](?:os|subprocess)|\bos\.(?:system|popen)\s*\(|\bsubprocess\.(?:popen|call|run|check_output)\s*\(|\bkernel\.(?:system|exec)\b|\bio\.popen\s*\(|\bos\.execute\s*\(`,
    ),
  }),
  scores("wc-rce-script-runtime-body", LIKELY, {
    attack,
    references: ["CWE-94", "CAPEC-242"],
    severity: "error",
    description: "Code of a scripting language that starts a process, in the body.",
    message: "starting a process",
    expression: somewhere(
      ["body"],
      String.raw`\brequire\s*\(\s*['"\x60](?:node:)?child_process['"\x60]\s*\)\s*\.\s*(?:exec|spawn)|\bprocess\.(?:mainmodule|binding)\b|__import__\s*\(\s*['"](?:os|subprocess)['"]`,
    ),
  }),
  scores("wc-rce-command-after-separator", HINT, {
    attack,
    references,
    severity: "error",
    description: "A separator of commands and a command with its argument anywhere in an argument.",
    message: "command behind a separator",
    expression: somewhere(
      ["args", "cookies"],
      String.raw`(?:[;|&]|\$\()\s*(?:/(?:usr/)?s?bin/)?(?:cat\s+[^\s]*/etc/|(?:wget|curl)\s+(?:-\S+\s+)*https?:|n(?:c|cat)\s+-|(?:ba)?sh\s+-[ci]|whoami\b|uname\s+-a|id\s*(?:$|[;|&)])|ls\s+-la?\b|sleep\s+\d+\s*(?:$|[;|&)])|ping\s+-[cn]\s)`,
    ),
  }),
];
