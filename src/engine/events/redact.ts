import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import { printable } from "../../language/diagnostics/printable.ts";
import { percentDecode, utf8Encode } from "../../language/values/bytes.ts";
import { hideSecrets, REDACTED } from "./find-secrets.ts";
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
export type Redactor = (field: string, key: string | undefined, value: string) => string;

/** What a redactor hides and how much it shows. */
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
/** A name of an argument as short as `t` or `k` does not tell what its value is. */
const MAX_TELLING_NOTHING = 2;
/** Namespaces of ours: their last part says what a value is about (`token_count`), not that it is secret. */
const OWN_NAMESPACE = /^(?:raw|http|cf|ip|tcp|udp|icmp|ssl|sip|wirewall)(?:\.|$)/;
const FIELD_KINDS: readonly (readonly [pattern: RegExp, kind: FieldKind])[] = [
  [/^http\.cookie$/, "cookie-header"],
  [/\.cookies$/, "cookie"],
  [/\.headers$/, "header"],
  [/\.uri\.query$/, "query"],
  [/(?:\.uri|\.full_uri|^http\.referer)$/, "url"],
  [/\.uri\.path$/, "path"],
  [/\.body\.raw$/, "body"],
  [/\.(?:args|form)$/, "argument"],
  [/\.values$/, "nameless"],
];

type FieldKind =
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
  if (options.secrets === "show") return (_field, _key, value) => printable(value, limit);
  const secret = new Set((options.names ?? []).map(foldName));
  const reveal = new Set((options.reveal ?? []).map(foldName));
  const isSecret = (name: string): boolean => {
    const folded = foldName(name.slice(0, 256));
    return !reveal.has(folded) && (secret.has(folded) || isSecretName(name));
  };
  const isRevealed = (name: string): boolean => reveal.has(foldName(name.slice(0, 256)));
  const kinds = new Map<string, FieldKind>();
  // Secrets shrink when they are hidden, so more is read than is shown.
  const window = limit * 4 + 512;

  return (field, key, value) => {
    if (value === "") return "";
    let kind = kinds.get(field);
    if (kind === undefined) {
      kind = kindOf(field);
      // Field names come from the scheme, so they are few; the bound is for callers that make names up.
      if (kinds.size < 1024) kinds.set(field, kind);
    }
    const cut = value.length > window;
    const seen = cut ? withoutOpenNumber(value.slice(0, window)) : value;
    const hidden = hide(seen, kind, field, key, isSecret, isRevealed);
    return printable(cut ? hidden + utf8Encode("…") : hidden, limit);
  };
}

function kindOf(field: string): FieldKind {
  for (const [pattern, kind] of FIELD_KINDS) if (pattern.test(field)) return kind;
  return "text";
}

function hide(
  value: string,
  kind: FieldKind,
  field: string,
  key: string | undefined,
  isSecret: (name: string) => boolean,
  isRevealed: (name: string) => boolean,
): string {
  if (kind === "cookie-header") return cookieHeader(value, isRevealed);
  if (kind === "cookie")
    return key !== undefined && isRevealed(key) ? hideSecrets(value, isSecret) : REDACTED;
  if (kind === "header" && key !== undefined) return header(key, value, isSecret, isRevealed);
  if (key !== undefined && isSecret(key)) return REDACTED;
  if (key === undefined && !OWN_NAMESPACE.test(field)) {
    if (isSecret(field.slice(field.lastIndexOf(".") + 1))) return REDACTED;
  }
  if (kind === "query" || (kind === "body" && isForm(value))) return pieces(value, "&#", isSecret);
  if (kind === "url") return url(value, isSecret);
  if (kind === "path") return path(value, isSecret);
  const hidden = hideSecrets(value, isSecret);
  const isNamed = key !== undefined && key.length > MAX_TELLING_NOTHING;
  return !isNamed && (kind === "nameless" || kind === "header" || kind === "argument") && looksOpaque(hidden)
    ? REDACTED
    : hidden;
}

