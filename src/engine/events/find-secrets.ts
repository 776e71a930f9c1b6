// Secrets inside free text. Every function moves forward only, or looks ahead a fixed distance: linear in the text.
import { base64Decode, percentDecode } from "../../language/values/bytes.ts";
import { serialisedSecrets } from "./binary-secrets.ts";
import { commandSecrets } from "./command-secrets.ts";
import { plainTexts } from "./escaped-text.ts";
import { hashAt, isIssuedKey, spacedKey } from "./issued-keys.ts";
import { announcesLink, isDrawn, isLink, isToken } from "./link-segments.ts";
import type { Range } from "./range.ts";

export const REDACTED = "[redacted]";

/** How far the `@` of a user name and password may be from the `//`. */
const MAX_USERINFO = 256;
const MIN_USER_TOKEN = 20;
/** How far a multipart part's value may be from its name. */
const MAX_PART_HEAD = 512;
const MAX_BLANKS = 8;
/** Sixteen digits in groups of four take 19 characters; the longest number has 19 digits. */
const MAX_CARD = 40;

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
 * Positions of secrets in a text, in order: values of secret names (`name=…`, `"name": …`, `<name>…`, `--name …`, a form
 * part) and values recognisable by form: credentials of an Authorization header, JSON Web Tokens, passwords in URLs, issuers'
 * keys, card numbers, one-time links, words of command lines. Escapes are undone to find them.
 *
 * @param depth of texts inside texts
 */
export function secretsIn(text: string, isSecret: IsSecretName, depth = 0): readonly Range[] {
  if (WORD.test(text)) return NONE;
  const found = scanned(text, isSecret, depth);
  const serialised = serialisedSecrets(text, isSecret);
  const plain = plainTexts(text);
  if (plain.length === 0 && serialised.length === 0) return found;
  found.push(...serialised);
  // Where the text as it stands has a secret, it also says where that ends.
  const starts = new Set(found.map(({ start }) => start));
  for (const { text: read, at } of plain) {
    for (const { start, end } of scanned(read, isSecret, depth)) {
      const range = { start: at[start] ?? text.length, end: at[end] ?? text.length };
      if (range.end > range.start && !starts.has(range.start)) found.push(range);
    }
  }
  return found.sort((left, right) => left.start - right.start);
}

/** One word without a delimiter between name and value, and shorter than any value recognisable by form. */
const WORD = /^[\w.-]{0,11}$/;
const NONE: readonly Range[] = Object.freeze([]);

function scanned(text: string, isSecret: IsSecretName, depth: number): Range[] {
  const found: Range[] = [];
  // The two words before; in a path, its segments.
  let before: Range = NOWHERE;
  let earlier: Range = NOWHERE;
  let commands = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (!isUrlTokenCode(code)) {
      const range = signedSecret(text, at, code);
      if (range === undefined) at++;
      else {
        found.push(range);
        at = range.end;
      }
      continue;
    }
    let end = at + 1;
    while (end < text.length && isUrlTokenCode(text.charCodeAt(end))) end++;
    const words = commands < MAX_COMMANDS ? commandSecrets(text, at, end) : undefined;
    if (words !== undefined) {
      found.push(...words);
      commands++;
    }
    const range =
      linkSecret(text, at, end, before, earlier, isSecret) ??
      secretFrom(text, at, end, before, isSecret, depth) ??
      cardIn(text, at, end);
    earlier = before;
    before = { start: at, end };
    if (range === undefined) at = end;
    else {
      found.push(range);
      at = Math.max(end, range.end);
    }
  }
  return found.sort((left, right) => left.start - right.start);
}

/** Command lines of one text; a quoted one may be part of the one before, and would be read twice. */
const MAX_COMMANDS = 64;
const NOWHERE: Range = Object.freeze({ start: -1, end: -1 });

/** Secrets that begin with a mark: `$6$…`, `{SSHA}…`, `//user:secret@host`. */
function signedSecret(text: string, at: number, code: number): Range | undefined {
  if (code === 36 || code === 123) return hashAt(text, at);
  if (code === 47 && text.charCodeAt(at + 1) === 47 && text.charCodeAt(at - 1) !== 58)
    return passwordOfUrl(text, at + 2, text.charCodeAt(at - 1));
  if (code === 92 && text.startsWith("\\/\\/", at))
    return passwordOfUrl(text, at + 4, text.charCodeAt(at - 1));
  return undefined;
}

