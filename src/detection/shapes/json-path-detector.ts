import type { Detector, EvidenceKind } from "../detector/detector.ts";

const FILTER_CODE: EvidenceKind = {
  name: "cve-2025-1302",
  attack: "rce",
  points: 5,
  sentence: "A path of JSONPath whose filter accesses a constructor or a module.",
};

/** The beginning of a filter, or what code in one reaches for. */
const PIECES = /\[\s{0,8}\?\s{0,8}\(|\bconstructor\b|\brequire\s{0,8}\(|\bprocess\s{0,8}\.|child_process/gi;
/** Bytes from the beginning of a filter to what it reaches for. */
const NEAR = 300;

/** Filters of JSONPath that run as code (CVE-2024-21534, CVE-2025-1302). */
export const jsonPathDetector: Detector = {
  name: "json-path",
  kinds: [FILTER_CODE],
  triggers: [{ characters: "?", words: ["constructor", "require", "process", "child_process"] }],
  shortest: 10,
  inspect(text, { part }, report) {
    if (part === "header" || part === "path") return;
    let filter = -1;
    for (const { 0: piece, index } of text.matchAll(PIECES)) {
      if (piece.startsWith("[")) filter = index;
      else if (filter !== -1 && index - filter <= NEAR) {
        report(FILTER_CODE, filter, index + piece.length);
        return;
      }
    }
  },
};
