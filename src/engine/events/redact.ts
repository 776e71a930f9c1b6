import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import { printable } from "../../language/diagnostics/printable.ts";
import { percentDecode, utf8Encode } from "../../language/values/bytes.ts";
import { secretsIn, withoutRanges } from "./find-secrets.ts";
import { announcesLink, isLink, isToken, looksOpaque } from "./link-segments.ts";
import type { Range } from "./range.ts";
import { foldName, isSecretName } from "./secret-names.ts";

/**
 * Makes a field's value fit to be shown.
 *
 * @param field name of the field: `http.request.headers`
 * @param key the header, argument, cookie or JSON member, when known; for fields such as `….values` the name at the
 *   same index helps as well
 * @param value bytes
 * @returns printable text, at most as long as the redactor's limit
 */
export interface Redactor {
  (field: string, key: string | undefined, value: string): string;
  /**
   * Positions of the secrets in a value, in order: a snippet is shown only when it touches none of them. Absent: a
   * snippet is shown when the whole value is.
   */
  readonly hidden?: (
    field: string,
    key: string | undefined,
    value: string,
  ) => readonly { readonly start: number; readonly end: number }[];
}

/** Options of a redactor: secret names and lengths. */
export interface RedactOptions {
  /** `show` turns redaction off: values are only made printable. Default `redact`. */
  readonly secrets?: "redact" | "show";
  /** Names of headers, arguments, cookies and members that are secret besides the usual ones. */
  readonly names?: readonly string[];
  /** Names that are not secret here, even though they sound so. Values that look like secrets stay hidden. */
  readonly reveal?: readonly string[];
  /** Most characters of one shown value. Default 256. */
  readonly maxLength?: number;
}

export const REDACT_OPTION_NAMES: NamesOf<RedactOptions> = {
  secrets: true,
  names: true,
  reveal: true,
  maxLength: true,
};

const DEFAULT_LENGTH = 256;
/** Names whose classification is cached, and their most characters. */
const MAX_KNOWN = 1024;
const MAX_KNOWN_NAME = 40;
/** Values whose secrets are cached: several pieces of one input are reported, and each is checked against the whole input. */
const MAX_KEPT = 8;
const MIN_KEPT = 1024;
/** A name of an argument as short as `t` or `k` does not tell what its value is. */
const MAX_TELLING_NOTHING = 2;
/** Namespaces of this package: their last part describes the value (`token_count`), and does not make it secret. */
const OWN_NAMESPACE = /^(?:raw|http|cf|ip|tcp|udp|icmp|ssl|sip|wirewall)(?:\.|$)/;
const FIELD_KINDS: readonly (readonly [pattern: RegExp, kind: FieldKind])[] = [
  [/^wirewall\.key$/, "key"],
  [/^http\.cookie$/, "cookie-header"],
  [/\.cookies(?:\.decoded)?$/, "cookie"],
  [/\.headers$/, "header"],
  [/\.uri\.query$/, "query"],
  [/(?:\.uri|\.full_uri|^http\.referer)$/, "url"],
  [/\.uri\.path(?:\.decoded)?$/, "path"],
  [/\.body\.raw$/, "body"],
  [/\.(?:args|form)$/, "argument"],
  [/\.values$/, "nameless"],
];

type FieldKind =
  | "key"
  | "cookie-header"
  | "cookie"
  | "header"
  | "query"
  | "url"
  | "path"
  | "body"
  | "nameless"
  | "argument"
  | "text";

/**
 * A redactor. By default it hides credentials, cookies, what goes by a name such as `password` or `x-api-key`, JSON Web
 * Tokens, keys with a known beginning and payment card numbers. It errs on the side of hiding, and cannot know every
 * secret: a password sent as an argument called `q` is shown.
 *
 * Work is linear in `maxLength`, whatever the value's length.
 *
 * @throws MisuseError `E_OPTION_UNKNOWN` for an unknown option.
 */
