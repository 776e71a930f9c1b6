// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform, not of JavaScript
// Configurations as people write them, through the package's own parser of HCL and through the form of JSON.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hcl2json } from "../../support/source/adapters/terraform.ts";
import { createWaf, standardScheme } from "../../support/source/index.ts";
import { Source } from "../../support/source/language/diagnostics.ts";
import { type LoadOptions, loadDocuments, loadTerraform } from "../../support/source/rules/load.ts";

type Files = Readonly<Record<string, string>>;

const sourcesOf = (files: Files) => Object.entries(files).map(([name, text]) => new Source(text, name));
const OPTIONS: LoadOptions = { scheme: standardScheme() };

async function load(files: Files, options: LoadOptions = {}) {
  return loadTerraform(sourcesOf(files), { ...OPTIONS, ...options, parser: hcl2json });
}

/** The configuration, or the faults as text. */
async function loaded(files: Files, options: LoadOptions = {}) {
  const result = await load(files, options);
  if (!result.ok) throw new Error(result.errors.map((one) => `${one.address} ${one.message}`).join("\n"));
  return result.value;
}

/** `file: place code message` of each fault. */
async function faults(files: Files, options: LoadOptions = {}): Promise<readonly string[]> {
  const result = await load(files, options);
  return [...(result.ok ? [] : result.errors), ...result.warnings].map(
    ({ source, address, line, code, message }) => `${source}:${line}: ${address ?? ""} ${code} ${message}`,
  );
}

const ruleset = (rules: string, more = "") => `
resource "cloudflare_ruleset" "waf" {
  zone_id = var.zone_id
  name    = "waf"
  kind    = "zone"
  phase   = "http_request_firewall_custom"
  ${rules}
}
variable "zone_id" {}
${more}`;

/** Action and expression of each rule of all rulesets. */
async function rulesOf(files: Files, options: LoadOptions = {}) {
  const { rulesets } = await loaded(files, options);
  return rulesets.flatMap(({ rules }) => rules.map(({ action, expression }) => `${action} ${expression}`));
}

