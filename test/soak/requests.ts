import type { RequestData } from "../support/source/request/model.ts";
import type { ResponseView } from "../support/source/request/view.ts";

export type Random = () => number;

/** Numbers from 0 to 1 that are the same for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
  };
}

const METHODS = ["GET", "GET", "GET", "POST", "PUT", "OPTIONS", "BREW"];
const VALUES = [
  "1",
  "a%20b",
  "1'%20UNION%20%20SELECT%20x",
  "%3Cscript%3E",
  "%",
  "%zz%00",
  "__proto__",
  "\u00ff\u00fe",
  "x".repeat(2000),
];
const AGENTS = ["Mozilla/5.0", "GoodBot/1.0", "", "\u0001\u0080"];
const BODIES: readonly (readonly [type: string, body: string])[] = [
  ["application/x-www-form-urlencoded", "q=attack+now&x=1"],
  ["application/x-www-form-urlencoded", "q=a&q=b&&=&%"],
  ["application/json", '{"a":{"b":[1,2,{"__proto__":3}]}}'],
  ["application/json", "[".repeat(500)],
  ["multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=q\r\n\r\nattack\r\n--b--"],
  ["multipart/form-data", "--b"],
  ["text/plain", "\u0000".repeat(300)],
];

/** A request of any sort, hostile ones among them. */
export function anyRequest(random: Random, receivedAt: number): RequestData {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  const below = (count: number) => Math.floor(random() * count);
  const path = pick([
    `/page/${below(50)}`,
    `/api/${below(9)}`,
    `/old/${below(9)}`,
    "/",
    "//a/../b",
    "/%2e%2e/c",
  ]);
  const query = random() < 0.6 ? `?${pick(["q", "id", "__proto__"])}=${pick(VALUES)}&n=${below(99)}` : "";
  const address =
    random() < 0.7 ? `192.0.2.${below(256)}` : `2001:db8:${below(64).toString(16)}::${below(99)}`;
  const method = pick(METHODS);
  const [type, body] = pick(BODIES);
  const headers: [string, string][] = [
    ["Host", pick(["shop.example", "SHOP.example:8080", "", "[::1]"])],
    ["User-Agent", pick(AGENTS)],
  ];
  if (random() < 0.3) headers.push(["Cookie", `a=1; b=${pick(VALUES)}; constructor=x`]);
  if (method !== "POST") return { method, url: path + query, headers, remoteAddress: address, receivedAt };
  headers.push(["Content-Type", type]);
  return { method, url: path + query, headers, remoteAddress: address, receivedAt, body };
}

/** What the application might answer. */
export function anyResponse(random: Random): ResponseView {
  const status = [200, 200, 304, 404, 500][Math.floor(random() * 5)]!;
  const bytes = random() < 0.1 ? "the secret is out" : "fine";
  return {
    status,
    rawHeaders: ["Content-Type", "text/plain", "Server", "soak"],
    body: { bytes, truncated: false },
  };
}
