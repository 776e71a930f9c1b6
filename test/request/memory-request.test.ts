import { expect, test } from "vitest";
import { type RequestData, requestFrom } from "../support/source/request/model.ts";

test.each<[init: RequestData, expected: Readonly<Record<string, unknown>>]>([
  [{ url: "/a" }, { method: "GET", target: "/a", version: "HTTP/1.1", secure: false, rawHeaders: [] }],
  [
    { url: "https://a.example/b?c", headers: {} },
    { target: "/b?c", secure: true, rawHeaders: ["Host", "a.example"] },
  ],
  [
    { url: "http://a.example", headers: { host: "b.example", x: ["1", "2"] } },
    { target: "/", secure: false, rawHeaders: ["host", "b.example", "x", "1", "x", "2"] },
  ],
  [
    { url: "/é", headers: [["X", "ü"]] },
    { target: "/\xc3\xa9", rawHeaders: ["X", "\xc3\xbc"] },
  ],
  [
    { method: "POST", url: "/", body: "é" },
    { body: { bytes: "\xc3\xa9", truncated: false, size: 2 }, rawHeaders: ["Content-Length", "2"] },
  ],
  [
    {
      url: "/",
      headers: { "Transfer-Encoding": "chunked" },
      body: new Uint8Array([0xe9]),
      bodyTruncated: true,
    },
    { body: { bytes: "\xe9", truncated: true, size: 1 }, rawHeaders: ["Transfer-Encoding", "chunked"] },
  ],
  [
    { url: "/", receivedAt: 5, response: { status: 200, headers: { A: "b" }, body: "x" } },
    { receivedAt: 5, response: { status: 200, rawHeaders: ["A", "b"], body: { bytes: "x" } } },
  ],
])("%j", (init, expected) => {
  expect(requestFrom(init)).toMatchObject(expected);
});
