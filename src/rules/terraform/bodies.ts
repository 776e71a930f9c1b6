import type { Located, Path } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";
import { rememberOrigin } from "../../documents/text/origins.ts";
import { blockOrderOf } from "./block-order.ts";
import type { Evaluator, Scope } from "./evaluate.ts";
import {
  entriesOf,
  isList,
  mistake,
  newObject,
  Open,
  type TerraformValue,
  toText,
  typeName,
} from "./values.ts";

/**
 * Values and bodies of blocks as they are in a file, with their templates evaluated and their `dynamic` blocks
 * generated.
 */
export class Bodies {
  readonly #evaluator: Evaluator;

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  /** A value of a file with all templates in it evaluated. */
  value(value: unknown, scope: Scope, located: Located, path: Path): TerraformValue {
    if (typeof value === "string") return this.#evaluator.template(value, scope);
    if (typeof value === "number" || typeof value === "boolean") return value;
    if (Array.isArray(value)) {
      const spent = this.#evaluator.spend(value.length);
      if (spent !== undefined) return spent;
      const copy = value.map((item: unknown, at) => this.value(item, scope, located, [...path, at]));
      rememberOrigin(copy, { located, path });
      return this.#evaluator.bounded(copy);
    }
    if (!isMembers(value)) return null;
    return this.#evaluator.bounded(this.members(value, scope, located, path, value));
  }

  /** @param written the body as written in the file, which has the order of its blocks */
  members(members: Members, scope: Scope, located: Located, path: Path, written: object): TerraformValue {
    const result: Record<string, TerraformValue> = Object.create(null);
    const spent = this.#evaluator.spend(1);
    if (spent !== undefined) return spent;
    for (const [name, value] of Object.entries(members)) {
      if (name === "dynamic" && isDynamic(value)) continue;
      const key = toText(this.#evaluator.template(name, scope));
      if (key instanceof Open) return key;
      result[key] = this.value(value, scope, located, [...path, name]);
    }
    const { dynamic } = members;
    if (isDynamic(dynamic)) this.#addDynamic(dynamic, result, scope, located, [...path, "dynamic"], written);
    rememberOrigin(result, { located, path });
    return result;
  }

  #addDynamic(
    dynamic: Members,
    result: Record<string, TerraformValue>,
    scope: Scope,
    located: Located,
    path: Path,
    written: object,
  ): void {
    for (const [type, given] of Object.entries(dynamic)) {
      const generated: TerraformValue[] = (Array.isArray(given) ? given : [given]).map((block: unknown, at) =>
        this.#generate(type, isMembers(block) ? block : {}, scope, located, [
          ...path,
          type,
          ...(Array.isArray(given) ? [at] : []),
        ]),
      );
      const open = generated.find((blocks) => blocks instanceof Open);
      result[type] = open ?? inOrder(type, result[type], generated.filter(isList), written);
    }
  }

  /** The blocks that a `dynamic` block generates. */
  #generate(type: string, block: Members, scope: Scope, located: Located, path: Path): TerraformValue {
    const forEach = this.value(block["for_each"], scope, located, [...path, "for_each"]);
    if (forEach instanceof Open) return forEach;
    const entries = forEach === null ? undefined : entriesOf(forEach);
    if (entries === undefined)
      return mistake(`\`for_each\` must be a list, a map or a set, found ${typeName(forEach)}`);
    const iterator = block["iterator"];
    const name = typeof iterator === "string" ? iterator.replace(/^\$\{(.*)\}$/s, "$1") : type;
    const content = block["content"];
    const isBlock = Array.isArray(content);
    const body: unknown = isBlock ? content[0] : content;
    const at = isBlock ? [...path, "content", 0] : [...path, "content"];
    return entries.map(([key, value]) => {
      const item = newObject([
        ["key", key],
        ["value", value],
      ]);
      return this.value(body ?? {}, (word) => (word === name ? item : scope(word)), located, at);
    });
  }
}

/** Static and generated blocks in the order of the file. */
function inOrder(
  type: string,
  fixed: TerraformValue | undefined,
  generated: readonly (readonly TerraformValue[])[],
  written: object,
): TerraformValue {
  const own = fixed === undefined || fixed === null ? [] : isList(fixed) ? fixed : [fixed];
  const order = blockOrderOf(written)?.filter((place) => place.type === type);
  if (order !== undefined)
    return order.flatMap(({ dynamic, index }) =>
      dynamic ? (generated[index] ?? []) : own.slice(index, index + 1),
    );
  if (own.length > 0 && type === "rules") {
    return new Open("the order of `rules` and `dynamic` blocks is not in the JSON", {
      hint: "use the .tf file, or the JSON of `terraform show -json` of a plan",
    });
  }
  return [...own, ...generated.flat()];
}

/** Blocks by type, each with the collection that it repeats over. */
function isDynamic(value: unknown): value is Members {
  if (!isMembers(value)) return false;
  return Object.values(value).every((given) => {
    const block: unknown = Array.isArray(given) ? given[0] : given;
    return isMembers(block) && Object.hasOwn(block, "for_each") && Object.hasOwn(block, "content");
  });
}
