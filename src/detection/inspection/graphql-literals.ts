// On the request path for documents of GraphQL: what stands in quotes there is what a variable would hold.

/** How a document of GraphQL begins. */
const DOCUMENT = /^[\s,\ufeff]{0,64}(?:\{|(?:query|mutation|subscription|fragment)\b)/;

/** The texts that stand in quotes in a document of GraphQL, escapes undone; none for other texts. */
export function literalsOf(text: string): readonly string[] {
  if (!text.includes('"') || !text.includes("{") || !DOCUMENT.test(text)) return NONE;
  const found: string[] = [];
  for (let at = text.indexOf('"'); at >= 0; ) {
    const isBlock = text.startsWith('"""', at);
    const start = isBlock ? at + 3 : at + 1;
    const end = isBlock ? blockEnd(text, start) : lineEnd(text, start);
    const literal = text.slice(start, end);
    if (literal.length > 1) found.push(isBlock ? literal : unescaped(literal));
    at = text.indexOf('"', end + (isBlock ? 3 : 1));
  }
  return found;
}

const NONE: readonly string[] = Object.freeze([]);

function blockEnd(text: string, start: number): number {
  const end = text.indexOf('"""', start);
  return end < 0 ? text.length : end;
}

function lineEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 92) at += 1;
    else if (code === 34 || code === 10) return at;
  }
  return text.length;
}

/** Other escapes are undone by the views of the text. */
function unescaped(literal: string): string {
  return literal.includes("\\") ? literal.replace(/\\(["\\/])/g, "$1") : literal;
}
