import { timestamp } from "../../documents/shapes/shape.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import type { ListItemDocument } from "../ruleset/document.ts";
import type { ItemFault, ItemFaults } from "./item-faults.ts";

/** An item in its plain form; one object is reused while a list is built. */
export interface PlainItem {
  text: string;
  description: string | undefined;
  /** Milliseconds since 1970; Infinity: never. */
  expiresAt: number;
  /** For `*.name`: whether `name` itself is included. */
  includesApex: boolean;
}

/** The members in which an item may have its value, by kind of list. */
const VALUE_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  ip: ["ip", "value"],
  asn: ["asn", "value"],
  int: ["asn", "value"],
  hostname: ["hostname", "value"],
};
const OTHER_KINDS = ["value"];
const VALUES = ["ip", "asn", "hostname", "value", "redirect"];

/** Reads the items of a list document, of any form, into their plain form. */
export class ItemReader {
  readonly item: PlainItem = {
    text: "",
    description: undefined,
    expiresAt: Number.POSITIVE_INFINITY,
    includesApex: false,
  };
  readonly #kind: string;
  readonly #faults: ItemFaults;
  // In feeds many items share one time.
  #lastTime = "";
  #lastExpiry = 0;

  constructor(kind: string, faults: ItemFaults) {
    this.#kind = kind;
    this.#faults = faults;
  }

  /** Fills {@link item}; false when the item has a fault, which is then reported. */
  read(document: ListItemDocument, index: number): boolean {
    const { item } = this;
    item.description = undefined;
    item.expiresAt = Number.POSITIVE_INFINITY;
    item.includesApex = false;
    const given: unknown = document;
    if (typeof given === "string" || typeof given === "number") {
      item.text = String(given);
      return true;
    }
    if (!isMembers(given)) {
      this.#refuse(index, JSON.stringify(given) ?? "", "an item is a string, a number or an object");
      return false;
    }
    return this.#readValue(given, index) && this.#readRest(given, index);
  }

  #readValue(members: Members, index: number): boolean {
    const wanted = VALUE_MEMBERS[this.#kind] ?? OTHER_KINDS;
    const name = wanted.find((word) => Object.hasOwn(members, word));
    if (name === undefined) {
      const other = VALUES.find((word) => Object.hasOwn(members, word));
      const what = other === undefined ? "the item has no value" : `\`${other}\` is not a value`;
      this.#refuse(index, textOf(members), `${what} of a list of kind ${this.#kind}`, {
        expected: wanted,
        hint: `write \`{${wanted[0]}: …}\`, or the value alone`,
      });
      return false;
    }
    const value = this.#unwrapped(members[name]);
    if (typeof value !== "string" && typeof value !== "number") {
      this.#refuse(index, textOf(value), `\`${name}\` must be a string or a number`, { member: name });
      return false;
    }
    this.item.text = String(value);
    return true;
  }

  /** Cloudflare's API nests host names in an object. */
  #unwrapped(value: unknown): unknown {
    if (this.#kind !== "hostname" || !isMembers(value)) return value;
    this.item.includesApex = value["exclude_exact_hostname"] === false;
    return value["url_hostname"];
  }

  #readRest(members: Members, index: number): boolean {
    const words = members["description"] ?? members["comment"];
    if (typeof words === "string" && words !== "") this.item.description = words;
    const expiry = members["expires_at"];
    if (expiry === undefined || expiry === null || expiry === "") return true;
    if (typeof expiry === "string" && expiry === this.#lastTime) {
      this.item.expiresAt = this.#lastExpiry;
      return true;
    }
    if (typeof expiry !== "string" || timestamp.format?.accepts(expiry) !== true) {
      const message = `\`${excerpt(textOf(expiry))}\` is not ${timestamp.format?.name ?? "a time"}`;
      this.#refuse(index, textOf(expiry), message, { member: "expires_at" });
      return false;
    }
    this.#lastTime = expiry;
    this.#lastExpiry = Date.parse(expiry.toUpperCase().replace(" ", "T"));
    this.item.expiresAt = this.#lastExpiry;
    return true;
  }

  #refuse(
    index: number,
    text: string,
    message: string,
    more: Pick<ItemFault, "member" | "expected" | "hint"> = {},
  ): void {
    this.#faults.error(index, { code: "E_LIST_ITEM", text, message, ...more });
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}
