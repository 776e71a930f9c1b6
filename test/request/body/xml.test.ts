import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Budget, utf8Encode } from "../../support/source/language/values.ts";
import {
  declaredXmlEncoding,
  isAllRead,
  parseXml,
  XML_ANOMALIES,
  xmlMarkup,
} from "../../support/source/request/body.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../support/source/request/view.ts";

function read(text: string, limits = DEFAULT_REQUEST_LIMITS, budget = new Budget(10_000_000)) {
  return parseXml(text, limits, budget);
}

type Pairs = readonly (readonly [name: string, value: string])[];

function pairs({ names, values }: { names: readonly string[]; values: readonly string[] }): Pairs {
  return names.map((name, at) => [name, values[at] ?? ""]);
}

interface Case {
  readonly text: string;
  readonly pairs: Pairs;
  readonly anomalies?: readonly string[];
  readonly error?: string;
}

const SCRIPT = "<script>";

describe("parseXml", () => {
  const cases: Record<string, Case> = {
    element: { text: "<a>x</a>", pairs: [["a", "x"]] },
    "nested elements, joined for the root": {
      text: "<order>\n <item><sku>1</sku><n>2</n></item>\n</order>",
      pairs: [
        ["order.item.sku", "1"],
        ["order.item.n", "2"],
        ["order", "\n 12\n"],
      ],
    },
    "empty elements": {
      text: "<a><b/><c></c><d> </d></a>",
      pairs: [
        ["a.b", ""],
        ["a.c", ""],
        ["a.d", ""],
      ],
    },
    attributes: {
      text: `<a x="1" y = '&lt;2'><b z="p\r\nq\tr&#10;s"/></a>`,
      pairs: [
        ["a.@x", "1"],
        ["a.@y", "<2"],
        ["a.b.@z", "p q r\ns"],
        ["a.b", ""],
      ],
    },
    "prefixes and dots in names": {
      text: '<s:a xmlns:s="urn:s"><x.y>1</x.y></s:a>',
      pairs: [
        ["s:a.@xmlns:s", "urn:s"],
        ["s:a.x\\.y", "1"],
      ],
    },
    "names of prototypes": { text: "<__proto__>1</__proto__>", pairs: [["__proto__", "1"]] },
    references: {
      text: "<a>&lt;&gt;&amp;&quot;&apos;&#60;&#x3c;&#x0000000000000003c;&#8364;</a>",
      pairs: [["a", "<>&\"'<<<\xe2\x82\xac"]],
    },
    "references are undone once": { text: "<a>&amp;lt;</a>", pairs: [["a", "&lt;"]] },
    "a comment does not divide a text": {
      text: "<a>&lt;scr<!-- x -->ipt&gt;</a>",
      pairs: [
        ["a.#comment", " x "],
        ["a", SCRIPT],
      ],
    },
    "nor does an instruction": {
      text: "<a>&lt;scr<?php echo 1?>ipt&gt;</a>",
      pairs: [
        ["a.?php", "echo 1"],
        ["a", SCRIPT],
      ],
    },
    "sections of characters": { text: "<a><![CDATA[<scr]]>ipt<![CDATA[>]]></a>", pairs: [["a", SCRIPT]] },
    "a text round an element": {
      text: "<r><a>&lt;scr<b>x</b>ipt&gt;</a></r>",
      pairs: [
        ["r.a", "<scr"],
        ["r.a.b", "x"],
        ["r.a", "ipt>"],
        ["r.a", SCRIPT],
        ["r.a", "<scrxipt>"],
        ["r", "<scrxipt>"],
      ],
    },
    "a text across elements": {
      text: "<r><a>&lt;scr</a><a>ipt&gt;</a></r>",
      pairs: [
        ["r.a", "<scr"],
        ["r.a", "ipt>"],
        ["r", SCRIPT],
      ],
    },
    "line ends": { text: "<a>x\r\ny\rz&#13;</a>", pairs: [["a", "x\ny\nz\r"]] },
    "declaration and byte order mark": {
      text: '\xef\xbb\xbf<?xml version="1.0"?>\n<a>1</a>',
      pairs: [["a", "1"]],
    },
    "entity of the internal subset": {
      text: '<!DOCTYPE a [<!ENTITY e "&#60;script>">]><a b="&e;">x</a>',
      pairs: [
        ["!entity.e", SCRIPT],
        ["a.@b", SCRIPT],
        ["a", "x"],
      ],
      anomalies: ["xml_entity_declaration"],
    },
    "entity with markup": {
      text: '<!DOCTYPE a [<!ENTITY e "<b>&#38;lt;</b>y">]><a>x&e;</a>',
      pairs: [
        ["!entity.e", "<b>&lt;</b>y"],
        ["a", "x"],
        ["a.b", "<"],
        ["a", "y"],
        ["a", "xy"],
        ["a", "x<y"],
      ],
      anomalies: ["xml_entity_declaration"],
    },
    "entity that opens what it does not close": {
      text: '<!DOCTYPE a [<!ENTITY e "<b>">]><a>&e;x</a>',
      pairs: [
        ["!entity.e", "<b>"],
        ["a.b", ""],
        ["a", "x"],
      ],
      anomalies: ["xml_entity_declaration", "xml_unclosed_element"],
    },
    "the first declaration binds": {
      text: '<!DOCTYPE a [<!ENTITY e "1"><!ENTITY e "2">]><a>&e;</a>',
      pairs: [
        ["!entity.e", "1"],
        ["!entity.e", "2"],
        ["a", "1"],
      ],
      anomalies: ["xml_entity_declaration", "xml_duplicate_entity"],
    },
    "entities in a circle": {
      text: '<!DOCTYPE a [<!ENTITY e "x&f;"><!ENTITY f "y&e;">]><a b="&e;">&e;</a>',
      pairs: [
        ["!entity.e", "x&f;"],
        ["!entity.f", "y&e;"],
        ["a.@b", "xy"],
        ["a", "xy"],
      ],
      anomalies: ["xml_entity_declaration", "xml_entity_recursion"],
    },
    "external entity": {
      text: '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
      pairs: [
        ["!entity.e", "file:///etc/passwd"],
        ["a", "&e;"],
      ],
      anomalies: ["xml_entity_declaration", "xml_external_entity", "xml_unknown_entity"],
    },
    "parameter entity": {
      text: '<!DOCTYPE a [<!ENTITY % p "q">%p;]><a>1</a>',
      pairs: [
        ["!entity.p", "q"],
        ["a", "1"],
      ],
      anomalies: ["xml_parameter_entity"],
    },
    "external document type": {
      text: '<!DOCTYPE plist PUBLIC "-//X//DTD PLIST 1.0//EN" "http://x.example/p.dtd"><plist><string>1</string></plist>',
      pairs: [
        ["!doctype", "-//X//DTD PLIST 1.0//EN"],
        ["!doctype", "http://x.example/p.dtd"],
        ["plist.string", "1"],
      ],
      anomalies: ["xml_external_doctype"],
    },
    "the rest of a subset": {
      text: '<!DOCTYPE a [<!ELEMENT a ANY><!--c--><?p d?><!ATTLIST a k CDATA "v" t (x | y ) "x">]><a/>',
      pairs: [
        ["!doctype.#comment", "c"],
        ["!doctype.?p", "d"],
        ["!attlist.a.@k", "v"],
        ["!attlist.a.@t", "x"],
        ["a", ""],
      ],
    },
    "subset without an end": {
      text: '<!DOCTYPE a [<!ENTITY e "1"><a>&e;</a>',
      pairs: [
        ["!entity.e", "1"],
        ["a", "1"],
      ],
      anomalies: ["xml_malformed_doctype", "xml_entity_declaration"],
    },
    "unclosed elements": {
      text: "<a>x<b>y",
      pairs: [
        ["a", "x"],
        ["a.b", "y"],
        ["a", "xy"],
      ],
      anomalies: ["xml_unclosed_element"],
    },
    "tags in the wrong order": {
      text: "<a><b>x</a></b>",
      pairs: [["a.b", "x"]],
      anomalies: ["xml_mismatched_tag"],
    },
    "attributes of HTML": {
      text: "<a b=c d e='1'e='2'>x</a>",
      pairs: [
        ["a.@b", "c"],
        ["a.@d", ""],
        ["a.@e", "1"],
        ["a.@e", "2"],
        ["a", "x"],
      ],
      anomalies: ["xml_malformed_attribute", "xml_duplicate_attribute"],
    },
    "stray signs": {
      text: "<a>1 < 2 & 3 &nbsp; ]]></a>",
      pairs: [["a", "1 < 2 & 3 &nbsp; ]]>"]],
      anomalies: ["xml_unknown_entity", "xml_stray_ampersand", "xml_stray_markup"],
    },
    "references that are none": {
      text: "<a>&#x;&#;&#60x&#X3c;&#0;&#xd800;&#x110000;&</a>",
      pairs: [["a", "&#x;&#;<x<\0\xef\xbf\xbd\xef\xbf\xbd&"]],
      anomalies: ["xml_malformed_reference", "xml_stray_ampersand"],
    },
    "a tag within a tag": {
      text: "<a <b>x</b></a>",
      pairs: [["a.b", "x"]],
      anomalies: ["xml_stray_markup"],
    },
    "an attribute without an end": {
      text: '<a b="x>y</a>',
      pairs: [
        ["a.@b", "x>y</a>"],
        ["a", ""],
      ],
      anomalies: ["xml_stray_markup", "xml_unclosed_element", "xml_unclosed_markup"],
    },
    "a comment without an end": {
      text: "<a>1<!-- x",
      pairs: [
        ["a.#comment", " x"],
        ["a", "1"],
      ],
      anomalies: ["xml_unclosed_element", "xml_unclosed_markup"],
    },
    "text outside of the root": {
      text: "x<a>y</a>z",
      pairs: [
        ["", "x"],
        ["a", "y"],
        ["", "z"],
        ["", "xz"],
        ["", "xyz"],
      ],
      anomalies: ["xml_text_outside_root"],
    },
    "several roots": {
      text: "<a>x</a><b>y</b>",
      pairs: [
        ["a", "x"],
        ["b", "y"],
      ],
      anomalies: ["xml_several_roots"],
    },
    "a declaration in the wrong place": {
      text: " <?xml version='1.0'?><a/>",
      pairs: [
        ["?xml", "version='1.0'"],
        ["a", ""],
      ],
      anomalies: ["xml_misplaced_declaration"],
    },
    "bytes that are no text": {
      text: "<a>\xff\x01</a>",
      pairs: [["a", "\xff\x01"]],
      anomalies: ["xml_invalid_utf8", "xml_control_character"],
    },
    "no markup": {
      text: "x",
      pairs: [["", "x"]],
      anomalies: ["xml_text_outside_root"],
      error: "xml_no_markup",
    },
    nothing: { text: "", pairs: [], error: "xml_no_markup" },
    "white space at which some readers end names": {
      text: "<a b\xc2\xa0c='1'/>",
      pairs: [
        ["a.@b\xc2\xa0c", "1"],
        ["a", ""],
      ],
      anomalies: ["xml_malformed_name"],
    },
    "an instruction without a target": {
      text: "<a><?>x?></a>",
      pairs: [
        ["a.?>x", ""],
        ["a", ""],
      ],
      anomalies: ["xml_malformed_name"],
    },
    "an apostrophe in an instruction": {
      text: "<a><?p it's?>x</a>",
      pairs: [
        ["a.?p", "it's"],
        ["a", "x"],
      ],
      anomalies: ["xml_unbalanced_instruction"],
    },
  };
  test.each(Object.entries(cases))("%s", (_, { text, pairs: wanted, anomalies = [], error = "" }) => {
    const found = read(text);
    expect(pairs(found)).toEqual(wanted);
    expect([...found.anomalies].sort()).toEqual([...anomalies].sort());
    expect(found.error).toBe(error);
  });

  const ordinary: Record<string, string> = {
    SOAP: `<?xml version="1.0"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Header/><soap:Body>
      <m:GetPrice xmlns:m="https://shop.example/prices"><m:Item>Apples &amp; pears</m:Item></m:GetPrice></soap:Body></soap:Envelope>`,
    RSS: `<rss version="2.0"><channel><title>News</title><link>https://shop.example/</link>
      <item><description><![CDATA[<p>Hello</p>]]></description></item></channel></rss>`,
    SVG: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0L1 1" fill="#fff"/></svg>`,
    "XML-RPC": `<methodCall><methodName>add</methodName><params><param><value><i4>4</i4></value></param></params></methodCall>`,
  };
  test.each(Object.entries(ordinary))("%s is ordinary", (_, text) => {
    const found = read(text);
    expect([found.anomalies, found.error]).toEqual([[], ""]);
  });

  test("counts elements in depth", () => {
    expect(read("<a><b><c/></b><d/></a>").depth).toBe(3);
  });

  const bounded: Record<string, readonly [at: string, beyond: string, limits: object, error: string]> = {
    maxXmlDepth: ["<a><a/></a>", "<a><a><a/></a></a>", { maxXmlDepth: 2 }, "xml_too_deep"],
    maxXmlValues: ["<r><a/><a/></r>", "<r><a/><a/><a/></r>", { maxXmlValues: 2 }, "xml_too_many_values"],
    maxXmlPathBytes: ["<r><a/><b/></r>", "<r><a/><b/><c/></r>", { maxXmlPathBytes: 6 }, "xml_paths_too_long"],
    maxXmlEntities: [
      '<!DOCTYPE a [<!ENTITY e "1">]><a/>',
      '<!DOCTYPE a [<!ENTITY e "1"><!ENTITY f "1">]><a/>',
      { maxXmlEntities: 1 },
      "xml_too_many_entities",
    ],
    maxXmlEntityBytes: [
      '<!DOCTYPE a [<!ENTITY e "123">]><a>&e;&e;</a>',
      '<!DOCTYPE a [<!ENTITY e "123">]><a>&e;&e;&e;</a>',
      { maxXmlEntityBytes: 8 },
      "xml_entities_too_long",
    ],
    maxXmlEntityDepth: [
      '<!DOCTYPE a [<!ENTITY e "&f;"><!ENTITY f "1">]><a b="&e;">&e;</a>',
      '<!DOCTYPE a [<!ENTITY e "&f;"><!ENTITY f "&g;"><!ENTITY g "1">]><a b="&e;"/>',
      { maxXmlEntityDepth: 2 },
      "xml_entities_too_deep",
    ],
  };
  test.each(Object.entries(bounded))("%s", (_, [at, beyond, limits, error]) => {
    expect(read(at, { ...DEFAULT_REQUEST_LIMITS, ...limits }).error).toBe("");
    expect(read(beyond, { ...DEFAULT_REQUEST_LIMITS, ...limits }).error).toBe(error);
  });

  test("what is not joined for an element is in the root's text", () => {
    const { values } = read("<r><a>1<b>2</b>3</a></r>", { ...DEFAULT_REQUEST_LIMITS, maxXmlJoinedBytes: 2 });
    expect(values).toEqual(["1", "2", "3", "13", "123"]);
  });

  test("the root's text is left out where it is long and nothing mixes text and elements", () => {
    const data = (count: number) => `<r>${"<a>0123456789</a>".repeat(count)}</r>`;
    expect(read(data(1638)).names.at(-1)).toBe("r");
    expect(read(data(1639)).names.at(-1)).toBe("r.a");
    expect(read(`${data(1639).slice(0, -4)}x</r>`).names.at(-1)).toBe("r");
  });

  test("entities that grow end at the limit", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const declared = names.map((name, at) => {
      const inner = names[at + 1];
      return `<!ENTITY ${name} "${(inner === undefined ? "ha" : `&${inner};`).repeat(50)}">`;
    });
    for (const use of ["<x>&a;</x>", "<x y='&a;'/>"])
      expect(read(`<!DOCTYPE x [${declared.join("")}]>${use}`).error).toBe("xml_entities_too_long");
  });

  test("stops when the budget is used up", () => {
    expect(read("<a>1</a>", DEFAULT_REQUEST_LIMITS, new Budget(5)).error).toBe("budget_exhausted");
  });

  test("spends steps in proportion to hostile texts", () => {
    const repeated = [
      "<a>",
      "<a",
      "<",
      "&",
      "&#",
      "&a",
      "</a>",
      "<!--",
      "<![CDATA[",
      "<!DOCTYPE a [",
      "<?",
      '<a b="',
      "<a>x",
    ];
    for (const piece of repeated) {
      const text = piece.repeat(2000);
      const budget = new Budget(10_000_000);
      read(`<r>${text}`, DEFAULT_REQUEST_LIMITS, budget);
      expect(budget.limit - budget.remaining).toBeLessThan(text.length * 3 + 100);
    }
  });

  test("takes any text, and keeps names and values aligned", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      "</",
      "/>",
      "a",
      "&",
      ";",
      "#60",
      "<a>",
      "</a>",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 40 }), (pieces) => {
        const found = read(utf8Encode(pieces.join("")));
        expect(found.names.length).toBe(found.values.length);
        for (const anomaly of found.anomalies) expect(XML_ANOMALIES).toContain(anomaly);
      }),
    );
  });
});