describe("rules of both generations of the provider", () => {
  const cases: readonly (readonly [what: string, text: string, rules: readonly string[]])[] = [
    [
      "blocks",
      ruleset(`
  rules {
    action     = "block"
    expression = "http.host eq \\"a.example\\""
  }
  rules {
    action     = "log"
    expression = "ssl"
  }`),
      ['block http.host eq "a.example"', "log ssl"],
    ],
    [
      "a list",
      ruleset(`
  rules = [
    { action = "block", expression = "ssl" },
    { action = "log", expression = "not ssl", enabled = "false" },
  ]`),
      ["block ssl", "log not ssl"],
    ],
    [
      "a heredoc with a variable",
      ruleset(
        `
  rules = [{
    action     = "block"
    expression = <<-EOT
      (http.host eq "\${var.host}"
        and ip.src in {192.0.2.0/24})
    EOT
  }]`,
        `variable "host" { default = "a.example" }`,
      ),
      ['block (http.host eq "a.example"\n  and ip.src in {192.0.2.0/24})\n'],
    ],
    ["a Boolean as expression", ruleset(`rules { \n action = "log" \n expression = true \n }`), ["log true"]],
    [
      "blocks before, between and after generated ones",
      ruleset(`
  rules {
    action     = "log"
    expression = "http.host eq \\"1\\""
  }
  dynamic "rules" {
    for_each = ["2", "3"]
    content {
      action     = "log"
      expression = "http.host eq \\"\${rules.value}\\""
    }
  }
  rules {
    action     = "log"
    expression = "http.host eq \\"4\\""
  }
  dynamic "rules" {
    for_each = { five = "5" }
    iterator = it
    content {
      action     = "log"
      expression = "http.host eq \\"\${it.value}\\" and http.user_agent eq \\"\${it.key}\\""
    }
  }`),
      ["1", "2", "3", "4"]
        .map((host) => `log http.host eq "${host}"`)
        .concat('log http.host eq "5" and http.user_agent eq "five"'),
    ],
    [
      "a list of a local",
      ruleset(
        "rules = local.rules",
        `
locals {
  rules = concat(
    [{ action = "block", expression = join(" or ", [for p in local.paths : "http.request.uri.path eq \${jsonencode(p)}"]) }],
    local.strict ? [{ action = "log", expression = "ssl" }] : [],
  )
  paths  = ["/a", "/b"]
  strict = true
}`,
      ),
      ['block http.request.uri.path eq "/a" or http.request.uri.path eq "/b"', "log ssl"],
    ],
    [
      "a variable of objects, with defaults of its type",
      ruleset(
        `
  rules = [for r in var.rules : {
    action     = r.action
    expression = r.expression
    enabled    = r.enabled
  } if r.enabled]`,
        `
variable "rules" {
  type = list(object({
    action     = optional(string, "block")
    expression = string
    enabled    = optional(bool, true)
  }))
  default = [{ expression = "ssl" }, { expression = "not ssl", enabled = false }]
}`,
      ),
      ["block ssl"],
    ],
    [
      "escapes of templates",
      ruleset(`
  rules {
    action     = "log"
    expression = "http.host eq \\"$\${x}\\""
  }`),
      ['log http.host eq "${x}"'],
    ],
  ];
  test.each(cases)("%s", async (_what, text, rules) => {
    expect(await rulesOf({ "main.tf": text })).toEqual(rules);
  });

  test("values are converted to the types of their attributes", async () => {
    const { rulesets } = await loaded({
      "main.tf": `
resource "cloudflare_ruleset" "limits" {
  zone_id = "z"
  name    = "limits"
  kind    = "zone"
  phase   = "http_ratelimit"
  rules {
    action      = "block"
    expression  = "true"
    enabled     = "true"
    description = 5
    ratelimit {
      characteristics     = ["ip.src", "cf.colo.id"]
      period              = "60"
      requests_per_period = "10"
      mitigation_timeout  = "\${30 * 2}"
      requests_to_origin  = "false"
    }
  }
}`,
    });
    expect(rulesets[0]?.rules[0]).toMatchObject({
      enabled: true,
      description: "5",
      ratelimit: { period: 60, requests_per_period: 10, mitigation_timeout: 60, requests_to_origin: false },
    });
  });

  test("resources for each key, and those that are counted away", async () => {
    const { rulesets } = await loaded({
      "main.tf": `
locals {
  zones = { shop = "zone-a", blog = "zone-b" }
}
resource "cloudflare_ruleset" "custom" {
  for_each = local.zones
  zone_id  = each.value
  name     = "rules of \${each.key}"
  kind     = "custom"
  phase    = "http_request_firewall_custom"
  rules {
    action     = "block"
    expression = "http.host eq \\"\${each.key}.example\\""
  }
}
resource "cloudflare_ruleset" "none" {
  count = false ? 1 : 0
  kind  = "zone"
  phase = var.nothing
}
resource "cloudflare_ruleset" "entry" {
  account_id = "a"
  name       = "entry"
  kind       = "root"
  phase      = "http_request_firewall_custom"
  dynamic "rules" {
    for_each = cloudflare_ruleset.custom
    content {
      action     = "execute"
      expression = "true"
      action_parameters {
        id = rules.value.id
      }
    }
  }
}`,
    });
    expect(rulesets.map(({ id }) => id)).toEqual(['custom["blog"]', 'custom["shop"]', "entry"]);
    const decide = (url: string) => createWaf({ rulesets, lists: [] }).evaluateSync({ url }).action;
    expect(decide("https://shop.example/")).toBe("block");
    expect(decide("https://other.example/")).toBe("allow");
  });
});