export function createRedactor(options: RedactOptions = {}): Redactor {
  checkOptionNames(options, REDACT_OPTION_NAMES);
  const limit = options.maxLength ?? DEFAULT_LENGTH;
  if (options.secrets === "show")
    return Object.assign(
      (_field: string, _key: string | undefined, value: string) => printable(value, limit),
      {
        hidden: () => [],
      },
    );
  const secret = new Set((options.names ?? []).map(foldName));
  const reveal = new Set((options.reveal ?? []).map(foldName));
  // Texts have the same words again and again, and most of them are not names.
  const known = new Map<string, boolean>();
  const isSecret = (name: string): boolean => {
    if (name.length > MAX_KNOWN_NAME) return judge(name);
    let is = known.get(name);
    if (is === undefined) {
      is = judge(name);
      if (known.size === MAX_KNOWN) known.clear();
      known.set(name, is);
    }
    return is;
  };
  const judge = (name: string): boolean => {
    const plain = name.includes("%") ? decoded(name.slice(0, 256)) : name.slice(0, 256);
    const folded = foldName(plain);
    return !reveal.has(folded) && (secret.has(folded) || isSecretName(plain));
  };
  const isRevealed = (name: string): boolean => reveal.has(foldName(name.slice(0, 256)));
  const kinds = new Map<string, FieldKind>();
  // Secrets shrink when they are hidden, so more is read than is shown.
  const window = limit * 4 + 512;

  const names = { isSecret, isRevealed };
  const kindOfField = (field: string): FieldKind => {
    let kind = kinds.get(field);
    if (kind === undefined) {
      kind = kindOf(field);
      // Field names come from the scheme, so they are few; the bound is for callers that make names up.
      if (kinds.size < 1024) kinds.set(field, kind);
    }
    return kind;
  };
  const redact = (field: string, key: string | undefined, value: string): string => {
    if (value === "") return "";
    const cut = value.length > window;
    const seen = cut ? withoutOpenNumber(value.slice(0, window)) : value;
    const hidden = withoutRanges(seen, hiddenIn(seen, kindOfField(field), field, key, names));
    return printable(cut ? hidden + utf8Encode("…") : hidden, limit);
  };
  let kept: Kept[] = [];
  const hidden = (field: string, key: string | undefined, value: string): readonly Range[] => {
    if (value.length < MIN_KEPT) return hiddenIn(value, kindOfField(field), field, key, names);
    const earlier = kept.find((one) => one.field === field && one.key === key && one.value === value);
    if (earlier !== undefined) return earlier.ranges;
    const ranges = hiddenIn(value, kindOfField(field), field, key, names);
    if (kept.length === MAX_KEPT) kept = [];
    kept.push({ field, key, value, ranges });
    return ranges;
  };
  return Object.assign(redact, { hidden });
}

interface Kept {
  readonly field: string;
  readonly key: string | undefined;
  readonly value: string;
  readonly ranges: readonly Range[];
}

function kindOf(field: string): FieldKind {
  for (const [pattern, kind] of FIELD_KINDS) if (pattern.test(field)) return kind;
  return "text";
}

function hiddenIn(
  value: string,
  kind: FieldKind,
  field: string,
  key: string | undefined,
  names: Names,
): readonly Range[] {
  const { isSecret, isRevealed } = names;
  // An empty name: the value belongs to an unnamed input.
  if (kind === "key") return isToken(value) ? wholeOf(value) : secretsIn(value, isSecret);
  if (kind === "cookie-header") return cookieHeader(value, isRevealed);
  if (kind === "cookie")
    return key !== undefined && isRevealed(key) ? secretsIn(value, isSecret) : wholeOf(value);
  if (kind === "header" && key !== undefined) return header(key, value, names);
  if (key !== undefined && isSecret(key)) return wholeOf(value);
  if (key === undefined && !OWN_NAMESPACE.test(field)) {
    if (isSecret(field.slice(field.lastIndexOf(".") + 1))) return wholeOf(value);
  }
  if (kind === "query") return pieces(value, 0, "&#", isSecret);
  if (kind === "body" && isForm(value))
    return inOrder([...pieces(value, 0, "&#", isSecret), ...secretsIn(value, isSecret)]);
  if (kind === "url") return url(value, isSecret);
  if (kind === "path") return path(value, isSecret);
  const found = secretsIn(value, isSecret);
  const isNamed = key !== undefined && key.length > MAX_TELLING_NOTHING;
  const tellsNothing = kind === "nameless" || kind === "header" || kind === "argument";
  if (!isNamed && tellsNothing && looksOpaque(withoutRanges(value, found))) return wholeOf(value);
  if (found.length > 0 || !value.includes("%")) return found;
  return hidesInside(value, isSecret) ? wholeOf(value) : found;
}

