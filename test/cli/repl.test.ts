import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { complete, enter, historyFile, isIncomplete, prepare, Session } from "../support/source/cli.ts";
import { fakeTerminal, folder, run } from "./support.ts";

function session(style: "interactive" | "plain" = "interactive"): Session {
  return new Session({ terminal: fakeTerminal(), style, promptWidth: "wirewall> ".length });
}

/** Everything that a sitting shows for some lines. */
function shown(lines: readonly string[], style: "interactive" | "plain" = "interactive"): readonly string[] {
  const sitting = session(style);
  return lines.flatMap((line) => {
    const { out, err } = enter(sitting, line);
    return [...out, ...err];
  });
}

const RULES = `rules:
  - ref: office
    expression: ip.src in $office
    action: skip
    action_parameters: {ruleset: current}
  - ref: no-dotfiles
    expression: http.request.uri.path contains "/."
    action: block
lists:
  office: [192.0.2.0/24]
`;

describe("a script", () => {
  test("answers line by line", async () => {
    const script = `
# a comment
.req GET https://shop.example/.git/config
http.host eq "shop.example"
lower(ssl) eq "a"
any(http.request.headers["host"][*]
    contains "shop")
.type ip.src
.set cf.bot_management.score 12
cf.bot_management.score
.fmt ssl&&!ssl
.assert ssl
`;
    expect(await run(["repl"], script)).toMatchObject({
      code: 2,
      out: ["true", "true", "Ip", "12", "ssl and not ssl", "ok"].join("\n"),
      err: expect.stringMatching(/^line 5: error\[E_/),
    });
  });

  test.each([
    ["true\n", 0],
    ["false\n", 0],
    [".assert true\n", 0],
    [".assert false\n", 1],
    [".assert false\nno.such.field\n", 2],
    [".frobnicate\n", 2],
    ["(ssl\n", 2],
    [".exit\n.assert false\n", 0],
  ])("%j exits with %i", async (script, code) => {
    expect((await run(["repl"], script)).code).toBe(code);
  });

  test("rules are loaded, run and explained", async () => {
    const file = join(folder({ "rules.yaml": RULES }), "rules.yaml");
    const script = `.load ${file}
.req GET /.env
.run
.set ip.src 192.0.2.1
ip.src in $office
.run
.explain office
`;
    const { out, code } = await run(["repl"], script);
    expect(code).toBe(0);
    expect(out.split("\n")).toEqual([
      "1 ruleset, 2 rules, 1 list",
      "block 403   http_request_firewall_custom/no-dotfiles",
      "true",
      "allow",
      "http_request_firewall_custom",
      expect.stringMatching(/office +match +skip$/),
      expect.stringMatching(/holds +ip\.src in \$office/),
    ]);
  });

  test("of a rule that a ruleset executes it is shown what was found, and a misspelt one is known", async () => {
    const rules = [
      { ref: "core", expression: "true", action: "execute", action_parameters: { id: "wirewall-core" } },
    ];
    const ruleset = { id: "m", name: "m", kind: "zone", phase: "http_request_firewall_managed", rules };
    const file = join(folder({ "rules.json": JSON.stringify(ruleset) }), "rules.json");
    const script = `.load ${file}
.req GET /?q='+or+1%3D1--+-
.explain wc-sqli-quoted-tautology
.explain wc-sqli-quoted-tautolgy
`;
    const { out, err } = await run(["repl"], script);
    expect(out.split("\n").filter((line) => line.startsWith("found "))).toEqual([
      expect.stringMatching(/^found {4}sqli-quoted-tautology {3}5 {3}http\.request\.uri\.args\["q"\]/),
    ]);
    expect(out + err).toContain("did you mean `wc-sqli-quoted-tautology`?");
  });

  test("rules with faults are refused, and the earlier ones stay", () => {
    const path = folder({
      "good.yaml": RULES,
      "bad.yaml": "rules:\n  - ref: a\n    expression: no.such\n    action: block\n",
    });
    const sitting = session("plain");
    enter(sitting, `.load ${path}/good.yaml`);
    expect(enter(sitting, `.load ${path}/bad.yaml`)).toMatchObject({
      code: 2,
      err: [expect.stringContaining("bad.yaml:3:17 error"), "nothing was loaded"],
    });
    expect(enter(sitting, ".run").code).toBe(0);
    expect(enter(sitting, ".load /no/such/file").code).toBe(2);
  });
});

describe("a sitting", () => {
  test("carets stand under the input", () => {
    expect(shown(['http.host eq "a" and bot.scroe lt 30'])).toEqual([
      `          ${" ".repeat(21)}^^^^^^^^^`,
      "error[E_UNKNOWN_IDENTIFIER]: there is no field `bot.scroe`",
    ]);
    expect(shown([".trace http.hst"])[0]).toBe(`          ${" ".repeat(7)}^^^^^^^^`);
  });

  test("carets stand under a part of a long line, or of several", () => {
    const long = `http.host eq "${"a".repeat(200)}" and bot.scroe lt 30`;
    for (const text of [long, 'any(http.request.headers["a"][*]\n eq bot.scroe)']) {
      const lines = shown([text]);
      expect(lines.join("\n")).toMatch(/error\[E_\w+\]: [\s\S]*\^+/);
      expect(lines[0]).toContain("error[");
    }
  });

  test("traces are trees", () => {
    expect(shown([".req GET /.git/x", '.trace http.request.uri.path contains "/.git" or ssl'])).toEqual([
      "or                                         true",
      '|- http.request.uri.path contains "/.git"  true',
      '|  `- http.request.uri.path                "/.git/x"',
      "`- ssl                                     -          not evaluated: the result was already decided",
    ]);
  });

  test.each([
    [[".set http.host"], "usage: .set FIELD VALUE"],
    [[".set http.hst a"], "there is no field `http.hst`; did you mean `http.host`?"],
    [
      [".set cf.bot_management.score many"],
      "cf.bot_management.score: `many` is not a value of type Int; write a whole number",
    ],
    [
      [".unset ip.src"],
      "`ip.src` was not set by .set (parts of the request itself are changed by .req or .set)",
    ],
    [[".req /no/such/file"], "there is no file `/no/such/file` (a request is METHOD URL, or a file)"],
    [[".trase ssl"], "there is no command `.trase`; did you mean `.trace`?; see .help"],
    [[".run"], "there are no rules: .load FILE first"],
    [[".fields nothing.like.it"], "no field's name contains `nothing.like.it`"],
  ])("%j is answered with advice", (lines, message) => {
    expect(shown(lines)).toEqual([message]);
  });

  test("what was set can be shown and taken back", () => {
    const lines = [
      ".set cf.bot_management.score 7",
      ".show cf.bot_management.score",
      ".unset cf.bot_management.score",
      ".show cf.bot_management.score",
    ];
    expect(shown(lines)[0]).toBe("7");
    expect(shown(lines)[1]).not.toBe("7");
  });

  test("the request is shown as a message, with what was added to it", () => {
    const lines = [
      ".req POST https://a.example/x?y",
      ".header X-One: 1",
      '.header X-Two: "2"',
      ".body a\\b",
      ".set ip.src 192.0.2.9",
      ".set cf.bot_management.score 7",
      ".show",
    ];
    expect(shown(lines)).toEqual([
      "POST /x?y HTTP/1.1",
      "Host: a.example",
      "X-One: 1",
      'X-Two: "2"',
      "",
      '"a\\\\b"',
      "",
      "client 192.0.2.9   https",
      "cf.bot_management.score = 7",
    ]);
  });

  test("a field that has a place in the request changes it", () => {
    expect(
      shown([
        ".req GET /a?b",
        ".set http.request.uri.path /c",
        ".set http.host x.example",
        ".show http.request.full_uri",
      ]),
    ).toEqual(['"http://x.example/c?b"']);
  });

  test("help lists every command, and one exact name is told in full", () => {
    expect(shown([".help"]).join("\n")).toContain(".explain [REF]");
    expect(shown([".fields ip.src"])[0]).toBe("ip.src  Ip");
    expect(shown([".functions starts_with"])[0]).toContain("starts_with(");
  });

  test("a measurement is a time", () => {
    expect(shown(["ssl", ".bench"]).at(-1)).toMatch(/^\d+(\.\d)? ns per evaluation$/);
    expect(shown([".bench lower(http.host)"])).toEqual([expect.stringContaining("ns per evaluation")]);
  });

  test("the history lists what compiled", () => {
    expect(shown(["ssl", "no.such", ".history"]).at(-1)).toBe("1  ssl");
  });
});

describe("completion", () => {
  const cases: readonly (readonly [line: string, replaced: string, candidates: readonly string[]])[] = [
    ["http.hos", "http.hos", ["http.host"]],
    ["ssl and http.hos", "http.hos", ["http.host"]],
    ["ip.src ", "", ["eq", "ne", "in"]],
    ["ip.src i", "i", ["in"]],
    ["starts_", "starts_", ["starts_with("]],
    [".tra", ".tra", [".trace "]],
    [".trace http.hos", "http.hos", ["http.host"]],
    [".type lower(http.hos", "http.hos", ["http.host"]],
    [".set http.hos", "http.hos", ["http.host"]],
    ["  .set   http.hos", "http.hos", ["http.host"]],
    [".set http.host a", "http.host a", []],
    [".req PO", "PO", ["POST "]],
    [".req POST /", "POST /", []],
    [".header Ho", "Ho", []],
    [".nosuch a", "a", []],
    ["ssl ", "", ["and", "or", "xor"]],
    ["http.response.code bit", "bit", ["bitwise_and"]],
    ["http.host st", "st", ["strict wildcard"]],
    ["http.request.headers ", "", ['["']],
    ["http.request.headers.names ", "", ["[*]", "[0]"]],
    ["(ssl) x", "x", ["xor"]],
    ['http.request.headers["host"] con', "con", ["contains"]],
    ['http.host eq "a" o', "o", ["or"]],
    ["tr", "tr", ["true"]],
    [".functions low", "low", ["lower"]],
    ['http.request.headers["ho', "ho", ['host"]']],
    ['http.host contains "ip.s', "", []],
    [".explain x", "x", []],
    ['http.host["ho', "ho", []],
    ['http.host eq "a\\" ip.s', "", []],
    ['http.host eq "a\\\\" an', "an", ["and"]],
    [".load /nowhere/at/all/x", "/nowhere/at/all/x", []],
  ];
  test.each(cases)("%j", (line, replaced, candidates) => {
    const sitting = session();
    enter(sitting, ".req GET https://a.example/");
    expect(complete(sitting, line)).toEqual([candidates, replaced]);
  });

  test("names the lists and rules that were loaded", () => {
    const sitting = session("plain");
    enter(sitting, `.load ${join(folder({ "rules.yaml": RULES }), "rules.yaml")}`);
    expect(complete(sitting, "ip.src in ")).toEqual([["{", "$office"], ""]);
    expect(complete(sitting, "ip.src in $o")).toEqual([["$office"], "$o"]);
    expect(complete(sitting, ".explain no")).toEqual([["no-dotfiles"], "no"]);
  });

  test("files", () => {
    const path = folder({ "rules.yaml": "" });
    expect(complete(session(), `.load ${path}/ru`)).toEqual([[`${path}/rules.yaml`], `${path}/ru`]);
    expect(complete(session(), `.load ${path}/`)).toEqual([[`${path}/rules.yaml`], `${path}/`]);
  });

  test("never throws, whatever was typed", () => {
    const sitting = session();
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void complete(sitting, text)));
  });
});

