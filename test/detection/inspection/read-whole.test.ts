import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isReadWhole } from "../../support/source/detection/inspection.ts";

describe("texts that detectors read whole", () => {
  test.each([
    "http://203.0.113.9:8080/a/b?c=d&e=f#g",
    "https://api.example/items{/id}/files/{name}...{other}{?page,per_page}",
    "color=red&size[]=5&top=",
    "12 = 3 * 4 and 15 = 3 * 5",
    "apple(s), box(es) and plums",
    'what is "or 1=1"?',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    '{"q":{}}',
    '[{"a":["b;c"]}]',
    "<?xml version='1.0'?>\n<a xmlns='urn:b'><c/></a>",
  ])("%j", (text) => {
    expect(isReadWhole(text)).toBe(true);
  });

  test.each([
    "http://203.0.113.9/<b>",
    "http://203.0.113.9/{7*7}",
    "http://203.0.113.9/{{name}}",
    "http://203.0.113.9/{*}",
    "color=red&size='5",
    "12 = 3 or sleep(4)",
    "alert(sum)",
    '{"q":{}',
    "[1];alert(1)",
    '[1];alert("]',
    '["]}',
    'x "or 1=1--"',
    'x "or" 1="1',
    "x <!doctype html> ' or 1=1",
    "<a b='xmlns'>",
  ])("not %j", (text) => {
    expect(isReadWhole(text)).toBe(false);
  });

  test("whatever the text is, there is an answer", () => {
    fc.assert(fc.property(fc.string(), (text) => typeof isReadWhole(text) === "boolean"));
  });
});
