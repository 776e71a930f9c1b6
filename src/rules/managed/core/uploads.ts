import { blocks, LIKELY, scores } from "../define.ts";
import { matching } from "../places.ts";

const attack = "upload";
const references = ["CWE-434", "CAPEC-650"];
const NAMES = "http.request.body.multipart.filenames[*][*]";
const CONTENTS = [
  "http.request.body.multipart.values[*]",
  "wirewall.request.body.multipart.decoded_values[*][*]",
];
const RUNNABLE =
  "(?:php\\d?|phtml|pht|phar|phps|shtml?|jspx?|jspf|jsw|jsv|aspx?|asax|ashx|asmx|ascx|cer|asa|cshtml|vbhtml|cfml?|cfc)";

/** An expression: a part's content, its transfer encoding undone or not, matches the pattern. */
function inContents(pattern: string): string {
  return CONTENTS.map((operand) => matching(operand, pattern)).join(" or ");
}

export const uploadRules = [
  blocks("wc-upload-server-script", {
    attack,
    references,
    description: "A file that a web server runs as a program, by its name.",
    message: "upload: server script",
    expression: matching(NAMES, String.raw`\.${RUNNABLE}[\s.]*$`),
  }),
  blocks("wc-upload-double-extension", {
    attack,
    references,
    description: "A file whose name has the extension of a program before other characters.",
    message: "upload: hidden extension",
    expression: matching(
      NAMES,
      String.raw`\.${RUNNABLE}(?:[\s.]*[;:\x00/\\%]|\.(?:jpe?g|png|gif|bmp|webp|svg|pdf|txt|zip|csv|xyz)[\s.]*$|::\$data)`,
    ),
  }),
  blocks("wc-upload-name-traversal", {
    attack,
    references: ["CWE-22", "CAPEC-126"],
    description: "A file name with a step up or a zero byte.",
    message: "upload: path in the file name",
    expression: matching(
      NAMES,
      String.raw`(?:^|[\\/])(?:\.|%2e){2}(?:[\\/]|%2f|%5c)|\x00|^/(?:etc|var|usr|tmp|root|home|opt)/|^[a-z]:\\(?:windows|inetpub)\\`,
    ),
  }),
  blocks("wc-upload-server-settings", {
    attack,
    references,
    description: "A file that changes how a server treats its directory.",
    message: "upload: server settings",
    expression: matching(
      NAMES,
      String.raw`(?:^|[\\/])(?:\.htaccess|\.htpasswd|\.user\.ini|web\.config|php\.ini|authorized_keys)[\s.]*$`,
    ),
  }),
  blocks("wc-upload-web-shell", {
    attack,
    references,
    description: "A part with code that runs input of a request.",
    message: "upload: web shell",
    expression: inContents(
      String.raw`\b(?:eval|assert|system|exec|shell_exec|passthru|popen|proc_open|create_function|include|require)\s*\(?\s*@?(?:base64_decode\s*\(\s*|gzinflate\s*\(\s*|stripslashes\s*\(\s*)*\$_(?:get|post|request|cookie|server|files)\b|\.getruntime\(\)\s*\.\s*exec\s*\(\s*request\.getparameter|\beval\s*\(?\s*request(?:\.item)?\s*[\[(]\s*"|\bprocess\.start\s*\(\s*request|\bexecute(?:global)?\s*\(?\s*request\s*\(`,
    ),
  }),
  blocks("wc-upload-code-in-image", {
    attack,
    references,
    description: "PHP code in a part that begins as an image does.",
    message: "upload: code in an image",
    expression: inContents(
      String.raw`^(?:GIF8|\x89PNG|\xff\xd8\xff|BM|II\*|MM\x00\*|RIFF)(?s:.){0,4000}?<\?(?:php\b|=)`,
    ),
  }),
  scores("wc-upload-script-file", LIKELY, {
    attack,
    references,
    severity: "warning",
    level: 2,
    description: "A file that a shell or interpreter runs.",
    message: "upload of a script",
    expression: matching(
      NAMES,
      String.raw`\.(?:sh|bash|pl|py|rb|cgi|exe|dll|bat|cmd|com|scr|ps1|vbs?|wsf|hta|jar|war|lnk|msi)[\s.]*$`,
    ),
  }),
];
