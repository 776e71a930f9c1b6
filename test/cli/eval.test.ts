import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, run } from "./support.ts";

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly out: string;
  readonly err?: string;
  readonly code?: number;
  readonly input?: string;
}

const cases: readonly Case[] = [
  {
    name: "a filter that holds",
    args: ['http.request.uri.path contains "/admin"', "--url", "https://shop.example/admin?x=1"],
    out: [
      "true",
      'http.request.uri.path contains "/admin"  true',
      '`- http.request.uri.path                 "/admin"',
    ].join("\n"),
  },
  { name: "a value", args: ["http.request.uri.query", "--url", "/a?b=c"], out: '"b=c"' },
  { name: "an address", args: ["ip.src", "--ip", "2001:DB8::1"], out: "2001:db8::1" },
  {
    name: "the missing value explained",
    args: ["cf.bot_management.score lt 30"],
    out: ["false", "cf.bot_management.score lt 30  false", "`- cf.bot_management.score     nil"].join("\n"),
    err: "`cf.bot_management.score` is not set, so the comparison `cf.bot_management.score lt 30` is false",
  },
  {
    name: "a field that was set",
    args: ["cf.bot_management.score lt 30", "--set", "cf.bot_management.score=7", "--quiet"],
    out: "true",
  },
  {
    name: "headers, Host among them",
    args: ["http.host", "-H", "Host: a.example", "-H", "Host: b.example"],
    out: '"b.example"',
  },
  {
    name: "a method of one's own, with a body",
    args: ["http.request.method", "--body", "a=1", "--method", "PATCH"],
    out: '"PATCH"',
  },
  {
    name: "a request with an address and a response",
    args: [
      'concat(to_string(ip.src), " ", to_string(http.response.code), " ", http.response.headers["x-one"][0])',
      "--request",
      "-",
      "--quiet",
    ],
    input:
      '{"url": "/", "remoteAddress": "192.0.2.7", "response": {"status": 404, "headers": {"X-One": "a"}, "body": "b"}}',
    out: '"192.0.2.7 404 a"',
  },
  ...(
    [
      ["ssl=true", "ssl", "true"],
      ["ssl= false ", "ssl", "false"],
      ['http.user_agent="a\\x41"', "http.user_agent", '"aA"'],
      ['http.host=r#"a"b"#', "http.host", '"a\\"b"'],
      ['http.host="open', "http.host", '"\\"open"'],
      ['http.host="a" eq "b"', "http.host", '"\\"a\\" eq \\"b\\""'],
      ["http.request.uri.path=/b", "http.request.uri", '"/b"'],
      ["http.request.uri.query=c=d", "http.request.uri", '"/?c=d"'],
      ["http.request.uri.query=", "http.request.uri", '"/"'],
    ] as const
  ).map(([set, expression, out]) => ({
    name: `the field as it was set: ${set}`,
    args: [expression, "--set", set],
    out,
  })),
  { name: "a body makes it a POST", args: ["http.request.method", "--body", "a=1"], out: '"POST"' },
  {
    name: "a request line",
    args: ["http.request.full_uri", "-r", "GET https://a.example/b"],
    out: '"https://a.example/b"',
  },
  {
    name: "a message from stdin",
    args: ["http.request.body.raw", "--request", "-"],
    input: "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
    out: '"hi"',
  },
  {
    name: "JSON from stdin",
    args: ["http.user_agent", "--request", "-"],
    input: '{"url": "https://a.example/", "headers": {"User-Agent": "é"}}',
    out: '"é"',
  },
  {
    name: "control characters do not reach the terminal",
    args: ["http.user_agent", "-r", "-"],
    input: "GET / HTTP/1.1\nUser-Agent: a\u001b[31m\xff\n\n",
    out: '"a\\x1b[31mÿ"',
  },
  { name: "false as an exit code when asked", args: ["ssl", "--exit-status"], out: "false", code: 1 },
  {
    name: "a tree of values",
    args: ['http.request.method eq "GET" and ssl'],
    out: [
      "false",
      "and                              false",
      '|- http.request.method eq "GET"  true',
      '|  `- http.request.method        "GET"',
      "`- ssl                           false",
    ].join("\n"),
  },
  {
    name: "what the rest decided is not evaluated",
    args: ['ssl and http.request.method eq "GET"'],
    out: [
      "false",
      "and                              false",
      "|- ssl                           false",
      '`- http.request.method eq "GET"  -      not evaluated: the result was already decided',
      "   `- http.request.method        -      not evaluated: the result was already decided",
    ].join("\n"),
  },
  {
    name: "a fault with its place and advice",
    args: ['http.hst eq "a"'],
    out: "",
    err: [
      "error[E_UNKNOWN_IDENTIFIER]: there is no field `http.hst`",
      "  <expression> (1:1)",
      '  1 | http.hst eq "a"',
      "    | ^^^^^^^^",
      "  help: did you mean `http.host`?",
    ].join("\n"),
    code: 2,
  },
];

