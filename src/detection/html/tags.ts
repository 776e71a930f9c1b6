import { isLetter } from "../detector/characters.ts";
/** An attribute of a tag. The value lies between two bytes of the text; without `=` both are -1. */
export interface Attribute {
  /** In lower case, without quotes and controls around it. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Whether the value is in quotes that are closed. */
  readonly quoted: boolean;
}

export interface Tag {
  /** In lower case, as far as it matters. */
  readonly name: string;
  readonly isEnd: boolean;
  readonly start: number;
  /** Byte after the tag. */
  readonly end: number;
  /** Whether it ends with `>`; else by the end of the text or by the begin of another tag. */
  readonly closed: boolean;
  /** Whether its name begins in upper case and goes on in lower case, as components of code do. */
  readonly component: boolean;
  readonly attributes: readonly Attribute[];
}

/** Longest name that is kept whole. */
const NAME_LIMIT = 64;
/** Longest value that an accent grave may enclose, as old browsers read it. */
const GRAVE_LIMIT = 200;

/**
 * Reads the tags of a text as browsers do (HTML standard, 13.2.5), with what old ones and filters add: a `<` begins a
 * tag anew wherever no value stands, quotes before names are not part of them, and a quote that nothing closes is none.
 */
export class TagReader {
  readonly #text: string;
  readonly #end: number;
  /** Whether a quote of the kind was looked for to the end in vain. */
  #noDouble = false;
  #noSingle = false;

  constructor(text: string, end: number) {
    this.#text = text;
    this.#end = end;
  }

  /** The tag that begins at a `<`; undefined when none does there. */
  read(start: number): Tag | undefined {
    let at = start + 1;
    let code = this.#code(at);
    const isEnd = code === 47;
    if (isEnd || code === 63) code = this.#code(++at);
    // Zero bytes and breaks after the `<` are not a tag to a browser, but to a program that takes them out before.
    while (code >= 0 && code < 14 && at < this.#end) code = this.#code(++at);
    if (!isLetter(code)) return undefined;
    const nameStart = at;
    while (at < this.#end && !endsName(this.#code(at)) && this.#code(at) !== 43) at++;
    const raw = this.#text.slice(nameStart, Math.min(at, nameStart + NAME_LIMIT));
    const attributes: Attribute[] = [];
    const closed = this.readAttributes(at, attributes, this.#end);
    const last = this.#stop;
    return {
      name: raw.toLowerCase().replaceAll("\0", ""),
      isEnd,
      start,
      end: last,
      closed,
      component: isUpper(raw.charCodeAt(0)) && raw.length > 1 && !isUpper(raw.charCodeAt(1)),
      attributes,
    };
  }

  #stop = 0;

  /** Byte at which the last reading of attributes stopped, after the `>` if one was there. */
  get stop(): number {
    return this.#stop;
  }

  /**
   * Reads attributes from a byte on, as far as the tag goes. Answers whether a `>` ended it.
   *
   * @param isEnough asked of each attribute; when it says so, nothing more is read
   */
  readAttributes(
    from: number,
    into: Attribute[],
    limit: number,
    isEnough?: (attribute: Attribute) => boolean,
  ): boolean {
    let at = from;
    for (;;) {
      while (at < limit && isBetween(this.#code(at))) at++;
      const code = this.#code(at);
      if (at >= limit || code === 60) {
        this.#stop = at;
        return false;
      }
      if (code === 62) {
        this.#stop = at + 1;
        return true;
      }
      at = this.#attribute(at, into, limit);
      const last = isEnough && into[into.length - 1];
      if (last && isEnough(last)) {
        this.#stop = at;
        return false;
      }
    }
  }

  #attribute(from: number, into: Attribute[], limit: number): number {
    let at = from + 1;
    while (at < limit && !endsAttributeName(this.#code(at))) at++;
    let nameEnd = at;
    const quote = lastQuote(this.#text, from, Math.min(at, from + NAME_LIMIT));
    const nameStart = quote >= 0 ? quote + 1 : from;
    nameEnd = Math.min(nameEnd, nameStart + NAME_LIMIT);
    const name = nameOf(this.#text.slice(nameStart, nameEnd));
    let next = at;
    while (next < limit && (isSpace(this.#code(next)) || this.#code(next) === 47)) next++;
    if (this.#code(next) !== 61 || next >= limit) {
      into.push({ name, start: -1, end: -1, quoted: false });
      return at;
    }
    next++;
    while (next < limit && isSpace(this.#code(next))) next++;
    return this.#value(next, name, into, limit);
  }

  #value(at: number, name: string, into: Attribute[], limit: number): number {
    const quote = this.#code(at);
    const close = at < limit ? this.#closing(at, quote) : -1;
    if (close >= 0 && close < limit) {
      into.push({ name, start: at + 1, end: close, quoted: true });
      // Only old browsers take an accent grave for a quote: what others would read goes on after white space.
      return quote === 96 ? this.#graveEnd(at, close) : close + 1;
    }
    // A quote that nothing closes here may be closed by what the text is put into, or be none.
    if (quote === 34 || quote === 39) at++;
    let end = at;
    while (end < limit && !isSpace(this.#code(end)) && this.#code(end) !== 62) end++;
    into.push({ name, start: at, end, quoted: false });
    return end;
  }

  /** The quote that closes the one at `at`, or -1. */
  #closing(at: number, quote: number): number {
    if (quote === 34) {
      if (this.#noDouble) return -1;
      const close = this.#text.indexOf('"', at + 1);
      if (close < 0 || close >= this.#end) this.#noDouble = true;
      return close < this.#end ? close : -1;
    }
    if (quote === 39) {
      if (this.#noSingle) return -1;
      const close = this.#text.indexOf("'", at + 1);
      if (close < 0 || close >= this.#end) this.#noSingle = true;
      return close < this.#end ? close : -1;
    }
    if (quote !== 96) return -1;
    const close = this.#text.slice(at + 1, at + GRAVE_LIMIT).indexOf("`");
    return close < 0 || at + 1 + close >= this.#end ? -1 : at + 1 + close;
  }

  #graveEnd(at: number, close: number): number {
    for (let end = at; end < close; end++) if (isSpace(this.#code(end))) return end;
    return close + 1;
  }

  #code(at: number): number {
    return at < this.#end ? this.#text.charCodeAt(at) : -1;
  }
}

function nameOf(written: string): string {
  const lower = written.toLowerCase();
  return lower.includes("\0") ? lower.replaceAll("\0", "") : lower;
}

function lastQuote(text: string, from: number, to: number): number {
  for (let at = to - 1; at >= from; at--) {
    const code = text.charCodeAt(at);
    if (code === 34 || code === 39 || code === 96) return at;
  }
  return -1;
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

/** White space of HTML, and the vertical tab that old browsers take for it. */
export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** What may be between attributes: white space, also as a plus that nothing decoded, `/`, other controls, and quotes that belong to none. */
function isBetween(code: number): boolean {
  return (code >= 0 && code <= 32) || code === 47 || code === 43 || code === 34 || code === 39 || code === 96;
}

function endsName(code: number): boolean {
  return (code > 0 && code <= 32) || code === 47 || code === 62 || code === 60;
}

function endsAttributeName(code: number): boolean {
  return endsName(code) || code === 61;
}
