// What rules see of bodies that readers may decode in several ways.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { managedWaf } from "../../rules/managed/support.ts";
import { Budget, utf8Encode } from "../../support/source/language/values.ts";
import { charsetOf } from "../../support/source/request/body.ts";
import { requestScheme } from "../../support/source/request/fields.ts";
import { type RequestData, requestFrom, WafRequest } from "../../support/source/request/model.ts";

const scheme = requestScheme([]);

function bytesOf(latin: string): Uint8Array {
  return Uint8Array.from(Buffer.from(latin, "latin1"));
}

function post(type: string | undefined, latin: string): RequestData {
  return {
    url: "https://a.example/",
    method: "POST",
    headers: type === undefined ? {} : { "Content-Type": type },
    body: bytesOf(latin),
  };
}

function reader(type: string | undefined, latin: string): (member: string) => unknown {
  const context = scheme.createContext<WafRequest>();
  context.reset(new WafRequest(requestFrom(post(type, latin))));
  context.budget = new Budget(10_000_000);
  return (member) => context.get(scheme.field(`wirewall.request.body.${member}`)!.slot);
}

/** All texts that rules which look for attacks see in a body. */
function seen(type: string | undefined, latin: string): ReadonlySet<unknown> {
  const read = reader(type, latin);
  return new Set([[read("decoded")], [read("unread")]].flat(3));
}

const waf = managedWaf({}, "request");

/** The managed rule that refuses a body; "" when it passes. */
function refusedBy(type: string | undefined, latin: string): string {
  const decision = waf.evaluateSync(post(type, latin));
  return decision.action === "allow" ? "" : (decision.by?.ref ?? decision.action);
}

function utf16le(text: string): string {
  return Buffer.from(text, "utf16le").toString("latin1");
}

function utf16be(text: string): string {
  return Buffer.from(text, "utf16le").swap16().toString("latin1");
}

function utf32be(text: string): string {
  return [...text].map((character) => `\0\0${utf16be(character).padStart(2, "\0")}`).join("");
}

function utf32le(text: string): string {
  return [...text].map((character) => `${utf16le(character).padEnd(2, "\0")}\0\0`).join("");
}

/** An encoder made of the platform's decoder: characters of one or two bytes. */
function encoderOf(label: string): (text: string) => string {
  const decoder = new TextDecoder(label);
  const codes = new Map<string, string>();
  for (let first = 0; first < 256; first++) {
    for (let second = -1; second < 256; second++) {
      const array = second === -1 ? [first] : [first, second];
      const text = decoder.decode(Uint8Array.from(array));
      if ([...text].length === 1 && text !== "\ufffd" && !codes.has(text))
        codes.set(text, String.fromCharCode(...array));
    }
  }
  return (text) =>
    [...text]
      .map((character) => {
        const code = codes.get(character);
        if (code === undefined) throw new Error(`${label} has no ${character}`);
        return code;
      })
      .join("");
}

const SCRIPT = "<script>alert(1)</script>";
const ESCAPED = "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e";
const REFERENCES = "&#60;script&#62;alert(1)&#60;/script&#62;";
const UTF7 = "+ADw-script+AD4-alert(1)+ADw-/script+AD4-";

const PART_TYPE = "multipart/form-data; boundary=b0";
function part(headers: string, content: string, disposition = 'form-data; name="a"'): string {
  return `--b0\r\nContent-Disposition: ${disposition}\r\n${headers}\r\n${content}\r\n--b0--\r\n`;
}

/** `\x83\x5c` is one character in each of these sets; whoever takes the bytes as they are sees a backslash. */
const DOUBLE_BYTE = ["shift_jis", "windows-31j", "gbk", "gb18030", "gb2312", "big5"];

