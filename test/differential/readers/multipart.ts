// Multipart bodies on which readers may disagree: drawn from a grammar of what clients send and of what has been
// used to hide a field from a firewall, then mutated.
import fc from "fast-check";
import type { InputKind, Sent } from "./compare.ts";
import { mostlyOf, oneOf } from "./draw.ts";
import { MULTIPART_READERS } from "./multipart-readers.ts";

const BOUNDARY = "bnd";

const mostly = (usual: string, ...odd: readonly string[]): fc.Arbitrary<string> => mostlyOf([usual], odd);

const lineEnd = mostly("\r\n", "\n", "\r", "\r\n\r\n", "\n\r\n", "");
const word = oneOf(
  "a",
  "q",
  "file.txt",
  "a b",
  "",
  "Übersicht.pdf",
  "it's",
  "x;y",
  "a=b",
  "items[0]",
  "C:\\dir\\a.txt",
  "%22x%22",
  "&#0060;",
  "=?utf-8?B?eHg=?=",
  "=?iso-8859-1?Q?x=3Cy?=",
  "name=z",
  "; filename=y",
  "../x",
  "bnd",
).map((text) => Buffer.from(text).toString("latin1"));
const quoted = word.chain((text) =>
  oneOf(
    `"${text}"`,
    `"${text}"`,
    `"${text}"`,
    `"${text.replace(/["\\]/g, "\\$&")}"`,
    text,
    text,
    `'${text}'`,
    `"${text}`,
    `"a\\"${text}"`,
    `"${text}\\"`,
    `"${text}"x`,
    `utf-8''${encodeURIComponent(text)}`,
    `"a\\${text}"`,
  ),
);
const parameterName = fc.oneof(
  { weight: 4, arbitrary: fc.constant("name") },
  { weight: 4, arbitrary: fc.constant("filename") },
  { weight: 1, arbitrary: fc.constant("filename*") },
  {
    weight: 1,
    arbitrary: oneOf(
      "name*",
      "filename*0",
      "filename*1*",
      "Name",
      "FILENAME",
      "x-name",
      "size",
      "xfilename",
      "name*0",
    ),
  },
);
const parameter = fc
  .tuple(
    mostly("; ", ";", " ; ", ";;", " ", ",", "; ;", ";\t"),
    parameterName,
    mostly("=", " =", "= ", "", "=="),
    quoted,
  )
  .map((pieces) => pieces.join(""));
const disposition = fc
  .tuple(
    mostly("form-data", "Form-Data", "attachment", "form-data ", "", "file", "inline"),
    fc.array(parameter, { maxLength: 3 }),
  )
  .map(([type, parameters]) => `${type}${parameters.join("")}`);
const plainDisposition = fc
  .tuple(
    oneOf("a", "b[]", "q", "Ü"),
    oneOf("", '; filename="a.txt"', "; filename=a.txt", "; filename*=utf-8''a.txt", '; filename=""'),
  )
  .map(([name, file]) => Buffer.from(`form-data; name="${name}"${file}`).toString("latin1"));
/** Names in the extended form alone, as some clients write them, and what is almost one. */
const extendedName = fc
  .tuple(
    oneOf("name*", "name*", "NAME*", "name *", "name*0*", 'name="a"; name*'),
    oneOf("utf-8", "UTF-8", "iso-8859-1", ""),
    oneOf("''", "'en'", "'", ""),
    oneOf("a", "a%20b", "%C3%BC%3Cb%3E", "a%22; filename=%22b", "%zz", "a'b"),
    oneOf("", '; filename="a.txt"', "; filename=a.txt", "; filename*=utf-8''a.txt"),
  )
  .map(([name, charset, marks, text, file]) => `form-data; ${name}=${charset}${marks}${text}${file}`);
const dispositionHeader = fc
  .tuple(
    mostly("Content-Disposition", "content-disposition", "Content-Disposition ", "X-Content-Disposition"),
    mostly(": ", ":", " : ", ":  ", ":\t"),
    fc.oneof(
      { weight: 12, arbitrary: plainDisposition },
      { weight: 4, arbitrary: disposition },
      { weight: 1, arbitrary: extendedName },
    ),
  )
  .map((pieces) => pieces.join(""));
