// Draws grammar/diagrams.html: a railroad diagram per production, as SVG, in one file that loads nothing.
import * as railroad from "@prantlf/railroad-diagrams";
import { productions, terminal } from "./ebnf.mjs";

const { Choice, Diagram, NonTerminal, Optional, Sequence, Terminal, ZeroOrMore } = railroad;

const sequence = (nodes) => (nodes.length === 1 ? shape(nodes[0]) : new Sequence(...nodes.map(shape)));

function shape(node) {
  switch (node.type) {
    case "Terminal": {
      const text = terminal(node);
      return text.startsWith('"') ? new Terminal(JSON.parse(text)) : new Terminal(text);
    }
    case "NonTerminal":
      return new NonTerminal(node.name, { href: `#${node.name}` });
    case "Option":
      return new Optional(sequence(node.definition));
    case "Repetition":
      return new ZeroOrMore(sequence(node.definition));
    case "Alternation":
      return new Choice(0, ...node.definition.map(shape));
    case "Alternative":
      return sequence(node.definition);
    default:
      throw new Error(`the grammar has a part of kind ${node.type}, which is not drawn yet`);
  }
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --paper: #ffffff; --line: #4a5a70; --word: #dcebff; --rule: #fff1d6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf4; --paper: #12161c; --line: #9fb0c6; --word: #1f3350; --rule: #43351a; }
}
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h2 { margin: 2rem 0 0.25rem; font: 600 1rem ui-monospace, monospace; }
.scroll { overflow-x: auto; }
svg.railroad-diagram path { stroke-width: 2; stroke: var(--line); fill: none; }
svg.railroad-diagram text { font: 14px ui-monospace, monospace; text-anchor: middle; fill: var(--ink); white-space: pre; }
svg.railroad-diagram rect { stroke-width: 2; stroke: var(--line); fill: var(--word); }
svg.railroad-diagram g.non-terminal rect { fill: var(--rule); }
svg.railroad-diagram a:hover text { text-decoration: underline; }
`;

/** A title for those who listen, and links as HTML has them. */
function drawing(name, definition) {
  return new Diagram(...definition.map(shape))
    .toString()
    .replace(/^(<svg[^>]*)>/, `$1 role="img"><title>Syntax of ${name}</title>`)
    .replaceAll("xlink:href=", "href=");
}

export function diagrams() {
  const sections = productions().map(
    ({ name, definition }) =>
      `<h2 id="${name}">${name}</h2>\n<div class="scroll">${drawing(name, definition)}</div>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>wirewall expressions: syntax diagrams</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Syntax of expressions</h1>
<p>Rounded blue boxes are words and signs as they are written, or kinds of tokens by name; square sand boxes are other
diagrams. Drawn from the parser's own productions.</p>
${sections.join("\n")}
</body>
</html>
`;
}