const attacks: Record<string, readonly [type: string | undefined, body: string]> = {
  ...Object.fromEntries(
    DOUBLE_BYTE.flatMap((label) => [
      [
        `${label}: an escape behind a character`,
        [`application/json; charset=${label}`, `{"a":"\x83\x5c${ESCAPED}"}`],
      ],
      [`${label}: as text`, [`text/plain; charset=${label}`, `{"a":"\x83\x5c${ESCAPED}"}`]],
      [
        `${label}: in a form's field`,
        [
          `application/x-www-form-urlencoded; charset=${label}`,
          `q=${encodeURIComponent('{"a":"')}%83%5C${encodeURIComponent(`${ESCAPED}"}`)}`,
        ],
      ],
      [
        `${label}: in a part`,
        [
          PART_TYPE,
          part(`Content-Type: application/json; charset=${label}\r\n`, `{"a":"\x83\x5c${ESCAPED}"}`),
        ],
      ],
      [
        `${label}: in a part of text`,
        [PART_TYPE, part(`Content-Type: text/plain; charset=${label}\r\n`, `{"a":"\x83\x5c${ESCAPED}"}`)],
      ],
    ]),
  ),
  "the bytes as they are": ["application/json; charset=shift_jis", `{"a":"${ESCAPED}"}`],
  "a quote that is half a character for some": [
    "application/json; charset=iso-2022-jp",
    `{"a":"\x1b$B!"\x1b(B","b":"${ESCAPED}"}`,
  ],
  "the set of all parts": [`${PART_TYPE}; charset=gbk`, part("", `{"a":"\x83\x5c${ESCAPED}"}`)],
  "a field that names the set": [
    PART_TYPE,
    part("", "shift_jis", 'form-data; name="_charset_"').replace("--b0--\r\n", "") +
      part("", `{"a":"\x83\x5c${ESCAPED}"}`),
  ],
  "a field that names the set at the end": [
    PART_TYPE,
    part("", `{"a":"\x83\x5c${ESCAPED}"}`).replace("--b0--\r\n", "") +
      part("", "shift_jis", 'form-data; name="_charset_"'),
  ],
  "UTF-16 JSON, declared": ["application/json; charset=utf-16le", utf16le(`{"a":"${SCRIPT}"}`)],
  "UTF-16 JSON under a form's type": ["application/x-www-form-urlencoded", utf16le(`{"a":"${ESCAPED}"}`)],
  "UTF-16 JSON behind a mark under a form's type": [
    "application/x-www-form-urlencoded; charset=utf-8",
    `\xfe\xff${utf16be(`["${ESCAPED}"]`)}`,
  ],
  "UTF-16 JSON under another set": ["application/json; charset=utf-8", utf16be(`{"a":"${ESCAPED}"}`)],
  ...Object.fromEntries(
    Object.entries({ utf16le, utf16be, utf32le, utf32be }).flatMap(([name, encode]) =>
      ["text/plain", undefined, "application/octet-stream", "application/x-custom"].flatMap((type) => [
        [`${name} JSON under ${type}`, [type, encode(` {"a":"${ESCAPED}"}`)]],
        [`${name} XML under ${type}`, [type, encode(`<order><q>${REFERENCES}</q></order>`)]],
        [
          `${name} JSON in a part of ${type}`,
          [
            PART_TYPE,
            part(type === undefined ? "" : `Content-Type: ${type}\r\n`, encode(`{"a":"${ESCAPED}"}`)),
          ],
        ],
      ]),
    ),
  ),
  ...Object.fromEntries(
    ["utf7", "csutf7", "unicode-1-1-utf-7"].flatMap((label) => {
      const xml = (padding: string, quote = '"') =>
        `<?xml version="1.0"${padding}encoding=${quote}${label}${quote}?><o><q>${UTF7}</q></o>`;
      const entities = `<?xml version="1.0" encoding="${label}"?><!DOCTYPE o [+ADwAIQ-ENTITY e "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"+AD4-]><o>&e;</o>`;
      return [
        [`XML in ${label}`, ["application/xml", xml(" ")]],
        [`XML in ${label} under a header that says UTF-8`, ["application/xml; charset=utf-8", xml(" ")]],
        [`XML in ${label}, declared late`, ["text/xml", xml(" ".repeat(5000))]],
        [`XML in ${label}, apostrophes`, ["text/xml; charset=us-ascii", xml("\n", "'")]],
        [`XML in ${label} that is guessed`, ["text/plain", xml(" ")]],
        [`XML in ${label} without a type`, [undefined, xml(" ")]],
        [`XML in ${label} behind a mark`, ["application/soap+xml", `\xef\xbb\xbf${xml(" ")}`]],
        [
          `XML in ${label} behind another declaration`,
          ["text/xml", xml(" standalone=\" encoding='utf-8'\" ")],
        ],
        [
          `XML in ${label} in a part`,
          [PART_TYPE, part("Content-Type: text/xml; charset=utf-8\r\n", xml(" "))],
        ],
        [`an entity in ${label}`, ["application/xml; charset=utf-8", entities]],
      ];
    }),
  ),
  "a reference in a part of XML": [
    PART_TYPE,
    part("Content-Type: application/xml\r\n", `<o><q>${REFERENCES}</q></o>`),
  ],
  "a reference in a part of SVG's kind": [
    PART_TYPE,
    part("Content-Type: application/soap+xml\r\n", `<o q="${REFERENCES}"/>`),
  ],
  "CDATA in a part of XML": [
    PART_TYPE,
    part("Content-Type: text/xml\r\n", "<o><![CDATA[<scr]]><![CDATA[ipt>alert(1)</script>]]></o>"),
  ],
  "a part of lenient JSON": [
    PART_TYPE,
    part("Content-Type: application/vnd.api+json\r\n", `{a:'${ESCAPED}',}`),
  ],
  "a part of JSON in UTF-16": [
    PART_TYPE,
    part("Content-Type: application/json\r\n", utf16le(`{"a":"${ESCAPED}"}`)),
  ],
  "a part of JSON in UTF-16 behind a mark": [
    PART_TYPE,
    part("Content-Type: application/json; charset=utf-16\r\n", `\xff\xfe${utf16le(`{"a":"${ESCAPED}"}`)}`),
  ],
  "a part of JSON in Base64": [
    PART_TYPE,
    part(
      "Content-Type: application/json\r\nContent-Transfer-Encoding: base64\r\n",
      Buffer.from(`{a:'${ESCAPED}'}`).toString("base64"),
    ),
  ],
  "a part that is a form": [
    PART_TYPE,
    part(
      "Content-Type: application/x-www-form-urlencoded\r\n",
      `q=${encodeURIComponent(`{"a":"${ESCAPED}"}`)}`,
    ),
  ],
};

