import { describe, expect, test } from "vitest";
import { Budget } from "../../support/source/language/values.ts";
import { MULTIPART_ANOMALIES, parseMultipart, parseParameters } from "../../support/source/request/body.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../support/source/request/view.ts";

interface Expected {
  readonly type?: string;
  readonly truncated?: boolean;
  readonly contents?: readonly string[];
  readonly names?: readonly (readonly string[])[];
  readonly filenames?: readonly (readonly string[])[];
  readonly decoded?: readonly (readonly string[])[];
  readonly texts?: readonly (readonly string[])[];
  /** How the contents are read that have a reader of their own. */
  readonly kinds?: readonly (readonly string[])[];
  readonly isFile?: readonly boolean[];
  readonly anomalies?: readonly string[];
  readonly error?: string;
}

const limits = { ...DEFAULT_REQUEST_LIMITS, maxParts: 3, maxPartHeaders: 4, maxPartHeaderBytes: 200 };

function read(body: string, { type = "multipart/form-data; boundary=b", truncated = false }: Expected) {
  return parseMultipart(body, parseParameters(type), truncated, limits, new Budget(100_000));
}

function check(body: string, expected: Expected): void {
  const found = read(body, expected);
  expect(found.anomalies).toEqual(expected.anomalies ?? []);
  expect(found.error).toBe(expected.error ?? "");
  if (expected.decoded !== undefined)
    expect(found.parts.map(({ decodedContents }) => decodedContents)).toEqual(expected.decoded);
  if (expected.texts !== undefined)
    expect(found.parts.map(({ furtherTexts }) => furtherTexts)).toEqual(expected.texts);
  if (expected.kinds !== undefined) {
    const all = new Budget(100_000);
    expect(found.parts.map(({ contents }) => contents.map((content) => content.kind(all)))).toEqual(
      expected.kinds,
    );
  }
  if (expected.isFile !== undefined) expect(found.parts.map(({ isFile }) => isFile)).toEqual(expected.isFile);
  if (expected.contents !== undefined)
    expect(found.parts.map(({ content }) => content)).toEqual(expected.contents);
  if (expected.names !== undefined) expect(found.parts.map(({ names }) => names)).toEqual(expected.names);
  if (expected.filenames !== undefined)
    expect(found.parts.map(({ filenames }) => filenames)).toEqual(expected.filenames);
}

/** A body of one part with this disposition and further header lines. */
function part(disposition: string, headers = "", content = "x"): string {
  return `--b\r\nContent-Disposition: ${disposition}\r\n${headers}\r\n${content}\r\n--b--\r\n`;
}
const plain = 'form-data; name="a"';

