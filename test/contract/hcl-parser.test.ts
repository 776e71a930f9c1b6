// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform, not of JavaScript
// What a parser of HCL has to give. The package's own adapter is held to it; another one can be put beside it.
import { describe, expect, test } from "vitest";
import { hcl2json } from "../support/source/adapters/terraform.ts";
import { Source } from "../support/source/language/diagnostics.ts";
import { loadTerraform } from "../support/source/rules/load.ts";
import type { HclParser } from "../support/source/rules/terraform.ts";

const PARSERS: readonly (readonly [name: string, parser: HclParser])[] = [["hcl2json", hcl2json]];

describe.each(PARSERS)("%s", (_name, parser) => {
  const cases: readonly (readonly [what: string, text: string, value: unknown])[] = [
    ["nothing", "", {}],
    [
      "literals",
      'a = 1\nb = "x"\nc = true\nd = null\ne = [1, "y"]\nf = -1.5',
      { a: 1, b: "x", c: true, d: null, e: [1, "y"], f: -1.5 },
    ],
    ["no line break at the end", "a = <<EOT\nx\nEOT", { a: "x\n" }],
    ["objects", 'a = { b = 1, "c d" = 2 }', { a: { b: 1, "c d": 2 } }],
    [
      "blocks below their labels, each in a list",
      'r "a" "b" {\n  c = 1\n}\nr "a" "d" {}',
      { r: { a: { b: [{ c: 1 }], d: [{}] } } },
    ],
    [
      "blocks of one type in their order",
      "r {\n  b { x = 1 }\n  b { x = 2 }\n}"
        .replaceAll("{ x = 1 }", "{\n x = 1\n }")
        .replaceAll("{ x = 2 }", "{\n x = 2\n }"),
      { r: [{ b: [{ x: 1 }, { x: 2 }] }] },
    ],
    [
      "expressions as text",
      'a = var.x\nb = [for k in var.y : "${k}!"]\nc = upper("q")',
      { a: "${var.x}", b: '${[for k in var.y : "${k}!"]}', c: '${upper("q")}' },
    ],
    ["templates as they are", 'a = "x${var.y}z"\nb = "$${c} %%{d}"', { a: "x${var.y}z", b: "$${c} %%{d}" }],
    ["escapes of texts resolved", 'a = "q\\"\\n\\\\${var.x}"', { a: 'q"\n\\${var.x}' }],
    ["heredocs", "a = <<-EOT\n    x ${var.y}\n      \\n\n  EOT\n", { a: "x ${var.y}\n  \\n\n" }],
    [
      "dynamic blocks",
      'r "a" "b" {\n  dynamic "c" {\n    for_each = var.x\n    content {\n      d = c.value\n    }\n  }\n}',
      { r: { a: { b: [{ dynamic: { c: [{ for_each: "${var.x}", content: [{ d: "${c.value}" }] }] } }] } } },
    ],
    ["comments left out", "# a\na = 1 // b\n/* c */", { a: 1 }],
  ];
  test.each(cases)("%s", async (_what, text, value) => {
    expect(await parser.parse("file.tf", text)).toEqual(value);
  });

  test.each(["a = ", 'r "x" {', "a = 1\na = 2", '"'])("says where a text is no HCL: %j", async (text) => {
    await expect(parser.parse("file.tf", text)).rejects.toThrow(/file\.tf:\d+,\d+/);
  });

  test("a dollar sign before a value is not taken for an escape", async () => {
    const files = [
      new Source(
        'locals {\n  n = "office"\n  a = "ip.src in ${"$"}${local.n}"\n  b = "ip.src in \\u0024${local.n}"\n}\n',
        "l.tf",
      ),
      new Source(
        'resource "cloudflare_ruleset" "r" {\n  kind = "zone"\n  phase = "http_request_firewall_custom"\n  rules = [for e in [local.a, local.b] : { action = "log", expression = e }]\n}\n',
        "r.tf",
      ),
    ];
    const loaded = await loadTerraform(files, { parser });
    expect(loaded.ok && loaded.value.rulesets[0]?.rules.map(({ expression }) => expression)).toEqual([
      "ip.src in $office",
      "ip.src in $office",
    ]);
  });
});

describe("a parser that fails is told where files are read", () => {
  const read = async (parse: HclParser["parse"]) => {
    const loaded = await loadTerraform([new Source('resource "a" "b" {\n  x = \n}\n', "main.tf")], {
      parser: { parse },
    });
    return loaded.ok
      ? []
      : loaded.errors.map(
          ({ source, line, column, code, message, hint }) =>
            `${source}:${line}:${column} ${code} ${message} (${hint})`,
        );
  };
  const cases: readonly (readonly [what: string, parse: HclParser["parse"], told: string])[] = [
    [
      "a place in the text",
      async () => {
        throw new Error(
          "parse config: [file.tf:2,7-3,1: Invalid expression; Expected the start of an expression.]",
        );
      },
      "main.tf:2:7 E_DOC_SYNTAX invalid expression (expected the start of an expression)",
    ],
    [
      "no place",
      async () => {
        throw new Error("out of memory");
      },
      "main.tf:1:1 E_DOC_SYNTAX this is not HCL: out of memory (undefined)",
    ],
    [
      "no parser",
      async () => {
        throw Object.assign(new Error("`x` is not installed"), { hint: "npm install x" });
      },
      "main.tf:1:1 E_DOC_TYPE `x` is not installed (npm install x)",
    ],
  ];
  test.each(cases)("%s", async (_what, parse, told) => {
    expect(await read(parse)).toEqual([told]);
  });

  test.each([undefined, null, 5, [], "x", { resource: 5 }, { resource: { a: [5, null] } }])(
    "an answer that is no configuration: %j",
    async (answer) => {
      await expect(read(async () => answer)).resolves.toBeDefined();
    },
  );
});
