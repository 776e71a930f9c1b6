/**
 * Text that knows where it may be broken. A group is on one line when it fits, and otherwise breaks at every
 * `line` that is directly in it (after Wadler, "A prettier printer").
 */
export type Layout = string | readonly Layout[] | LineBreak | Group | Indented;

/** Nothing or a space in a group that fits, otherwise the end of a line. */
interface LineBreak {
  readonly kind: "line";
  readonly flat: "" | " ";
}

interface Group {
  readonly kind: "group";
  readonly content: Layout;
}

interface Indented {
  readonly kind: "indent";
  readonly content: Layout;
}

export const LINE: Layout = { kind: "line", flat: " " };
export const SOFT_LINE: Layout = { kind: "line", flat: "" };

export function group(...content: readonly Layout[]): Layout {
  return { kind: "group", content };
}

export function indent(...content: readonly Layout[]): Layout {
  return { kind: "indent", content };
}

/** The layouts with `separator` between them. */
export function join(separator: Layout, items: readonly Layout[]): readonly Layout[] {
  return items.flatMap((item, at) => (at === 0 ? [item] : [separator, item]));
}

/** Items one behind the other, as many on a line as fit. */
export function fill(items: readonly Layout[]): readonly Layout[] {
  return items.map((item, at) => (at === 0 ? item : group(LINE, item)));
}

interface Piece {
  readonly layout: Layout;
  readonly depth: number;
  readonly flat: boolean;
}

/** Writes a layout into lines of at most `width` UTF-16 units where that is possible. */
export function render(layout: Layout, width: number, indentWidth: number): string {
  const out: string[] = [];
  const pending: Piece[] = [{ layout, depth: 0, flat: width === Number.POSITIVE_INFINITY }];
  let column = 0;
  for (let piece = pending.pop(); piece !== undefined; piece = pending.pop()) {
    const { layout: at, depth, flat } = piece;
    if (typeof at === "string") {
      out.push(at);
      const end = at.lastIndexOf("\n");
      column = end === -1 ? column + at.length : at.length - end - 1;
    } else if (isList(at)) {
      for (const item of at.toReversed()) pending.push({ layout: item, depth, flat });
    } else if (at.kind === "indent") {
      pending.push({ layout: at.content, depth: depth + 1, flat });
    } else if (at.kind === "group") {
      const whole = { layout: at.content, depth, flat: true };
      pending.push(flat || fits(whole, pending, width - column) ? whole : { ...whole, flat: false });
    } else if (flat) {
      out.push(at.flat);
      column += at.flat.length;
    } else {
      column = depth * indentWidth;
      out.push(`\n${" ".repeat(column)}`);
    }
  }
  return out.join("");
}

/** Whether the piece and what follows it up to the next possible line end take no more than `room`. */
function fits(piece: Piece, following: readonly Piece[], room: number): boolean {
  const pending: Piece[] = [piece];
  let next = following.length;
  let left = room;
  while (left >= 0) {
    const current = pending.pop() ?? following[--next];
    if (current === undefined) return true;
    const { layout: at, depth, flat } = current;
    if (typeof at === "string") {
      const end = at.indexOf("\n");
      left -= end === -1 ? at.length : end;
      if (end !== -1) return left >= 0;
    } else if (isList(at)) {
      for (const item of at.toReversed()) pending.push({ layout: item, depth, flat });
    } else if (at.kind === "line") {
      if (!flat) return true;
      left -= at.flat.length;
    } else pending.push({ layout: at.content, depth, flat });
  }
  return false;
}

function isList(layout: Layout): layout is readonly Layout[] {
  return Array.isArray(layout);
}
