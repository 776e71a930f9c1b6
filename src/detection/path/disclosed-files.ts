import type { EvidenceKind } from "../detector/detector.ts";
import {
  ADMINISTRATION,
  CONFIGURATION,
  DEBUGGING,
  HIDDEN_SECRET,
  JAVA_INTERNAL,
  LOG,
  REPOSITORY,
} from "./disclosure-kinds.ts";

/** Names in request paths that only a scanner asks for, in lower case. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

function table(...lists: readonly (readonly [EvidenceKind, string])[]): ReadonlyMap<string, EvidenceKind> {
  return new Map(lists.flatMap(([kind, text]) => text.split(" ").map((name) => [name, kind] as const)));
}

/** Anywhere in a path. */
export const DIRECTORIES = table(
  [REPOSITORY, ".git .svn .hg .bzr"],
  [HIDDEN_SECRET, ".aws .ssh .kube .docker .gnupg .azure .terraform .vscode .idea .circleci .subversion"],
  [JAVA_INTERNAL, "web-inf meta-inf"],
  [ADMINISTRATION, "phpmyadmin pma myadmin adminer adminer.php server-status server-info info.php"],
  [ADMINISTRATION, "jolokia elmah.axd trace.axd h2-console"],
);

/** Two names in a row, anywhere in a path. */
export const PAIRS = table(
  [REPOSITORY, "cvs/root cvs/entries cvs/repository"],
  [HIDDEN_SECRET, ".config/gcloud"],
  [
    DEBUGGING,
    "actuator/env actuator/heapdump actuator/threaddump actuator/logfile actuator/configprops actuator/jolokia " +
      "actuator/httptrace actuator/httpexchanges _profiler/phpinfo debug/pprof",
  ],
  [CONFIGURATION, "config/master.key config/credentials.yml.enc"],
  [LOG, "logs/laravel.log wp-content/debug.log"],
  [ADMINISTRATION, "actuator/mappings actuator/beans"],
  [ADMINISTRATION, "druid/index.html .well-known/openid-configuration.bak"],
);

/** The last name of a path. */
export const FILES = table(
  [DEBUGGING, "phpinfo.php"],
  [LOG, "error_log npm-debug.log yarn-error.log laravel.log"],
  [REPOSITORY, ".gitignore .gitattributes .gitmodules .gitconfig .git-credentials"],
  [
    HIDDEN_SECRET,
    ".npmrc .pypirc .netrc .pgpass .my.cnf .htpasswd .htaccess .htdigest .dockercfg .dockerenv .bash_history " +
      ".bash_profile .bashrc .zsh_history .mysql_history .psql_history .profile .viminfo .ds_store .travis.yml " +
      ".gitlab-ci.yml .s3cfg .ftpconfig .remote-sync.json .vagrant .boto .dockerconfigjson .node_repl_history " +
      ".python_history .flaskenv .user.ini thumbs.db",
  ],
  [
    CONFIGURATION,
    "web.config machine.config app.config global.asax config.inc.php configuration.inc.php localsettings.php " +
      "parameters.yml database.yml secrets.yml secrets.json local.settings.json id_rsa id_dsa id_ecdsa id_ed25519 " +
      "credentials.json credentials.csv sftp-config.json server.key private.key php.ini my.cnf local_settings.py " +
      "service-account.json serviceaccountkey.json firebase-adminsdk.json terraform.tfstate filezilla.xml sitemanager.xml",
  ],
);

/** Logs that lie in the root of a site. */
export const ROOT_LOGS = words("debug.log access.log error.log access_log errors.log");

/** Endings of files of configuration and keys. */
export const CONFIGURATION_ENDINGS = words("pem p12 pfx jks keystore ppk tfvars tfstate");

/** Endings of sources and configuration of which a copy betrays the program. */
export const SOURCE_ENDINGS = words(
  "php php3 php4 php5 php7 phtml asp aspx jsp jspx py rb pl cgi js ts config conf cfg ini yaml yml properties json " +
    "xml env sql htm html htaccess",
);
/** What editors and administrators append to the name of a copy. */
export const COPY_ENDINGS = words("bak backup old orig original save sav swp swo copy tmp dist 1");

/** Archives and databases. */
export const DUMP_ENDINGS = words("bak mdb sqlite sqlite3 db gz tar.gz tgz rar 7z tar");
/** Names of a whole site or its data. */
export const SITE_NAMES = words("www wwwroot htdocs public_html site website localhost");
export const DATA_NAMES = words("backup dump database mysql db dbdump dbbackup mysqldump sqldump");
/** Directories in which dumps are left, and those in which files are offered. */
export const BACKUP_DIRECTORIES = words(
  "backup backups bak db database databases dump dumps sql mysql data old export exports private admin _backup tmp",
);
export const OFFERING_DIRECTORIES = words(
  "download downloads files assets static docs doc examples example samples sample releases release dist media " +
    "content courses course learn tutorial tutorials datasets raw blob",
);
