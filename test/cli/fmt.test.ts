import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, run } from "./support.ts";

const cases: readonly { readonly name: string; readonly before: string; readonly after: string }[] = [
  { name: "an expression", before: 'http.host=="a"&&!ssl', after: 'http.host eq "a" and not ssl' },
  {
    name: "a plain scalar",
    before: "# top\nrules:\n  - ref: a   # why\n    expression: ssl&&(ssl)   # end\n    action: log\n\n",
    after: "# top\nrules:\n  - ref: a   # why\n    expression: ssl and ssl   # end\n    action: log\n\n",
  },
  {
    name: "quoted scalars",
    before: `rules:\n  - {expression: 'http.host=="it''s"', ref: a}\n  - {expression: "ssl||http.host==\\"a\\"", ref: b}\n`,
    after: `rules:\n  - {expression: 'http.host eq "it''s"', ref: a}\n  - {expression: "ssl or http.host eq \\"a\\"", ref: b}\n`,
  },
  {
    name: "block scalars keep their header and indentation",
    before:
      "rules:\n  - expression: >-\n      ssl&&\n      ssl\n    ref: a\n  - expression: |\n      !ssl\n    ref: b\n",
    after:
      "rules:\n  - expression: >-\n      ssl and ssl\n    ref: a\n  - expression: |\n      not ssl\n    ref: b\n",
  },
];

describe("fmt", () => {
  test.each(cases)("$name", async ({ before, after }) => {
    const formatted = await run(["fmt", "-"], before);
    expect(formatted).toMatchObject({ code: 0, err: "" });
    expect(formatted.out).toBe(after.replace(/\n$/, ""));
    expect((await run(["fmt", "-"], after)).out).toBe(formatted.out);
  });

  test("expressions inside JSON parameters", async () => {
    const before =
      '{"rules": [{"expression": "!ssl", "action_parameters": {"uri": {"path": {"expression": "concat( \\"/\\",http.host )"}}}}]}';
    expect((await run(["fmt", "-"], before)).out).toBe(
      '{"rules": [{"expression": "not ssl", "action_parameters": {"uri": {"path": {"expression": "concat(\\"/\\", http.host)"}}}}]}',
    );
  });

  test("long conditions are broken in block scalars only", async () => {
    const condition = Array.from({ length: 8 }, (_, at) => `http.host eq "host-${at}.example"`).join(" or ");
    const { out } = await run(["fmt", "-"], `rules:\n  - expression: >-\n      ${condition}\n    ref: a\n`);
    expect(out.split("\n").length).toBeGreaterThan(6);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect((await run(["fmt", "-"], out)).out).toBe(out);
  });

  test("--check names files and exits with 1, --write changes them", async () => {
    const path = folder({ "a.yaml": "rules:\n  - expression: '!ssl'\n", "b.expr": "not ssl\n" });
    const file = join(path, "a.yaml");
    expect(await run(["fmt", path, "--check"])).toEqual({ code: 1, out: file, err: "2 files, 1 to change" });
    expect(await run(["fmt", path, "--write"])).toEqual({ code: 0, out: file, err: "2 files, 1 changed" });
    expect(readFileSync(file, "utf8")).toBe("rules:\n  - expression: 'not ssl'\n");
    expect((await run(["fmt", path, "--check"])).code).toBe(0);
  });

  test("what does not parse stays, and is told", async () => {
    const before = "rules:\n  - expression: ssl and\n  - expression: '!ssl'\n";
    const { code, out, err } = await run(["fmt", "-"], before);
    expect(code).toBe(2);
    expect(out).toBe("rules:\n  - expression: ssl and\n  - expression: 'not ssl'");
    expect(err).toContain("<stdin>#/rules/0/expression");
  });

  test.each<[what: string, text: string, out: string, told: RegExp, code: number]>([
    ["text that is no YAML", "rules: [\n", "rules: [", /^error\[E_DOC_SYNTAX\]/, 2],
    [
      "an alias is written out, and the anchor stays",
      "rules:\n  - expression: &x '!ssl'\n  - expression: *x\n",
      "rules:\n  - expression: &x 'not ssl'\n  - expression: not ssl",
      /^$/,
      0,
    ],
    [
      "a block without a text",
      "rules:\n  - expression: |\n\n",
      "rules:\n  - expression: |\n",
      /^error\[E_EXPECTED_TOKEN\]/,
      2,
    ],
    ["what is no text", "rules:\n  - expression: 5\n", "rules:\n  - expression: 5", /^$/, 0],
  ])("%s", async (_what, text, out, told, code) => {
    const formatted = await run(["fmt", "-"], text);
    expect(formatted).toMatchObject({ out, code });
    expect(formatted.err).toMatch(told);
  });

  test("--write of what came from the standard input shows it", async () => {
    const text = "rules:\n  - expression: '!ssl'\n";
    expect(await run(["fmt", "-", "--write"], text)).toMatchObject({
      code: 0,
      out: "rules:\n  - expression: 'not ssl'\n<stdin>",
    });
  });

  test("--json reports what was done", async () => {
    const path = folder({
      "a.yaml": "rules:\n  - expression: '!ssl'\n",
      "b.expr": "not ssl\n",
      "c.expr": "ssl and\n",
    });
    const { code, out } = await run(["fmt", path, "--check", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      files: 3,
      changed: [join(path, "a.yaml")],
      faults: [{ code: "E_EXPECTED_TOKEN", source: join(path, "c.expr") }],
    });
  });

  test("an expression with comments is left to its author", async () => {
    const { code, out, err } = await run(["fmt", "-"], "!ssl # why\n");
    expect({ code, out }).toEqual({ code: 0, out: "!ssl # why" });
    expect(err).toContain("left as it is");
  });

  test("the examples are in the spelling that it gives", async () => {
    expect(await run(["fmt", "examples", "--check"])).toMatchObject({ code: 0, out: "" });
  });

  test.each([
    [["fmt"], "there is no file to format"],
    [["fmt", "-", "--check", "--write"], "choose one"],
  ])("%j is bad usage", async (args, message) => {
    const { code, err } = await run(args, "ssl");
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });
});
