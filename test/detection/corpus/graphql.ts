import type { CorpusPart } from "./part.ts";

const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(" ");
const nest = (depth: number, name: string) => `${`${name} { `.repeat(depth)}id${" }".repeat(depth)}`;

export const graphqlCorpus: CorpusPart = {
  attacks: [
    ...[
      "{ __schema { types { name } } }",
      'query { __type(name: "User") { fields { name } } }',
      "query IntrospectionQuery { __schema { queryType { name } } }",
      "{__schema{directives{name args{name}}}}",
      "fragment T on __Type { kind name } query { __schema { types { ...T } } }",
      'query Q { a: __type(name: "A") { kind } }',
      "mutation { x } query { __schema { mutationType { name } } }",
      "{\n  __schema\n  {\n    subscriptionType { name }\n  }\n}",
      "query($n: String!) { __type(name: $n) { name } }",
    ].map((text) => ({ text, place: "json" as const, finds: ["graphql-introspection"] })),
    ...[
      `{ ${many(120, (index) => `a${index}: user(id: ${index}) { id }`)} }`,
      `query { ${many(150, (index) => `t${index}: __typename`)} }`,
      `mutation { ${many(110, (index) => `login${index}: login(pin: "${index}") { token }`)} }`,
      `{ hero ${many(60, () => "@skip(if: false)")} { id } }`,
      `query { me { name ${many(55, () => "@aa")} } }`,
      `{ ${many(130, (index) => `x${index}: node(id: "q") { ... on A { b } }`)} }`,
      `subscription { ${many(101, (index) => `s${index}: tick`)} }`,
    ].map((text) => ({ text, place: "json" as const, finds: ["graphql-flood"] })),
    ...[
      `{ ${nest(26, "friends")} }`,
      `query D { ${nest(40, "parent")} }`,
      `mutation { ${nest(30, "reply")} }`,
      `query ($a: Int) { ${nest(28, "node(first: $a)")} }`,
      `{ a { ${nest(33, "edges { node")}${" }".repeat(33)} } }`,
    ].map((text) => ({ text, place: "json" as const, finds: ["graphql-depth"] })),
    ...[
      "query { ...A } fragment A on Q { ...B } fragment B on Q { ...A }",
      "{ ...S } fragment S on X { id ...S }",
      "query C { n { ...F1 } } fragment F1 on N { ...F2 } fragment F2 on N { ...F3 } fragment F3 on N { ...F1 }",
      "fragment Loop on T { a { ...Loop } } query { t { ...Loop } }",
      "{ x { ...One } } fragment Two on R { k { ...One } } fragment One on R { l { ...Two } }",
    ].map((text) => ({ text, place: "json" as const, finds: ["graphql-cycle"] })),
  ],
  lookAlikes: [
    "query Hero($id: ID!) { hero(id: $id) { name friends { name } } }",
    "{ user(id: 4) { id name profilePic(width: 100) } }",
    "mutation Like { like(story: 7) { story { likes { count } } } }",
    "query { small: pic(size: 64) big: pic(size: 1024) }",
    "fragment F on User { id name } query { me { ...F friend { ...F } } }",
    "query { me { __typename name } }",
    "subscription OnLike { like(id: 2) { user { name } } }",
    "query A($x: Boolean!) { a @include(if: $x) { b @skip(if: $x) } }",
    "__schema is the entry point of introspection",
    "{ a { b { c { d { e { f { g } } } } } } }",
    "The __type field gives a type by name.",
    "type Query { users(first: Int = 10): [User!]! }",
    "schema { query: Query mutation: Mutation }",
    '{ search(text: "an") { ... on Human { name } ... on Droid { name } } }',
    "directive @auth(role: String) on FIELD_DEFINITION",
    "function f() { if (a) { while (b) { c(); } } }",
    `.a { ${many(120, (index) => `x${index}: y;`)} }`,
    `{ ${many(140, (index) => `"k${index}": ${index},`)} }`,
    many(80, (index) => `@user${index}`),
    "query: best laptop { 2024 }",
    "extend type User { posts: [Post] }",
    'query Search($text: String = "a", $n: Int = 3) { search(text: $text, first: $n) { id } }',
    `query { ${many(60, (index) => `field${index}`)} }`,
    "query X { a(where: {b: {c: {d: [1, 2]}}}) { id } }",
    "query { ...A } fragment A on Q { ...B } fragment B on Q { id }",
  ].map((text) => ({ text, place: "json" as const })),
};
