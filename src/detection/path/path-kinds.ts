import type { EvidenceKind } from "../detector/detector.ts";

const kind = (name: string, points: EvidenceKind["points"], sentence: string): EvidenceKind => ({
  name: `traversal-${name}`,
  attack: "traversal",
  points,
  sentence,
});

export const ABOVE_ROOT = kind("above-root", 5, "An absolute path climbs above the root.");
export const TO_SYSTEM_FILE = kind("to-system-file", 5, "Steps up lead to a file of a Unix system.");
export const TO_SECRET_FILE = kind(
  "to-secret-file",
  5,
  "Steps up lead to a file of Windows or to one with an application's secrets.",
);
export const REPEATED = kind(
  "repeated",
  5,
  "A path climbs by three or more steps, or by two with backslashes.",
);
export const HIDDEN_STEP = kind("hidden-step", 5, "A step up hides after a parameter of a path segment.");
export const DISGUISED = kind(
  "disguised",
  5,
  "Steps up are written in bytes that a filter overlooks and a file system does not.",
);
export const ABSOLUTE_UNIX = kind("absolute-unix", 5, "A value is the path of a file of a Unix system.");
export const ABSOLUTE_WINDOWS = kind(
  "absolute-windows",
  5,
  "A value is the path of a file of Windows, or of an administrative share.",
);
export const ZERO_BYTE = kind("zero-byte", 5, "A zero byte follows a file name.");
export const APPLICATION_FILE = kind(
  "application-file",
  5,
  "A value names a file with secrets of a web application.",
);
export const CLIMB = kind("climb", 3, "A value is a path that leaves the directory where it starts.");
export const IN_TEXT = kind(
  "in-text",
  3,
  "Within a text, steps up lead to a file of the system or to a secret.",
);
export const SYSTEM_FILE_NAME = kind(
  "system-file-name",
  3,
  "The path of a file of the operating system is in the request's head.",
);

export const PATH_KINDS: readonly EvidenceKind[] = [
  ABOVE_ROOT,
  TO_SYSTEM_FILE,
  TO_SECRET_FILE,
  REPEATED,
  HIDDEN_STEP,
  DISGUISED,
  ABSOLUTE_UNIX,
  ABSOLUTE_WINDOWS,
  ZERO_BYTE,
  APPLICATION_FILE,
  CLIMB,
  IN_TEXT,
  SYSTEM_FILE_NAME,
];
