/**
 * Writes a syntax tree as `unpackTree` reads it.
 *
 * @param tree what the text reads as
 * @param numberOf gives each pattern the number that is written with it
 * @param names the module of `unpackTree`, which names kinds and operators
 */
export function packTree(tree, text, numberOf, names) {
  const packer = new Packer(text, numberOf, names);
  packer.expression(tree);
  return packer.out;
}

class Packer {
  constructor(text, numberOf, names) {
    this.text = text;
    this.numberOf = numberOf;
    this.names = names;
    this.out = [];
    this.at = 0;
  }

  expression(node) {
    switch (node.kind) {
      case "logical":
        this.kind(node.operator);
        this.several(node.items, (item) => this.expression(item));
        break;
      case "not":
        this.kind("not");
        this.leaf(node.span.start, this.text[node.span.start] === "!" ? 1 : 3);
        this.expression(node.argument);
        break;
      case "quantifier":
        this.kind(node.operator);
        this.leaf(node.span.start, 3);
        this.expression(node.argument);
        this.leaf(node.span.end - 1, 1);
        break;
      case "comparison":
        this.kind("comparison");
        this.operand(node.left);
        this.out.push(this.names.PACKED_OPERATORS.indexOf(node.operator));
        this.span(node.operatorSpan);
        this.right(node.right);
        break;
      case "operand":
        this.kind("operand");
        this.operand(node);
        break;
      default:
        this.literal(node);
    }
  }

  right(node) {
    switch (node.kind) {
      case "operand":
        return this.expression(node);
      case "regex":
        this.kind(`${node.form} regex`);
        this.span(node.span);
        this.content(node, node.patternStart, node.pattern);
        this.out.push(this.numberOf(node.pattern));
        break;
      case "set":
        this.kind("set");
        this.leaf(node.span.start, 1);
        this.several(node.items, (item) => this.literal(item));
        this.leaf(node.span.end - 1, 1);
        break;
      case "list":
        this.kind("list");
        this.span(node.span);
        break;
      default:
        this.literal(node);
    }
  }

  operand({ base, indexes }) {
    const isCall = base.kind === "call";
    this.span(isCall ? base.name.span : base.span);
    this.out.push(isCall ? 1 : 0);
    if (isCall) {
      this.several(base.arguments, (argument) => this.expression(argument));
      this.leaf(base.span.end - 1, 1);
    }
    this.several(indexes, (index) => this.index(index));
  }

  index(node) {
    this.out.push(this.names.PACKED_INDEXES.indexOf(node.kind));
    this.leaf(node.span.start, 1);
    if (node.kind === "position") this.span(node.atom.span);
    if (node.kind === "key") {
      this.out.push(node.key.form === "raw" ? 1 : 0);
      this.string(node.key);
    }
    this.leaf(node.span.end - 1, 1);
  }

  literal(node) {
    switch (node.kind) {
      case "string":
        this.kind(`${node.form} string`);
        this.string(node);
        break;
      case "boolean":
        this.kind(String(node.value));
        this.span(node.span);
        break;
      default:
        this.kind("atom");
        this.span(node.span);
    }
  }

  string(node) {
    this.span(node.span);
    const { start } = node.span;
    this.content(node, this.text.indexOf('"', start) + 1, node.value);
  }

  /** What stands between quotes: its length where the text has it as it is. */
  content({ span }, start, value) {
    this.out.push(start - span.start);
    this.out.push(this.text.startsWith(value, start) ? value.length : value);
  }

  several(items, write) {
    this.out.push(items.length);
    for (const item of items) write(item);
  }

  kind(name) {
    const number = this.names.PACKED_KINDS.indexOf(name);
    if (number < 0) throw new Error(`no packed kind ${name}`);
    this.out.push(number);
  }

  span({ start, end }) {
    this.leaf(start, end - start);
  }

  leaf(start, length) {
    if (start < this.at) throw new Error(`tokens come in order: ${this.text.slice(start, start + 40)}`);
    this.out.push(start - this.at, length);
    this.at = start + length;
  }
}
