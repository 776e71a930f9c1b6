// What stands inside of values, as rules see it: from requests to matches.
import { expect, test } from "vitest";
import { createWaf, type RequestData } from "../../support/source/index.ts";

const TEXTS = [
  "wirewall.request.uri.args.decoded[*][*]",
  "wirewall.request.cookies.decoded[*][*]",
  "wirewall.request.headers.texts[*][*]",
  "wirewall.request.body.decoded[*][*]",
];
const waf = createWaf({
  rulesets: [
    {
      id: "r",
      name: "r",
      kind: "zone",
      phase: "http_request_firewall_custom",
      rules: [
        {
          ref: "script",
          action: "log",
          expression: TEXTS.map((text) => `any(${text} contains "<script>")`).join(" or "),
        },
        {
          ref: "left out",
          action: "log",
          expression:
            'wirewall.request.nested.truncated or (wirewall.request.body.outcome eq "partly" and wirewall.request.body.reason eq "nested_too_much" and wirewall.request.body.nested.truncated)',
        },
      ],
    },
  ],
});

function matches(request: Omit<RequestData, "url"> & { readonly url?: string }): readonly string[] {
  const decision = waf.evaluateSync({ url: "https://a.example/", remoteAddress: "192.0.2.7", ...request });
  expect(decision.budget).toBeUndefined();
  return decision.matches.map(({ rule }) => rule.ref);
}

const send = (type: string, body: string) => ({ method: "POST", headers: { "Content-Type": type }, body });
/** In quotes, as clients write names. */
const quoted = (text: string) => `${text.replace(/["\\]/g, "\\$&")}"`;
const FORM = "application/x-www-form-urlencoded";
const PART = 'Content-Disposition: form-data; name="a"';

/** Requests that hold a value in each place where one can be. */
const PLACES: Readonly<Record<string, (value: string) => Parameters<typeof matches>[0]>> = {
  "an argument": (value) => ({ url: `https://a.example/?q=${encodeURIComponent(value)}` }),
  "a cookie": (value) => ({ headers: { Cookie: `q=${encodeURIComponent(value)}` } }),
  "a header": (value) => ({ headers: { "X-A": value.replaceAll("\n", " ") } }),
  "a form": (value) => send(FORM, `q=${encodeURIComponent(value)}`),
  "a string of JSON": (value) => send("application/json", JSON.stringify({ q: value })),
  "a text of XML": (value) => send("text/xml", `<q>${value.replaceAll("<", "&lt;")}</q>`),
  "a part": (value) => send("multipart/form-data; boundary=b", `--b\r\n${PART}\r\n\r\n${value}\r\n--b--`),
  "a part's name": (value) =>
    send(
      "multipart/form-data; boundary=b",
      `--b\r\n${PART.slice(0, PART.indexOf('"') + 1)}${quoted(value)}\r\n\r\nx\r\n--b--`,
    ),
};

const S = "\\u003cscript>";
const VALUES: Readonly<Record<string, string>> = {
  JSON: `{"a":["${S}"]}`,
  NaN: `{"n":NaN,"a":"${S}"}`,
  "an unusual number": `{"n":+.5,"a":"${S}"}`,
  "a comment in front": `/**/{"a":"${S}"}`,
  "a comment inside": `{/**/"a":"${S}"}`,
  "a comma too many": `{"b":[1,],"a":"${S}"}`,
  "other quotes": `{'a':'${S}'}`,
  "no quotes": `{n:1,a:"${S}"}`,
  "a wrong escape in front": `{"n":"\\q","a":"${S}"}`,
  "an escape of JSON5": `{"a":"\\x3cscript>"}`,
  "text behind it": `{"a":"${S}"} and so on`,
  "a key": `{"${S}":[1]}`,
  "JSON in Base64": Buffer.from(`{n:1,"a":"${S}"}`).toString("base64"),
};

test.each(Object.entries(PLACES))("rules see what is inside of %s", (_, place) => {
  const missed = Object.keys(VALUES).filter((name) => !matches(place(VALUES[name] ?? "")).includes("script"));
  expect(missed).toEqual([]);
});

const list = (count: number, item: (at: number) => unknown) =>
  Array.from({ length: count }, (_, at) => item(at));
const inJson = (text: string, layers: number): string =>
  layers === 0 ? text : inJson(JSON.stringify([text]), layers - 1);

const TOO_MUCH: Readonly<Record<string, string>> = {
  "too many layers": inJson("<b>text</b>", 7),
  "too many layers beside others": JSON.stringify([inJson("<b>text</b>", 7), "x"]),
  "too many levels": `${"[".repeat(1001)}1${"]".repeat(1001)}`,
};
test.each(Object.entries(PLACES))("rules see that something inside of %s was left out", (_, place) => {
  const missed = Object.keys(TOO_MUCH).filter(
    (name) => !matches(place(TOO_MUCH[name] ?? "")).includes("left out"),
  );
  expect(missed).toEqual([]);
});

