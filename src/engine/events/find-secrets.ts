// Secrets inside free text. Every function moves forward only, or looks ahead a fixed distance: linear in the text.
import { base64Decode, percentDecode } from "../../language/values/bytes.ts";

export const REDACTED = "[redacted]";

/** How far the `@` of a user name and password may be from the `//`. */
const MAX_USERINFO = 256;
const MIN_USER_TOKEN = 20;
/** How far a multipart part's value may be from its name. */
const MAX_PART_HEAD = 512;
const MAX_BLANKS = 8;
/** Sixteen digits in groups of four take 19 characters; the longest number has 19 digits. */
const MAX_CARD = 40;

/** Beginnings that issuers give to their keys, with the fewest characters that follow. */
const KEY_PREFIXES: readonly (readonly [prefix: string, rest: number])[] = [
  ["AKIA", 16],
  ["ASIA", 16],
  ["AIza", 30],
  ["ghp_", 20],
  ["gho_", 20],
  ["ghs_", 20],
  ["ghu_", 20],
  ["github_pat_", 20],
  ["glpat-", 16],
  ["npm_", 30],
  ["sk_live_", 10],
  ["sk_test_", 10],
  ["rk_live_", 10],
  ["sk-ant-", 16],
  ["sk-proj-", 16],
  ["whsec_", 16],
  ["xoxb-", 10],
  ["xoxp-", 10],
];

export type IsSecretName = (name: string) => boolean;

/** The text with `[redacted]` in place of the ranges, which are in order; those that touch or overlap are one. */
export function withoutRanges(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text;
  let out = "";
  let copied = 0;
  let isOpen = false;
  for (const { start, end } of ranges) {
    if (isOpen && start <= copied) {
      copied = Math.max(copied, end);
      continue;
    }
    out += text.slice(copied, start) + REDACTED;
    copied = end;
    isOpen = true;
  }
  return out + text.slice(copied);
}

/**
 * Where in a text secrets are, in order: what goes by a secret name (`name=…`, `"name": …`, `<name>…`, a form part) and what
 * gives itself away: credentials of an Authorization header, JSON Web Tokens, passwords in URLs, issuers' keys, card numbers.
 *
 * @param depth of texts inside of texts
 */
export function secretsIn(text: string, isSecret: IsSecretName, depth = 0): readonly Range[] {
  const found: Range[] = [];
  for (let at = 0; at < text.length; ) {
    if (!isUrlTokenCode(text.charCodeAt(at))) {
      at++;
      continue;
    }
    let end = at + 1;
    while (end < text.length && isUrlTokenCode(text.charCodeAt(end))) end++;
    const range = secretFrom(text, at, end, isSecret, depth) ?? cardIn(text, at, end);
    if (range === undefined) at = end;
    else {
      found.push(range);
      at = range.end;
    }
  }
  return found;
}

/** Bytes of a text, from `start` to before `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The secret that the token at `start` is or announces. */
function secretFrom(
  text: string,
  start: number,
  end: number,
  isSecret: IsSecretName,
  depth: number,
): Range | undefined {
  const token = text.slice(start, end);
  if (isJwt(token) || hasKeyPrefix(token) || hidesNamed(token, isSecret, depth)) return { start, end };
  if (token.length <= 9) {
    const credentials = credentialsAfter(text, token.toLowerCase(), end);
    if (credentials !== undefined) return credentials;
  }
  if (token.endsWith("-----BEGIN") && text.startsWith("PRIVATE KEY", pastWords(text, end))) {
    const close = text.indexOf("-----END", end);
    return { start: end, end: close === -1 ? text.length : close };
  }
  if (text.startsWith("://", end)) return passwordOfUrl(text, end + 3, text.charCodeAt(start - 1));
  return namedValue(text, start, end, isSecret);
}

/** Past up to two words in capitals: `RSA`, `EC`, `OPENSSH`, `ENCRYPTED`. */
function pastWords(text: string, from: number): number {
  let at = from;
  const limit = Math.min(text.length, from + 24);
  while (at < limit && !text.startsWith("PRIVATE KEY", at)) at++;
  return at;
}

function isJwt(token: string): boolean {
  return token.length >= 20 && token.startsWith("eyJ") && token.includes(".");
}

