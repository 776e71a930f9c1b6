import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { isQuote, isSpace, isWord, matchAt, placesOf, skipSpace } from "./scan.ts";

const FORMULA: EvidenceKind = {
  name: "injection-formula",
  attack: "injection",
  points: 5,
  sentence: "A formula that starts a program, or sends cells to another host, once a table is opened.",
};

/** Functions that ask another host, in lower case. */
const ASKING = [
  "hyperlink(",
  "image(",
  "webservice(",
  "importxml(",
  "importdata(",
  "importhtml(",
  "importfeed(",
];
/** How far behind the beginning of a formula its calls are looked for. */
const LONGEST_FORMULA = 400;
/** `&A1`, `&B$2:B9`, `CONCAT(`: something of the table is joined to the URL. */
const JOINED =
  /&\s{0,4}(?:\w{1,30}!)?\$?[a-z]{1,3}\$?\d|\b(?:concat(?:enate)?|textjoin)\s{0,4}\(|&\s{0,4}\w{2,20}\s{0,4}\(/;
/** `…'!A0`: the part of another program's document that is meant. */
const ITEM = /'\s{0,4}!\s{0,4}['\w$]/y;

/** Formulas of tables, which values become when somebody exports them and opens the file. */
export const formulaDetector: Detector = {
  name: "formula",
  kinds: [FORMULA],
  triggers: [{ words: ["|'", "| '", "dde(", ...ASKING] }],
  shortest: 8,
  inspect(text: string, _place: Place, report: Report): void {
    const lower = text.toLowerCase();
    for (let start = skipSpace(lower, 0); start < text.length; ) {
      if (!"=+-@".includes(lower.charAt(start))) {
        start = nextCell(lower, start);
        continue;
      }
      // What stands further on in the line is looked at with it.
      const line = lower.indexOf("\n", start);
      const end = Math.min(line < 0 ? text.length : line, start + LONGEST_FORMULA);
      const formula = lower.slice(start, end);
      if (exchanges(formula) || sendsCells(formula)) {
        report(FORMULA, start, end);
        return;
      }
      start = nextCell(lower, end);
    }
  },
};

/** Where the next cell of a table begins, behind a line break or a separator and a quote, blanks left out. */
function nextCell(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const opens = isQuote(code) && (at === 0 || ",;\t\n\r".includes(text.charAt(at - 1)));
    if (opens || code === 10 || code === 13) return skipSpace(text, at + 1);
  }
  return text.length;
}

/** A link to a document of a program, as DDE has it: `cmd|' /C calc'!A0`, `DDE("cmd";"/C calc";"x")`. */
function exchanges(formula: string): boolean {
  if (/^[=+\-@]{1,4}\s{0,4}dde\s{0,4}\(\s{0,4}"/.test(formula)) return true;
  for (const at of placesOf(formula, "|")) {
    const quote = skipSpace(formula, at + 1);
    if (formula.charCodeAt(quote) !== 39 || !isWord(formula.charCodeAt(at - 1))) continue;
    const close = formula.indexOf("'", quote + 1);
    if (close >= 0 && matchAt(ITEM, formula, close) >= 0) return true;
  }
  return false;
}

/** A call that asks another host for what it is told of the table. */
function sendsCells(formula: string): boolean {
  for (const name of ASKING) {
    for (const at of placesOf(formula, name)) {
      const before = formula.charCodeAt(at - 1);
      if (isWord(before) || isSpace(before)) continue;
      const url = formula.indexOf('"http', at);
      if (url >= 0 && JOINED.test(formula.slice(at + name.length))) return true;
    }
  }
  return false;
}