describe("lists", () => {
  test("with items of their own and as resources, of both generations", async () => {
    const { lists } = await loaded({
      "lists.tf": `
resource "cloudflare_list" "inline" {
  account_id = "a"
  name       = "inline"
  kind       = "ip"
  item {
    value {
      ip = "192.0.2.1"
    }
    comment = "one"
  }
  dynamic "item" {
    for_each = toset(["192.0.2.3", "192.0.2.2"])
    content {
      value {
        ip = item.value
      }
    }
  }
}
resource "cloudflare_list" "attributes" {
  account_id = "a"
  name       = "attributes"
  kind       = "asn"
  items      = [for n in [64500, 64501] : { asn = n }]
}
resource "cloudflare_list" "apart" {
  account_id = "a"
  name       = "apart"
  kind       = "ip"
}
resource "cloudflare_list_item" "apart" {
  for_each   = { a = "198.51.100.1", b = "198.51.100.2" }
  account_id = "a"
  list_id    = cloudflare_list.apart.id
  ip         = each.value
  comment    = each.key
}
resource "cloudflare_list" "empty" {
  account_id = "a"
  name       = "empty"
  kind       = "hostname"
}`,
    });
    const items = Object.fromEntries(lists.map((list) => [list.name, list.items]));
    expect(items).toEqual({
      inline: [{ comment: "one", ip: "192.0.2.1" }, { ip: "192.0.2.2" }, { ip: "192.0.2.3" }],
      attributes: [{ asn: 64500 }, { asn: 64501 }],
      apart: [
        { comment: "a", ip: "198.51.100.1" },
        { comment: "b", ip: "198.51.100.2" },
      ],
      empty: [],
    });
  });

  test("are named by rules through their resource", async () => {
    const configuration = await loaded({
      "main.tf": ruleset(
        `
  rules {
    action     = "block"
    expression = format("ip.src in $%s", cloudflare_list.office.name)
  }`,
        `
resource "cloudflare_list" "office" {
  account_id = "a"
  name       = lower("OFFICE")
  kind       = "ip"
  item {
    value { 
      ip = "192.0.2.1" 
    }
  }
}`,
      ),
    });
    const { action } = createWaf(configuration).evaluateSync({
      url: "https://a.example/",
      remoteAddress: "192.0.2.1",
    });
    expect(action).toBe("block");
  });
});

describe("a configuration says the same in both generations", () => {
  /** Each once with the blocks of version 4 and once with the attributes of version 5, as Cloudflare's migration writes them. */
  const pairs: readonly (readonly [what: string, phase: string, blocks: string, attributes: string])[] = [
    [
      "headers",
      "http_request_late_transform",
      `headers {
        name      = "X-Set"
        operation = "set"
        value     = "a"
      }
      headers {
        name       = "X-Computed"
        operation  = "set"
        expression = "http.host"
      }
      headers {
        name      = "X-Gone"
        operation = "remove"
      }`,
      `headers = {
          "X-Set"      = { operation = "set", value = "a" }
          "X-Computed" = { operation = "set", expression = "http.host" }
          "X-Gone"     = { operation = "remove" }
        }`,
    ],
    [
      "targets of a redirect",
      "http_request_dynamic_redirect",
      `from_value {
        status_code           = "301"
        preserve_query_string = "true"
        target_url {
          value = "https://a.example/"
        }
      }`,
      `from_value = {
          status_code           = 301
          preserve_query_string = true
          target_url            = { value = "https://a.example/" }
        }`,
    ],
    [
      "an answer of one's own",
      "http_request_firewall_custom",
      `response {
        content      = "{}"
        content_type = "application/json"
        status_code  = 429
      }`,
      'response = { content = "{}", content_type = "application/json", status_code = 429 }',
    ],
    [
      "rules that are skipped",
      "http_request_firewall_managed",
      'rules = {\n        "efb7b8c949ac4650a09736fc376e9aee" = "5de7edfa648c4d6891dc3e7f84534ffa,e3a567afc347477d9702d9047e97d760"\n      }',
      'rules = {\n          "efb7b8c949ac4650a09736fc376e9aee" = ["5de7edfa648c4d6891dc3e7f84534ffa", "e3a567afc347477d9702d9047e97d760"]\n        }',
    ],
    [
      "overrides",
      "http_request_firewall_managed",
      `id = "efb7b8c949ac4650a09736fc376e9aee"
      overrides {
        action = "log"
        categories {
          category = "wordpress"
          enabled  = false
        }
        rules {
          id      = "5de7edfa648c4d6891dc3e7f84534ffa"
          enabled = false
        }
      }`,
      `id = "efb7b8c949ac4650a09736fc376e9aee"
        overrides = {
          action     = "log"
          categories = [{ category = "wordpress", enabled = false }]
          rules      = [{ id = "5de7edfa648c4d6891dc3e7f84534ffa", enabled = false }]
        }`,
    ],
    [
      "settings of a route",
      "http_request_origin",
      'host_header = "b.example"\n      origin {\n        host = "a.example"\n        port = "8443"\n      }\n      sni {\n        value = "a.example"\n      }',
      'host_header = "b.example"\n        origin = { host = "a.example", port = 8443 }\n        sni = { value = "a.example" }',
    ],
  ];
  const ACTIONS: Readonly<Record<string, string>> = {
    headers: "rewrite",
    "targets of a redirect": "redirect",
    "an answer of one's own": "block",
    "rules that are skipped": "skip",
    overrides: "execute",
    "settings of a route": "route",
  };
  test.each(pairs)("%s", async (what, phase, blocks, attributes) => {
    const head = `zone_id = "z"\n  name = "n"\n  kind = "zone"\n  phase = "${phase}"`;
    const rule = `ref = "a"\n    action = "${ACTIONS[what]}"\n    expression = "true"`;
    const [four, five] = await Promise.all(
      [
        `resource "cloudflare_ruleset" "r" {\n  ${head}\n  rules {\n    ${rule}\n    action_parameters {\n      ${blocks}\n    }\n  }\n}\n`,
        `resource "cloudflare_ruleset" "r" {\n  ${head}\n  rules = [{\n    ${rule}\n    action_parameters = {\n        ${attributes}\n    }\n  }]\n}\n`,
      ].map((text) => loaded({ "main.tf": text })),
    );
    expect(four?.rulesets[0]?.rules[0]?.action_parameters).toBeDefined();
    expect(four).toEqual(five);
  });
});

