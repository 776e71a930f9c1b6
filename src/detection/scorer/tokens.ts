// On the request's path: one pass over the bytes, no text is cut out, and the tokens are small numbers in an array that is
// used again.
import { WORD_SEED, wordStep } from "../detector/word-hash.ts";
import { FUNCTION_WORDS, KEYWORDS } from "./keywords.ts";

/** Tokens that are not punctuation and no keyword. Identifiers and numbers have a shape only. */
export const TOKEN = {
  start: 1,
  end: 2,
  newline: 3,
  control: 4,
  /** Letters only. */
  word: 5,
  letter: 6,
  /** Letters with digits or underscores. */
  identifier: 7,
  functionWord: 8,
  /** Has bytes outside of ASCII. */
  foreign: 9,
  number: 10,
  longNumber: 11,
  decimal: 12,
  hexadecimal: 13,
  /** Longer than words are. */
  blob: 14,
  /** A word like `onerror`, before an equals sign. */
  handler: 15,
  /** The operand left of an equals sign once more. */
  same: 16,
  /** A whole comment between slashes and asterisks. */
  comment: 17,
  /** Stands between letters. */
  apostrophe: 18,
} as const;

/** Punctuation stands once, twice or more often in a row: three numbers for each of the 94 visible characters. */
const PUNCTUATION = 32;
const KEYWORD = PUNCTUATION + 3 * 94;

const EQUALS = 61;
const APOSTROPHE = 39;
const ASTERISK = 42;
const POINT = 46;
const SLASH = 47;

const SPACE = 0;
const NEWLINE = 1;
const CONTROL = 2;
const LETTER = 3;
const DIGIT = 4;
const FOREIGN = 5;
const MARK = 6;