const otherHeader = mostlyOf(
  [
    "Content-Type: text/plain",
    "Content-Type: application/octet-stream",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Type: text/plain; charset=iso-8859-1",
    'Content-Type: text/plain; charset="UTF-8"',
    "Content-Type: application/json",
    "Content-Type:",
    "Content-Type: text",
    "Content-Type: image/png; name=x",
    "Content-Transfer-Encoding: binary",
    "Content-Transfer-Encoding: 8bit",
    "Content-Transfer-Encoding: 7BIT",
    "Content-Transfer-Encoding: base64",
    "Content-Transfer-Encoding: quoted-printable",
    "Content-Length: 3",
    "Content-ID: <1>",
    "X: 1",
  ],
  [
    "Content-Type: text/plain; charset=utf-16le",
    "Content-Type: text/plain; charset=utf-7",
    "Content-Type: text/plain charset=utf-16le",
    "Content-Type: multipart/mixed; boundary=in",
    "Content-Transfer-Encoding: x-uuencode",
    " folded: 1",
    "rubbish",
  ],
);
const content = mostlyOf(
  [
    "x",
    "value one",
    "",
    "a=1&b=2",
    "eHl6",
    "eHl6IQ==",
    "eH\r\nl6",
    "=78=79",
    "a=\r\nb",
    "100%25",
    "%3Cb%3E",
    '{"a":"\\u0041b"}',
    "\r\n",
    "\n",
    "\r",
    "line\r\nline",
    "line\nline",
    "x\r\n--bn\r\ny",
    "x--bnd",
    "-",
    "--",
    "\r\n--",
    "\u00c3\u00bc",
  ],
  ["x\r\n--bndx\r\ny", "x\n--bnd", "x\r\n --bnd\r\ny"],
);
const headers = fc
  .tuple(dispositionHeader, fc.array(otherHeader, { maxLength: 2 }), fc.integer({ min: 0, max: 9 }))
  .map(([first, others, order]) =>
    order === 0 ? [...others, first] : order === 1 ? [first, first, ...others] : [first, ...others],
  );
const part = fc
  .tuple(headers, content, mostly("", " ", "\t", "x", "--", "-"), lineEnd, lineEnd, lineEnd, lineEnd)
  .map(
    ([lines, text, behind, afterDelimiter, betweenHeaders, afterHead, afterContent]) =>
      `--${BOUNDARY}${behind}${afterDelimiter}${lines.join(betweenHeaders)}${betweenHeaders}${afterHead}${text}${afterContent}`,
  );
const strictPart = fc
  .tuple(headers, content)
  .map(([lines, text]) => `--${BOUNDARY}\r\n${lines.join("\r\n")}\r\n\r\n${text}\r\n`);
