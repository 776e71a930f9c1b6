// Words of HTML and SVG. Everything is in lower case.

/** Event attributes that ordinary pages of HTML, SVG and XML events know; others of the form `on…` are read as such inside an element. */
export const EVENTS: readonly string[] = [
  "onabort",
  "onactivate",
  "onafterprint",
  "onafterscriptexecute",
  "onanimation",
  "onauxclick",
  "onbefore",
  "onbegin",
  "onblur",
  "onbounce",
  "oncanplay",
  "oncancel",
  "onchange",
  "onclick",
  "onclose",
  "oncontentvisibility",
  "oncontextmenu",
  "oncopy",
  "oncuechange",
  "oncut",
  "ondataavailable",
  "ondblclick",
  "ondevice",
  "ondrag",
  "ondrop",
  "ondurationchange",
  "onemptied",
  "onend",
  "onerror",
  "onfinish",
  "onfocus",
  "onformdata",
  "onfullscreen",
  "ongesture",
  "ongotpointer",
  "onhashchange",
  "onhelp",
  "oninput",
  "oninvalid",
  "onkey",
  "onload",
  "onlostpointer",
  "onmessage",
  "onmouse",
  "onoffline",
  "ononline",
  "onorientationchange",
  "onpage",
  "onpaste",
  "onpause",
  "onplay",
  "onpointer",
  "onpopstate",
  "onprogress",
  "onpropertychange",
  "onratechange",
  "onreadystatechange",
  "onrepeat",
  "onreset",
  "onresize",
  "onscroll",
  "onsearch",
  "onsecuritypolicy",
  "onseek",
  "onselect",
  "onshow",
  "onslotchange",
  "onstalled",
  "onstart",
  "onstorage",
  "onsubmit",
  "onsuspend",
  "ontimeupdate",
  "ontoggle",
  "ontouch",
  "ontransition",
  "onunhandledrejection",
  "onunload",
  "onvolumechange",
  "onwaiting",
  "onwebkit",
  "onwheel",
  "onzoom",
];

/** Events that come without a click: by loading, by focus or under the pointer. */
export const FIRES_ALONE: readonly string[] = [
  "onafter",
  "onanimation",
  "onbefore",
  "onbegin",
  "oncanplay",
  "onend",
  "onerror",
  "onfinish",
  "onfocus",
  "onload",
  "onmouseover",
  "onmouseenter",
  "onmousemove",
  "onpageshow",
  "onplay",
  "onpointer",
  "onreadystatechange",
  "onscroll",
  "onstart",
  "ontimeupdate",
  "ontoggle",
  "ontransition",
  "onwebkit",
];

/** Attributes whose names begin like events and are ordinary words. */
export const NO_EVENTS: ReadonlySet<string> = new Set([
  "once",
  "ones",
  "only",
  "onto",
  "oneself",
  "online",
  "onboarding",
  "ongoing",
  "onion",
  "onions",
  "onset",
  "onsite",
  "onwards",
  "onward",
  "onhand",
  "onsale",
  "onetime",
  "onetrust",
  "ontology",
]);

/** Attributes without a value. */
export const BOOLEAN_ATTRIBUTES: ReadonlySet<string> = new Set([
  "async",
  "autofocus",
  "autoplay",
  "checked",
  "contenteditable",
  "controls",
  "defer",
  "disabled",
  "draggable",
  "hidden",
  "loop",
  "multiple",
  "muted",
  "open",
  "popover",
  "readonly",
  "required",
  "selected",
]);

/** Elements of the rich text that people write in editors, with a heading or a table or a picture. */
export const PLAIN_ELEMENTS: ReadonlySet<string> = new Set(
  (
    "a abbr acronym address area article aside audio b bdi bdo big blockquote br button canvas caption center cite code col " +
    "colgroup data datalist dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form g h1 h2 h3 " +
    "h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map mark menu meta meter nav " +
    "noscript ol optgroup option output p path param picture pre progress q rp rt ruby s samp script section select small source " +
    "span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u " +
    "ul use var video wbr body"
  ).split(" "),
);

/** Elements that embed another document, change what URLs mean or open another name space. */
export const EMBEDDING_ELEMENTS: ReadonlySet<string> = new Set(
  "iframe frame frameset embed object applet base link meta svg math isindex marquee xml style template form audio video details portal".split(
    " ",
  ),
);

/** Attributes that hold a URL which is opened, embedded or set by an animation. */
export const URL_ATTRIBUTES: ReadonlySet<string> = new Set(
  "href src action formaction data poster background xlink:href from to by values value code codebase content dynsrc lowsrc cite longdesc classid profile manifest icon folder ping srcset archive usemap data-href".split(
    " ",
  ),
);

/** Elements that open a picture of SVG as a document, so that its scripts run. */
export const DOCUMENT_ELEMENTS: ReadonlySet<string> = new Set(
  "a area iframe frame embed object script form button input meta base link math animate set use".split(" "),
);

/** Elements of SVG and MathML that run or set scripts. */
export const FOREIGN_SCRIPTS: ReadonlySet<string> = new Set([
  "script",
  "animate",
  "animatetransform",
  "animatemotion",
  "animatecolor",
  "set",
  "handler",
  "foreignobject",
  "maction",
]);

/** Elements whose end tags end raw text. */
export const RAW_ELEMENTS: ReadonlySet<string> = new Set([
  "noscript",
  "style",
  "title",
  "textarea",
  "xmp",
  "iframe",
  "noembed",
  "noframes",
  "script",
  "math",
  "svg",
  "template",
]);
