import type { Trigger } from "../detector/detector.ts";
import { EVENTS } from "./words.ts";

/** Words that a call, an assignment or an access of a script of attacks holds. */
const SCRIPT_WORDS: readonly string[] = [
  "alert",
  "prompt",
  "confirm",
  "eval",
  "document",
  // Not the windows of a browser's name.
  ...[".", "[", "?", ")", "]", ",", ";", "=", "(", "/", " ", "\t", "\n", "\r", "\v", "\f", "\0"].map(
    (sign) => `window${sign}`,
  ),
  "location",
  "constructor",
  "settimeout",
  "setinterval",
  "setimmediate",
  "function(",
  "function`",
  "execscript",
  "fetch(",
  "fetch`",
  "import(",
  "atob",
  "fromcharcode",
  "innerhtml",
  "outerhtml",
  "srcdoc",
  "localstorage",
  "sessionstorage",
  "xmlhttprequest",
  "websocket",
  "getscript",
  "importscripts",
  "sendbeacon",
  "self[",
  "self.",
  "top[",
  "top.",
  "top?",
  "top/",
  "self/",
  "parent[",
  "frames[",
  "this[",
  "globalthis",
  "[self]",
  "[top]",
  "expression",
];

export const HTML_TRIGGERS: readonly Trigger[] = [
  { characters: "<" },
  { characters: "(`", words: SCRIPT_WORDS },
  { characters: "=", words: ["document", "location", "innerhtml", "outerhtml", ...EVENTS] },
  { characters: "{", words: ["valueof", "tostring"] },
  { words: ["document[", "document.cookie", "document.domain"] },
  // Script URLs, whole or with white space between their letters.
  { characters: ":", words: ["java", "vbscript", "livescript", "mocha:", "jscript", "data:"] },
  { characters: "\t\n\r\0", words: ["t:", "t\t:", "t\n:", "t\r:", "t\0:"] },
  // Names in escapes and scripts of signs alone.
  { characters: "(`", words: ["\\1", "\\u00", "\\x"] },
  { characters: "+", words: ["![]", "+[]", "[][", "=~[]"] },
];
