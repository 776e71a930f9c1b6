import { defineFunction } from "../scheme/define-function.ts";
import { maskIp } from "../values/ip.ts";
import { Int, Ip } from "../values/types.ts";
import type { IpValue } from "../values/value.ts";
import { dynamic, literal, outOfRange } from "./parameters.ts";

function masking(bits4: number, bits6: number): (address: IpValue) => IpValue {
  return (address) => maskIp(address, typeof address === "number" ? bits4 : bits6);
}

export const cidr = defineFunction({
  name: "cidr",
  summary: "The network that contains an address, with one prefix length for IPv4 and one for IPv6.",
  params: [dynamic("address", Ip), literal("ipv4_bits", Int), literal("ipv6_bits", Int)],
  returns: Ip,
  total: true,
  contexts: ["filter"],
  prepare: (args) => {
    const faults = [
      ...outOfRange(args, 1, [1, 32], "a prefix length of IPv4"),
      ...outOfRange(args, 2, [1, 128], "a prefix length of IPv6"),
    ];
    return faults.length > 0 ? faults : masking(Number(args[1].literal), Number(args[2].literal));
  },
  evaluate: (address, bits4, bits6) => masking(Number(bits4), Number(bits6))(address),
  examples: [
    { expression: "cidr(ip.src, 20, 56)", given: { "ip.src": "203.0.113.200" }, result: "203.0.112.0" },
    {
      expression: "cidr(ip.src, 20, 56)",
      given: { "ip.src": "2001:db8:aa:bbcc::1" },
      result: "2001:db8:aa:bb00::",
    },
    { expression: "cidr(ip.src, 20, 56)", result: null },
  ],
});

export const cidr6 = defineFunction({
  name: "cidr6",
  summary: "The network that contains an IPv6 address; an IPv4 address is returned unchanged.",
  params: [dynamic("address", Ip), literal("ipv6_bits", Int)],
  returns: Ip,
  total: true,
  contexts: ["filter"],
  prepare: (args) => {
    const faults = outOfRange(args, 1, [1, 128], "a prefix length of IPv6");
    return faults.length > 0 ? faults : masking(32, Number(args[1].literal));
  },
  evaluate: (address, bits6) => masking(32, Number(bits6))(address),
  examples: [
    { expression: "cidr6(ip.src, 64)", given: { "ip.src": "2001:db8::5:6:7:8" }, result: "2001:db8::" },
    { expression: "cidr6(ip.src, 64)", given: { "ip.src": "203.0.113.200" }, result: "203.0.113.200" },
  ],
});
