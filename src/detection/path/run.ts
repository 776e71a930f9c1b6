import {
  DOT,
  DOTS,
  INVALID,
  KIND,
  LENGTH_SHIFT,
  leftoverAt,
  ODD,
  OTHER,
  plainSegment,
  SEPARATOR,
  unitAt,
} from "./units.ts";

/** Names of a path that are kept, from the lowest directory on. */
const KEPT = 16;
/** A name longer than this is there to be cut off: a path of AAAA and a step up. */
const LONG = 128;
/** White space within dots that still belongs to a step. */
const FILLING = 3;

/** Bytes that end a path in a text: white space, quotes, brackets, what separates arguments. */
const ENDS = new Set([..."\"'`<>|(){}[],;&?#=:*!\x7f"].map((one) => one.charCodeAt(0)));
/** A name with a space that a path of Windows goes on behind. */
const SPACED = new Set(["program", "documents", "documents and"]);

export function endsPath(code: number): boolean {
  return code <= 0x20 || ENDS.has(code);
}

/** What the paths of one text know of each other: up to where no parameter of a segment ends in a separator. */
export interface Shared {
  endless: number;
}

/** A path within a text, read as far as it goes and resolved, one unit at a time. */
export class Run {
  readonly text: string;
  readonly start: number;
  /** Byte after what has been read. */
  end: number;
  /** Steps up, and directories that they climb above where the path starts. */
  ups = 0;
  climb = 0;
  /** Steps written so that a filter overlooks them, those in bytes that are not UTF-8, those with a backslash. */
  disguised = 0;
  invalid = 0;
  backslashes = 0;
  /** Steps up that hide after a parameter of a segment: `..;/`. */
  hidden = 0;
  /** Segments that lead nowhere: empty ones and single dots. */
  noise = 0;
  readonly absolute: boolean;

  /** Names above the lowest directory, and where the first of them stand. */
  private height = 0;
  private readonly spans: number[] = [];
  /** An escape without its percent sign was a separator: others like it are too. */
  private leftovers = false;
  private parameter = false;
  private long = false;

  private readonly shared: Shared;

  constructor(text: string, start: number, shared: Shared) {
    this.text = text;
    this.shared = shared;
    this.start = start;
    this.end = start;
    this.absolute = start < text.length && (unitAt(text, start) & KIND) === SEPARATOR;
    while (this.segment());
  }

  /** What is left above the lowest directory, in lower case: 16 names at most. */
  names(): string[] {
    const names: string[] = [];
    for (let one = 0; one < Math.min(this.height, KEPT); one++) {
      names.push(plainSegment(this.text, this.spans[2 * one] ?? 0, this.spans[2 * one + 1] ?? 0));
    }
    return names;
  }

  /** Reads a segment and the separator after it. @returns whether there was one */
  private segment(): boolean {
    const { text } = this;
    const begin = this.end;
    let dots = 0;
    let named = false;
    let flags = 0;
    let parameter = false;
    let separator = 0;
    while (this.end < text.length) {
      const unit = unitAt(text, this.end);
      const kind = unit & KIND;
      if (kind === SEPARATOR) {
        separator = unit;
        break;
      }
      if (kind !== OTHER) {
        if (!named) {
          dots += kind === DOTS ? 2 : 1;
          flags |= unit & (ODD | INVALID);
        }
      } else if (endsPath(text.charCodeAt(this.end))) {
        if (this.skipParameter()) {
          parameter = true;
          continue;
        }
        if (!named && dots > 0 && this.skipFilling()) {
          flags |= ODD;
          continue;
        }
        if (!this.spaced(begin)) break;
      } else {
        const leftover = this.leftovers || (dots === 2 && !named) ? leftoverAt(text, this.end) : 0;
        if (leftover === 0x2f || leftover === 0x5c) {
          this.leftovers = true;
          separator = SEPARATOR | ODD | (2 << LENGTH_SHIFT);
          break;
        }
        named = true;
      }
      this.end += unit >> LENGTH_SHIFT;
    }
    const end = this.end;
    this.end += separator >> LENGTH_SHIFT;
    if (named) this.enter(begin, end);
    else if (dots > 1) this.step(dots, flags, separator, end, parameter);
    else if (end > this.start) this.noise++;
    this.parameter = parameter;
    this.long = named && end - begin > LONG;
    return separator !== 0;
  }

  /** Whether the name so far is one that has a space in it. */
  private spaced(begin: number): boolean {
    const { text, end } = this;
    if (text.charCodeAt(end) !== 0x20 || end - begin > 13 || end - begin < 7) return false;
    return SPACED.has(text.slice(begin, end).toLowerCase());
  }

  private enter(begin: number, end: number): void {
    if (this.height < KEPT) {
      this.spans[2 * this.height] = begin;
      this.spans[2 * this.height + 1] = end;
    }
    this.height++;
  }

  /** A segment of nothing but dots. */
  private step(
    dots: number,
    flags: number,
    separator: number,
    separatorAt: number,
    parameter: boolean,
  ): void {
    let odd = (flags | separator) & (ODD | INVALID);
    if (dots > 2 && (flags & ODD) === 0) {
      // Filters that take `../` out once leave `../` of `....//` and of `..././`.
      if (dots > 4 || separator === 0) return;
      if (dots === 3) {
        if (!this.dotSegmentFollows()) return;
      } else if (this.end < this.text.length) {
        const next = unitAt(this.text, this.end);
        if ((next & KIND) === SEPARATOR) this.end += next >> LENGTH_SHIFT;
      }
      odd |= ODD;
    }
    this.ups++;
    if (this.height > 0) this.height--;
    else this.climb++;
    if (odd & ODD || this.long) this.disguised++;
    if (this.long) this.climb++;
    if (odd & INVALID) this.invalid++;
    if (separator !== 0 && this.text.charCodeAt(separatorAt) === 0x5c) this.backslashes++;
    if (parameter || this.parameter) this.hidden++;
  }

  private dotSegmentFollows(): boolean {
    const { text, end: at } = this;
    if (at + 1 >= text.length || (unitAt(text, at) & KIND) !== DOT) return false;
    const next = at + (unitAt(text, at) >> LENGTH_SHIFT);
    if (next >= text.length || (unitAt(text, next) & KIND) !== SEPARATOR) return false;
    this.end = next + (unitAt(text, next) >> LENGTH_SHIFT);
    return true;
  }

  /** `;a=b` in front of a separator. */
  private skipParameter(): boolean {
    const { text } = this;
    if (text.charCodeAt(this.end) !== 0x3b || this.end < this.shared.endless) return false;
    let at = this.end + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x2f || code === 0x5c) {
        this.end = at;
        return true;
      }
      if (code <= 0x20 || (code !== 0x3d && code !== 0x3b && ENDS.has(code))) break;
    }
    this.shared.endless = at;
    return false;
  }

  /** White space or control characters between dots, or between dots and a separator. */
  private skipFilling(): boolean {
    const { text } = this;
    let at = this.end;
    while (at < text.length && at < this.end + FILLING && text.charCodeAt(at) <= 0x20) at++;
    if (at === this.end || at >= text.length || (unitAt(text, at) & KIND) === 0) return false;
    this.end = at;
    return true;
  }
}
