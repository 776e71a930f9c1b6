import type { AnyDecision } from "../../support/source/engine/decision.ts";
import { createWaf, type Waf } from "../../support/source/engine/firewall.ts";
import type { RequestData } from "../../support/source/request/model.ts";
import { managedRulesets } from "../../support/source/rules/managed.ts";
import { type UncheckedRuleset, uncheckedRuleset } from "../../support/source/rules/ruleset.ts";

/** A text is the value of a query argument. */
export type Case = string | RequestData;

export interface RuleCases {
  readonly matches: readonly Case[];
  /** Near misses: the rule is silent, whatever others say. */
  readonly passes: readonly Case[];
}

/** By ref. */
export type CaseTable = Readonly<Record<string, RuleCases>>;

const SITE = "https://shop.example";
const BROWSER = {
  "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
  Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "Accept-Language": "de,en-US;q=0.7,en;q=0.3",
};

type Headers = Readonly<Record<string, string | readonly string[]>>;

export function at(target: string, headers: Headers = {}): RequestData {
  return { url: `${SITE}${target}`, headers: { ...BROWSER, ...headers }, receivedAt: 0 };
}

export const query = (text: string): RequestData => at(`/search?q=${encodeURIComponent(text)}`);
export const header = (name: string, value: string): RequestData => at("/", { [name]: value });
export const cookie = (text: string): RequestData =>
  at("/", { Cookie: `lang=de; seen=${encodeURIComponent(text)}` });

export function send(type: string, body: string | Uint8Array, headers: Headers = {}): RequestData {
  return { ...at("/items", { "Content-Type": type, ...headers }), method: "POST", body };
}

export const form = (text: string, name = "text"): RequestData =>
  send(
    "application/x-www-form-urlencoded",
    `title=x&${encodeURIComponent(name)}=${encodeURIComponent(text)}`,
  );
export const json = (value: unknown): RequestData => send("application/json", JSON.stringify(value));
export const xml = (text: string): RequestData => send("application/xml", text);

export function multipart(lines: readonly string[]): RequestData {
  return send("multipart/form-data; boundary=b0", ["--b0", ...lines, "--b0--", ""].join("\r\n"));
}

export function file(name: string, content = "hello"): RequestData {
  const disposition = `Content-Disposition: form-data; name="file"; filename="${name}"`;
  return multipart([disposition, "Content-Type: application/octet-stream", "", content]);
}

export function answer(body: string, status = 200): RequestData {
  return { ...at("/"), response: { status, headers: { "Content-Type": "text/html" }, body } };
}

export type Overrides = Readonly<Record<string, unknown>>;

/**
 * A firewall that executes both rulesets, or one of them.
 *
 * @param targets inputs that no rule is to see.
 */
export function managedWaf(
  overrides: Overrides = {},
  only?: "request" | "response",
  targets: readonly Overrides[] = [],
): Waf {
  const entry = (side: "request" | "response", target: string) =>
    uncheckedRuleset({
      id: `entry-${side}`,
      name: side,
      kind: "zone",
      phase: `http_${side}_firewall_managed`,
      rules: [
        ...(targets.length === 0
          ? []
          : [{ ref: "execute-except", action: "skip", expression: "true", action_parameters: { targets } }]),
        {
          ref: `execute-${side}`,
          action: "execute",
          expression: "true",
          action_parameters: { id: target, overrides },
        },
      ],
    });
  const rulesets: UncheckedRuleset[] = [];
  if (only !== "response") rulesets.push(entry("request", "wirewall-core"));
  if (only !== "request") rulesets.push(entry("response", "wirewall-core-responses"));
  return createWaf(
    { rulesets },
    {
      managed: managedRulesets,
      onError: (error) => {
        throw error;
      },
    },
  );
}

function refs(decision: AnyDecision): readonly string[] {
  return decision.matches.map(({ rule }) => rule.ref).filter((ref) => !ref.startsWith("execute-"));
}

/** Refs of all rules of both rulesets that match. */
export function matchesOf(waf: Waf, given: Case): readonly string[] {
  const { request, response } = waf.evaluateExchangeSync(typeof given === "string" ? query(given) : given);
  return response === undefined ? refs(request) : [...refs(request), ...refs(response)];
}
