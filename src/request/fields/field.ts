import type { FieldDefinition, FieldSource } from "../../language/scheme/definitions.ts";
import type { FieldReader } from "../../language/scheme/execution-context.ts";
import { unwrapMapped } from "../../language/values/ip.ts";
import type { Type } from "../../language/values/types.ts";
import { Ip6, type Value } from "../../language/values/value.ts";
import { WafRequest } from "../model/request.ts";

export type RequestField = FieldDefinition<WafRequest>;
export type RequestReader = FieldReader<WafRequest>;

/** Readers that look for a value of the embedder's first, or only. */
const CONSULTING = new WeakSet<RequestReader>();
/** The other readers of standard fields. */
const READING = new WeakSet<object>();

/** Says of a reader that it looks for values of the embedder's. */
export function consulting(read: RequestReader): RequestReader {
  CONSULTING.add(read);
  return read;
}

/** Whether a value that the embedder supplies for the field would have no effect. */
export function ignoresSupplied({ read, load }: FieldDefinition): boolean {
  return load !== undefined || (read !== undefined && READING.has(read));
}

/** The reader of a field that is declared without one. */
export function suppliedReader({ name }: FieldDefinition): FieldReader<unknown> {
  return (request) => (request instanceof WafRequest ? request.supplied(name) : undefined);
}

/**
 * When a field has a value: `request` once the head is known, `body` once the body or its inspected part is,
 * `response` once the response's head is, `response_body` once its body's inspected part is, `decision` once the firewall has
 * decided, for what rate limits count. `packet` fields belong to a network firewall: their names are known, so
 * that a rule that uses one is told so, but no phase of an HTTP engine has them.
 */
export type FieldPhase = "request" | "body" | "response" | "response_body" | "decision" | "packet";

/** From the request's head on. */
export const FROM_HEAD: readonly FieldPhase[] = Object.freeze([
  "request",
  "body",
  "response",
  "response_body",
]);
/** From the body on. */
export const FROM_BODY: readonly FieldPhase[] = Object.freeze(["body", "response", "response_body"]);
export const FROM_RESPONSE: readonly FieldPhase[] = Object.freeze(["response", "response_body"]);
export const FROM_RESPONSE_BODY: readonly FieldPhase[] = Object.freeze(["response_body"]);
export const FROM_DECISION: readonly FieldPhase[] = Object.freeze(["decision"]);
export const PACKET_ONLY: readonly FieldPhase[] = Object.freeze(["packet"]);

/** Rough costs of a first read, for {@link FieldDefinition.cost}. */
export const COST = Object.freeze({ slice: 1, parse: 4, lookup: 20, body: 40 });

/** For values that are fixed when the request arrives. */
export const RECEIVED: readonly FieldSource[] = Object.freeze([]);

/** Optional members of most declarations, besides name, type, summary and reader. */
export type FieldExtras = Pick<
  RequestField,
  | "derivesFrom"
  | "deprecatedAliases"
  | "parallelGroup"
  | "alignedWith"
  | "locatedBy"
  | "lowerCaseKeys"
  | "unmapped"
  | "hostName"
  | "supply"
  | "form"
  | "cost"
  | "whenAbsent"
  | "example"
>;

type Make = (
  name: string,
  type: Type,
  summary: string,
  read: RequestReader,
  extras?: FieldExtras,
) => RequestField;

/** Makes a constructor of fields that share their phases and, unless one says otherwise, what they derive from. */
export function fieldsOf(
  phases: readonly FieldPhase[],
  derivesFrom: readonly FieldSource[],
  shared: FieldExtras = {},
): Make {
  return (name, type, summary, read, extras = {}) => {
    if (!CONSULTING.has(read)) READING.add(read);
    return Object.freeze({ name, type, summary, phases, derivesFrom, read, ...shared, ...extras });
  };
}

/** The value in expressions when the embedder supplies none: the type's neutral value, or nil. */
export type Absent = Value | undefined;

/** A reader that prefers the embedder's value under the field's name; an IPv4-mapped address counts as IPv4. */
export function suppliedOr(name: string, read: RequestReader): RequestReader {
  return consulting((request, context) => {
    const given = request.supplied(name);
    if (given instanceof Ip6) return unwrapMapped(given);
    return given ?? read(request, context);
  });
}

/** A reader of a value that only the embedder has. */
export function supplied(name: string, absent: Absent): RequestReader {
  return consulting((request) => request.supplied(name) ?? absent);
}

/** How an absent value is described. */
export function absentText(absent: Absent): string {
  if (absent === undefined) return "nil";
  if (absent === "") return "the empty value";
  if (Array.isArray(absent)) return "an empty array";
  return absent instanceof Map ? "an empty map; an unknown key is nil" : String(absent);
}

type MakeSupplied = (
  name: string,
  type: Type,
  summary: string,
  absent: Absent,
  extras?: FieldExtras,
) => RequestField;

/** Makes a constructor of fields whose values the embedder supplies, at the latest with what they derive from. */
export function suppliedFieldsOf(
  phases: readonly FieldPhase[],
  derivesFrom: readonly FieldSource[],
): MakeSupplied {
  return (name, type, summary, absent, extras = {}) =>
    Object.freeze({
      name,
      type,
      summary,
      phases,
      derivesFrom,
      read: supplied(name, absent),
      whenAbsent: absentText(absent),
      supply: Object.freeze({ by: [name], otherwise: absent }),
      ...extras,
    });
}

export const NO_ITEMS: readonly Value[] = Object.freeze([]);
export const NO_ENTRIES: ReadonlyMap<string, never> = new Map<string, never>();
