import { automatonEngineKnowing } from "../pattern/automaton-engine.ts";
import type { PatternEngine } from "../pattern/engine.ts";
import type { PatternFacts } from "../pattern/facts.ts";
import type { Expression } from "../syntax/ast.ts";
import { type PackedTree, unpackTree } from "../syntax/unpack.ts";

/** Syntax trees of texts, parsed when the package was built. */
export interface PreparedData {
  /** By text, in the order of the texts. */
  readonly trees: readonly PackedTree[];
  /** Of the patterns in the trees, by the numbers that they have there. */
  readonly patterns: readonly PatternFacts[];
}

/** Expressions whose syntax trees are known, so that they need no parsing. The result is the same. */
export class PreparedTexts {
  /** Compiles the patterns of trees that have been taken; any other, too. */
  readonly patterns: PatternEngine;
  readonly #read: () => PreparedData;
  readonly #numbers = new Map<string, number>();
  readonly #facts = new Map<string, PatternFacts>();
  #data: PreparedData | undefined;

  /** @param read the shipped trees; called once, when a tree is first needed. */
  constructor(texts: readonly string[], read: () => PreparedData) {
    for (const [number, text] of texts.entries()) this.#numbers.set(text, number);
    this.#read = read;
    this.patterns = automatonEngineKnowing((source) => this.#facts.get(source));
  }

  /** The tree of the text, if it is known. */
  tree(text: string): Expression | undefined {
    const number = this.#numbers.get(text);
    if (number === undefined) return undefined;
    this.#data ??= this.#read();
    const { trees, patterns } = this.#data;
    const tree = trees[number];
    if (tree === undefined) return undefined;
    return unpackTree(tree, text, (pattern, at) => {
      const facts = patterns[at];
      if (facts !== undefined) this.#facts.set(pattern, facts);
    });
  }
}
