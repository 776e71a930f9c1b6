import { ipFaultText } from "../../language/check/ip-fault.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { type IpTable, IpTableBuilder } from "../../language/sets/ip-table.ts";
import {
  formatIp,
  type IpRange,
  isFormattedIp6,
  lastOfNetwork,
  maskIp,
  parseIpItem,
  sameIp,
  unwrapMappedRange,
} from "../../language/values/ip.ts";
import { Ip6, type IpValue, type Value } from "../../language/values/value.ts";
import type { PlainItem } from "./item.ts";
import type { ItemFaults } from "./item-faults.ts";
import type { ItemNotes } from "./item-notes.ts";
import type { ListBuilder, ListMatcher } from "./list-builder.ts";

/** Pairs of equal items that are reported. */
const MAX_DUPLICATES = 201;

/** Addresses, networks of any prefix length, and ranges `first..last`. */
export class IpListBuilder implements ListBuilder {
  readonly #notes: ItemNotes;
  readonly #faults: ItemFaults;
  readonly #table = new IpTableBuilder();

  constructor(notes: ItemNotes, faults: ItemFaults) {
    this.#notes = notes;
    this.#faults = faults;
  }

  add(index: number, { text, description, expiresAt }: PlainItem): void {
    const range = parseIpItem(text);
    if ("reason" in range) {
      const [message, hint] = ipFaultText(excerpt(text), range);
      const bounds = range.reason === "order" || range.reason === "families";
      const code = bounds ? "E_RANGE_BOUNDS" : "E_INVALID_IP";
      this.#faults.error(index, { code, text, message, ...(hint === undefined ? {} : { hint }) });
      return;
    }
    this.#table.add(range, index);
    // Clients are never mapped addresses; values of an embedder's own field may be.
    const unwrapped = unwrapMappedRange(range);
    if (unwrapped !== range) this.#table.add(unwrapped, index);
    const plain = unwrapped === range && isPlain(text, range);
    this.#notes.add(index, description, expiresAt, plain ? undefined : text);
    if (isEverything(range)) {
      const family = typeof range.start === "number" ? "IPv4" : "IPv6";
      const message = `\`${text}\` contains every ${family} address`;
      this.#faults.warn(index, { code: "W_LIST_ITEM", text, message });
    }
  }

  build(): ListMatcher {
    const notes = this.#notes;
    const table = this.#table.build(
      notes.deadlines === undefined ? undefined : (number) => notes.expiresAt(number),
    );
    for (const { number, before, range } of table.duplicates(MAX_DUPLICATES)) {
      const text = this.#notes.match(number, () => printed(range)).item;
      const message = `\`${excerpt(text)}\` is in the list already, as item ${before + 1}`;
      this.#faults.warn(number, { code: "W_LIST_ITEM", text, message });
    }
    return new IpMatcher(table, this.#notes);
  }
}

class IpMatcher implements ListMatcher {
  readonly #table: IpTable;
  readonly #notes: ItemNotes;

  constructor(table: IpTable, notes: ItemNotes) {
    this.#table = table;
    this.#notes = notes;
  }

  has(address: IpValue, now: () => number): boolean {
    return this.#table.timed ? this.#table.hasAt(address, now()) : this.#table.has(address);
  }

  find(value: Value, now: () => number) {
    if (typeof value !== "number" && !(value instanceof Ip6)) return undefined;
    const found = this.#table.find(value, now());
    return found === undefined ? undefined : this.#notes.match(found.number, () => printed(found.range));
  }
}

/** Whether a text equals the result of {@link printed} for its range. */
function isPlain(text: string, range: IpRange): boolean {
  const { start, end } = range;
  if (text.includes("..")) return text === printed(range);
  const slash = text.indexOf("/");
  // The network of one address is printed as the address.
  if (slash !== -1 && sameIp(start, end)) return false;
  // An IPv4 address has only one spelling.
  if (typeof start === "number") return true;
  return isFormattedIp6(start, text, slash === -1 ? text.length : slash);
}

/** The shortest usual spelling of a range: address, network or `first..last`. */
function printed({ start, end }: IpRange): string {
  if (sameIp(start, end)) return formatIp(start);
  const bits = commonBits(start, end);
  if (sameIp(maskIp(start, bits), start) && sameIp(lastOfNetwork(start, bits), end)) {
    return `${formatIp(start)}/${bits}`;
  }
  return `${formatIp(start)}..${formatIp(end)}`;
}

/** How many leading bits two addresses share; 0 when they are of different families. */
function commonBits(left: IpValue, right: IpValue): number {
  if (typeof left === "number" && typeof right === "number") return Math.clz32(left ^ right);
  if (typeof left === "number" || typeof right === "number") return 0;
  const words = [left.a ^ right.a, left.b ^ right.b, left.c ^ right.c, left.d ^ right.d];
  for (const [at, word] of words.entries()) if (word !== 0) return at * 32 + Math.clz32(word);
  return 128;
}

function isEverything({ start, end }: IpRange): boolean {
  if (typeof start === "number") return start === 0 && end === 0xffffffff;
  return start.a === 0 && sameIp(maskIp(start, 0), start) && sameIp(lastOfNetwork(start, 0), end);
}