describe("input goes on", () => {
  test.each([
    ["(ssl", true],
    ["any(http.request.headers[", true],
    ["ip.src in {10.0.0.0/8", true],
    ['http.host eq "a', true],
    ['http.host eq "a\\"', true],
    ['http.host matches r"a', true],
    ['http.host matches r#"a"', true],
    ['http.host matches r#"a"#', false],
    ["ssl and", false],
    ["ssl)", false],
    ["(ssl]", false],
    ['http.host eq ")"', false],
    ["ssl # (", false],
    ["error(", true],
  ])("%j: %j", (text, expected) => {
    expect(isIncomplete(text)).toBe(expected);
  });
});

test("the history lies in the user's state directory", () => {
  const state = folder({});
  expect(historyFile({ XDG_STATE_HOME: state })).toBe(join(state, "wirewall", "repl-history"));
  const home = folder({});
  expect(historyFile({ XDG_STATE_HOME: "relative", HOME: home })).toBe(
    join(home, ".local/state/wirewall/repl-history"),
  );
  const file = join(folder({ file: "" }), "file");
  expect(historyFile({ XDG_STATE_HOME: file })).toBeUndefined();
});

describe("rules in the REPL", () => {
  const MANAGED = `rulesets:
  - id: zone
    kind: zone
    phase: http_request_firewall_managed
    rules:
      - {ref: run, expression: "true", action: execute, action_parameters: {id: wirewall-core}}
`;
  const CONDITIONS = `conditions:
  admin: starts_with(http.request.uri.path, "/admin")
rulesets:
  - id: zone
    rules:
      - {ref: a, expression: condition.admin(), action: block}
`;
  const TF = `resource "cloudflare_ruleset" "waf" {
  zone_id = "z"
  name    = "waf"
  kind    = "zone"
  phase   = "http_request_firewall_custom"
  rules {
    ref        = "dotfiles"
    expression = "http.request.uri.path contains \\"/.\\""
    action     = "block"
  }
}
`;

  test("a match prints the exception for a false positive, and one before it none", () => {
    const sitting = session();
    enter(sitting, `.load ${join(folder({ "rules.yaml": MANAGED }), "rules.yaml")}`);
    enter(sitting, ".req GET https://a.example/?q=1%27%20union%20select%20null,null--");
    for (const command of [".run", ".why"]) {
      const text = enter(sitting, command).out.join("\n");
      expect(text).toContain("if this is a false positive, put this rule in front of run in ruleset zone");
      expect(text).toContain("action: skip");
    }
    enter(sitting, ".req GET https://a.example/?q=1");
    expect(enter(sitting, ".run").out.join("\n")).not.toContain("false positive");
    expect(enter(sitting, ".why").out.join("\n")).not.toContain("false positive");
  });

  test("expressions name the conditions of the rules", () => {
    const sitting = session("plain");
    expect(enter(sitting, "condition.admin()").code).toBe(2);
    const path = join(folder({ "rules.yaml": CONDITIONS }), "rules.yaml");
    expect(enter(sitting, `.load ${path}`).code).toBe(0);
    enter(sitting, ".req GET https://a.example/admin/x");
    expect(enter(sitting, "condition.admin() and ssl")).toMatchObject({ out: ["true"], code: 0 });
    enter(sitting, ".req GET https://a.example/");
    expect(enter(sitting, "not condition.admin()")).toMatchObject({ out: ["true"], code: 0 });
    expect(enter(sitting, "condition.admn()").err.join("")).toContain("did you mean");
  });

  test("loads files of Terraform, in a script and from the command line", async () => {
    const path = join(folder({ "main.tf": TF }), "main.tf");
    const asked = ".req GET https://a.example/.git\n.run\n";
    const script = await run(["repl"], `.load ${path}\n${asked}`);
    expect(script).toMatchObject({ code: 0 });
    expect(script.out).toMatch(/^1 ruleset, 1 rule, 0 lists\nblock 403/m);
    const given = await run(["repl", "--rules", path], asked);
    expect(given.out).toContain("block 403");
    expect(prepare("ssl")).toBe(undefined);
    expect(prepare(".load /no/such/file")).toBe(undefined);
  });
});
