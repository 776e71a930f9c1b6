// biome-ignore-all lint/suspicious/noTemplateCurlyInString: signs of languages, not placeholders.
// biome-ignore-all format: one a line would be three hundred lines.
/** What readers and detectors look at: signs, starts of constructs, words of their languages, and plain text between them. */
export const ATOMS = [
  "a", "ab ", "the order ", "x", "0", "1", "42", "-1.5e3", "12.5,", "9007199254740993", "true", "null", "é",
  "日", "\xa0", " ", "  ", "\t", "\n", "\r\n", "\0", "'", '"', "`", "''", '""', "\\", "\\'", '\\"', "\\\\",
  "\\u0061", "\\x61", "\\u{61}", "\\61 ", "<", ">", "<a", "<a ", "<a>", "</a>", "<!--", "-->", "<!",
  "<![CDATA[", "]]>", "<?", "<?xml ", "<!DOCTYPE ", "<!ENTITY a ", "<svg ", "<script", "<img src=", " on",
  " onx", "onerror=", "style=", "href=", "javascript:", "java\tscript:", "data:text/html,", "srcdoc=", "&",
  "&amp;", "&lt;", "&#60;", "&#x3c;", "&#x", "&#0000000060", "&colon;", "&Tab;", "&a", "%", "%41", "%25",
  "%2541", "%u0041", "%c0%af", "%27", "%3C", "+", "=", "&a=", ";", ":", ",", ".", "..", "../", "..\\", "/",
  "//", "/.", "/./", "/*", "*/", "/**/", "/*!", "--", "-- ", "#", "||", "|", "&&", "(", ")", "((", "))",
  "()", "[", "]", "{", "}", "[[", "{{", "}}", "${", "$(", "#{", "<%", "%>", "{%", "$", "$x", "$IFS", "${x}",
  "$@", "*", "?", "~", "^", "!", "@", "@@", "=1", "or ", " or 1", " and ", "union ", "select ", " from ",
  "where ", "union select ", "like ", "in (", "case when ", "end", "sleep(", "char(", "concat(", "0x",
  "0x61", "x'61'", "information_schema.", "@@version", "exec ", "declare ", "having ", "cat ", "/bin/",
  "/etc/", "etc/passwd", "sh -c ", "bash ", "curl ", "wget ", "powershell ", "cmd /c ", "id;", "echo ",
  "ls ", "php://", "<?php ", "eval(", "system(", "phpinfo", 'O:4:"', "a:1:{", "jndi:", "${jndi:ldap://",
  "${lower:j}", "class.", "Runtime", "java.lang.", "rO0AB", "__proto__", "constructor", "prototype", "$ne",
  "$where", "$gt", "require(", "process.", "function(", "=>", "this.", "new ", "return ", "alert(", "fetch(",
  "http://", "https://", "http://1", "127.0.0.1", "0x7f.1", "[::1]", "169.254.", "localhost", "@", "file://",
  "gopher://", "\\\\host", "//evil.", "*)(", "(&", "(|", "(uid=", "<!--#exec ", "Set-Cookie:", "%0d%0a",
  "\r\nHost:", "count(/", "' or '", "query{", "__schema", "eyJ", "eyJhbGciOi", "PHNjcmlwdA", "QUFB", "4142",
  "AAAA", "ｓ", "＜", "‘", "ⓐ", "\u0130", "ﬁ", '{"a":', "[1,", '"a":"', "--frontier7", "Content-Type: ",
  'name="',
];
