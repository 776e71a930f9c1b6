import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { FUNCTIONS, MAX_ITEMS, TAKES_OPEN_PARTS } from "./functions.ts";
import type { Loop, Node } from "./nodes.ts";
import { parseTemplate } from "./syntax.ts";
import {
  entriesOf,
  extentOf,
  isEqual,
  isList,
  isObject,
  itemsOf,
  Lazy,
  mistake,
  newObject,
  Open,
  openPart,
  TerraformSet,
  type TerraformValue,
  toBoolean,
  toNumber,
  toText,
  typeName,
} from "./values.ts";

/** The value that the first name of a reference denotes; undefined: nothing has this name. */
export type Scope = (name: string) => TerraformValue | undefined;

/** Steps that all expressions of a configuration may take, and characters that they may produce. */
const MAX_STEPS = 1_000_000;
const MAX_CHARACTERS = 67_108_864;
/** Parts of one value, counted at each occurrence, and of all values that are iterated over. */
const MAX_WEIGHT = 4_000_000;
const MAX_WORK = 40_000_000;
const MAX_NESTING = 200;
/** Expressions that refer to one another, one inside the other. */
const MAX_DEPTH = 400;

/** Evaluates expressions within one budget. Nothing is thrown: a result without a value is {@link Open}. */
export class Evaluator {
  readonly #parsed = new Map<string, Node | Open>();
  #steps = 0;
  #characters = 0;
  #work = 0;
  #depth = 0;

  /** The value of an attribute's text in JSON (a template). */
  template(text: string, scope: Scope): TerraformValue {
    if (!text.includes("${") && !text.includes("%{")) return text;
    let node = this.#parsed.get(text);
    if (node === undefined) {
      node = parseTemplate(text);
      this.#parsed.set(text, node);
    }
    if (node instanceof Open) return node;
    const value = this.evaluate(node, scope);
    return this.#goThrough([value]) ?? value;
  }

