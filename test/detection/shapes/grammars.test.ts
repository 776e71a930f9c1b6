// biome-ignore-all lint/suspicious/noTemplateCurlyInString: lookups of Java look like placeholders.
import { describe, expect, it } from "vitest";
import type { Detector, Place } from "../../support/source/detection/detector.ts";
import {
  graphqlDetector,
  javaDetector,
  jsonPathDetector,
  ldapDetector,
  nodeDetector,
  nosqlDetector,
  xmlDetector,
  xpathDetector,
} from "../../support/source/detection/shapes.ts";
import { findingsIn } from "./support.ts";

const ARGUMENT: Place = { part: "argument", name: "q", isName: false };
const body = (name: string): Place => ({ part: "body", name, isName: false });
const key = (name: string): Place => ({ part: "body", name, isName: true });

type Row = readonly [what: string, text: string, kinds: readonly string[], place?: Place];

function holds(detector: Detector, rows: readonly Row[]): void {
  const cases = rows.map(([what, text, kinds, place = ARGUMENT]) => ({ what, text, kinds, place }));
  it.each(cases)("$what", ({ text, kinds, place }) => {
    const found = findingsIn(detector, { text, place }).map(({ kind }) => kind.name);
    expect([...new Set(found)].sort()).toEqual(kinds);
  });
}

