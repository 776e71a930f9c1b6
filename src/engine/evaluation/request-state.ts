// On the request path only where a rule labels a request or sets a variable.
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import { type Layer, OUTERMOST } from "../../rules/ruleset/layers.ts";
import type { EngineLimits } from "../options/limits.ts";
import type { SlotTable } from "./runtime.ts";

/** Labels and variables of one request, bounded, as later rules, the decision and the event see them. */
export class RequestState {
  readonly #limits: EngineLimits;
  readonly #slots: SlotTable;
  readonly #labels = new Set<string>();
  readonly #variables = new Map<string, string>();
  /** How many names each layer has set, so that a zone cannot use up the names of the account's rules. */
  readonly #labelsOf = new Map<Layer, number>();
  readonly #variablesOf = new Map<Layer, number>();
  /** Variables of mandatory rules, which lower layers do not change. */
  readonly #kept = new Set<string>();

  constructor(limits: EngineLimits, slots: SlotTable) {
    this.#limits = limits;
    this.#slots = slots;
  }

  get labels(): readonly string[] {
    return [...this.#labels];
  }

  get variables(): ReadonlyMap<string, string> {
    return this.#variables;
  }

  /** @returns what could not be done, in words. */
  label(names: readonly string[], context: ExecutionContext, layer: Layer): string | undefined {
    const { maxLabels } = this.#limits;
    const before = this.#labels.size;
    let isFull = false;
    for (const name of names) {
      if (this.#labels.has(name)) continue;
      if (takeRoom(this.#labelsOf, layer, maxLabels)) this.#labels.add(name);
      else isFull = true;
    }
    const { labels, withLabels } = this.#slots;
    if (this.#labels.size > before && labels !== -1) {
      // A new array each time: the one that a rule has read does not change under it.
      context.set(labels, [...this.#labels]);
      for (const slot of withLabels) context.invalidate(slot);
    }
    return isFull ? `a request has at most ${maxLabels} labels: others are left out` : undefined;
  }

  /**
   * @param mandatory whether the rule that sets it is.
   * @returns what could not be done, in words.
   */
  setVariable(
    name: string,
    value: string,
    context: ExecutionContext,
    layer: Layer,
    mandatory: boolean,
  ): string | undefined {
    const { maxVariables, maxVariableBytes } = this.#limits;
    if (layer !== OUTERMOST && this.#kept.has(name))
      return `a mandatory rule has set \`${name}\`: nothing is changed`;
    if (!this.#variables.has(name) && !takeRoom(this.#variablesOf, layer, maxVariables))
      return `a request has at most ${maxVariables} variables: \`${name}\` is left out`;
    if (mandatory) this.#kept.add(name);
    const isLong = value.length > maxVariableBytes;
    this.#variables.set(name, isLong ? value.slice(0, maxVariableBytes) : value);
    const { variables, withVariables } = this.#slots;
    if (variables !== -1) {
      context.set(variables, new Map(this.#variables));
      for (const slot of withVariables) context.invalidate(slot);
    }
    return isLong ? `the value of \`${name}\` is cut after ${maxVariableBytes} bytes` : undefined;
  }
}

/** Counts a new name of a layer; false: the layer has as many as it may. */
function takeRoom(counts: Map<Layer, number>, layer: Layer, most: number): boolean {
  const count = counts.get(layer) ?? 0;
  if (count >= most) return false;
  counts.set(layer, count + 1);
  return true;
}
