import { sha256 as hash } from "@noble/hashes/sha2.js";
import { defineFunction } from "../scheme/define-function.ts";
import { fromUint8Array, toUint8Array } from "../values/bytes.ts";
import { Bytes } from "../values/types.ts";
import { CONTEXTS } from "./contexts.ts";
import { either } from "./parameters.ts";

export const sha256 = defineFunction({
  name: "sha256",
  summary: "The SHA-256 digest: 32 bytes, not text; `encode_base64` makes it readable.",
  params: [either("input", Bytes)],
  returns: Bytes,
  total: true,
  contexts: CONTEXTS.HEADERS,
  cost: 1000,
  evaluate: (input) => fromUint8Array(hash(toUint8Array(input))),
  examples: [
    {
      expression: "encode_base64(sha256(http.host))",
      given: { "http.host": "" },
      result: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
    },
    { expression: "len(sha256(http.host))", given: { "http.host": "a.example" }, result: 32 },
  ],
});
