import { defineFunction } from "../scheme/define-function.ts";
import { base64Encode } from "../values/bytes.ts";
import { Bytes } from "../values/types.ts";
import { CONTEXTS } from "./contexts.ts";
import { type Arguments, either, hasLetter, literal, unknownLetters } from "./parameters.ts";

function encoder(args: Arguments): (input: string) => string {
  const options = { url: hasLetter(args, 1, "u"), pad: hasLetter(args, 1, "p") };
  return (input) => base64Encode(input, options);
}

export const encodeBase64 = defineFunction({
  name: "encode_base64",
  summary: "Base64 text of the bytes. Options: `u` for the URL-safe alphabet, `p` for padding.",
  params: [either("input", Bytes), literal("options", Bytes, { optional: true })],
  returns: Bytes,
  total: true,
  contexts: CONTEXTS.HEADERS,
  cost: 30,
  prepare: (args) => {
    const faults = unknownLetters(args, 1, "up");
    return faults.length > 0 ? faults : encoder(args);
  },
  evaluate: encoder([]),
  examples: [
    { expression: 'encode_base64("~?~?")', result: "fj9+Pw" },
    { expression: 'encode_base64("~?~?", "p")', result: "fj9+Pw==" },
    { expression: 'encode_base64("~?~?", "u")', result: "fj9-Pw" },
    { expression: 'encode_base64("~?~?", "pu")', result: "fj9-Pw==" },
  ],
});
