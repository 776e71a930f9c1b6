// Multipart bodies as the clients that people use write them.
import fc from "fast-check";

/** A field, or a file when it has a file name; the content of a file is a byte string. */
export interface FormPart {
  readonly name: string;
  readonly value: string;
  readonly filename?: string;
}

/** A request body: both are byte strings. */
export interface WrittenBody {
  readonly type: string;
  readonly body: string;
}

interface Client {
  /** The characters of its boundaries: an example that others are made of. */
  readonly boundary: string;
  readonly type: (boundary: string) => string;
  /** The head of a part, without the empty line. */
  readonly head: (part: FormPart) => readonly string[];
  /** What it writes around the parts. Default: nothing before, a line end behind. */
  readonly before?: string;
  readonly behind?: string;
}

/** Text as the byte string of its UTF-8. */
export const bytesOf = (text: string): string => Buffer.from(text).toString("latin1");
const isAscii = (text: string): boolean => /^[ -~]*$/.test(text);
const isToken = (text: string): boolean => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);
/** The HTML standard's way. */
const percentQuotes = (text: string): string =>
  text.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const backslashQuotes = (text: string): string => text.replace(/["\\]/g, "\\$&");
const extended = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
const encodedWord = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
const length = ({ value, filename }: FormPart): number =>
  filename === undefined ? Buffer.byteLength(value) : value.length;

function mediaType(filename: string): string {
  if (/\.(?:txt|csv)$/.test(filename)) return "text/plain";
  if (filename.endsWith(".png")) return "image/png";
  return filename.endsWith(".pdf") ? "application/pdf" : "application/octet-stream";
}

/** `Content-Disposition` with both parameters in double quotes. */
function disposition({ name, filename }: FormPart, quote: (text: string) => string): string {
  const file = filename === undefined ? "" : `; filename="${quote(filename)}"`;
  return `Content-Disposition: form-data; name="${quote(name)}"${file}`;
}

const typeOf = ({ filename }: FormPart): readonly string[] =>
  filename === undefined ? [] : [`Content-Type: ${mediaType(filename)}`];
const plainType = (boundary: string): string => `multipart/form-data; boundary=${boundary}`;
const quotedType = (boundary: string): string => `multipart/form-data; boundary="${boundary}"`;

/** What .NET does with names: a token as it is, another in quotes, one that is no ASCII as an encoded word. */
function dotnetValue(text: string): string {
  if (!isAscii(text)) return `"${encodedWord(text)}"`;
  return isToken(text) ? text : `"${backslashQuotes(text)}"`;
}

function dotnetDisposition({ name, filename }: FormPart): string {
  const file =
    filename === undefined
      ? ""
      : `; filename=${dotnetValue(filename)}; filename*=utf-8''${extended(filename)}`;
  return `Content-Disposition: form-data; name=${dotnetValue(name)}${file}`;
}

function springDisposition(part: FormPart): string {
  if (part.filename === undefined || isAscii(part.filename)) return disposition(part, backslashQuotes);
  const plain = disposition({ ...part, filename: encodedWord(part.filename) }, backslashQuotes);
  return `${plain}; filename*=UTF-8''${extended(part.filename)}`;
}

/** A name that is no plain ASCII is only in its extended form. */
function reqwestDisposition({ name, filename }: FormPart): string {
  const encoded = encodeURI(name).replaceAll("/", "%2F");
  const named = encoded === name ? `name="${name}"` : `name*=utf-8''${encoded}`;
  const file = filename === undefined ? "" : `; filename="${backslashQuotes(filename)}"`;
  return `Content-Disposition: form-data; ${named}${file}`;
}

const browserHead = (part: FormPart): readonly string[] => [
  disposition(part, percentQuotes),
  ...typeOf(part),
];
const hex = "0123456789abcdef";
const UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

export const CLIENTS: Readonly<Record<string, Client>> = {
  Chrome: { boundary: "----WebKitFormBoundary7MA4YWxkTrZu0gW", type: plainType, head: browserHead },
  Firefox: {
    boundary: "----geckoformboundary4a7a25f0c7ad3e51",
    type: plainType,
    head: browserHead,
  },
  "Firefox, older": {
    boundary: "---------------------------9051914041544843365972754266",
    type: plainType,
    head: browserHead,
  },
  curl: {
    boundary: "------------------------d74496d66958873e",
    type: plainType,
    head: browserHead,
  },
  "curl, older": {
    boundary: "------------------------a0b1c2d3e4f56789",
    type: plainType,
    head: (part) => [disposition(part, backslashQuotes), ...typeOf(part)],
  },
  ".NET": {
    boundary: UUID,
    type: quotedType,
    head: (part) => [
      ...(part.filename === undefined ? ["Content-Type: text/plain; charset=utf-8"] : typeOf(part)),
      dotnetDisposition(part),
    ],
  },
  ".NET, streams without a type": {
    boundary: UUID,
    type: quotedType,
    head: (part) => [dotnetDisposition(part)],
  },
  "Java HttpClient": { boundary: UUID, type: plainType, head: browserHead, before: "\r\n" },
  OkHttp: {
    boundary: UUID,
    type: plainType,
    head: (part) => [
      disposition(part, percentQuotes),
      "Content-Transfer-Encoding: binary",
      ...(part.filename === undefined ? ["Content-Type: text/plain; charset=utf-8"] : typeOf(part)),
      `Content-Length: ${length(part)}`,
    ],
  },
  "Spring RestTemplate": {
    boundary: "Wk8yq1Xj_V0fPz-3hQmT5rLc7BdNaGs2",
    type: (boundary) => `multipart/form-data;charset=UTF-8;boundary=${boundary}`,
    head: (part) => [
      springDisposition(part),
      ...(part.filename === undefined ? ["Content-Type: text/plain;charset=UTF-8"] : typeOf(part)),
      `Content-Length: ${length(part)}`,
    ],
  },
  "Apache HttpClient": {
    boundary: "vZb3Qy_6kH1-tRw9XcMnE0sLpGfJuAo",
    type: (boundary) => `multipart/form-data; boundary=${boundary}; charset=ISO-8859-1`,
    head: (part) => [
      disposition(part, backslashQuotes),
      ...(part.filename === undefined
        ? ["Content-Type: text/plain; charset=ISO-8859-1", "Content-Transfer-Encoding: 8bit"]
        : [...typeOf(part), "Content-Transfer-Encoding: binary"]),
    ],
  },
  "Apache HttpClient, extended": {
    boundary: "httpclient_boundary_7a1c",
    type: plainType,
    head: (part) => [
      `${disposition(part, percentQuotes)}${part.filename === undefined ? "" : `; filename*="UTF-8''${extended(part.filename)}"`}`,
      ...typeOf(part),
    ],
  },
  Jersey: {
    boundary: "Boundary_1_1283491234_1690000000000",
    type: plainType,
    head: (part) => [
      ...(part.filename === undefined ? ["Content-Type: text/plain"] : typeOf(part)),
      "MIME-Version: 1.0",
      "Content-ID: <part>",
      disposition(part, backslashQuotes),
    ],
  },
  JavaMail: {
    boundary: "----=_Part_0_1593402.1690000000000",
    type: quotedType,
    head: (part) => [disposition(part, backslashQuotes), ...typeOf(part), "Content-Transfer-Encoding: 7bit"],
  },
  "Python requests": {
    boundary: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    type: plainType,
    head: (part) => [disposition(part, (text) => percentQuotes(text.replaceAll("\\", "\\\\")))],
  },
  "Python requests, with types": {
    boundary: "9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d",
    type: plainType,
    head: (part) => [
      disposition(part, (text) => percentQuotes(text.replaceAll("\\", "\\\\"))),
      ...typeOf(part),
    ],
  },
  aiohttp: {
    boundary: "5c1e8a07d3b24f69a7c0e2d4b6f81357",
    type: plainType,
    head: (part) => [
      ...(part.filename === undefined ? ["Content-Type: text/plain; charset=utf-8"] : typeOf(part)),
      `Content-Length: ${length(part)}`,
      disposition(part, encodeURIComponent),
    ],
  },
  httpx: { boundary: "d41d8cd98f00b204e9800998ecf8427e", type: plainType, head: browserHead },
  Go: {
    boundary: "b7c1f0a94e2d8365b7c1f0a94e2d8365b7c1f0a94e2d8365b7c1f0a94e2d",
    type: plainType,
    head: (part) => [
      disposition(part, backslashQuotes),
      ...(part.filename === undefined ? [] : ["Content-Type: application/octet-stream"]),
    ],
  },
  Guzzle: {
    boundary: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    type: plainType,
    head: (part) => [disposition(part, percentQuotes), `Content-Length: ${length(part)}`, ...typeOf(part)],
  },
  "Node form-data": {
    boundary: "--------------------------735323031399963166993862",
    type: plainType,
    head: browserHead,
  },
  undici: { boundary: "----formdata-undici-031415926535", type: plainType, head: browserHead, behind: "" },
  Dart: {
    boundary: "dart-http-boundary-S+aXc.u_Z0-4bQ9kPz1mR7tYvW3eLhJ2",
    type: plainType,
    head: (part) =>
      (part.filename === undefined
        ? [
            disposition(part, percentQuotes),
            "content-type: text/plain; charset=utf-8",
            "content-transfer-encoding: binary",
          ]
        : [...typeOf(part), disposition(part, percentQuotes)]
      ).map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase())),
  },
  Alamofire: { boundary: "alamofire.boundary.1f2e3d4c5b6a7988", type: plainType, head: browserHead },
  "Ruby multipart-post": {
    boundary: "-----------RubyMultipartPost-1a2b3c4d5e6f",
    type: plainType,
    head: (part) => [
      disposition(part, backslashQuotes),
      `Content-Length: ${length(part)}`,
      ...typeOf(part),
      ...(part.filename === undefined ? [] : ["Content-Transfer-Encoding: binary"]),
    ],
    behind: "\r\n\r\n",
  },
  reqwest: {
    boundary: "6f1e2d3c4b5a6978-8796a5b4c3d2e1f0-0011223344556677-8899aabbccddeeff",
    type: plainType,
    head: (part) => [reqwestDisposition(part), ...typeOf(part)],
  },
  Unity: {
    boundary: "kq7Zt0YbXwVu3SrQpOnMlKjIhGfEdCbA12345678",
    type: quotedType,
    head: (part) => [
      part.filename === undefined
        ? disposition(part, percentQuotes)
        : disposition(part, percentQuotes).replace("form-data", "file"),
      ...(part.filename === undefined ? ["Content-Type: text/plain; encoding=utf-8"] : typeOf(part)),
    ],
    before: "\r\n",
  },
  "Perl LWP": {
    boundary: "xYzZY",
    type: plainType,
    head: (part) => [disposition(part, backslashQuotes), ...typeOf(part)],
  },
};

