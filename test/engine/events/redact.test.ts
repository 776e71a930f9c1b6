import fc from "fast-check";
import { expect, test } from "vitest";
import { createRedactor, isSecretName, passesLuhn } from "../../support/source/engine/events.ts";
import { printable, printableText } from "../../support/source/language/diagnostics.ts";

const redact = createRedactor();
const H = "http.request.headers";
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123_-xyz";
const CARD = "4111111111111111";

test.each<[field: string, key: string | undefined, value: string, shown: string]>([
  // Headers by name.
  [H, "authorization", "Bearer abcdef", "Bearer [redacted]"],
  [H, "Authorization", "Basic dXNlcjpwYXNz", "Basic [redacted]"],
  [H, "proxy-authorization", "opaque", "[redacted]"],
  [H, "x-api-key", "k", "[redacted]"],
  [H, "x-csrf-token", "k", "[redacted]"],
  [H, "cookie", "a=1; sid=xyz; b", "a=[redacted]; sid=[redacted];[redacted]"],
  [H, "set-cookie", "sid=xyz; Path=/; HttpOnly", "sid=[redacted]; Path=/; HttpOnly"],
  [H, "cookie", "a=1;; ", "a=[redacted];; "],
  [H, "location", "/a?pass%2577ord=x#y", "/a?pass%2577ord=[redacted]#y"],
  [H, "user-agent", "curl/8.0", "curl/8.0"],
  [
    H,
    "referer",
    "https://a.example/x?token=1&q=2#access_token=3",
    "https://a.example/x?token=[redacted]&q=2#access_token=[redacted]",
  ],
  [H, undefined, `Bearer ${JWT}`, "Bearer [redacted]"],
  // A value whose header is not known may be any header's.
  [H, undefined, "9fQx7Lw2ZbVt4Kc8Rm1Yp0", "[redacted]"],
  [H, "x-request-id", "9fQx7Lw2ZbVt4Kc8Rm1Yp0", "9fQx7Lw2ZbVt4Kc8Rm1Yp0"],
  ["http.user_agent", undefined, "9fQx7Lw2ZbVt4Kc8Rm1Yp0", "9fQx7Lw2ZbVt4Kc8Rm1Yp0"],
  ["raw.http.request.headers", "authorization", "Bearer abc", "Bearer [redacted]"],
  ["http.response.headers", "set-cookie", "a=b", "a=[redacted]"],
  // Cookies.
  ["http.cookie", undefined, "theme=dark; session=1", "theme=[redacted]; session=[redacted]"],
  ["http.request.cookies", "theme", "dark", "[redacted]"],
  // Arguments and queries.
  [
    "http.request.uri.query",
    undefined,
    "passwort=x1&mot_de_passe=x2&contrase%C3%B1a=x3&psw=x4&2fa=x5",
    "passwort=[redacted]&mot_de_passe=[redacted]&contrase%C3%B1a=[redacted]&psw=[redacted]&2fa=[redacted]",
  ],
  [
    "http.request.uri.query",
    undefined,
    "code=abc&state=def&country_code=DE&reset=x",
    "code=[redacted]&state=[redacted]&country_code=DE&reset=[redacted]",
  ],
  [
    "http.request.uri.query",
    undefined,
    "blob=cGFzc3dvcmQ9aHVudGVyMg==&c=Y29sb3VyPWJsdWU=",
    "blob=[redacted]==&c=Y29sb3VyPWJsdWU=",
  ],
  ["http.request.uri.query", undefined, "t=9fQx7Lw2ZbVt4Kc8Rm1Yp0&k=v1", "t=[redacted]&k=v1"],
  ["http.request.uri.query", undefined, "etag=9fQx7Lw2ZbVt4Kc8Rm1Yp0", "etag=9fQx7Lw2ZbVt4Kc8Rm1Yp0"],
  ["http.request.uri.args", "t", "9fQx7Lw2ZbVt4Kc8Rm1Yp0", "[redacted]"],
  ["http.request.uri.args", "etag", "9fQx7Lw2ZbVt4Kc8Rm1Yp0", "9fQx7Lw2ZbVt4Kc8Rm1Yp0"],
  ["http.request.uri.path", undefined, "/reset/9f4c27ab81de/x", "/reset/[redacted]/x"],
  ["http.request.uri.path", undefined, "/re%73et/9f4c27ab81de", "/re%73et/[redacted]"],
  ["http.request.uri.path", undefined, "/password/reset-by-mail", "/password/reset-by-mail"],
  [
    "http.request.uri.path",
    undefined,
    "/assets/index-BzX9d3fA12Lq8Rw.js",
    "/assets/index-BzX9d3fA12Lq8Rw.js",
  ],
  ["http.request.uri.path", undefined, "/u:hunter2@h/x@1:2", "/u:[redacted]@h/x@1:2"],
  ["http.request.uri", undefined, "/invite/token/9f4c27ab81de?a=1", "/invite/token/[redacted]?a=1"],
  [
    H,
    "x-note",
    "my token is 9f4c27ab, the password is wrong",
    "my token is [redacted], the password is wrong",
  ],
  ["http.request.uri.args", "password", "hunter2", "[redacted]"],
  ["http.request.uri.args", "q", "hunter2", "hunter2"],
  ["http.request.uri.query", undefined, "a=1&passwd=a,b;c&z", "a=1&passwd=[redacted]&z"],
  ["http.request.uri.query", undefined, "pass%77ord=x", "pass%77ord=[redacted]"],
  ["http.request.uri.query", undefined, "pass%2577ord=x", "pass%2577ord=[redacted]"],
  ["http.request.uri.query", undefined, "password=", "password="],
  [
    "http.request.uri.query",
    undefined,
    "q=%7B%22password%22%3A%22secret%22%7D",
    "q=%7B%22password%22%3A%22[redacted]%22%7D",
  ],
  ["http.request.uri.query", undefined, `t=${JWT}`, "t=[redacted]"],
  ["http.request.uri", undefined, "/a/b?key=1&user[pin]=2", "/a/b?key=[redacted]&user[pin]=[redacted]"],
  ["http.request.full_uri", undefined, "https://me:pw@a.example/", "https://me:[redacted]@a.example/"],
  ["http.request.uri.path", undefined, `/t/${JWT}/x`, "/t/[redacted]/x"],
  ["http.request.uri.path", undefined, "/a/b.php", "/a/b.php"],
  ["http.request.uri.path", undefined, "/a/pin=1/b;c", "/a/pin=[redacted]/b;c"],
  ["http.request.uri.path", undefined, "/a/pass%2577ord=1/b", "/a/pass%2577ord=[redacted]/b"],
  // Bodies.
  [
    "http.request.body.raw",
    undefined,
    '{"user":"me","password":"a\\"b","n":1}',
    '{"user":"me","password":"[redacted]","n":1}',
  ],
  ["http.request.body.raw", undefined, '{"pin": 1234, "n": 1}', '{"pin": [redacted], "n": 1}'],
  ["http.request.body.raw", undefined, '{"tokens":["a","b"],"n":1}', '{"tokens":[redacted],"n":1}'],
  ["http.request.body.raw", undefined, "user=me&password=a;b,c&x=1", "user=me&password=[redacted]&x=1"],
  [
    "http.request.body.raw",
    undefined,
    "<login><password>x</password></login>",
    "<login><password>[redacted]</password></login>",
  ],
  [
    "http.request.body.raw",
    undefined,
    '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter2\r\n--b--',
    '--b\\r\\nContent-Disposition: form-data; name="password"\\r\\n\\r\\n[redacted]\\r\\n--b--',
  ],
  ["http.request.body.form", "client_secret", "s", "[redacted]"],
  ["http.request.body.form.values", undefined, "9fQx7Lw2ZbVt4Kc8Rm1Yp0", "[redacted]"],
  ["http.request.body.form.values", undefined, "1' or '1'='1", "1' or '1'='1"],
  ["wirewall.request.body.json.values", undefined, "plain words", "plain words"],
  ["http.request.body.raw", undefined, "<password <b>x", "<password <b>[redacted]"],
  ["http.request.body.raw", undefined, "<password <token x", "<password[redacted]"],
  // What gives itself away.
  ["http.request.uri.args", "q", `card ${CARD}!`, "card [redacted]!"],
  ["http.request.uri.args", "q", "4111 1111 1111 1111", "[redacted]"],
  ["http.request.uri.args", "q", "4111-1111-1111-1111 ok", "[redacted] ok"],
  ["http.request.uri.args", "q", "4111111111111112", "4111111111111112"],
  ["http.request.uri.args", "t", "1700000000000", "1700000000000"],
  ["http.request.uri.args", "q", "AKIAIOSFODNN7EXAMPLE", "[redacted]"],
  [
    "http.request.uri.args",
    "q",
    "-----BEGIN RSA PRIVATE KEY-----abc-----END RSA",
    "-----BEGIN[redacted]-----END RSA",
  ],
  ["http.request.uri.args", "q", "Basic dXNlcjpwYXNz", "Basic [redacted]"],
  ["http.request.uri.args", "q", "basic training", "basic training"],
  ["http.request.uri.args", "q", "the bearer of this letter", "the bearer of this letter"],
  // Fields of an embedder's own.
  ["user.token", undefined, "abc", "[redacted]"],
  ["user.tier", undefined, "gold", "gold"],
  ["pin", undefined, "12", "[redacted]"],
  ["cf.llm.prompt.token_count", undefined, "12", "12"],
  ["x", undefined, "", ""],
])("%s[%j] %j", (field, key, value, shown) => {
  expect(redact(field, key, value)).toBe(shown);
});

