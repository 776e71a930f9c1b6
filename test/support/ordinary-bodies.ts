// Well-formed bodies as the clients that people use send them.
import fc from "fast-check";
import { bytesOf, type WrittenBody, writtenForms } from "./multipart-clients.ts";

interface BodiesOfKind {
  readonly name: string;
  readonly bodies: fc.Arbitrary<WrittenBody>;
}

/** Texts that people and programs write, with signs that attacks are made of. */
export const ORDINARY_TEXTS: readonly string[] = [
  "Grüße aus Köln",
  "O'Brien & Sons",
  "1 + 1 = 2",
  "50% off",
  "a < b, b > a",
  "select a size",
  "naïve café",
  "https://shop.example/a?b=c&d=e#f",
  "user+tag@shop.example",
  "C# and C++",
  "日本語のテキスト",
  "emoji 😀👩‍👩‍👧 in text",
  "line one\nline two",
  "line one\r\n\r\nline two",
  "2026-11-27T23:00:00.000Z",
  '"quoted"',
  "",
  "(555) 123-4567",
  "drop me a line",
  "it's; that's all",
  "C:\\Users\\me\\Documents",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJlLW9mLXRoaXM",
  "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
  "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
  "100 € – 200 €",
  "мир",
  "مرحبا",
  "[draft] notes {v2}",
  "#winter @home",
  "true",
  "null",
  "NaN",
  "-0.5e10",
  "Dear Sir or Madam,\n\nplease find attached the order of 12 November.\n\nKind regards",
];
const text = fc
  .array(fc.constantFrom(...ORDINARY_TEXTS), { minLength: 1, maxLength: 3 })
  .map((words) => words.join(" "));
const key = fc.constantFrom(
  "name",
  "title",
  "note",
  "userId",
  "first_name",
  "created-at",
  "FirstName",
  "tags",
  "Größe",
  "q",
  "_id",
  "@type",
  "x.y",
);
const scalar = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 1, arbitrary: fc.integer() },
  { weight: 1, arbitrary: fc.integer().map((thousandths) => thousandths / 1000) },
  { weight: 1, arbitrary: fc.constantFrom(true, false, null) },
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 3, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 4 }) },
    { weight: 2, arbitrary: fc.dictionary(key, tie("value"), { maxKeys: 5 }) },
  ),
}));

const position = fc.tuple(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.double({ min: -90, max: 90, noNaN: true }),
);
/** A line of about 128 KB, drawn from one of its positions. */
const geoJson = position.map(([longitude, latitude]) => ({
  type: "FeatureCollection",
  features: [
    {
      type: "Feature",
      properties: { name: "Rhine", length_km: 1233 },
      geometry: {
        type: "LineString",
        coordinates: Array.from({ length: 4600 }, (_, at) => [
          Number((longitude + at * 0.000_731).toFixed(6)),
          Number((latitude + at * 0.000_397).toFixed(6)),
          at % 97,
        ]),
      },
    },
  ],
}));
const series = fc.integer({ min: 0, max: 1000 }).map((start) => ({
  metric: "temperature",
  values: Array.from({ length: 15_000 }, (_, at) => (start + at * 7) % 1009),
}));
const applicationData = fc.oneof(
  fc.record({
    query: fc.constant("query Items($first: Int!) { items(first: $first) { id title } }"),
    variables: value,
  }),
  fc.record({
    data: fc.record({
      type: fc.constantFrom("articles", "people"),
      id: fc.constantFrom("1", "42"),
      attributes: value,
    }),
  }),
  // JSON in a string of JSON.
  fc.record({ event: text, payload: value.map((inner) => JSON.stringify(inner)) }),
);

