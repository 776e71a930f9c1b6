import type { Type } from "../values/types.ts";
import type { Value } from "../values/value.ts";
import type { FieldLoader, FieldReader } from "./execution-context.ts";

/**
 * A part of a transaction that can change after a field was first read, because a rule rewrites it, because the host
 * hands it over later, or because rules add to it:
 *
 * - `path`, `query`, `headers`: the request's, with the rewrites of earlier phases;
 * - `body`: the request's body;
 * - `response`: status and headers of the response, with the rewrites of earlier phases;
 * - `response_body`: the response's body;
 * - `scores`: what rules added to scores.
 * - `labels`, `variables`: what rules have labelled the request with, and set.
 *
 * Everything else about a request is fixed when it arrives: method, address, TLS, and path, query and headers as received.
 */
export type FieldSource =
  | "path"
  | "query"
  | "headers"
  | "body"
  | "response"
  | "response_body"
  | "scores"
  | "labels"
  | "variables"
  | "decision";

/** A name that rules may read. */
export interface FieldDefinition<Request = never> {
  /** Full name, with dots between its parts. */
  readonly name: string;
  /** Type of the value. */
  readonly type: Type;
  /** One sentence for reference pages and editors. */
  readonly summary?: string;
  /** Phases in which the field has a value; absent: in all. Phase names are the embedder's own. */
  readonly phases?: readonly string[];
  /**
   * What the value is worked out from. An engine reads the field anew when one of these has changed, and keeps the value
   * otherwise; `[]` stands for a value that is fixed when the request arrives. Absent: from everything that can change.
   *
   * When a rule uses a field that names `body` or `response_body`, hosts read that body before the rule runs. A field
   * without this member has that effect only when its `phases` leave out all phases before the body, because reading
   * bodies is expensive.
   *
   * The rule index does not cover rules on a field that may change while a phase runs (`scores`, or absent in a scheme
   * with scores): they are evaluated for every request.
   */
  readonly derivesFrom?: readonly FieldSource[];
  /** Other spellings that resolve to this field, kept for old rules. */
  readonly deprecatedAliases?: readonly string[];
  /** Arrays of one group have equal length and aligned elements (semantics.md#elements-in-step). */
  readonly parallelGroup?: string;
  /** Groups whose names tell what this array's elements are about, in requests where those are as many. */
  readonly alignedWith?: readonly string[];
  /**
   * Two arrays of Bytes of this field's group that say for each element which input it is about: the name of the field that holds
   * the input, of several the Map, and the input's name there. An exception for an input takes its elements out.
   */
  readonly locatedBy?: { readonly fields: string; readonly keys: string };
  /** Keys of this Map are lower case; the checker hints when a rule asks for an upper-case key. */
  readonly lowerCaseKeys?: boolean;
  /**
   * The value, or each of its addresses, is never an IPv4-mapped IPv6 address (`::ffff:192.0.2.7`) but the IPv4 address that
   * this stands for. The checker then reads mapped addresses and networks that a rule compares it with in the same way.
   */
  readonly unmapped?: boolean;
  /**
   * The value is a host name in its usual form: lower case, without a port and a last dot. The checker warns when a rule
   * compares it with something in another form.
   */
  readonly hostName?: {
    /** The field with the host as it was sent, which the warning recommends. */
    readonly asSent: string;
  };
  /** What the value, or each of its elements, is like. The checker warns about comparisons that this decides. */
  readonly form?: ValueForm;
  /** Of a value that requests do not hold: who gives it. A firewall warns about rules on it where nobody does. */
  readonly supply?: FieldSupply;
  /** Cost of a first read, in units of a plain header look-up; the compiler tests cheap fields first. Default 1. */
  readonly cost?: number;
  /** How the value is had from a request; absent: only what the embedder supplies, for a firewall's requests as `supplied`. */
  readonly read?: FieldReader<Request>;
  /**
   * Loads the value asynchronously, for example from a service; takes the place of {@link read}.
   *
   * A firewall calls it before the first rule of a phase in which an enabled rule may read the field, concurrently with the
   * other fields of the phase; for a field that derives from a body, once the body has arrived. It is called once per request,
   * and again for a later phase after something that the value derives from has changed. Without {@link derivesFrom} that is
   * everything but scores, so declare `[]` for a value that is fixed when the request arrives. Phases without such rules do
   * not wait.
   *
   * If a loader throws, rejects, takes longer than {@link loadTimeout} or returns a value of another type, the field is nil,
   * and the failure is in the decision's `failures`, in the event, and passed to `onError`. The request object belongs to the
   * loader: later rewrites do not change it, and the loader may keep it.
   */
  readonly load?: FieldLoader<Request>;
  /** Milliseconds that one {@link load} may take, a whole number from 1. Default 1,000. */
  readonly loadTimeout?: number;
  /** A value in JSON, for reference pages. */
  readonly example?: unknown;
  /** The value for requests without the input, in words. */
  readonly whenAbsent?: string;
}

