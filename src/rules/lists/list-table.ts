import { MisuseError } from "../../language/diagnostics/misuse.ts";
import type { ListDefinition } from "../../language/scheme/definitions.ts";
import type { CompiledList } from "./list.ts";

/**
 * The lists of a scheme by slot, as an execution context takes them. Immutable: replacing a list makes a new table, so
 * that whoever began with a table keeps its lists to the end.
 */
export class ListTable {
  readonly definitions: readonly ListDefinition[];
  /** In the order of the scheme's lists; undefined: a list without items yet, which holds nothing. */
  readonly lookups: readonly (CompiledList | undefined)[];
  readonly #slots: ReadonlyMap<string, number>;

  /** @throws MisuseError for a list that no definition names, or of another kind than its definition. */
  constructor(definitions: readonly ListDefinition[], lists: Iterable<CompiledList> = []) {
    const lookups = new Array<CompiledList | undefined>(definitions.length).fill(undefined);
    this.definitions = definitions;
    this.#slots = new Map(definitions.map(({ name }, slot) => [name, slot]));
    for (const list of lists) lookups[this.#slotOf(list)] = list;
    this.lookups = Object.freeze(lookups);
  }

  get(name: string): CompiledList | undefined {
    const slot = this.#slots.get(name);
    return slot === undefined ? undefined : this.lookups[slot];
  }

  /** The same table with one list replaced. @throws MisuseError as the constructor. */
  with(list: CompiledList): ListTable {
    const present = this.lookups.filter((other) => other !== undefined);
    const kept = present.filter((other) => other.name !== list.name);
    return new ListTable(this.definitions, [...kept, list]);
  }

  #slotOf(list: CompiledList): number {
    const slot = this.#slots.get(list.name);
    if (slot === undefined) throw new MisuseError("E_UNKNOWN_NAME", `there is no list \`$${list.name}\``);
    const { kind } = this.definitions[slot]!;
    if (kind !== list.kind) {
      throw new MisuseError(
        "E_OPTION",
        `\`$${list.name}\` is of kind ${kind} and cannot become ${list.kind}`,
      );
    }
    return slot;
  }
}
