import { expect, test } from "vitest";
import { acceptedLanguages } from "../support/source/request/head.ts";

test.each<[header: string, tags: readonly string[]]>([
  ["", []],
  ["de", ["de"]],
  ["pt-BR, pt;q=0.6, en;q=0.8, *;q=0.1", ["pt-BR", "en", "pt"]],
  ["a;q=0.5,b;q=0.5,c", ["c", "a", "b"]],
  ["a ; Q=0.001 , b;q=1.000", ["b", "a"]],
  ["a;q=0,b;q=2,c;q=x,d;q=0.1234,e;x=1,f;q=1.1", []],
  [",,a,,", ["a"]],
  ["a,b,c,d,e,f", ["a", "b", "c", "d"]],
])("%j", (header, tags) => {
  expect(acceptedLanguages(header, 4)).toEqual(tags);
});