/** In each form of Unicode behind more blanks than any piece that is looked at. */
const behindBlanks: typeof attacks = Object.fromEntries(
  Object.entries({ utf16le, utf16be, utf32le, utf32be }).flatMap(([form, encode]) =>
    [undefined, "text/plain", "application/octet-stream", "image/png", "application/foo"].flatMap((type) =>
      [`{"a":"${ESCAPED}"}`, `<o>${REFERENCES}</o>`].map((text) => [
        `${form} behind blanks, ${text.slice(0, 3)} of type ${type}`,
        [type, encode(`${" \n\t\r".repeat(1000)} ${text}`)] as const,
      ]),
    ),
  ),
);

const ENCODED = encodeURIComponent(SCRIPT);
/** Types that declare no text, or nothing. */
const OTHER_TYPES = [undefined, "application/octet-stream", "image/png", "application/foo"];
/** Texts that are mostly what no text has, which their readers take all the same. */
const inBytes: typeof attacks = Object.fromEntries(
  ["\x01", "\x7f", "\xff\x01"].flatMap((byte) => {
    const filler = byte.repeat(200);
    const texts = {
      object: `{"p":"${filler}","q":"${ESCAPED}"}`,
      array: ` ["${filler}","${ESCAPED}"]`,
      string: `"${filler}${ESCAPED}"`,
      element: `<a><p>${filler}</p><q>${REFERENCES}</q></a>`,
      form: `pad=${filler}&q=${ENCODED}`,
      "form with names in front": `&a&b[]=${filler}&q=${ENCODED}`,
      "form behind a NUL byte": `\0a=${filler}&q=${ENCODED}`,
      "form in brackets": `[a]=${filler}&q=${ENCODED}`,
    };
    return Object.entries(texts).flatMap(([name, text]) =>
      OTHER_TYPES.map((type) => [
        `${name} with ${JSON.stringify(byte)} of type ${type}`,
        [type, text] as const,
      ]),
    );
  }),
);