function header(
  name: string,
  value: string,
  isSecret: (name: string) => boolean,
  isRevealed: (name: string) => boolean,
): string {
  const folded = foldName(name);
  if (folded === "cookie") return cookieHeader(value, isRevealed);
  if (folded === "setcookie") return setCookie(value, isRevealed);
  if (isSecret(name)) {
    const scheme = folded.endsWith("authorization")
      ? /^[A-Za-z][A-Za-z0-9-]{0,19} +(?=\S)/.exec(value)?.[0]
      : undefined;
    return (scheme ?? "") + REDACTED;
  }
  if (folded === "referer" || folded === "location") return url(value, isSecret);
  return hideSecrets(value, isSecret);
}

/** Names stay: they tell as much as a log needs. */
function cookieHeader(value: string, isRevealed: (name: string) => boolean): string {
  return value
    .split(";")
    .map((pair) => cookiePair(pair, isRevealed))
    .join(";");
}

function setCookie(value: string, isRevealed: (name: string) => boolean): string {
  const end = value.indexOf(";");
  if (end === -1) return cookiePair(value, isRevealed);
  return cookiePair(value.slice(0, end), isRevealed) + value.slice(end);
}

function cookiePair(pair: string, isRevealed: (name: string) => boolean): string {
  const sign = pair.indexOf("=");
  if (sign === -1) return pair.trim() === "" ? pair : REDACTED;
  return isRevealed(pair.slice(0, sign).trim()) ? pair : `${pair.slice(0, sign + 1)}${REDACTED}`;
}

function url(value: string, isSecret: (name: string) => boolean): string {
  const mark = value.search(/[?#]/);
  const head = mark === -1 ? value : value.slice(0, mark);
  // As text first: the `//` of a password in the authority does not survive a split at `/`.
  const shown = path(hideSecrets(head, isSecret), isSecret);
  return mark === -1 ? shown : shown + value[mark] + pieces(value.slice(mark + 1), "&#?", isSecret);
}

/** Segments, each judged by the one before it as well: `/reset/TOKEN`, `/user:password@host`. */
function path(value: string, isSecret: (name: string) => boolean): string {
  let before = "";
  return value
    .split("/")
    .map((segment) => {
      const isLink =
        before !== "" && /[0-9]/.test(segment) && segment.length >= 12 && isSecret(decoded(before));
      before = segment;
      return isLink ? REDACTED : piece(segment.replace(/^([^:@]*:)[^@]+(?=@)/, `$1${REDACTED}`), isSecret);
    })
    .join("/");
}

/** Percent-encoded pieces between separators, each judged by its name and by its value as text. */
function pieces(value: string, separators: string, isSecret: (name: string) => boolean): string {
  let out = "";
  let start = 0;
  for (let at = 0; at < value.length; at++) {
    if (!separators.includes(value.charAt(at))) continue;
    out += piece(value.slice(start, at), isSecret) + value[at];
    start = at + 1;
  }
  return out + piece(value.slice(start), isSecret);
}

function piece(text: string, isSecret: (name: string) => boolean): string {
  const sign = text.indexOf("=");
  const name = sign === -1 ? "" : text.slice(0, sign + 1);
  if (name !== "" && isSecret(decoded(name.slice(0, -1))))
    return text.length === name.length ? text : name + REDACTED;
  const value = text.slice(name.length);
  if (name !== "" && name.length <= MAX_TELLING_NOTHING + 1 && looksOpaque(value)) return name + REDACTED;
  const plain = hideSecrets(value, isSecret);
  if (plain !== value) return name + plain;
  const inside = decoded(value);
  return inside !== value && hideSecrets(inside, isSecret) !== inside ? name + REDACTED : text;
}

/** Decoded twice: what was encoded once more to slip through a filter is a secret all the same. */
function decoded(text: string): string {
  return percentDecode(percentDecode(text, true), true);
}

function isForm(body: string): boolean {
  return body.includes("=") && !/[\s{<]/.test(body);
}

/** A long word of capitals, small letters and digits: random rather than written. */
function looksOpaque(text: string): boolean {
  return (
    /^[A-Za-z0-9+/_=.-]{20,}$/.test(text) && /[A-Z]/.test(text) && /[a-z]/.test(text) && /[0-9]/.test(text)
  );
}

/** Without the digits at the end of a cut: they may be the first part of a card number. */
function withoutOpenNumber(text: string): string {
  let end = text.length;
  while (end > text.length - 40 && /[0-9 +-]/.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
