import { defineFunction } from "../../src/expression/scheme/define-function.ts";
import type { FunctionDefinition } from "../../src/expression/scheme/definitions.ts";
import { asciiLower, asciiUpper } from "../../src/expression/values/bytes.ts";
import type { Type } from "../../src/expression/values/types.ts";

const BYTES = { kind: "Bytes" } as const satisfies Type;
const BOOL = { kind: "Bool" } as const satisfies Type;

/** The functions that the measured rules call. */
export const MEASURED_FUNCTIONS: readonly FunctionDefinition[] = [
  defineFunction({ name: "lower", summary: "", params: [BYTES], returns: BYTES, evaluate: asciiLower }),
  defineFunction({ name: "upper", summary: "", params: [BYTES], returns: BYTES, evaluate: asciiUpper }),
  defineFunction({
    name: "starts_with",
    summary: "",
    params: [BYTES, BYTES],
    returns: BOOL,
    evaluate: (text, prefix) => text.startsWith(prefix),
  }),
  defineFunction({
    name: "ends_with",
    summary: "",
    params: [BYTES, BYTES],
    returns: BOOL,
    evaluate: (text, suffix) => text.endsWith(suffix),
  }),
];
