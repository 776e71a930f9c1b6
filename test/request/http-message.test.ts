import { expect, test } from "vitest";
import { parseHttpMessage } from "../support/source/request/model.ts";

test("reads a request as captured", () => {
  const parsed = parseHttpMessage("POST /a?b HTTP/1.0\r\nHost: a.example\r\nX:  1 \r\n 2\r\n\r\nbody\r\n", {
    remoteAddress: "192.0.2.1",
    receivedAt: 5,
  });
  expect(parsed).toEqual({
    ok: true,
    request: {
      method: "POST",
      target: "/a?b",
      version: "HTTP/1.0",
      secure: false,
      rawHeaders: ["Host", "a.example", "X", "1 2"],
      remoteAddress: "192.0.2.1",
      receivedAt: 5,
      body: { bytes: "body\r\n", truncated: false, size: 6 },
    },
  });
});

test("only spaces and tabs around a value are left out", () => {
  const parsed = parseHttpMessage("GET /\nX: \t\u00a0a\u000b\t \n\t b\u00a0\t\n\n");
  expect(parsed).toMatchObject({ ok: true, request: { rawHeaders: ["X", "\u00a0a\u000b b\u00a0"] } });
});

test.each<[text: string, body: string]>([
  ["GET /", ""],
  ["GET /\n\n", ""],
  ["GET / HTTP/2\nHost: a\n\nx\n\ny", "x\n\ny"],
  ["POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", "abcde"],
])("%j", (text, body) => {
  expect(parseHttpMessage(text)).toMatchObject({ ok: true, request: { body: { bytes: body } } });
});

test.each([undefined, false, true])("whether the connection was encrypted is told: %j", (secure) => {
  const context = secure === undefined ? {} : { secure };
  expect(parseHttpMessage("GET /", context)).toMatchObject({
    ok: true,
    request: { secure: secure ?? false },
  });
});

const START = "the first line must read `METHOD TARGET HTTP/1.1`";
const LINE = "a header line must read `Name: value`";
const FOLDED = "a header line must begin with its name";
const CHUNKS = "the chunked body is malformed";
const chunked = (body: string) => `GET / HTTP/1.1\nTransfer-Encoding: chunked\n\n${body}`;

test.each<[text: string, line: number, message: string]>([
  ["", 1, START],
  ["GET", 1, START],
  ["GET ", 1, START],
  ["G(T /", 1, START],
  ["GET /a b HTTP/1.1", 1, START],
  ["GET / HTTP/1.1 x", 1, START],
  ["GET / HTTP/11", 1, START],
  ["GET / HTTP/1.1\nrubbish\n", 2, LINE],
  ["GET / HTTP/1.1\n: x\n", 2, LINE],
  ["GET / HTTP/1.1\na: b\nrubbish\n", 3, LINE],
  ["GET / HTTP/1.1\n folded\n", 2, FOLDED],
  ["GET / HTTP/1.1\n\tfolded\n", 2, FOLDED],
  [chunked("9\nabc"), 4, CHUNKS],
  [chunked("3\nabc"), 4, CHUNKS],
  [chunked("3\nabcX0\n\n"), 4, CHUNKS],
  [chunked("3\nabc\rX0\n\n"), 4, CHUNKS],
  [chunked("zz\n"), 4, CHUNKS],
  [chunked("0"), 4, CHUNKS],
  [chunked("000000001\na\n0\n"), 4, CHUNKS],
])("%j is refused", (text, line, message) => {
  expect(parseHttpMessage(text)).toEqual({ ok: false, line, message });
});
