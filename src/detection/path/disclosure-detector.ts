import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import {
  BACKUP_DIRECTORIES,
  CONFIGURATION_ENDINGS,
  COPY_ENDINGS,
  DATA_NAMES,
  DIRECTORIES,
  DUMP_ENDINGS,
  FILES,
  OFFERING_DIRECTORIES,
  PAIRS,
  ROOT_LOGS,
  SITE_NAMES,
  SOURCE_ENDINGS,
} from "./disclosed-files.ts";
import {
  CONFIGURATION,
  DISCLOSURE_KINDS,
  DUMP,
  ENVIRONMENT,
  JAVA_INTERNAL,
  LOG,
  SOURCE_BACKUP,
  SOURCE_TRICK,
} from "./disclosure-kinds.ts";

/** Bytes of a path that are looked at: no server has longer names of files. What lies beyond has its last name looked at. */
const LONGEST = 4096;
const ENVIRONMENT_FILE = /^[\w-]{0,30}\.env(?:[._-][\w.-]{1,40})?$|^env\.(?:bak|old|txt)$/;
const WORDPRESS =
  /^wp-config(?:[._-]\w{1,40}){0,4}\.(?:php|txt|inc|bak|old|save|orig|zip|gz)(?:\.\w{1,20})?$/;
const APPLICATION =
  /^application(?:-\w{1,40})?\.(?:properties|ya?ml)$|^docker-compose(?:\.\w{1,40})?\.ya?ml$/;
