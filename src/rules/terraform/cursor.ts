/** Unwinds to the entry function at the first mistake; never leaves the parser. */
export class Unreadable extends Error {}

export function unreadable(message: string): never {
  throw new Unreadable(message);
}

/** A place in a text of HCL that moves forward. */
export class Cursor {
  protected readonly text: string;
  protected at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Spaces, line breaks and comments. */
  protected space(): void {
    for (;;) {
      const char = this.text[this.at];
      if (char === " " || char === "\t" || char === "\n" || char === "\r") this.at++;
      else if (char === "#" || this.text.startsWith("//", this.at)) {
        const end = this.text.indexOf("\n", this.at);
        this.at = end === -1 ? this.text.length : end;
      } else if (this.text.startsWith("/*", this.at)) {
        const end = this.text.indexOf("*/", this.at + 2);
        if (end === -1) this.fail("the comment does not end");
        this.at = end + 2;
      } else return;
    }
  }

  /** Spaces of one line. */
  protected blank(): void {
    while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at++;
  }

  protected take(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  protected expect(word: string): void {
    this.space();
    if (!this.take(word)) {
      const found = this.text.charAt(this.at);
      this.fail(
        found === "" ? `expected \`${word}\` at the end` : `expected \`${word}\`, found \`${found}\``,
      );
    }
  }

  protected match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  protected fail(message: string): never {
    unreadable(message);
  }
}
