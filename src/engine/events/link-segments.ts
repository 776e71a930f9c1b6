// Random words, and path segments before a token that authenticates the visitor of a link.

/** Words of segments that precede the token in links sent by mail. */
const LINK_WORD =
  /(?:^|[^a-z])(?:verif(?:y|ication)|confirm(?:ation)?|activat(?:e|ion)|invit(?:e|ation)s?|magic|unlock|recover(?:y)?|reset|unsubscribe|link|one-?time)(?:$|[^a-z])/i;

/** @param segment decoded */
export function announcesLink(segment: string, isSecret: (name: string) => boolean): boolean {
  if (segment === "" || segment.length > MAX_SEGMENT) return false;
  return LINK_WORD.test(segment) || isSecret(segment);
}

const MAX_SEGMENT = 64;

export function isLink(segment: string): boolean {
  return segment.length >= 8 && /[0-9]/.test(segment);
}

/** A word of letters and digits, as passwords and keys are, and no word of a language. */
export function isDrawn(word: string): boolean {
  return word.length >= 8 && /[0-9]/.test(word) && /[A-Za-z]/.test(word);
}

/** A random segment: hexadecimal digits or Base64. A UUID is an identifier, and is shown. */
export function isToken(segment: string): boolean {
  if (segment.length < MIN_TOKEN) return false;
  const word = segment.replace(/(?:%3D|=){0,2}$/i, "");
  if (word.length < MIN_TOKEN) return false;
  if (/^[0-9a-f]+$/i.test(word)) return /[0-9]/.test(word) && /[a-f]/i.test(word);
  return word.length < 256 && looksOpaque(word) && !word.includes(".");
}

const MIN_TOKEN = 24;

/** A long word of capitals, small letters and digits: random rather than written. */
export function looksOpaque(text: string): boolean {
  return (
    /^[A-Za-z0-9+/_=.-]{20,}$/.test(text) && /[A-Z]/.test(text) && /[a-z]/.test(text) && /[0-9]/.test(text)
  );
}
