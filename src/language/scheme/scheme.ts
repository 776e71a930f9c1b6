import { shownValue } from "../diagnostics/option-values.ts";
import { DEFAULT_LIMITS, type Limits, resolveLimits } from "../syntax/limits.ts";
import { containerDepth, isType, parseType, type Type } from "../values/types.ts";
import type { ValueOf } from "./define-function.ts";
import type { FieldDefinition, FunctionDefinition, ListDefinition } from "./definitions.ts";
import {
  type EvaluationContext,
  ExecutionContext,
  type FieldReader,
  type ListLookup,
  type LoadServices,
} from "./execution-context.ts";
import { checkLoad, refusingReader } from "./field-load.ts";
import { checkDerivesFrom } from "./field-source.ts";
import { type InputFor, toValue } from "./input.ts";
import { checkMeaning } from "./meaning.ts";
import { SchemeError } from "./scheme-error.ts";

/** A field with its place in the slot array. */
export interface FieldSlot {
  readonly slot: number;
  readonly field: FieldDefinition;
}

export interface ListSlot {
  readonly slot: number;
  readonly list: ListDefinition;
}

/** Declarations of a scheme; an omitted part is empty. */
export interface SchemeParts {
  /** Fields by full name. */
  readonly fields?: readonly FieldDefinition[];
  readonly functions?: readonly FunctionDefinition[];
  readonly lists?: readonly ListDefinition[];
  /** Bounds on what may be declared: `maxTypeDepth` and `maxListNameLength`. */
  readonly limits?: Partial<Limits>;
}

/** What is known once the firewall has decided: its decision, and what a response has. */
export const DECISION_PHASE = "decision";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$/;
const LIST_NAME = /^[a-z0-9_]+(\.[a-z0-9_]+)*$/;
const RESERVED: ReadonlySet<string> = new Set(
  "eq ne lt le gt ge contains matches wildcard strict in bitwise_and and or xor not any all true false".split(
    " ",
  ),
);

/** Whether a text can name a list (lexical.md#tokens-by-name). */
export function isListName(name: string, most = DEFAULT_LIMITS.maxListNameLength): boolean {
  return LIST_NAME.test(name) && name.length <= most;
}

/**
 * The fields, functions and lists that a rule may name. Immutable: `extend`, `withLists` and `narrow` make new ones.
 * Slots are stable under all three, so that one execution context serves a scheme and all its narrowings.
 *
 * @typeParam Inputs what {@link contextFrom} takes, by field name.
 */
export class Scheme<Inputs = Readonly<Record<string, unknown>>> {
  /** Fields; their positions are the slots of execution contexts. */
  readonly fields: readonly FieldDefinition[];
  /** Functions that expressions may call. */
  readonly functions: readonly FunctionDefinition[];
  /** Lists that expressions may look up. */
  readonly lists: readonly ListDefinition[];
  /** The phase that field availability is evaluated by; undefined: every field is available. */
  readonly phase: string | undefined;
  readonly limits: Limits;
  readonly #fields: ReadonlyMap<string, FieldSlot>;
  readonly #functions: ReadonlyMap<string, FunctionDefinition>;
  readonly #lists: ReadonlyMap<string, ListSlot>;
  /** Of all contexts. */
  #readers: readonly (FieldReader<never> | undefined)[] | undefined;
  /** What those readers were made with. */
  #otherwise: unknown;
  /** Narrowings asked for before: loaders narrow once per expression. */
  readonly #narrowed = new Map<string, Scheme<Inputs>>();

  constructor(parts: SchemeParts, phase?: string) {
    this.fields = parts.fields ?? [];
    this.functions = parts.functions ?? [];
    this.lists = parts.lists ?? [];
    this.phase = phase;
    this.limits = resolveLimits(parts.limits);
    this.#fields = indexFields(this.fields, this.limits.maxTypeDepth);
    this.#functions = indexFunctions(this.functions, this.#fields);
    this.#lists = indexLists(this.lists, this.limits.maxListNameLength);
  }

  /** The field of that name or deprecated alias. */
  field(name: string): FieldSlot | undefined {
    return this.#fields.get(name);
  }

  /** The function of a name; undefined when there is none. */
  function(name: string): FunctionDefinition | undefined {
    return this.#functions.get(name);
  }

