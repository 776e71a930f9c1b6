import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fuzzServe } from "./serve.ts";
import { StrictReader } from "./strict-request.ts";

const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

test("five seconds of hostile clients and upstreams", { timeout: 60_000 }, async () => {
  const report = await fuzzServe({ cli, seconds: 5, seed: 1, clients: 20 });
  expect(report).toMatchObject({ exit: undefined, stacks: [], ambiguous: [], probeFaults: [], sockets: 0 });
  expect(Math.min(report.connections, report.requests, report.upgrades, report.probes)).toBeGreaterThan(5);
});

describe("the strict reader", () => {
  const judged = "X-Judged: s\r\n";
  const head = `POST /a HTTP/1.1\r\nHost: a\r\n${judged}`;
  const next = `GET /b HTTP/1.1\r\nHost: a\r\n${judged}\r\n`;
  const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n`;
  const cases: readonly (readonly [
    what: string,
    bytes: string,
    targets: readonly string[],
    fault: string,
  ])[] = [
    ["requests in a row", `${head}\r\n${next}`, ["/a", "/b"], ""],
    ["a body with a length", `${head}Content-Length: 3\r\n\r\nabc${next}`, ["/a", "/b"], ""],
    ["chunks", `${chunked}3\r\nabc\r\n0\r\nX: 1\r\n\r\n${next}`, ["/a", "/b"], ""],
    ["part of a head", head, [], ""],
    [
      "a second request in the body",
      `${head}\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n`,
      ["/a"],
      "no rule has judged",
    ],
    ["a forged mark", `${head}X-Judged: s\r\n\r\n`, [], "no rule has judged"],
    ["a bare line feed", `${head}A: b\nC: d\r\n\r\n`, [], "a header line"],
    ["a control byte", `${head}A: \x01\r\n\r\n`, [], "a header line"],
    ["a folded line", `${head}A: b\r\n c\r\n\r\n`, [], "a header line"],
    ["a blank before the colon", `${head}A : b\r\n\r\n`, [], "a header line"],
    ["a control byte in the target", `GET /\x01 HTTP/1.1\r\n${judged}\r\n`, [], "a request line"],
    ["another version", `GET / HTTP/1.0\r\n${judged}\r\n`, [], "a request line"],
    ["two hosts", `${head}Host: b\r\n\r\n`, [], "2 Host lines"],
    ["two framings", `${head}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, [], "framed twice"],
    ["two lengths", `${head}Content-Length: 1\r\nContent-Length: 1\r\n\r\n`, [], "framed twice"],
    ["an odd length", `${head}Content-Length: +1\r\n\r\n`, [], "a length is"],
    ["an odd coding", `${head}Transfer-Encoding: x, chunked\r\n\r\n`, [], "a transfer coding is"],
    ["an extension of a chunk", `${chunked}1;a\r\na\r\n`, ["/a"], "the size of a chunk"],
    ["a long chunk", `${chunked}1\r\nab\r\n`, ["/a"], "a chunk is longer"],
    ["an odd trailer", `${chunked}0\r\nA\r\n\r\n`, ["/a"], "a trailer is"],
  ];

  test.each(cases)("%s", (_what, bytes, targets, fault) => {
    for (const step of [bytes.length, 1]) {
      const seen: string[] = [];
      const faults: string[] = [];
      const reader = new StrictReader(
        "s",
        ({ target }) => seen.push(target),
        (found) => faults.push(found),
      );
      for (let at = 0; at < bytes.length; at += step) reader.take(bytes.slice(at, at + step));
      expect(seen).toEqual(targets);
      expect(faults.map((found) => found.startsWith(fault))).toEqual(fault === "" ? [] : [true]);
    }
  });
});
