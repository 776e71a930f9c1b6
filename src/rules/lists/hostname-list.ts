import { excerpt } from "../../language/diagnostics/printable.ts";
import { asciiLower, isAscii } from "../../language/values/bytes.ts";
import { normalHost } from "../../language/values/hostname.ts";
import type { BytesValue, Value } from "../../language/values/value.ts";
import type { PlainItem } from "./item.ts";
import type { ItemFaults } from "./item-faults.ts";
import type { ItemNotes } from "./item-notes.ts";
import type { ListBuilder, ListMatcher } from "./list-builder.ts";
import { ItemIndex } from "./string-list.ts";

/** Longest DNS name, without the trailing dot. */
const MAX_NAME = 253;
/** The same with a trailing dot and a port. */
const MAX_HOST = MAX_NAME + 7;
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * Host names; `*.name` contains every subdomain of `name` but not `name` itself. Letter case, one trailing dot and a
 * port are ignored.
 */
export class HostnameListBuilder implements ListBuilder {
  readonly #notes: ItemNotes;
  readonly #faults: ItemFaults;
  readonly #names: ItemIndex;
  readonly #below: ItemIndex;

  constructor(notes: ItemNotes, faults: ItemFaults) {
    this.#notes = notes;
    this.#faults = faults;
    this.#names = new ItemIndex(notes, faults);
    this.#below = new ItemIndex(notes, faults);
  }

  add(index: number, { text, description, expiresAt, includesApex }: PlainItem): void {
    const fault = faultOf(text);
    if (fault !== undefined) {
      this.#faults.error(index, { code: "E_LIST_ITEM", text, ...fault });
      return;
    }
    const name = withoutLastDot(asciiLower(text));
    this.#notes.add(index, description, expiresAt, text);
    if (!name.startsWith("*.")) {
      this.#names.put(name, index, text);
      return;
    }
    this.#below.put(name.slice(2), index, text);
    if (includesApex) this.#names.put(name.slice(2), index, text);
  }

  build(): ListMatcher {
    return new HostnameMatcher(this.#names, this.#below, this.#notes);
  }
}

class HostnameMatcher implements ListMatcher {
  readonly #names: ItemIndex;
  readonly #below: ItemIndex;
  readonly #notes: ItemNotes;

  constructor(names: ItemIndex, below: ItemIndex, notes: ItemNotes) {
    this.#names = names;
    this.#below = below;
    this.#notes = notes;
  }

  has(value: BytesValue, now: () => number): boolean {
    return this.#item(value, now) >= 0;
  }

  find(value: Value, now: () => number) {
    const item = typeof value === "string" ? this.#item(value, now) : -1;
    return item < 0 ? undefined : this.#notes.match(item, () => "");
  }

  /** The name itself before `*.` names, longer ones first. */
  #item(value: string, now: () => number): number {
    // A longer text is not a name, and would make the look-ups below expensive.
    if (value.length > MAX_HOST) return -1;
    const host = normalHost(value);
    const exact = this.#names.alive(host, now);
    if (exact >= 0 || this.#below.size === 0) return exact;
    for (let dot = host.indexOf("."); dot !== -1; dot = host.indexOf(".", dot + 1)) {
      if (dot === 0) continue;
      const below = this.#below.alive(host.slice(dot + 1), now);
      if (below >= 0) return below;
    }
    return -1;
  }
}

function withoutLastDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

function hostAlone(text: string): string {
  const [, host = ""] = /^(?:[a-z][a-z0-9+.-]*:\/\/|(?!.*:\/\/))([a-z0-9.*-]+)/i.exec(text) ?? [];
  return host === "" || faultOf(host) !== undefined
    ? "write the host name alone"
    : `write the host name alone: \`${host}\``;
}

function labelHint(text: string): string {
  if (/[\s,;]/.test(text.trim())) return "write each name as an item of its own";
  return text.trim() === text
    ? "labels are letters, digits and inner hyphens, at most 63 of them"
    : `write it without blanks: \`${excerpt(text.trim())}\``;
}

/** Why a text is not an item; undefined when it is one. */
function faultOf(text: string): { readonly message: string; readonly hint?: string } | undefined {
  const quoted = `\`${excerpt(text)}\``;
  if (text.includes("://")) return { message: `${quoted} has a scheme`, hint: hostAlone(text) };
  if (text.includes("/")) return { message: `${quoted} has a path`, hint: hostAlone(text) };
  if (/:[0-9]+$/.test(text)) {
    return { message: `${quoted} has a port`, hint: "host names match on every port" };
  }
  if (!isAscii(text)) {
    const hint = "write international names in their ASCII form, which begins with `xn--`";
    return { message: `${quoted} has letters outside ASCII`, hint };
  }
  const name = withoutLastDot(asciiLower(text));
  const labels = name.split(".");
  const isWild = labels[0] === "*" && labels.length > 1;
  if (text.includes("*") && (!isWild || labels.slice(1).some((label) => label.includes("*")))) {
    const [, after = ""] = /^\*([^.*]+\.[^*]+)$/.exec(text) ?? [];
    return {
      message: `in ${quoted} a \`*\` may only be the whole first label, as in \`*.example.com\``,
      ...(after === ""
        ? {}
        : { hint: `write \`*.${after}\` for its subdomains, and \`${after}\` for the name itself` }),
    };
  }
  const rest = isWild ? labels.slice(1) : labels;
  if (name.length > MAX_NAME) return { message: `${quoted} is longer than ${MAX_NAME} characters` };
  const bad = rest.find((label) => !LABEL.test(label));
  if (bad === undefined) return undefined;
  if (text === "") return { message: "a host name is missing" };
  if (bad !== "") return { message: `${quoted} is not a host name`, hint: labelHint(text) };
  const hint =
    text.startsWith(".") && faultOf(`*${text}`) === undefined
      ? { hint: `write \`*${text}\` for all its subdomains` }
      : {};
  return { message: `${quoted} has an empty label`, ...hint };
}