  /** The list of that name, without the dollar sign. */
  list(name: string): ListSlot | undefined {
    return this.#lists.get(name);
  }

  /** Whether the field has a value in this scheme's phase. */
  isAvailable({ phases }: FieldDefinition): boolean {
    const { phase } = this;
    if (phase === undefined || phases === undefined || phases.includes(phase)) return true;
    return phase === DECISION_PHASE && phases.includes("response");
  }

  /** The same names, with field availability evaluated by a phase. */
  narrow(phase: string): Scheme<Inputs> {
    let narrowed = this.#narrowed.get(phase);
    if (narrowed === undefined) {
      narrowed = new Scheme<Inputs>(this, phase);
      this.#narrowed.set(phase, narrowed);
    }
    return narrowed;
  }

  /** Adds names; existing slots stay. @throws SchemeError for a name that is taken or malformed. */
  extend(parts: SchemeParts): Scheme<Inputs> {
    return new Scheme<Inputs>(
      {
        fields: [...this.fields, ...(parts.fields ?? [])],
        functions: [...this.functions, ...(parts.functions ?? [])],
        lists: [...this.lists, ...(parts.lists ?? [])],
        limits: { ...this.limits, ...parts.limits },
      },
      this.phase,
    );
  }

  /** The same fields and functions with other lists. */
  withLists(lists: readonly ListDefinition[]): Scheme<Inputs> {
    const { fields, functions, limits } = this;
    return new Scheme<Inputs>({ fields, functions, lists, limits }, this.phase);
  }

  /**
   * An empty context; give it a request by `reset`, or values by `set`.
   *
   * @param otherwise the reader of a field that is declared without one; default: it is nil unless it is set
   */
  createContext<Request>(
    lists?: readonly (ListLookup | undefined)[],
    otherwise?: (field: FieldDefinition) => FieldReader<Request>,
  ): ExecutionContext<Request> {
    if (this.#readers === undefined || this.#otherwise !== otherwise) {
      this.#otherwise = otherwise;
      this.#readers = this.fields.map((field) =>
        field.load === undefined ? (field.read ?? otherwise?.(field)) : refusingReader(field),
      );
    }
    return new ExecutionContext<Request>(
      // What its readers read, a scheme does not know: whoever makes its contexts resets them to such a request.
      this.#readers as readonly (FieldReader<Request> | undefined)[],
      lists ?? this.lists.map(() => undefined),
    );
  }

  /**
   * A context that holds exactly the given values; every other field is nil.
   *
   * @throws InputError when a value does not fit its field, SchemeError when there is no such field.
   */
  contextFrom(
    values: Partial<Inputs>,
    lists?: Readonly<Record<string, ListLookup>>,
  ): ExecutionContext<undefined> {
    const table = this.lists.map((list) =>
      lists !== undefined && Object.hasOwn(lists, list.name) ? lists[list.name] : undefined,
    );
    const context = new ExecutionContext<undefined>(
      this.fields.map(() => undefined),
      table,
    );
    for (const [name, input] of Object.entries(values)) {
      const found = this.field(name);
      if (found === undefined) throw new SchemeError("E_SCHEME_NAME", `there is no field \`${name}\``);
      context.set(found.slot, toValue(found.field.type, input, name));
    }
    return context;
  }
}

function indexFields(fields: readonly FieldDefinition[], deepest: number): ReadonlyMap<string, FieldSlot> {
  const index = new Map<string, FieldSlot>();
  fields.forEach((field, slot) => {
    checkType(field);
    checkDerivesFrom(field);
    checkLoad(field);
    if (containerDepth(field.type) > deepest) {
      throw new SchemeError(
        "E_SCHEME_TYPE",
        `field \`${field.name}\` nests containers more than ${deepest} deep`,
      );
    }
    for (const name of [field.name, ...(field.deprecatedAliases ?? [])]) {
      claim(name, index);
      index.set(name, { slot, field });
    }
  });
  return index;
}

/** @throws SchemeError `E_SCHEME_TYPE` for what is not a type: declarations also come from programs without types. */
function checkType({ name, type }: FieldDefinition): void {
  if (isType(type)) return;
  throw new SchemeError(
    "E_SCHEME_TYPE",
    `field \`${name}\`: \`type\` must be a type, such as \`Bytes\` or \`arrayOf(Int)\`, not ${shownValue(type)}`,
  );
}