/** A segment of a path that proves who follows the link: `/reset/TOKEN`, `/confirm/USER/TOKEN`, `scott/SECRET@database`. */
function linkSecret(
  text: string,
  start: number,
  end: number,
  before: Range,
  earlier: Range,
  isSecret: IsSecretName,
): Range | undefined {
  if (text.charCodeAt(start - 1) !== 47 || before.end !== start - 1) return undefined;
  const segment = text.slice(start, end);
  const previous = text.slice(before.start, before.end);
  if (/^thin$/i.test(text.slice(earlier.start, earlier.end)) && text.charCodeAt(end) === 64)
    return { start, end };
  if (isLink(segment) && announcesLink(previous, isSecret)) return { start, end };
  const isBelow = text.charCodeAt(before.start - 1) === 47 && earlier.end === before.start - 1;
  if (!isBelow) return undefined;
  if (isLink(segment) && announcesLink(text.slice(earlier.start, earlier.end), isSecret))
    return { start, end };
  // Such segments name files as well, but a URL of another site needs no such detail in a log.
  return isToken(segment) ? { start, end } : undefined;
}

/** The secret that the token at `start` is or announces. */
function secretFrom(
  text: string,
  start: number,
  end: number,
  before: Range,
  isSecret: IsSecretName,
  depth: number,
): Range | undefined {
  const token = text.slice(start, end);
  if (isJwt(token) || isIssuedKey(token) || hidesNamed(token, isSecret, depth)) return { start, end };
  const key = spacedKey(text, start, end);
  if (key !== undefined) return key;
  if (token.length <= 9) {
    const credentials = credentialsAfter(text, token.toLowerCase(), end);
    if (credentials !== undefined) return credentials;
  }
  const isBegin = token.endsWith("-----BEGIN") || (token === "BEGIN" && text.startsWith("---- ", start - 5));
  if (isBegin && text.startsWith("PRIVATE KEY", pastWords(text, end)))
    return upTo(text, end, "---- END", "-----END");
  if (token === "Private-Lines") return upTo(text, end, "Private-MAC");
  if (token.length === 10 && /^identified$/i.test(token)) return identifiedBy(text, end);
  if (token.length === 6 && /^insert$/i.test(token)) return insertedValues(text, end, isSecret);
  if (text.startsWith("://", end)) return passwordOfUrl(text, end + 3, text.charCodeAt(start - 1));
  return namedValue(text, start, end, before, isSecret);
}

/** To the first of the marks; to the end when there is none. */
function upTo(text: string, start: number, ...marks: readonly string[]): Range {
  const ends = marks.map((mark) => text.indexOf(mark, start)).filter((at) => at !== -1);
  return { start, end: Math.min(text.length, ...ends) };
}

/** `IDENTIFIED WITH plugin BY 'secret'`. */
const IDENTIFIED =
  /\s{1,8}(?:with\s{1,8}['"]?\w{1,64}['"]?\s{1,8})?(?:by|as)\s{1,8}(?:password\s{1,8}|values\s{1,8})?(?=['"])/iy;

function identifiedBy(text: string, from: number): Range | undefined {
  IDENTIFIED.lastIndex = from;
  const match = IDENTIFIED.exec(text);
  return match === null ? undefined : nonEmpty(valueEnd(text, from + match[0].length, false, false));
}

