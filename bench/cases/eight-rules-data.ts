// What the eight rules speak of, shared by ours, the handwritten ones and the rivals.
import { IpSet } from "../../src/language/sets/ip-set.ts";
import type { Contestant } from "../measure/contest.ts";
import { drawNetworks, type PlainRequest } from "./traffic.ts";

export const REQUESTS = 256;
const MASK = REQUESTS - 1;

export const SCANNERS = /sqlmap|nikto|nmap|masscan|acunetix|nessus/i;
export const COUNTRY_SET: readonly string[] =
  "CN RU KP IR SY CU BY VN UA ID NG BR TH TR PK BD VE MM SD ZW".split(" ");
export const PORT_SET: readonly number[] = [80, 443, 8080, 8880, 2052, 2082, 2086, 2095];
export const countrySet = new Set(COUNTRY_SET);
export const portSet = new Set(PORT_SET);
export const BLOCKED_NETWORKS = drawNetworks(10_000);
export const blocked = IpSet.from(
  BLOCKED_NETWORKS.map(([start, bits]) => ({ start, end: start + 2 ** (32 - bits) - 1 })),
);

/** What rivals without addresses and patterns of their own get as host functions. */
export const HOST_FUNCTIONS = {
  inTwo: (ip: number | bigint): boolean => inTwo(Number(ip)),
  inBlocked: (ip: number | bigint): boolean => blocked.has(Number(ip)),
  isScanner: (text: string): boolean => SCANNERS.test(text),
  lower: (text: string): string => text.toLowerCase(),
};

/** For rivals that read no maps of arrays. */
export function firstOf(headers: PlainRequest["headers"], name: string): string {
  return headers.get(name)?.[0] ?? "";
}

export function inTwo(ip: number): boolean {
  return ip >>> 24 === 10 || ip >>> 8 === 0xc00002;
}

export type RuleName = "R1" | "R2" | "R3" | "R4" | "R5" | "R6" | "R7" | "R8";

/** A contestant that asks a question of each request in turn. */
export function asking(name: string, ask: (at: number) => boolean, slow = false): Contestant {
  return {
    name,
    slow,
    run: (count) => {
      let hits = 0;
      for (let turn = 0; turn < count; turn++) if (ask(turn & MASK)) hits++;
      return hits;
    },
    answers: () => Array.from({ length: REQUESTS }, (_, at) => ask(at)),
  };
}