describe("values of variables", () => {
  const NONE: LoadOptions = {};
  const main = ruleset(
    `rules = [{ action = "log", expression = "http.host eq \\"\${var.host}\\"" }]`,
    `variable "host" {
  type    = string
  default = "default"
}`,
  );
  const cases: readonly (readonly [what: string, files: Files, host: string, options: LoadOptions])[] = [
    ["the default", {}, "default", NONE],
    ["terraform.tfvars", { "terraform.tfvars": 'host = "file"' }, "file", NONE],
    [
      "*.auto.tfvars wins over it",
      { "b.auto.tfvars": 'host = "auto"', "terraform.tfvars": 'host = "file"' },
      "auto",
      NONE,
    ],
    ["of two, the later name", { "b.auto.tfvars": 'host = "b"', "a.auto.tfvars": 'host = "a"' }, "b", NONE],
    ["JSON", { "terraform.tfvars.json": '{ "host": "json" }' }, "json", NONE],
    [
      "a file that was named",
      { "x.auto.tfvars": 'host = "auto"', "env/prod.tfvars": 'host = "prod"' },
      "prod",
      NONE,
    ],
    [
      "the option wins",
      { "x.auto.tfvars": 'host = "auto"' },
      "option",
      { terraformVariables: { host: "option" } },
    ],
    [
      "those of other directories do not count",
      { "other/terraform.tfvars": 'host = "other"' },
      "default",
      NONE,
    ],
  ];
  test.each(cases)("%s", async (_what, files, host, options) => {
    expect(await rulesOf({ "main.tf": main, ...files }, options)).toEqual([`log http.host eq "${host}"`]);
  });

  test("one that no root module declares is told, with the name that was meant", async () => {
    const result = await load({ "main.tf": main }, { terraformVariables: { hots: "a", host: "b" } });
    expect(result.ok && result.warnings.map(({ code, message, hint }) => [code, message, hint])).toEqual([
      [
        "W_TF_LEFT_OUT",
        "no variable `hots` is declared: the value given for it is not used",
        "did you mean `host`?",
      ],
    ]);
  });

  test("those that are no text stand in the option as data or as an expression", async () => {
    const text = ruleset(
      'rules = [for h in var.hosts : { action = "log", expression = "http.host eq \\"${h}\\"" }]',
      'variable "hosts" { type = list(string) }',
    );
    for (const hosts of [["a", "b"], '["a", "b"]']) {
      const found = await rulesOf({ "main.tf": text }, { terraformVariables: { hosts } });
      expect(found).toEqual(['log http.host eq "a"', 'log http.host eq "b"']);
    }
  });
});

