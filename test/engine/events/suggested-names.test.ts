// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names that are hostile
// Names of inputs come from requests: an exception that is suggested for one never holds for another.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { exceptionYaml, memorySink, suggestException } from "../../support/source/engine/events.ts";
import { createWaf } from "../../support/source/engine/firewall.ts";
import type { RequestData } from "../../support/source/request/model.ts";
import { uncheckedRuleset } from "../../support/source/rules/ruleset.ts";

const RUNS = 200;
const HOST = "https://a.example/";

const firewall = (condition: string, exception: readonly unknown[] = []) => {
  const sink = memorySink();
  const rules = [...exception, { ref: "evil", expression: condition, action: "block" }];
  const ruleset = uncheckedRuleset({ id: "t", kind: "zone", phase: "http_request_firewall_custom", rules });
  return { waf: createWaf({ rulesets: [ruleset] }, { events: [sink] }), sink };
};

/** Every byte as itself: names are bytes, of UTF-8 or not. */
const encoded = (name: string) =>
  name.replaceAll(/[^A-Za-z0-9]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
/** Names are one input as sent and decoded, however often. */
const decoded = (name: string): string => {
  const once = name
    .replaceAll("+", " ")
    .replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return once === name ? name : decoded(once);
};
/** A name that a header can have. */
const token = (name: string) => `x${name.replaceAll(/[^\w!#$%&'*+.^`|~-]/g, "")}`;
const utf8 = (text: string) => Buffer.from(text).toString("latin1");

interface Place {
  readonly condition: string;
  readonly request: (name: string, value: string) => RequestData;
  /** Whether rules see two names as one. */
  readonly fold?: (name: string) => string;
}

const post = (type: string, body: string | Uint8Array): RequestData => ({
  url: HOST,
  method: "POST",
  headers: { "content-type": type },
  body,
});

const json = (document: (name: string, value: string) => unknown): Place => ({
  condition: 'any(wirewall.request.body.json.values[*] contains "evil")',
  // JSON has no bytes that are no UTF-8.
  request: (name, value) =>
    post("application/json", JSON.stringify(document(Buffer.from(name, "latin1").toString(), value))),
  fold: (name) => Buffer.from(name, "latin1").toString(),
});

const places: Readonly<Record<string, Place>> = {
  arguments: {
    condition: 'any(http.request.uri.args.values[*] contains "evil")',
    request: (name, value) => ({ url: `${HOST}?${encoded(name)}=${value}` }),
  },
  "two arguments of a name": {
    condition: 'any(http.request.uri.args.values[*] contains "evil")',
    request: (name, value) => ({ url: `${HOST}?${encoded(name)}=a&${encoded(name)}=${value}` }),
  },
  headers: {
    condition: 'any(http.request.headers.values[*] contains "evil")',
    request: (name, value) => ({ url: HOST, headers: { [token(name)]: value } }),
    fold: (name) => token(name).toLowerCase(),
  },
  "form fields": {
    condition: 'any(http.request.body.form.values[*] contains "evil")',
    request: (name, value) => post("application/x-www-form-urlencoded", `${encoded(name)}=${value}`),
  },
  "members of JSON": json((name, value) => ({ [name]: value })),
  "members of members of JSON": json((name, value) => ({ a: [{ [name]: value }] })),
};

/** What could mean more than itself to a rule, to YAML, or to who reads a path. */
const PIECES = [
  "*",
  "[",
  "]",
  "[*]",
  "[0]",
  "[]",
  ".",
  "..",
  "a",
  "A",
  "b",
  "ab",
  "0",
  "1",
  "01",
  "-1",
  '"',
  "'",
  "\\",
  "\\u0061",
  "/",
  "~1",
  "$",
  "$(a)",
  "${a}",
  "{",
  "}",
  ":",
  ": ",
  "# ",
  "#",
  "- ",
  "&a",
  "*a",
  "!",
  "|",
  ">",
  "%",
  "%61",
  "@",
  "`",
  "?",
  ",",
  " ",
  "\t",
  "\n",
  "\r",
  "\x00",
  "\x07",
  "\x1b[31m",
  "\x7f",
  "\xff",
  "\xc3",
  "\x80",
  utf8("é"),
  utf8("\u202e"),
  utf8("\u2028"),
  utf8("\ufeff"),
  utf8("😀"),
  utf8("ſ"),
  utf8("K"),
  "k",
  "null",
  "true",
  "~",
  "yes",
  "1e3",
  "0x1",
  "__proto__",
  "constructor",
  "values",
  "names",
  "…",
  "[redacted]",
  "evil",
  "=",
  ";",
  "<<",
].map((piece) => piece.replaceAll(/[^\x00-\xff]/g, utf8));

