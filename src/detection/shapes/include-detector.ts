import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { matchAt, placesOf } from "./scan.ts";

const DIRECTIVE: EvidenceKind = {
  name: "injection-server-directive",
  attack: "injection",
  points: 5,
  sentence: "A directive of server-side or edge-side includes.",
};

const SERVER_SIDE =
  /<!--\s{0,20}#\s{0,20}(?:printenv\b(?=\s{0,20}(?:-->|$))|(?:exec|include|echo|config|set|fsize|flastmod|if|elif)\s{1,20}[a-z]{2,20}\s{0,9}=)/iy;
const EDGE_SIDE =
  /<esi:(?:include|inline|vars|assign|eval|debug|remove|comment|choose|when|try|attempt|text|function)\b|<!--esi\s/iy;

/** Directives that a web server or a cache between runs when it sends a page. */
export const includeDetector: Detector = {
  name: "include",
  kinds: [DIRECTIVE],
  triggers: [{ words: ["<!--#", "<!-- #", "<!--\t#", "<!--\n#", "<!--\r", "<!--  ", "<esi:", "<!--esi"] }],
  shortest: 9,
  inspect(text: string, _place: Place, report: Report): void {
    for (const at of placesOf(text, "<")) {
      const end = Math.max(matchAt(SERVER_SIDE, text, at), matchAt(EDGE_SIDE, text, at));
      if (end < 0) continue;
      report(DIRECTIVE, at, end);
      return;
    }
  },
};