const VIEWED = /^(?:\/[^/]+){2,4}\/(?:blob|raw|tree|blame|src|browse)\/./;
const TRICK =
  /\.(?:asp|aspx|php|jsp|asa|asax|config)(?:(?:\.?\0|%20|\s{1,20}|\.{1,20})$|[;#\0\r\n]\.\w{2,5}$)|::\$data$/;

const WORDS: readonly string[] = [
  ...[
    "/.",
    "/cvs/",
    "php.ini",
    "my.cnf",
    "local_settings",
    "service-account",
    "serviceaccount",
    "firebase-admin",
    ".env",
    "env.bak",
    "env.old",
    "env.txt",
    "-inf/",
    "-inf.",
    "-inf;",
    "-inf\\",
    ".config",
  ],
  ...[
    "config.inc",
    "configuration.inc",
    "wp-config",
    "localsettings",
    "local.settings",
    "credentials.",
    "id_rsa",
  ],
  ...["id_dsa", "id_ecdsa", "id_ed25519", "parameters.yml", "database.yml", "secrets.", "application."],
  ...[
    "application-",
    "docker-compose",
    "sftp-config",
    "server.key",
    ".pem",
    ".p12",
    ".pfx",
    ".tf",
    "global.asax",
  ],
  ...["filezilla", "sitemanager", "phpmyadmin", "/pma", "myadmin", "adminer", "server-status", "server-info"],
  ...[
    "info.php",
    "actuator/",
    "debug/pprof",
    "_profiler/",
    "master.key",
    "credentials.yml",
    "private.key",
    ".jks",
    ".keystore",
    ".ppk",
    "thumbs.db",
    ".log",
    "error_log",
    "access_log",
    "jolokia",
    ".axd",
    "h2-console",
    "druid/",
    "/#",
    ".sw",
    ".phps",
    "$data",
  ],
  ...[".sql", ".mdb", ".sqlite", ".db", ".bak", ".tar", ".tgz", ".rar", ".7z", ".zip", ".gz"],
  // Copies of sources, and endings that show the source of a page.
  ...[...SOURCE_ENDINGS].flatMap((ending) => [`.${ending}~`, `.${ending}.`, `.${ending}_`]),
  ...["php", "asp", "aspx", "jsp", "config"].flatMap((ending) =>
    [..."#; \0\r\n"].map((sign) => `.${ending}${sign}`),
  ),
];

/** Finds request paths of files and directories that only a scanner asks for. */
export const disclosureDetector: Detector = {
  name: "disclosure",
  kinds: DISCLOSURE_KINDS,
  triggers: [{ characters: "/", words: WORDS }],
  shortest: 4,
  inspect,
};

function inspect(text: string, place: Place, report: Report): void {
  // Not the segments of a path, which come as texts of their own: where a file stands matters.
  if (place.part !== "path" || !text.startsWith("/")) return;
  const path = text.slice(0, LONGEST).toLowerCase();
  const tell = (kind: EvidenceKind, name: string) => {
    const at = path.lastIndexOf(name);
    report(kind, at, at + name.length);
  };
  const names = path.split("/");
  let last = "";
  let parent = "";
  let offered = false;
  for (const name of names) {
    if (name === "" || name === ".") continue;
    const kind = DIRECTORIES.get(name) ?? PAIRS.get(`${last}/${name}`);
    if (kind !== undefined && (kind !== JAVA_INTERNAL || path.includes(`/${name}/`))) tell(kind, name);
    else if (/^(?:web|meta)-inf[.\\;]/.test(name)) tell(JAVA_INTERNAL, name);
    offered ||= OFFERING_DIRECTORIES.has(last);
    parent = last;
    last = name;
  }
  if (last === "") return;
  // Sites that show repositories have a file of any name.
  if (VIEWED.test(path) && /^\.git(?:ignore|attributes|modules)$/.test(last)) return;
  const root = names.length === 2 && ROOT_LOGS.has(last) ? LOG : undefined;
  const kind =
    fileKind(last) ??
    fileKind(withoutEnding(last)) ??
    root ??
    (isDump(last, parent, offered) ? DUMP : undefined);
  if (kind !== undefined) tell(kind, last);
  if (path.endsWith("/")) return;
  if (isCopy(last)) tell(SOURCE_BACKUP, last);
  if (TRICK.test(last.slice(-64))) tell(SOURCE_TRICK, last);
}

/** What a server may look for under a name with a parameter or blanks after it; and of what a copy is one. */
function withoutEnding(name: string): string {
  if (name.length > 128) return "";
  const plain = name.replace(/(?:[~\s\0]|%20){1,8}$|;.{0,100}$/, "");
  if (plain !== name) return plain;
  const dot = name.lastIndexOf(".");
  return dot > 1 && COPY_ENDINGS.has(name.slice(dot + 1)) ? name.slice(0, dot) : "";
}

function fileKind(name: string): EvidenceKind | undefined {
  const kind = FILES.get(name);
  if (kind !== undefined || name.length > 128) return kind;
  if (ENVIRONMENT_FILE.test(name)) return ENVIRONMENT;
  const dot = name.lastIndexOf(".");
  if (dot < 1) return undefined;
  if (/^\w+$/.test(name.slice(0, dot)) && CONFIGURATION_ENDINGS.has(name.slice(dot + 1)))
    return CONFIGURATION;
  return WORDPRESS.test(name) || APPLICATION.test(name) ? CONFIGURATION : undefined;
}

/** `index.php.bak`, `login.jsp~`, `.main.py.swp`, `#main.c#`. */
function isCopy(name: string): boolean {
  const final = name.charAt(name.length - 1);
  if (name.length > 2 && final === "#" && name.startsWith("#")) return true;
  if (final === "~" || final === "#") return isSource(name.slice(0, -1));
  if (name.endsWith("_bak") || name.endsWith("_old")) return isSource(name.slice(0, -4));
  const dot = name.lastIndexOf(".");
  if (dot < 1) return false;
  const ending = name.slice(dot + 1);
  if (ending === "phps" || (/^sw[op]$/.test(ending) && name.startsWith("."))) return true;
  return (COPY_ENDINGS.has(ending) || /^\d{8}$/.test(ending)) && isSource(name.slice(0, dot));
}

function isSource(name: string): boolean {
  const dot = name.lastIndexOf(".");
  return dot > 0 && SOURCE_ENDINGS.has(name.slice(dot + 1));
}

/** Dumps lie in the root or among backups; what is where files are offered is there to be fetched. */
function isDump(name: string, parent: string, offered: boolean): boolean {
  const dot = name.indexOf(".");
  if (dot < 1 || name.length > 128 || offered) return false;
  const base = name.slice(0, dot);
  const ending = name.slice(dot + 1);
  const sql = /^sql(?:\.(?:gz|zip|bz2|bak))?$/.test(ending);
  const bare = parent === "" || BACKUP_DIRECTORIES.has(parent);
  if (bare && sql) return /^[\w-]+$/.test(base);
  const data = base.split(/[-_\d]/).some((word) => DATA_NAMES.has(word));
  if (sql) return data;
  if (ending === "zip") return bare && (data || (!base.endsWith("site") && SITE_NAMES.has(base)));
  return DUMP_ENDINGS.has(ending) && (data || (bare && SITE_NAMES.has(base)));
}
