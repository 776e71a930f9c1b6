import { defineFunction } from "../scheme/define-function.ts";
import { Bool, Bytes, Int, Ip } from "../values/types.ts";
import { CONTEXTS } from "./contexts.ts";
import { dynamic } from "./parameters.ts";
import { textForm } from "./text-of.ts";

export const toStringFunction = defineFunction({
  name: "to_string",
  summary: "Text of a value: decimal digits, `true` or `false`, or the shortest usual form of an address.",
  params: [dynamic("value", [Int, Bool, Ip])],
  returns: Bytes,
  total: true,
  contexts: [...CONTEXTS.TRANSFORM, "redirect"],
  prepare: ([value]) => {
    return textForm(value.type);
  },
  evaluate: (value) => String(value),
  examples: [
    { expression: "to_string(cf.edge.server_port)", given: { "cf.edge.server_port": 443 }, result: "443" },
    { expression: "to_string(ssl)", given: { ssl: false }, result: "false" },
    { expression: "to_string(ip.src)", given: { "ip.src": "192.0.2.1" }, result: "192.0.2.1" },
    { expression: "to_string(ip.src)", given: { "ip.src": "2001:DB8:0:0:0:0:0:A" }, result: "2001:db8::a" },
  ],
});
