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
