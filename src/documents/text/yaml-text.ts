import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { excerpt } from "../../language/diagnostics/printable.ts";
import type { Source, Span } from "../../language/diagnostics/source.ts";
import {
  type ContainerPlaces,
  type Located,
  MAX_DOCUMENT_DEPTH,
  type Path,
  type ScalarStyle,
  type TextFault,
} from "./located.ts";
import { isStructural, yamlFault } from "./yaml-fault.ts";

/** Nodes that a document may have once aliases are expanded: a small text must not become a large document. */
const MAX_NODES = 1_000_000;
/** Of these, how many may come from aliases. */
const MAX_ALIASED_NODES = 10_000;

/**
 * Reads YAML 1.2 (core schema) with the place of every part. Aliases are expanded, within bounds; tags, merge keys
 * and several documents in one text are refused, because a rule that depends on them reads differently elsewhere.
 */
export function readYamlText(source: Source): Located {
  return new YamlReader(source).read();
}

class YamlReader {
  readonly #source: Source;
  readonly #places = new Map<object, ContainerPlaces>();
  readonly #faults: TextFault[] = [];
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #nodes = 0;
  #aliased = 0;
  #insideAlias = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  read(): Located {
    const contents = this.#parse();
    const root = contents === undefined ? { start: 0, end: 0 } : spanOf(contents);
    const value =
      this.#faults.some((fault) => fault.code === "E_DOC_SYNTAX") || contents === undefined
        ? undefined
        : this.#convert(contents, [], 0);
    const unreadable = this.#faults.some((fault) => fault.code === "E_DOC_SYNTAX");
    return {
      source: this.#source,
      value: unreadable ? undefined : value,
      root,
      places: this.#places,
      faults: this.#faults,
    };
  }

  #parse(): Node | undefined {
    const deep = tooDeepAt(this.#source.text);
    if (deep !== undefined) {
      this.#fail({ start: deep, end: deep + 1 }, tooDeep());
      return undefined;
    }
    const parsed = this.#parseAll();
    if (parsed === undefined) return undefined;
    if (parsed.length === 0) {
      this.#fail({ start: 0, end: 0 }, "the document is empty");
      return undefined;
    }
    for (const document of parsed) {
      let isLost = false;
      for (const error of document.errors) {
        // What follows is read wrongly, and its faults are none of the author's.
        if (isLost && isStructural(error.code)) continue;
        isLost ||= isStructural(error.code);
        this.#failSyntax(error.code, error.message, { start: error.pos[0], end: error.pos[1] });
      }
    }
    const second = parsed[1];
    if (second !== undefined) {
      const start = second.range?.[0] ?? 0;
      const hint = "put each document into a file of its own";
      this.#fail({ start, end: start }, "the text holds more than one YAML document", [], hint);
    }
    const contents = parsed[0]?.contents;
    if (contents === null || contents === undefined) {
      this.#fail({ start: 0, end: 0 }, "the document is empty");
      return undefined;
    }
    return contents;
  }

  /** What the reader says of its own; where people go wrong with rules, in words that say what to write. */
  #failSyntax(code: string, message: string, span: Span): void {
    // It takes a stack that is exhausted for one more mistake in the text.
    if (message.includes("call stack")) this.#fail(span, tooDeep());
    else {
      const { message: told, hint } = yamlFault(code, message, span, this.#source.text);
      this.#fail(span, told, [], hint);
    }
  }

  /** The reader descends by recursion; what still exhausts the stack here is nested too deeply, whatever its form. */
  #parseAll() {
    try {
      const found = parseAllDocuments<ParsedNode>(this.#source.text, {
        version: "1.2",
        schema: "core",
        merge: false,
        prettyErrors: false,
        strict: true,
        // The reader compares each key with every other of its map: we look them up below.
        uniqueKeys: false,
      });
      return "empty" in found ? [] : found;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#fail({ start: 0, end: 0 }, tooDeep());
      return undefined;
    }
  }

  #convert(node: Node | null, path: Path, depth: number): unknown {
    if (node === null) return null;
    if (++this.#nodes > MAX_NODES || (this.#insideAlias > 0 && ++this.#aliased > MAX_ALIASED_NODES)) {
      if (this.#nodes < Number.MAX_SAFE_INTEGER) {
        this.#fail(spanOf(node), "aliases make this document too large", path);
        this.#nodes = Number.MAX_SAFE_INTEGER;
      }
      return null;
    }
    if (depth > MAX_DOCUMENT_DEPTH) {
      this.#fail(spanOf(node), tooDeep(), path);
      return null;
    }
    if (isAlias(node)) return this.#alias(node.source, node, path, depth);
    const { anchor, tag } = node;
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    if (tag !== undefined && !tag.startsWith("tag:yaml.org,2002:")) {
      const hint = "put a value that begins with `!` in quotes";
      this.#fail(spanOf(node), `the tag \`${tag}\` is not supported`, path, hint);
    }
    if (isMap(node)) return this.#map(node, path, depth);
    if (isSeq(node)) return this.#seq(node, path, depth);
    if (isScalar(node)) return this.#scalar(node, path);
    return null;
  }

  #alias(name: string, node: Node, path: Path, depth: number): unknown {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      const hint = "put a value that begins with `*` in quotes";
      this.#fail(spanOf(node), `there is no anchor \`${name}\` before this`, path, hint);
      return null;
    }
    if (this.#open.has(target)) {
      this.#fail(spanOf(node), `\`*${name}\` refers to a value that contains it`, path);
      return null;
    }
    this.#insideAlias++;
    const value = this.#convert(target, path, depth);
    this.#insideAlias--;
    return value;
  }

  #map(node: YAMLMap, path: Path, depth: number): unknown {
    const result: Record<string, unknown> = Object.create(null);
    const index = new Map<string, number>();
    const offsets: number[] = [];
    const styles: ScalarStyle[] = [];
    this.#places.set(result, { index, offsets, styles });
    this.#open.add(node);
    for (const pair of node.items) {
      const { key } = pair;
      const value = isNode(pair.value) ? pair.value : null;
      if (!isScalar(key)) {
        this.#fail(spanOf(isNode(key) ? key : node), "a member name must be a plain text", path);
        continue;
      }
      const word = key.source !== undefined && typeof key.value !== "string" ? key.source : String(key.value);
      if (word === "<<") {
        this.#fail(spanOf(key), "merge keys (`<<`) are not supported", path, "repeat the members");
        continue;
      }
      const keySpan = spanOf(key);
      // A comma in a value without quotes makes the rest of it a name.
      if (node.flow === true && value === null && /[\s()"$]/.test(word)) {
        const message = `\`${excerpt(word)}\` has no value: inside \`{…}\` a comma ends a value without quotes`;
        this.#fail(keySpan, message, path, "put the value before it in quotes");
        continue;
      }
      const at = [...path, word];
      const span = value === null ? { start: keySpan.end, end: keySpan.end } : spanOf(value);
      if (index.has(word) && this.#insideAlias === 0) this.#repeated(word, keySpan, at);
      index.set(word, styles.length);
      offsets.push(keySpan.start, keySpan.end, span.start, span.end);
      styles.push(styleOf(value));
      result[word] = this.#convert(value, at, depth + 1);
    }
    this.#open.delete(node);
    return result;
  }

  #seq(node: YAMLSeq, path: Path, depth: number): unknown {
    const result: unknown[] = [];
    const offsets: number[] = [];
    const styles: ScalarStyle[] = [];
    this.#places.set(result, { index: undefined, offsets, styles });
    this.#open.add(node);
    for (const each of node.items) {
      const item = isNode(each) ? each : null;
      const span = item === null ? spanOf(node) : spanOf(item);
      offsets.push(span.start, span.end, span.start, span.end);
      styles.push(styleOf(item));
      result.push(this.#convert(item, [...path, result.length], depth + 1));
    }
    this.#open.delete(node);
    return result;
  }

  #scalar(node: Scalar, path: Path): unknown {
    const { value } = node;
    if (typeof value === "number" && !Number.isFinite(value)) {
      this.#fail(spanOf(node), "infinity and NaN have no place in a rule", path);
      return null;
    }
    return typeof value === "bigint" ? Number(value) : value;
  }

  #repeated(word: string, span: Span, path: Path): void {
    const message = `the member \`${word}\` occurs twice`;
    this.#faults.push({ code: "E_DOC_DUPLICATE_MEMBER", message, span, path });
  }

  #fail(span: Span, message: string, path: Path = [], hint?: string): void {
    this.#faults.push({ code: "E_DOC_SYNTAX", message, span, path, ...(hint === undefined ? {} : { hint }) });
  }
}

