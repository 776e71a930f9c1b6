// Patterns of the kinds that rulesets against injection hold, written for these benchmarks.

const QUERY_PAIRS =
  "select from,insert into,delete from,update set,union select,drop table,create table,alter table,truncate table,order by,group by,having count,exec master,waitfor delay,case when,into outfile,load data,declare cursor,grant all,revoke all,merge into,show tables,describe table,begin transaction,sleep benchmark,convert using,cast as,like escape,between and,exists select,join on,limit offset,values select,cross apply,with recursive,explain select,rename table,lock tables,call procedure,fetch next";
const EVENTS =
  "abort animationend beforeunload blur canplay change click contextmenu copy cut dblclick drag dragend dragenter drop error focus hashchange input invalid keydown keypress keyup load message mousedown mouseenter mousemove mouseout mouseover paste pageshow pointerdown popstate reset resize scroll search select submit toggle touchstart transitionend unload wheel";
const FILES =
  "passwd shadow hosts group fstab crontab id_rsa authorized_keys known_hosts web.config wp-config.php .htaccess .htpasswd .env .git/config .svn/entries .aws/credentials .docker/config.json docker-compose.yml composer.json package.json settings.py database.yml application.properties server.xml php.ini my.cnf boot.ini win.ini access.log error.log backup.sql dump.sql phpinfo.php config.bak";
const FUNCTIONS =
  "eval assert system exec passthru shell_exec popen proc_open pcntl_exec call_user_func create_function preg_replace include require file_get_contents file_put_contents fopen fwrite readfile unlink base64_decode gzinflate str_rot13 unserialize extract parse_str ini_set putenv mail header setcookie move_uploaded_file chmod symlink phpinfo getenv array_map usort ob_start";
const COMMANDS =
  "cat ls id whoami uname wget curl nc ncat bash sh zsh python perl ruby php node gcc make chmod chown rm mv cp find grep awk sed tail head ping nslookup dig telnet ssh scp tftp xargs crontab kill";
const SCANNERS =
  "sqlmap nikto nmap masscan acunetix nessus openvas dirbuster gobuster wpscan arachni w3af zgrab nuclei burpcollaborator havij hydra jaeles metasploit netsparker skipfish whatweb zmeu httrack xsser commix ffuf feroxbuster morfeus paros";

const words = (text: string): readonly string[] => text.split(" ");
const escaped = (text: string): string => text.replace(/[.()[\]\\/]/g, "\\$&");

const either = (text: string): string => words(text).map(escaped).join("|");

/** Twenty patterns from short to very long, for one pattern at a time. */
export const SPREAD_PATTERNS: readonly string[] = [
  "^5\\d{2}$",
  "%[0-9a-fA-F]{2}",
  "(?:rO0AB|aced0005|H4sIAAA)",
  "(?:\\bhttp/\\d|<(?:html|meta)\\b)",
  "(?i)<(?:iframe|object|embed)[\\s/+].*?(?:src|type).*?=",
  "^bytes=(?:(?:\\d+)?-(?:\\d+)?\\s*,?\\s*){1,40}$",
  "(?i)/\\*[\\s\\x0b]*?[!+](?:[\\s\\x0b()\\-0-9=A-Z_a-z]+)?\\*/",
  "[.0-:A-Z_a-z]+\\s*\\([^)]*\\)\\s*\\{[^}]*\\}",
  "(?i)(?:\\$|&dollar;?)(?:\\{|&l(?:brace|cub);?)(?:[^}]{0,30}(?:\\$|&dollar;?)|jndi|ctx)",
  "(?i)['\"`]\\s*(?:or|and|xor|not)\\b.{0,80}?(?:=|<|>|\\blike\\b|\\bin\\b|\\bbetween\\b)",
  "(?i)<script[^>]*>[\\s\\S]*?</script[^>]*>",
  `(?i)\\b(?:${QUERY_PAIRS.split(",")
    .slice(0, 12)
    .map((pair) => pair.replace(" ", "\\s+"))
    .join("|")})\\b`,
  `(?i)\\b(?:${either(SCANNERS)})\\b`,
  `(?i)[\\s"'/;]on(?:${either(EVENTS)})\\s*=`,
  `(?:^|[/\\\\])(?:${either(FILES)})(?:$|[?#;&\\s])`,
  `(?i)\\b(?:${either(FUNCTIONS)})\\s*\\(`,
  `(?:[;|&\`]|\\$\\()\\s*(?:/?(?:usr/)?s?bin/)?(?:${either(COMMANDS)})\\b`,
  `(?i)(?:\\b(?:${either(FUNCTIONS)})\\s*\\([^)]*\\b(?:${either(COMMANDS)})\\b|\`[^\`]*\\b(?:${either(COMMANDS)})\\b)`,
  `(?i)(?:${QUERY_PAIRS.split(",")
    .map((pair) => pair.replace(" ", "\\b[^;]{0,40}?\\b"))
    .join("|")})`,
  `(?i)(?:${[FUNCTIONS, COMMANDS, SCANNERS, FILES].map(either).join("|")})(?:[\\s(/:]|%20|\\+).{0,30}?(?:${either(EVENTS)}|${either(FUNCTIONS)})\\b`,
];

/** Patterns that make a backtracking engine take more time than there is, with what does it. */
export const HOSTILE_PATTERNS: readonly string[] = [
  "^(a+)+$",
  "^(a|aa)+$",
  "(.*)*x",
  "\\s+$",
  ".*.*=.*",
  "^(\\w+\\s?){1,60}$",
  "(?:a?){30}a{30}b",
  "(x+x+)+y",
  "a[ab]{14}[^ab]",
  "(?:[a-z]+\\.)+[a-z]+@",
];

/** Units that hostile subjects repeat. */
export const HOSTILE_UNITS: readonly string[] = [
  "a",
  "ab",
  " ",
  "x",
  "=",
  "a.",
  "<script ",
  "select ",
  "${",
  "1%20(",
];