/** The body as the client writes it. */
export function writeForm(
  client: Client,
  parts: readonly FormPart[],
  boundary = client.boundary,
): WrittenBody {
  const written = parts.map((part) => {
    const content = part.filename === undefined ? bytesOf(part.value) : part.value;
    return `--${boundary}\r\n${bytesOf(client.head(part).join("\r\n"))}\r\n\r\n${content}\r\n`;
  });
  const body = `${client.before ?? ""}${written.join("")}--${boundary}--${client.behind ?? "\r\n"}`;
  return { type: client.type(boundary), body };
}

const name = fc.constantFrom(
  "a",
  "q",
  "items[]",
  "user[address][0]",
  "file",
  "Größe",
  'say "hi"',
  "a b",
  "été",
  "back\\slash",
  "_method",
);
const text = fc.constantFrom(
  "42",
  "",
  "Grüße aus Köln",
  "two\r\nlines",
  "bare\nline feed",
  "a=1&b=2",
  '{"size":42}',
  "100 % -- ok",
  "日本語",
  "--",
  "O'Neill",
);
const filename = fc.constantFrom(
  "report.pdf",
  "photo.png",
  "notes.txt",
  "Übersicht 2024.pdf",
  "a b (1).txt",
  "it's.png",
  'a "quoted" name.txt',
  "日本.png",
  "LICENSE",
  "100%.txt",
  "semi;colon.csv",
  "archive.tar.gz",
  "back\\slash.txt",
  "a=b.txt",
  "blob",
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array).toString("latin1")),
  fc.constantFrom(
    "\x89PNG\r\n\x1a\n\0\r\r\n\n",
    "%PDF-1.7\r\n%\xe2\xe3\xcf\xd3\n",
    "a,b\n1,2\n",
    "",
    "line\r\n\r\nline\r\n",
  ),
);
const part: fc.Arbitrary<FormPart> = fc.oneof(
  fc.record({ name, value: text }),
  fc.record({ name, value: bytes, filename }),
);

/** Characters of the example's tail in another order: the same alphabet, the same length. */
function boundaryLike(example: string): fc.Arbitrary<string> {
  const tail = /[0-9A-Za-z]{4,}$/.exec(example)?.[0] ?? "";
  const alphabet = /^[0-9]+$/.test(tail) ? "0123456789" : hex;
  return fc
    .array(fc.constantFrom(...alphabet), { minLength: tail.length, maxLength: tail.length })
    .map((characters) => example.slice(0, example.length - tail.length) + characters.join(""));
}

/** A form by any of the clients, and which. */
export const writtenForms: fc.Arbitrary<WrittenBody & { readonly client: string }> = fc
  .constantFrom(...Object.entries(CLIENTS))
  .chain(([client, how]) =>
    fc
      .tuple(fc.array(part, { maxLength: 5 }), boundaryLike(how.boundary))
      .map(([parts, boundary]) => ({ client, ...writeForm(how, parts, boundary) })),
  );
