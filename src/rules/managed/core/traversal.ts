import { blocks, LIKELY, scores } from "../define.ts";
import { EVERYWHERE, HEAD, holdsOneOf, INPUT, somewhere } from "../places.ts";

const attack = "traversal";
const references = ["CWE-22", "CAPEC-126"];

/** `..` in ASCII, full width, or in more bytes than UTF-8 allows. */
const UP = String.raw`(?:\.{2,}|\xef\xbc\x8e\xef\xbc\x8e|(?:\xc0\xae|\xe0\x80\xae){2})`;
const SLASH = String.raw`(?:;?[\\/]+|\xc0\xaf|\xe0\x80\xaf|\xc1\x9c|\xef\xbc\x8f|\xe2\x88\x95|\xe2\x88\x96)`;
const UNIX_FILE = String.raw`(?:etc[\\/]+(?:passwd|shadow|group|gshadow|hosts|hostname|issue|sudoers|crontab|fstab|motd|resolv\.conf|mysql/|ssh/|apache2?/|httpd/|nginx/|php|my\.cnf|environment|os-release)|proc[\\/]+(?:self|version|cpuinfo|cmdline|mounts|\d+|net)\b|var/+(?:log|www|run/secrets|lib/mlocate)/|root/+\.|usr/local/(?:apache|nginx|etc)|home/\w+/\.(?:ssh|bash|aws))`;
const WINDOWS_FILE = String.raw`(?:(?:windows|winnt)[\\/]+(?:win\.ini|system\.ini|system32|repair|panther|php\.ini|debug)|boot\.ini|inetpub[\\/]+(?:wwwroot|logs)|(?:program files[^\\/]*|xampp|wamp|apache\d?)[\\/]+\w)`;

export const traversalRules = [
  blocks("wc-traversal-above-root", {
    attack,
    references,
    description: "A path that leaves the root once its dot segments are resolved.",
    message: "path traversal: above the root",
    expression: holdsOneOf("wirewall.request.uri.anomalies", ["above_root"]),
  }),
  blocks("wc-traversal-to-system-file", {
    attack,
    references,
    description: "Steps up, then a file of a Unix system.",
    message: "path traversal: system file",
    expression: somewhere(EVERYWHERE, String.raw`${UP}${SLASH}(?:[\w.~-]*${SLASH})*${UNIX_FILE}`),
  }),
  blocks("wc-traversal-to-secret-file", {
    attack,
    references,
    description: "Steps up, then a file of Windows or one with an application's secrets.",
    message: "path traversal: secret file",
    expression: somewhere(
      EVERYWHERE,
      String.raw`${UP}${SLASH}(?:[\w.~-]*${SLASH})*(?:${WINDOWS_FILE}|web-inf\b|web\.config\b|wp-config|\.env\b|\.htpasswd\b|\.git/|\.ssh/|id_rsa\b|passwd\b)`,
    ),
  }),
  blocks("wc-traversal-repeated", {
    attack,
    references,
    description: "Three or more steps up in the request's head, or two in an odd spelling.",
    message: "path traversal: repeated steps",
    expression: somewhere(
      ["path", "args", "cookies"],
      String.raw`(?:${UP}${SLASH}){3,}|(?:\.\.;[\\/]+|\.\.\\+|\.{4,}[\\/]{2,}|(?:\xc0\xae|\xe0\x80\xae){2}${SLASH}|\.\.(?:\xc0\xaf|\xe0\x80\xaf|\xc1\x9c|\xef\xbc\x8f)){2,}`,
    ),
  }),
  blocks("wc-traversal-hidden-step", {
    attack,
    references: [...references, "CVE-2020-5902"],
    description:
      "A step up behind a parameter of a path segment, which proxies and servers read differently.",
    message: "path traversal: step behind a semicolon",
    expression: somewhere(["path"], String.raw`/\.\.;[^/]*(?:/|$)|/;[^/]*/\.\.(?:/|$)`),
  }),
  blocks("wc-traversal-absolute-unix", {
    attack,
    references: ["CWE-36", "CAPEC-597"],
    description: "A value that is the path of a file of the operating system.",
    message: "file inclusion: system file",
    expression: somewhere(
      EVERYWHERE,
      String.raw`^['"]?(?:[\w.-]{1,30}[=:])?(?:file:)?(?:/|\\)+(?:\./+)*${UNIX_FILE}`,
    ),
  }),
  blocks("wc-traversal-absolute-windows", {
    attack,
    references: ["CWE-36", "CAPEC-597"],
    description: "A value that is the path of a file of Windows, or of a share.",
    message: "file inclusion: Windows file",
    expression: somewhere(
      EVERYWHERE,
      String.raw`^['"]?(?:file:/+)?(?:[a-z]:|%(?:systemroot|windir|systemdrive)%)?[\\/]+${WINDOWS_FILE}|^\\\\[\w.-]+\\(?:[a-z]\$|admin\$|ipc\$)|^[a-z]:[\\/]+boot\.ini`,
    ),
  }),
  blocks("wc-traversal-zero-byte", {
    attack,
    references: ["CWE-158", "CAPEC-52"],
    description: "A zero byte behind a file name.",
    message: "file inclusion: zero byte",
    expression: somewhere(
      ["path", "args", "cookies", "body"],
      // The first control character: in the middle of a binary file a zero byte means nothing.
      String.raw`^[^\x00-\x08\x0a-\x1f]*[\w)]\x00(?:\.?\w{0,5}$|[/\\])|(?:passwd|\.(?:php\d?|jsp|asp|ini|conf|cfg|log))\x00`,
    ),
  }),
  blocks("wc-traversal-application-file", {
    attack,
    references,
    description: "A value that names a file with secrets of a web application.",
    message: "file inclusion: application file",
    expression: somewhere(
      INPUT,
      String.raw`^[\w./\\:-]{0,80}(?:web-inf[\\/]+(?:web\.xml|classes|lib)|meta-inf[\\/]+(?:context\.xml|maven)|wp-config\.php|(?:^|[\\/])\.ht(?:passwd|access)|(?:^|[\\/])\.env|(?:^|[\\/])\.git[\\/]+(?:config|head|index)|[\\/]\.ssh[\\/]|(?:^|[\\/])id_(?:rsa|dsa|ecdsa|ed25519))$`,
    ),
  }),
  scores("wc-traversal-system-file-name", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "The path of a file of the operating system anywhere in the request's head.",
    message: "name of a system file",
    expression: somewhere(
      HEAD,
      String.raw`/etc/+(?:passwd|shadow|sudoers|gshadow)\b|/proc/+self/|\bwin\.ini\b|\bboot\.ini\b|\bsystem32[\\/]`,
    ),
  }),
  scores("wc-traversal-remote-file", LIKELY, {
    attack,
    references: ["CWE-98", "CAPEC-193"],
    severity: "error",
    description: "A value that is the URL of a script, or a URL that ends in a question mark.",
    message: "URL of a script",
    expression: somewhere(
      ["args", "cookies"],
      String.raw`^\s*(?:https?|ftps?)://[^\s?#]+\.(?:php\d?|txt|phtml|asp|jsp|sh|pl|cgi)\?*$|^\s*(?:https?|ftps?)://[^\s?#]+\?+$`,
    ),
  }),
];
