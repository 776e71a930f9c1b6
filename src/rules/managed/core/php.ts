import { blocks, LIKELY, scores } from "../define.ts";
import { EVERYWHERE, HEAD, INPUT, somewhere } from "../places.ts";

const attack = "php";
const references = ["CWE-94", "CAPEC-242"];
const RUNS =
  "(?:system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|assert|eval|create_function|call_user_func(?:_array)?|preg_replace|base64_decode|gzinflate|file_put_contents|phpinfo|include|require)";

export const phpRules = [
  blocks("wc-php-open-tag", {
    attack,
    references,
    description: "The beginning of PHP code in the request's head.",
    message: "PHP injection: open tag",
    expression: somewhere(HEAD, String.raw`<\?(?:php\b|=|\s+(?:echo|system|eval|exec|include|@))`),
  }),
  blocks("wc-php-open-tag-body", {
    attack,
    references,
    description: "PHP code at the beginning of a value of the body, or one that runs what the request says.",
    message: "PHP injection: code in the body",
    expression: somewhere(
      ["body"],
      String.raw`^[^\s<]{0,24}<\?(?:php|=)?[\s\x00]*@?${RUNS}\s*\(|<\?(?:php|=)?[^?]{0,300}\b(?:system|exec|shell_exec|passthru|popen|assert|eval)\s*\(\s*(?:\$_(?:get|post|request|cookie|server)|base64_decode|gzinflate)`,
    ),
  }),
  blocks("wc-php-wrapper", {
    attack,
    references: ["CWE-98", "CAPEC-252"],
    description: "A stream wrapper of PHP as a value.",
    message: "PHP injection: stream wrapper",
    expression: somewhere(
      INPUT,
      String.raw`^[\s'"]*(?:\S{1,20}=)?(?:php://(?:filter/|(?:input|stdin|memory|temp|output)$|fd/)|phar://|expect://|zip://|glob://|ogg://|rar://|ssh2\.(?:shell|exec|tunnel|sftp|scp)://|zlib://|compress\.(?:zlib|bzip2)://|data:(?://)?text/plain[;,].{0,60}(?:<\?|PD9|base64))`,
    ),
  }),
  blocks("wc-php-serialized-object", {
    attack,
    references: ["CWE-502", "CAPEC-586"],
    description: "A serialised object.",
    message: "PHP injection: serialised object",
    expression: somewhere(
      EVERYWHERE,
      String.raw`(?:^|[;{:'"\s])[oc]:\+?\d{1,4}:"[\w\\]{1,80}":\+?\d{1,4}:\{`,
    ),
  }),
  blocks("wc-php-setting", {
    attack,
    references: ["CWE-94", "CVE-2012-1823", "CVE-2024-4577"],
    description: "Settings of the interpreter in a query string or a value.",
    message: "PHP injection: interpreter setting",
    expression: somewhere(
      EVERYWHERE,
      String.raw`(?:^|\s|-d|\xad\s?d)\s*(?:allow_url_include|auto_prepend_file|auto_append_file|cgi\.force_redirect|safe_mode|disable_functions|open_basedir)\s*=|^-[a-z]?\s*-?d\s*(?:allow_url_include|auto_prepend_file)`,
    ),
  }),
  blocks("wc-php-call", {
    attack,
    references,
    description: "A call that runs a command or code, in the request's head.",
    message: "PHP injection: dangerous call",
    expression: somewhere(
      HEAD,
      String.raw`\b(?:system|passthru|shell_exec|popen|proc_open|pcntl_exec|assert|eval|exec)\s*\(\s*(?:['"][^'"]{1,200}['"]\s*\)+\s*(?:[;}\]'"?]|$)|[\\$]|base64_decode|gzinflate|str_rot13|chr\s*\(|hex2bin|implode|current)|\b(?:phpinfo|get_defined_vars|php_uname|getallheaders)\s*\(\s*\)\s*(?:[;}\]'"?)]|$)|\b(?:file_get_contents|readfile|highlight_file|show_source|fopen|scandir|file_put_contents)\s*\(\s*['"$]`,
    ),
  }),
  blocks("wc-php-superglobal", {
    attack,
    references,
    description: "A superglobal variable in the request's head.",
    message: "PHP injection: superglobal",
    expression: somewhere(
      ["path", "args", "cookies", "headers"],
      String.raw`\$\{?_(?:get|post|request|cookie|server|session|files|env)\s*[\[}{]|\$globals\b|\$http_raw_post_data`,
    ),
  }),
  blocks("wc-php-drupal-render", {
    attack,
    references: ["CWE-20", "CVE-2018-7600"],
    description: "A property of a render array as a name.",
    message: "Drupal: render array from the client",
    expression: somewhere(
      INPUT,
      String.raw`[\[/](?:%23|#)(?:post_render|pre_render|access_callback|lazy_builder|markup|type)\b`,
    ),
  }),
  blocks("wc-php-thinkphp", {
    attack,
    references: ["CWE-94", "CVE-2018-20062"],
    description: "A controller of ThinkPHP that calls any function.",
    message: "ThinkPHP: calling a function",
    expression: somewhere(
      ["path", "args", "body"],
      String.raw`think[\\/]+(?:app[\\/]+invokefunction|container[\\/]+invokefunction|request[\\/]+(?:input|cache)|template[\\/]+driver|view[\\/]+driver)`,
    ),
  }),
  scores("wc-php-call-body", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "A call that runs a command or code, in the body.",
    message: "call that runs a command",
    expression: somewhere(
      ["body"],
      String.raw`^\S{0,40}?\b(?:system|passthru|shell_exec|popen|proc_open|assert|eval|exec|phpinfo|print|die)\s*\(\s*(?:['"\\$)]|base64_decode|md5\(|chr\s*\()`,
    ),
  }),
  scores("wc-php-superglobal-body", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "Code that runs what a superglobal variable holds, in the body.",
    message: "running a superglobal",
    expression: somewhere(
      ["body"],
      String.raw`\b(?:system|passthru|shell_exec|popen|assert|eval|exec|include|require)\s*\(?\s*@?\$_(?:get|post|request|cookie|server)\b`,
    ),
  }),
];