/** Lenient readers pass over what stands in front of a document. */
const BEHIND_TEXT = {
  "element behind text": `abc<zz>${REFERENCES}</zz>`,
  "element behind text, without an end": `abc <zz>${REFERENCES}`,
  "element behind a field": `a=b<zz>${REFERENCES}</zz>`,
  "element among control characters": `abc${"\x01".repeat(200)}${" ".repeat(3000)}<zz>${REFERENCES}</zz>`,
  "element behind brackets": `[abc]<zz>${REFERENCES}</zz>`,
  "element behind a quote": `"abc"<zz>${REFERENCES}</zz>`,
  "elements in a text behind text": `abc<zz>&lt;scr<b/>ipt>alert(1)&lt;/scr<b/>ipt></zz>`,
};

/** Documents whose type, or whose first element, says nothing of XML; applications that expect XML read them as such. */
const documents: typeof attacks = Object.fromEntries(
  [
    undefined,
    "text/plain",
    "text/html",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
  ].flatMap((type) =>
    Object.entries({
      html: `<html><q>${REFERENCES}</q></html>`,
      paragraph: `<p><q>${REFERENCES}</q></p>`,
      link: ` <a>${REFERENCES}</a>`,
      element: `<r a="x"><q>${REFERENCES}</q></r>`,
      "element in CDATA": `<a><![CDATA[${SCRIPT.slice(0, 4)}]]><![CDATA[${SCRIPT.slice(4)}]]></a>`,
      entity: `<!DOCTYPE a [<!ENTITY x "${REFERENCES.replaceAll("&", "&#38;")}">]><a>&x;</a>`,
      "JSON in an attribute": `<p a='{"q":"${ESCAPED}"}'/>`,
      "JSON in a comment": `<p><!--{"q":"${ESCAPED}"}--></p>`,
      ...(type === "application/x-www-form-urlencoded" ? {} : BEHIND_TEXT),
    }).map(([name, text]) => [`${name} of type ${type}`, [type, text] as const]),
  ),
);

/** JSON lines among lines that are no JSON; readers that skip those take the others. */
const lines: typeof attacks = Object.fromEntries(
  Object.entries({
    "a string in front of what is none": `"${ESCAPED}"\r\n:\n"x`,
    "a string behind what is none": `"x\n:\n"${ESCAPED}"`,
    "an object behind what is none": `"x\n{"q":"${ESCAPED}"}\n`,
    "an array in front of what is none": `["${ESCAPED}"]\n\n}{`,
  }).flatMap(([name, text]) =>
    [undefined, "text/plain"].map((type) => [`lines: ${name}, of type ${type}`, [type, text] as const]),
  ),
);

/** Forms that begin as nothing that a form begins as, or behind bytes, where nothing says what the bytes are. */
const formsElsewhere: typeof attacks = Object.fromEntries(
  [undefined, "application/octet-stream", "application/foo"].flatMap((type) =>
    Object.entries({
      "behind NUL bytes": `${"\0".repeat(60)}&q=${ENCODED}`,
      "behind broken UTF-8": `${"\xff\x80".repeat(60)}=${ENCODED}`,
      "behind a signature": `\x89PNG\r\n\x1a\n&q=${ENCODED}`,
      "behind a signature of letters": `BM&q=${ENCODED}`,
      "with JSON behind a quote": `"a&q=${encodeURIComponent(`{"k":"${ESCAPED}"}`)}`,
      "with Base64 behind a brace": `{a=1&q=${btoa(SCRIPT)}`,
      "with Base64 behind a blank": `a b & c=1&q=${btoa(SCRIPT)}`,
      "with Base64 behind markup": `<a>&q=${btoa(SCRIPT)}`,
    }).map(([name, text]) => [`form ${name} of type ${type}`, [type, text] as const]),
  ),
);

const RANDOM = Array.from({ length: 1500 }, (_, at) =>
  String.fromCharCode((at * at * 31 + at * 17) % 251),
).join("");
const BINARY: Record<string, string> = {
  "random bytes": RANDOM,
  "in front of them a brace": `{"${RANDOM}`,
  "a bracket": `[${RANDOM}`,
  "a quote, as in Protocol Buffers": `"\x03abc\x10\x96\x01${RANDOM}`,
  "the beginning of markup": `<a>${RANDOM}`,
  "a name that is none": `\x08\x01=${RANDOM}&q=1`,
  "a length that is an equals sign": `\0\0\0\0=${RANDOM.slice(0, 61)}`,
  "a signature": `\x1f\x8b\x08\0${RANDOM}&a=1`,
  "a program": `\x7fELF\x02\x01\x01${"\0".repeat(200)}${RANDOM}`,
};