interface Names {
  readonly isSecret: (name: string) => boolean;
  readonly isRevealed: (name: string) => boolean;
}

function wholeOf(value: string): readonly Range[] {
  return [{ start: 0, end: value.length }];
}

function header(name: string, value: string, { isSecret, isRevealed }: Names): readonly Range[] {
  const folded = foldName(name);
  if (folded === "cookie") return cookieHeader(value, isRevealed);
  if (folded === "setcookie") return setCookie(value, isRevealed);
  if (folded === "secwebsocketprotocol") return protocols(value, isSecret);
  if (isSecret(name)) {
    const scheme = folded.endsWith("authorization")
      ? /^[A-Za-z][A-Za-z0-9-]{0,19} +(?=\S)/.exec(value)?.[0]
      : undefined;
    return [{ start: scheme?.length ?? 0, end: value.length }];
  }
  if (isAddressHeader(folded)) return url(value, isSecret);
  return secretsIn(value, isSecret);
}

/** Browsers cannot send credentials to a WebSocket but among its protocols: `bearer, TOKEN`. */
function protocols(value: string, isSecret: (name: string) => boolean): readonly Range[] {
  const found: Range[] = [];
  let isNext = false;
  for (let start = 0; start <= value.length; ) {
    const end = endOf(value, ",", start);
    const word = value.slice(start, end).trim();
    if (isNext || isToken(word)) found.push({ start, end });
    isNext = isSecret(word);
    start = end + 1;
  }
  return found.length === 0 ? secretsIn(value, isSecret) : found;
}

/** Headers that hold a URL. */
function isAddressHeader(folded: string): boolean {
  return /^(?:referr?er|location|contentlocation|origin|destination|(?:x(?:original|rewrite|forwarded))(?:url|uri))$/.test(
    folded,
  );
}

/** Names stay: they tell as much as a log needs. */
function cookieHeader(value: string, isRevealed: (name: string) => boolean): readonly Range[] {
  const found: Range[] = [];
  for (let start = 0; start <= value.length; ) {
    const end = endOf(value, ";", start);
    found.push(...cookiePair(value, start, end, isRevealed));
    start = end + 1;
  }
  return found;
}

function setCookie(value: string, isRevealed: (name: string) => boolean): readonly Range[] {
  return cookiePair(value, 0, endOf(value, ";", 0), isRevealed);
}

function endOf(value: string, sign: string, from: number): number {
  const at = value.indexOf(sign, from);
  return at === -1 ? value.length : at;
}

function cookiePair(
  value: string,
  start: number,
  end: number,
  isRevealed: (name: string) => boolean,
): readonly Range[] {
  const sign = value.indexOf("=", start);
  if (sign === -1 || sign >= end) return value.slice(start, end).trim() === "" ? [] : [{ start, end }];
  return isRevealed(value.slice(start, sign).trim()) ? [] : [{ start: sign + 1, end }];
}