test("names of the embedder's own, and names that are not secret here", () => {
  const own = createRedactor({ names: ["X-Badge"], reveal: ["csrf_token", "theme"] });
  expect(own(H, "x-badge", "17")).toBe("[redacted]");
  expect(own("http.request.uri.args", "csrf_token", "17")).toBe("17");
  expect(own("http.request.cookies", "theme", "dark")).toBe("dark");
  expect(own("http.request.cookies", "theme", JWT)).toBe("[redacted]");
  expect(own(H, "set-cookie", "theme=dark; Path=/")).toBe("theme=dark; Path=/");
  expect(own("http.cookie", undefined, "theme=dark; a=1")).toBe("theme=dark; a=[redacted]");
  expect(own("http.request.uri.args", "csrf_token", JWT)).toBe("[redacted]");
});

test("redaction ends only when it is switched off", () => {
  const open = createRedactor({ secrets: "show" });
  expect(open(H, "authorization", "Bearer a\n")).toBe("Bearer a\\n");
});

test.each<[name: string, secret: boolean]>([
  ["password", true],
  ["newPassword", true],
  ["user[password]", true],
  ["PHPSESSID", true],
  ["X-Auth-Key", true],
  ["apiKey", true],
  ["cvv", true],
  ["pinCode", true],
  ["user2Pin", true],
  ["pincode", false],
  [`${"a".repeat(251)}token`, true],
  [`${"a".repeat(252)}token`, false],
  ["keyword", false],
  ["monkey", false],
  ["compass", false],
  ["page", false],
  ["__proto__", false],
  ["constructor", false],
  ["", false],
])("name %j", (name, secret) => {
  expect(isSecretName(name)).toBe(secret);
});

