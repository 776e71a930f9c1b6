import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FUNCTION_WORDS, KEYWORDS, TOKEN, TokenReader } from "../../support/source/detection/scorer.ts";

const NAMES = new Map<number, string>(Object.entries(TOKEN).map(([name, token]) => [token, name]));
const FIRST_KEYWORD = 32 + 3 * 94;
const words = [...KEYWORDS.keys()];

/** Tokens as people read them: names of shapes in angles, keywords and marks as they are. */
function read(text: string, chunk = 4096): string {
  const reader = new TokenReader();
  const tokens = new Uint16Array(chunk);
  const all: string[] = [];
  reader.begin(text);
  for (let n = chunk; n === chunk; ) {
    n = reader.fill(tokens);
    for (const token of tokens.subarray(0, n)) all.push(shown(token));
  }
  return all.slice(1, -1).join(" ");
}

function shown(token: number): string {
  const shape = NAMES.get(token);
  if (shape !== undefined) return `<${shape}>`;
  if (token >= FIRST_KEYWORD) return words[token - FIRST_KEYWORD] ?? "?";
  const mark = token - 32;
  return String.fromCharCode(33 + (mark % 94)).repeat(1 + Math.floor(mark / 94));
}

const TOKENS: readonly (readonly [text: string, tokens: string])[] = [
  ["", ""],
  [" \t ", ""],
  ["Mary had", "<word> <functionWord>"],
  ["SELECT * FROM users", "select * from users"],
  ["1 UnIoN sElEcT 2", "<number> union select <number>"],
  ["1' or '1'='1", "<number> ' or ' <number> ' = ' <same>"],
  ["x=x", "<letter> = <same>"],
  ["1=2", "<number> = <number>"],
  ["a1=a1", "<identifier> = <same>"],
  ["O'Brien doesn't", "<letter> <apostrophe> <word> <word> <apostrophe> <letter>"],
  ["select/**/1/* x */--", "select <comment> <number> <comment> --"],
  ["/* open", "/ * open"],
  ["../../etc/passwd", ".. / .. / etc / passwd"],
  ["((((", "((("],
  ["<img src=x onerror=alert(1)>", "< img src = <letter> onerror = alert ( <number> ) >"],
  ["onpointerrawupdate = 1 only", "<handler> = <number> <functionWord>"],
  ["user_name id2 __class__", "<identifier> <identifier> __class__"],
  ["0x1f 3.14 1.2.3 123456 12345", "<hexadecimal> <decimal> <decimal> <longNumber> <number>"],
  ["dGhpcyBpcyBhIHRlc3QgMTIzNDU2Nzg5MA==", "<blob>"],
  ["825d3121-9a47-4103-a438-5ded0695693f", "<identifier> - <blob>"],
  ["/usr/local/share/applications/list", "/ usr / <word> / <word> / <word> / <word>"],
  ["a".repeat(33), "<blob>"],
  ["a\r\n\r\nb\0\x01c", "a <newline> b <control> <letter>"],
  ["caf\xc3\xa9 \xe4\xbd\xa0", "<foreign> <foreign>"],
  ["$\u007bjndi:ldap://x}", "$ { jndi : ldap : // <letter> }"],
];

describe("tokens", () => {
  test.each(TOKENS)("%j", (text, tokens) => {
    expect(read(text)).toBe(tokens);
  });

  test("are the same in pieces of any size", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary-ascii", maxLength: 200 }),
        fc.integer({ min: 2, max: 9 }),
        (text, chunk) => {
          expect(read(text, chunk)).toBe(read(text));
        },
      ),
    );
  });

  test("of a text are no more than its characters, and every one of them is known", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const reader = new TokenReader();
        const tokens = new Uint16Array(1024);
        reader.begin(text);
        const n = reader.fill(tokens);
        expect(n).toBeLessThanOrEqual(text.length + 2);
        expect(Array.from(tokens.subarray(0, n), shown)).not.toContain("?");
      }),
    );
  });
});

describe("keywords", () => {
  test("are about as many as the weights can hold apart", () => {
    expect(KEYWORDS.size).toBeGreaterThan(350);
    expect(KEYWORDS.size).toBeLessThan(1024 - FIRST_KEYWORD);
  });

  test("are what the reader reads, and are no function words", () => {
    const misread = words.filter((word) => read(word) !== word);
    expect(misread).toEqual([]);
    for (const word of FUNCTION_WORDS) expect(read(word)).toBe("<functionWord>");
  });
});
