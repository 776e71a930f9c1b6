import { describe, expect, test } from "vitest";
import { noise } from "../../support/noise.ts";
import type { BodyView } from "../../support/source/index.ts";
import { Budget } from "../../support/source/language/values.ts";
import { BODY_ANOMALIES, hasNoBody, ParsedBody, sniffMediaType } from "../../support/source/request/body.ts";
import { Headers } from "../../support/source/request/head.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../support/source/request/view.ts";

const limits = {
  ...DEFAULT_REQUEST_LIMITS,
  maxBodyBytes: 40,
  maxFormFields: 3,
  maxJsonDepth: 5,
  maxJsonValues: 4,
  maxXmlDepth: 3,
};
const budget = () => new Budget(10_000);
const fullyDecoded = (text: string) => decodeURIComponent(decodeURIComponent(text.replaceAll("\x7f", "")));

function body(bytes: string, rawHeaders: readonly string[], truncated = false): ParsedBody {
  return new ParsedBody({ bytes, truncated }, Headers.fromRaw(rawHeaders, 100), limits);
}

const form = ["Content-Type", "application/x-www-form-urlencoded"];

describe("ParsedBody", () => {
  test.each([
    ["application/x-www-form-urlencoded", "form"],
    ["Application/X-WWW-Form-Urlencoded; charset=utf-8", "form"],
    ["multipart/form-data; boundary=b", "multipart"],
    ["multipart/mixed", "multipart"],
    ["application/json", "json"],
    ["application/problem+json; charset=utf-8", "json"],
    ["text/json", "json"],
    ["application/x-www-form-urlencoded, x", "form"],
    ["application/x-urlencoded", "form"],
    ["application/multipart; boundary=b", "multipart"],
    ["application/x-amz-json-1.1", "json"],
    ["application/csp-report", "json"],
    ["application/json5", "json"],
    ["application/soap+xml", "xml"],
    ["text/xml; charset=utf-8", "xml"],
    ["text/plain", "text"],
    ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "text"],
    ["", "text"],
  ])("%s is read as %j", (type, kind) => {
    expect(body("x y", ["content-type", type]).kind(budget())).toBe(kind);
  });

  test.each<[bytes: string, type: string, kind: string, outcome: string, reason?: string]>([
    ["", "text/plain", "", ""],
    ["hello", "text/plain", "text", "inspected"],
    [' {"a":1}', "", "json", "inspected"],
    ["\xef\xbb\xbf[1]", "text/plain", "json", "inspected"],
    ['"x"', "application/octet-stream", "json", "inspected"],
    // A guess that fails was none, but for a limit.
    ["{not: json", "text/plain", "text", "inspected"],
    ["[1] (see)", "text/plain", "text", "inspected"],
    ["[[[[[[1]]]]]]", "text/plain", "json", "partly", "json_too_deep"],
    ["[1,2,3,4,5]", "", "json", "partly", "json_too_many_values"],
    ["<r><k><c><d>1</d></c></k></r>", "text/plain", "xml", "partly", "xml_too_deep"],
    ["<r><k><c><d><e>", "text/plain", "xml", "partly", "xml_too_deep"],
    // Elements of other markup need no end.
    ["<r@k><k><c><d>1", "text/plain", "text", "inspected"],
    ["<r><k></c><c><d>1", "text/plain", "text", "inspected"],
    ["a=1&b=%32", "", "form", "inspected"],
    ["a = 1", "text/plain", "text", "inspected"],
    ["=1&b=2", "", "form", "inspected"],
    ["&&=&b=2", "", "form", "inspected"],
    ["a&b&c=2", "", "form", "inspected"],
    ["Tom & Jerry = 2", "", "text", "inspected"],
    ["<order/>", "", "xml", "inspected"],
    ["<p>Hello</p>", "text/html", "text", "inspected"],
    ["<!-- x -->", "text/plain", "text", "inspected"],
    // The first element tells; comments do not.
    ["<!-- x --><r>1</r>", "text/plain", "xml", "inspected"],
    ["<!-- x -->\n<!-- y --> <p>1</p>", "text/plain", "text", "inspected"],
    ["<?xml version='1.0'?><!-- y --><r/>", "", "xml", "inspected"],
    ["<?xml version='1.0'?><html/>", "", "xml", "inspected"],
    ["<!-- <p> <r/>", "", "text", "inspected"],
    // One zero byte makes no bytes of a text; a signature of letters alone neither.
    ["q=<script>alert(1)</script>\0", "text/plain", "form", "inspected"],
    ["BM=1", "", "form", "inspected"],
    ["BM......", "image/bmp", "opaque", "opaque", "image/bmp"],
    ["\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "", "opaque", "opaque", "image/png"],
    ["\x89PNG\r\n\x1a\nx", "image/png", "opaque", "opaque", "image/png"],
    ["%PDF-1.4", "application/octet-stream", "opaque", "opaque", "application/pdf"],
    // The head of an image makes no image of a text.
    ["\x89PNG\r\n\x1a\na text of letters", "application/octet-stream", "text", "inspected"],
    ["\x1f\x8b\x08\0a text of letters", "application/javascript", "text", "inspected"],
    ["\0\x01\x02abc", "application/octet-stream", "opaque", "opaque", "application/octet-stream"],
    ["\0\x01\x02abc", "text/plain", "text", "inspected"],
    ["\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0", "", "text", "inspected"],
    ["\x01\xcf\xf0\xe8\xe2\xe5\xf2", "", "opaque", "opaque", "application/octet-stream"],
    // Streams of Connect and gRPC.
    ["\0\0\0\0\x02{}\x02\0\0\0\x02{}", "application/connect+json", "json", "inspected"],
    ['\0\0\0\0\x07{"a":1}', "application/grpc-web+json; charset=utf-8", "json", "inspected"],
    ["\0\0\0\0\x03{}", "application/grpc+json", "json", "partly", "json_syntax"],
    ["\x01\0\0\0\x02{}", "application/connect+json", "json", "partly", "json_syntax"],
    ["\0\0\0\0\x02{}", "application/json", "json", "partly", "json_syntax"],
    // What declares a reader is read, whatever it looks like.
    ["\0\x01\x02abc", "application/json", "json", "partly", "json_syntax"],
    ["{", "application/json", "json", "partly", "json_unexpected_end"],
    ["x".repeat(41), "text/plain", "text", "partly", "truncated"],
  ])("%j of type %j is read as %j and %s", (bytes, type, kind, outcome, reason = "") => {
    const parsed = body(bytes, ["content-type", type]);
    expect([parsed.kind(budget()), parsed.outcome(budget()), parsed.reason(budget())]).toEqual([
      kind,
      outcome,
      reason,
    ]);
  });

  test("of a long text that is declared as bytes the beginning is judged, and the outcome says so", () => {
    const own = { ...limits, maxBodyBytes: 100, maxInspectedBytes: 10 };
    const made = (type: string, bytes: string) => {
      const parsed = new ParsedBody(
        { bytes, truncated: false },
        Headers.fromRaw(["content-type", type], 100),
        own,
      );
      const all = budget();
      return [parsed.outcome(all), parsed.reason(all), parsed.unread(all)];
    };
    expect(made("application/octet-stream", "ten bytes.")).toEqual(["inspected", "", "ten bytes."]);
    expect(made("application/offset+octet-stream", "ten bytes. more")[0]).toBe("opaque");
    expect(made("application/octet-stream", "ten bytes. more")).toEqual([
      "opaque",
      "text/plain",
      "ten bytes.",
    ]);
    expect(made("text/plain", "ten bytes. more")).toEqual(["partly", "body_too_long", "ten bytes."]);
  });

  const field = "&q=<script>alert(1)</script>&z=";

  // A reader of text or of forms that goes by no type takes the bytes around it for its values.
  test.each<[name: string, bytes: string]>([
    ["a signature of four bytes", "\x1f\x8b\x08\0<script>alert(1)</script>"],
    ["the head of an image", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR<script>alert(1)</script>"],
    ["few bytes", `${noise(200)}${field}${noise(200)}`],
    ["many bytes", `${noise(9_000)}${field}${noise(9_000)}`],
    ["very many bytes", `${noise(90_000)}${field}${noise(30_000)}`],
    ["zeros", `${"\0".repeat(5_000)}${field}${"\0".repeat(5_000)}`],
  ])("rules see what is legible behind %s without a type", (_, bytes) => {
    const own = { ...limits, maxBodyBytes: 1_000_000, maxInspectedBytes: 163_840 };
    const isSeen = (type: readonly string[]) =>
      new ParsedBody({ bytes, truncated: false }, Headers.fromRaw(type, 100), own)
        .unread(budget())
        .includes("<script>");
    for (const type of [[], ["content-type", ""], ["content-type", "*/*"]]) expect(isSeen(type)).toBe(true);
    expect(isSeen(["content-type", "image/png"])).toBe(false);
  });

  test.each<[name: string, bytes: string, kind: string, error: string]>([
    [
      "what begins as a form among bytes is part of them",
      `${noise(3_000).replace(/[&=]/g, "")}&a=1${"x".repeat(3_000)}${noise(9_000)}`,
      "opaque",
      "",
    ],
    ["a form behind a few bytes is one", `\x7fELF&a=${"x".repeat(9_000)}`, "form", ""],
    [
      "a text that has bytes in one place, and is too long to be read, is none",
      `${"x ".repeat(9_000)}${noise(9_000)}${"x ".repeat(9_000)}`,
      "opaque",
      "",
    ],
    ["a text that has none is too long", `\0${"x ".repeat(18_000)}`, "text", "body_too_long"],
  ])("without a type %s", (_, bytes, kind, error) => {
    const own = { ...limits, maxBodyBytes: 100_000, maxInspectedBytes: 16_384 };
    const parsed = new ParsedBody({ bytes, truncated: false }, Headers.fromRaw([], 100), own);
    expect([parsed.kind(budget()), parsed.error(budget())]).toEqual([kind, error]);
  });

  // Most servers undo no content coding of requests, and a coding has room for what it does not stand for.
  test.each<[type: string, coded: string]>([
    ["application/x-www-form-urlencoded", "&q=%3Cscript%3Ealert(1)%3C/script%3E&"],
    [
      "multipart/form-data; boundary=b",
      '--b\r\nContent-Disposition: form-data; name="q"\r\n\r\n<script>alert(1)</script>',
    ],
    ["application/json", "<script>alert(1)</script>"],
    ["text/plain", "q=%253Cscript%253Ealert(1)"],
    ["", "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="],
    ["application/x-www-form-urlencoded", "&q=1+or+<script>&"],
  ])("rules see what is legible in the coded bytes of %j", (type, inside) => {
    const made = (given: string, declared: string) => {
      const coded = `\x1f\x8b\x08\x10\0\0\0\0\0\x03${inside}\0\x4b\xb4\x35`;
      const headers = Headers.fromRaw(["content-type", declared, "content-encoding", "gzip"], 100);
      const parsed = new ParsedBody({ bytes: given, truncated: false, coding: "undone", coded }, headers, {
        ...limits,
        maxBodyBytes: 1_000,
      });
      const seen = [parsed.unread(budget()), ...parsed.decoded(budget()).texts.flat()].map(fullyDecoded);
      return [seen.some((text) => text.includes("<script>")), parsed.unseen(budget())];
    };
    expect(made("a=1", type)).toEqual([true, undefined]);
    expect(made("a=1", "image/png")).toEqual([false, undefined]);
  });

  test("a coding that holds more text than is read is refused", () => {
    const headers = Headers.fromRaw([...form, "content-encoding", "br"], 100);
    const own = { ...limits, maxInspectedBytes: 30 };
    const parsed = (coded: string) =>
      new ParsedBody({ bytes: "a=1", truncated: false, coding: "undone", coded }, headers, own);
    expect(parsed(`\x01${"x".repeat(30)}`).error(budget())).toBe("");
    expect(parsed(`\x01${"x".repeat(31)}`).error(budget())).toBe("content_coding");
    expect(parsed(`\x01${"x".repeat(31)}`).unseen(budget())?.status).toBe(415);
    // Nobody works on more of it than tells that there is too much.
    for (const run of ["x".repeat(99), "a=1&b=%253C\n".repeat(99), "a=1&b=%253Cb\0".repeat(99)])
      expect(parsed(`\x01${run}`).inCoding).toHaveLength(31);
  });

  test("of a file that is no text everywhere, markup is looked for in what is legible", () => {
    const prose = "some words ".repeat(300);
    const own = { ...limits, maxBodyBytes: 100_000, maxInspectedBytes: 100_000 };
    const decodedOf = (bytes: string) => {
      const parsed = new ParsedBody({ bytes, truncated: false }, Headers.fromRaw([], 100), own);
      const work = new Budget(1_000_000);
      return [parsed.kind(work), parsed.decoded(work).texts.flat()];
    };
    const glyphs = "<a\x01\x02\x80>\x03\x04".repeat(3_000);
    expect(decodedOf(`${prose}${glyphs}${prose}`)).toEqual(["text", []]);
    const element = "<zz>&lt;one element></zz>";
    expect(decodedOf(`${prose}${glyphs}${element}${glyphs}${prose}`)).toEqual(["text", ["<one element>"]]);
  });

  test.each<[coding: BodyView["coding"], error: string]>([
    [undefined, "content_coding"],
    ["faulty", "content_coding"],
    ["undone", ""],
  ])("a content coding that is %s: error %j", (coding, error) => {
    const headers = Headers.fromRaw([...form, "Content-Encoding", "gzip"], 100);
    const parsed = new ParsedBody({ bytes: "a=1", truncated: false, coding }, headers, limits);
    expect(parsed.error(budget())).toBe(error);
  });

  const BYTES = "\x00\xff\x82\x13metric\x03\xfe";
  test.each<[type: string, coding: string, bytes: string, outcome: string]>([
    ["application/x-protobuf", "snappy", BYTES, "opaque"],
    ["application/octet-stream", "LZ4", BYTES, "opaque"],
    ["application/x-protobuf", "snappy", "a=1&b=text", "partly"],
    ["application/x-protobuf", "gzip", BYTES, "partly"],
    ["application/x-protobuf", "snappy, gzip", BYTES, "partly"],
    ["application/x-protobuf", "zstd", BYTES, "partly"],
    ["application/json", "snappy", BYTES, "partly"],
    ["application/x-www-form-urlencoded", "snappy", BYTES, "partly"],
    ["multipart/form-data; boundary=b", "snappy", BYTES, "partly"],
  ])("bytes of %s that are in %s and not undone: %#", (type, coding, bytes, outcome) => {
    const headers = Headers.fromRaw(["Content-Type", type, "Content-Encoding", coding], 100);
    for (const state of [undefined, "faulty"] as const) {
      const parsed = new ParsedBody({ bytes, truncated: false, coding: state }, headers, limits);
      expect(parsed.outcome(budget())).toBe(outcome);
    }
  });

  test("splits forms without decoding; repeats stay", () => {
    const { names, values } = body("a=%20&a=+&&b", form).form(budget());
    expect(names).toEqual(["a", "a", "b"]);
    expect(values).toEqual(["%20", "+", ""]);
  });

  test("other kinds have no form, parts or JSON", () => {
    const text = body("a b", ["Content-Type", "text/plain"]);
    expect(text.form(budget()).names).toEqual([]);
    expect(text.multipart(budget()).parts).toEqual([]);
    expect(text.json(budget()).names).toEqual([]);
    expect(text.error(budget())).toBe("");
  });

  test.each([
    ["a=1", form, "", []],
    ["a&b&c&d", form, "form_too_many_fields", []],
    ["x", [], "", ["missing_content_type"]],
    ["", [], "", []],
    ["a", [...form, "Content-Type", "text/plain"], "", ["duplicate_content_type"]],
    ["a", [...form, "Content-Encoding", "gzip"], "content_coding", ["content_encoding"]],
    ["a", [...form, "Content-Encoding", "identity, "], "", []],
    ["a", ["Content-Type", "text/plain; charset=utf-16"], "", ["unusual_charset"]],
    ["a", ["Content-Type", "text/plain; x"], "", ["malformed_content_type"]],
    ["a".repeat(41), form, "truncated", ["truncated"]],
    ["{}", ["Content-Type", "application/json; x=multipart"], "", ["ambiguous_content_type"]],
    ["a", ["Content-Type", "text/plain; x=multipart"], "", ["ambiguous_content_type"]],
    [
      "a",
      ["Content-Type", "text/plain;multipart/form-data"],
      "",
      ["malformed_content_type", "ambiguous_content_type"],
    ],
    [
      "a=b",
      ["Content-Type", "application/x-www-form-urlencoded; multipart/form-data"],
      "",
      ["malformed_content_type", "ambiguous_content_type"],
    ],
    ["{", ["Content-Type", "application/json"], "json_unexpected_end", []],
    ["{}", ["Content-Type", "application/json"], "", []],
    ["x", ["Content-Type", "multipart/form-data"], "multipart_no_boundary", []],
  ])("%j with %j", (bytes, rawHeaders, error, anomalies) => {
    const parsed = body(bytes, rawHeaders);
    expect(parsed.error(budget())).toBe(error);
    expect(parsed.anomalies(budget())).toEqual(anomalies);
  });

  test.each<[isAmbiguous: boolean, types: readonly string[]]>([
    [
      true,
      [
        "image/png;json",
        "image/png;JSON",
        "image/png; x=json",
        "image/png; profile=json",
        "image/png; type=json",
        "image/png;multipart;boundary=b",
        "text/plain;multipart;boundary=b",
        "text/plain; boundary=multipart",
        "text/plain;urlencoded",
        "text/plain; x=1 json",
        "text/plain, application/json",
        "text/xml; x=json",
        "multipart/form-data; boundary=b; x-type=json",
        'multipart/related; boundary=b; type="\\"; json"',
        "application/json; urlencoded",
      ],
    ],
    [
      false,
      [
        "text/plain; charset=utf-8; format=flowed",
        "image/png",
        "application/json; x=json",
        'application/vnd.api+json; ext="https://a.example/multipart"',
        'application/ld+json; profile="https://a.example/urlencoded"',
        'application/xml; profile="https://a.example/json"',
        'multipart/related; type="application/json"; boundary=b',
        'multipart/related; boundary=b; type="application/dicom+json"',
        'multipart/related; boundary=b;type="application/xop+xml"; start="<json>" ;start-info="application/soap+xml"',
        'application/soap+xml; action="urn:get-json"',
        "multipart/form-data; boundary=----json",
        'multipart/form-data; boundary="--urlencoded;json"',
      ],
    ],
  ])("whether a word of another type makes types ambiguous: %j", (isAmbiguous, types) => {
    const found = types.filter((type) =>
      body("a", ["Content-Type", type]).anomalies(budget()).includes("ambiguous_content_type"),
    );
    expect(found).toEqual(isAmbiguous ? types : []);
  });

  test("cuts at the limit", () => {
    const cut = body("x".repeat(50), form);
    expect([cut.bytes.length, cut.truncated, cut.size]).toEqual([40, true, 50]);
    const announced = body("x".repeat(10), ["Content-Length", "999"], true);
    expect([announced.bytes.length, announced.truncated, announced.size]).toEqual([10, true, 999]);
    const whole = body("x".repeat(40), form);
    expect([whole.bytes.length, whole.truncated, whole.size]).toEqual([40, false, 40]);
  });
});

test.each<[method: string, version: string, rawHeaders: readonly string[], expected: boolean]>([
  ["GET", "HTTP/1.1", [], true],
  ["POST", "HTTP/1.1", [], true],
  ["POST", "HTTP/1.1", ["Content-Length", "0"], true],
  ["POST", "HTTP/1.1", ["Content-Length", "1"], false],
  ["GET", "HTTP/1.1", ["Transfer-Encoding", "chunked"], false],
  ["POST", "HTTP/2", [], false],
  ["GET", "HTTP/2", [], true],
  ["POST", "HTTP/1.1", [...Array(10).fill(["A", ""]).flat(), "Transfer-Encoding", "chunked"], false],
])("%s %s %j certainly has no body: %s", (method, version, rawHeaders, expected) => {
  expect(hasNoBody(method, version, Headers.fromRaw(rawHeaders, 10))).toBe(expected);
});

test.each([
  ["", ""],
  ["\x89PNG\r\n\x1a\n...", "image/png"],
  ["RIFF....WEBPVP8", "image/webp"],
  ["....ftypisom", "video/mp4"],
  ["%PDF-1.7", "application/pdf"],
  ["PK\x03\x04", "application/zip"],
  [" <!DOCTYPE HTML>", "text/html"],
  ["<?xml version='1.0'?>", "text/xml"],
  ["<?php echo 1;", "application/x-httpd-php"],
  [' {"a":1}', "application/json"],
  ["plain", "text/plain"],
  ["a\0b", "application/octet-stream"],
])("%j looks like %j", (bytes, type) => {
  expect(sniffMediaType(bytes)).toBe(type);
});

const at = (offset: number, bytes: string): string => ".".repeat(offset) + bytes;

test.each([
  ["image/jpeg", "\xff\xd8\xff"],
  ["image/gif", "GIF87a"],
  ["image/gif", "GIF89a"],
  ["audio/wav", at(8, "WAVE")],
  ["video/x-msvideo", at(8, "AVI ")],
  ["image/bmp", "BM"],
  ["image/tiff", "II*\0"],
  ["image/tiff", "MM\0*"],
  ["image/x-icon", "\0\0\x01\0"],
  ["image/avif", at(4, "ftypavif")],
  ["image/heic", at(4, "ftypheic")],
  ["video/quicktime", at(4, "ftypqt")],
  ["audio/mp4", at(4, "ftypM4A")],
  ["video/webm", "\x1aE\xdf\xa3"],
  ["audio/ogg", "OggS"],
  ["audio/flac", "fLaC"],
  ["audio/mpeg", "ID3"],
  ["audio/mpeg", "\xff\xfb"],
  ["audio/midi", "MThd"],
  ["application/zip", "PK\x05\x06"],
  ["application/gzip", "\x1f\x8b"],
  ["application/x-bzip2", "BZh"],
  ["application/x-xz", "\xfd7zXZ\0"],
  ["application/x-7z-compressed", "7z\xbc\xaf\x27\x1c"],
  ["application/vnd.rar", "Rar!\x1a\x07"],
  ["application/zstd", "\x28\xb5\x2f\xfd"],
  ["application/x-tar", at(257, "ustar")],
  ["application/x-elf", "\x7fELF"],
  ["application/x-msdownload", "MZ"],
  ["application/java-vm", "\xca\xfe\xba\xbe"],
  ["application/x-java-serialized-object", "\xac\xed\0\x05"],
  ["application/wasm", "\0asm"],
  ["application/x-ole-storage", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
  ["font/woff", "wOFF"],
  ["font/woff2", "wOF2"],
  ["application/rtf", "{\\rtf"],
  ["text/x-shellscript", "#!"],
  ["text/html", "\xef\xbb\xbf \t\r\n<HTML>"],
  ["text/html", "<head>"],
  ["text/html", "<body>"],
  ["text/html", "<script>"],
  ["text/html", "<iframe>"],
  ["image/svg+xml", "<svg>"],
  ["text/xml", " <?xml"],
  ["application/json", "[1]"],
  ["text/plain", "\t\n\v\f\r\x1b\x7f\xff"],
  ["application/octet-stream", "a\x08"],
  ["application/octet-stream", "a\x0e"],
  ["application/octet-stream", "a\x1f"],
  ["text/plain", `${"a".repeat(512)}\0`],
  ["application/octet-stream", `${"a".repeat(511)}\0`],
])("%s begins so: %j", (type, bytes) => {
  expect(sniffMediaType(bytes)).toBe(type);
  // Other bytes in front, and it is something else.
  if (!/^(?:text|application\/octet-stream)/.test(type)) expect(sniffMediaType(`_${bytes}`)).not.toBe(type);
});

test("each code of a declaration is found", () => {
  const declared: readonly (readonly string[])[] = [
    [],
    ["Content-Type", "text/plain", "Content-Type", "text/html"],
    ["Content-Type", "text/plain; charset"],
    ["Content-Type", "text/plain; charset=utf-7", "Content-Encoding", "gzip"],
    ["Content-Type", "application/json; x=multipart"],
  ];
  const found = new Set(declared.flatMap((headers) => body("{}", headers, true).anomalies(budget())));
  expect([...found].sort()).toEqual([...BODY_ANOMALIES].sort());
});
