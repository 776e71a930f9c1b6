/**
 * How values of the language live in memory.
 *
 * | type     | JavaScript                                                                                   |
 * | -------- | -------------------------------------------------------------------------------------------- |
 * | Bool     | boolean                                                                                      |
 * | Int      | number when it is a safe integer, otherwise bigint; never both for one value, so `===` and   |
 * |          | `<` are exact on any mixture                                                                 |
 * | Bytes    | string with one UTF-16 unit (00..FF) per byte                                                |
 * | Ip       | IPv4: number (unsigned 32 bit); IPv6: {@link Ip6}                                            |
 * | Array<T> | readonly array                                                                               |
 * | Map<T>   | Map keyed by byte strings; iterated in ascending key order whatever its insertion order      |
 * | nil      | undefined                                                                                    |
 */
export type Value = boolean | IntValue | BytesValue | IpValue | ArrayValue | MapValue;
/** An Int: a number when it is a safe integer, otherwise a bigint. */
export type IntValue = number | bigint;
/** A byte string: one UTF-16 unit, 00..FF, per byte. */
export type BytesValue = string;
/** An address: IPv4 as an unsigned 32-bit number, IPv6 as an {@link Ip6}. */
export type IpValue = number | Ip6;
/** An array of the language. */
export type ArrayValue = readonly Value[];
/** A map of the language, keyed by byte strings. */
export type MapValue = ReadonlyMap<string, Value>;
/** A value or the missing value. */
export type Nillable<T> = T | undefined;

/** An IPv6 address as four unsigned 32-bit words, most significant first. Immutable by convention. */
export class Ip6 {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;

  constructor(a: number, b: number, c: number, d: number) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }
}
