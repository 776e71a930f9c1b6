import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FAULTY_RULES as BAD, folder, run } from "./support.ts";

const GOOD = `# kept
rules:
  - ref: a
    expression: http.host eq "a.example"
    action: block
`;

const LACKING = 'http.request.headers["x-key"][0] ne "k"';

describe("check", () => {
  test("says how much it has read", async () => {
    const path = folder({ "a.yaml": GOOD });
    expect(await run(["check", path])).toEqual({
      code: 0,
      out: "",
      err: "1 file, 1 ruleset, 1 rule, 0 lists: no faults",
    });
  });

  test("frames faults inside the document", async () => {
    const file = join(folder({ "a.yaml": BAD }), "a.yaml");
    const { code, out, err } = await run(["check", file]);
    expect(code).toBe(1);
    expect(out.replaceAll(file, "a.yaml")).toBe(
      [
        "error[E_UNKNOWN_IDENTIFIER]: there is no field `http.hst`",
        "  a.yaml#/rules/0/expression (5:7)",
        '  5 |       http.hst eq "a"',
        "    |       ^^^^^^^^",
        "  help: did you mean `http.host`?",
        "",
        "error[E_ACTION_UNKNOWN]: there is no action `blok`",
        "  a.yaml#/rules/1/action (9:13)",
        "  9 |     action: blok",
        "    |             ^^^^",
        "  help: did you mean `block`?",
      ].join("\n"),
    );
    expect(err).toBe("1 file: 2 errors");
  });

  test("writes JSON", async () => {
    const { out } = await run(["check", "-", "--json"], BAD);
    expect(JSON.parse(out)).toMatchObject({
      files: 1,
      errors: 2,
      diagnostics: [{ source: "<stdin>", line: 5, pointer: "/rules/0/expression" }, { line: 9 }],
    });
  });

  test("writes workflow commands, with their separators escaped", async () => {
    const { out } = await run(["check", "-", "--format", "github"], BAD);
    expect(out.split("\n")[0]).toBe(
      "::error file=<stdin>,line=5,col=7,title=E_UNKNOWN_IDENTIFIER::there is no field `http.hst`%0Ahelp: did you mean `http.host`?",
    );
  });

  test("writes SARIF", async () => {
    const path = folder({ "a b.yaml": BAD });
    const { out } = await run(["check", path, "--format", "sarif"]);
    const log = JSON.parse(out) as { runs: { results: unknown[]; tool: { driver: { rules: unknown[] } } }[] };
    expect(log).toMatchObject({ version: "2.1.0" });
    expect(log.runs[0]?.results[0]).toMatchObject({
      ruleId: "E_UNKNOWN_IDENTIFIER",
      level: "error",
      locations: [{ physicalLocation: { region: { startLine: 5, startColumn: 7 } } }],
    });
    expect(out).toContain("a%20b.yaml");
  });

  test("reads directories, rules and expressions alike", async () => {
    const path = folder({
      "a.yaml": GOOD,
      "b.expr": "# comment\nssl and",
      ".hidden.yaml": "rules: 1",
      "notes.txt": "no",
    });
    const { code, out, err } = await run(["check", path]);
    expect(code).toBe(1);
    expect(err).toBe("2 files, 1 ruleset, 1 rule, 0 lists: 1 error");
    expect(out).toContain("b.expr (2:8)");
  });

  test("a field that nothing supplies is warned about, unless it is declared", async () => {
    const path = folder({
      "a.yaml": GOOD.replace('http.host eq "a.example"', "cf.bot_management.score lt 30"),
    });
    const { code, out } = await run(["check", path, "--strict"]);
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/W_FIELD_UNSUPPLIED[\s\S]+a\.yaml#\/rules\/0\/expression \(4:17\)/),
    ]);
    expect((await run(["check", path, "--strict", "--supplied", "cf.bot_management.*"])).code).toBe(0);
  });

  test("warnings pass, unless they are not to", async () => {
    const late = "ssl and ip.src in $nobody_knows";
    const path = folder({ "a.expr": late });
    expect((await run(["check", path])).code).toBe(0);
    expect((await run(["check", path, "--strict"])).code).toBe(1);
  });

  test.each<[kind: string, file: string, text: string]>([
    ["an expression", "a.expr", LACKING],
    ["a ruleset", "a.yaml", `rules:\n  - {ref: a, action: block, expression: '${LACKING}'}\n`],
  ])("`ne` of what may be missing is warned about unless it is meant, in %s", async (_kind, file, text) => {
    const path = folder({ [file]: text });
    expect((await run(["check", path, "--strict"])).out).toContain("W_NE_ABSENT");
    expect((await run(["check", path, "--strict", "--nil-not-equal"])).code).toBe(0);
    expect((await run(["check", path, "--strict", "--ignore", "W_NE_ABSENT"])).code).toBe(0);
  });

  test("many warnings hide no error, and all are counted", async () => {
    const many = Array.from(
      { length: 300 },
      (_, at) => `  - {ref: r${at}, action: log, expression: '${LACKING}'}\n`,
    );
    const path = folder({
      "a.yaml": `rules:\n${many.join("")}  - {ref: z, action: blok, expression: ssl}\n`,
    });
    const { code, out, err } = await run(["check", path]);
    expect([code, err]).toEqual([1, "1 file: 1 error, 300 warnings"]);
    expect(out).toMatch(/^error\[E_ACTION_UNKNOWN\]/);
    expect(out.match(/^warning/gm)).toHaveLength(20);
    expect(out).toContain("280 more warnings `W_NE_ABSENT` are not shown: `check --json` lists them");
    const report = JSON.parse((await run(["check", path, "--json"])).out) as Record<string, unknown>;
    expect(report).toMatchObject({ errors: 1, warnings: 300, notListed: 100 });
    expect(report["diagnostics"]).toHaveLength(201);
  });

  test.each([
    [["check", "--ignore", "W_NE_ABSNT", "-"], "not `W_NE_ABSNT`; did you mean `W_NE_ABSENT`?"],
    [["check", "--ignore", "E_LIST_UNKNOWN", "-"], "`--ignore` takes the code of a warning"],
    [["check", "--supplied", "nope", "-"], "`--supplied`: there is no field `nope`"],
    [["check"], "there is no file to check"],
    [["check", "-", "--format", "xml"], "`--format` is one of pretty, json, github, sarif"],
    [["check", "/no/such/file"], "there is no file `/no/such/file`"],
  ])("%j is bad usage", async (args, message) => {
    const { code, err } = await run(args, "rules: []");
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  test("an empty directory is bad usage, not a pass", async () => {
    const { code, err } = await run(["check", folder({})]);
    expect(err).toContain("contains no .yaml, .json, .tf or .expr file");
    expect(code).toBe(2);
  });
});

