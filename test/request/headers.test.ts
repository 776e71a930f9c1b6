import { describe, expect, test } from "vitest";
import { HEADER_ANOMALIES, Headers, headerAnomalies } from "../support/source/request/head.ts";

const host = ["Host", "a.example"];

describe("Headers", () => {
  const headers = Headers.fromRaw(["Accept", "a", "X-One", "1", "accept", "b", "__proto__", "p"], 10);

  test("keeps order and spelling in the arrays, and groups by lower-case name", () => {
    expect(headers.names).toEqual(["Accept", "X-One", "accept", "__proto__"]);
    expect(headers.values).toEqual(["a", "1", "b", "p"]);
    expect([...headers.byName]).toEqual([
      ["accept", ["a", "b"]],
      ["x-one", ["1"]],
      ["__proto__", ["p"]],
    ]);
    expect(headers.truncated).toBe(false);
  });

  test("looks names up", () => {
    expect(headers.first("accept")).toBe("a");
    expect(headers.joined("accept")).toBe("a, b");
    expect(headers.joined("constructor")).toBe("");
    expect(headers.all("toString")).toEqual([]);
  });

  test("cuts at the limit and says so", () => {
    const cut = Headers.fromRaw(["a", "1", "b", "2", "c", "3"], 2);
    expect(cut.names).toEqual(["a", "b"]);
    expect(cut.truncated).toBe(true);
    expect(Headers.fromRaw(["a", "1", "b", "2"], 2).truncated).toBe(false);
  });

  test("changes copies only", () => {
    const changed = headers.with([
      { operation: "set", name: "ACCEPT", value: "c" },
      { operation: "add", name: "x-one", value: "2" },
      { operation: "remove", name: "__PROTO__" },
    ]);
    expect([...changed.byName]).toEqual([
      ["x-one", ["1", "2"]],
      ["accept", ["c"]],
    ]);
    expect(headers.all("accept")).toEqual(["a", "b"]);
  });
});

describe("headerAnomalies", () => {
  const cases: [rawHeaders: readonly string[], anomalies: readonly string[]][] = [
    [host, []],
    [[], ["missing_host"]],
    [[...host, ...host], ["duplicate_host"]],
    [["Host", "a b"], ["invalid_host"]],
    [["Host", ""], ["invalid_host"]],
    [["Host", "[2001:db8::1]:80"], []],
    [[...host, "Content-Length", "+5"], ["invalid_content_length"]],
    [
      [...host, "Content-Length", "5", "content-length", "6"],
      ["conflicting_content_length", "duplicate_content_length"],
    ],
    [[...host, "Content-Length", "5", "content-length", "5"], ["duplicate_content_length"]],
    [[...host, "Transfer-Encoding", "Chunked"], []],
    [[...host, "Transfer-Encoding", "xchunked"], ["unknown_transfer_encoding"]],
    [
      [...host, "Transfer-Encoding", "chunked", "Transfer-Encoding", "chunked"],
      ["duplicate_transfer_encoding"],
    ],
    [
      [...host, "Transfer-Encoding", "chunked", "Content-Length", "1"],
      ["content_length_and_transfer_encoding"],
    ],
    [[...host, "Content-Type", "a/b", "Content-Type", "c/d"], ["duplicate_content_type"]],
    [[...host, "Authorization", "a", "authorization", "b"], ["duplicate_authorization"]],
    [[...host, "User-Agent", "a", "user-agent", "b"], ["duplicate_user_agent"]],
    [[...host, "a b", "1"], ["invalid_name"]],
    [[...host, "", "1"], ["invalid_name"]],
    [[...host, "content_length", "1"], ["underscore_in_name"]],
    [[...host, "x", "a\0b"], ["control_character"]],
    [[...host, "x", "a\tb"], []],
    [[...host, "x", "\xe9"], ["non_ascii"]],
    [[...host, ...Array.from({ length: 20 }, () => "x")], ["too_many_headers"]],
  ];
  test.each(cases)("%j", (rawHeaders, anomalies) => {
    expect(headerAnomalies(Headers.fromRaw(rawHeaders, 8), "HTTP/1.1")).toEqual(anomalies);
  });

  test("HTTP/1.0 needs no Host", () => {
    expect(headerAnomalies(Headers.fromRaw([], 8), "HTTP/1.0")).toEqual([]);
  });

  test("every code can occur", () => {
    expect([...new Set(cases.flatMap(([, found]) => found))].sort()).toEqual([...HEADER_ANOMALIES].sort());
  });
});
