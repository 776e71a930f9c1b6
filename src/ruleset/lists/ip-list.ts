import { ipFaultText } from "../../expression/check/literals.ts";
import {
  formatIp,
  type IpRange,
  lastOfNetwork,
  maskIp,
  parseIpItem,
  sameIp,
} from "../../expression/values/ip.ts";
import { type IpTable, IpTableBuilder } from "../../expression/values/ip-table.ts";
import { Ip6, type IpValue, type Value } from "../../expression/values/value.ts";
import type { PlainItem } from "./item.ts";
import { type ItemFaults, shown } from "./item-faults.ts";
import type { ItemNotes } from "./item-notes.ts";
import type { ListBuilder, ListMatcher } from "./list-builder.ts";

/** Pairs of equal items that are looked for. */
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
      const [message, hint] = ipFaultText(shown(text), range);
      const bounds = range.reason === "order" || range.reason === "families";
      const code = bounds ? "E_RANGE_BOUNDS" : "E_INVALID_IP";
      this.#faults.error(index, { code, text, message, ...(hint === undefined ? {} : { hint }) });
      return;
    }
    this.#table.add(range, index);
    this.#notes.add(index, description, expiresAt, text === plain(text, range) ? undefined : text);
    if (isEverything(range)) {
      const family = typeof range.start === "number" ? "IPv4" : "IPv6";
      const message = `\`${text}\` holds every ${family} address`;
      this.#faults.warn(index, { code: "W_LIST_ITEM", text, message });
    }
  }

  build(): ListMatcher {
    const { deadlines } = this.#notes;
    const table = this.#table.build(deadlines === undefined ? undefined : (number) => deadlines[number]!);
    for (const { number, before, range } of table.duplicates(MAX_DUPLICATES)) {
      const text = this.#notes.match(number, () => printed(range)).item;
      const message = `\`${shown(text)}\` is in the list already, as item ${before + 1}`;
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

  has(value: Value, now: () => number): boolean {
    const address = value as IpValue;
    return this.#table.timed ? this.#table.hasAt(address, now()) : this.#table.has(address);
  }

  find(value: Value, now: () => number) {
    if (typeof value !== "number" && !(value instanceof Ip6)) return undefined;
    const found = this.#table.find(value, now());
    return found === undefined ? undefined : this.#notes.match(found.number, () => printed(found.range));
  }
}

/** What {@link printed} gives for the range of a text, without the search for the prefix length. */
function plain(text: string, { start, end }: IpRange): string {
  if (sameIp(start, end)) return formatIp(start);
  const slash = text.indexOf("/");
  return slash === -1 ? printed({ start, end }) : `${formatIp(start)}${text.slice(slash)}`;
}

/** The shortest usual spelling of a range: address, network or `first..last`. */
function printed({ start, end }: IpRange): string {
  if (sameIp(start, end)) return formatIp(start);
  const most = typeof start === "number" ? 32 : 128;
  for (let bits = most - 1; bits >= 0; bits--) {
    if (!sameIp(maskIp(start, bits), start)) break;
    if (sameIp(lastOfNetwork(start, bits), end)) return `${formatIp(start)}/${bits}`;
  }
  return `${formatIp(start)}..${formatIp(end)}`;
}

function isEverything({ start, end }: IpRange): boolean {
  return sameIp(maskIp(start, 0), start) && sameIp(lastOfNetwork(start, 0), end);
}
