import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joined } from "../support/joined.ts";
import { IpSet } from "../support/source/language/sets.ts";
import { Budget, type IpRange, parseIpItem } from "../support/source/language/values.ts";
import {
  acceptedLanguages,
  clientAddress,
  groupByName,
  HEADER_ANOMALIES,
  Headers,
  headerAnomalies,
  normalizePath,
  parseCookies,
  parseNode,
  splitPairs,
  splitTarget,
  uriAnomalies,
} from "../support/source/request/head.ts";
import { parseHttpMessage } from "../support/source/request/model.ts";

const RUNS = 4000;
const trusted = IpSet.from([parseIpItem("10.0.0.0/8") as IpRange]);

describe("hostile heads", () => {
  test(`${RUNS} header blocks`, () => {
    const name = fc.oneof(
      fc.constantFrom(
        "Host",
        "host",
        "Content-Length",
        "Transfer-Encoding",
        "__proto__",
        "constructor",
        "",
        "a b",
        "X_Y",
      ),
      joined("a", "-", "_", ":", "\0", "\xff"),
    );
    const value = joined("a.example", "1", "-1", "chunked", ",", " ", "\t", "\0", "\r\n", "\xff");
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 24 }), (lines) => {
        const headers = Headers.fromRaw(lines.flat(), 16);
        expect(headers.names.length).toBe(Math.min(lines.length, 16));
        expect(headers.truncated).toBe(lines.length > 16);
        const grouped = [...headers.byName.values()].flat();
        expect(grouped.length).toBe(headers.names.length);
        for (const key of headers.byName.keys()) expect(key).not.toMatch(/[A-Z]/);
        for (const anomaly of headerAnomalies(headers, "HTTP/1.1"))
          expect(HEADER_ANOMALIES).toContain(anomaly);
        expect(headers.joined("__proto__")).toBe(
          lines
            .slice(0, 16)
            .filter(([key]) => key === "__proto__")
            .map(([, text]) => text)
            .join(", "),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test(`${RUNS} Cookie headers`, () => {
    const header = joined(";", "=", " ", "a", "b", "__proto__", "%61", "%", '"', ",", "\0", "\xff", "; ");
    fc.assert(
      fc.property(header, (text) => {
        const budget = new Budget(100_000);
        const cookies = parseCookies(text, 8, budget);
        expect(cookies.names.length).toBe(cookies.values.length);
        expect(cookies.names.length).toBeLessThanOrEqual(8);
        expect([...cookies.names, ...cookies.values].join("").length).toBeLessThanOrEqual(text.length);
        expect(100_000 - budget.remaining).toBeLessThanOrEqual(text.length + 1);
        expect([...groupByName(cookies).values()].flat().length).toBe(cookies.names.length);
      }),
      { numRuns: RUNS },
    );
  });

  test(`${RUNS} forwarding and language headers`, () => {
    const header = joined(
      "10.0.0.1",
      "192.0.2.1",
      "::1",
      "[::1]:80",
      "for=",
      ";",
      ",",
      '"',
      "\\",
      " ",
      "unknown",
      "_x",
      ":80",
      "%eth0",
      ";q=0.5",
      "*",
      "\xff",
    );
    fc.assert(
      fc.property(header, fc.constantFrom("forwarded", "x-forwarded-for"), (text, clientHeader) => {
        const found = clientAddress("10.0.0.9", Headers.fromRaw([clientHeader, text], 4), {
          trusted,
          clientHeader,
          maxHops: 8,
        });
        expect(found.address === undefined).toBe(found.malformed);
        // Whatever stands before it, what the nearest proxy wrote counts, in the line or in one of its own.
        const own = clientHeader === "forwarded" ? "for=192.0.2.66" : "192.0.2.66";
        for (const lines of [[`${text}, ${own}`], [text, own]]) {
          const raw = lines.flatMap((line) => [clientHeader, line]);
          const { address, malformed } = clientAddress("10.0.0.9", Headers.fromRaw(raw, 4), {
            trusted,
            clientHeader,
            maxHops: 8,
          });
          expect([address, malformed]).toEqual([parseNode("192.0.2.66"), false]);
        }
        const untrusted = clientAddress("192.0.2.9", Headers.fromRaw([clientHeader, text], 4), {
          trusted,
          clientHeader,
          maxHops: 8,
        });
        expect(untrusted.address).toBe(untrusted.peer);
        const languages = acceptedLanguages(text, 8);
        expect(languages.length).toBeLessThanOrEqual(8);
        expect(languages).not.toContain("*");
      }),
      { numRuns: RUNS },
    );
  });

  test(`${RUNS} request targets`, () => {
    const target = joined(
      "/",
      "\\",
      ".",
      "..",
      "%2e",
      "%2f",
      "%",
      "%00",
      "?",
      "&",
      "=",
      "#",
      "a",
      "http://",
      "@",
      "\0",
      "\xff",
      "//",
    );
    fc.assert(
      fc.property(target, (text) => {
        const parts = splitTarget(text, "GET");
        const path = normalizePath(parts.path, "cloudflare");
        expect(path.length).toBeLessThanOrEqual(parts.path.length + 1);
        const anomalies = uriAnomalies(parts, "a.example");
        expect(new Set(anomalies).size).toBe(anomalies.length);
        const budget = new Budget(100_000);
        const args = splitPairs(parts.query, 8, budget);
        expect(args.names.length).toBeLessThanOrEqual(8);
        expect(100_000 - budget.remaining).toBeLessThanOrEqual(parts.query.length + 1);
        parseHttpMessage(text);
      }),
      { numRuns: RUNS },
    );
  });

  test.each([
    ["slashes", "/".repeat(100_000)],
    ["dots", "/..".repeat(30_000)],
    ["escapes", "/%2e%2e".repeat(10_000)],
    ["percent signs", `/${"%".repeat(100_000)}`],
    ["backslashes", `/${"\\..".repeat(30_000)}`],
  ])("100,000 bytes of %s", (_name, path) => {
    const once = normalizePath(path, "cloudflare");
    expect(once.startsWith("/")).toBe(true);
    expect(normalizePath(once, "cloudflare")).toBe(once);
    expect(uriAnomalies(splitTarget(path, "GET"), "").length).toBeLessThan(17);
  });

  test.each([
    ["commas", ",".repeat(100_000)],
    ["quotes", '"'.repeat(100_000)],
    ["backslashes in quotes", `for="${"\\".repeat(100_000)}`],
    ["parameters", "for=1;".repeat(20_000)],
    ["brackets", "[".repeat(100_000)],
    ["colons", ":".repeat(100_000)],
    ["addresses", "10.0.0.1,".repeat(10_000)],
    ["weights", "a;q=0.1,".repeat(12_000)],
    ["spaces", " ".repeat(100_000)],
    ["semicolons and equals signs", ";=".repeat(50_000)],
  ])("100,000 bytes of %s in each header that is parsed", (_name, text) => {
    const budget = new Budget(1_000_000);
    const cookies = parseCookies(text, 8, budget);
    expect(cookies.names.length).toBeLessThanOrEqual(8);
    expect(1_000_000 - budget.remaining).toBeLessThanOrEqual(text.length + 1);
    expect(acceptedLanguages(text, 8).length).toBeLessThanOrEqual(8);
    for (const clientHeader of ["forwarded", "x-forwarded-for"]) {
      const options = { trusted, clientHeader, maxHops: 8 };
      const { address, malformed } = clientAddress(
        "10.0.0.9",
        Headers.fromRaw([clientHeader, text], 4),
        options,
      );
      expect(address === undefined).toBe(malformed);
    }
  });
});
