import { describe, expect, test } from "vitest";
import { Budget } from "../support/source/language/values.ts";
import {
  prepareRequestOptions,
  type RequestChange,
  type RequestData,
  requestFrom,
  WafRequest,
} from "../support/source/request/model.ts";

describe("whether the client's connection was encrypted", () => {
  const options = prepareRequestOptions({ client: { trust: ["10.0.0.0/8"], protocolHeader: "X-Proto" } });
  const [proxy, nobody] = ["10.0.0.1", "192.0.2.1"];
  test.each<[peer: string, socket: boolean, said: string | readonly string[] | undefined, secure: boolean]>([
    [proxy, false, "https", true],
    [proxy, true, "http", false],
    [proxy, true, undefined, true],
    [proxy, false, undefined, false],
    [proxy, false, "", false],
    [proxy, true, "", false],
    // The nearest proxy wrote last.
    [proxy, false, "http, https, \tHTTPS ", true],
    [proxy, true, "https, https, http", false],
    [proxy, false, ["http", "https"], true],
    [proxy, true, ["https", "http"], false],
    [nobody, false, "https", false],
    [nobody, true, "http", true],
  ])("of %s, whose socket says %j and whose header %j: %j", (remoteAddress, secure, said, expected) => {
    const headers = said === undefined ? {} : { "x-proto": said };
    const request = new WafRequest(requestFrom({ url: "/", headers, remoteAddress, secure }), options);
    expect([request.secure, request.scheme]).toEqual([expected, expected ? "https" : "http"]);
  });
});

describe("rewrites", () => {
  const request = (data: Partial<RequestData> = {}) =>
    new WafRequest(requestFrom({ url: "/a?b=1", headers: { "X-A": "1" }, ...data }));
  const add = { operation: "add", name: "x-a", value: "2" } as const;

  test.each<[changes: readonly RequestChange[], changed: readonly string[], uri: string]>([
    [[], [], "/a?b=1"],
    [[{ part: "path", value: "/x" }], ["path"], "/x?b=1"],
    [[{ part: "query", value: "c=2" }], ["query"], "/a?c=2"],
    [[{ part: "query", value: "" }], ["query"], "/a"],
    [
      [
        { part: "path", value: "/x" },
        { part: "path", value: "/y" },
      ],
      ["path"],
      "/y?b=1",
    ],
    [[{ part: "headers", operation: add }], ["headers"], "/a?b=1"],
    // There is no response to change.
    [[{ part: "responseHeaders", operation: add }], [], "/a?b=1"],
  ])("%j", (changes, changed, uri) => {
    const one = request();
    expect([one.rewrite(changes), one.uri]).toEqual([changed, uri]);
    expect(one.rawTarget.pathAndQuery).toBe("/a?b=1");
  });

  test("of headers add up, and leave what was received", () => {
    const one = request({ response: { status: 200, headers: { "X-A": "1" } } });
    for (const part of ["headers", "responseHeaders"] as const) {
      const three = { ...add, value: "3" };
      one.rewrite([{ part, operation: add }]);
      expect(one.rewrite([{ part, operation: three }])).toEqual([part]);
    }
    expect([one.headers.all("x-a"), one.rawHeaders.all("x-a")]).toEqual([["1", "2", "3"], ["1"]]);
    const { responseHeaders, rawResponseHeaders } = one;
    expect([responseHeaders?.all("x-a"), rawResponseHeaders?.all("x-a")]).toEqual([["1", "2", "3"], ["1"]]);
  });

  test("of the query are split anew each time", () => {
    const one = request();
    const names = () => one.arguments(new Budget(1000)).names;
    expect(names()).toEqual(["b"]);
    for (const name of ["c", "d"]) {
      one.rewrite([{ part: "query", value: `${name}=1` }]);
      expect(names()).toEqual([name]);
    }
    expect(one.rawArguments(new Budget(1000)).names).toEqual(["b"]);
  });

  test("a question mark without a query stays until the query is rewritten", () => {
    const one = request({ url: "/a?" });
    expect(one.uri).toBe("/a?");
    one.rewrite([{ part: "query", value: "" }]);
    expect(one.uri).toBe("/a");
  });
});

test.each<[data: RequestData, host: string]>([
  [{ url: "/", headers: { Host: "a.example" } }, "a.example"],
  [
    {
      url: "/",
      headers: [
        ["Host", "a.example"],
        ["host", "b.example"],
      ],
    },
    "a.example",
  ],
  [{ url: "b.example:443", method: "CONNECT" }, "b.example"],
  [{ url: "/" }, ""],
])("the host of %j", (data, host) => {
  expect(new WafRequest(requestFrom(data)).host).toBe(host);
});