function url(value: string, isSecret: (name: string) => boolean): readonly Range[] {
  const mark = value.search(/[?#]/);
  const head = mark === -1 ? value : value.slice(0, mark);
  // As text too: the `//` of a password in the authority does not survive a split at `/`.
  const shown = inOrder([...secretsIn(head, isSecret), ...path(head, isSecret)]);
  return mark === -1 ? shown : [...shown, ...pieces(value, mark + 1, "&#?", isSecret)];
}

function inOrder(ranges: readonly Range[]): readonly Range[] {
  return [...ranges].sort((left, right) => left.start - right.start);
}

/** Segments, each evaluated by the two before it as well: `/reset/TOKEN`, `/confirm/USER/TOKEN`, `/user:password@host`. */
function path(value: string, isSecret: (name: string) => boolean): readonly Range[] {
  const found: Range[] = [];
  let before = "";
  let earlier = "";
  for (let start = 0; start <= value.length; ) {
    const end = endOf(value, "/", start);
    const segment = value.slice(start, end);
    const isAnnounced = () => [before, earlier].some((one) => announcesLink(decoded(one), isSecret));
    if (isToken(segment) || SESSION_SEGMENT.test(segment) || (isLink(segment) && isAnnounced())) {
      found.push({ start, end });
    } else {
      const user = /^[^:@]*:(?=[^@]+@)/.exec(segment);
      if (user !== null)
        found.push({ start: start + user[0].length, end: start + segment.indexOf("@", user[0].length) });
      found.push(...shifted(piece(segment, isSecret), start));
    }
    earlier = before;
    before = segment;
    start = end + 1;
  }
  return inOrder(found);
}

/** `(S(…))`: the session of ASP.NET without cookies. */
const SESSION_SEGMENT = /^\([A-Z]\(/;

function shifted(ranges: readonly Range[], by: number): readonly Range[] {
  return ranges.map(({ start, end }) => ({ start: start + by, end: end + by }));
}

/** Percent-encoded pieces between separators, each evaluated by its name and by its value as text. */
function pieces(
  value: string,
  from: number,
  separators: string,
  isSecret: (name: string) => boolean,
): readonly Range[] {
  const found: Range[] = [];
  let start = from;
  for (let at = from; at <= value.length; at++) {
    if (at < value.length && !separators.includes(value.charAt(at))) continue;
    found.push(...shifted(piece(value.slice(start, at), isSecret), start));
    start = at + 1;
  }
  return found;
}

function piece(text: string, isSecret: (name: string) => boolean): readonly Range[] {
  const sign = text.indexOf("=");
  const start = sign + 1;
  const isNamed = sign !== -1;
  if (isNamed && isSecret(decoded(text.slice(0, sign))))
    return text.length === start ? [] : [{ start, end: text.length }];
  const value = text.slice(start);
  // Without a delimiter it may be the value of an unnamed input.
  if (!isNamed && isToken(text)) return wholeOf(text);
  if (isNamed && start <= MAX_TELLING_NOTHING + 1 && looksOpaque(value)) return [{ start, end: text.length }];
  const plain = shifted(secretsIn(value, isSecret), start);
  return plain.length === 0 && hidesInside(value, isSecret) ? [{ start, end: text.length }] : plain;
}

/** Whether a value contains a secret when decoded once or twice: the end of a secret may differ between the two. */
function hidesInside(value: string, isSecret: (name: string) => boolean): boolean {
  const once = percentDecode(value, true);
  if (once === value) return false;
  const twice = percentDecode(once, true);
  if (secretsIn(once, isSecret).length > 0) return true;
  return twice !== once && secretsIn(twice, isSecret).length > 0;
}

/** Decoded twice: a secret that was encoded twice to evade a filter is still secret. */
function decoded(text: string): string {
  return percentDecode(percentDecode(text, true), true);
}

function isForm(body: string): boolean {
  return body.includes("=") && !/[\s{<]/.test(body);
}

/** Without the digits at the end of a cut: they may be the first part of a card number. */
function withoutOpenNumber(text: string): string {
  let end = text.length;
  while (end > text.length - 40 && /[0-9 +-]/.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