  /** Counts the work of iterating over values. Undefined: there is budget left. */
  #goThrough(values: readonly TerraformValue[]): Open | undefined {
    for (const value of values) this.#work += extentOf(value).weight;
    return this.#work > MAX_WORK ? this.#giveUp() : undefined;
  }

  /** From here on nothing has a value, so that no rule is made from a partial one. */
  #giveUp(): Open {
    this.#steps = Number.POSITIVE_INFINITY;
    return TOO_MUCH;
  }

  /** A value that can be iterated over. */
  bounded(value: TerraformValue): TerraformValue {
    const { weight, depth } = extentOf(value);
    return weight > MAX_WEIGHT || depth > MAX_NESTING ? this.#giveUp() : value;
  }

  /** Counts values made without an expression, such as instances. Undefined: there is budget left. */
  spend(steps: number): Open | undefined {
    this.#steps += steps;
    return this.#steps > MAX_STEPS ? TOO_MUCH : undefined;
  }

  evaluate(node: Node, scope: Scope): TerraformValue {
    if (this.#depth >= MAX_DEPTH) return mistake("expressions refer to one another too deeply");
    const spent = this.spend(1);
    if (spent !== undefined) return spent;
    this.#depth++;
    const value = this.#evaluate(node, scope);
    this.#depth--;
    return this.bounded(value);
  }

  #evaluate(node: Node, scope: Scope): TerraformValue {
    switch (node.kind) {
      case "literal":
        return node.value;
      case "template":
        return this.#text(node.parts, scope);
      case "if": {
        const condition = toBoolean(this.evaluate(node.condition, scope));
        if (condition instanceof Open) return condition;
        return this.evaluate(condition ? node.yes : node.no, scope);
      }
      case "text-for":
        return this.#textFor(node.loop, node.body, scope);
      case "name":
        return scope(node.name) ?? unknownName(node.name);
      case "get":
        return this.#member(this.evaluate(node.of, scope), this.evaluate(node.key, scope));
      case "splat":
        return this.#splat(this.evaluate(node.of, scope), node.item, node.each, scope);
      case "call":
        return this.#call(node.name, node.args, node.spread, scope);
      case "unary":
        return this.#unary(node.operator, this.evaluate(node.of, scope));
      case "binary":
        return this.#binary(node.operator, node.left, node.right, scope);
      case "tuple":
        return node.items.map((item) => this.evaluate(item, scope));
      case "object":
        return this.#object(node.members, scope);
      case "for":
        return this.#for(node, scope);
    }
  }

  #text(parts: readonly Node[], scope: Scope): TerraformValue {
    let text = "";
    for (const part of parts) {
      const value = this.evaluate(part, scope);
      if (value === null) return mistake("`null` cannot be part of a string");
      const written = toText(value);
      if (written instanceof Open) return written;
      text += written;
      this.#characters += written.length;
      if (this.#characters > MAX_CHARACTERS) return this.#giveUp();
    }
    return text;
  }

  #textFor(loop: Loop, body: Node, scope: Scope): TerraformValue {
    const entries = this.#entries(loop, scope);
    if (entries instanceof Open) return entries;
    let text = "";
    for (const entry of entries) {
      const written = toText(this.evaluate(body, inLoop(loop, entry, scope)));
      if (written instanceof Open) return written;
      text += written;
      this.#characters += written.length;
      if (this.#characters > MAX_CHARACTERS) return this.#giveUp();
    }
    return text;
  }

  #entries(loop: Loop, scope: Scope): Open | NonNullable<ReturnType<typeof entriesOf>> {
    const of = this.evaluate(loop.of, scope);
    if (of instanceof Open) return of;
    const spent = this.spend(itemsOf(of)?.length ?? 0);
    if (spent !== undefined) return spent;
    return entriesOf(of) ?? mistake(`\`for\` needs a list or an object, found ${typeName(of)}`);
  }

  #member(of: TerraformValue, key: TerraformValue): TerraformValue {
    if (of instanceof Open) return of;
    if (key instanceof Open) return key;
    if (of instanceof TerraformSet) return mistake("the values of a set have no index", "use `tolist`");
    if (isList(of)) {
      const at = toNumber(key);
      if (at instanceof Open) return at;
      const found = of[at];
      return found === undefined
        ? mistake(`there is no index ${at}: the list has ${of.length} values`)
        : found;
    }
    const name = toText(key);
    if (name instanceof Open) return name;
    if (of instanceof Lazy) return of.get(name);
    if (!isObject(of)) return mistake(`${typeName(of)} has no attribute \`${excerpt(name)}\``);
    if (Object.hasOwn(of, name)) return of[name] ?? null;
    return mistake(`there is no attribute \`${excerpt(name)}\``, didYouMean(name, Object.keys(of)));
  }

  #splat(of: TerraformValue, name: string, each: Node, scope: Scope): TerraformValue {
    if (of instanceof Open) return of;
    const items = of === null ? [] : (itemsOf(of) ?? [of]);
    return items.map((value) => this.evaluate(each, (word) => (word === name ? value : scope(word))));
  }

  #call(name: string, nodes: readonly Node[], spread: boolean, scope: Scope): TerraformValue {
    if (name === "try" || name === "can") return this.#try(name, nodes, scope);
    const found = FUNCTIONS.get(name.startsWith("core::") ? name.slice(6) : name);
    if (found === undefined)
      return new Open(`the function \`${excerpt(name)}\` is not evaluated`, {
        hint:
          didYouMean(name, FUNCTIONS.keys()) ??
          "check the JSON of `terraform show -json` of a plan, which has its result",
      });
    const args: TerraformValue[] = nodes.map((node) => this.evaluate(node, scope));
    if (spread) {
      const last = args.pop() ?? null;
      const more = itemsOf(last);
      if (more === undefined) return last instanceof Open ? last : mistake("`...` must follow a list");
      if (more.length > MAX_ITEMS) return mistake(`a function takes at most ${MAX_ITEMS} arguments`);
      args.push(...more);
    }
    const spent = this.#goThrough(args);
    if (spent !== undefined) return spent;
    if (args.length < found.least || args.length > found.most)
      return mistake(`the function \`${name}\` does not take ${args.length} arguments`);
    const deep = TAKES_OPEN_PARTS.has(name);
    for (const arg of args) {
      const open = arg instanceof Open ? arg : deep ? undefined : openPart(arg);
      if (open !== undefined) return open;
    }
    const value = found.call(args);
    if (typeof value === "string") this.#characters += value.length;
    if (this.#characters > MAX_CHARACTERS) return this.#giveUp();
    return this.spend(itemsOf(value)?.length ?? 0) ?? value;
  }

  #try(name: "try" | "can", nodes: readonly Node[], scope: Scope): TerraformValue {
    let last: TerraformValue = mistake(`\`${name}\` takes an argument`);
    for (const node of nodes) {
      last = this.evaluate(node, scope);
      const spent = this.#goThrough([last]);
      if (spent !== undefined) return spent;
      const open = openPart(last);
      const failed = open?.isMistake === true;
      if (name === "can") return open === undefined || failed ? !failed : open;
      if (!failed) return last;
    }
    return last;
  }

  #unary(operator: "-" | "!", of: TerraformValue): TerraformValue {
    if (operator === "!") {
      const value = toBoolean(of);
      return value instanceof Open ? value : !value;
    }
    const value = toNumber(of);
    return value instanceof Open ? value : -value;
  }

  #binary(operator: string, leftNode: Node, rightNode: Node, scope: Scope): TerraformValue {
    const left = this.evaluate(leftNode, scope);
    if (operator === "&&" || operator === "||") {
      const first = toBoolean(left);
      if (first instanceof Open) return first;
      if (first === (operator === "||")) return first;
      return toBoolean(this.evaluate(rightNode, scope));
    }
    const right = this.evaluate(rightNode, scope);
    if (operator === "==" || operator === "!=") {
      const spent = this.#goThrough([left, right]);
      if (spent !== undefined) return spent;
      // A value that exists is known not to be null, even if it is open.
      const other = left === null ? right : right === null ? left : undefined;
      const isKnown = other !== undefined && !(other instanceof Open);
      const open = isKnown ? undefined : (openPart(left) ?? openPart(right));
      return open ?? isEqual(left, right) === (operator === "==");
    }
    const one = toNumber(left);
    if (one instanceof Open) return one;
    const other = toNumber(right);
    if (other instanceof Open) return other;
    switch (operator) {
      case "<":
        return one < other;
      case "<=":
        return one <= other;
      case ">":
        return one > other;
      case ">=":
        return one >= other;
      case "+":
        return one + other;
      case "-":
        return one - other;
      case "*":
        return one * other;
      case "/":
        return other === 0 ? mistake("division by 0") : one / other;
      default:
        return other === 0 ? mistake("division by 0") : one % other;
    }
  }

  #object(members: readonly (readonly [Node, Node])[], scope: Scope): TerraformValue {
    const entries: (readonly [string, TerraformValue])[] = [];
    for (const [keyNode, node] of members) {
      const key = toText(this.evaluate(keyNode, scope));
      if (key instanceof Open) return key;
      entries.push([key, this.evaluate(node, scope)]);
    }
    return newObject(entries);
  }

  #for(node: Node & { readonly kind: "for" }, scope: Scope): TerraformValue {
    const entries = this.#entries(node.loop, scope);
    if (entries instanceof Open) return entries;
    const keys: string[] = [];
    const values: TerraformValue[] = [];
    for (const entry of entries) {
      const inside = inLoop(node.loop, entry, scope);
      if (node.condition !== undefined) {
        const isWanted = toBoolean(this.evaluate(node.condition, inside));
        if (isWanted instanceof Open) return isWanted;
        if (!isWanted) continue;
      }
      if (node.key !== undefined) {
        const key = toText(this.evaluate(node.key, inside));
        if (key instanceof Open) return key;
        keys.push(key);
      }
      values.push(this.evaluate(node.value, inside));
      if (this.#steps > MAX_STEPS) return TOO_MUCH;
    }
    if (node.key === undefined) return values;
    const groups = new Map<string, TerraformValue[]>();
    for (const [at, key] of keys.entries()) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [values[at] ?? null]);
      else if (node.groups) group.push(values[at] ?? null);
      else return mistake(`two values of a \`for\` have the key \`${excerpt(key)}\``);
    }
    return newObject(
      [...groups].map(([key, group]) => [key, node.groups ? group : (group[0] ?? null)] as const),
    );
  }
}

const TOO_MUCH = mistake("evaluating this configuration takes too much work");

function inLoop(loop: Loop, [key, value]: readonly [TerraformValue, TerraformValue], scope: Scope): Scope {
  return (name) => {
    if (name === loop.value) return value;
    return name === loop.key ? key : scope(name);
  };
}

function unknownName(name: string): Open {
  return mistake(`there is no \`${excerpt(name)}\` here`);
}