/** Base64 of `password=…`, of JSON with such a member, and the like. */
function hidesNamed(token: string, isSecret: IsSecretName, depth: number): boolean {
  if (token.length < 12 || depth >= MAX_DEPTH) return false;
  const text = base64Decode(percentDecode(token, false));
  if (text === undefined) return false;
  const name = /^[^=:]{1,64}(?=[=:])/.exec(text)?.[0];
  if (name !== undefined && /^[\x20-\x7e]+$/.test(name) && isSecret(name)) return true;
  return PLAIN_TEXT.test(text) && secretsIn(text, isSecret, depth + 1).length > 0;
}

/** Base64 inside of Base64 is looked into this often. */
const MAX_DEPTH = 2;
const PLAIN_TEXT = /^[\t\n\r\x20-\x7e\x80-\xff]*$/;

function hasKeyPrefix(token: string): boolean {
  return KEY_PREFIXES.some(
    ([prefix, rest]) => token.length >= prefix.length + rest && token.startsWith(prefix),
  );
}

/** What follows the name of an authentication scheme, when it is no prose. */
function credentialsAfter(text: string, scheme: string, from: number): Range | undefined {
  if (scheme !== "bearer" && scheme !== "basic" && scheme !== "negotiate") return undefined;
  const start = skipBlanks(text, from);
  if (start === from) return undefined;
  let end = start;
  while (end < text.length && isToken68(text.charCodeAt(end))) end++;
  const credentials = text.slice(start, end);
  const telling =
    scheme === "basic"
      ? (base64Decode(credentials)?.includes(":") ?? false)
      : credentials.length >= 12 && /[0-9]/.test(credentials);
  return telling ? { start, end } : undefined;
}

/** @param before what stands in front of the scheme: a quote there ends the URL */
function passwordOfUrl(text: string, from: number, before: number): Range | undefined {
  const limit = Math.min(text.length, from + MAX_USERINFO);
  let colon = -1;
  for (let at = from; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === 64) {
      if (colon !== -1) return { start: colon + 1, end: at };
      // A long user name alone is a token.
      return at - from >= MIN_USER_TOKEN ? { start: from, end: at } : undefined;
    }
    if (code === 58 && colon === -1) colon = at;
    // `/ ? # " < >` and blanks end the authority.
    if (code <= 32 || code === 47 || code === 63 || code === 35 || code === 34) return undefined;
    if (code === 39 && before === 39) return undefined;
    if (code === 60 || code === 62) return undefined;
  }
  return undefined;
}

function namedValue(text: string, start: number, end: number, isSecret: IsSecretName): Range | undefined {
  const name = () => percentDecode(text.slice(start, end), true);
  const next = text.charCodeAt(end);
  if (text.charCodeAt(start - 1) === 60 && (next === 62 || next <= 32)) {
    if (!isSecret(name())) return undefined;
    const open = text.indexOf(">", end);
    // A tag that is never closed hides the rest: to go on behind it would search the rest again at each tag.
    if (open === -1) return { start: end, end: text.length };
    const close = text.indexOf("<", open);
    return { start: open + 1, end: close === -1 ? text.length : close };
  }
  let at = end;
  while (at < end + MAX_BLANKS && isQuoteOrBackslash(text.charCodeAt(at))) at++;
  at = skipBlanks(text, at);
  if (at > end && text.startsWith("is ", at))
    return toldInProse(text, name, skipBlanks(text, at + 3), isSecret);
  const sign = text.charCodeAt(at);
  if (sign !== 61 && sign !== 58) return undefined;
  at = skipBlanks(text, text.charCodeAt(at + 1) === 62 ? at + 2 : at + 1);
  if (end - start === 4 && text.slice(start, end).toLowerCase() === "name") {
    return formPart(text, at, isSecret);
  }
  if (!isSecret(name())) return undefined;
  const stop = valueEnd(text, at, sign === 58, /authorization$|cookie$/i.test(text.slice(start, end)));
  return stop.end > stop.start ? stop : undefined;
}

/** `my token is 4f9b27c1`, but not `the password is wrong`. */
function toldInProse(
  text: string,
  name: () => string,
  start: number,
  isSecret: IsSecretName,
): Range | undefined {
  let end = start;
  while (end < text.length && isToken68(text.charCodeAt(end))) end++;
  const isTelling = end - start >= 8 && /[0-9]/.test(text.slice(start, end));
  return isTelling && isSecret(name()) ? { start, end } : undefined;
}

