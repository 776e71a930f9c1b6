// All in lower case: some programs fold what they are sent.

/** Functions that show a box: what attackers call to prove that a script runs. */
export const DIALOGS: ReadonlySet<string> = new Set(["alert", "prompt", "confirm"]);

/** Functions that run a text as a script. */
export const RUNNERS: ReadonlySet<string> = new Set([
  "eval",
  "$eval",
  "$evalasync",
  "execscript",
  "settimeout",
  "setinterval",
  "setimmediate",
]);

/** Names of the global object. */
export const GLOBALS: ReadonlySet<string> = new Set([
  "window",
  "self",
  "top",
  "parent",
  "globalthis",
  "frames",
  "this",
]);

/** Other functions that handlers call to do harm; ordinary scripts call them too. */
export const OTHER_SINKS: ReadonlySet<string> = new Set([
  "fetch",
  "print",
  "atob",
  "open",
  "import",
  "importscripts",
  "xmlhttprequest",
  "websocket",
  "eventsource",
  "worker",
  "postmessage",
  "decodeuri",
  "decodeuricomponent",
  "unescape",
  "sendbeacon",
  "getscript",
  "fromcharcode",
  "createelement",
  "appendchild",
  "insertadjacenthtml",
  "write",
  "writeln",
  "msgbox",
]);

/** What a hidden name turns out to be when it is put together. */
export const HIDDEN_NAMES: ReadonlySet<string> = new Set([
  "alert",
  "prompt",
  "confirm",
  "eval",
  "function",
  "constructor",
  "settimeout",
  "setinterval",
  "execscript",
  "document",
  "cookie",
  "location",
  "atob",
  "import",
  "fetch",
]);

/** Properties of the document that tell or change what matters. */
export const DOCUMENT_PROPERTIES: ReadonlySet<string> = new Set([
  "cookie",
  "domain",
  "write",
  "writeln",
  "location",
  "url",
  "documenturi",
  "baseuri",
  "referrer",
  "body",
  "defaultview",
  "createelement",
]);

/** Methods by which a function is called without naming it before the bracket. */
export const CALLERS: ReadonlySet<string> = new Set([
  "call",
  "apply",
  "bind",
  "valueof",
  "constructor",
  "tostring",
]);

/** Names at which a look round is worth it. */
export const TELLING: ReadonlySet<string> = new Set([
  ...DIALOGS,
  ...RUNNERS,
  ...GLOBALS,
  ...OTHER_SINKS,
  "function",
  "constructor",
  "document",
  "location",
  "cookie",
  "localstorage",
  "sessionstorage",
  "innerhtml",
  "outerhtml",
  "srcdoc",
  "src",
  "href",
]);

/** What dialogs of attacks show. */
export const PROVING: ReadonlySet<string> = new Set([
  "document",
  "location",
  "cookie",
  "domain",
  "origin",
  "window",
  "self",
  "top",
  "name",
  "string",
  "localstorage",
  "atob",
  "url",
  "navigator",
  "xss",
  "this",
]);
export const LISTS: ReadonlySet<string> = new Set(["array", "reflect", "object"]);
/** `alert(s)` in prose. */
export const PLURALS: ReadonlySet<string> = new Set(["s", "es", "ed", "ing", "ation"]);
export const DECODERS: ReadonlySet<string> = new Set([
  "atob",
  "unescape",
  "decodeuri",
  "decodeuricomponent",
  "fromcharcode",
]);
export const SOURCES: ReadonlySet<string> = new Set([
  "location",
  "name",
  "hash",
  "url",
  "opener",
  "document",
  "cookie",
  "href",
  "referrer",
]);
export const CALLING = /\b(?:alert|prompt|confirm|eval|import|fetch)\s?[(`\\]|document\.|javascript:/i;
export const SCRIPT_TEXT = /^[\s\0-\x20]{0,8}(?:java|vb)\s?script\s?:/i;
export const HIDDEN_TEXT =
  /^(?:alert|prompt|confirm|eval|constructor|function)\b|\b(?:alert|prompt|confirm|eval)[(`]|javascript:/i;
export const PLACEHOLDER = /\$\{([^}]{1,200})/;
export const PLACEHOLDER_CALL = /\b(?:alert|prompt|confirm|eval)\s?[(`]/;

export function isForeign(url: string): boolean {
  return url.startsWith("//") || /^(?:https?|data):/i.test(url);
}