/** What values of a field are like, as far as it is certain. The empty text is always one of them. */
export interface ValueForm {
  /** All of them. */
  readonly words?: readonly string[];
  /** A pattern of all of them. */
  readonly like?: RegExp;
  /** That pattern in words, for hints. */
  readonly described?: string;
  /** What to write for values that people take for one of them, by these. */
  readonly instead?: Readonly<Record<string, string>>;
  /** Common prefix of the values. */
  readonly begins?: string;
  /** A sign that is before the value in the request and is not part of it. */
  readonly without?: string;
  /** The least integer. */
  readonly least?: 0;
}

/** Who gives a field its value, and what the field is without. */
export interface FieldSupply {
  /**
   * Any of them will do: `geo` and `zoneName` stand for these options of a firewall, `tls` for connections that may be encrypted up
   * to it (no `plainHttp`), `protocolHeader` for a trusted proxy's word, others for fields that an embedder supplies.
   */
  readonly by: readonly string[];
  /** The default value; undefined: the missing value. */
  readonly otherwise: Value | undefined;
}

/** What an argument may be. */
export interface Parameter {
  /** Name for messages and reference pages. */
  readonly name: string;
  /** Accepted types; a function tests types that a list cannot name, such as "any array". */
  readonly type: Type | readonly Type[] | ((type: Type) => boolean);
  /** How the accepted types read in messages; required when `type` is a function. */
  readonly typeLabel?: string;
  /** `literal`: must be written in the expression; `dynamic`: must not be; `either`. */
  readonly kind: "literal" | "dynamic" | "either";
  /** May be left out, with every parameter after it. Default false. */
  readonly optional?: boolean;
}

/** Input of `prepare` for one argument: its value when it is a literal. */
export interface ArgumentInfo<Literal = Value | undefined> {
  readonly type: Type;
  /** Undefined for dynamic arguments. */
  readonly literal: Literal;
  /** The field's name when the argument is a plain field. */
  readonly field: string | undefined;
}

/** A refusal by {@link FunctionDefinition.prepare}; `argument` counts from 0. */
export interface ArgumentFault {
  readonly argument: number;
  readonly code:
    | "E_ARG_COUNT"
    | "E_ARG_KIND"
    | "E_ARG_TYPE"
    | "E_ARG_VALUE"
    | "E_INVALID_REGEX"
    | "E_REGEX_LIMIT"
    | "E_REGEX_PORTABILITY"
    | "E_INVALID_WILDCARD";
  readonly message: string;
  readonly hint?: string;
}

/** Compile-time services for functions. */
export interface PrepareContext {
  readonly patterns: import("../pattern/engine.ts").PatternEngine;
  readonly limits: import("../syntax/limits.ts").Limits;
}

export type Evaluator = (...args: (Value | undefined)[]) => Value | undefined;

