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
  [{ url: "http://a.example/", secure: true }, { secure: true }],
  [{ url: "https://a.example/", secure: false }, { secure: false }],
  [{ url: "/", body: "x", headers: { "CONTENT-LENGTH": "9" } }, { rawHeaders: ["CONTENT-LENGTH", "9"] }],
  [
    { url: "/", receivedAt: 5, response: { status: 200, headers: { A: "b" }, body: "x" } },
    { receivedAt: 5, response: { status: 200, rawHeaders: ["A", "b"], body: { bytes: "x" } } },
  ],
])("%j", (init, expected) => {
  expect(requestFrom(init)).toMatchObject(expected);
});

test.each<[data: unknown, message: RegExp]>([
  [undefined, /an object with a `url`/],
  ["https://a.example/", /an object with a `url`/],
  [{ url: new URL("https://a.example/") }, /an object with a `url`/],
  [{ url: "/", headers: new Headers({ a: "b" }) }, /`headers` must be .*, found an object/],
  [{ url: "/", headers: new Map([["a", "b"]]) }, /`headers`/],
  [{ url: "/", headers: ["a", "b"] }, /`headers` .*, found the text `a`/],
  [{ url: "/", headers: { a: 1 } }, /`headers` .*, found `1`/],
  [{ url: "/", headers: { a: ["x", undefined] } }, /`headers` .*, found `undefined`/],
  [{ url: "/", body: { a: 1 } }, /`body` must be a text or a Uint8Array, not an object/],
  [{ url: "/", response: { status: 200, headers: "a" } }, /`headers` .*, found the text `a`/],
  [new Request("https://a.example/"), /`headers`/],
])("refuses %o", (data, message) => {
  const refusal = expect.objectContaining({ code: "E_REQUEST", message: expect.stringMatching(message) });
  expect(() => requestFrom(data as RequestData)).toThrow(refusal);
});