test.each([undefined, "application/octet-stream", "text/plain"])(
  "plus signs of a form that begins as none are blanks, but those of prose: of type %s",
  (type) => {
    expect([...seen(type, "{a&q='+or+1=1")]).toContain("' or 1=1");
    expect([...seen(type, "{a&q=1 + 2")]).not.toContain("1   2");
  },
);

test.each([
  "Write to Ann <ann@shop.example>,\nBcc: Bob <bob@shop.example>,\nor see a list: List<String> of a &lt; b.",
  `${"a List<String> ".repeat(2000)}`,
  "From: Ann <ann@shop.example>\nTo: bob@shop.example\nMessage-ID: <6df65@shop.example>\n",
  "Use <Panel title='a'>text &amp; more</Panel> or <br> tags",
])("prose with markup in it passes: %j", (text) => {
  expect(refusedBy("text/plain", text)).toBe("");
});

test.each(
  Object.entries(BINARY).flatMap(([name, bytes]) => OTHER_TYPES.map((type) => [name, type, bytes] as const)),
)("bytes stay bytes: %s of type %s", (_name, type, bytes) => {
  const read = reader(type, bytes);
  expect([read("kind"), read("outcome"), refusedBy(type, bytes)]).toEqual(["opaque", "opaque", ""]);
});

test("what looks like bytes and is a text is too long as texts are, where it is not declared as bytes", () => {
  const long = `{"p":"${"\x7f".repeat(200_000)}","q":"${ESCAPED}"}`;
  expect(OTHER_TYPES.map((type) => reader(type, long)("error"))).toEqual([
    "body_too_long",
    "",
    "",
    "body_too_long",
  ]);
});

test.each(
  Object.entries({ ...attacks, ...behindBlanks, ...inBytes, ...documents, ...lines, ...formsElsewhere }),
)("an attack is found: %s", (_name, [type, body]) => {
  expect([...seen(type, body)].some((text) => typeof text === "string" && text.includes(SCRIPT))).toBe(true);
  expect(refusedBy(type, body)).not.toBe("");
});

const refused: Record<string, readonly [type: string | undefined, body: string, by: string, error?: string]> =
  {
    "a form in EBCDIC": [
      "application/x-www-form-urlencoded; charset=cp500",
      "a=1",
      "wc-protocol-content-type",
    ],
    "a text in EBCDIC": ["text/plain; charset=ibm1047", "a", "wc-protocol-content-type"],
    "JSON in UTF-7": ["application/json; charset=utf-7", "{}", "wc-protocol-content-type"],
    "a text in UTF-16": ["text/plain; charset=ucs-2", "a\0", "wc-protocol-content-type"],
    "a form in UTF-16": [
      "application/x-www-form-urlencoded; charset=utf-16le",
      "a\0=\0",
      "wc-protocol-content-type",
    ],
    "an unknown set": [
      "application/json; charset=x-foo",
      "{}",
      "wc-protocol-content-type",
      "unknown_charset",
    ],
    "one known set and an unknown one": [
      "application/json; charset=utf-8; charset=x-foo",
      "{}",
      "wc-protocol-content-type",
      "unknown_charset",
    ],
    "XML of an unknown set": [
      "text/xml",
      '<?xml version="1.0" encoding="x-foo"?><o/>',
      "wc-protocol-unread-body",
      "unknown_charset",
    ],
    "XML of an unknown set under a header that says UTF-8": [
      "text/xml; charset=utf-8",
      '<?xml version="1.0" encoding="x-foo"?><o/>',
      "wc-protocol-unread-body",
      "unknown_charset",
    ],
    "XML of an unknown set that is guessed": [
      "text/plain",
      `<?xml version="1.0"${" ".repeat(900)}encoding='x-foo'?><o/>`,
      "wc-protocol-unread-body",
      "unknown_charset",
    ],
    "UTF-16 JSON that is none": [
      "application/json; charset=utf-16",
      utf16le('{"a":'),
      "wc-protocol-unread-body",
      "json_unexpected_end",
    ],
    "a part of JSON that ends early": [
      PART_TYPE,
      part("Content-Type: application/json\r\n", '{"a":'),
      "wc-protocol-unread-body",
      "json_unexpected_end",
    ],
    "a part of JSON that is too deep": [
      PART_TYPE,
      part("Content-Type: application/json\r\n", `${"[".repeat(1001)}${"]".repeat(1001)}`),
      "wc-protocol-unread-body",
      "json_too_deep",
    ],
    "a part of XML without markup": [
      PART_TYPE,
      part("Content-Type: text/xml\r\n", "order"),
      "wc-protocol-unread-body",
      "xml_no_markup",
    ],
    "a part of XML of an unknown set": [
      PART_TYPE,
      part("Content-Type: text/xml\r\n", '<?xml version="1.0" encoding="x-foo"?><o/>'),
      "wc-protocol-unread-body",
      "unknown_charset",
    ],
    "a part of JSON with an escape that is none": [
      PART_TYPE,
      part("Content-Type: application/json\r\n", '{"a":"\\q"}'),
      "wc-protocol-unread-body",
    ],
    "a part in UTF-7": [
      PART_TYPE,
      part("Content-Type: text/plain; charset=utf-7\r\n", "a"),
      "wc-protocol-ambiguous-part",
    ],
    "a part of text in UTF-16": [
      PART_TYPE,
      part("Content-Type: text/plain; charset=utf-16\r\n", "a\0"),
      "wc-protocol-ambiguous-part",
    ],
  };