/**
 * What a function computes, for the checker, the compiler's fast paths and the rule index. These may compute the result
 * themselves instead of calling `evaluate`, so the function must do exactly this, byte for byte, for every argument:
 *
 * | meaning | signature | result |
 * | --- | --- | --- |
 * | `prefix` | (Bytes, Bytes) → Bool | whether the first argument begins with the second |
 * | `suffix` | (Bytes, Bytes) → Bool | whether the first argument ends with the second |
 * | `ascii_lower` | (Bytes) → Bytes | the bytes `A` to `Z` as `a` to `z`, every other byte as it is |
 * | `ascii_upper` | (Bytes) → Bytes | the bytes `a` to `z` as `A` to `Z`, every other byte as it is |
 * | `has_key` | (Map, Bytes) → Bool | whether the map has the key; false when either is missing (`nil: "receive"`) |
 * | `length` | (Bytes, Array or Map) → Int | number of bytes, elements or keys |
 *
 * All but `has_key` are nil when an argument is nil (`nil: "propagate"`).
 */
export type FunctionMeaning = "prefix" | "suffix" | "ascii_lower" | "ascii_upper" | "has_key" | "length";

/** A function of the language: pure, bounded in work and output, never throwing. */
export interface FunctionDefinition {
  /** Name as rules write it. */
  readonly name: string;
  /** One sentence for reference pages and editors. */
  readonly summary: string;
  /** Parameters in order. */
  readonly params: readonly Parameter[];
  /** Further arguments after `params`. */
  readonly variadic?: Parameter;
  /** Bounds on the number of arguments; default: required params .. params (or no bound when variadic). */
  readonly minArguments?: number;
  readonly maxArguments?: number;
  /** Result type; a function when it depends on the arguments (undefined: the arguments do not fit together). */
  readonly returns: Type | ((args: readonly Type[]) => Type | undefined);
  /**
   * `propagate` (default): any nil argument makes the result nil and `evaluate` is not called.
   * `receive`: `evaluate` gets `undefined` for nil arguments.
   */
  readonly nil?: "propagate" | "receive";
  /**
   * True when a result is never nil for present arguments (semantics.md#elements-in-step lets such calls keep array
   * positions).
   */
  readonly total?: boolean;
  /** The result is the first argument that is not nil, so that the compiler need not read the others. */
  readonly firstPresent?: boolean;
  /** The literal arguments after the first name a member of the document that the first is; explanations show them. */
  readonly picksMember?: boolean;
  /**
   * What the function computes, if exactly one of the {@link FunctionMeaning}s. The checker, the compiler and the rule index
   * recognise functions by this member only; without it, they call the function. With a false declaration, rules match
   * wrongly; a copy of a definition with another `evaluate` needs its meaning removed.
   */
  readonly meaning?: FunctionMeaning;
  /**
   * Cost of one call, in units of a plain header look-up; the compiler tests cheap conditions first. Default 6.
   * A function that states its cost also takes the lengths of its Bytes arguments from the request's budget.
   */
  readonly cost?: number;
  /** Contexts in which the documentation shows the function, for the strict profile. */
  readonly contexts?: readonly string[];
  /** At most once per expression, and in no other such function (semantics.md#functions). */
  readonly once?: boolean;
  /** Compile-time check of literals; returns faults, or an evaluator specialised for them. */
  readonly prepare?: (
    args: readonly ArgumentInfo[],
    context: PrepareContext,
  ) => readonly ArgumentFault[] | Evaluator | undefined;
  /** Computes the result, one value per argument; `undefined` is nil. Must not throw. */
  readonly evaluate: Evaluator;
  /** Worked examples: expression over fields given as JSON, with the expected value; tests run them. */
  readonly examples?: readonly FunctionExample[];
}

export interface FunctionExample {
  readonly expression: string;
  readonly given?: Readonly<Record<string, unknown>>;
  readonly result: unknown;
}

/**
 * What the items of a list are and how a value is compared with them; it decides the left type of `in`. A `redirect` list
 * holds the addresses (as of `http.request.full_uri`) that it redirects.
 */
export type ListKind = "ip" | "int" | "hostname" | "string" | "prefix" | "suffix" | "substring" | "redirect";

/** A named list that rules may test membership in; its items live in the execution context's list table. */
export interface ListDefinition {
  /** Without the dollar sign. */
  readonly name: string;
  /** What the items are. */
  readonly kind: ListKind;
  /** One sentence for editors. */
  readonly summary?: string;
  /** An item that makes the list one of its kind; messages about the kind show it. */
  readonly example?: string;
}
