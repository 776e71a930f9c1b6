import { describe, expect, test } from "vitest";
import { detectors } from "../../support/source/detection/inspection.ts";
import { kindsIn } from "../corpus-check.ts";

const named = (name: string) => detectors.filter((detector) => detector.name === name);
const namesIn = (detector: string, text: string) => kindsIn(named(detector), text).map(({ name }) => name);

describe("names by which testers are called back", () => {
  test.each([
    "http://a1b2.oastify.com/x",
    "x.OAST.fun",
    "nslookup q-1.dnslog.cn",
    "http://webhook.site/6f1",
    "//Webhook.Site/6f1",
    "a.dnsbin.zhack.ca:53",
  ])("%j", (text) => {
    expect(namesIn("callback", text)).toEqual(["scanner-callback-host"]);
  });

  test.each(["oastify.com is a service", "host.oast.foo", "a.xss.htm", "webhook.site", "my.interact.shop"])(
    "not %j",
    (text) => {
      expect(namesIn("callback", text)).toEqual([]);
    },
  );
});

describe("filters of JSONPath that run as code", () => {
  test.each([
    "$..[?(@.constructor.constructor('return 1')())]",
    "$[? ( require ('fs') )]",
    "a[?(p=process.env)]",
  ])("%j", (text) => {
    expect(namesIn("json-path", text)).toEqual(["cve-2025-1302"]);
  });

  test.each([
    "$..book[?(@.price<10)]",
    "require('fs') [?(",
    "what is a constructor [?]",
    `$[?(@.a)]${" ".repeat(400)}process.`,
  ])("not %j", (text) => {
    expect(namesIn("json-path", text)).toEqual([]);
  });
});
