import type { EvidenceKind } from "../detector/detector.ts";

function kind<Name extends string>(name: Name, points: EvidenceKind["points"], sentence: string) {
  return Object.freeze({ name: `xss-${name}`, attack: "xss", points, sentence } satisfies EvidenceKind);
}

export const SCRIPT_ELEMENT = kind(
  "script-element",
  5,
  "A script element in the request's head, where no document is sent.",
);
export const SCRIPT_ELEMENT_BODY = kind(
  "script-element-body",
  5,
  "A script element at the beginning of a value of the body, or one that does things typical of attacks.",
);
export const EVENT_ATTRIBUTE = kind(
  "event-attribute",
  5,
  "An element with an attribute that runs a script on an event, in the request's head.",
);
export const EVENT_ATTRIBUTE_BODY = kind(
  "event-attribute-body",
  5,
  "An element of the body with an event attribute that calls functions typical of attacks.",
);
export const EVENT_ATTRIBUTE_OTHER = kind(
  "event-attribute-other",
  2,
  "An element of the body with an event attribute whose script may be an ordinary one.",
);
export const ATTRIBUTE_BREAKOUT = kind(
  "attribute-breakout",
  5,
  "A quote that ends an attribute, then an event attribute with a script.",
);
export const SCRIPT_URL = kind(
  "script-url",
  5,
  "A value that is a script URL, white space between its letters or not.",
);
export const SCRIPT_URL_ATTRIBUTE = kind(
  "script-url-attribute",
  5,
  "An attribute whose value is a script URL or an HTML document.",
);
export const HTML_DATA_URL = kind(
  "html-data-url",
  5,
  "A value that is an HTML document, or a picture with a script, as a data URL.",
);
export const EMBEDDING_ELEMENT = kind(
  "embedding-element",
  5,
  "An element that embeds another document or changes what URLs mean, in the request's head.",
);
export const EMBEDDING_ELEMENT_BODY = kind(
  "embedding-element-body",
  3,
  "A value of the body that begins with an element which embeds a program or changes what URLs mean.",
);
export const EMBEDDED_DOCUMENT = kind(
  "embedded-document",
  5,
  "An inner frame that contains its document, or an element from another namespace with a script.",
);
export const SCRIPT_CONTINUATION = kind(
  "script-continuation",
  5,
  "A quote that ends a string of a script, then a call typical of attacks.",
);
export const STYLE_SCRIPT = kind("style-script", 5, "A style that runs a script in old browsers.");
export const DOCUMENT_ACCESS = kind(
  "document-access",
  5,
  "Reading cookies or writing into the document, in the request's head.",
);
export const SCRIPT_CODE = kind(
  "script-code",
  5,
  "A text of the request's head that is a script that calls functions typical of attacks.",
);
export const SCRIPT_CODE_BODY = kind(
  "script-code-body",
  3,
  "A value of the body that is a script that calls functions typical of attacks.",
);
export const HIDDEN_CALL = kind("hidden-call", 5, "A script that hides which function it calls.");
export const MUTATION = kind(
  "mutation",
  5,
  "Markup inside an attribute that runs when a browser writes and reads the document again.",
);
export const CALL = kind("call", 3, "A call that shows that a script runs.");
export const MARKUP_BREAKOUT = kind("markup-breakout", 3, "A quote and a closing bracket, then an element.");
export const ANY_MARKUP = kind("any-markup", 3, "An element of HTML in a query argument.");

export const HTML_KINDS: readonly EvidenceKind[] = Object.freeze([
  SCRIPT_ELEMENT,
  SCRIPT_ELEMENT_BODY,
  EVENT_ATTRIBUTE,
  EVENT_ATTRIBUTE_BODY,
  EVENT_ATTRIBUTE_OTHER,
  ATTRIBUTE_BREAKOUT,
  SCRIPT_URL,
  SCRIPT_URL_ATTRIBUTE,
  HTML_DATA_URL,
  EMBEDDING_ELEMENT,
  EMBEDDING_ELEMENT_BODY,
  EMBEDDED_DOCUMENT,
  SCRIPT_CONTINUATION,
  STYLE_SCRIPT,
  DOCUMENT_ACCESS,
  SCRIPT_CODE,
  SCRIPT_CODE_BODY,
  HIDDEN_CALL,
  MUTATION,
  CALL,
  MARKUP_BREAKOUT,
  ANY_MARKUP,
]);