describe("eval", () => {
  test.each(cases)("$name", async ({ args, out, err = "", code = 0, input = "" }) => {
    expect(await run(["eval", ...args], input)).toEqual({ code, out, err });
  });

  test("the result as JSON", async () => {
    const { out, code } = await run(["eval", "ip.src in {10.0.0.0/8}", "--ip", "10.1.1.1", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      type: "Bool",
      value: true,
      remarks: [],
      trace: { text: "ip.src in {10.0.0.0/8}", value: true, parts: [{ text: "ip.src", value: "10.1.1.1" }] },
    });
  });

  test("faults as JSON", async () => {
    const { out, code } = await run(["eval", "ip.src in", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ ok: false, errors: [{ code: "E_EXPECTED_TOKEN" }] });
  });

  test("a body from a file keeps its bytes", async () => {
    const file = join(folder({ body: "a\r\nb" }), "body");
    expect((await run(["eval", "http.request.body.raw", "-d", `@${file}`])).out).toBe('"a\\x0d\\x0ab"');
  });
});

describe("bad usage exits with 2", () => {
  test.each([
    [["eval"], "there is no expression"],
    [["eval", "ssl", "and"], "one expression at a time"],
    [["eval", "ssl", "--set", "http.hst=a"], "there is no field `http.hst`; did you mean `http.host`?"],
    [
      ["eval", "ssl", "--set", "ip.src=300.1.1.1"],
      "ip.src: `300.1.1.1` is not a value of type Ip; write an address",
    ],
    [["eval", "ssl", "--set", "ssl=yes"], "ssl: `yes` is not a value of type Bool; write `true` or `false`"],
    [["eval", "ssl", "-r", "GET /a b c"], "--request: line 1: "],
    [["eval", "ssl", "--set", "x"], "`--set` takes FIELD=VALUE"],
    [["eval", "ssl", "--ip", "nobody"], "`nobody` is not an address"],
    [["eval", "ssl", "-H", "nothing"], "a header reads `Name: value`"],
    [["eval", "ssl", "-r", "/no/such/file"], "there is no file `/no/such/file`"],
    [["eval", "ssl", "--frobnicate"], "there is no option `--frobnicate`"],
    [["eval", "ssl", "--haeder", "a: b"], "there is no option `--haeder`; did you mean `--header`?"],
    [["eval", "ssl", "--header"], "`--header` needs a value: 'Name: value'"],
    [["eval", "ssl", "--json=yes"], "`--json` takes no value"],
    [["evaluate"], "there is no command `evaluate`; there are eval, check"],
    [["evla"], "there is no command `evla`; did you mean `eval`?"],
    [["help", "chek"], "there is no command `chek`; did you mean `check`?"],
    [["--frob"], "there is no option `--frob`"],
  ])("%j", async (args, message) => {
    const { code, err, out } = await run(args);
    expect(err).toContain(message);
    expect(out).toBe("");
    expect(code).toBe(2);
  });
});

describe("help", () => {
  test("lists the commands", async () => {
    const { code, out } = await run(["--help"]);
    expect(code).toBe(0);
    expect(out).toContain("eval");
  });

  test("shows a command's options", async () => {
    expect((await run(["eval", "--help"])).out).toContain("--exit-status");
    expect((await run(["help", "eval"])).out).toBe((await run(["eval", "-h"])).out);
  });
});
