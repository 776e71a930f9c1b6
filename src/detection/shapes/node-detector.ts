import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { isWord, lastPart, matchAt, placesOf } from "./scan.ts";

const PROTOTYPE: EvidenceKind = {
  name: "injection-prototype",
  attack: "injection",
  points: 5,
  sentence: "A name that accesses the prototype of all objects.",
};
const REFERENCE: EvidenceKind = {
  name: "node-flight-reference",
  attack: "node",
  points: 5,
  sentence: "A reference of React's server functions that accesses a prototype or a constructor.",
};
const INTERNALS: EvidenceKind = {
  name: "node-flight-internals",
  attack: "node",
  points: 5,
  sentence: "An object that imitates React's internal reader of server functions.",
};

const CONSTRUCTOR =
  /constructor(?:['"]?(?:\.|\]?\[['"]?|\]\.)|['"]\s{0,9}:\s{0,9}\{\s{0,9}['"])prototype(?!\w)/y;
const FLIGHT = /\$[0-9a-f]{1,8}(?::[\w$]{1,60}){0,20}?:(?:__proto__|constructor|prototype)(?=:|["']|$)/iy;

/** Keys of React's reader that a client never sends. */
const READER_KEYS: ReadonlySet<string> = new Set(["_prefix", "_formData", "_chunks", "_fromJSON"]);

/** Names and references that reach for the insides of JavaScript's objects. */
export const nodeDetector: Detector = {
  name: "node",
  kinds: [PROTOTYPE, REFERENCE, INTERNALS],
  triggers: [
    {
      words: [
        "__proto__",
        "__pro__proto__to__",
        "prototype",
        "_prefix",
        "_formdata",
        "_chunks",
        "resolved_model",
      ],
    },
    {
      words: ["constructor.", "constructor[", "constructor'", 'constructor"', "constructor:", ":constructor"],
    },
  ],
  shortest: 7,
  inspect(text: string, place: Place, report: Report): void {
    const end = prototype(text, place.isName);
    if (end >= 0) report(PROTOTYPE, 0, end);
    flight(text, place, report);
  },
};

/** Where a path through a prototype ends. A name is one; in a value it is at the beginning or where a URL has names. */
function prototype(text: string, isName: boolean): number {
  if (text.includes("__pro__proto__to__")) return text.length;
  for (const at of placesOf(text, "__proto__")) {
    const end = at + 9;
    const before = at === 0 || ".[]'\"/?&#{,;".includes(text.charAt(at - 1));
    const behind = end === text.length || ".[]'\":=/%".includes(text.charAt(end));
    if (before && behind && (isName || isPath(text, at, end) || matchAt(KEY, text, at - 1) >= 0)) return end;
  }
  for (const at of placesOf(text, "constructor")) {
    if (at > 0 && isWord(text.charCodeAt(at - 1))) continue;
    const end = matchAt(CONSTRUCTOR, text, at);
    if (end >= 0 && (isName || isPath(text, at, end) || matchAt(KEY, text, at - 1) >= 0)) return end;
  }
  return -1;
}

const LONGEST_PATH = 200;

/** Whether a path of names goes through `at` to `end` that begins the text, or that is given a value in a URL. */
function isPath(text: string, at: number, end: number): boolean {
  let start = at;
  while (start > 0 && at - start < LONGEST_PATH && isPathByte(text, start - 1)) start -= 1;
  if (start === 0) return true;
  if (at - start >= LONGEST_PATH) return false;
  const before = text.charAt(start - 1);
  if (before === "/")
    return text.charCodeAt(0) === 47 && (end === text.length || text.charCodeAt(end) === 47);
  if ((before !== "?" && before !== "&" && before !== "#") || text.charAt(start - 2) === before) return false;
  let stop = end;
  while (stop - end < LONGEST_PATH && isPathByte(text, stop)) stop += 1;
  return text.charCodeAt(stop) === 61 && text.charCodeAt(stop + 1) !== 61;
}

function isPathByte(text: string, at: number): boolean {
  return isWord(text.charCodeAt(at)) || (at < text.length && ".[]'\"-$".includes(text.charAt(at)));
}

/** A key of JSON. */
const KEY = /"(?:__proto__(?:[.[][^"]{0,100})?|constructor(?:\.prototype[^"]{0,100})?)"\s{0,9}:/y;

function flight(text: string, place: Place, report: Report): void {
  for (const at of placesOf(text, "$")) {
    if (at > 0 && !"\"':[,".includes(text.charAt(at - 1))) continue;
    const end = matchAt(FLIGHT, text, at);
    if (end < 0) continue;
    report(REFERENCE, at, end);
    break;
  }
  if (place.isName) {
    if (text.startsWith("_response.") && READER_KEYS.has(text.slice(10))) report(INTERNALS, 0, text.length);
    return;
  }
  if (text === "resolved_model" && lastPart(place.name) === "status") {
    report(INTERNALS, 0, text.length);
    return;
  }
  const response = text.indexOf('"_response"');
  if (response < 0) return;
  const others = ['"_prefix"', '"_formData"', '"_chunks"', '"resolved_model"'];
  if (others.some((other) => text.includes(other))) report(INTERNALS, response, response + 11);
}
