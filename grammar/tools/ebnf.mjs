// Prints grammar/expression.ebnf from the parser's own productions.
import { parser } from "../../build/modules/language/syntax/parse.js";

/** How a token reads in the grammar: keywords and signs as written, the rest by name (grammar/lexical.md). */
export function terminal(node) {
  return node.label?.startsWith("`") ? JSON.stringify(node.label.slice(1, -1)) : node.name;
}

const sequence = (nodes) => nodes.map(item).join(" ");

function item(node) {
  switch (node.type) {
    case "Terminal":
      return terminal(node);
    case "NonTerminal":
      return node.name;
    case "Option":
      return `[ ${sequence(node.definition)} ]`;
    case "Repetition":
      return `{ ${sequence(node.definition)} }`;
    case "Alternation":
      return `( ${node.definition.map(item).join(" | ")} )`;
    case "Alternative":
      return sequence(node.definition);
    default:
      throw new Error(`the grammar has a part of kind ${node.type}, which is not printed yet`);
  }
}

function production({ name, definition }) {
  const [only] = definition;
  if (definition.length === 1 && only.type === "Alternation") {
    return `${name} = ${only.definition.map(item).join(`\n${" ".repeat(name.length)} | `)} ;`;
  }
  return `${name} = ${sequence(definition)} ;`;
}

export const productions = () => parser().getSerializedGastProductions();

export function ebnf() {
  return `(* The expression language, printed from the parser's productions. Tokens in capitals: grammar/lexical.md. *)

${productions().map(production).join("\n\n")}
`;
}