const cases: Readonly<Record<string, [body: string, expected: Expected]>> = {
  "two parts": [
    `--b\r\nContent-Disposition: ${plain}\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name=c; filename="d.txt"\r\nContent-Type: text/plain\r\n\r\nline\r\n\r\nline\r\n--b--`,
    { contents: ["1", "line\r\n\r\nline"], names: [["a"], ["c"]], filenames: [[], ["d.txt"]] },
  ],
  "an empty part": [part(plain, "", ""), { contents: [""] }],
  "a part without its line end": [
    `--b\r\nContent-Disposition: ${plain}\r\n\r\n--b--`,
    { contents: [""], anomalies: ["multipart_part_without_body"] },
  ],
  "a boundary in quotes": [part(plain), { type: 'multipart/form-data; boundary="b"', contents: ["x"] }],
  "no boundary": [part(plain), { type: "multipart/form-data", contents: [], error: "multipart_no_boundary" }],
  "two boundaries": [
    part(plain),
    {
      type: "multipart/form-data; boundary=b; boundary=c",
      contents: ["x"],
      anomalies: ["multipart_duplicate_boundary"],
    },
  ],
  "a boundary of odd characters": [
    part(plain).replaceAll("--b", "--b<"),
    {
      type: 'multipart/form-data; boundary="b<"',
      contents: ["x"],
      anomalies: ["multipart_invalid_boundary"],
    },
  ],
  "rubbish in the type": [
    part(plain),
    { type: "multipart/form-data; rubbish; boundary=b", anomalies: ["multipart_malformed_content_type"] },
  ],
  "no delimiter": ["nothing", { error: "multipart_no_part" }],
  "nothing at all": ["", { error: "multipart_no_part" }],
  "a preamble": [`x\r\n${part(plain)}`, { contents: ["x"], anomalies: ["multipart_data_before_first_part"] }],
  "an epilogue": [
    `${part(plain)}--b\r\nContent-Disposition: form-data; name=hidden\r\n\r\ny\r\n--b--`,
    { contents: ["x", "y"], anomalies: ["multipart_data_after_end"] },
  ],
  "no end": [
    `--b\r\nContent-Disposition: ${plain}\r\n\r\nx`,
    { contents: ["x"], anomalies: ["multipart_missing_end"], error: "multipart_missing_end" },
  ],
  "no end, of a body that was cut": [
    `--b\r\nContent-Disposition: ${plain}\r\n\r\nx`,
    { truncated: true, contents: ["x"] },
  ],
  "LF alone": [
    `--b\nContent-Disposition: ${plain}\n\nx\n--b--\n`,
    { contents: ["x"], names: [["a"]], anomalies: ["multipart_bare_lf"] },
  ],
  "blanks behind the boundary": [
    part(plain).replace("--b\r", "--b \t\r"),
    { contents: ["x"], anomalies: ["multipart_blank_after_boundary"] },
  ],
  "a longer boundary is content": [
    part(plain, "", "x\r\n--bb\r\ny"),
    { contents: ["x\r\n--bb\r\ny"], anomalies: ["multipart_boundary_lookalike"] },
  ],
  "two names": [
    part('form-data; name=a; name="c"'),
    { names: [["a", "c"]], anomalies: ["multipart_duplicate_name"] },
  ],
  "filename and filename* that disagree": [
    part(`${plain}; filename=x.txt; filename*=UTF-8''s%68ell.php`),
    {
      filenames: [["x.txt", "shell.php"]],
      anomalies: ["multipart_duplicate_filename", "multipart_extended_parameter"],
    },
  ],
  "a blank behind a file name without quotes": [
    part('form-data; filename=x.txt ; name="a"'),
    { filenames: [["x.txt"]], texts: [['form-data; filename=x.txt ; name="a"']] },
  ],
  "a file name in pieces": [
    part(`${plain}; filename*0="a"; filename*1*=b`),
    { filenames: [["a", "b"]], anomalies: ["multipart_continued_parameter"] },
  ],
  "an extended name": [
    part("form-data; name*=utf-8''%61"),
    {
      names: [["a"]],
      anomalies: ["multipart_extended_parameter"],
    },
  ],
  "an extended name that is malformed": [
    part("form-data; name*=a"),
    { names: [["a"]], anomalies: ["multipart_malformed_disposition", "multipart_extended_parameter"] },
  ],
  "a name and an extended one": [
    part("form-data; name=a; name*=utf-8''b"),
    { names: [["a", "b"]], anomalies: ["multipart_duplicate_name", "multipart_extended_parameter"] },
  ],
  "a name in pieces": [
    part("form-data; name*0=a"),
    { names: [["a"]], anomalies: ["multipart_continued_parameter"] },
  ],
  "no name": [part("form-data"), { names: [[]], anomalies: ["multipart_missing_name"] }],
  "no header": [
    "--b\r\n\r\nx\r\n--b--",
    {
      contents: ["x"],
      anomalies: ["multipart_malformed_header", "multipart_missing_disposition", "multipart_missing_name"],
    },
  ],
  "another disposition": [part("attachment; name=a"), { anomalies: ["multipart_unusual_disposition"] }],
  "a quote that is not closed": [
    part('form-data; name="a'),
    { names: [["a"]], anomalies: ["multipart_malformed_disposition"] },
  ],
  "a backslash in quotes": [
    part('form-data; name="a\\"b"'),
    { names: [['a"b', 'a\\"b']], anomalies: ["multipart_escaped_parameter"] },
  ],
  "NUL in a name": [
    part('form-data; name="a\0b"'),
    {
      names: [["a\0b"]],
      anomalies: ["multipart_malformed_header", "multipart_control_in_parameter"],
    },
  ],
  "two dispositions": [
    part(plain, "content-disposition: form-data; name=c\r\n"),
    { names: [["a", "c"]], anomalies: ["multipart_duplicate_header", "multipart_duplicate_name"] },
  ],
  "a folded header": [
    part(`form-data;\r\n name="a"`),
    { names: [["a"]], anomalies: ["multipart_folded_header"] },
  ],
  "a header without a colon": [
    part(plain, "rubbish\r\n"),
    { anomalies: ["multipart_malformed_header", "multipart_unusual_header"] },
  ],
  "a header of its own": [part(plain, "X-One: 1\r\n"), { anomalies: ["multipart_unusual_header"] }],
  "Base64 that no decoder disagrees about": [
    part(plain, "Content-Transfer-Encoding: base64\r\n", "eHl6IQ==\r\n"),
    { contents: ["eHl6IQ==\r\n"], decoded: [["xyz!"]] },
  ],
  "Base64 of another alphabet": [
    part(plain, "Content-Transfer-Encoding: BASE64\r\n", "_-8="),
    { decoded: [["\xff\xef"]], anomalies: ["multipart_transfer_encoding"] },
  ],
  "Base64 in several lines": [
    part(plain, "Content-Transfer-Encoding: base64\r\n", "eHl6\r\neHl6"),
    { decoded: [["xyzxyz"]], anomalies: ["multipart_transfer_encoding"] },
  ],
  "Base64 behind its padding": [
    part(plain, "Content-Transfer-Encoding: base64\r\n", "eA==eHl6"),
    { anomalies: ["multipart_transfer_encoding"] },
  ],
  "Base64 of a file": [
    part(
      'form-data; name="f"; filename="a"',
      "Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n",
      "eA\r\n==",
    ),
    { isFile: [true], decoded: [["x"]] },
  ],
  "quoted-printable": [
    part(plain, "Content-Transfer-Encoding: quoted-printable\r\n", "=3cb=\r\n=3E="),
    { decoded: [["<b>="]], anomalies: ["multipart_transfer_encoding"] },
  ],
  "well-formed quoted-printable": [
    part(plain, "Content-Transfer-Encoding: Quoted-Printable\r\n", "=3cb=\r\n=3E"),
    { contents: ["=3cb=\r\n=3E"], decoded: [["<b>"]] },
  ],
  "an encoding that changes nothing": [
    part(plain, "Content-Transfer-Encoding: 8BIT\r\n", "eA=="),
    { contents: ["eA=="], decoded: [[]] },
  ],
  "each transfer encoding counts once": [
    part(
      plain,
      ["base64", "Quoted-Printable", "BASE64"]
        .map((encoding) => `Content-Transfer-Encoding: ${encoding}\r\n`)
        .join(""),
      "eD0zYw==",
    ),
    { decoded: [["x=3c"]], anomalies: ["multipart_duplicate_header", "multipart_transfer_encoding"] },
  ],
  "an unknown encoding": [
    part(plain, "Content-Transfer-Encoding: x-uuencode\r\n"),
    { decoded: [[]], anomalies: ["multipart_transfer_encoding"] },
  ],
  "a part of JSON": [
    part(plain, "Content-Type: application/vnd.a+json\r\n", '{"\\u0061":"\\u003c"}'),
    { kinds: [["json"]] },
  ],
  "a part of XML, and its Base64": [
    part(plain, "Content-Type: text/xml\r\nContent-Transfer-Encoding: base64\r\n", "PGEvPg=="),
    { kinds: [["xml", "xml"]] },
  ],
  "a part of text in a set that rules see": [
    part(plain, "Content-Type: text/plain; charset=iso-8859-1\r\n"),
    { kinds: [[]] },
  ],
  "a part of text in a set of two bytes": [
    part(plain, "Content-Type: text/plain; charset=Shift_JIS\r\n"),
    { kinds: [["text"]] },
  ],
  "a file of JSON": [
    part(`${plain}; filename="a.json"`, "Content-Type: application/json\r\n", "{}"),
    { kinds: [[]] },
  ],
  "a CR alone before the delimiter": [
    part(plain, "", "x\r--b\ry"),
    { contents: ["x\r--b\ry"], anomalies: ["multipart_bare_cr"] },
  ],
  "a CR alone in a head": [
    part(plain, "X: 1\rContent-Type: a/b\r\n"),
    {
      anomalies: ["multipart_bare_cr", "multipart_malformed_header", "multipart_unusual_header"],
    },
  ],
  "blanks before a delimiter": [
    part(plain, "", "x\r\n\t --b\r\ny"),
    { contents: ["x\r\n\t --b\r\ny"], anomalies: ["multipart_blank_before_boundary"] },
  ],
  "a delimiter in the middle of a line": [part(plain, "", "x --b\r\ny"), { contents: ["x --b\r\ny"] }],
  "line ends of all kinds in a file": [
    part('form-data; name="f"; filename="a"', "Content-Type: a/b\r\n", "\r\r\n\n\rx"),
    { contents: ["\r\r\n\n\rx"], isFile: [true] },
  ],
  "line ends around the parts": [`\r\n${part(plain)}\r\n\r\n`, { contents: ["x"] }],
  "no part at all": ["--b--\r\n", { contents: [] }],
  "a delimiter in a head": [
    `--b\r\nX: 1\r\n${part(plain)}`,
    {
      contents: ["", "x"],
      anomalies: [
        "multipart_part_without_body",
        "multipart_unusual_header",
        "multipart_missing_disposition",
        "multipart_missing_name",
      ],
    },
  ],
  "a boundary that is searched for": [
    part(plain),
    {
      type: "multipart/form-data; xboundary=c; boundary=b",
      contents: ["x"],
      anomalies: ["multipart_duplicate_boundary"],
    },
  ],
  "a boundary in another value": [
    part(plain),
    {
      type: 'multipart/form-data; a="; boundary=c"; boundary=b',
      anomalies: ["multipart_duplicate_boundary"],
    },
  ],
  "an extended boundary": [
    part(plain),
    {
      type: "multipart/form-data; boundary=b; boundary*=utf-8''c",
      anomalies: ["multipart_duplicate_boundary"],
    },
  ],
  "too long a boundary": [
    part(plain),
    {
      type: `multipart/form-data; boundary=${"b".repeat(257)}`,
      contents: [],
      anomalies: ["multipart_invalid_boundary"],
      error: "multipart_no_boundary",
    },
  ],
  "a boundary and a charset": [part(plain), { type: "multipart/form-data;boundary=b;charset=UTF-8" }],
  "a charset that hides ASCII for the whole body": [
    part(plain),
    { type: "multipart/form-data;boundary=b;charset=utf-16le", anomalies: ["multipart_charset"] },
  ],
  "a charset field": [part('form-data; name="_charset_"', "", "UTF-8"), { contents: ["UTF-8"] }],
  "a charset field that hides ASCII": [
    part('form-data; name="_charset_"', "", "utf-7"),
    { anomalies: ["multipart_charset"] },
  ],
  "a charset where no parameter is": [
    part(plain, "Content-Type: text/plain charset=utf-16\r\n"),
    { anomalies: ["multipart_charset"] },
  ],
  "another charset": [
    part(plain, "Content-Type: text/plain; charset=utf-7\r\n"),
    { anomalies: ["multipart_charset"] },
  ],
  "a multipart in a multipart": [
    part(plain, "Content-Type: multipart/mixed; boundary=c\r\n"),
    { anomalies: ["multipart_nested"] },
  ],
  "too many parts": [
    `--b\r\nContent-Disposition: ${plain}\r\n\r\nx\r\n`.repeat(4),
    { contents: ["x", "x", "x"], error: "multipart_too_many_parts" },
  ],
  "too many headers": [
    part(plain, "X: 1\r\n".repeat(9)),
    {
      contents: ["x"],
      anomalies: ["multipart_unusual_header"],
      error: "multipart_part_header_too_large",
    },
  ],
  "too large a header": [
    part(plain, `X: ${"1".repeat(300)}\r\n`),
    { contents: ["x"], names: [["a"]], error: "multipart_part_header_too_large" },
  ],
};