test.each(
  "auth card cookie csc cvc cvv iban jwt key mfa otp pan pass pin pw pwd sess session sid sig ssn totp".split(
    " ",
  ),
)("%s tells as a word, not as a part of one", (word) => {
  expect([word, `my_${word}`, `my${word}s`].map(isSecretName)).toEqual([true, true, false]);
});

test.each(
  "password passwd passphrase passcode secret token apikey accesskey privatekey authkey sessionid sessid credential authorization authenticat bearer signature cardnumber creditcard securitycode onetimecode xsrf csrf".split(
    " ",
  ),
)("%s tells wherever it stands", (part) => {
  expect([part, `x${part}y`, `X-${part.slice(0, 3)}-${part.slice(3)}`].map(isSecretName)).toEqual([
    true,
    true,
    true,
  ]);
});

test.each<[bytes: string, shown: string]>([
  ["plain", "plain"],
  ["a\\b", "a\\\\b"],
  ["\r\n\t\0\x1b\x7f", "\\r\\n\\t\\x00\\x1b\\x7f"],
  ["\xc3\xa9", "é"],
  ["\xc3", "\\xc3"],
  ["\xe2\x80\xae", "\\u{202e}"],
  ["\xc2\xa0", "\\u{a0}"],
  ["\xed\xa0\x80", "\\xed\\xa0\\x80"],
  ["\xf0\x9f\x98\x80", "😀"],
  ["\xc0\xaf", "\\xc0\\xaf"],
  ["0123456789ABCDEF", "0123456789ABCDEF"],
  ["0123456789ABCDEFG", "0123456789ABCDE…"],
  ["0123456789ABCD\x01\x02", "0123456789ABCD…"],
])("printable %j", (bytes, shown) => {
  expect(printable(bytes, shown.length > 16 ? 64 : 16)).toBe(shown);
});

