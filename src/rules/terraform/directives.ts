import { unreadable } from "./cursor.ts";
import type { Loop, Node } from "./nodes.ts";

/** Directives inside one another that are read; the evaluator recurses as deep. */
const MAX_DEPTH = 100;

/** One token of a template. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly node: Node }
  | { readonly kind: "directive"; readonly word: string; readonly node?: Node; readonly loop?: Loop };

/** The tree of a template whose tokens were read. */
export function templateOf(pieces: readonly Piece[]): Node {
  const [only] = pieces;
  if (pieces.length === 1 && only?.kind === "value") return only.node;
  const { parts, next } = partsOf(pieces, 0, 0);
  if (next < pieces.length) unreadable("this directive has no matching start");
  const [first] = parts;
  if (first === undefined) return { kind: "literal", value: "" };
  return parts.length === 1 && first.kind === "literal" ? first : { kind: "template", parts };
}

/** Up to the directive that ends a block, which is not consumed. */
function partsOf(
  pieces: readonly Piece[],
  from: number,
  depth: number,
): { readonly parts: readonly Node[]; readonly next: number } {
  if (depth > MAX_DEPTH) unreadable(`directives nest more than ${MAX_DEPTH} levels deep`);
  const parts: Node[] = [];
  let at = from;
  for (;;) {
    const piece = pieces[at];
    if (piece === undefined) return { parts, next: at };
    if (piece.kind === "text") parts.push({ kind: "literal", value: piece.text });
    else if (piece.kind === "value") parts.push(piece.node);
    else if (piece.node !== undefined) {
      const yes = partsOf(pieces, at + 1, depth + 1);
      let { next } = yes;
      let no: readonly Node[] = [];
      if (wordAt(pieces, next) === "else") ({ parts: no, next } = partsOf(pieces, next + 1, depth + 1));
      if (wordAt(pieces, next) !== "endif") unreadable("`%{ if }` has no `%{ endif }`");
      parts.push({
        kind: "if",
        condition: piece.node,
        yes: { kind: "template", parts: yes.parts },
        no: { kind: "template", parts: no },
      });
      at = next;
    } else if (piece.loop !== undefined) {
      const body = partsOf(pieces, at + 1, depth + 1);
      if (wordAt(pieces, body.next) !== "endfor") unreadable("`%{ for }` has no `%{ endfor }`");
      parts.push({ kind: "text-for", loop: piece.loop, body: { kind: "template", parts: body.parts } });
      at = body.next;
    } else return { parts, next: at };
    at++;
  }
}

function wordAt(pieces: readonly Piece[], at: number): string | undefined {
  const piece = pieces[at];
  return piece?.kind === "directive" ? piece.word : undefined;
}
