import { MisuseError } from "../diagnostics/misuse.ts";
import { LONGEST_WAIT } from "../diagnostics/option-values.ts";
import type { FieldDefinition } from "./definitions.ts";
import { STATE_SOURCES } from "./field-source.ts";
import { SchemeError } from "./scheme-error.ts";

/** Milliseconds: far more than a service in the same network takes. */
export const DEFAULT_LOAD_TIMEOUT = 1_000;

type LoadMembers = Pick<FieldDefinition, "name" | "read" | "load" | "loadTimeout" | "derivesFrom">;

/** @throws SchemeError `E_SCHEME_LOAD` for a declaration that contradicts itself. */
export function checkLoad(field: LoadMembers): void {
  const fault = faultOf(field);
  if (fault !== undefined) throw new SchemeError("E_SCHEME_LOAD", `field \`${field.name}\`: ${fault}`);
}

function faultOf({ read, load, loadTimeout, derivesFrom }: LoadMembers): string | undefined {
  if (load === undefined) return loadTimeout === undefined ? undefined : "`loadTimeout` needs `load`";
  if (typeof load !== "function") return "`load` must be a function";
  if (read !== undefined) return "the value is either read or loaded: declare `read` or `load`";
  const state = derivesFrom?.find((source) => STATE_SOURCES.includes(source));
  if (state !== undefined)
    return `\`load\` cannot derive from \`${state}\`: they change while a phase runs, and loading comes before it`;
  if (loadTimeout === undefined) return undefined;
  return Number.isInteger(loadTimeout) && loadTimeout >= 1 && loadTimeout <= LONGEST_WAIT
    ? undefined
    : `\`loadTimeout\` must be a whole number of milliseconds from 1 to ${LONGEST_WAIT}`;
}

/** The reader of a field that is loaded: an engine puts the value into its slot before anything reads it. */
export function refusingReader({ name }: Pick<FieldDefinition, "name">): () => never {
  return () => {
    throw new MisuseError(
      "E_ASYNC_FIELD",
      `field \`${name}\` is loaded asynchronously: use \`evaluate\` of a firewall, or set the value in the context`,
    );
  };
}
