import { expect, test } from "vitest";
import { detectors } from "../../support/source/detection/inspection.ts";
import { compileFilter, standardScheme } from "../../support/source/index.ts";

const scheme = standardScheme();
const told = (expression: string) => {
  const compiled = compileFilter(expression, scheme);
  expect(compiled.ok ? [] : compiled.errors).toEqual([]);
  return compiled.warnings
    .filter(({ code }) => code === "W_NEVER_EQUAL")
    .map(({ message, hint, column }) => `${column} ${message}${hint === undefined ? "" : ` (${hint})`}`);
};

test.each<[expression: string, ...told: string[]]>([
  ['http.request.method eq "get"', "24 `http.request.method` is never `get` (did you mean `GET`?)"],
  [
    'http.request.method in {"GET" "post"}',
    "31 `http.request.method` is never `post` (did you mean `POST`?)",
  ],
  ['http.request.version eq "HTTP/2.0"', '25 `http.request.version` is never `HTTP/2.0` (write `"HTTP/2"`)'],
  ['ip.src.country eq "de"', "19 `ip.src.country` is never `de` (did you mean `DE`?)"],
  ['ip.src.country in {"UK"}', '20 `ip.src.country` is never `UK` (write `"GB"`)'],
  [
    'ip.src.country ne "Germany"',
    "19 `ip.src.country` is never `Germany` (a country is two capitals of ISO 3166-1, such as `DE`)",
  ],
  [
    'any(wirewall.detection.kinds[*] == "sqli-union-selct")',
    "36 `wirewall.detection.kinds` is never `sqli-union-selct` (did you mean `sqli-union-select`?)",
  ],
  [
    'any(wirewall.detection.attacks[*] eq "sql")',
    "38 `wirewall.detection.attacks` is never `sql` (did you mean `sqli`?)",
  ],
  ['cf.waf.score.class eq "attacks"', "23 `cf.waf.score.class` is never `attacks` (did you mean `attack`?)"],
  [
    'wirewall.request.body.kind eq "JSON"',
    "31 `wirewall.request.body.kind` is never `JSON` (did you mean `json`?)",
  ],
  [
    'lower(http.user_agent) contains "Bot"',
    "33 `lower` leaves no upper-case letters, so this never matches (write the text in lower case)",
  ],
  [
    'any(upper(http.request.headers.names[*])[*] eq "x-a")',
    "48 `upper` leaves no lower-case letters, so this never matches (write the text in upper case)",
  ],
  [
    'ends_with(lower(http.request.uri.path), ".PHP")',
    "41 `lower` leaves no upper-case letters, so this never matches (write the text in lower case)",
  ],
  [
    'starts_with(http.request.uri.path, "admin")',
    '36 `http.request.uri.path` begins with `/`, so this never matches (write `"/admin"`)',
  ],
  [
    'http.request.uri.path eq "x"',
    '26 `http.request.uri.path` begins with `/`, so this never matches (write `"/x"`)',
  ],
  [
    'http.request.uri.path wildcard "admin*"',
    '32 `http.request.uri.path` begins with `/`, so this never matches (write `"/admin*"`)',
  ],
  [
    'http.request.uri.query contains "?id="',
    '33 `http.request.uri.query` does not hold the `?` before it (write `"id="`)',
  ],
  ["len(http.user_agent) lt 0", "1 `len(…)` is never less than 0, so this is never true"],
  ["http.request.body.size ge 0", "1 `http.request.body.size` is never less than 0, so this is always true"],
  [
    'http.referer eq "a" and ssl and http.referer eq "b"',
    "33 no value satisfies this and the comparison before it, so the `and` is never true (join them with `or`, or with one `in {…}`)",
  ],
  ["ssl and not ssl", "9 this and its opposite are joined by `and`, which is never true"],
  ["ssl or not ssl", "8 this and its opposite are joined by `or`, which is always true"],
  // Not certain, or right.
  ['http.request.method eq "PROPFIND" or http.request.method in {"GET" ""}'],
  [
    'http.request.uri.path eq "*" or http.request.uri.path wildcard "*/admin" or http.request.uri.path contains "admin"',
  ],
  ['ip.src.country in {"DE" "T1" "XX" ""} or ip.src.continent eq "EU"'],
  ['lower(http.host) contains "a" or lower(http.user_agent) wildcard "*Bot*" or upper(http.host) eq "A"'],
  ['lower(http.user_agent) matches "(?i)Bot" or http.request.uri.path matches "admin"'],
  ['http.request.uri.query contains "a?b" or http.request.uri.query contains "?"'],
  ['http.referer in {"a" "b"} and http.referer eq "a"'],
  ['any(http.request.headers.names[*] eq "a") and any(http.request.headers.names[*] eq "b")'],
  ["len(http.user_agent) lt 1 or len(http.user_agent) gt 0"],
])("%s", (expression, ...expected) => {
  expect(told(expression)).toEqual(expected);
});

test("the names of evidence are those of the detectors", () => {
  const kinds = detectors.flatMap((detector) => detector.kinds);
  for (const { name, attack } of kinds) {
    expect(told(`any(wirewall.detection.kinds[*] eq "${name}")`)).toEqual([]);
    expect(told(`any(wirewall.detection.attacks[*] eq "${attack}")`)).toEqual([]);
  }
});
