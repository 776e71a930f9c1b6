import { defineFunction } from "../scheme/define-function.ts";
import { Bytes } from "../values/types.ts";
import { dynamic, either } from "./parameters.ts";

function tableOf(bytes: string): Uint8Array {
  const table = new Uint8Array(256);
  for (let at = 0; at < bytes.length; at++) table[bytes.charCodeAt(at)] = 1;
  return table;
}

/** The text without the bytes of the table; the same string when it holds none of them. */
function without(text: string, table: Uint8Array): string {
  let out = "";
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    if (table[text.charCodeAt(at)] === 0) continue;
    out += text.slice(copied, at);
    copied = at + 1;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

function removing(bytes: string): (value: string) => string {
  const table = tableOf(bytes);
  return (value) => without(value, table);
}

export const removeBytes = defineFunction({
  name: "remove_bytes",
  summary: "The value without every byte that occurs in the second argument, which is a set of bytes.",
  params: [dynamic("value", Bytes), either("bytes", Bytes)],
  returns: Bytes,
  total: true,
  cost: 20,
  prepare: (args) => {
    const bytes = args[1].literal;
    return bytes === undefined ? undefined : removing(bytes);
  },
  evaluate: (value, bytes) => without(value, tableOf(bytes)),
  examples: [
    {
      expression: 'remove_bytes(http.request.uri.query, "\'\\"")',
      given: { "http.request.uri.query": "a='1'\"" },
      result: "a=1",
    },
    {
      expression: 'remove_bytes(http.request.uri.query, "\\x30\\x31")',
      given: { "http.request.uri.query": "0a1b" },
      result: "ab",
    },
    {
      expression: 'remove_bytes(http.request.uri.query, "")',
      given: { "http.request.uri.query": "a=1" },
      result: "a=1",
    },
  ],
});
