import { defineFunction } from "../scheme/define-function.ts";
import { toHex } from "../values/bytes.ts";
import { Bytes } from "../values/types.ts";
import { CONTEXTS } from "./contexts.ts";
import { dynamic } from "./parameters.ts";

const UUID_BYTES = 16;

/** RFC 9562 §5.4 over the first 16 bytes. */
function format(random: string): string | undefined {
  if (random.length < UUID_BYTES) return undefined;
  const version = String.fromCharCode((random.charCodeAt(6) & 0x0f) | 0x40);
  const variant = String.fromCharCode((random.charCodeAt(8) & 0x3f) | 0x80);
  const hex = toHex(random.slice(0, 6) + version + random[7] + variant + random.slice(9, UUID_BYTES));
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export const uuidv4 = defineFunction({
  name: "uuidv4",
  summary: "A version 4 UUID made of the first 16 bytes of the given randomness; nil when there are fewer.",
  params: [dynamic("source", Bytes)],
  returns: Bytes,
  contexts: CONTEXTS.TRANSFORM,
  evaluate: (source) => format(source),
  examples: [
    {
      expression: "uuidv4(cf.random_seed)",
      given: { "cf.random_seed": "0123456789abcdefXYZ" },
      result: "30313233-3435-4637-b839-616263646566",
    },
    { expression: "uuidv4(cf.random_seed)", given: { "cf.random_seed": "0123456789abcde" }, result: null },
  ],
});
