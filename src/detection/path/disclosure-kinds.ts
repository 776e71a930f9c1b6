import type { EvidenceKind } from "../detector/detector.ts";

const kind = (name: string, points: EvidenceKind["points"], sentence: string): EvidenceKind => ({
  name: `disclosure-${name}`,
  attack: "disclosure",
  points,
  sentence,
});

export const REPOSITORY = kind("repository", 5, "The directory of a version control system is asked for.");
export const ENVIRONMENT = kind("environment", 5, "A file of environment variables is asked for.");
export const HIDDEN_SECRET = kind(
  "hidden-secret",
  5,
  "A hidden file or directory with keys, passwords or a history is asked for.",
);
export const CONFIGURATION = kind(
  "configuration",
  5,
  "A file of configuration is asked for that no browser needs.",
);
export const JAVA_INTERNAL = kind(
  "java-internal",
  5,
  "A directory of a Java web application is asked for that is never served.",
);
export const SOURCE_BACKUP = kind(
  "source-backup",
  5,
  "The copy of a source or configuration file that an editor or administrator left is asked for.",
);
export const DUMP = kind("dump", 5, "A dump of a database or an archive of a whole site is asked for.");
export const SOURCE_TRICK = kind(
  "source-trick",
  5,
  "A path has a suffix that makes old servers show the source of a page.",
);
export const LOG = kind("log", 5, "The log of a program is asked for, which is in no place that is served.");
export const DEBUGGING = kind(
  "debugging",
  5,
  "A page is asked for on which a running program shows its memory, settings or variables.",
);
export const ADMINISTRATION = kind(
  "administration",
  3,
  "An administrator's page that is often left open is asked for.",
);

export const DISCLOSURE_KINDS: readonly EvidenceKind[] = [
  REPOSITORY,
  ENVIRONMENT,
  HIDDEN_SECRET,
  CONFIGURATION,
  JAVA_INTERNAL,
  SOURCE_BACKUP,
  DUMP,
  SOURCE_TRICK,
  LOG,
  DEBUGGING,
  ADMINISTRATION,
];