test("what stands beside a value with too many layers is seen", () => {
  const value = JSON.stringify([inJson("<b>text</b>", 7), "\u003cscript>"]).replaceAll("\u003c", "\\u003c");
  expect(matches(send(FORM, `q=${encodeURIComponent(value)}`))).toEqual(["script", "left out"]);
});

const row = (at: number) => ({ id: at, name: `Item ${at}`, tags: ["new", "[sale]"], price: 12.5, ok: true });
const ORDINARY: Readonly<Record<string, Parameters<typeof matches>[0]>> = {
  "a form with 200 fields": send(
    FORM,
    list(200, (at) => `f${at}=${encodeURIComponent(JSON.stringify(row(at)))}`).join("&"),
  ),
  "JSON with many strings": send("application/json", JSON.stringify(list(16_000, (at) => `[${at}]`))),
  "JSON of a page builder in a form": send(
    FORM,
    `actions=${encodeURIComponent(JSON.stringify({ save: { data: list(700, row) } }))}`,
  ),
  "a list of short strings in a form": send(FORM, `q=${JSON.stringify(list(30_000, () => "a"))}`),
  "JSON in a message in a queue's message": send("application/json", inJson(JSON.stringify(row(1)), 4)),
  "cookies with Base64": {
    headers: {
      Cookie: list(50, (at) => `c${at}=${Buffer.from(JSON.stringify(row(at))).toString("base64")}`).join(
        "; ",
      ),
    },
  },
  "brackets of prose": send(FORM, `q=${encodeURIComponent('[[[1]]] see [note], {x} "so"'.repeat(500))}`),
};
test.each(Object.entries(ORDINARY))("nothing is left out: %s", (_, request) => {
  expect(matches(request)).toEqual([]);
});

/** Types under which JSON and XML are sent besides their own. */
const TYPES = ["text/plain", "application/octet-stream", "application/x-own", ""];
const BEGINNINGS: readonly string[] = [
  `{"a":"${S}"} and so on`,
  `{"a":"${S}","b":`,
  `["${S}",<`,
  `/* x */ {"a":"${S}"} and so on`,
  `{a:'${S}'} and so on`,
  `\ufeff {"a":"${S}"}\n{"b"`,
];
test.each(TYPES)("rules see the beginning of what is no JSON to its end, sent as %j", (type) => {
  const missed = BEGINNINGS.filter((text) => !matches(send(type, text)).includes("script"));
  expect(missed).toEqual([]);
});

test.each(TYPES)("rules see XML behind a comment, sent as %j", (type) => {
  expect(matches(send(type, "<!-- x --> <order><q>&#60;script></q></order>"))).toEqual(["script"]);
});

/** A part whose own type has it read, and whether a rule sees what its reader makes of it. */
const PARTS: readonly (readonly [what: string, type: string, content: string, refs: readonly string[]])[] = [
  ["JSON", "application/json", `{"a":"${S}"}`, ["script"]],
  ["JSON of one string", "application/json", `"${S}"`, ["script"]],
  ["XML", "text/xml", "<a><b>&lt;script></b></a>", ["script"]],
  ["a form", FORM, "q=%3Cscript>", ["script"]],
  ["a form with JSON in it", FORM, `q=${encodeURIComponent(`{"a":"${S}"}`)}`, ["script"]],
  ["another character set", "text/plain; charset=utf-7", "+ADw-script+AD4-", ["script"]],
  [
    "two bytes to a character",
    "text/plain; charset=utf-16le",
    [..."<script>"].join("\0").concat("\0"),
    ["script"],
  ],
  ["a text", "text/plain", "a script", []],
];
test.each(PARTS)("rules see what the reader of a part's type takes from it: %s", (_, type, content, refs) => {
  const head = `${PART}\r\nContent-Type: ${type}`;
  const body = `--b\r\n${head}\r\n\r\n${content}\r\n--b--`;
  expect(matches(send("multipart/form-data; boundary=b", body))).toEqual(refs);
});

test.each([
  ["a semicolon in quotes", 'a="<scr;ipt>"; b="<script;>"', []],
  ["escapes on both sides", 'b=1; a="\\074script;\\076"; c=2', []],
  ["the tag behind the semicolon", 'a="x;\\074script\\076"', ["script"]],
  ["another cookie's quote", 'a="x; b=2; c="y"', []],
  ["behind a blank", 'x=1 a=";\\074script\\076"', ["script"]],
])("a cookie in quotes is read to their end, as Python does: %s", (_, cookie, refs) => {
  expect(matches({ headers: { Cookie: cookie } })).toEqual(refs);
});
