// Keys, tokens and hashes that are recognisable by their format.
import type { Range } from "./range.ts";

/** Prefixes that issuers give to their keys, with the minimum number of characters that follow. */
const KEY_PREFIXES: readonly (readonly [prefix: string, rest: number])[] = [
  ["AKIA", 16],
  ["ASIA", 16],
  ["AIza", 30],
  ["ya29.", 20],
  ["ghp_", 20],
  ["gho_", 20],
  ["ghs_", 20],
  ["ghu_", 20],
  ["ghr_", 20],
  ["github_pat_", 20],
  ["glpat-", 16],
  ["gldt-", 16],
  ["glrt-", 16],
  ["glsa_", 20],
  ["npm_", 30],
  ["pypi-", 30],
  ["sk_live_", 10],
  ["sk_test_", 10],
  ["rk_live_", 10],
  ["rk_test_", 10],
  ["sk-ant-", 16],
  ["sk-proj-", 16],
  ["sk-", 32],
  ["whsec_", 16],
  ["xoxa-", 10],
  ["xoxb-", 10],
  ["xoxe.", 10],
  ["xoxe-", 10],
  ["xoxp-", 10],
  ["xoxr-", 10],
  ["xoxs-", 10],
  ["xapp-", 10],
  ["shpat_", 20],
  ["shpca_", 20],
  ["shppa_", 20],
  ["shpss_", 20],
  ["sq0atp-", 16],
  ["sq0csp-", 16],
  ["dop_v1_", 20],
  ["doo_v1_", 20],
  ["dp.pt.", 20],
  ["hf_", 30],
  ["hvb.", 20],
  ["hvs.", 20],
  ["figd_", 20],
  ["lin_api_", 20],
  ["secret_", 24],
  ["ntn_", 30],
  ["AGE-SECRET-KEY-", 20],
  ["SG.", 40],
  ["v1.local.", 20],
  ["v2.local.", 20],
  ["v3.local.", 20],
  ["v4.local.", 20],
  ["v1.public.", 20],
  ["v2.public.", 20],
  ["v3.public.", 20],
  ["v4.public.", 20],
];
/** By their first character, so that most tokens are compared with none. */
const BY_FIRST = new Map<string, (readonly [prefix: string, rest: number])[]>();
for (const entry of KEY_PREFIXES) {
  const first = entry[0].charAt(0);
  const entries = BY_FIRST.get(first) ?? [];
  entries.push(entry);
  BY_FIRST.set(first, entries);
}

/** A user's id in Base64, a time, and a signature: tokens of Discord. */
const DISCORD = /^[A-Za-z0-9]{23,28}\.[\w-]{6,7}\.[\w-]{27,}$/;

export function isIssuedKey(token: string): boolean {
  const entries = BY_FIRST.get(token.charAt(0));
  if (entries?.some(([prefix, rest]) => token.length >= prefix.length + rest && token.startsWith(prefix)))
    return true;
  return token.length < 128 && DISCORD.test(token);
}

/** Hashes of passwords as `crypt` (`$6$…`) and LDAP (`{SSHA}…`) write them. */
const CRYPT =
  /\$(?:2[abxy]?|[156y]|7|apr1|argon2(?:id|i|d)|pbkdf2[a-z0-9-]{0,12}|scrypt|bcrypt)\$[\w./+=,$-]{16,256}/y;
const LDAP = /\{(?:S?SHA(?:256|384|512)?|S?MD5|CRYPT|PBKDF2)\}[A-Za-z0-9+/=$.]{8,256}/iy;

/** @param at position of a `$` or a `{` */
export function hashAt(text: string, at: number): Range | undefined {
  const pattern = text.charCodeAt(at) === 36 ? CRYPT : LDAP;
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? undefined : { start: at, end: at + match[0].length };
}

/** The id of a bot, a colon and its key, as in Telegram's URLs and programs. */
const BOT = /:[\w-]{30,64}/y;
/** Refresh tokens of Google. */
const REFRESH = /\/\/0[\w-]{40,256}/y;

/** A key that begins with the token that ends at `end`, and goes on after a sign that no token has. */
export function spacedKey(text: string, start: number, end: number): Range | undefined {
  const next = text.charCodeAt(end);
  const pattern = next === 58 ? BOT : next === 47 ? REFRESH : undefined;
  if (pattern === undefined) return undefined;
  const isFirst =
    pattern === BOT ? /^(?:bot)?[0-9]{7,12}$/i.test(text.slice(start, end)) : text.slice(start, end) === "1";
  if (!isFirst) return undefined;
  pattern.lastIndex = end;
  const match = pattern.exec(text);
  return match === null ? undefined : { start: next === 58 ? end + 1 : start, end: end + match[0].length };
}