/** The value of `Content-Disposition: form-data; name="password"`. */
function formPart(text: string, at: number, isSecret: IsSecretName): Range | undefined {
  if (text.charCodeAt(at) !== 34) return undefined;
  const close = text.slice(at + 1, at + 1 + MAX_PART_HEAD).indexOf('"');
  if (close === -1 || !isSecret(text.slice(at + 1, at + 1 + close))) return undefined;
  const from = at + close + 2;
  const head = text.slice(from, from + MAX_PART_HEAD);
  const blank = head.indexOf("\r\n\r\n");
  if (blank === -1) return undefined;
  const end = text.indexOf("\r\n--", from + blank + 4);
  return { start: from + blank + 4, end: end === -1 ? text.length : end };
}

/** Where the value that begins at `at` lies; one that is not closed reaches to the end. */
function valueEnd(text: string, at: number, colon: boolean, line: boolean): Range {
  let open = at;
  while (open < at + MAX_BLANKS && text.charCodeAt(open) === 92) open++;
  const quote = text.charCodeAt(open);
  if (quote === 34 || quote === 39) return { start: open + 1, end: quotedEnd(text, open, open - at) };
  if (quote === 91 || quote === 123) return { start: at, end: bracketEnd(text, at) };
  let end = at;
  while (end < text.length && !endsValue(text.charCodeAt(end), colon, line)) end++;
  return { start: at, end };
}

function endsValue(code: number, colon: boolean, line: boolean): boolean {
  if (code === 10 || code === 13) return true;
  if (line) return false;
  // A comma, a brace or a bracket closes `name: value` in data; a semicolon or a blank closes `name=value`.
  if (colon) return code === 44 || code === 125 || code === 93 || code === 38 || code === 60;
  return code === 38 || code === 59 || code === 32 || code === 9;
}

/** Of text in quotes, itself perhaps inside quotes: `escapes` backslashes stand before the opening one. */
function quotedEnd(text: string, open: number, escapes: number): number {
  const quote = text.charCodeAt(open);
  let backslashes = 0;
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 92) backslashes++;
    else {
      const closes = escapes === 0 ? backslashes % 2 === 0 : backslashes <= escapes;
      if (code === quote && closes) return at - Math.min(backslashes, escapes);
      backslashes = 0;
    }
  }
  return text.length;
}

function bracketEnd(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) at = quotedEnd(text, at, 0);
    else if (code === 91 || code === 123) depth++;
    else if ((code === 93 || code === 125) && --depth === 0) return at + 1;
  }
  return text.length;
}

function cardIn(text: string, start: number, end: number): Range | undefined {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code < 50 || code > 54 || (at > 0 && isDigit(text.charCodeAt(at - 1)))) continue;
    const cardEnd = endOfCard(text, at);
    if (cardEnd > 0) return { start: at, end: cardEnd };
  }
  return undefined;
}

/** End of a payment card number (13 to 19 digits, groups apart by a blank, `+`, `-` or `%20`) that passes Luhn; or 0. */
function endOfCard(text: string, start: number): number {
  let digits = "";
  const limit = Math.min(text.length, start + MAX_CARD);
  for (let at = start; at < limit && digits.length < 19; at++) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      digits += text[at];
      const groupEnds = !isDigit(text.charCodeAt(at + 1));
      if (groupEnds && digits.length >= 13 && passesLuhn(digits)) return at + 1;
    } else if (text.startsWith("%20", at)) at += 2;
    else if (code !== 32 && code !== 43 && code !== 45) return 0;
  }
  return 0;
}

/** The check digit of ISO/IEC 7812-1. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, odd = true; at >= 0; at--, odd = !odd) {
    const digit = digits.charCodeAt(at) - 48;
    sum += odd ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters (bytes of others than ASCII too), digits, `_ - . % ~ [ ]`: what names of arguments and URL-safe tokens are made of. */
function isUrlTokenCode(code: number): boolean {
  // Letters of other alphabets.
  if (code >= 128) return true;
  const folded = code | 32;
  if ((folded >= 97 && folded <= 122) || isDigit(code)) return true;
  return (
    code === 95 || code === 45 || code === 46 || code === 37 || code === 126 || code === 91 || code === 93
  );
}

/** RFC 9110 §11.2, without the ASCII letters' case. */
function isToken68(code: number): boolean {
  const folded = code | 32;
  if ((folded >= 97 && folded <= 122) || isDigit(code)) return true;
  return code === 43 || (code >= 45 && code <= 47) || code === 61 || code === 95 || code === 126;
}

function isQuoteOrBackslash(code: number): boolean {
  return code === 34 || code === 39 || code === 92;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < from + MAX_BLANKS && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
  return at;
}