describe("modules", () => {
  const files: Files = {
    "main.tf": `
module "waf" {
  source   = "./modules/waf"
  for_each = toset(["a", "b"])
  hosts    = ["\${each.key}.example"]
}
resource "cloudflare_ruleset" "entry" {
  zone_id = "z"
  name    = "entry"
  kind    = "root"
  phase   = "http_request_firewall_custom"
  rules = [for m in module.waf : {
    action            = "execute"
    expression        = "true"
    action_parameters = { id = m.ruleset_id }
  }]
}`,
    "modules/waf/main.tf": `
variable "hosts" { type = list(string) }
resource "cloudflare_ruleset" "custom" {
  name  = "custom"
  kind  = "custom"
  phase = "http_request_firewall_custom"
  rules = [for h in var.hosts : { action = "block", expression = "http.host eq \\"\${h}\\"" }]
}
output "ruleset_id" { value = cloudflare_ruleset.custom.id }`,
  };

  test("in folders are evaluated with the values of their calls", async () => {
    const configuration = await loaded(files);
    expect(configuration.rulesets.map(({ id }) => id)).toEqual([
      "entry",
      'module.waf["a"].custom',
      'module.waf["b"].custom',
    ]);
    expect(createWaf(configuration).evaluateSync({ url: "https://b.example/" }).action).toBe("block");
  });

  test("by themselves are read with their own variables", async () => {
    expect(await faults({ "modules/waf/main.tf": files["modules/waf/main.tf"] ?? "" })).toEqual([
      "modules/waf/main.tf:7: cloudflare_ruleset.custom.rules E_TF_UNRESOLVED the variable `hosts` has no value",
    ]);
  });

  test("from elsewhere are left out with a warning, and what depends on them is refused", async () => {
    const call = 'module "waf" {\n  source = "example/waf/cloudflare"\n}\n';
    expect(await faults({ "main.tf": `${call}${ruleset("rules = []")}` })).toEqual([
      "main.tf:1:  W_TF_LEFT_OUT the module `waf` is not read: its source is not among the files",
    ]);
    const dependent = ruleset('rules = [{ action = "log", expression = module.waf.expression }]');
    expect(await faults({ "main.tf": `${call}${dependent}` })).toContainEqual(
      "main.tf:10: cloudflare_ruleset.waf.rules[0].expression E_TF_UNRESOLVED the module `waf` is not read, so its outputs are not known",
    );
  });

  test("that call one another end", async () => {
    const found = await faults({
      "main.tf": 'module "a" {\n  source = "./a"\n}\n',
      "a/main.tf": `module "b" {\n  source = "../b"\n}\n${ruleset("rules = []")}`,
      "b/main.tf": 'module "a" {\n  source = "../a"\n}\n',
    });
    expect(found.some((one) => one.includes("modules call one another more than 16 levels deep"))).toBe(true);
  });
});

