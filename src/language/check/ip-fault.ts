import { type IpItemFault, parseIp, parseIpItem } from "../values/ip.ts";

/** The fault in the text of an address, network or range, and the probably intended text. */
export function ipFaultText(text: string, item: IpItemFault): [message: string, hint?: string] {
  switch (item.reason) {
    case "host-bits":
      return [`\`${text}\` has bits set beyond its prefix length`, `the network is \`${item.network}\``];
    case "prefix":
      return [`\`${text}\` has no valid prefix length`, prefixHint(text)];
    case "order":
      return [`the range \`${text}\` has its higher address first`, "write the lower address first"];
    case "families":
      return [`the range \`${text}\` mixes IPv4 and IPv6`, "write a range for each of the two"];
    case "address":
      return [`\`${text}\` is not an IP address`, addressHint(text)];
  }
}

function prefixHint(text: string): string {
  const slash = text.indexOf("/");
  const bits = maskBits(text.slice(slash + 1));
  if (bits === undefined) return "0 to 32 for IPv4, 0 to 128 for IPv6";
  return `write the prefix length instead of the mask: \`${text.slice(0, slash)}/${bits}\``;
}

/** Bits of a mask such as `255.255.255.0`; undefined for anything else. */
function maskBits(text: string): number | undefined {
  const mask = parseIp(text);
  if (typeof mask !== "number") return undefined;
  const bits = Math.clz32(~mask);
  return mask === (bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0) ? bits : undefined;
}

function addressHint(text: string): string {
  const meant = meantBy(text);
  if (meant !== undefined) return meant;
  if (/(^|\.)0[0-9]/.test(text)) return "write the parts without leading zeros";
  if (/^[0-9]+(\.[0-9]+){3}(\/|$)/.test(text)) return "each part of an IPv4 address is 0 to 255";
  if (/^[0-9]+(\.[0-9]+){0,2}(\/|$)/.test(text)) return "an IPv4 address has four parts";
  if (/^[^:/,;\s]*[g-z_][^:,;\s]*$|^[a-z]+:\/\//i.test(text))
    return "host names are compared with `http.host`, and their lists are of kind `hostname`";
  return "write `192.0.2.1` or `2001:db8::1`, a network as `192.0.2.0/24`, a range as `192.0.2.1..192.0.2.9`";
}

/** Spellings that other programs take; undefined when the text without them is not an item either. */
function meantBy(text: string): string | undefined {
  if (/[,;]|\S\s+[0-9a-f:.]/i.test(text) && text.split(/[,;\s]+/).every(isItem))
    return "write each address as an item of its own";
  const bare = text.replaceAll(/\s+/g, "");
  const [, first = "", last = ""] = /^([0-9a-f.:]+)[-\u2013]([0-9a-f.:]+)$/i.exec(bare) ?? [];
  if (first !== "") {
    // `10.0.0.1-9`: the last part alone.
    const end = last.includes(".") || first.includes(":") ? last : first.replace(/[0-9]+$/, last);
    return `a range is written with two dots: \`${first}..${end}\``;
  }
  const spellings: readonly (readonly [item: string, advice: string])[] = [
    [bare, "write it without blanks"],
    [/^\[([^\]]*)\](?::[0-9]+)?$/.exec(bare)?.[1] ?? "", "write the address alone"],
    [/^([0-9.]+):[0-9]+$/.exec(bare)?.[1] ?? "", "write the address without a port"],
    [/^([0-9a-f:]+)%.*$/i.exec(bare)?.[1] ?? "", "write the address without a zone"],
    [wildcardNetwork(bare) ?? "", "write the network"],
  ];
  const found = spellings.find(([item]) => isItem(item));
  return found === undefined ? undefined : `${found[1]}: \`${found[0]}\``;
}

function isItem(text: string): boolean {
  return text !== "" && !("reason" in parseIpItem(text));
}

/** `10.0.*.*` as `10.0.0.0/16`. */
function wildcardNetwork(text: string): string | undefined {
  const parts = text.split(".");
  const known = parts.indexOf("*");
  if (known < 1 || parts.length > 4 || parts.slice(known).some((part) => part !== "*")) return undefined;
  return `${[...parts.slice(0, known), "0", "0", "0"].slice(0, 4).join(".")}/${8 * known}`;
}
