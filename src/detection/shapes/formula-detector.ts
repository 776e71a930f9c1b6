import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { matchAt } from "./scan.ts";

const COMMAND: EvidenceKind = {
  name: "injection-formula-command",
  attack: "injection",
  points: 5,
  sentence: "A formula that makes a spreadsheet application start a program.",
};
const REQUEST: EvidenceKind = {
  name: "injection-formula-request",
  attack: "injection",
  points: 3,
  sentence: "A formula that sends what is in other cells to an address.",
};

/** Programs that attacks start; others speak DDE too, to fetch prices and cells. */
const PROGRAM =
  "(?:cmd|powershell|pwsh|mshta|rundll32|regsvr32|certutil|[wc]script|msexcel|winword|msword|bitsadmin|wmic|calc|notepad|i?explorer?|msiexec|schtasks)(?:\\.exe)?";

/** How a spreadsheet distinguishes a formula from a text, after what importers leave out. */
const START = /[\s"';,]{0,20}[=+\-@]/y;
/** What is in front of a program in its formula: a sum, or a call. */
const CONVERSATION = new RegExp(
  `[\\w\\s+\\-*/^&=@(),.;:"$]{0,60}?\\b${PROGRAM} ?\\| ?['"][^'"|\\r\\n]{0,400}['"] ?![\\w$'"]`,
  "iy",
);
const CALL = new RegExp(
  `[\\w\\s+\\-*/^&=@(,.;:]{0,60}?\\b(?:dde(?:auto)?\\(\\s{0,9}["']${PROGRAM}["']|exec\\(\\s{0,9}["']|(?:call|register)\\(\\s{0,9}["'](?:kernel32|urlmon|shell32|user32|ws2_32)\\b)`,
  "iy",
);
/** An address that goes on with what other cells hold. */
const ADDRESS =
  /[\w\s+\-*/^=@(,.;:"]{0,60}?\b(?:hyperlink|image|webservice|import(?:xml|data|html|feed))\(\s{0,9}(?:concat(?:enate)?\(\s{0,9}["'](?:https?:)?\/\/|["'](?:https?:)?\/\/[^"'\r\n]{1,300}["']\s{0,9}&)/iy;

/** A quote or line break after which a cell of a table begins. */
const NEXT_CELL = /(?:[\r\n]|[,;\t]["'])(?=[\s"';,]{0,20}[=+\-@])/g;
/** Beginnings of formulas that are read in one text. */
const MAX_FORMULAS = 1024;

function mayBeFormula(text: string): boolean {
  if (!text.includes("|") && !text.includes("(")) return false;
  return matchAt(START, text, 0) >= 0 || text.search(NEXT_CELL) >= 0;
}

/** Formulas in values that a site may hand out in a table, for spreadsheets to work out. */
export const formulaDetector: Detector = {
  name: "formula",
  kinds: [COMMAND, REQUEST],
  // Each kind has a quote. Words in front of it would be read for in all texts, and few begin so.
  triggers: [{ characters: "'\"", test: mayBeFormula }],
  shortest: 10,
  inspect(text: string, place: Place, report: Report): void {
    if (place.isName || place.part === "path" || inspectCell(text, 0, report)) return;
    let left = MAX_FORMULAS;
    for (const { index } of text.matchAll(NEXT_CELL))
      if (left-- === 0 || inspectCell(text, index + 1, report)) return;
  },
};

/** @returns whether a formula was found in the cell that begins there */
function inspectCell(text: string, from: number, report: Report): boolean {
  const start = matchAt(START, text, from);
  if (start < 0) return false;
  const end = Math.max(matchAt(CONVERSATION, text, start), matchAt(CALL, text, start));
  if (end >= 0) {
    report(COMMAND, start - 1, end);
    return true;
  }
  const behind = matchAt(ADDRESS, text, start);
  if (behind < 0) return false;
  report(REQUEST, start - 1, behind);
  return true;
}
