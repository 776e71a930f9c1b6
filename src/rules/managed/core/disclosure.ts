import { blocks, LIKELY, scores } from "../define.ts";
import { matching } from "../places.ts";

const attack = "disclosure";
const references = ["CWE-538", "CAPEC-116"];
const PATH = "wirewall.request.uri.path.decoded";
const SOURCE =
  "(?:php\\d?|phtml|aspx?|jspx?|py|rb|pl|cgi|js|ts|config|conf|cfg|ini|ya?ml|properties|json|xml|env|sql|html?|htaccess)";

export const disclosureRules = [
  blocks("wc-disclosure-repository", {
    attack,
    references: ["CWE-527"],
    severity: "error",
    description: "The directory of a version control system.",
    message: "disclosure: repository",
    expression: matching(
      PATH,
      String.raw`/(?:\.(?:git|svn|hg|bzr)|cvs/(?:root|entries|repository))(?:/|$)|/\.git(?:ignore|attributes|modules|config|-credentials)$`,
    ),
  }),
  blocks("wc-disclosure-environment", {
    attack,
    references,
    severity: "error",
    description: "A file of environment variables.",
    message: "disclosure: environment file",
    expression: matching(
      PATH,
      String.raw`/(?:[\w-]{1,30})?\.env(?:[._-][\w.-]{1,40})?/?$|/env\.(?:bak|old|txt)$`,
    ),
  }),
  blocks("wc-disclosure-hidden-secret", {
    attack,
    references,
    severity: "error",
    description: "A hidden file or directory with keys, passwords or a history.",
    message: "disclosure: hidden file",
    expression: matching(
      PATH,
      String.raw`/\.(?:aws|ssh|kube|docker|gnupg|config/gcloud|azure|terraform|vscode|idea|circleci|subversion)(?:/|$)|/\.(?:npmrc|pypirc|netrc|pgpass|my\.cnf|htpasswd|htaccess|htdigest|dockercfg|dockerenv|bash_history|bash_profile|bashrc|zsh_history|mysql_history|psql_history|profile|viminfo|ds_store|travis\.yml|gitlab-ci\.yml|s3cfg|ftpconfig|remote-sync\.json|vagrant)/?$`,
    ),
  }),
  blocks("wc-disclosure-configuration", {
    attack,
    references,
    severity: "error",
    description: "A file of configuration that no browser asks for.",
    message: "disclosure: configuration",
    expression: matching(
      PATH,
      String.raw`/(?:wp-config(?:[._-]\w+)*\.(?:php|txt|inc)(?:\.\w+)?|(?:web|machine|app)\.config|global\.asax|config(?:uration)?\.inc\.php|localsettings\.php|parameters\.yml|database\.yml|secrets\.(?:yml|json)|local\.settings\.json|application(?:-\w+)?\.(?:properties|ya?ml)|docker-compose(?:\.\w+)?\.ya?ml|id_(?:rsa|dsa|ecdsa|ed25519)|credentials(?:\.json|\.csv)?|sftp-config\.json|server\.key|\w+\.pem|\w+\.p12|terraform\.tfstate|filezilla\.xml|sitemanager\.xml|\w+\.tfvars)$`,
    ),
  }),
  blocks("wc-disclosure-java-internal", {
    attack,
    references,
    severity: "error",
    description: "A directory of a Java web application that is never served.",
    message: "disclosure: WEB-INF",
    expression: matching(PATH, String.raw`/(?:web-inf|meta-inf)[./\\;]`),
  }),
  blocks("wc-disclosure-source-backup", {
    attack,
    references: ["CWE-530"],
    severity: "error",
    description: "The copy of a source or configuration file that an editor or administrator left.",
    message: "disclosure: backup of a source",
    expression: matching(
      PATH,
      String.raw`/[^/]+\.${SOURCE}(?:\.(?:bak|backup|old|orig|original|save|sav|swp|swo|copy|tmp|dist|1|\d{8})|~|_bak|_old|#)$|/\.[^/]+\.sw[op]$|/#[^/]+#$|\.phps$`,
    ),
  }),
  blocks("wc-disclosure-dump", {
    attack,
    references: ["CWE-530"],
    severity: "error",
    description: "A dump of a database or an archive of a whole site.",
    message: "disclosure: dump",
    expression: matching(
      PATH,
      String.raw`/(?:[\w-]*(?:backup|dump|database|mysql|db)[\w-]*|www(?:root)?|htdocs|public_html|site|website|localhost)\.(?:sql|sql\.gz|sql\.zip|bak|mdb|sqlite3?|db|tar\.gz|tgz|rar|7z|tar)$|/[\w-]+\.sql(?:\.(?:gz|zip|bz2|bak))?$|/(?:backup|www(?:root)?|htdocs|public_html)\.zip$`,
    ),
  }),
  blocks("wc-disclosure-source-trick", {
    attack,
    references: ["CWE-540"],
    severity: "error",
    description: "An ending with which servers of old showed the source of a page.",
    message: "disclosure: source of a page",
    expression: matching(
      PATH,
      String.raw`\.(?:asp|aspx|php|jsp|asa|asax|config)(?:::\$data|\.?\x00|%20|\s+|\.+)$|::\$data`,
    ),
  }),
  scores("wc-disclosure-administration", LIKELY, {
    attack,
    references,
    severity: "warning",
    level: 2,
    description: "An administrator's page that is often left open.",
    message: "page of an administrator",
    expression: matching(
      PATH,
      String.raw`/(?:phpmyadmin|pma|myadmin|adminer(?:\.php)?|server-status|server-info|phpinfo\.php|info\.php|actuator/(?:env|heapdump|threaddump|logfile|mappings)|jolokia|elmah\.axd|trace\.axd|h2-console|druid/index\.html|\.well-known/openid-configuration\.bak)(?:/|$)`,
    ),
  }),
];