/** The values of `INSERT INTO t (name, password) VALUES (…)`. */
const INSERTED = /\s{1,8}into\s{1,8}[^()]{1,128}\(([^()]{1,256})\)\s{0,8}values\s{0,8}\(/iy;

function insertedValues(text: string, from: number, isSecret: IsSecretName): Range | undefined {
  INSERTED.lastIndex = from;
  const match = INSERTED.exec(text);
  if (match === null) return undefined;
  const columns = (match[1] ?? "").split(",").map((one) => one.replaceAll(/[\s`"'[\]]/g, ""));
  if (!columns.some(isSecret)) return undefined;
  const start = from + match[0].length;
  const close = text.indexOf(")", start);
  return { start, end: close === -1 ? text.length : close };
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

/** Levels of Base64 inside Base64 that are decoded. */
const MAX_DEPTH = 2;
const PLAIN_TEXT = /^[\t\n\r\x20-\x7e\x80-\xff]*$/;

const SCHEMES: ReadonlySet<string> = new Set(["bearer", "basic", "negotiate", "digest"]);

function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++;
  return at;
}

/** The credentials after the name of an authentication scheme, unless they are prose. */
function credentialsAfter(text: string, scheme: string, from: number): Range | undefined {
  if (!SCHEMES.has(scheme)) return undefined;
  const start = skipBlanks(text, from);
  if (start === from) return undefined;
  if (scheme === "digest") {
    return /^(?:username|realm|response)=/i.test(text.slice(start, start + 10))
      ? { start, end: lineEnd(text, start) }
      : undefined;
  }
  let end = start;
  while (end < text.length && isToken68(text.charCodeAt(end))) end++;
  const credentials = text.slice(start, end);
  const telling =
    scheme === "basic"
      ? (base64Decode(credentials)?.includes(":") ?? false)
      : credentials.length >= (scheme === "bearer" ? 8 : 12) && /[0-9]/.test(credentials);
  return telling ? { start, end } : undefined;
}

/** @param before the character before the scheme: a quote there ends the URL */
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

function namedValue(
  text: string,
  start: number,
  end: number,
  before: Range,
  isSecret: IsSecretName,
): Range | undefined {
  const token = text.slice(start, end);
  const name = () => percentDecode(token, true);
  const next = text.charCodeAt(end);
  if (isTag(text, start, before) && (next === 62 || next <= 32))
    return (
      namedElement(text, end, token, isSecret) ?? (isSecret(name()) ? elementText(text, end) : undefined)
    );
  const glued = wordBehindLetters(token, start, isSecret);
  if (glued !== undefined) return glued;
  let at = end;
  while (at < end + MAX_BLANKS && isNameEnd(text.charCodeAt(at))) at++;
  // `["name"] =`.
  if (at > end && text.charCodeAt(at) === 93) at++;
  at = skipBlanks(text, at);
  const sign = text.charCodeAt(at);
  // `name := value`, `name =~ value`.
  if (sign !== 61 && sign !== 58) {
    return isSecret(name()) ? valueWithoutSign(text, start, end) : undefined;
  }
  const isPair = end - start <= MAX_PAIR_NAME && PAIR_NAMES.test(token);
  at = skipBlanks(text, afterSign(text, at));
  if (isPair) {
    const pair = namedPair(text, start, at, isSecret);
    if (pair !== undefined) return pair;
  }
  if (end - start === 4 && /^name$/i.test(token)) return formPart(text, at, isSecret);
  if (end - start <= MAX_SHORT && sign === 61 && isQuerySign(text.charCodeAt(start - 1)))
    return drawnValue(text, at);
  if (!isSecret(name())) return undefined;
  const stop = valueEnd(text, at, sign === 58, /authorization$|cookie$/i.test(token));
  if (stop.end > stop.start) return stop.end - stop.start <= 2 ? (indented(text, stop) ?? stop) : stop;
  return indented(text, stop);
}

/** Most bytes of a name that does not describe its value. */
const MAX_SHORT = 2;

function isQuerySign(code: number): boolean {
  return code === 38 || code === 63 || code === 35;
}

/** The value of `?t=…` if it is random. */
function drawnValue(text: string, start: number): Range | undefined {
  let end = start;
  while (end < text.length && isToken68(text.charCodeAt(end))) end++;
  return isToken(text.slice(start, end)) ? { start, end } : undefined;
}

/** Past `=`, `:`, `=>`, `:=`, `::` and `==`. */
function afterSign(text: string, at: number): number {
  const next = text.charCodeAt(at + 1);
  return next === 62 || next === 61 || next === 58 ? at + 2 : at + 1;
}

/** `<name`, or `<prefix:name`. */
function isTag(text: string, start: number, before: Range): boolean {
  if (text.charCodeAt(start - 1) === 60) return true;
  return (
    text.charCodeAt(start - 1) === 58 && before.end === start - 1 && text.charCodeAt(before.start - 1) === 60
  );
}

/** The content of an element, after its name; an unclosed tag or section hides the rest. */
function elementText(text: string, end: number): Range {
  const open = text.indexOf(">", end);
  // Continuing after it would search the rest again at each tag.
  if (open === -1) return { start: end, end: text.length };
  const isSection = text.startsWith("<![CDATA[", open + 1);
  const close = text.indexOf(isSection ? "]]>" : "<", open + 1);
  return { start: open + 1, end: close === -1 ? text.length : close };
}

/** `<name>password</name><value>…`: the content of the elements after it. */
const NEXT_ELEMENT = /<\/[^<>]{1,64}>\s{0,16}(?:<[^<>/][^<>]{0,128}>\s{0,16}){1,3}/y;

function namedElement(text: string, end: number, token: string, isSecret: IsSecretName): Range | undefined {
  if (text.charCodeAt(end) !== 62 || !PAIR_NAMES.test(token)) return undefined;
  const close = text.slice(end, end + MAX_PAIR_VALUE).indexOf("<");
  if (close === -1 || !isSecret(text.slice(end + 1, end + close))) return undefined;
  NEXT_ELEMENT.lastIndex = end + close;
  const tags = NEXT_ELEMENT.exec(text);
  if (tags === null) return undefined;
  const start = end + close + tags[0].length;
  const stop = text.indexOf("<", start);
  return { start, end: stop === -1 ? text.length : stop };
}

/** A name in letters of other alphabets has its value at once after it where words are not set apart: `密码是x1`, `密码：x1`. */
function wordBehindLetters(token: string, start: number, isSecret: IsSecretName): Range | undefined {
  if (token.length < 9 || token.charCodeAt(0) < 0xe2) return undefined;
  const letters = /^[\x80-\xff]{6,60}/.exec(token)?.[0];
  if (letters === undefined || !isDrawn(token.slice(letters.length).replace(/[\x80-\xff].*$/, "")))
    return undefined;
  return isSecret(letters) ? { start: start + letters.length, end: start + token.length } : undefined;
}

/** Words after a secret name that do not begin its value: `my password is x`, `IDENTIFIED BY 'x'`, `password LIKE 'x'`. */
const FILLERS =
  /(?:[ \t]{1,8}(?!(?:from|where|and|or|select|union|order|limit|on|as|in\s+the)\b)[A-Za-z\x80-\xff]{1,24}(?=[\s'"(=:]|$)){1,3}/iy;
const SEPARATOR = /[ \t]{0,8}(?:->|[|>:=\t -]){0,3}[ \t]{0,8}/y;

/** The value after a secret name without a delimiter: a quoted text, an argument, the word after an option, or a random word. */
function valueWithoutSign(text: string, start: number, end: number): Range | undefined {
  const next = text.charCodeAt(end);
  const first = text.charCodeAt(start);
  // `--password x`, `-password x`.
  if (first === 45 && (next === 32 || next === 9)) return optionValue(text, skipBlanks(text, end));
  // `setPassword("x")`, `'PASSWORD', 'x'`, `"token") or "x"`.
  if (next === 40 || isQuoteOrBackslash(next)) {
    const called =
      /^(?:["'\\]{0,4}[ \t]{0,4}(?:\)[ \t]{0,4}(?:or|\|\||\?\?)|[,(;])[ \t]{0,4}(?:s:[0-9]{1,6}:)?)/.exec(
        text.slice(end, end + 32),
      );
    const at = end + (called?.[0].length ?? 0);
    const isQuoted = called !== null && /^\\{0,3}["']/.test(text.slice(at, at + 4));
    if (isQuoted) return nonEmpty(valueEnd(text, at, false, false));
  }
  const binary = lengthPrefixed(text, end);
  if (binary !== undefined) return binary;
  FILLERS.lastIndex = end;
  const filled = FILLERS.exec(text);
  return (
    followingWord(text, end) ?? (filled === null ? undefined : followingWord(text, end + filled[0].length))
  );
}

function followingWord(text: string, from: number): Range | undefined {
  SEPARATOR.lastIndex = from;
  let at = from + (SEPARATOR.exec(text)?.[0].length ?? 0);
  if (at === from && text.charCodeAt(at) !== 40) return undefined;
  // `(`, `N'`: values of SQL.
  if (text.charCodeAt(at) === 40) at++;
  if (text.charCodeAt(at) === 78 && text.charCodeAt(at + 1) === 39) at++;
  if (text.charCodeAt(at) === 39 || text.charCodeAt(at) === 34)
    return nonEmpty(valueEnd(text, at, false, false));
  let end = at;
  while (end < text.length && isToken68(text.charCodeAt(end))) end++;
  return isDrawn(text.slice(at, end)) ? { start: at, end } : undefined;
}

function nonEmpty(range: Range): Range | undefined {
  return range.end > range.start ? range : undefined;
}

/** The next word of a command line; none when it is an option. */
function optionValue(text: string, at: number): Range | undefined {
  const code = text.charCodeAt(at);
  if (code === 45 || at >= text.length) return undefined;
  return nonEmpty(valueEnd(text, at, false, false));
}

/** A text of MessagePack, CBOR or BSON after its name: its length, then so many bytes. */
function lengthPrefixed(text: string, end: number): Range | undefined {
  const head = text.slice(end, end + 5);
  // BSON: the end of the name, and four bytes of the length.
  const length = /^\x00[\s\S]{2}\x00\x00/.test(head) ? 5 : /^[\xd9\x78][\s\S]/.test(head) ? 2 : 0;
  return length === 0
    ? undefined
    : { start: end, end: Math.min(text.length, end + length + head.charCodeAt(1)) };
}

/** Names of members and attributes whose value is another one's name. */
const PAIR_NAMES = /^(?:name|key|path|id|field|label|param|property)$/i;
const MAX_PAIR_NAME = 8;
/** How far the value, and the beginning of the enclosing object, may be from the name. */
const MAX_PAIR = 256;
const MAX_PAIR_VALUE = 72;

/** Both of `{"name":"password","value":"…"}` or `<input name="password" value="…">`, when the name is secret. */
function namedPair(text: string, start: number, at: number, isSecret: IsSecretName): Range | undefined {
  const value = /^\\{0,3}["']([^"'\\<>]{1,64})\\{0,3}["']/.exec(text.slice(at, at + 72));
  if (value === null || !isSecret(value[1] ?? "")) return undefined;
  const from = at + value[0].length;
  // Form parts end elsewhere.
  if (
    text
      .slice(Math.max(0, start - 24), start)
      .toLowerCase()
      .includes("form-data")
  )
    return undefined;
  const opening = text.slice(Math.max(0, start - MAX_PAIR), start);
  const tag = Math.max(opening.lastIndexOf("<"), opening.lastIndexOf("{"));
  const open = tag === -1 ? undefined : start - opening.length + tag;
  const isMarkup = open !== undefined && text.charCodeAt(open) === 60;
  const isBefore =
    open !== undefined && /\b(?:value|content)["'\\]{0,4}\s{0,4}[=:]/i.test(text.slice(open, start));
  const close = text.indexOf(isMarkup ? ">" : "}", from);
  let end = close === -1 ? text.length : close;
  const isAttribute =
    isBefore || /\b(?:value|content)\s{0,4}=/i.test(text.slice(from, Math.min(end, from + MAX_PAIR)));
  if (isMarkup && !isAttribute) {
    const behind = text.indexOf("<", end);
    end = behind === -1 ? text.length : behind;
  }
  return { start: isBefore ? open : from, end };
}

/** A value on separate lines: `name:`, or `name: |`, and the indented lines below it. */
function indented(text: string, { start, end }: Range): Range | undefined {
  if (!/^[|>]?[-+]?$/.test(text.slice(start, end))) return undefined;
  INDENTED.lastIndex = end;
  const lines = INDENTED.exec(text)?.[0].length ?? 0;
  return lines === 0 ? undefined : { start: end, end: end + lines };
}

const INDENTED = /(?:\r?\n[ \t]+[^\r\n]*)+/y;

/** The value of `Content-Disposition: form-data; name="password"`. */
function formPart(text: string, at: number, isSecret: IsSecretName): Range | undefined {
  const name = /^(?:"([^"]{1,256})"|(?:utf-8''|iso-8859-1'')?([^\s;"'=&<>]{1,64})(?=[\r;]))/i.exec(
    text.slice(at, at + MAX_PART_HEAD),
  );
  if (name === null || !isSecret(percentDecode(name[1] ?? name[2] ?? "", false))) return undefined;
  const from = at + name[0].length;
  const head = text.slice(from, from + MAX_PART_HEAD);
  const blank = head.indexOf("\r\n\r\n");
  if (blank === -1) return undefined;
  const end = text.indexOf("\r\n--", from + blank + 4);
  return { start: from + blank + 4, end: end === -1 ? text.length : end };
}

/** The range of the value that begins at `at`; an unclosed one extends to the end. */
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

/** Of text in quotes, itself perhaps inside quotes: `escapes` backslashes are before the opening one. */
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

/** Letters (non-ASCII bytes too), digits, `_ - . % ~ [ ]`: characters of argument names and URL-safe tokens. */
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

/** Quotes of SQL, and the sign of a form part's name in other letters. */
function isNameEnd(code: number): boolean {
  return isQuoteOrBackslash(code) || code === 96 || code === 42;
}

function isQuoteOrBackslash(code: number): boolean {
  return code === 34 || code === 39 || code === 92;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < from + MAX_BLANKS && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
  return at;
}
