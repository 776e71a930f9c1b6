import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../support/root.ts";
import { renderDecision } from "../support/source/engine/respond.ts";
import {
  type AnyDecision,
  createWaf,
  type HeaderOperation,
  loadDocument,
  type RequestData,
  requestFrom,
  Source,
  type Value,
  type Waf,
} from "../support/source/index.ts";
import { managedRulesets } from "../support/source/rules/managed.ts";

// Each recipe is a file of rules and a table of requests, which are sent to one firewall in their order.

const page = readFileSync(join(root, "docs/guide/cookbook.md"), "utf8");

interface Row {
  readonly request: readonly string[];
  readonly result: readonly string[];
}

function spans(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);
}

const recipes = page
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const rows = [...section.matchAll(/^\| (`.*`) \| (`.*`) \|$/gm)].map(
      ([, request, result]): Row => ({ request: spans(request!), result: spans(result!) }),
    );
    const [, rules = ""] = /^```yaml\n([\s\S]*?)^```$/m.exec(section) ?? [];
    return { title: section.slice(0, section.indexOf("\n")), rules, rows };
  });

/** What the spans of a request say; the country is the database's answer for its address. */
interface Sent {
  readonly data: RequestData;
  readonly answered: number | undefined;
  readonly country: string | undefined;
  readonly times: number;
}

function sent([line, ...more]: readonly string[]): Sent {
  const [method = "", target = ""] = line!.split(" ");
  const headers: [string, string][] = [];
  const data: { -readonly [Name in keyof RequestData]: RequestData[Name] } = {
    method,
    url: `https://shop.example${target}`,
    headers,
    remoteAddress: "198.51.100.1",
  };
  let answered: number | undefined;
  let country: string | undefined;
  let times = 1;
  for (const span of more) {
    const [, word, rest = ""] = /^(from|answered|country|body|supplied) ([\s\S]*)$/.exec(span) ?? [];
    const [, name, value = ""] = /^([\w-]+): (.*)$/.exec(span) ?? [];
    const [, count] = /^(\d+) times$/.exec(span) ?? [];
    if (word === "from") data.remoteAddress = rest;
    else if (word === "answered") answered = Number(rest);
    else if (word === "country") country = rest;
    else if (word === "body") data.body = rest.replaceAll("\\r\\n", "\r\n");
    else if (word === "supplied") data.supplied = new Map<string, Value>(Object.entries(JSON.parse(rest)));
    else if (name !== undefined) headers.push([name, value]);
    else if (count !== undefined) times = Number(count);
    else throw new Error(`the cookbook's table says \`${span}\``);
  }
  return { data, answered, country, times };
}

async function decide(waf: Waf, { data, answered }: Sent): Promise<AnyDecision> {
  const transaction = waf.begin(requestFrom(data));
  const decision = await transaction.request();
  if (answered === undefined || decision.action !== "allow") {
    transaction.end();
    return decision;
  }
  const response = await transaction.response({ status: answered, rawHeaders: [], body: undefined });
  transaction.end();
  return response.action === "allow" ? { ...response, changes: merged(decision, response) } : response;
}

function merged(request: AnyDecision, response: AnyDecision): AnyDecision["changes"] {
  return { ...request.changes, responseHeaders: response.changes.responseHeaders };
}

/** Everything that a row may say of a decision; the first says what was decided. */
function facts(decision: AnyDecision, accept: string): readonly string[] {
  const { changes, labels = [], variables = {}, matches, id } = decision;
  const lines = (side: string, headers: readonly HeaderOperation[]) =>
    headers.map(
      (one) => `${side} ${one.operation === "remove" ? `-${one.name}` : `${one.name}: ${one.value}`}`,
    );
  const body = renderDecision(decision, { method: "GET", accept, contentType: "" })?.body ?? "";
  return [
    outcome(decision),
    ...(changes.path === undefined ? [] : [`path ${changes.path}`]),
    ...(changes.query === undefined ? [] : [`query ${changes.query}`]),
    ...lines("request", changes.requestHeaders),
    ...lines("response", changes.responseHeaders),
    ...labels.map((label) => `label ${label}`),
    ...Object.entries(variables).map(([name, value]) => `variable ${name}=${value}`),
    ...matches.filter(({ mode }) => mode === "shadow").map(({ rule }) => `shadow ${rule.ref}`),
    `body ${body.replaceAll(id, "REFERENCE")}`,
  ];
}

function outcome(decision: AnyDecision): string {
  switch (decision.action) {
    case "block":
    case "serve_error":
      return `${decision.action} ${decision.status} ${decision.by.ref}`;
    case "redirect":
      return `redirect ${decision.status} ${decision.location}`;
    case "challenge":
      return `challenge ${decision.kind} ${decision.by.ref}`;
    default:
      return decision.action;
  }
}

describe("the cookbook", () => {
  test("has a file and requests in each recipe", () => {
    expect(recipes.length).toBeGreaterThan(14);
    for (const { rules, rows } of recipes) expect([rules === "", rows.length === 0]).toEqual([false, false]);
  });

  test.each(recipes.map((recipe) => [recipe.title, recipe] as const))(
    "%s",
    async (_title, { rules, rows }) => {
      const loaded = loadDocument(new Source(rules, "rules.yaml"), { rulesets: managedRulesets });
      if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join("\n"));
      let country: string | undefined;
      const waf = createWaf(loaded.value, {
        managed: managedRulesets,
        geo: [{ lookup: () => (country === undefined ? undefined : { country }) }],
        supplied: ["cf.bot_management.*"],
        now: () => 1_800_000_000_000,
      });
      expect(waf.warnings.map(({ message }) => message)).toEqual([]);
      for (const { request, result } of rows) {
        const one = sent(request);
        ({ country } = one);
        const accept =
          new Map(one.data.headers as readonly (readonly [string, string])[]).get("Accept") ?? "";
        for (let time = 0; time < one.times; time++) {
          const found = facts(await decide(waf, one), accept);
          expect([found[0], ...found.filter((fact, at) => at > 0 && result.includes(fact))]).toEqual(result);
        }
      }
    },
  );
});