describe("what stays open is refused at its place", () => {
  const rule = (expression: string) => ruleset(`rules = [{ action = "log", expression = ${expression} }]`);
  const cases: readonly (readonly [what: string, text: string, faults: readonly string[]])[] = [
    [
      "a variable",
      rule('"http.host eq \\"${var.host}\\""') + '\nvariable "host" {}',
      [
        "main.tf:7: cloudflare_ruleset.waf.rules[0].expression E_TF_UNRESOLVED the variable `host` has no value",
      ],
    ],
    [
      "a variable that nothing declares",
      rule("var.host"),
      ["main.tf:7: cloudflare_ruleset.waf.rules[0].expression E_TF_UNRESOLVED there is no variable `host`"],
    ],
    [
      "a data source",
      rule("data.http.rules.body"),
      [
        "main.tf:7: cloudflare_ruleset.waf.rules[0].expression E_TF_UNRESOLVED `data.http.rules` is known only when Terraform runs",
      ],
    ],
    [
      "a function",
      rule('file("rule.txt")'),
      [
        "main.tf:7: cloudflare_ruleset.waf.rules[0].expression E_TF_UNRESOLVED the function `file` is not evaluated",
      ],
    ],
    [
      "what another resource will be",
      rule("cloudflare_zone.main.id") + '\nresource "cloudflare_zone" "main" {}',
      [
        "main.tf:7: cloudflare_ruleset.waf.rules[0].expression E_TF_UNRESOLVED `cloudflare_zone.main.id` is known only after Terraform has applied the configuration",
      ],
    ],
    [
      "a local that refers to itself",
      rule("local.a") + "\nlocals {\n  a = local.b\n  b = local.a\n}",
      ["main.tf:7: cloudflare_ruleset.waf.rules[0].expression E_TF_EXPRESSION `local.a` refers to itself"],
    ],
    [
      "a misspelt local",
      rule("local.hots") + "\nlocals {\n  hosts = 1\n}",
      ["main.tf:7: cloudflare_ruleset.waf.rules[0].expression E_TF_EXPRESSION there is no local `hots`"],
    ],
    [
      "all rules",
      ruleset("rules = var.rules"),
      ["main.tf:7: cloudflare_ruleset.waf.rules E_TF_UNRESOLVED there is no variable `rules`"],
    ],
    [
      "the rules of a dynamic block",
      ruleset(
        'dynamic "rules" {\n for_each = var.rules\n content {\n action = "log"\n expression = "ssl"\n }\n }',
      ),
      ["main.tf:2: cloudflare_ruleset.waf.rules E_TF_UNRESOLVED there is no variable `rules`"],
    ],
    [
      "how many there are",
      'resource "cloudflare_ruleset" "waf" {\n  count = var.on ? 1 : 0\n}',
      ["main.tf:2: cloudflare_ruleset.waf.count E_TF_UNRESOLVED there is no variable `on`"],
    ],
    [
      "keys that are a list",
      'resource "cloudflare_ruleset" "waf" {\n  for_each = ["a"]\n}',
      [
        "main.tf:2: cloudflare_ruleset.waf.for_each E_TF_EXPRESSION `for_each` must be a map or a set, found a list",
      ],
    ],
    [
      "two resources of one name",
      `${rule('"ssl"')}${ruleset("rules = []")}`.replace('variable "zone_id" {}', ""),
      ["main.tf:11:  E_TF_RESOURCE the resource `cloudflare_ruleset.waf` is declared twice"],
    ],
    [
      "a resource of rules that are not read",
      'resource "cloudflare_page_rule" "a" {\n  target = "x"\n}',
      ["main.tf:1: cloudflare_page_rule.a E_IMPORT this is a page rule, which is not supported"],
    ],
  ];
  test.each(cases)("%s", async (_what, text, expected) => {
    expect(await faults({ "main.tf": text })).toEqual(expected);
  });

  test("where a resource is put may stay open", async () => {
    expect(await faults({ "main.tf": ruleset('rules = [{ action = "log", expression = "ssl" }]') })).toEqual(
      [],
    );
  });

  test("a fault in what was worked out shows it", async () => {
    const result = await load({
      "main.tf": ruleset(
        'rules = [for h in ["a", "b"] : { action = "log", expression = "http.hots eq \\"${h}\\"" }]',
      ),
    });
    const [first] = result.ok ? [] : result.errors;
    expect(first).toMatchObject({
      code: "E_UNKNOWN_IDENTIFIER",
      source: "main.tf",
      line: 7,
      address: "cloudflare_ruleset.waf.rules[0].expression",
    });
    expect(first?.frame).toContain('http.hots eq "a"');
    expect(first?.pointer).toBeUndefined();
  });
});