function indexFunctions(
  functions: readonly FunctionDefinition[],
  fields: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, FunctionDefinition> {
  const index = new Map<string, FunctionDefinition>();
  for (const definition of functions) {
    claim(definition.name, fields, index);
    checkMeaning(definition);
    index.set(definition.name, definition);
  }
  return index;
}

function indexLists(lists: readonly ListDefinition[], longest: number): ReadonlyMap<string, ListSlot> {
  const index = new Map<string, ListSlot>();
  lists.forEach((list, slot) => {
    if (!isListName(list.name, longest)) {
      throw new SchemeError(
        "E_SCHEME_NAME",
        `\`$${list.name}\` cannot name a list: lower-case letters, digits, \`_\`, single dots`,
      );
    }
    if (index.has(list.name))
      throw new SchemeError("E_SCHEME_DUPLICATE", `list \`$${list.name}\` is defined twice`);
    index.set(list.name, { slot, list });
  });
  return index;
}

function claim(name: string, ...taken: readonly ReadonlyMap<string, unknown>[]): void {
  if (!NAME.test(name) || RESERVED.has(name)) {
    throw new SchemeError("E_SCHEME_NAME", `\`${name}\` cannot name a field or function`);
  }
  if (taken.some((names) => names.has(name))) {
    throw new SchemeError(
      "E_SCHEME_DUPLICATE",
      `\`${name}\` is defined twice; fields and functions share one name space`,
    );
  }
}

/** Field name to type name, as `{ "http.host": "Bytes" }`. */
export type FieldTypes = Readonly<Record<string, string>>;
/** What {@link Scheme.contextFrom} takes for such a declaration. */
export type InputsOf<Types extends FieldTypes> = { readonly [Name in keyof Types]: InputFor<Types[Name]> };

/** Field definitions from names and type names. @throws SchemeError for a text that names no type. */
export function fieldsFrom(types: FieldTypes): readonly FieldDefinition[] {
  return Object.entries(types).map(([name, text]) => ({ name, type: typeFrom(text, name) }));
}

function typeFrom(text: string, name: string): Type {
  const type = parseType(text);
  if (type === undefined)
    throw new SchemeError("E_SCHEME_TYPE", `field \`${name}\`: \`${text}\` is not a type`);
  return type;
}

/** A {@link FieldDefinition} whose reader is typed by what it declares. */
export interface TypedField<Request, T extends Type, Name extends string = string>
  extends Omit<FieldDefinition, "name" | "type" | "read" | "load"> {
  readonly name: Name;
  readonly type: T;
  /** How the value is had from a request; absent: only what the embedder sets. Must not throw; `undefined` is nil. */
  readonly read?: (request: Request, context: EvaluationContext) => ValueOf<T> | undefined;
  /** How the value is had when that takes time, instead of `read`; see {@link FieldDefinition.load}. */
  readonly load?: (
    request: Request,
    services: LoadServices,
  ) => PromiseLike<ValueOf<T> | undefined> | ValueOf<T> | undefined;
}

/**
 * A field declaration, its reader or loader checked where it is written: annotate its parameter, and the result is checked against
 * `type`. With the request's type written out (`defineField<WafRequest>`), any value passes for the result. A scheme does not know what its readers read: whoever
 * makes its contexts resets them to such a request. Readers and loaders of a firewall's fields get a `WafRequest`.
 *
 * @throws SchemeError `E_SCHEME_TYPE` when `type` is none, `E_SCHEME_DERIVES_FROM` when `derivesFrom` names something that is not a source, `E_SCHEME_LOAD` when
 *   `load` is beside `read` or derives from scores, or `loadTimeout` makes no sense.
 */
export function defineField<Request = never, const T extends Type = Type, const Name extends string = string>(
  field: TypedField<Request, T, Name>,
): FieldDefinition & { readonly name: Name; readonly type: T };
export function defineField(field: FieldDefinition): FieldDefinition {
  checkType(field);
  checkDerivesFrom(field);
  checkLoad(field);
  return Object.freeze(field);
}

/** A list declaration, frozen; the items are supplied at run time. */
export function defineList(list: ListDefinition): ListDefinition {
  return Object.freeze(list);
}
