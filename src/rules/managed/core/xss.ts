import { blocks, LIKELY, scores } from "../define.ts";
import { EVERYWHERE, HEAD, INPUT, somewhere } from "../places.ts";

const attack = "xss";
const references = ["CWE-79", "CAPEC-63"];

/** Functions with which scripts show that they run, or fetch more of themselves. */
const CALL = String.raw`(?:alert|prompt|confirm|eval|print|fetch|import|settimeout|setinterval|atob|\$\.getscript|navigator\.sendbeacon|string\.fromcharcode)`;
const SINK = String.raw`(?:${CALL}\s*(?:\(|\x60|&lpar;|&#40;)|document\s*\.\s*(?:cookie|domain|write|location)|(?:window|self|top|parent)\s*[.\[]|location\s*[=.\[]|javascript:)`;
const BETWEEN = String.raw`[\s/"'\x0b\x0c\x00]`;

export const xssRules = [
  blocks("wc-xss-script-element", {
    attack,
    references,
    description: "A script element in the request's head, where no document is sent.",
    message: "cross-site scripting: script element",
    expression: somewhere(HEAD, String.raw`<script(?:[\s/>\x00]|$)`),
  }),
  blocks("wc-xss-script-element-body", {
    attack,
    references,
    description:
      "A script element at the beginning of a value of the body, or one that does what attacks do.",
    message: "cross-site scripting: script element in the body",
    expression: somewhere(
      ["body"],
      String.raw`^\s*[^\s<]{0,24}<script[\s/>]|<script[^>]*>[^<]{0,200}?(?:\b(?:alert|prompt|confirm)\s*[(\x60]|document\.cookie)|<script[^>]*\bsrc\s*=\s*["']?(?:data:|//)`,
    ),
  }),
  blocks("wc-xss-event-attribute", {
    attack,
    references,
    description: "An element with an attribute that runs a script on an event, in the request's head.",
    message: "cross-site scripting: event attribute",
    expression: somewhere(HEAD, String.raw`<[a-z!?/][^>]*${BETWEEN}on[a-z]{3,25}[\s\x00]*=`),
  }),
  blocks("wc-xss-event-attribute-body", {
    attack,
    references,
    description: "An element of the body with an event attribute that calls what attacks call.",
    message: "cross-site scripting: event attribute in the body",
    expression: somewhere(
      ["body"],
      String.raw`<[a-z!?/][^>]*${BETWEEN}on[a-z]{3,25}[\s\x00]*=\s*["'\x60]?[^>]{0,80}?${SINK}|^[^\s<]{0,24}<[a-z][^>]*${BETWEEN}on(?:error|load|toggle|begin|focus|animation\w+|pointer\w+|mouseover)\s*=`,
    ),
  }),
  blocks("wc-xss-attribute-breakout", {
    attack,
    references,
    description: "A quote that ends an attribute, then an event attribute with a script.",
    message: "cross-site scripting: breaking out of an attribute",
    expression: somewhere(
      EVERYWHERE,
      String.raw`^[^<>]{0,100}["'\x60](?:${BETWEEN}+[\w-]+(?:=["']?\w*["']?)?)?${BETWEEN}*\bon(?:error|load|focus\w*|blur|mouse\w+|click|dblclick|key\w+|toggle|animation\w+|transition\w+|pointer\w+|input|change|wheel|drag\w*|copy|cut|paste|begin|scroll\w*)\s*=\s*["'\x60]?\s*[\w$.\[\]"'+]+\s*[(=\x60]`,
    ),
  }),
  blocks("wc-xss-script-url", {
    attack,
    references,
    description: "A value that is a script URL, white space between its letters or not.",
    message: "cross-site scripting: script URL",
    expression: somewhere(
      INPUT,
      String.raw`^[\s\x00-\x20"'>]*(?:j[\s\x00]*a[\s\x00]*v[\s\x00]*a|v[\s\x00]*b)[\s\x00]*s[\s\x00]*c[\s\x00]*r[\s\x00]*i[\s\x00]*p[\s\x00]*t[\s\x00]*:(?:[\s\x00]*(?:/[/*]|${CALL}\s*[(\x60])|[\w$.%\[\]'"]*[(=\x60\[])`,
    ),
  }),
  blocks("wc-xss-script-url-attribute", {
    attack,
    references,
    description: "An attribute whose value is a script URL or an HTML document.",
    message: "cross-site scripting: script URL in an attribute",
    expression: somewhere(
      EVERYWHERE,
      String.raw`<[^>]*${BETWEEN}(?:href|src|action|formaction|data|poster|background|xlink:href|from|to|values|code|content)\s*=\s*["'\x60]?\s*(?:\d+;\s*url=)?(?:j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t\s*:[^;]|vbscript:|data:text/html)`,
    ),
  }),
  blocks("wc-xss-html-data-url", {
    attack,
    references,
    description: "A value that is an HTML document as a data URL.",
    message: "cross-site scripting: HTML data URL",
    expression: somewhere(INPUT, String.raw`^\s*data:(?:text/html|application/xhtml\+xml|text/xml)[;,]`),
  }),
  blocks("wc-xss-embedding-element", {
    attack,
    references,
    description: "An element that embeds another document or changes what URLs mean, in the request's head.",
    message: "cross-site scripting: embedding element",
    expression: somewhere(
      HEAD,
      String.raw`<(?:iframe|frame|embed|object|applet|base|link|meta|svg|math|isindex|marquee|xml|style|template|form|audio|video|details)\b[^>]*(?:=|>|$)`,
    ),
  }),
  blocks("wc-xss-embedded-document", {
    attack,
    references,
    description:
      "An inner frame that brings its document with it, or an element from another name space with a script.",
    message: "cross-site scripting: embedded document",
    expression: somewhere(
      EVERYWHERE,
      String.raw`<iframe[^>]*\bsrcdoc\s*=|<(?:svg|math)\b[^<]{0,100}<(?:script|animate|set|handler|foreignobject|maction)\b|<meta[^>]*http-equiv\s*=\s*["']?refresh[^>]*(?:javascript|data):`,
    ),
  }),
  blocks("wc-xss-script-continuation", {
    attack,
    references,
    description: "A quote that ends a string of a script, then a call that attacks make.",
    message: "cross-site scripting: continuing a script",
    expression: somewhere(
      INPUT,
      String.raw`^[^\s'"\x60]{0,40}(?:['"\x60]\s*[)\]}]*\s*[;,+*/&|^%-]+|[)\]}]\s*[;,]+|\$\{)\s*\{*\(?(?:(?:window|self|top|parent|globalthis)\s*[.\[]\s*['"]?)?(?:alert|prompt|confirm|eval|print|fetch|import)['"\]]*\s*[(\x60]`,
    ),
  }),
  blocks("wc-xss-style-script", {
    attack,
    references,
    description: "A style that runs a script in old browsers.",
    message: "cross-site scripting: script in a style",
    expression: somewhere(
      EVERYWHERE,
      String.raw`\bstyle\s*=[^>]*(?:expression\s*\(|-moz-binding\s*:|behavior\s*:\s*url)|^[^\s<]{0,24}:\s*expression\s*\(`,
    ),
  }),
  blocks("wc-xss-document-access", {
    attack,
    references,
    description: "Reading cookies or writing into the document, in the request's head.",
    message: "cross-site scripting: access to the document",
    expression: somewhere(
      ["path", "args", "cookies"],
      String.raw`\b(?:document\s*\.\s*(?:cookie|domain|write(?:ln)?\s*\(|location\s*=)|window\s*\.\s*location\s*=|\.\s*innerhtml\s*=|string\s*\.\s*fromcharcode\s*\(|localstorage\s*\.\s*getitem\s*\()`,
    ),
  }),
  scores("wc-xss-call", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "A call that shows that a script runs.",
    message: "call of a dialog function",
    expression: somewhere(
      ["path", "args", "cookies"],
      String.raw`\b(?:alert|prompt|confirm)(?:[(\x60]\s*(?:['"/\x60]?\w{0,12}['"/\x60]?\s*[)\x60]|document|location|string|/)|\s+\(\s*\d+\s*\))`,
    ),
  }),
  scores("wc-xss-markup-breakout", LIKELY, {
    attack,
    references,
    severity: "error",
    description: "A quote and a closing bracket, then an element.",
    message: "element behind the end of an attribute",
    expression: somewhere(["args", "cookies", "headers"], String.raw`^[^<>]{0,60}['"]\s*/?>\s*<[a-z!/]`),
  }),
  scores("wc-xss-any-markup", LIKELY, {
    attack,
    references,
    severity: "warning",
    level: 2,
    description: "An element of HTML in a query argument.",
    message: "markup in a query argument",
    expression: somewhere(["args"], String.raw`<[a-z][a-z0-9]{0,12}(?:\s[^<>]*)?/?>`),
  }),
];
