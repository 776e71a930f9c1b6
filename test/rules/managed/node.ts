import { at, type CaseTable, form, header, json, query } from "./support.ts";

const graphql = (query: string) => json({ query });
const aliases = (count: number) =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: user(id: ${index}) { id }`).join(" ")} }`;
const nested = (depth: number) => `{ ${"a { ".repeat(depth)}id${" }".repeat(depth)} }`;

export const nodeCases: CaseTable = {
  "wc-node-flight-reference": {
    matches: ["$1:__proto__:then", form('{"then":"$2:constructor:constructor"}', "0")],
    passes: ["$1:then", "a:__proto__:b", "$5:constructor fee"],
  },
  "wc-node-flight-internals": {
    matches: [
      json({ a: { _response: { _prefix: "1", _chunks: "$Q2" } } }),
      form('{"_response":{"_formData":{}}}', "0"),
    ],
    passes: [json({ _response: "x" }), json({ response: { prefix: "1" } })],
  },
  "wc-graphql-introspection": {
    matches: [graphql("{ __schema { types { name } } }"), graphql('query { __type(name: "A") { name } }')],
    passes: [graphql("{ __typename }"), graphql("{ schema { name } }"), "__schema"],
  },
  "wc-graphql-flood": {
    matches: [graphql(aliases(120)), graphql(`query { a ${"@skip(if: false) ".repeat(60)} }`)],
    passes: [graphql(aliases(20)), graphql("query { a @skip(if: false) }")],
  },
  "wc-graphql-depth": {
    matches: [graphql(nested(30)), graphql(`query ${nested(26)}`)],
    passes: [graphql(nested(10)), query("{ a { b")],
  },
  "wc-graphql-batch": {
    matches: [
      json(Array.from({ length: 100 }, () => ({ query: "{ a }" }))),
      json(
        Array.from({ length: 150 }, (_, code) => ({
          query: "mutation($c:Int){try(c:$c)}",
          variables: { c: code },
        })),
      ),
    ],
    passes: [json(Array.from({ length: 99 }, () => ({ query: "{ a }" }))), json({ "99": "query" })],
  },
  "wc-graphql-cycle": {
    matches: [
      graphql("query { ...A } fragment A on Q { ...B } fragment B on Q { ...A }"),
      graphql("{ ...S } fragment S on X { id ...S }"),
    ],
    passes: [graphql("query { ...A ...A } fragment A on Q { id }"), query("...A fragment A")],
  },
  "wc-protocol-method-override": {
    matches: [
      header("X-HTTP-Method-Override", "DELETE"),
      header("X-Method-Override", "PUT"),
      at("/items/5?_method=DELETE"),
      form("PATCH", "_method"),
    ],
    passes: [header("X-HTTP-Version", "1.1"), query("X-HTTP-Method-Override"), at("/items?method=card")],
  },
};
