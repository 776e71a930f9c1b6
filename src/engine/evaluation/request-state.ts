// On the request path only where a rule labels a request or sets a variable.
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { EngineLimits } from "../options/limits.ts";
import type { SlotTable } from "./runtime.ts";

/** Labels and variables of one request, bounded, as later rules, the decision and the event see them. */
export class RequestState {
  readonly #limits: EngineLimits;
  readonly #slots: SlotTable;
  readonly #labels = new Set<string>();
  readonly #variables = new Map<string, string>();

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
  label(names: readonly string[], context: ExecutionContext): string | undefined {
    const { maxLabels } = this.#limits;
    const before = this.#labels.size;
    let isFull = false;
    for (const name of names) {
      if (this.#labels.size < maxLabels) this.#labels.add(name);
      else isFull ||= !this.#labels.has(name);
    }
    const { labels, withLabels } = this.#slots;
    if (this.#labels.size > before && labels !== -1) {
      // A new array each time: the one that a rule has read does not change under it.
      context.set(labels, [...this.#labels]);
      for (const slot of withLabels) context.invalidate(slot);
    }
    return isFull ? `a request has at most ${maxLabels} labels: others are left out` : undefined;
  }

  /** @returns what could not be done, in words. */
  setVariable(name: string, value: string, context: ExecutionContext): string | undefined {
    const { maxVariables, maxVariableBytes } = this.#limits;
    if (!this.#variables.has(name) && this.#variables.size >= maxVariables)
      return `a request has at most ${maxVariables} variables: \`${name}\` is left out`;
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