/** Fragments of one document, each with what it spreads. */
const fragments = (spreads: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(spreads)
    .map(([name, inside]) => `fragment ${name} on T { id ${inside.map((other) => `...${other}`).join(" ")} }`)
    .join(" ");

describe("documents of GraphQL", () => {
  const introspection = ["graphql-introspection"];
  const cycle = ["graphql-cycle"];
  const many = (last: string) =>
    fragments({
      ...Object.fromEntries(Array.from({ length: 500 }, (_, one) => [`f${one}`, []])),
      [last]: [last],
    });
  holds(graphqlDetector, [
    ["a selection of the schema", "{ __schema { types { name } } }", introspection],
    ["a brace too many", "{ __schema { types { name } } } }", []],
    ["a directive without a name", "{ __schema @ { types } }", []],
    ["a directive with a name", "{ __schema @live { types } }", introspection],
    ["a dot of JavaScript", "{ __schema { a.b } }", []],
    ["what no document holds", "{ __schema { a; b } }", []],
    ["a comment at the end", "{ __schema { types } } # and } so } on", introspection],
    ["a comment on a line", "{ # first }\n __schema { types } }", introspection],
    ["an argument in parentheses", '{ __type(name: "A", in: (1)) { name } }', introspection],
    ["a parenthesis in a string", '{ note(text: "a ) } b") __schema { id } }', introspection],
    ["an escaped quote in a string", '{ note(text: "a \\") } b") __schema { id } }', introspection],
    ["a block of text", '{ note(text: """a ") } b""") __schema { id } }', introspection],
    ["a block of text without an end", '{ __schema { id } note(text: """a ) } } }', introspection],
    ["the schema within a block of text", '{ note(text: """__schema ) { } id', []],
    ["a fragment that contains itself", fragments({ a: ["a"] }), cycle],
    ["three in a ring", fragments({ a: ["b"], b: ["c"], c: ["a"] }), cycle],
    ["a fragment of another document", fragments({ a: ["elsewhere"] }), []],
    ["a chain", fragments({ a: ["b"], b: ["c"], c: [] }), []],
    ["two that share one", fragments({ a: ["c"], b: ["c"], c: [] }), []],
    ["one with two inside", fragments({ a: ["b", "c"], b: [], c: [] }), []],
    ["a ring beside what is shared", fragments({ a: ["b", "c"], b: ["a", "c"], c: [] }), cycle],
    ["the last of five hundred", many("f499"), cycle],
    ["one behind five hundred", many("f500"), []],
  ]);
});

describe("lookups of Java", () => {
  const jndi = ["java-jndi-lookup"];
  const nested = ["java-nested-lookup"];
  const both = [...jndi, ...nested];
  const long = "a".repeat(90);
  holds(javaDetector, [
    ["a long address", `\${jndi:ldap://${long}}`, jndi],
    ["a lookup behind a long address", `\${jndi:ldap://${long}\${lower:x}}`, both],
    ["a lookup in an address", "${jndi:ldap://h.example/${env:USER}}", both],
    ["an unknown lookup in an address", "${jndi:ldap://h.example/${mine:USER}}", jndi],
    ["a known lookup behind other text", "${label: of ${env:USER}}", []],
    ["a brace as a reference of HTML", "$&lbrace;jndi:ldap://h.example/a}", jndi],
    ["another reference of HTML", "$&amp;jndi:ldap://h.example/a}", []],
    ["a variable in a variable", "${page${jndi}}", []],
    ["a default in a variable", "${page${x:-y}}", nested],
    ["a default far behind in a variable", `\${page\${${"x".repeat(50)}:-y}}`, []],
    ["a lookup without an end", "${jndi:ldap://h.example/a", jndi],
    ["what people write of one", "${jndi:...}", []],
  ]);
});

describe("types and streams of Java", () => {
  const gadget = ["java-gadget-type"];
  const serialized = ["java-serialized-object"];
  const inBody = ["java-serialized-body"];
  const name = "org.codehaus.groovy.runtime.MethodClosure";
  const stream = "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA";
  const raw = "\u00ac\u00ed\u0000\u0005sr";
  holds(javaDetector, [
    ["a tag of YAML behind spaces", "key:  \t!!com.example.Loader [x]", gadget],
    ["a tag at the beginning", "!!com.example.Loader {}", gadget],
    ["a tag in a sentence", "so nice !!com.example is up", []],
    ["a tag glued to a word", "nice!!com.example is up", []],
    ["a tag of no class", "key: !!com. and so on", []],
    ["a class as the value", name, gadget],
    ["a class in a sentence", `use ${name} here`, []],
    [
      "a class in a sentence of a path",
      `/use ${name} here`,
      gadget,
      { part: "path", name: "", isName: false },
    ],
    ["a class of a frame of a stack", `at x(${name}:12)`, []],
    ["a class in parentheses", `x(${name})`, gadget],
    ["an object in an argument", stream, serialized],
    ["an object in a body", stream, [...inBody, ...serialized].sort(), body("data")],
    ["the state of a page", stream, inBody, body("javax.faces.ViewState")],
    ["a body that is an object", stream, inBody, body("")],
    ["an object behind other text of a body", `x: ${stream}`, inBody, body("data")],
    ["letters in the middle of Base64", `abc${stream}`, []],
    ["an object in hex", "aced000573720011", serialized],
    ["an object in hex behind a space", "x aced000573720011", serialized],
    ["the same digits in a longer number", "00aced000573720011", []],
    ["an object as it is", raw, serialized],
    ["an object as it is, in a body", raw, inBody, body("data")],
    ["its bytes within a file", `GIF89a${raw}`, [], body("data")],
  ]);
});

describe("filters of JSONPath", () => {
  const found = ["cve-2025-1302"];
  holds(jsonPathDetector, [
    ["a constructor in a filter", "$..[?(@.constructor)]", found],
    ["a module in a filter", "$.a[ ? (require('fs'))]", found],
    ["a constructor in front of one", "$.constructor[?(@.a)]", []],
    ["a process far behind one", `$[?(@.a)]${" b".repeat(200)} process.x`, []],
    ["a constructor without one", "is that a constructor?", []],
    ["one in a header", "$[?(@.constructor)]", [], { part: "header", name: "referer", isName: false }],
    ["one in a path", "$[?(@.constructor)]", [], { part: "path", name: "", isName: false }],
  ]);
});

describe("scripts and operators of MongoDB", () => {
  const script = ["nosql-script"];
  holds(nosqlDetector, [
    ["an operator behind a string's end", "x', $or: [1]", script],
    ["an operator in an object of its own", '{ size: 5", $or: [1] }', []],
    ["a variable behind a string's end", "x', $total: [a || b]", []],
    ["a condition behind a string's end", "x' || this.pin", script],
    ["a word behind a string's end", "x' || y", []],
    ["an operator as a value", '{"$size": 1}', ["nosql-operator-value"]],
    ["a comparison with nothing", '{"$ne": null}', ["nosql-credential", "nosql-operator-value"]],
    ["a comparison with a price", '{"$gt": 250}', ["nosql-operator-value"]],
    [
      "the same for a password",
      '{"$gt": 250}',
      ["nosql-credential", "nosql-operator-value"],
      body("user.password"),
    ],
    ["a key that is an operator", "age.$gt", ["nosql-operator"], key("find.age.$gt")],
    ["the end of a range", "age.$lt", [], key("find.age.$lt")],
    ["an operator in a filter", "age.$gt", [], key("filter.age.$gt")],
    ["a member behind a string's end", "x' || this.pin.match(/^1/)", script],
    ["a member in a program", "return this.pin.match(/^1/)", []],
    ["a member alone", "this.pin.match(/^1/) || 1", script],
    ["a command", "db.users.drop()", script],
    ["a command without an end", "db.users.drop(", script],
    ["a command behind a statement", "1; db.users.drop()", script],
    ["a command in a sentence", "call db.users.drop() now", []],
    ["a command that a sentence follows", "db.users.drop() empties it", []],
    ["a member of another object", "mydb.users.drop()", []],
    ["a query that is written down", "db.users.find({ age: 3 })", []],
    ["a loop behind a number", "1; while(1)", script],
    ["a sum behind a string's end", "x'; a += 1 || return", []],
    ["a sentence behind a string's end", "as in 'x'; then db.x is read", []],
    ["a loop behind a word", "so; while(1)", []],
    ["an operator in a name's brackets", "user[$ne]=1", ["nosql-operator-name"]],
    ["an operator in brackets without a value", "user[$ne] is one", []],
    ["an operator in brackets of nothing", "[$ne]=1", []],
    ["an operator in brackets behind a sign", "(a*b[$ne]=1", []],
  ]);
});

describe("declarations of XML", () => {
  const entity = ["xxe-external-entity"];
  const dtd = ["xxe-external-dtd"];
  holds(xmlDetector, [
    ["an entity of a file", '<!ENTITY a SYSTEM "file:///x">', entity],
    ["an entity without a space", '<!ENTITYa SYSTEM "file:///x">', []],
    ["a document type of a foreign host", '<!DOCTYPE a SYSTEM "http://h.example/a.dtd">', dtd],
    ["one without quotes", "<!DOCTYPE a SYSTEM http://h.example/a.dtd>", []],
    ["a public one of a foreign host", '<!DOCTYPE a PUBLIC "x" "http://h.example/a.dtd">', dtd],
    ["a public one without a place", '<!DOCTYPE a PUBLIC "x">', []],
    ["a place of a schema in words", "the :schemaLocation of it", []],
    ["a place of a schema", 'xsi:schemaLocation="http://h.example/a.xsd"', ["xxe-schema-location"]],
    ["a name space far from its prefix", `xmlns:a="b" ${"c ".repeat(80)} 2001/XInclude`, []],
    ["a name space without a prefix", "see 2001/XInclude", []],
    [
      "an inclusion",
      '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///x"/>',
      ["xxe-inclusion"],
    ],
  ]);
});

describe("filters of LDAP, paths of XPath and prototypes", () => {
  const filter = ["injection-ldap"];
  holds(ldapDetector, [
    ["a filter that goes on", "x)(uid=*", filter],
    ["one behind a long value", `${"x".repeat(200)})(uid=*`, []],
    ["a zero byte behind a filter", "x))\0", filter],
    ["a zero byte in a file", `x)\0${"y".repeat(40)}`, []],
  ]);
  holds(xpathDetector, [
    ["a function behind an operator", "x' or count(//a)=1", ["injection-xpath"]],
    ["a function behind a pipe", "x' | count(//a)", []],
  ]);
  holds(nodeDetector, [
    ["a prototype at a path's end", "a.__proto__.b", ["injection-prototype"]],
    ["one behind a long path", `! ${"a.".repeat(150)}__proto__.b=1`, []],
    ["an internal key with another", '{"_response":{"_prefix":"x"}}', ["node-flight-internals"]],
    ["an internal key alone", '{"_response":{"id":"prototype"}}', []],
  ]);
});