describe("parseMultipart", () => {
  test.each(Object.entries(cases))("%s", (_name, [body, expected]) => check(body, expected));

  test("every code can occur", () => {
    const seen = new Set(Object.values(cases).flatMap(([, { anomalies = [] }]) => anomalies));
    expect([...seen].sort()).toEqual([...MULTIPART_ANOMALIES].sort());
  });

  test("gives up when the budget is spent", () => {
    const found = parseMultipart(
      part(plain, "", "x".repeat(1000)),
      parseParameters("multipart/form-data; boundary=b"),
      false,
      limits,
      new Budget(100),
    );
    expect(found.error).toBe("budget_exhausted");
  });
});

describe("a file", () => {
  const typed = "Content-Type: image/png\r\n";
  const named = 'form-data; name="f"; filename="a.png"';
  const ofFile = (disposition: string, headers = typed) =>
    read(part(disposition, headers), {}).parts.map(({ isFile }) => isFile);

  test.each<[disposition: string]>([
    [named],
    ["form-data; name=f; filename=a.png"],
    ["form-data; name=f; filename=a.png; filename*=utf-8''a.png"],
    ["form-data; name=f; filename=\"=?utf-8?B?w5xiZXJzaWNodC5wZGY=?=\"; filename*=utf-8''%C3%9Cbersicht.pdf"],
    ["form-data; name=f; filename=\"Uebersicht (1).pdf\"; filename*=UTF-8''%C3%9Cbersicht%20%281%29.pdf"],
    ["form-data; name=f; filename=_bersicht_.pdf; filename*=UTF-8''%C3%9Cbersicht%C3%9C.pdf"],
    ["form-data; name=f; filename=\"%C3%9C.pdf\"; filename*=UTF-8''%C3%9C.pdf"],
    ["form-data; name=f; filename=l'ete.png"],
    ["form-data; name=f; filename=l'ete.png; filename*=utf-8''l%27ete.png"],
    [`form-data; name=f; filename="a.png"; filename*="UTF-8''a.png"`],
    ["form-data; filename=a.png; name=l'f"],
    ['form-data; name="a\\"b"; filename="c\\"d.png"'],
    ['form-data; name="f"; filename="C:\\dir\\a.png"'],
    ['form-data; filename="a.png"; name="f"'],
    ["form-data; name*=utf-8''Gr%C3%B6%C3%9Fe; filename=\"a.png\""],
    ['file; name="f"; filename="a.png"'],
  ])("is %s with a type", (disposition) => {
    expect(ofFile(disposition)).toEqual([true]);
    expect(ofFile(disposition, "")).toEqual([false]);
    expect(read(part(disposition, typed), {}).anomalies).not.toContain("multipart_duplicate_filename");
  });

  test.each<[disposition: string]>([
    [plain],
    ['form-data; name="f"; filename=""'],
    ["form-data; name=f; filename="],
    ["form-data; name=f; filename*=utf-8''a.png"],
    ["form-data; name=f; filename*0=a.png"],
    ["form-data; name*=f; filename=a.png"],
    ["form-data; name*0*=utf-8''f; filename=a.png"],
    ["form-data; name=f; name*=utf-8''f; filename=a.png"],
    ['inline; name="f"; filename="a.png"'],
    ['form-data; name="f"; filename ="a.png"'],
    ['form-data; name="f"; filename="a.png'],
    ['form-data; name="f" filename="a.png"'],
    ["form-data; name='f; filename=a.png'"],
    ["form-data; name=l'f; filename=a.png"],
    ["form-data; name=f; filename='a.png'"],
    ["form-data; name=f; filename=a b.png"],
    ["form-data; name=f; filename=a/b.png"],
    ['attachment; name="f"; filename="a.png"'],
    ['form-data; filename="a.png"'],
    ['form-data; name="a"; name="b"; filename="a.png"'],
    ["form-data; name=f; filename=a.png; filename*=utf-8''b.png"],
    ["form-data; name=f; filename=a.png; filename*=utf-16''a.png"],
    ["form-data; name=f; filename=b.pdf.exe; filename*=utf-8''%C3%9Cb.pdf"],
    ['form-data; name="f"; x="\\"; filename="a.png'],
    ['form-data; name="f\\"; filename=\\"a.png"'],
    ['form-data; name="f"; filename="a\0.png"'],
  ])("is not %s", (disposition) => expect(ofFile(disposition)).toEqual([false]));

  test.each<[headers: string]>([
    ["Content-Type: image\r\n"],
    ["Content-Type:\r\n"],
    ["Content-Type: image/png image/gif\r\n"],
    ["Content-Type: image/png\r\nContent-Type: image/gif\r\n"],
    ["Content-Type : image/png\r\n"],
    ["Content-Type: image/png\n"],
    ["Content-Type: image/png\r\n; q=1\r\n"],
    [`Content-Type: image/png\r\nContent-Disposition: ${named}\r\n`],
  ])("is not one with the headers %j", (headers) => expect(ofFile(named, headers)).toEqual([false]));

  test("counts for little of the input", () => {
    const body = `--b\r\nContent-Disposition: ${named}\r\n${typed}\r\n${"x".repeat(100_000)}\r\n--b--\r\n`;
    const budget = new Budget(100_000);
    const { inputBytes } = parseMultipart(body, parseParameters("a/b; boundary=b"), false, limits, budget);
    expect(inputBytes).toBe(body.length - 100_000);
    expect(budget.limit - budget.remaining).toBeLessThan(10_000);
  });
});

