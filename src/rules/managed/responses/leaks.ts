import { blocks, LIKELY, scores } from "../define.ts";
import { matching } from "../places.ts";

const attack = "leak";
const BODY = "wirewall.response.body.raw";
const ERROR_TEXT = ["CWE-209"];

function inBody(pattern: string): string {
  return matching(BODY, pattern);
}

export const leakRules = [
  blocks("wr-leak-private-key", {
    attack,
    references: ["CWE-200"],
    description: "A private key.",
    message: "leak: private key",
    expression: inBody(
      String.raw`-----begin (?:rsa |dsa |ec |openssh |encrypted |pgp )?private key(?: block)?-----\s+[\w+/=:\s,-]{64}`,
    ),
  }),
  blocks("wr-leak-cloud-key", {
    attack,
    references: ["CWE-200"],
    description: "The secret key of a cloud account, with its name.",
    message: "leak: cloud key",
    expression: inBody(String.raw`aws_?secret_?access_?key['"]?\s*[:=]\s*['"]?[a-z0-9/+]{40}\b`),
  }),
  blocks("wr-leak-password-file", {
    attack,
    references: ["CWE-200"],
    description: "The beginning of a Unix password file.",
    message: "leak: password file",
    expression: inBody(String.raw`\broot:[^:\s]{0,120}:0:0:[^:\n]{0,60}:/[\w/]*:/`),
  }),
  blocks("wr-leak-repository", {
    attack,
    references: ["CWE-527"],
    description: "The configuration or index of a git repository.",
    message: "leak: repository",
    expression: inBody(
      String.raw`^\s*\[core\]\s+repositoryformatversion\s*=|^DIRC\x00\x00\x00[\x02-\x04]|^ref: refs/heads/[\w./-]+\s*$`,
    ),
  }),
  blocks("wr-leak-environment-file", {
    attack,
    references: ["CWE-538"],
    description: "A file of environment variables with a password or key.",
    message: "leak: environment file",
    expression: inBody(
      String.raw`^(?:\s*(?:#[^\n]*)?\n|[A-Z][A-Z0-9_]*=[^\n]*\n){0,40}(?:DB_PASSWORD|APP_KEY|DATABASE_URL|SECRET_KEY|AWS_SECRET_ACCESS_KEY|MAIL_PASSWORD|JWT_SECRET)=[^\s]{6}`,
    ),
  }),
  blocks("wr-leak-php-information", {
    attack,
    references: ERROR_TEXT,
    severity: "error",
    description: "The page of phpinfo().",
    message: "leak: phpinfo",
    expression: inBody(String.raw`<title>(?:php \d[\w.]* - )?phpinfo\(\)</title>`),
  }),
  blocks("wr-leak-php-source", {
    attack,
    references: ["CWE-540"],
    severity: "error",
    description: "A response that is the source of a PHP page.",
    message: "leak: PHP source",
    expression: inBody(String.raw`^\s*<\?php\s`),
  }),
  blocks("wr-leak-php-error", {
    attack,
    references: ERROR_TEXT,
    severity: "error",
    description: "An error message of PHP with a file name.",
    message: "leak: PHP error",
    expression: inBody(
      String.raw`<b>(?:warning|fatal error|parse error|notice|deprecated|recoverable fatal error)</b>:\s.{1,500} in <b>[^<]{1,300}</b> on line <b>\d+|\bphp (?:fatal|parse) error:\s.{1,500} in /[\w/.-]+ on line \d+`,
    ),
  }),
  blocks("wr-leak-java-trace", {
    attack,
    references: ERROR_TEXT,
    severity: "error",
    description: "A stack trace of Java in an error response.",
    message: "leak: Java stack trace",
    expression: `http.response.code ge 400 and ${inBody(String.raw`(?:exception|error)\b[^\n]{0,400}\n?(?:[^\n]*\n){0,3}?\s+at [\w.$]+\([\w$]+\.(?:java|kt|scala|groovy):\d+\)`)}`,
  }),
  blocks("wr-leak-dotnet-trace", {
    attack,
    references: ERROR_TEXT,
    severity: "error",
    description: "An error page or stack trace of .NET.",
    message: "leak: .NET error",
    expression: inBody(
      String.raw`<h1>server error in '[^']{0,100}' application|\[(?:\w+\.)*\w*exception[^\]]{0,300}\]\s*\n\s+[\w.]+\(.{0,200}\) in [a-z]:\\|\n\s+at (?:microsoft\.aspnetcore|system\.web)\.[\w.+<>\x60]+\(`,
    ),
  }),
  blocks("wr-leak-script-trace", {
    attack,
    references: ERROR_TEXT,
    severity: "error",
    description: "A stack trace of Python, Ruby or Node.js in an error response.",
    message: "leak: stack trace",
    expression: `http.response.code ge 400 and ${inBody(String.raw`traceback \(most recent call last\):|\bat [\w.<> \[\]]*\(?(?:/[\w@./-]+|file:///[\w@./-]+|[a-z]:\\[\w@.\\-]+)\.[cm]?[jt]s:\d+:\d+\)?|\(?node:internal/[\w/]+:\d+:\d+|/gems/[\w.-]+/lib/[\w/.-]+\.rb:\d+:in [\x60']|<title>[^<]{0,100} at /[^<]{0,100}</title>(?s:.){0,4000}django|whoops, looks like something went wrong|<title>action controller: exception caught`)}`,
  }),
  blocks("wr-leak-database-error", {
    attack,
    references: [...ERROR_TEXT, "CWE-89"],
    severity: "error",
    description: "An error message of a database about a statement.",
    message: "leak: database error",
    expression: inBody(
      String.raw`you have an error in your sql syntax; check the manual|unclosed quotation mark after the character string|\bora-0[01]\d{3}: |\bpg_(?:query|exec)\(\)[: ]|\bpsqlexception: error: |\bsqlstate\[[0-9a-z]{5}\](?: \[\d+\]|:)|\bsqlite3?::(?:sql|query)exception|\bsqlite_error: near "|\bsqlexception: .{0,80}syntax|microsoft ole db provider for (?:odbc drivers|sql server)</?(?:font|p)|\[microsoft\]\[odbc [^\]]{1,40}\]|\bsystem\.data\.sqlclient\.sqlexception|supplied argument is not a valid (?:mysql|postgresql)|org\.hibernate\.exception\.sqlgrammarexception|unterminated quoted string at or near "|\bdb2 sql error: sqlcode`,
    ),
  }),
  blocks("wr-leak-directory-listing", {
    attack,
    references: ["CWE-548"],
    severity: "warning",
    description: "The listing of a directory by a web server.",
    message: "leak: directory listing",
    expression: inBody(
      String.raw`<title>index of /[^<]{0,300}</title>(?s:.){0,600}(?:parent directory|<a href="\.\./">\.\./</a>|\?c=n;o=d)|<title>directory listing for /|\[to parent directory\]</a>|<h1>directory listing for /`,
    ),
  }),
  blocks("wr-leak-web-shell", {
    attack,
    references: ["CAPEC-650"],
    description: "The page of a well-known web shell.",
    message: "leak: web shell",
    expression: inBody(
      String.raw`<title>[^<]{0,60}\b(?:(?:r57|c99|wso|b374k|alfa|indoxploit) ?shell|(?:wso|b374k) v?[\d.]+|indoxploit|filesman)\b[^<]{0,60}</title>|safe.?mode:.{0,60}(?:c99shell|r57shell)|name="?(?:charset|a)"? value="?filesman`,
    ),
  }),
  scores("wr-leak-internal-path", LIKELY, {
    attack,
    references: ["CWE-497"],
    severity: "warning",
    level: 2,
    description: "The path of a program's file in an error response.",
    message: "path of a program's file",
    expression: `http.response.code ge 500 and ${inBody(String.raw`(?:/var/www/|/home/\w+/|/usr/src/app/|/opt/\w+/|[a-z]:\\inetpub\\)[\w./\\-]+\.\w{1,5}\b`)}`,
  }),
];