function tooDeep(): string {
  return `the document nests more than ${MAX_DOCUMENT_DEPTH} levels deep`;
}

/**
 * Where brackets, or the indicators `- `, `? ` and `: ` at the beginning of a line, nest beyond all measure: such texts would
 * exhaust the reader's stack. Brackets in strings count too, so that the bound is far above what a document may have.
 */
function tooDeepAt(text: string): number | undefined {
  const bound = MAX_DOCUMENT_DEPTH * 8;
  let brackets = 0;
  let indicators = 0;
  let atStart = true;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "[" || char === "{") brackets++;
    else if (char === "]" || char === "}") brackets = Math.max(0, brackets - 1);
    if (char === "\n") {
      indicators = 0;
      atStart = true;
      // A bracket left open by a regular expression in a string must not add up over a long document.
      if (text[at + 1] === "-" || text[at + 1] === "#") brackets = 0;
    } else if (atStart && char !== " ") {
      if ((char === "-" || char === "?" || char === ":") && text[at + 1] === " ") indicators++;
      else atStart = false;
    }
    if (brackets > bound || indicators > bound) return at;
  }
  return undefined;
}

function styleOf(node: Node | null): ScalarStyle {
  if (!isScalar(node)) return "plain";
  if (node.type === "QUOTE_DOUBLE") return "escaped";
  return node.type === "QUOTE_SINGLE" ? "single-quoted" : "plain";
}

function spanOf(node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}
