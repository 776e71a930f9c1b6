import { blocks, HINT, LIKELY, scores } from "../define.ts";
import { EVERYWHERE, HEAD, INPUT, somewhere } from "../places.ts";

const attack = "sqli";
const references = ["CWE-89", "CAPEC-66"];

/** White space or a comment, which databases read as white space. */
const GAP = String.raw`(?:[\s\x00\xa0]|/\*.*?\*/|(?:--|#)[^\n]*\n)`;
const QUOTE = "['\"`]";
/** The end of a value behind a comment that hides what the program appends. */
const CUT_OFF = String.raw`(?:--[\s+-]*|#|/\*[^*]*|;?\x00)$`;
const UNION_SELECT = String.raw`\bunion${GAP}*(?:\(|(?:all|distinct)\b|${GAP})${GAP}*\(*${GAP}*select\b${GAP}*(?:(?:all|distinct)${GAP}+)?`;
/** Numbers, strings, NULL or calls, as nobody selects who knows the columns. */
const VALUES = String.raw`(?:[\d'"@*~+!(-]|null\b|\w+\()`;
const COLUMNS = String.raw`(?:[\w.\x60]+${GAP}*,${GAP}*[\w.\x60'"]+${GAP}*(?:,|from\b)|[\w.\x60]+${GAP}+from\b)`;
const CATALOGUE = String.raw`(?:information_schema\.|pg_catalog\.|pg_(?:shadow|user|tables|database)\b|sqlite_(?:master|schema)\b|sys(?:objects|columns|databases)\b|all_tables\b|user_tables\b|mysql\.user\b|master\.\.sys)`;