const CLASS = Uint8Array.from({ length: 256 }, (_, c) => {
  if (c === 32 || c === 9 || c === 11 || c === 12) return SPACE;
  if (c === 10 || c === 13) return NEWLINE;
  if (c < 32 || c === 127) return CONTROL;
  if (c >= 128) return FOREIGN;
  if (c >= 48 && c <= 57) return DIGIT;
  if ((c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95) return LETTER;
  return MARK;
});

/** Characters of words by bits, so that what a word is made of is a number: letters alone are less than `FORM_DIGIT`. */
const FORM_SMALL = 1;
const FORM_CAPITAL = 2;
const FORM_DIGIT = 4;
const FORM_UNDERSCORE = 8;
const FORM_FOREIGN = 16;
const FORM = Uint8Array.from({ length: 256 }, (_, c) => {
  if (c >= 97 && c <= 122) return FORM_SMALL;
  if (c >= 65 && c <= 90) return FORM_CAPITAL;
  if (c >= 48 && c <= 57) return FORM_DIGIT;
  if (c === 95) return FORM_UNDERSCORE;
  return c >= 128 ? FORM_FOREIGN : 0;
});

/** Characters of Base64 and of tokens that look like it: capitals, small letters, digits, others. */
const ENCODED = Uint8Array.from({ length: 128 }, (_, c) => {
  if (c >= 65 && c <= 90) return 1;
  if (c >= 97 && c <= 122) return 2;
  if (c >= 48 && c <= 57) return 3;
  return c === 43 || c === 45 || c === 46 || c === 47 || c === 95 || c === 61 ? 4 : 0;
});

const hashOf = (word: string): number => {
  let hash = WORD_SEED;
  for (let i = 0; i < word.length; i++) hash = wordStep(hash, word.charCodeAt(i));
  return hash | 0;
};

/** Names what the numbers of tokens stand for: weights learned under another name do not fit. */
export const VOCABULARY = `2-${hashOf([...KEYWORDS, "|", ...FUNCTION_WORDS].join(" ")) >>> 0}`;

/** Open addressing over hashes of words; two words of one hash would be one token, and no text is compared. */
const SLOTS = 4096;
const slotHash = new Int32Array(SLOTS);
const slotToken = new Uint16Array(SLOTS);

const enter = (word: string, token: number): void => {
  const hash = hashOf(word);
  let slot = hash & (SLOTS - 1);
  while (slotToken[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
  slotHash[slot] = hash;
  slotToken[slot] = token;
};
const KINDS = 256;
/** Connectives are the first kind. */
const FIRST_LOADED = KINDS + 1;
/**
 * What a token has in common with others: words that are not keywords are one, keywords are their kind, quotes are one, and it does
 * not count how often a mark is in a row.
 */
export const COARSE = new Uint16Array(1024);
for (let token = 0; token < PUNCTUATION; token++) COARSE[token] = token;
for (let token = PUNCTUATION; token < KEYWORD; token++) {
  const c = ((token - PUNCTUATION) % 94) + 33;
  COARSE[token] = 64 + (c === 34 || c === 96 ? APOSTROPHE : c);
}
for (const token of [TOKEN.letter, TOKEN.identifier, TOKEN.functionWord, TOKEN.foreign, TOKEN.same])
  COARSE[token] = TOKEN.word;
for (const token of [TOKEN.longNumber, TOKEN.decimal, TOKEN.hexadecimal]) COARSE[token] = TOKEN.number;
/** 1: tokens that people's sentences are made of, words and marks of sentences. */
export const PLAIN = new Uint8Array(1024);
for (const token of [TOKEN.word, TOKEN.functionWord, TOKEN.foreign]) PLAIN[token] = 1;
for (const mark of ".,!?") PLAIN[PUNCTUATION + mark.charCodeAt(0) - 33] = 1;
[...KEYWORDS].forEach(([word, kind], i) => {
  enter(word, KEYWORD + i);
  COARSE[KEYWORD + i] = KINDS + kind;
  if (word.length > 2) PLAIN[KEYWORD + i] = 1;
});
for (const word of FUNCTION_WORDS) enter(word, TOKEN.functionWord);

const lookUp = (hash: number): number => {
  let slot = hash & (SLOTS - 1);
  while (true) {
    const token = slotToken[slot] ?? 0;
    if (token === 0 || slotHash[slot] === hash) return token;
    slot = (slot + 1) & (SLOTS - 1);
  }
};

/** Marks of sentences, dates and names. */
const QUIET = new Uint8Array(256);
for (let c = 0; c < 256; c++) {
  const kind = CLASS[c] ?? FOREIGN;
  if (kind !== MARK && kind !== CONTROL) QUIET[c] = 1;
}
for (const mark of ",.!?-:") QUIET[mark.charCodeAt(0)] = 1;

/** Whether a text is words and numbers, with no more marks than sentences, dates and names have. */
export function isQuiet(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (QUIET[text.charCodeAt(i)] === 0) return false;
  return true;
}

const LONGEST_WORD = 32;
/** Characters of the shortest encoded text that is distinguished from words. */
const SHORTEST_BLOB = 20;
/** Characters looked at to tell one, and to find the end of a comment. */
const LONGEST_LOOK = 64;

/** Reads a text's tokens piece by piece. One reader serves all texts, one after the other. */
export class TokenReader {
  /** Tokens so far, without starts, ends and new lines. */
  count = 0;
  /** Keywords so far, without the connectives that are ordinary words too. */
  loaded = 0;

  #text = "";
  #at = 0;
  #started = false;
  #ended = false;
  #operand = 0;
  #equals = false;
  #closing = -1;

  begin(text: string): void {
    this.count = 0;
    this.loaded = 0;
    this.#text = text;
    this.#at = 0;
    this.#started = false;
    this.#ended = false;
    this.#operand = 0;
    this.#equals = false;
    this.#closing = -1;
  }

  /**
   * Puts the next tokens into an array.
   *
   * @returns how many: as many as it holds while there may be more
   */
  fill(tokens: Uint16Array): number {
    const text = this.#text;
    const length = text.length;
    const limit = tokens.length;
    let n = 0;
    if (!this.#started) {
      this.#started = true;
      tokens[n++] = TOKEN.start;
    }
    let at = this.#at;
    let newlines = 0;
    const before = n;
    while (n < limit && at < length) {
      const c = text.charCodeAt(at);
      const kind = CLASS[c] ?? FOREIGN;
      if (kind === SPACE) {
        at++;
        continue;
      }
      if (kind === LETTER || kind === DIGIT || kind === FOREIGN) {
        const start = at;
        let hash = WORD_SEED;
        let kinds = 0;
        let changes = 0;
        let last = 0;
        do {
          const d = text.charCodeAt(at);
          const form = FORM[d] ?? FORM_FOREIGN;
          if (form === 0) break;
          if (form !== last) changes++;
          last = form;
          kinds |= form;
          hash = wordStep(hash, form === FORM_CAPITAL ? d + 32 : d);
          at++;
        } while (at < length);
        this.#at = at;
        tokens[n++] = this.#word(start, hash, kinds, changes, last);
        at = this.#at;
      } else if (kind === MARK) {
        this.#at = at;
        tokens[n++] = this.#mark(c);
        at = this.#at;
      } else {
        at++;
        while (at < length && (CLASS[text.charCodeAt(at)] ?? FOREIGN) === kind) at++;
        if (kind === NEWLINE) newlines++;
        tokens[n++] = kind === NEWLINE ? TOKEN.newline : TOKEN.control;
      }
    }
    this.#at = at;
    this.count += n - before - newlines;
    if (n < limit && !this.#ended) {
      this.#ended = true;
      tokens[n++] = TOKEN.end;
    }
    return n;
  }

  /** A run of letters, digits, underscores and bytes outside of ASCII. */
  #word(start: number, hash: number, kinds: number, changes: number, last: number): number {
    const length = this.#at - start;
    if (kinds < FORM_DIGIT) {
      const known = lookUp(hash);
      if (known !== 0) {
        if ((COARSE[known] ?? 0) >= FIRST_LOADED) this.loaded++;
        return known;
      }
      if (length === 1) return this.#repeats(hash) ? TOKEN.same : TOKEN.letter;
      if (changes > 3 && this.#isEncoded(start)) return TOKEN.blob;
      if (length > LONGEST_WORD) return TOKEN.blob;
      if (this.#repeats(hash)) return TOKEN.same;
      if (length > 4 && this.#isHandler(start)) return TOKEN.handler;
      return TOKEN.word;
    }
    if (kinds >= FORM_FOREIGN) return TOKEN.foreign;
    if (kinds === FORM_DIGIT) return this.#number(start, hash);
    const known = lookUp(hash);
    if (known !== 0) {
      this.loaded++;
      return known;
    }
    if ((changes > 2 && last !== FORM_UNDERSCORE && this.#isEncoded(start)) || length > LONGEST_WORD)
      return TOKEN.blob;
    if (this.#repeats(hash)) return TOKEN.same;
    const text = this.#text;
    const isHex = length > 2 && text.charCodeAt(start) === 48 && (text.charCodeAt(start + 1) | 32) === 120;
    return isHex ? TOKEN.hexadecimal : TOKEN.identifier;
  }

  /** Digits, with those after points. */
  #number(start: number, digits: number): number {
    const text = this.#text;
    let at = this.#at;
    let hash = digits;
    let dots = 0;
    while (text.charCodeAt(at) === POINT && CLASS[text.charCodeAt(at + 1)] === DIGIT) {
      dots++;
      hash = wordStep(hash, POINT);
      for (at++; CLASS[text.charCodeAt(at)] === DIGIT; at++) hash = wordStep(hash, text.charCodeAt(at));
    }
    this.#at = at;
    const length = at - start;
    if (length > LONGEST_WORD) return TOKEN.blob;
    if (this.#repeats(hash)) return TOKEN.same;
    if (dots > 0) return TOKEN.decimal;
    return length > 5 ? TOKEN.longNumber : TOKEN.number;
  }

  /**
   * Whether letters and digits change so often from here on that they are an encoded text; the reader then is after it.
   * Asked only where they change already, so that a path of words is passed once.
   */
  #isEncoded(start: number): boolean {
    const text = this.#text;
    const end = Math.min(text.length, start + LONGEST_LOOK);
    let at = start;
    let changes = 0;
    let before = 0;
    for (; at < end; at++) {
      const form = ENCODED[text.charCodeAt(at)] ?? 0;
      if (form === 0) break;
      if (form !== before && form < 4 && before < 4) changes++;
      before = form;
    }
    const length = at - start;
    if (length < SHORTEST_BLOB || changes * 4 <= length) return false;
    while (at < text.length && (ENCODED[text.charCodeAt(at)] ?? 0) !== 0) at++;
    this.#at = at;
    return true;
  }

  #isHandler(start: number): boolean {
    const text = this.#text;
    if ((text.charCodeAt(start) | 32) !== 111 || (text.charCodeAt(start + 1) | 32) !== 110) return false;
    let at = this.#at;
    // Only a few, so that a row of spaces is not passed again and again.
    const end = Math.min(text.length, at + 8);
    while (at < end && (CLASS[text.charCodeAt(at)] ?? FOREIGN) <= CONTROL) at++;
    return text.charCodeAt(at) === EQUALS;
  }

  #mark(c: number): number {
    const text = this.#text;
    const start = this.#at;
    if (c === SLASH && text.charCodeAt(start + 1) === ASTERISK && this.#isComment(start))
      return TOKEN.comment;
    let at = start + 1;
    while (text.charCodeAt(at) === c) at++;
    this.#at = at;
    const run = Math.min(at - start, 3) - 1;
    if (c === EQUALS) this.#equals = true;
    if (
      run === 0 &&
      c === APOSTROPHE &&
      isLetter(text.charCodeAt(start - 1)) &&
      isLetter(text.charCodeAt(at))
    )
      return TOKEN.apostrophe;
    return PUNCTUATION + run * 94 + (c - 33);
  }

  /** Whether a comment that begins here ends soon; the reader then is after it. */
  #isComment(start: number): boolean {
    // Remembered, so that openings without an end search once only.
    if (this.#closing < start + 2) {
      const found = this.#text.indexOf("*/", start + 2);
      this.#closing = found < 0 ? this.#text.length : found;
    }
    if (this.#closing >= this.#text.length || this.#closing - start >= LONGEST_LOOK) return false;
    this.#at = this.#closing + 2;
    return true;
  }

  #repeats(hash: number): boolean {
    const repeats = this.#equals && this.#operand === hash;
    this.#operand = hash;
    this.#equals = false;
    return repeats;
  }
}

const isLetter = (c: number): boolean => {
  const kind = CLASS[c];
  return kind === LETTER || kind === FOREIGN;
};
