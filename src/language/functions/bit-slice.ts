import { defineFunction } from "../scheme/define-function.ts";
import { Bytes, Int } from "../values/types.ts";
import { dynamic, literal, outOfRange } from "./parameters.ts";

const MAX_BITS = 32;
const MAX_OFFSET = 2040;

/** The bits from `start` up to but not including `end` as an unsigned number; undefined behind the last byte. */
function slice(data: string, start: number, end: number): number | undefined {
  if (end > data.length * 8) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    value = value * 2 + ((data.charCodeAt(at >> 3) >> (7 - (at & 7))) & 1);
  }
  return value;
}

export const bitSlice = defineFunction({
  name: "bit_slice",
  summary: "A run of bits of a packet as an unsigned number, first bit first. Nil beyond the packet's end.",
  params: [dynamic("protocol", Bytes), literal("offset_start", Int), literal("offset_end", Int)],
  returns: Int,
  contexts: ["network_filter"],
  prepare: (args) => {
    const faults = [1, 2].flatMap((at) => outOfRange(args, at, [0, MAX_OFFSET], "an offset in bits"));
    if (faults.length > 0) return faults;
    const bits = Number(args[2].literal) - Number(args[1].literal);
    if (bits >= 1 && bits <= MAX_BITS) return undefined;
    return [
      { argument: 2, code: "E_ARG_VALUE", message: `a slice has 1 to ${MAX_BITS} bits, found ${bits}` },
    ];
  },
  evaluate: (data, start, end) => slice(data, Number(start), Number(end)),
  examples: [
    { expression: "bit_slice(udp, 0, 16)", given: { udp: "05" }, result: 0x3035 },
    { expression: "bit_slice(udp, 2, 7)", given: { udp: "U" }, result: 0b01010 },
    { expression: "bit_slice(udp, 8, 24)", given: { udp: "05" }, result: null },
  ],
});