export const sqliRules = [
  blocks("wc-sqli-union-select", {
    attack,
    references,
    description: "UNION SELECT with a list of values or columns behind it, in the request's head.",
    message: "SQL injection: UNION SELECT",
    expression: somewhere(HEAD, `${UNION_SELECT}(?:${VALUES}|${COLUMNS})`),
  }),
  blocks("wc-sqli-union-select-body", {
    attack,
    references,
    description:
      "UNION SELECT in the body: with values behind it, or at the end of one word. Lessons join columns of two whole statements.",
    message: "SQL injection: UNION SELECT in the body",
    expression: somewhere(
      ["body"],
      String.raw`${UNION_SELECT}${VALUES}|^[\w'"()%.-]{0,40}${GAP}*${UNION_SELECT}${COLUMNS}`,
    ),
  }),
  blocks("wc-sqli-versioned-comment", {
    attack,
    references,
    description: "A keyword inside a comment that only MySQL executes.",
    message: "SQL injection: keyword in an executable comment",
    expression: somewhere(
      EVERYWHERE,
      String.raw`/\*!\d{0,6}\s*(?:union|select|from|where|and|or|all|concat|sleep|order|group|having)\b`,
    ),
  }),
  blocks("wc-sqli-quoted-tautology", {
    attack,
    references,
    description: "A quote that ends a string, then OR or AND and a comparison of two literals.",
    message: "SQL injection: condition behind a closed string",
    expression: somewhere(
      EVERYWHERE,
      String.raw`${QUOTE}\)*${GAP}*(?:\b(?:or|and|xor|having)\b|\|\||&&)${GAP}*(?:not\b|!)?${GAP}*\(*${GAP}*(?:\d+\)*${GAP}*(?:=|<|>|like\b|between\b|in\b)|${QUOTE}[^'"\x60\n]*${QUOTE}${GAP}*(?:=|<|>|like\b|in\b)${GAP}*\(*${QUOTE}|\d+${GAP}*(?:--|#|;|/\*)|true\b|exists${GAP}*\()`,
    ),
  }),
  blocks("wc-sqli-numeric-tautology", {
    attack,
    references,
    description: "A number at the beginning of a value, then OR or AND and a comparison of two numbers.",
    message: "SQL injection: condition behind a number",
    expression: somewhere(
      INPUT,
      String.raw`^\s*-?\w{1,24}['"\x60]?\)*${GAP}+(?:or|and|xor|\|\||&&)${GAP}*(?:not\b|!)?${GAP}*\(*${GAP}*(?:-?\d+${GAP}*(?:=|<|>|<>|!=|like${GAP})${GAP}*\(*-?\d+|${QUOTE}\w*${QUOTE}${GAP}*(?:=|like)${GAP}*${QUOTE}\w*)`,
    ),
  }),
  blocks("wc-sqli-cut-off", {
    attack,
    references,
    description: "A value whose only quote is followed by a comment to the end.",
    message: "SQL injection: rest of the statement commented out",
    expression: somewhere(
      INPUT,
      String.raw`^[^\s'"\x60]{0,60}(?: [^\s'"\x60]{0,30})?['"]\)*${GAP}*;?\s*(?:--[\s+-]{0,4}|#|/\*)$`,
    ),
  }),
  blocks("wc-sqli-time-delay", {
    attack,
    references,
    description: "A function that makes a database wait.",
    message: "SQL injection: delay",
    expression: somewhere(
      EVERYWHERE,
      String.raw`\bpg_sleep\s*\(\s*[\d'(]|\bdbms_(?:pipe\.receive_message|lock\.sleep|session\.sleep)\s*\(|\bwaitfor${GAP}+(?:delay|time)${GAP}*['"(]|\bbenchmark\s*\(\s*\d{4,}\s*,\s*\w+\(|\brandomblob\s*\(\s*\d{6,}`,
    ),
  }),
  blocks("wc-sqli-sleep-condition", {
    attack,
    references,
    description: "SLEEP() as a condition or in a subquery.",
    message: "SQL injection: SLEEP in a condition",
    expression: somewhere(
      EVERYWHERE,
      String.raw`(?:\b(?:and|or|xor|select|where|having|then|else)\b|\|\||&&|\bif\s*\([^()]*(?:\([^()]*\)[^()]*)*,|['"\d][-+*/^%]\(?)${GAP}*\(*${GAP}*sleep\s*\(\s*[\d.]+\s*\)`,
    ),
  }),
  blocks("wc-sqli-stacked-statement", {
    attack,
    references,
    description: "A short value, a semicolon, and a statement that changes data or the server.",
    message: "SQL injection: second statement",
    expression: somewhere(
      INPUT,
      String.raw`^[^\s;]{0,60}['"\d\w)]\s*\)*;${GAP}*(?:drop${GAP}+(?:table|database|user|view|schema)|truncate${GAP}+table|insert${GAP}+into|update${GAP}+\S+${GAP}+set|delete${GAP}+from|alter${GAP}+(?:table|user|database)|exec(?:ute)?${GAP}+(?:master|xp_|sp_|immediate|\(|@)|declare${GAP}+@|shutdown\b|waitfor\b|create${GAP}+(?:table|user|function|or)|select${GAP}+(?:pg_sleep|\*|sleep|load_file|version)|copy${GAP}+\S+${GAP}+(?:from|to))`,
    ),
  }),
  blocks("wc-sqli-file-access", {
    attack,
    references,
    description: "Reading or writing a file from a statement.",
    message: "SQL injection: file access",
    expression: somewhere(
      EVERYWHERE,
      String.raw`\bload_file\s*\(\s*(?:['"(]|0x|char\()|\binto${GAP}+(?:out|dump)file${GAP}*['"]|\bload${GAP}+data${GAP}+(?:local${GAP}+)?infile${GAP}+['"]|\bcopy${GAP}+\w+${GAP}*(?:from|to)${GAP}+program\b|\bopenrowset\s*\(\s*['"]|\blo_import\s*\(\s*'`,
    ),
  }),
  blocks("wc-sqli-server-procedure", {
    attack,
    references: [...references, "CAPEC-108"],
    description: "A stored procedure that runs commands or reaches the network or the registry.",
    message: "SQL injection: dangerous stored procedure",
    expression: somewhere(
      EVERYWHERE,
      String.raw`\b(?:exec(?:ute)?${GAP}+|master\.\.|['";(]\s*)xp_(?:cmdshell|dirtree|fileexist|regread|regwrite|subdirs)|\bsp_(?:oacreate|executesql|configure)${GAP}+[@N'"]|\butl_(?:http\.request|inaddr\.get_host_\w+|file\.fopen)\s*\(|\bdbms_(?:xmlgen|java|scheduler|ldap)\.\w+\s*\(`,
    ),
  }),
  blocks("wc-sqli-error-function", {
    attack,
    references,
    description: "A function that puts the result of a query into an error message.",
    message: "SQL injection: data through an error",
    expression: somewhere(
      EVERYWHERE,
      String.raw`\b(?:extractvalue|updatexml)\s*\([^,]*,\s*(?:concat|\(*select|0x|version|user|char|make_set|if\()|\bexp\s*\(\s*~\s*\(|\bgtid_subset\s*\(|\bprocedure${GAP}+analyse\s*\(|\bctxsys\.drithsx|\bconvert\s*\(\s*int\s*,\s*(?:\(*\s*select|@@|db_name|user)|\bcast\s*\(\s*\(\s*select\b`,
    ),
  }),
  blocks("wc-sqli-blind-condition", {
    attack,
    references: [...references, "CAPEC-7"],
    description: "A condition that asks about one character, or about the result of a subquery.",
    message: "SQL injection: blind condition",
    expression: somewhere(
      EVERYWHERE,
      String.raw`\b(?:and|or|xor|when|if)\b${GAP}*\(*${GAP}*(?:(?:ascii|ord|substr(?:ing)?|mid|length|char_length|unicode|left|right|hex|lower|bin)\s*\(+\s*(?:\(*select\b|substr|mid\(|database\(|user\(|version\(|@@|current_|cast\(|password\b)|\(select${GAP}+(?:count|\w+\(|\d|\*|[\w.]+${GAP}+from)|exists\s*\(\s*select\b|case${GAP}+when${GAP}*\(?\d)`,
    ),
  }),
  blocks("wc-sqli-column-count", {
    attack,
    references,
    description: "A quote or number, then ORDER BY or GROUP BY with a number, as counting columns needs.",
    message: "SQL injection: counting columns",
    expression: somewhere(
      INPUT,
      String.raw`^-?\w{0,24}(?:['"\x60]\)*|\d\)*${GAP})${GAP}*(?:order|group)${GAP}+by${GAP}+\d+${GAP}*(?:,|--|#|/\*|$)|${QUOTE}\)*${GAP}+(?:order|group)${GAP}+by${GAP}+\d+${GAP}*${CUT_OFF}`,
    ),
  }),
  blocks("wc-sqli-version-query", {
    attack,
    references,
    description: "A query for the server's version, user or database.",
    message: "SQL injection: asking about the server",
    expression: somewhere(
      HEAD,
      String.raw`\bselect${GAP}+\(*(?:@@(?:version|hostname|datadir|global)|(?:version|database|user|current_user|system_user|session_user|group_concat|load_file)\s*\()`,
    ),
  }),
  scores("wc-sqli-catalogue", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "A query of the tables in which a database describes itself.",
    message: "query of a database's catalogue",
    expression: somewhere(EVERYWHERE, String.raw`\bfrom${GAP}+[\x60"\[(]*${CATALOGUE}`),
  }),
  scores("wc-sqli-spelt-characters", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "A string put together from character codes.",
    message: "string from character codes",
    expression: somewhere(
      EVERYWHERE,
      String.raw`\b(?:char|chr|nchar|concat)\s*\(\s*(?:0x[0-9a-f]{2,}|\d{1,3})\s*(?:,\s*(?:0x[0-9a-f]{2,}|\d{1,3})\s*){1,}\)|\b(?:char|chr)\s*\(\s*\d{2,3}\s*\)\s*(?:\+|\|\|)\s*(?:char|chr)\s*\(`,
    ),
  }),
  scores("wc-sqli-keyword-behind-quote", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "A quote, then a keyword that continues a condition.",
    message: "SQL keyword behind a quote",
    expression: somewhere(
      INPUT,
      String.raw`^[^\s'"]{0,40}['"]\)*${GAP}*(?:;|\|\|)?${GAP}*\b(?:or|and|having|rlike|regexp|like|in|limit|procedure|between|order|group|union|select|where|is)\b${GAP}*[\w('"!@-]`,
    ),
  }),
  scores("wc-sqli-comment-at-end", HINT, {
    attack,
    references,
    severity: "warning",
    description: "A value that ends in a comment behind a closing parenthesis, quote or digit.",
    message: "SQL comment at the end of a value",
    expression: somewhere(INPUT, String.raw`['")\d]${GAP}*;?\s*(?:--\s?[+-]?|#)$`),
  }),
  scores("wc-sqli-select-statement", HINT, {
    attack,
    references,
    severity: "warning",
    level: 2,
    description: "A whole SELECT, INSERT, UPDATE or DELETE statement.",
    message: "SQL statement",
    expression: somewhere(
      INPUT,
      String.raw`\b(?:select\b[^;]{1,200}\bfrom${GAP}+[\w\x60"\[]|insert${GAP}+into${GAP}+\w+|update${GAP}+\w+${GAP}+set${GAP}+\w+\s*=|delete${GAP}+from${GAP}+\w)`,
    ),
  }),
];