describe("parseParameters", () => {
  const parameters: [text: string, value: string, found: readonly [string, string][], malformed: boolean][] =
    [
      ["", "", [], false],
      [" Text/HTML ", "text/html", [], false],
      [
        'a/b; C=d ;e="f;g"',
        "a/b",
        [
          ["c", "d"],
          ["e", "f;g"],
        ],
        false,
      ],
      ["a/b;", "a/b", [], false],
      ["a/b;c", "a/b", [], true],
      ["a/b;c=", "a/b", [["c", ""]], true],
      ["a/b;c =d", "a/b", [["c", "d"]], true],
      [
        'a/b;c="d"e;f=g',
        "a/b",
        [
          ["c", "d"],
          ["f", "g"],
        ],
        true,
      ],
      ['a/b;c="C:\\dir"', "a/b", [["c", "C:\\dir"]], false],
      ["a/b;=x;c=d", "a/b", [["c", "d"]], true],
    ];
  test.each(parameters)("%j", (text, value, found, malformed) => {
    const read = parseParameters(text);
    expect(read.value).toBe(value);
    expect(read.parameters.map(({ name, value: content }) => [name, content])).toEqual(found);
    expect(read.malformed).toBe(malformed);
  });
});

describe("control characters in a parameter", () => {
  test.each<[name: string, written: (byte: string) => string, escaped: boolean]>([
    ["as they are", (byte) => byte, false],
    ["percent-encoded", (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`, true],
  ])("%s", (_name, written, escaped) => {
    for (const code of [0, 8, 9, 31, 32, 126, 127, 128, 159, 255]) {
      const value = `a${written(String.fromCharCode(code))}b`;
      const parameter = escaped ? `name*=utf-8''${value}` : `name="${value}"`;
      const { anomalies } = read(part(`form-data; ${parameter}`), {});
      const isControl = code < 32 || code === 127;
      expect([code, anomalies.includes("multipart_control_in_parameter")]).toEqual([code, isControl]);
    }
  });
});

describe("parameters after one that is malformed", () => {
  const parameter = (name: string, value: string) => ({ name, value });

  test.each<[text: string, parameters: readonly { readonly name: string; readonly value: string }[]]>([
    ["a; bad boundary=x", []],
    ["a; bad boundary=x; charset=u", [parameter("charset", "u")]],
    ["a; bad; boundary=x", [parameter("boundary", "x")]],
    ["a; bad;boundary=x;", [parameter("boundary", "x")]],
    ["a; =x; boundary=y", [parameter("boundary", "y")]],
    ["a; @=x; boundary=y", [parameter("boundary", "y")]],
    ["a; @; boundary=y", [parameter("boundary", "y")]],
    ["a; b@c=x; boundary=y", [parameter("boundary", "y")]],
    ['a; b="x" junk; boundary=y', [parameter("b", "x"), parameter("boundary", "y")]],
    ['a; b="x; boundary=y', [parameter("b", "x; boundary=y")]],
    ["a; b=x y; boundary=z", [parameter("b", "x y"), parameter("boundary", "z")]],
    ["a; b=; boundary=z", [parameter("b", ""), parameter("boundary", "z")]],
    ["a; b =x; boundary=z", [parameter("b", "x"), parameter("boundary", "z")]],
  ])("%s", (text, parameters) => {
    expect(parseParameters(text)).toMatchObject({ value: "a", parameters, malformed: true });
  });

  test.each<[text: string, parameters: readonly { readonly name: string; readonly value: string }[]]>([
    ["a", []],
    ["a;", []],
    ["a;;", []],
    ["a; ; boundary=x", [parameter("boundary", "x")]],
    ['A ; Boundary=X;b="y" ; c=z', [parameter("boundary", "X"), parameter("b", "y"), parameter("c", "z")]],
  ])("none of which is malformed: %s", (text, parameters) => {
    expect(parseParameters(text)).toMatchObject({ value: "a", parameters, malformed: false });
  });

  test("decide which boundary a body is read with", () => {
    const body = part(plain);
    for (const [type, contents] of [
      ["multipart/form-data; bad boundary=x; boundary=b", ["x"]],
      ["multipart/form-data; bad boundary=b", []],
      ["multipart/form-data; @; boundary=b", ["x"]],
    ] as const) {
      expect(read(body, { type }).parts.map(({ content }) => content)).toEqual(contents);
    }
  });
});