describe("JSON in Terraform's own syntax", () => {
  const body = { zone_id: "z", kind: "zone", phase: "http_request_firewall_custom" };
  const json = (rules: unknown, more: object = {}) =>
    JSON.stringify({ resource: { cloudflare_ruleset: { waf: [{ ...body, ...Object(rules) }] } }, ...more });
  const read = (text: string) => loadDocuments([new Source(text, "main.tf.json")], OPTIONS);

  test("is evaluated as HCL is", () => {
    const found = read(
      json(
        { rules: '${[for h in local.hosts : { action = "log", expression = "http.host eq \\"${h}\\"" }]}' },
        { locals: { hosts: ["a"] } },
      ),
    );
    expect(found.ok && found.value.rulesets[0]?.rules[0]?.expression).toBe('http.host eq "a"');
  });

  test("does not say in which order fixed and generated rules stand", () => {
    const dynamic = { rules: { for_each: [1], content: { action: "log", expression: "ssl" } } };
    const found = read(json({ rules: [{ action: "log", expression: "ssl" }], dynamic }));
    expect(found.ok || found.errors.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      "E_TF_UNRESOLVED /resource/cloudflare_ruleset/waf/0/rules",
    ]);
    expect(read(json({ dynamic })).ok).toBe(true);
  });

  test("keeps the places of its text", () => {
    const found = read(json({ rules: [{ action: "log", expression: "http.hots" }] }));
    const [first] = found.ok ? [] : found.errors;
    expect(first?.pointer).toBe("/resource/cloudflare_ruleset/waf/0/rules/0/expression");
    expect(first?.address).toBe("cloudflare_ruleset.waf.rules[0].expression");
    expect(first?.column).toBeGreaterThan(100);
  });
});

describe("plans and states hold final values", () => {
  const plan = (more: object, rules: unknown = [{ action: "log", expression: "true" }]) =>
    JSON.stringify({
      format_version: "1.2",
      planned_values: {
        root_module: {
          resources: [
            {
              address: "cloudflare_ruleset.r",
              type: "cloudflare_ruleset",
              name: "r",
              values: { kind: "zone", phase: "http_request_firewall_custom", rules },
            },
            {
              address: "cloudflare_list.l",
              type: "cloudflare_list",
              name: "l",
              values: { name: "l", kind: "ip", items: null },
            },
            {
              address: 'cloudflare_list_item.i["a"]',
              type: "cloudflare_list_item",
              name: "i",
              values: { ip: "192.0.2.1", comment: null },
            },
          ],
        },
      },
      ...more,
    });
  const configuration = {
    root_module: {
      resources: [
        {
          address: "cloudflare_list_item.i",
          type: "cloudflare_list_item",
          expressions: { list_id: { references: ["cloudflare_list.l.id", "cloudflare_list.l"] } },
        },
      ],
    },
  };
  const read = (text: string) => loadDocuments([new Source(text, "plan.json")], OPTIONS);

  test("no template is evaluated in them", () => {
    const found = read(plan({}, [{ action: "log", expression: 'http.host eq "${a}"' }]));
    expect(found.ok && found.value.rulesets[0]?.rules[0]?.expression).toBe('http.host eq "${a}"');
  });

  test("items belong to the list that the configuration of the plan names", () => {
    const found = read(plan({ configuration }));
    expect(found.ok && found.value.lists[0]?.items).toEqual([{ ip: "192.0.2.1" }]);
  });

  test("what is known only later is refused, but for what the API fills in", () => {
    const change = (unknown: unknown) => ({
      resource_changes: [{ address: "cloudflare_ruleset.r", change: { after_unknown: unknown } }],
    });
    expect(
      read(plan(change({ id: true, last_updated: true, rules: [{ id: true, version: true, ref: true }] })))
        .ok,
    ).toBe(true);
    const found = read(plan(change({ id: true, rules: [{ expression: true }] }), [{ action: "log" }]));
    expect(found.ok || found.errors.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      "E_TF_UNRESOLVED /planned_values/root_module/resources/0/values/rules/0/expression",
    ]);
  });

  test("an item of an unknown list is told", () => {
    const text = JSON.stringify({
      resource: {
        cloudflare_list: { a: { name: "a", kind: "ip" }, b: { name: "b", kind: "ip" } },
        cloudflare_list_item: { i: { list_id: "x", ip: "192.0.2.1" } },
      },
    });
    const found = read(text);
    expect(found.warnings.map(({ code, address }) => `${code} ${address}`)).toEqual([
      "W_TF_LEFT_OUT cloudflare_list_item.i",
    ]);
  });
});

test("the guide's example is read as the guide says", async () => {
  const guide = readFileSync(new URL("../../../docs/guide/terraform.md", import.meta.url), "utf8");
  const text = /```hcl\n(.*?)```/s.exec(guide)?.[1] ?? "";
  const configuration = await loaded({ "main.tf": text });
  expect(configuration.rulesets).toHaveLength(1);
  expect(configuration.rulesets[0]?.rules).toHaveLength(3);
});
