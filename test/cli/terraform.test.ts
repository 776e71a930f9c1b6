// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform, not of JavaScript
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, run } from "./support.ts";

const MAIN = `variable "host" {
  type = string
}
resource "cloudflare_ruleset" "custom" {
  zone_id = "z"
  name    = "custom"
  kind    = "zone"
  phase   = "http_request_firewall_custom"
  rules {
    action     = "block"
    expression = "http.host eq \\"\${var.host}\\""
  }
}
`;

const GOOD = "1 ruleset, 1 rule, 0 lists: no faults";

describe("check of Terraform configurations", () => {
  test("names file, resource, attribute and line", async () => {
    const path = folder({ "main.tf": MAIN });
    const { code, out, err } = await run(["check", path]);
    expect(code).toBe(1);
    expect(out.replaceAll(path, "infra")).toBe(
      [
        "error[E_TF_UNRESOLVED]: the variable `host` has no value",
        "  infra/main.tf: cloudflare_ruleset.custom.rules[0].expression (11:18)",
        '  11 |     expression = "http.host eq \\"${var.host}\\""',
        "     |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "  help: set it in terraform.tfvars, or by `--var host=…`",
      ].join("\n"),
    );
    expect(err).toBe("1 file: 1 error");
  });

  const files: readonly (readonly [
    what: string,
    files: Readonly<Record<string, string>>,
    args: readonly string[],
    err: string,
  ])[] = [
    ["a variable of the command line", { "main.tf": MAIN }, ["--var", "host=a.example"], `1 file, ${GOOD}`],
    [
      "a file of values",
      { "main.tf": MAIN, "terraform.tfvars": 'host = "a.example"\n' },
      [],
      `2 files, ${GOOD}`,
    ],
    [
      "the state beside it is not read",
      { "main.tf": MAIN, "terraform.tfstate": "{", "x.auto.tfvars": 'host = "a"' },
      [],
      `2 files, ${GOOD}`,
    ],
    [
      "nor files of others",
      {
        "main.tf": MAIN,
        "package.json": "{}",
        "prod.tfvars": "host = 5",
        "a.auto.tfvars.json": '{"host":"a"}',
      },
      [],
      `2 files, ${GOOD}`,
    ],
  ];
  test.each(files)("%s", async (_what, written, args, err) => {
    expect(await run(["check", folder(written), ...args])).toEqual({ code: 0, out: "", err });
  });

  test("a file of values that is named counts", async () => {
    const path = folder({ "main.tf": MAIN, "prod.tfvars": 'host = "a.example"\n' });
    const { code, err } = await run(["check", path, join(path, "prod.tfvars")]);
    expect({ code, err }).toEqual({ code: 0, err: `2 files, ${GOOD}` });
  });

  test("a text that is no HCL is told with its place", async () => {
    const path = folder({ "main.tf": 'resource "cloudflare_ruleset" {\n  a = \n}\n' });
    const { code, out } = await run(["check", path]);
    expect(code).toBe(1);
    expect(out.replaceAll(path, "infra")).toContain("infra/main.tf (2:7)");
  });

  test("SARIF has the resource as a logical location", async () => {
    const path = folder({ "main.tf": MAIN });
    const { out } = await run(["check", path, "--format", "sarif"]);
    expect(JSON.parse(out).runs[0].results[0].locations[0]).toMatchObject({
      physicalLocation: { region: { startLine: 11, startColumn: 18 } },
      logicalLocations: [{ fullyQualifiedName: "cloudflare_ruleset.custom.rules[0].expression" }],
    });
  });

  test("`--var` wants a name", async () => {
    const { code, err } = await run(["check", folder({ "main.tf": MAIN }), "--var", "host"]);
    expect(code).toBe(2);
    expect(err).toContain("`--var` takes NAME=VALUE, not `host`");
  });
});

test("explain evaluates a request by a configuration", async () => {
  const path = folder({ "main.tf": MAIN });
  const { code, out } = await run(["explain", path, "--var", "host=a.example", "--url", "http://a.example/"]);
  expect(code).toBe(0);
  expect(out).toContain("block");
});

test("fmt leaves .tf files to Terraform", async () => {
  const path = join(folder({ "main.tf": MAIN }), "main.tf");
  expect(await run(["fmt", path, "--check"])).toMatchObject({ code: 0, out: "" });
});