test.each(Object.entries(refused))("%s is refused", (_name, [type, body, by, error = ""]) => {
  expect(refusedBy(type, body)).toBe(by);
  expect(reader(type, body)("error")).toBe(error);
});

test("parts that are too long for their readers are that first of all", () => {
  const type = "Content-Type: application/json\r\n";
  const long = part(type, JSON.stringify("a".repeat(200_000)));
  expect(reader(PART_TYPE, long)("error")).toBe("body_too_long");
  const both = part(type, "{").replace("--b0--\r\n", "") + long;
  expect(reader(PART_TYPE, both)("error")).toBe("body_too_long");
  expect(refusedBy(PART_TYPE, both)).not.toBe("");
});

test.each<[text: string, types: readonly (string | undefined)[], expected: readonly string[]]>([
  ['"C:\\Users\\me"', ["text/plain", undefined], []],
  ['"\\d+"', ["text/plain", "text/csv", undefined], []],
  ["'\\w+@\\w+'", ["text/plain"], []],
  ['"\\d+" "\\w+"', ["text/plain"], []],
  ['"\\d+"', ["application/json"], ["json_invalid_escape"]],
  ['["\\d+"]', ["text/plain"], ["json_invalid_escape"]],
  ['{"a":"\\d+"}', ["text/plain"], ["json_invalid_escape"]],
  ['{"a":"\\d+"', ["text/plain"], []],
])("%s of the types %j has the anomalies %j", (text, types, expected) => {
  for (const type of types) {
    const anomalies = reader(type, text)("anomalies");
    expect(anomalies).toEqual(type === undefined ? ["missing_content_type", ...expected] : expected);
    expect(refusedBy(type, text)).toBe(expected.length === 0 ? "" : "wc-protocol-unread-body");
  }
});

test("an attack in such a string is found", () => {
  expect(refusedBy("text/plain", `"\\d${ESCAPED}"`)).toMatch(/^wc-xss/);
});

test("bytes that begin as a number does are no JSON", () => {
  const bytes = `"\0${"\x01\x07\x9c\xf3\0\x02".repeat(200)}`;
  const read = reader("application/octet-stream", bytes);
  expect([read("kind"), read("outcome"), read("unread")]).toEqual(["opaque", "opaque", ""]);
});

test("UTF-16 in a declaration that can be read without it is not believed", () => {
  const read = reader("text/xml; charset=utf-8", '<?xml version="1.0" encoding="utf-16"?><o>x</o>');
  expect([read("error"), read("xml.values")]).toEqual(["", ["x"]]);
});