test("--partial leaves out what is faulty, and says so", async () => {
  const text = `rulesets:
  - id: z
    phase: custom
    rules:
      - {ref: bad, expression: nosuch, action: block}
      - {ref: good, expression: ssl, action: block}
`;
  const at = join(
    folder({ "rules.yaml": text, "none.yaml": "rules: [{ref: bad, expression: nosuch, action: log}]" }),
    "rules.yaml",
  );
  expect(await run(["check", at])).toMatchObject({ code: 1 });
  const partial = await run(["check", "--partial", at]);
  expect(partial.code).toBe(0);
  expect(partial.out).toContain("the rule is left out: it has faults");
  expect(partial.err).toContain("1 file, 1 ruleset, 1 rule, 0 lists");
  expect(await run(["check", "--partial", "--strict", at])).toMatchObject({ code: 1 });
  expect(await run(["check", "--partial", at.replace("rules.yaml", "none.yaml")])).toMatchObject({ code: 1 });
  const explained = await run(["explain", "--partial", at, "--request", "GET https://a/"]);
  expect(explained.out).toContain("good");
});

test("--zone takes one zone of an export", async () => {
  const rules = (ref: string) =>
    `kind: zone\nphase: custom\nrules: [{ref: ${ref}, expression: ssl, action: block}]\n`;
  const at = folder({ "shop.example.yaml": rules("shop"), "blog.example.yaml": rules("blog") });
  expect(await run(["check", at])).toMatchObject({ code: 1 });
  expect(await run(["check", at, "--zone", "shop.example"])).toMatchObject({ code: 0 });
  const other = await run(["check", at, "--zone", "nosuch"]);
  expect(other.code).toBe(1);
  expect(other.out).toContain("there is no zone `nosuch`");
  const exported = await run(["export", at, "--zone", "blog.example"]);
  expect(exported.out).toContain('"ref": "blog"');
  expect(exported.out).not.toContain('"ref": "shop"');
});