describe("declaredXmlEncoding", () => {
  test.each([
    ['<?xml version="1.0" encoding="UTF-16"?><a/>', "utf-16"],
    ["\xef\xbb\xbf<?xml version='1.0'\n\tencoding = 'ISO-8859-1' ?>", "iso-8859-1"],
    ['<?xml version="1.0"?><a encoding="x"/>', ""],
    ['<a encoding="x"/>', ""],
  ])("%s", (text, encoding) => {
    expect(declaredXmlEncoding(text)).toBe(encoding);
    expect(read(text).encoding).toBe(encoding);
  });
});

describe("xmlMarkup", () => {
  const long = "The quick brown fox jumps over the lazy dog. ".repeat(8);
  test.each([
    ["a short text", "<a>so it is</a>", false],
    ["a long text", `<note>${long}</note>`, true],
    ["a long text of several", `<a><b x="1">${long}</b>${long}<!-- > ${long} --></a>`, true],
    ["a long CDATA section", `<a><![CDATA[${long}<p>]]></a>`, true],
    ["a long attribute", `<a b="${long}"/>`, false],
    ["a script", `<a><s:SCRIPT >${long}</s:SCRIPT></a>`, false],
    ["a picture", `<a><svg>${long}</svg></a>`, false],
    ["an XML declaration", `<?xml version="1.0" x="> ${long}"?><a/>`, false],
    ["a document type", `<!DOCTYPE a [<!NOTATION n SYSTEM "> ${long}">]><a>x</a>`, false],
  ])("of %s", (_, text, isShorter) => {
    const markup = xmlMarkup(text);
    expect(markup.length < text.length).toBe(isShorter);
    if (!isShorter) expect(markup).toBe(text);
    // Tags stay, with what stands beside them.
    for (const tag of text.match(/<[^!?][^>]*>.{0,9}/g) ?? []) expect(markup).toContain(tag);
  });

  test("whatever it leaves out is a value", () => {
    let count = 0;
    const words = () => {
      const word = `word${count++}`;
      return `${"begin ".repeat(20)}${word}${" end".repeat(30)}`;
    };
    const piece = fc
      .constantFrom(
        () => words(),
        () => `<a>${words()}</a>`,
        () => `<a b='${words()}>${words()}'>`,
        () => "</a>",
        () => `<![CDATA[${words()}<b>${words()}]]>`,
        () => `<![CDATA[${words()}`,
        () => `<!-- ${words()}>${words()} -->`,
        () => `<?p ${words()}>${words()} ?>`,
        () => `<! ${words()}>${words()}`,
        () => `<?xml ${words()}>${words()}?>`,
        () => `<!DOCTYPE a [<!ENTITY e "${words()}>${words()}"> ${words()}]>`,
        () => `<a/${words()}>`,
        () => "&amp;",
        () => "]]>",
        () => "<",
        () => ">",
      )
      .map((make) => make());
    let left = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.boolean(), (pieces, isWhole) => {
        const text = isWhole ? `<r>${pieces.join("")}</r>` : pieces.join("");
        const body = read(text);
        if (!isAllRead(body)) return;
        const markup = xmlMarkup(text);
        const all = body.values.join("\n");
        for (const [word] of text.matchAll(/word[0-9]+ /g)) {
          if (markup.includes(word)) continue;
          left++;
          expect(all).toContain(word);
        }
      }),
      { numRuns: 500 },
    );
    expect(left).toBeGreaterThan(0);
  });
});
