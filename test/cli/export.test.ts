import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, run } from "./support.ts";

const FILES = {
  "rules.yaml": `rulesets:
  - id: custom
    kind: zone
    phase: custom
    rules:
      - {ref: plain, expression: condition.admin(), action: block, severity: critical}
      - {ref: trial, expression: ssl, action: block, mode: shadow}
lists:
  office: {kind: ip, items: [192.0.2.1]}
conditions:
  admin: http.host eq "admin" and not ip.src in $office
`,
  "plain.yaml": "rules:\n  - {ref: a, expression: ssl, action: log}\n",
  "bad.yaml": "rules:\n  - {ref: a, expression: nosuch, action: log}\n",
};

const BODIES = {
  rulesets: [
    {
      name: "http_request_firewall_custom",
      kind: "zone",
      phase: "http_request_firewall_custom",
      rules: [
        {
          ref: "plain",
          action: "block",
          expression: 'http.host eq "admin" and not ip.src in $office',
          enabled: true,
        },
      ],
    },
  ],
  lists: [{ list: { name: "office", kind: "ip" }, items: [{ ip: "192.0.2.1" }] }],
};

describe("export", () => {
  test("prints bodies, and says what they lack", async () => {
    const { code, out, err } = await run(["export", join(folder(FILES), "rules.yaml")]);
    expect(JSON.parse(out)).toEqual(BODIES);
    expect(code).toBe(1);
    expect(err).toContain("/rulesets/0/rules/0 (custom › plain): stripped: `severity`");
    expect(err).toContain(
      "/rulesets/0/rules/1 (custom › trial): left out: `mode`: a rule in shadow mode only reports",
    );
    expect(err).toContain("1 ruleset, 1 list; 1 left out, 2 changed");
  });

  test("as JSON with what they lack", async () => {
    const { out } = await run(["export", "--json", join(folder(FILES), "rules.yaml")]);
    const { stripped, ...bodies } = JSON.parse(out);
    expect(bodies).toEqual(BODIES);
    expect(stripped.map((one: { member: string }) => one.member)).toEqual(["severity", "conditions", "mode"]);
  });

  test("is fine when nothing is left out, and exports nothing of faulty rules", async () => {
    const at = folder(FILES);
    expect(await run(["export", join(at, "plain.yaml")])).toMatchObject({ code: 0 });
    const faulty = await run(["export", join(at, "bad.yaml")]);
    expect(faulty).toMatchObject({ code: 2, out: "" });
    expect(faulty.err).toContain("nothing is exported");
    expect(await run(["export", "--to", "elsewhere", at])).toMatchObject({ code: 2 });
  });
});