const name = fc.array(fc.constantFrom(...PIECES), { maxLength: 5 }).map((pieces) => pieces.join(""));
/** Names that are near to another. */
const near = (one: string) =>
  fc.oneof(
    name,
    fc.constantFrom(...PIECES).map((piece) => one + piece),
    fc.constantFrom(...PIECES).map((piece) => piece + one),
    fc.constantFrom(
      one.toUpperCase(),
      one.toLowerCase(),
      one.trim(),
      one.slice(1),
      one.slice(0, -1),
      one.replaceAll("*", "a"),
      `a[${one}]`,
      `a.${one}`,
      `${one}[]`,
      `${one}.0`,
      one.replaceAll(/[[\]]/g, ""),
      one.replaceAll("[", ".").replaceAll("]", ""),
      encoded(one),
      "*",
      "",
      one + one,
      one.replaceAll(/[^\x20-\x7e]/g, "?"),
      one.normalize("NFKC").replaceAll(/[^\x00-\xff]/g, ""),
      Buffer.from(one, "latin1")
        .toString()
        .replaceAll(/[^\x00-\xff]/g, utf8),
    ),
  );

describe.each(Object.entries(places))("%s", (_what, { condition, request, fold = decoded }) => {
  test("are excepted by their own names alone", () => {
    const pair = name.chain((one) => fc.tuple(fc.constant(one), near(one)));
    let excepted = 0;
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const { waf, sink } = firewall(condition);
        const attack = request(one, "evil");
        // A name that cannot be told apart, or that is not read at all, is no matter of exceptions.
        if (waf.evaluateSync(attack).action !== "block") return;
        const [event] = sink.events;
        const suggested = event && suggestException(event);
        if (suggested === undefined) throw new Error("nothing is suggested");
        // A rule that is skipped as a whole names no input.
        if (suggested.notes.some((note) => note.includes("skipped as a whole"))) return;
        excepted++;
        for (const exception of [[suggested.rule], parse(exceptionYaml(suggested))]) {
          const mended = firewall(condition, exception).waf;
          expect(mended.evaluateSync(attack).action).toBe("allow");
          if (fold(other) === fold(one)) continue;
          const second = request(other, "evil");
          const before = firewall(condition).waf.evaluateSync(second).action;
          expect([one, other, mended.evaluateSync(second).action]).toEqual([one, other, before]);
        }
      }),
      { numRuns: RUNS },
    );
    expect(excepted).toBeGreaterThan(RUNS / 10);
  });
});

/** Members of lists and of objects go by one path, and so does a document with the member of an object that has no name. */
const ALIKE: ReadonlyMap<string, string> = new Map([
  ['["evil"]', '{"0":"evil"}'],
  ['{"a":["evil"]}', '{"a":{"0":"evil"}}'],
  ['"evil"', '{"":"evil"}'],
]);

/** Documents whose paths to a value could be written alike. */
const DOCUMENTS: readonly unknown[] = [
  { "a.b": "evil" },
  { a: { b: "evil" } },
  { a: { "": { b: "evil" } } },
  { "a..b": "evil" },
  { a: ["evil"] },
  { a: { 0: "evil" } },
  { "a.0": "evil" },
  { "a[0]": "evil" },
  { "a[]": "evil" },
  { a: { "[]": "evil" } },
  { a: "evil" },
  { "a.": "evil" },
  { ".a": "evil" },
  { "": { a: "evil" } },
  { a: { "": "evil" } },
  { "": "evil" },
  ["evil"],
  { 0: "evil" },
  "evil",
  { A: "evil" },
  { "*": "evil" },
  { __proto__x: "evil" },
  { "a\\.b": "evil" },
  { "a\u0000": "evil" },
];

test.each(DOCUMENTS.map((one) => [JSON.stringify(one), one]))(
  "the value of %s is excepted there alone",
  (_text, one) => {
    const condition = 'any(wirewall.request.body.json.values[*] contains "evil")';
    const requestOf = (document: unknown) => post("application/json", JSON.stringify(document));
    const { waf, sink } = firewall(condition);
    expect(waf.evaluateSync(requestOf(one)).action).toBe("block");
    const suggested = sink.events[0] && suggestException(sink.events[0]);
    const mended = firewall(condition, suggested && [suggested.rule]).waf;
    const pathOf = (document: unknown) => {
      const text = JSON.stringify(document);
      return ALIKE.get(text) ?? text;
    };
    expect(suggested).toMatchObject({
      notes: [],
      rule: { action_parameters: { targets: [{ rule: "evil" }] } },
    });
    for (const other of DOCUMENTS) {
      const action = pathOf(other) === pathOf(one) ? "allow" : "block";
      expect([other, mended.evaluateSync(requestOf(other)).action]).toEqual([other, action]);
    }
  },
);
