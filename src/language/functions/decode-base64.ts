import { defineFunction } from "../scheme/define-function.ts";
import { base64Decode } from "../values/bytes.ts";
import { Bytes } from "../values/types.ts";
import { CONTEXTS } from "./contexts.ts";
import { dynamic } from "./parameters.ts";

export const decodeBase64 = defineFunction({
  name: "decode_base64",
  summary:
    "The bytes that a Base64 text encodes: either alphabet, padded or not. Nil for anything that is not Base64.",
  params: [dynamic("source", Bytes)],
  returns: Bytes,
  contexts: ["filter", ...CONTEXTS.TRANSFORM],
  cost: 30,
  evaluate: (source) => base64Decode(source),
  examples: [
    { expression: "decode_base64(http.cookie)", given: { "http.cookie": "cm9vdA==" }, result: "root" },
    { expression: "decode_base64(http.cookie)", given: { "http.cookie": "cm9vdA" }, result: "root" },
    { expression: "decode_base64(http.cookie)", given: { "http.cookie": "cm9v dA" }, result: null },
  ],
});
