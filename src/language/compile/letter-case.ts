// `lower(x) == "…"` and its kin, without making the other string.
import type { CallNode, TypedNode } from "../check/typed-ast.ts";
import { asciiLower, asciiUpper } from "../values/bytes.ts";
import type { BytesValue } from "../values/value.ts";
import type { Predicate } from "./typed-values.ts";

/** A call that gives one value a letter case. */
export function isCaseCall(node: TypedNode): node is CallNode {
  if (node.kind !== "call" || node.mapped) return false;
  const { meaning } = node.function;
  return meaning === "ascii_lower" || meaning === "ascii_upper";
}

/** Whether a value in the call's letter case equals the constant; the predicate takes the value as it is. */
export function caseComparison(node: CallNode, constant: string): Predicate<BytesValue> {
  const isLower = node.function.meaning === "ascii_lower";
  if ((isLower ? asciiLower(constant) : asciiUpper(constant)) !== constant) return () => false;
  const { length } = constant;
  const first = isLower ? 97 : 65;
  const codes = Uint8Array.from(constant, (letter) => letter.charCodeAt(0));
  // From a letter to itself in the other case.
  const shift = isLower ? -32 : 32;
  return (text) => {
    if (text.length !== length) return false;
    // V8 compares whole strings at the price of two units: most that are equal are so as they are.
    if (text === constant) return true;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      const wanted = codes[at]!;
      if (code === wanted) continue;
      if (code !== wanted + shift || wanted < first || wanted > first + 25) return false;
    }
    return true;
  };
}
