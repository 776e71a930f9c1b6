/** A half-open range of UTF-16 offsets into a {@link Source}'s text. */
export interface Span {
  /** First offset covered. */
  readonly start: number;
  /** First offset no longer covered; equal to `start` for a point. */
  readonly end: number;
}

/** A place as people count it: both numbers start at 1, columns count code points (semantics.md#faults). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * A named text that faults can point into: an expression, a list file, a ruleset document.
 *
 * Only LF starts a new line. Line starts are found on the first question about a position, so that
 * sources which compile cleanly never pay for them.
 */
export class Source {
  /** Name of this text for messages: a file name, a JSON pointer, `<repl>`. */
  readonly name: string;
  /** The text as given. */
  readonly text: string;
  #lineStarts: number[] | undefined;
  // The last answer. Faults come in order, so that the columns of one very long line are counted once, not once each.
  #known: { readonly line: number; readonly offset: number; readonly column: number } | undefined;

  constructor(text: string, name = "<expression>") {
    this.text = text;
    this.name = name;
  }

  /** The 1-based line and column of a UTF-16 offset; offsets outside the text are clamped to it. */
  positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length));
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    const line = low + 1;
    const from =
      this.#known?.line === line && this.#known.offset <= at
        ? this.#known
        : { line, offset: this.lineStart(line), column: 1 };
    const column = from.column + countCodePoints(this.text, from.offset, at);
    this.#known = { line, offset: at, column };
    return { line, column };
  }

  /** The text of a 1-based line without its line end; `""` when there is no such line. */
  lineText(line: number): string {
    const starts = this.#starts();
    const start = starts[line - 1];
    if (start === undefined) return "";
    const next = starts[line];
    const end = next === undefined ? this.text.length : next - 1;
    return this.text.slice(start, this.text[end - 1] === "\r" && end > start ? end - 1 : end);
  }

  /** The offset at which a 1-based line begins; the text's length when there is no such line. */
  lineStart(line: number): number {
    return this.#starts()[line - 1] ?? this.text.length;
  }

  #starts(): number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf("\n"); at !== -1; at = this.text.indexOf("\n", at + 1))
        starts.push(at + 1);
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }
}

/** Code points that begin in the range: the second half of a surrogate pair begins none. */
function countCodePoints(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) {
    const trailing =
      (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
    if (!trailing) count++;
  }
  return count;
}
