import { expect, test } from "vitest";
import { protect } from "../support/source/adapters/fetch.ts";
import { createWaf, proofOfWorkProvider } from "../support/source/index.ts";

// A page is of no use to a script: what a request accepts says first what its answer is, then what sent it.

const waf = createWaf(
  {
    rulesets: [
      {
        phase: "http_request_firewall_custom",
        rules: [
          { ref: "check", expression: 'http.request.uri.path eq "/check"', action: "managed_challenge" },
          { ref: "no", expression: 'http.request.uri.path eq "/no"', action: "block" },
        ],
      },
    ],
  },
  { challenge: proofOfWorkProvider({ secret: "a secret of the tests" }) },
);
const handle = protect(waf, () => new Response("ok"), { facts: () => ({ remoteAddress: "192.0.2.1" }) });

const PAGE = "text/html,application/xhtml+xml,*/*;q=0.8";
const ANY = "*/*";
const HTML = "text/html; charset=utf-8";
const JSON_PROBLEM = "application/problem+json";
const PLAIN = "text/plain; charset=utf-8";

interface Case {
  readonly what: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly challenge: string;
  readonly block: string;
}

const CASES: readonly Case[] = [
  { what: "a visit", headers: { accept: PAGE, "sec-fetch-dest": "document" }, challenge: HTML, block: HTML },
  { what: "a visit without metadata", headers: { accept: PAGE }, challenge: HTML, block: HTML },
  {
    what: "a frame that takes anything",
    headers: { accept: ANY, "sec-fetch-dest": "iframe" },
    challenge: HTML,
    block: PLAIN,
  },
  { what: "a client that takes anything", headers: { accept: ANY }, challenge: HTML, block: PLAIN },
  {
    what: "fetch()",
    headers: { accept: ANY, "sec-fetch-dest": "empty", "sec-fetch-mode": "cors" },
    challenge: JSON_PROBLEM,
    block: JSON_PROBLEM,
  },
  {
    what: "fetch() by its mode",
    headers: { accept: ANY, "sec-fetch-mode": "cors" },
    challenge: JSON_PROBLEM,
    block: JSON_PROBLEM,
  },
  {
    what: "a navigation by its mode",
    headers: { accept: ANY, "sec-fetch-mode": "navigate" },
    challenge: HTML,
    block: PLAIN,
  },
  {
    what: "XMLHttpRequest of a library",
    headers: { accept: ANY, "x-requested-with": "XMLHttpRequest" },
    challenge: JSON_PROBLEM,
    block: JSON_PROBLEM,
  },
  {
    what: "an app that names itself",
    headers: { accept: ANY, "x-requested-with": "com.example.app" },
    challenge: HTML,
    block: PLAIN,
  },
  {
    what: "a body of JSON",
    headers: { accept: ANY, "content-type": "application/json" },
    challenge: JSON_PROBLEM,
    block: JSON_PROBLEM,
  },
  {
    what: "fetch() that asks for a page",
    headers: { accept: "text/html", "sec-fetch-dest": "empty" },
    challenge: HTML,
    block: HTML,
  },
  {
    what: "fetch() that asks for text",
    headers: { accept: "text/plain", "sec-fetch-dest": "empty" },
    challenge: PLAIN,
    block: PLAIN,
  },
  {
    what: "a visit that asks for JSON",
    headers: { accept: "application/json", "sec-fetch-dest": "document" },
    challenge: JSON_PROBLEM,
    block: JSON_PROBLEM,
  },
];

test.each(CASES)("$what", async ({ headers, challenge, block }) => {
  const ask = async (path: string) => {
    // Browsers set these themselves, and runtimes may refuse them in `headers`.
    const request = new Request(`https://shop.example${path}`);
    for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
    return handle(request);
  };
  const posed = await ask("/check");
  expect(posed.headers.get("content-type")).toBe(challenge);
  expect([posed.status, posed.headers.get("x-wirewall-mitigated")]).toEqual([403, "challenge"]);
  expect((await posed.text()).includes("<form")).toBe(challenge === HTML);
  expect((await ask("/no")).headers.get("content-type")).toBe(block);
});