type Writer = (data: unknown) => string;
const compact: Writer = (data) => JSON.stringify(data);
/** How languages write JSON. */
const WRITERS: readonly Writer[] = [
  compact,
  (data) => JSON.stringify(data, undefined, 2),
  // Python: ASCII, blanks behind separators.
  (data) => JSON.stringify(data, undefined, 1).replace(/[^\0-\x7f]/g, escapeUnit),
  // Go and .NET: what means something in HTML is escaped.
  (data) => JSON.stringify(data).replace(/[<>&'+\u2028\u2029]/g, escapeUnit),
  // PHP.
  (data) =>
    JSON.stringify(data)
      .replaceAll("/", "\\/")
      .replace(/[^\0-\x7f]/g, escapeUnit),
];
function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

const json: BodiesOfKind = {
  name: "json",
  bodies: fc
    .tuple(
      fc.constantFrom(
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "application/vnd.api+json",
        "application/ld+json",
        "application/merge-patch+json",
      ),
      fc.oneof(
        { weight: 90, arbitrary: fc.tuple(fc.constantFrom(...WRITERS), fc.oneof(value, applicationData)) },
        { weight: 1, arbitrary: fc.tuple(fc.constant(compact), geoJson) },
        { weight: 1, arbitrary: fc.tuple(fc.constant(compact), series) },
      ),
    )
    .map(([type, [write, data]]) => ({ type, body: bytesOf(write(data)) })),
};

const fieldValue = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 1, arbitrary: value.map((inner) => JSON.stringify(inner)) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("base64")),
  },
);
const fieldName = fc.constantFrom(
  "name",
  "q",
  "items[0][size]",
  "tags[]",
  "user.name",
  "Größe",
  "__RequestVerificationToken",
  "a b",
);

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
/** How clients write a form's names and values. */
const ENCODERS: readonly ((text: string) => string)[] = [
  // Browsers, OkHttp and Java.
  (one) => new URLSearchParams([["", one]]).toString().slice(1),
  // Python and Go.
  (one) =>
    encodeURIComponent(one)
      .replace(/[!'()*]/g, percent)
      .replaceAll("%20", "+"),
  // curl and .NET.
  (one) => encodeURIComponent(one).replace(/[!'()*]/g, percent),
  // As hasty clients do it, in lower case.
  (one) => encodeURIComponent(one).replace(/%[0-9A-F]{2}/g, (written) => written.toLowerCase()),
];

const form: BodiesOfKind = {
  name: "form",
  bodies: fc
    .tuple(
      fc.constantFrom(
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=utf-8",
      ),
      fc.constantFrom(...ENCODERS),
      fc.array(fc.tuple(fieldName, fieldValue), { minLength: 1, maxLength: 8 }),
    )
    .map(([type, encode, pairs]) => ({
      type,
      body: pairs.map(([name, one]) => `${encode(name)}=${encode(one)}`).join("&"),
    })),
};

export const escapeXml = (one: string): string =>
  one.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const cdata = (one: string): string => `<![CDATA[${one.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
const XML_TEXTS: readonly ((one: string) => string)[] = [
  escapeXml,
  cdata,
  (one) => escapeXml(one).replace(/[^\0-\x7f]/gu, (character) => `&#${character.codePointAt(0)};`),
  (one) => escapeXml(one).replaceAll("&quot;", '"').replaceAll("\r", "&#xD;"),
];

/** Documents round two texts that are written already. */
const DOCUMENTS: readonly (readonly [
  types: readonly string[],
  write: (one: string, attribute: string) => string,
])[] = [
  [
    ["application/xml", "text/xml"],
    (one, attribute) =>
      `<order id="42" note="${attribute}">\n  <item size="L">${one}</item>\n  <empty/>\n  <!-- made by hand -->\n</order>`,
  ],
  [
    ["text/xml; charset=utf-8", 'application/soap+xml; charset=utf-8; action="urn:Get"'],
    (one, attribute) =>
      `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Header/><soap:Body><Get xmlns="urn:shop"><q hint="${attribute}">${one}</q><from xsi:nil="true" /></Get></soap:Body></soap:Envelope>`,
  ],
  [
    ["application/rss+xml"],
    (one, attribute) =>
      `<rss version="2.0"><channel><title>${one}</title><link>https://shop.example/</link><item><guid isPermaLink="false">${attribute}</guid></item></channel></rss>`,
  ],
  [
    ["application/atom+xml; type=entry;charset=utf-8"],
    (one, attribute) =>
      `<entry xmlns="http://www.w3.org/2005/Atom"><title type="text">${one}</title><link rel="alternate" title="${attribute}"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>${one}</p></div></content></entry>`,
  ],
  [
    ["text/xml"],
    (one) =>
      `<methodCall><methodName>shop.find</methodName><params><param><value><string>${one}</string></value></param><param><value><int>42</int></value></param></params></methodCall>`,
  ],
  [
    ["image/svg+xml"],
    (one, attribute) =>
      `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>${one}</title><path id="${attribute}" d="M0 0L10 10z" fill="#c00"/></svg>`,
  ],
  [
    ["application/xml"],
    (one) =>
      `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0"><dict><key>name</key><string>${one}</string><key>n</key><integer>42</integer></dict></plist>`,
  ],
  [
    ["application/xml"],
    (one) =>
      `<propfind xmlns="DAV:"><prop><displayname>${one}</displayname><getcontentlength/></prop></propfind>`,
  ],
];
const DECLARATIONS = [
  "",
  '<?xml version="1.0" encoding="UTF-8"?>\n',
  '<?xml version="1.0"?>',
  "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\r\n",
];

const xml: BodiesOfKind = {
  name: "xml",
  bodies: fc
    .tuple(
      fc.constantFrom(...DOCUMENTS),
      fc.nat(),
      fc.constantFrom(...XML_TEXTS),
      text,
      text,
      fc.constantFrom(...DECLARATIONS),
      fc.integer({ min: 0, max: 19 }),
    )
    .map(([[types, write], which, textOf, one, attribute, declaration, mark]) => {
      const type = types[which % types.length] ?? "";
      const document = declaration + write(textOf(one), escapeXml(attribute).replace(/[\r\n]/g, " "));
      // .NET writes a mark, and UTF-16 where it is asked for it. A document type in UTF-16 is refused: nobody sends one.
      if (mark === 0) return { type, body: bytesOf(`\ufeff${document}`) };
      if (mark === 1 && !document.includes("<!DOCTYPE")) {
        const wide = document.replace(/encoding=(["'])utf-8\1/i, 'encoding="utf-16"');
        return {
          type: type.replace(/;\s*charset=[^;]*/, ""),
          body: Buffer.from(`\ufeff${wide}`, "utf16le").toString("latin1"),
        };
      }
      return { type, body: bytesOf(document) };
    }),
};

const FILES: readonly (readonly [name: string, type: string, head: string])[] = [
  ["photo.jpg", "image/jpeg", "\xff\xd8\xff\xe0\0\x10JFIF\0"],
  ["scan.png", "image/png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"],
  ["report.pdf", "application/pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"],
  ["all.zip", "application/zip", "PK\x03\x04\x14\0\0\0\x08\0"],
  [
    "order.docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "PK\x03\x04\x14\0\x06\0",
  ],
  ["data.bin", "application/octet-stream", "\0\x01\x02"],
  ["clip.mp4", "video/mp4", "\0\0\0\x20ftypisom"],
];
/** A form of fields with JSON and text, and a file of bytes, as a client of a phone sends it. */
const upload = fc
  .record({
    fields: fc.array(fc.tuple(fc.constantFrom("meta", "caption", "tags[]"), fieldValue), { maxLength: 3 }),
    file: fc.constantFrom(...FILES),
    bytes: fc.uint8Array({ maxLength: 3000, size: "max" }),
    encoding: fc.constantFrom(
      "",
      "Content-Transfer-Encoding: binary\r\n",
      "Content-Transfer-Encoding: 8bit\r\n",
    ),
    isExtended: fc.boolean(),
  })
  .map(({ fields, file: [name, type, head], bytes, encoding, isExtended }): WrittenBody => {
    const filename = `filename="${name}"${isExtended ? `; filename*=UTF-8''${name}` : ""}`;
    const content = head + Buffer.from(bytes).toString("latin1");
    const parts = fields.map(
      ([field, one]) => `Content-Disposition: form-data; name="${field}"\r\n${encoding}\r\n${bytesOf(one)}`,
    );
    parts.push(
      `Content-Disposition: form-data; name="file"; ${filename}\r\nContent-Type: ${type}\r\n${encoding}\r\n${content}`,
    );
    const boundary = "d3f1a9b27c6e4058";
    return {
      type: `multipart/form-data; boundary=${boundary}`,
      body: `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("")}--${boundary}--\r\n`,
    };
  });

const multipart: BodiesOfKind = {
  name: "multipart",
  bodies: fc.oneof({ weight: 2, arbitrary: writtenForms }, { weight: 1, arbitrary: upload }),
};

/** Bodies of each kind that a reader takes apart. */
export const ORDINARY_BODIES: readonly BodiesOfKind[] = [multipart, json, form, xml];