const body = fc
  .tuple(
    mostly("", "\r\n", "preamble\r\n", "\n", " "),
    fc.array(fc.oneof({ weight: 12, arbitrary: strictPart }, { weight: 1, arbitrary: part }), {
      minLength: 1,
      maxLength: 3,
    }),
    mostly(
      `--${BOUNDARY}--\r\n`,
      `--${BOUNDARY}--`,
      `--${BOUNDARY}-- \r\n`,
      "",
      `--${BOUNDARY}\r\n`,
      `--${BOUNDARY}--x\r\n`,
    ),
    mostly(
      "",
      "\r\n",
      "x",
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="z"\r\n\r\nlate\r\n--${BOUNDARY}--\r\n`,
    ),
  )
  .map(([before, parts, end, behind]) => `${before}${parts.join("")}${end}${behind}`);

/** A text at the given share of its length is replaced, or put in. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.integer({ min: 0, max: 3 }),
  added: oneOf(
    "",
    "\r\n",
    "\n",
    "\r",
    "--",
    "-",
    "--bnd",
    "\r\n--bnd\r\n",
    " ",
    "\t",
    ";",
    '"',
    "'",
    "\\",
    "=",
    "*",
    ":",
    ",",
    "\0",
    "x",
    "name",
    "filename",
    "\u00ff",
  ),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;
const mutations = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Mutation[]>([]) },
  { weight: 1, arbitrary: fc.array(mutation, { maxLength: 2 }) },
);

const rarely = fc.oneof(
  { weight: 20, arbitrary: fc.constant<Mutation[]>([]) },
  { weight: 1, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 2 }) },
);

function mutate(text: string, changes: readonly Mutation[]): string {
  return changes.reduce((changed, { at, removed, added }) => {
    const start = Math.floor(at * changed.length);
    return changed.slice(0, start) + added + changed.slice(start + removed);
  }, text);
}

/** Readers look for the type in their own way: some anywhere, some in front of what ends it. */
const mediaType = fc.oneof(
  {
    weight: 15,
    arbitrary: mostly(
      "multipart/form-data",
      "Multipart/Form-Data",
      "multipart/mixed",
      "multipart/related",
      "multipart/form-data ",
      "multipart/form-data,",
    ),
  },
  {
    weight: 1,
    arbitrary: oneOf(
      ";multipart/form-data",
      "; multipart/form-data",
      "text/plain; multipart/form-data",
      "text/plain;multipart/form-data",
      "text/plain, multipart/form-data",
      "text/plain multipart/form-data",
      "x multipart/form-data",
      'text/plain; x="multipart/form-data"',
      "text/plain; x=multipart/form-data",
      "xmultipart/form-data",
      "application/multipart",
      "application/x-multipart/form-data",
      "multipart",
      "multipart/",
      "multipart/form-data/x",
      "multipart/form-data; x=y",
      "multipart/form-data; multipart/form-data",
      "MULTIPART/FORM-DATA",
      "mULTIPART/mIXED",
      "multipart /form-data",
      "multipart/ form-data",
      "\tmultipart/form-data",
      "multipart/form-data\t",
      "multipart/form-datax",
      "multipart/x-mixed-replace",
      "multipart/alternative",
      "application/json; multipart/form-data",
      "application/x-www-form-urlencoded; multipart/form-data",
      "image/png; multipart/form-data",
      "application/octet-stream; multipart/form-data",
    ),
  },
);

const type = fc
  .tuple(
    mediaType.chain((media) => rarely.map((changes) => mutate(media, changes))),
    mostly(
      "; boundary=bnd",
      ";boundary=bnd",
      '; boundary="bnd"',
      "; charset=utf-8; boundary=bnd",
      "; boundary=bnd; charset=UTF-8",
      "; boundary=bnd;",
      "; BOUNDARY=bnd",
      "; boundary= bnd",
      "; boundary='bnd'",
      "; boundary=bnd,x",
      "; boundary=x; boundary=bnd",
      "; boundary=bnd; boundary=x",
      "; xboundary=bnd; boundary=x",
      "; boundary=x; boundary*=utf-8''bnd",
      "; boundary*0=bn; boundary*1=d",
      "; x=boundary; y=x; boundary=bnd",
      '; boundary="bnd "',
      '; boundary="b\\nd"',
      " boundary=bnd",
      "",
    ),
  )
  .chain(([media, parameters]) =>
    // A server's parser leaves out white space around a header's value.
    mutations.map((changes) => `${media}${mutate(parameters, changes)}`.replace(/[^\t -~]/g, "x").trim()),
  );

/** A field, by what stands around its value. */
function fieldOf(
  name: string,
  value: string,
  { end = "\r\n", behind = "", before = "\r\n", further = "" } = {},
): string {
  return `--${BOUNDARY}${behind}${end}Content-Disposition: form-data; name="${name}"${further}\r\n\r\n${value}${before}`;
}
const PLAIN_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const END = `--${BOUNDARY}--\r\n`;
const simple = oneOf("a value", "<b>", "x=1&y=2", "");

/** Bodies that have one oddity and nothing else for which they could be refused. */
const odd = fc.tuple(simple, simple).chain(([one, two]) => {
  const plain = fieldOf("one", one);
  const bodies: readonly string[] = [
    `${plain}${fieldOf("two", two, { end: "\n" })}${END}`,
    `${fieldOf("one", one, { before: "\n" })}${fieldOf("two", two)}${END}`,
    `${plain}${fieldOf("two", two, { before: "\n" })}${END}`,
    `${plain}${fieldOf("two", two, { behind: " " })}${END}`,
    `${plain}${fieldOf("two", two, { behind: "\t" })}${END}`,
    `${plain}${END}${fieldOf("two", two)}${END}`,
    `${plain}--${BOUNDARY}--x\r\n${fieldOf("two", two)}${END}`,
    `${fieldOf("late", two)}${plain}`,
    `preamble\r\n${plain}${END}`,
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="none"\r\n${plain}${END}`,
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="none"\r\n\r\n${plain}${END}`,
    `${fieldOf("one", one, { further: '\r\nContent-Disposition: form-data; name="other"' })}${END}`,
    `${fieldOf("one", one, { further: '\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\nContent-Type: text/plain' })}${END}`,
    `${fieldOf("one", one, { further: "\r\nContent-Type: text/plain; charset=utf-16le" })}${END}`,
    `${fieldOf("one", "PGI+IDxiPg==", { further: "\r\nContent-Transfer-Encoding: base64" })}${END}`,
    `${fieldOf("one", "=3Cb=3E =3Ci=3E", { further: "\r\nContent-Transfer-Encoding: quoted-printable" })}${END}`,
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name*=utf-8''%C3%BC%3Cb%3E\r\n\r\n${one}\r\n${END}`,
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name*=utf-8''%C3%BC; filename="<b>.txt"\r\nContent-Type: text/plain\r\n\r\n${one}\r\n${END}`,
    `--${BOUNDARY}\r\nContent-Disposition: file; name="one"; filename="<b>.txt"\r\nContent-Type: text/plain\r\n\r\n${one}\r\n${END}`,
    `${fieldOf("one", one, { further: "; filename*=utf-8''%C3%BC%3Cb%3E.txt" })}${END}`,
    `${fieldOf("one", one, { further: "; filename*=utf-8''%C3%BC%3Cb%3E.txt; filename=\"\u00c3\u00bc<b>.txt\"\r\nContent-Type: text/plain" })}${END}`,
  ];
  const types: readonly string[] = [
    `multipart/form-data; xboundary=${BOUNDARY}; boundary=other`,
    `multipart/form-data; x="boundary=${BOUNDARY}"; boundary=other`,
    `multipart/form-data; boundary=${BOUNDARY}; boundary=other`,
    `multipart/form-data; boundary=other; boundary=${BOUNDARY}`,
    `multipart/form-data; boundary=other; xboundary=${BOUNDARY}`,
    `multipart/form-data; boundary*=utf-8''other; boundary=${BOUNDARY}`,
    `multipart/form-data boundary=${BOUNDARY}; boundary=other`,
    `multipart/form-data; boundary="${BOUNDARY}"x`,
    `multipart/form-data; boundary=${BOUNDARY},other`,
    `multipart/form-data; boundary="other,${BOUNDARY}"`,
    `multipart/form-data; boundary=oth er`,
  ];
  // What one reader takes for a preamble or a field is all that another sees.
  const both = `--other\r\nContent-Disposition: form-data; name="inner"\r\n\r\n${two}\r\n${plain}${END}--other--\r\n`;
  const cut = `--oth\r\nContent-Disposition: form-data; name="inner"\r\n\r\n${two}\r\n--oth--\r\n--oth er\r\nContent-Disposition: form-data; name="q"\r\n\r\n${one}\r\n--oth er--\r\n`;
  // A boundary that only quotes allow, and what readers who know less about quotes make of it.
  const boundaries: readonly (readonly [quoted: string, undone: string, other: string])[] = [
    ["b\\nd", "b\\nd", "bnd"],
    ["b\\nd", "bnd", "b\\nd"],
    ['b\\"nd', 'b"nd', "b\\"],
    ['b\\"nd', 'b"nd', 'b\\"nd'],
    ["b\\\\nd", "b\\nd", "b\\\\nd"],
    ["oth,er", "oth,er", "oth"],
    ["oth;er", "oth;er", '"oth'],
    ["oth;er", "oth;er", "oth"],
    ["oth er", "oth er", "oth"],
    ["oth ", "oth ", "oth"],
    [" oth", " oth", "oth"],
    ["'oth'", "'oth'", "oth"],
    ["oth(er)", "oth(er)", "oth"],
  ];
  const field = (boundary: string, name: string, text: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n--${boundary}--\r\n`;
  return fc.oneof(
    {
      weight: 2,
      arbitrary: oneOf(...bodies).map((body): Sent => ({ type: PLAIN_TYPE, body })),
    },
    fc.constantFrom(...boundaries).map(
      ([quoted, undone, other]): Sent => ({
        type: `multipart/form-data; boundary="${quoted}"`,
        body: field(undone, "outer", field(other, "inner", one)),
      }),
    ),
    oneOf(...types).map((type): Sent => ({ type, body: type.endsWith("oth er") ? cut : both })),
  );
});

const drawn: fc.Arbitrary<Sent> = fc.record({
  type,
  body: fc.tuple(body, mutations).map(([text, changes]) => mutate(text, changes)),
});
const sent = fc.oneof({ weight: 9, arbitrary: drawn }, { weight: 1, arbitrary: odd });

export const multipartBodies: InputKind = { name: "multipart", inputs: sent, readers: MULTIPART_READERS };
