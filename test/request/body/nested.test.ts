import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { available } from "../../support/available.ts";
import { Budget, utf8Encode } from "../../support/source/language/values.ts";
import { mayNest, NestedSearch } from "../../support/source/request/body.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../support/source/request/view.ts";

type Row = readonly [way: string, name: string, value: string];

function read(value: string, nested = {}, budget = new Budget(1_000_000)) {
  const search = new NestedSearch({ ...DEFAULT_REQUEST_LIMITS, ...nested });
  const found = search.read(value, budget);
  const rows = found.map(({ way, name, value: inner }): Row => [way.join(" "), name, inner]);
  return { rows, truncated: search.truncated };
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

function base64url(text: string): string {
  return Buffer.from(text, "utf8").toString("base64url");
}

const SCRIPT = "<script>alert(1)</script>";

describe("nestedValues", () => {
  const cases: Record<string, readonly [value: string, rows: readonly Row[]]> = {
    JSON: [
      '{"q":"1\\u0027 or","n":5}',
      [
        ["json", "q", "1' or"],
        ["json", "n", "5"],
      ],
    ],
    "JSON behind blanks": [' \n["\\u003cb>"]', [["json", "0", "<b>"]]],
    "numbers of a series say nothing": [
      '{"type":"Point","at":[1.5,-2,true,"x"]}',
      [
        ["json", "type", "Point"],
        // It brings a key that no value before it had.
        ["json", "at.0", "1.5"],
        ["json", "at.3", "x"],
      ],
    ],
    "percent-encoded JSON": ["%7B%22q%22%3A%22%5Cu003c%22%7D", [["percent json", "q", "<"]]],
    "JSON in JSON": [
      JSON.stringify({ a: JSON.stringify({ q: SCRIPT }) }),
      [
        ["json", "a", `{"q":"${SCRIPT}"}`],
        ["json json", "a.q", SCRIPT],
      ],
    ],
    "JSON that a framework marks": ['j:{"q":"\\u003c"}', [["json", "q", "<"]]],
    "marked and percent-encoded": ["j%3A%7B%22q%22%3A%22x%22%7D", [["percent json", "q", "x"]]],
    "a name of a prototype": ['{"\\u005f_proto__":{"x":"y"}}', [["json", "__proto__.x", "y"]]],
    "what precedes an error in JSON": ['{"q":"\\u003c",}', [["json", "q", "<"]]],
    "JSON with a word that only lenient readers take": [
      '{"n":NaN,"q":"\\u003c"}',
      [
        ["json", "n", "NaN"],
        ["json", "q", "<"],
      ],
    ],
    "JSON with comments": ['/* x */ // y\n{"q":/* z */"\\u003c" # end\n}', [["json", "q", "<"]]],
    "JSON with other quotes and no quotes": ["{q:'\\x3c',}", [["json", "q", "<"]]],
    "JSON with blanks of Unicode": [
      utf8Encode("\u3000\u2003\u205f\u1680[\u202f'\u2028\\x3c',\u0085\u180e]"),
      [["json", "0", `${utf8Encode("\u2028")}<`]],
    ],
    "JSON with other blanks": ['\xef\xbb\xbf\xc2\xa0\f["\\u003c"]', [["json", "0", "<"]]],
    "JSON lines": [
      '{"q":"\\u003c"}\n{"q":"\\u003e"}',
      [
        ["json", "q", "<"],
        ["json", "q", ">"],
      ],
    ],
    "a key that holds a list of numbers": ['{"\\u003c":[1,2]}', [["json", "<.0", "1"]]],
    "a JSON string": [
      '"\\u003cscript>"',
      [
        ["json", "", "<script>"],
        ["quoted", "", "u003cscript>"],
      ],
    ],
    "octal escapes of a cookie": ['"\\074script\\076"', [["quoted octal_escapes", "", "<script>"]]],
    "escaped quotes of a cookie": ['"a\\"b\\\\c"', [["json", "", 'a"b\\c']]],
    "other escaped characters": ['"a\\<b"', [["quoted", "", "a<b"]]],
    "JSON in a cookie's quotes": [
      '"{\\"q\\":\\"\\\\u003c\\"}"',
      [
        ["json", "", '{"q":"\\u003c"}'],
        ["json json", "q", "<"],
      ],
    ],
    "JSON with octal escapes, as some frameworks quote cookies": [
      '"{\\042q\\042:\\042x\\042}"',
      [
        ["quoted octal_escapes", "", '{"q":"x"}'],
        ["quoted octal_escapes json", "q", "x"],
      ],
    ],
    Base64: [base64(SCRIPT), [["base64", "", SCRIPT]]],
    "Base64 without padding": [base64(`${SCRIPT}x`).replaceAll("=", ""), [["base64", "", `${SCRIPT}x`]]],
    "Base64 with the other alphabet": [base64url("<<???>>???<<>>"), [["base64", "", "<<???>>???<<>>"]]],
    "Base64 in lines": [base64(SCRIPT).replace(/(.{10})/g, "$1\r\n"), [["base64", "", SCRIPT]]],
    "Base64, percent-encoded": [
      encodeURIComponent(base64("1' or '1'='12")),
      [
        // To decoders that leave the percent sign out and go on behind it.
        ["base64", "", "1' or '1'='12\r"],
        ["percent base64", "", "1' or '1'='12"],
      ],
    ],
    "Base64 of text beyond ASCII": [
      base64("Überweisung für €"),
      [["base64", "", utf8Encode("Überweisung für €")]],
    ],
    "JSON in Base64": [
      base64('{"q":"\\u003c"}'),
      [
        ["base64", "", '{"q":"\\u003c"}'],
        ["base64 json", "q", "<"],
      ],
    ],
    ...Object.fromEntries(
      [
        `.${base64(SCRIPT)}`,
        `=!${base64(SCRIPT)}`,
        base64(SCRIPT).split("").join("."),
        base64(SCRIPT).replace(/^.{5}/, "$&~,"),
        `${base64(SCRIPT).replace(/=+$/, "")}====`,
        `"${base64(SCRIPT)}`,
      ].map((written) => [
        `Base64 that only lenient decoders take: ${written}`,
        [written, [["base64", "", SCRIPT]]],
      ]),
    ),
    "short Base64 without padding": ["JyBvciAxPTEtLQ", [["base64", "", "' or 1=1--"]]],
    "Base64 of text behind control characters": [
      base64(`\0\x01${SCRIPT}`),
      [["base64", "", `\0\x01${SCRIPT}`]],
    ],
    ...Object.fromEntries(
      (
        [
          ["in UTF-16", Buffer.from(SCRIPT, "utf16le")],
          ["in UTF-16, the other order, with a mark", Buffer.from(`\ufeff${SCRIPT}`, "utf16le").swap16()],
          ["behind bytes that are no UTF-8", Buffer.from(`\xff\xfe\xe0${SCRIPT}`, "latin1")],
          ["in front of such a byte", Buffer.from(`${SCRIPT}\x90\xff`, "latin1")],
          ["behind many control characters", Buffer.from(`\x01\x02\x03\x04${SCRIPT}`, "latin1")],
        ] as const
      ).map(([how, bytes]) => [
        `Base64 of text ${how}`,
        [bytes.toString("base64"), [["base64", "", SCRIPT]]],
      ]),
    ),
    "Base64 behind a padding": [`${base64("a")}${base64(SCRIPT)}`, [["base64", "", SCRIPT]]],
    "Base64 with digits that only some decoders know": [
      base64(SCRIPT).replace(/^.{3}/, "$&_-"),
      [["base64", "", SCRIPT]],
    ],
    "Base64 as short as an attack": ["JyBvciAxPTE", [["base64", "", "' or 1=1"]]],
    "the claims of a token": [
      `${base64url('{"alg":"none"}')}.${base64url('["\\u003cb>"]')}.`,
      [
        ["base64", "", '{"alg":"none"}'],
        ["base64", "", '["\\u003cb>"]'],
        ["base64 json", "0", "<b>"],
        ["base64 json", "alg", "none"],
      ],
    ],
    "the claims of a token behind its scheme": [
      `Bearer ${base64url('{"alg":"none"}')}.${base64url('["\\u003cb>"]')}.`,
      [
        ["base64", "", '{"alg":"none"}'],
        ["base64", "", '["\\u003cb>"]'],
        ["base64 json", "0", "<b>"],
        ["base64 json", "alg", "none"],
      ],
    ],
    XML: [
      "<r a='&#39; or 1=1'>&lt;script>x<!-- a remark --></r>",
      [
        ["xml", "r.@a", "' or 1=1"],
        ["xml", "r.#comment", " a remark "],
        ["xml", "r", "<script>x"],
      ],
    ],
    "JSON in XML": [
      '<r>{"q":"\\u003c"}</r>',
      [
        ["xml", "r", '{"q":"\\u003c"}'],
        ["xml json", "r.q", "<"],
      ],
    ],
    "an element of HTML with what HTML does not have": [
      "<p><![CDATA[<scr]]><![CDATA[ipt>]]></p>",
      [["xml", "p", "<script>"]],
    ],
    "credentials with other characters between": [
      `Basic .${base64("a:b").replace(/^../, "$&~")}`,
      [
        ["basic", "user", "a"],
        ["basic", "password", "b"],
      ],
    ],
    "Base64 in quotes": [`"${base64(SCRIPT)}"`, [["quoted base64", "", SCRIPT]]],
    credentials: [
      `Basic ${base64("a:' or 1=1--")}`,
      [
        ["basic", "user", "a"],
        ["basic", "password", "' or 1=1--"],
      ],
    ],
    "credentials without a password": [`basic  ${base64("<b>")}`, [["basic", "user", "<b>"]]],
    "a data URL": [`data:text/html;base64,${base64(SCRIPT)}`, [["data_url base64", "", SCRIPT]]],
    "a data URL that is no Base64": ["DATA:,<b>", [["data_url", "", "<b>"]]],
  };
  test.each(Object.entries(cases))("%s", (_, [value, rows]) => {
    expect(mayNest(value)).toBe(true);
    expect(read(value)).toEqual({ rows, truncated: false });
  });

  test.each([
    "",
    "x",
    "{}",
    "blue shoes for men and women",
    "[link](https://shop.example/)",
    "{placeholder}",
    "{{ name }}",
    "{% if x %}",
    "[1] see note",
    '[note] "so it is"',
    "[b]bold[/b]",
    '[quote="Ann"]so[/quote]',
    "[[Page|its name]]",
    "[TODO: the rest]",
    "[#12] a title",
    "// a remark",
    "//cdn.example/a.js",
    "/* a remark */ text",
    "8f14e45fceea167a5a36dedd4bea2543",
    "123e4567-e89b-12d3-a456-426614174000",
    "some-long-slug-of-an-article",
    "Bearer 8f14e45fceea167a5a36dedd4bea2543",
    "bearer eye drops",
    "token eyes",
    "Mozilla/5.0 (X11; Linux x86_64)",
    '"Chromium";v="126", "Not/A)Brand";v="8"',
    "100% cotton",
    "basically nothing",
    "database",
    "data: nothing",
    "Bearer abcdefghijklmnop",
    Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "latin1").toString("base64"),
    base64("ab\0\x01\x02\x03cdefghi\x01"),
    base64("short"),
    "an ordinary text, which is no Base64",
    "internationalization",
    "administration",
    "/usr/local/share/applications/index.html",
    "0f8fad5b-d9cb-469f-a165-70867728950e",
    "d41d8cd98f00b204e9800998ecf8427e",
    "2024-01-01T00:00:00.000Z",
    "<p>An <b>ordinary</b> text &amp; its &lt;markup&gt;</p>",
    "<3 and 5 > 4",
    "a.b@example.com, c.d@example.com",
  ])("nothing is in %j", (value) => {
    expect(read(value)).toEqual({ rows: [], truncated: false });
  });

  test("goes as deep as the limit says, and tells when it stops", () => {
    const layers = (count: number): string => (count === 0 ? SCRIPT : JSON.stringify([layers(count - 1)]));
    const three = { maxNestedDepth: 3 };
    expect(read(layers(3), three).rows.at(-1)).toEqual(["json json json", "0.0.0", SCRIPT]);
    expect(read(layers(3), three).truncated).toBe(false);
    expect(read(layers(4), three).truncated).toBe(true);
    expect(read(layers(4), { maxNestedDepth: 4 }).truncated).toBe(false);
    // What is beside it is read all the same.
    const beside = JSON.stringify([layers(3), SCRIPT]);
    expect(read(beside, three)).toEqual({
      rows: expect.arrayContaining([["json", "1", SCRIPT]]),
      truncated: true,
    });
    // At the last level nothing but what could be read is too deep.
    for (const prose of ["[1] see note", '"so"', "[link](https://shop.example/)", "{placeholder}"]) {
      expect([prose, read(JSON.stringify([prose]), { maxNestedDepth: 1 }).truncated]).toEqual([prose, false]);
    }
    expect(read('["\\"[1,\\"x\\"]\\""]', { maxNestedDepth: 1 }).truncated).toBe(true);
  });

  test.each([
    ["values", { maxNestedValues: 2 }, '["a","b"]', '["a","b","c"]'],
    ["bytes", { maxNestedBytes: 4 }, '["a","b"]', '["a","b","c"]'],
  ])("at most so many %s", (_, limits, at, beyond) => {
    expect(read(at, limits).truncated).toBe(false);
    const found = read(beyond, limits);
    expect([found.truncated, found.rows.length]).toEqual([true, 2]);
  });

  test("tells that JSON was not read to its end for a limit or the budget", () => {
    const deep = `${"[".repeat(DEFAULT_REQUEST_LIMITS.maxJsonDepth + 1)}`;
    expect(read(deep).truncated).toBe(true);
    expect(read('{"a":1}', {}, new Budget(3)).truncated).toBe(true);
  });

  test("spends no steps on ordinary values, and few on hostile ones", () => {
    const spent = (value: string) => {
      const budget = new Budget(10_000_000);
      read(value, {}, budget);
      return budget.limit - budget.remaining;
    };
    expect(spent("blue shoes")).toBe(0);
    for (const piece of ['"', "\\", '["', "%22", "[", "{", '\\"', "QUFB", '"\\042', "<a>", "<![CDATA[", "A="])
      for (const start of ["", '"', "[", '["']) {
        const value = start + piece.repeat(4000);
        expect(spent(value)).toBeLessThan(value.length * 20 + 100);
      }
  });

  test("takes any text", () => {
    const piece = fc.constantFrom(
      '"',
      "\\",
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      "%22",
      "%5B",
      "\\074",
      "QUFB",
      "<a>",
      "</a>",
      "&#60;",
      "Basic ",
      "data:",
      "=",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 20 }), (pieces) => {
        const value = utf8Encode(pieces.join(""));
        const { rows } = read(value);
        if (!mayNest(value)) expect(rows).toEqual([]);
      }),
    );
  });

  test("finds any text that was put into JSON, Base64 or both", () => {
    const encoders: readonly ((text: string) => string)[] = [
      (text) => JSON.stringify({ k: text }),
      (text) => JSON.stringify([text]),
      base64,
      base64url,
    ];
    const text = fc.string({ unit: "grapheme-ascii", minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(
        text,
        fc.array(fc.constantFrom(...encoders), { minLength: 1, maxLength: 3 }),
        (inner, chain) => {
          const outer = chain.reduce((value, encode) => encode(value), inner);
          expect(read(outer).rows.map(([, , value]) => value)).toContain(inner);
        },
      ),
    );
  });

  test("undoes quotes of cookies as Python does", () => {
    if (!available(spawnSync("python3", ["--version"]).status === 0, "Python")) return;
    const pieces = ["a", "\\", "\\\\", '\\"', "\\074", "\\47", "\\400", "\\u003c", "\\377", "\\8", ";", " "];
    const inputs = fc
      .sample(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 }), 500)
      .map((parts) => `"${parts.join("")}x"`)
      .filter((value) => value.includes("\\") && value.length >= 6);
    const script = `import json, sys
from http.cookies import _unquote
print(json.dumps([_unquote(value) for value in json.load(sys.stdin)]))`;
    const { stdout } = spawnSync("python3", ["-c", script], {
      input: JSON.stringify(inputs),
      encoding: "utf8",
    });
    const wanted: readonly string[] = JSON.parse(stdout);
    inputs.forEach((input, at) => {
      expect([input, read(input).rows.map(([, , value]) => value)]).toEqual([
        input,
        expect.arrayContaining([wanted[at]]),
      ]);
    });
  });
});