describe("text in its usual set passes", () => {
  const TEXTS: Record<string, readonly [sets: readonly string[], texts: readonly string[]]> = {
    Japanese: [
      ["Shift_JIS", "x-sjis", "windows-31j", "EUC-JP", "utf-8"],
      // Characters whose second byte is a backslash, a bar or a brace in Shift_JIS.
      [
        "予約する",
        "ソフトウェア 表示",
        "能力 十 申込",
        "ポスト ミソ ボード",
        "2026年11月 ～ 住所：東京都千代田区",
      ],
    ],
    "simplified Chinese": [
      ["GBK", "gb2312", "GB18030", "x-gbk", "utf-8"],
      ["中文内容", "订单 备注：请尽快发货", "软件 产品 运营"],
    ],
    "traditional Chinese": [
      ["Big5", "big5-hkscs", "utf-8"],
      ["許功蓋 淚 珮", "成功 餐廳訂位", "地址：台北市中正區"],
    ],
    Korean: [
      ["EUC-KR", "windows-949", "ks_c_5601-1987", "utf-8"],
      ["안녕하세요 주문", "한국어 게시판", "서울특별시"],
    ],
    Thai: [
      ["TIS-620", "windows-874", "iso-8859-11"],
      ["สวัสดีครับ", "ที่อยู่ กรุงเทพ"],
    ],
    Russian: [
      ["windows-1251", "koi8-r", "ISO_8859-5", "cp866"],
      ["Привет, мир", "Оформить заказ"],
    ],
    Western: [
      ["ISO_8859-1", "latin1", "windows-1252", "iso-8859-15", "cp1252"],
      ["Grüße aus Köln", "déjà vu"],
    ],
  };
  const bodies = Object.entries(TEXTS).flatMap(([language, [sets, texts]]) =>
    sets.flatMap((set) => {
      const label = set.toLowerCase();
      const encode = label === "utf-8" ? utf8Encode : encoderOf(label);
      return texts.flatMap((text) => {
        const json = encode(JSON.stringify({ name: text, note: `${text} 1`, tags: [text, "a"] }));
        const xml = encode(
          `<?xml version="1.0" encoding="${set}"?><order><name id="${text}">${text}</name></order>`,
        );
        const raw = encode(text);
        const escaped = [...raw]
          .map((byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`)
          .join("");
        const sent: readonly (readonly [string, string])[] = [
          [`application/json; charset=${set}`, json],
          [`text/plain; charset=${set}`, raw],
          [`text/plain;charset="${set}"`, json],
          [`application/x-www-form-urlencoded; charset=${set}`, `name=${escaped}&note=${escaped}+1`],
          [`application/xml; charset=${set}`, xml],
          ["text/xml", xml],
          [PART_TYPE, part(`Content-Type: text/plain; charset=${set}\r\n`, raw)],
          [PART_TYPE, part(`Content-Type: application/json; charset=${set}\r\n`, json)],
          [PART_TYPE, part("Content-Type: text/xml\r\n", xml)],
          [`${PART_TYPE}; charset=${set}`, part("", raw)],
          [PART_TYPE, part("", set, 'form-data; name="_charset_"').replace("--b0--\r\n", "") + part("", raw)],
        ];
        return sent.map(([type, body]) => ({ language, type, body }));
      });
    }),
  );
  const wide = ["予約 ソフト", "Grüße"].flatMap((text) =>
    Object.entries({
      "utf-16": (all: string) => `\xff\xfe${utf16le(all)}`,
      "utf-16le": utf16le,
      "utf-16be": utf16be,
    }).flatMap(([set, encode]) => [
      {
        language: set,
        type: `application/json; charset=${set}`,
        body: encode(JSON.stringify({ name: text })),
      },
      { language: set, type: "application/json", body: encode(JSON.stringify({ name: text })) },
      {
        language: set,
        type: `text/xml; charset=${set}`,
        body: encode(`<?xml version="1.0" encoding="utf-16"?><order>${text}</order>`),
      },
      {
        language: set,
        type: PART_TYPE,
        body: part(
          `Content-Type: application/json; charset=${set}\r\n`,
          encode(JSON.stringify({ name: text })),
        ),
      },
    ]),
  );

  test("with the managed rules", () => {
    const found = [...bodies, ...wide]
      .map(({ language, type, body }) => ({ language, type, body, by: refusedBy(type, body) }))
      .filter(({ by }) => by !== "");
    expect(found).toEqual([]);
  });

  test("and is inspected", () => {
    const found = [...bodies, ...wide]
      .map(({ type, body }) => ({ type, body, outcome: reader(type, body)("outcome") }))
      .filter(({ outcome }) => outcome !== "inspected");
    expect(found).toEqual([]);
  });
});

describe("what a reader of the set returns is among what rules see", () => {
  const SETS = [
    "shift_jis",
    "gbk",
    "gb18030",
    "big5",
    "euc-kr",
    "euc-jp",
    "iso-2022-jp",
    "windows-1252",
    "tis-620",
    "utf-8",
  ];
  const PIECES = [
    ..."ab<'+&=",
    "\\u003c",
    "\\u0022",
    "\\\\",
    '\\"',
    "\x5c",
    "\x83",
    "\x81\x5c",
    "\x95\x5c",
    "\xc8\x40",
    "\x81\x30\x81\x30",
    "\x1b$B",
    "\x1b(B",
    "\x1b(J",
    "\xa4\xa2",
    "\xfe\x7c",
    '","b":"',
    "%83%5C",
    "%5C",
  ];
  const drawn = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(""));
  const isUtf8Safe = (text: string) => !/[^\0-\x7f]/.test(text);
  /** Of sets of one byte rules see the bytes, which have the same ASCII. */
  const known = (label: string, text: string): string =>
    charsetOf(label)?.kind === "ascii" ? text.replace(/[^\0-\x7f]+/g, "") : utf8Encode(text);
  const shown = (label: string, texts: Iterable<unknown>): ReadonlySet<unknown> =>
    new Set(
      [...texts].map((text) =>
        typeof text === "string" && charsetOf(label)?.kind === "ascii"
          ? text.replace(/[^\0-\x7f]+/g, "")
          : text,
      ),
    );

  function strings(value: unknown): readonly string[] {
    if (typeof value === "string") return [value];
    return value !== null && typeof value === "object" ? Object.values(value).flatMap(strings) : [];
  }

  function parsed(text: string): readonly string[] {
    try {
      return strings(JSON.parse(text));
    } catch {
      return [];
    }
  }

  test("JSON, as a body and as a part", () => {
    let read = 0;
    fc.assert(
      fc.property(fc.constantFrom(...SETS), drawn, (label, inside) => {
        const json = `{"a":"${inside}"}`;
        const decoded = parsed(new TextDecoder(label).decode(bytesOf(json)));
        const asBytes = parsed(new TextDecoder().decode(bytesOf(json))).filter(isUtf8Safe);
        read += decoded.length;
        const values = [...decoded.map((text) => known(label, text)), ...asBytes];
        const whole = reader(`application/json; charset=${label}`, json)("json.values");
        const inPart = reader(
          PART_TYPE,
          part(`Content-Type: application/json; charset=${label}\r\n`, json),
        )("nested.values");
        for (const found of [whole, inPart]) {
          const all = shown(label, Array.isArray(found) ? found : []);
          for (const value of values) expect(all).toContain(value);
        }
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  test("forms, whether the set is undone before percent-encoding or behind", () => {
    fc.assert(
      fc.property(fc.constantFrom(...SETS), drawn, (label, inside) => {
        const form = `a=${inside.replaceAll("\\u0022", "")}`;
        const read = reader(`application/x-www-form-urlencoded; charset=${label}`, form);
        const all = shown(label, [read("decoded"), read("unread")].flat(2));
        const before = [...new URLSearchParams(new TextDecoder(label).decode(bytesOf(form))).values()];
        const behind = form
          .split("&")
          .map((pair) => pair.slice(pair.indexOf("=") + 1).replaceAll("+", " "))
          .map((value) =>
            value.replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
              String.fromCharCode(Number.parseInt(hex, 16)),
            ),
          )
          .map((value) => new TextDecoder(label).decode(bytesOf(value)));
        for (const value of [...before, ...behind]) {
          // Broken UTF-8 of percent-encodings stays as its bytes.
          if (!value.includes("\ufffd") && !value.includes("%")) expect(all).toContain(known(label, value));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
