import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { isDigit, isSpace, nameEnd } from "./bytes.ts";
import { judgeEntries } from "./entries.ts";
import { Kind } from "./kinds.ts";
import { judgePhrases } from "./phrases.ts";
import { Prefixes } from "./prefix.ts";
import { SQL_TRIGGERS } from "./triggers.ts";

const KINDS: readonly EvidenceKind[] = Object.values(Kind);

/** Injection into statements of SQL, in any of the dialects that are common. */
export const sqlDetector: Detector = {
  name: "sql",
  kinds: KINDS,
  triggers: SQL_TRIGGERS,
  shortest: 2,
  inspect(text: string, place: Place, report: Report): void {
    const seen = new Set<EvidenceKind>();
    const found = (kind: EvidenceKind, start: number, end: number): void => {
      if (seen.has(kind)) return;
      seen.add(kind);
      report(kind, start, Math.min(end, text.length));
    };
    // Arguments come one by one too: the whole matters where a comment holds its signs, or a condition its equals sign.
    if (place.part === "query" && !SPLIT_QUERY.test(text) && !isNameless(text)) return;
    judge(text, place, found);
    if (isPlusSpaced(text)) judge(text.replaceAll("+", " "), place, found);
    if (place.part !== "path") commentAtEnd(text, found);
  },
};

function judge(
  text: string,
  place: Place,
  found: (kind: EvidenceKind, start: number, end: number) => void,
): void {
  const prefixes = new Prefixes(text);
  judgePhrases(text, place, prefixes, found);
  judgeEntries(text, place, prefixes, found);
}

/** Whether a short text may have a plus for every space, as in a form that says that it is something else. */
function isPlusSpaced(text: string): boolean {
  if (text.length > 4096) return false;
  const first = text.indexOf("+");
  return first >= 0 && text.indexOf("+", first + 1) >= 0 && !text.includes(" ");
}

/** Whether the query begins with what is not a name of an argument. */
function isNameless(text: string): boolean {
  const end = nameEnd(text, 0);
  const code = text.charCodeAt(end);
  return code === 0x27 || code === 0x22 || code === 0x60 || code === 0x29 || isSpace(code);
}

/** A comment in which `&` or `,` stands. */
const SPLIT_QUERY = /\/\*[^*]{0,32}[&,]/;

/** `1)--`, `x' -- `, `7#`. */
function commentAtEnd(text: string, found: (kind: EvidenceKind, start: number, end: number) => void): void {
  let at = text.length - 1;
  if (text.charCodeAt(at) !== 0x23) {
    const sign = text.charCodeAt(at);
    if ((sign === 0x2b || sign === 0x2d) && text.startsWith("--", at - 2)) at--;
    if (isSpace(text.charCodeAt(at)) || (at < text.length - 1 && isSpace(text.charCodeAt(at)))) at--;
    if (at < text.length - 1 && isSpace(text.charCodeAt(at))) at--;
    if (text.charCodeAt(at) !== 0x2d || text.charCodeAt(at - 1) !== 0x2d) return;
    at--;
  }
  const start = at;
  at--;
  while (at >= 0 && start - at < 64 && isSpace(text.charCodeAt(at))) at--;
  if (text.charCodeAt(at) === 0x3b) at--;
  const before = text.charCodeAt(at);
  if (before === 0x27 || before === 0x22 || before === 0x29 || isDigit(before))
    found(Kind.commentAtEnd, at, text.length);
}