test("text is cut and escaped as bytes are", () => {
  expect(printableText("a\u2028b\n", 20)).toBe("a\\u{2028}b\\n");
  expect(printableText("abcdef", 4)).toBe("abc…");
});

const hostile = fc.oneof(
  fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 3000,
  }),
  fc
    .array(
      fc.constantFrom(
        "password",
        "=",
        ":",
        '"',
        "\\",
        "{",
        "[",
        "<",
        ">",
        "&",
        "%",
        "%25",
        "eyJ",
        ".",
        "4111",
        " ",
        "://",
        "@",
        "Basic ",
        "name=",
        "\r\n",
        "\xff",
      ),
      { maxLength: 400 },
    )
    .map((parts) => parts.join("")),
);
const anyField = fc.constantFrom(
  H,
  "http.cookie",
  "http.request.uri",
  "http.request.uri.query",
  "http.request.uri.path",
  "http.request.body.raw",
  "http.request.body.form.values",
  "own",
);
const anyKey = fc.option(fc.constantFrom("cookie", "set-cookie", "authorization", "q", "__proto__"), {
  nil: undefined,
});

test("whatever the bytes, the text is bounded, printable and of one line", () => {
  const short = createRedactor({ maxLength: 100 });
  fc.assert(
    fc.property(anyField, anyKey, hostile, (field, key, value) => {
      const shown = short(field, key, value);
      expect(shown.length).toBeLessThanOrEqual(100);
      expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
    { numRuns: 4000 },
  );
});

test("a secret under a telling name never shows, wherever the value is cut", () => {
  const marker = "Zq7SECRETq9";
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1700 }),
      fc.constantFrom("password", "api_key", "access_token"),
      (padding, name) => {
        const before = "a=".padEnd(padding + 2, "x");
        for (const [field, value] of [
          ["http.request.uri.query", `${before}&${name}=${marker}`],
          ["http.request.body.raw", `${before}&${name}=${marker}`],
          ["http.request.body.raw", `{"p":"${before}","${name}":"${marker}"}`],
          ["http.cookie", `p=${before}; ${name}=${marker}`],
        ] as const) {
          expect(redact(field, undefined, value)).not.toContain("SECRET");
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("card numbers never show, wherever the value is cut", () => {
  for (let padding = 1450; padding < 1560; padding++) {
    const value = `password="${"x".repeat(padding - 11)}" ${CARD} and more and more and more text after it`;
    expect(redact("own", undefined, value)).not.toMatch(/4111/);
  }
  expect(passesLuhn(CARD)).toBe(true);
});

test("a token after the name of its scheme ends at the first byte that is none of a token's", () => {
  const token = "abcdef012345";
  for (let code = 33; code < 127; code++) {
    const char = String.fromCharCode(code);
    // A backslash is shown as two.
    const shown = redact("http.request.body.raw", undefined, `say bearer ${token}${char} end`).replaceAll(
      "\\\\",
      "\\",
    );
    const belongs = /[A-Za-z0-9._~+/=-]/.test(char);
    expect([char, shown]).toEqual([char, `say bearer [redacted]${belongs ? "" : char} end`]);
  }
});

test.each<[prefix: string, rest: number]>([
  ["AKIA", 16],
  ["ASIA", 16],
  ["AIza", 30],
  ["ghp_", 20],
  ["gho_", 20],
  ["ghs_", 20],
  ["ghu_", 20],
  ["github_pat_", 20],
  ["glpat-", 16],
  ["npm_", 30],
  ["sk_live_", 10],
  ["sk_test_", 10],
  ["rk_live_", 10],
  ["sk-ant-", 16],
  ["sk-proj-", 16],
  ["whsec_", 16],
  ["xoxb-", 10],
  ["xoxp-", 10],
])("a key that begins with %s and goes on for %d characters", (prefix, rest) => {
  const long = prefix + "k".repeat(rest);
  const short = prefix + "k".repeat(rest - 1);
  expect(redact("own", undefined, `say ${long}, ${short}`)).toBe(`say [redacted], ${short}`);
  expect(redact("own", undefined, `x${long}`)).toBe(`x${long}`);
});

const PART = 'Content-Disposition: form-data; name="pin"';

test.each<[value: string, shown: string]>([
  // White space and signs between a name and its value.
  ["password = x y", "password = [redacted] y"],
  ["password\t=\tx", "password\\t=\\t[redacted]"],
  ["password=>x", "password=>[redacted]"],
  ["password: x y, b", "password: [redacted], b"],
  ["password: x&b", "password: [redacted]&b"],
  ["password: x<b", "password: [redacted]<b"],
  ["[n, password: x]b", "[n, password: [redacted]]b"],
  ["{n, password: x}b", "{n, password: [redacted]}b"],
  ["password=x,y}z", "password=[redacted]"],
  ["password=x\ty", "password=[redacted]\\ty"],
  ["password=x\ny", "password=[redacted]\\ny"],
  ["password: x\ry", "password: [redacted]\\ry"],
  [`password${" ".repeat(8)}=x`, `password${" ".repeat(8)}=[redacted]`],
  ["password x", "password x"],
  ["password=", "password="],
  // Values of a whole line.
  ["cookie: a=1; b=2, c\r\nx: y", "cookie: [redacted]\\r\\nx: y"],
  ["Proxy-Authorization: a b\nx: y", "Proxy-Authorization: [redacted]\\nx: y"],
  // Quotes, escaped quotes and quotes inside escaped quotes.
  [`'password': 'a"b', n`, `'password': '[redacted]', n`],
  ['"password": "a\\\\", "n": 1', '"password": "[redacted]", "n": 1'],
  ['"password": "a\\\\\\"b", "n": 1', '"password": "[redacted]", "n": 1'],
  ['{\\"password\\": \\"a\\", \\"n\\": 1}', '{\\\\"password\\\\": \\\\"[redacted]\\\\", \\\\"n\\\\": 1}'],
  ['"password": "never closed', '"password": "[redacted]'],
  // Brackets and braces, whose quotes may hold brackets.
  ['{"password": {"a": ["]", "}"]}, "n": 1}', '{"password": [redacted], "n": 1}'],
  ['{"password": [[1], {}], "n": 1}', '{"password": [redacted], "n": 1}'],
  ['{"password": [1, "n"', '{"password": [redacted]'],
  // Elements.
  ["<pin a='1'>2</pin>", "<pin a='1'>[redacted]</pin>"],
  ["<pin>2", "<pin>[redacted]"],
  ["<page>2</page>", "<page>2</page>"],
  // Passwords in addresses.
  ["ftp://me:p:q@a.example/x", "ftp://me:[redacted]@a.example/x"],
  ["ftp://me@a.example/x", "ftp://me@a.example/x"],
  ["ftp://a.example:80/@x", "ftp://a.example:80/@x"],
  ["ftp://a.example:80?@x", "ftp://a.example:80?@x"],
  ["ftp://a.example:80#@x", "ftp://a.example:80#@x"],
  ["ftp://a.example:80 @x", "ftp://a.example:80 @x"],
  ["'ftp://a.example:80'@x", "'ftp://a.example:80'@x"],
  ["<ftp://a.example:80>@x", "<ftp://a.example:80>@x"],
  [`ftp://me:${"p".repeat(252)}@a`, "ftp://me:[redacted]@a"],
  // Too far from the slashes, and then too long to be shown.
  [`ftp://me:${"p".repeat(253)}@a`, `ftp://me:${"p".repeat(246)}…`],
  // Credentials of a scheme.
  ["Negotiate abcdefghijk1", "Negotiate [redacted]"],
  ["Negotiate abcdefghij1", "Negotiate abcdefghij1"],
  ["Bearer abcdefghijkl", "Bearer abcdefghijkl"],
  ["Digest abcdefghijk1", "Digest abcdefghijk1"],
  ["Basic YWJjZGVmZ2hpamsx", "Basic YWJjZGVmZ2hpamsx"],
  // Parts of forms.
  [`${PART}\r\nX: 1\r\n\r\n2\r\n--b`, `${PART}\\r\\nX: 1\\r\\n\\r\\n[redacted]\\r\\n--b`],
  [`${PART}\r\n\r\n2`, `${PART}\\r\\n\\r\\n[redacted]`],
  [`${PART}\r\n2`, `${PART}\\r\\n2`],
  ['name="page"\r\n\r\n2', 'name="page"\\r\\n\\r\\n2'],
  ["name=pin\r\n\r\n2", "name=pin\\r\\n\\r\\n[redacted]"],
  // Card numbers.
  ["4222222222222", "[redacted]"],
  ["6304000000000000000", "[redacted]"],
  ["4111+1111+1111+1111", "[redacted]"],
  ["4111%201111%201111%201111", "[redacted]"],
  ["4111.1111.1111.1111", "4111.1111.1111.1111"],
  ["1111111111111117", "1111111111111117"],
  ["14111111111111111", "14111111111111111"],
  // JSON Web Tokens.
  ["eyJ0123456789.abcdef", "[redacted]"],
  ["eyJ0123456789.abcde", "eyJ0123456789.abcde"],
  ["eyJ01234567890abcdef", "eyJ01234567890abcdef"],
  ["xeyJ0123456789.abcdef", "xeyJ0123456789.abcdef"],
  // Private keys.
  ["-----BEGIN OPENSSH PRIVATE KEY-----a", "-----BEGIN[redacted]"],
  ["-----BEGIN ENCRYPTED PRIVATE KEY-----a", "-----BEGIN[redacted]"],
  [
    "-----BEGIN FAR TOO MANY WORDS BEFORE A PRIVATE KEY",
    "-----BEGIN FAR TOO MANY WORDS BEFORE A PRIVATE KEY",
  ],
  ["-----BEGIN PRIVATE KEY-----a", "-----BEGIN[redacted]"],
  ["-----BEGIN CERTIFICATE-----a", "-----BEGIN CERTIFICATE-----a"],
])("in free text: %j", (value, shown) => {
  expect(redact("own", undefined, value)).toBe(shown);
});
