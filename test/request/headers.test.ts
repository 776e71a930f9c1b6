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
    // A name without a value is no line.
    expect(Headers.fromRaw(["a", "1", "b"], 2)).toMatchObject({ names: ["a"], values: ["1"] });
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
    [["Host", "a".repeat(300)], []],
    [["Host", "a".repeat(301)], ["invalid_host"]],
    [[...host, "Content-Length", "+5"], ["invalid_content_length"]],
    [[...host, "Content-Length", ""], ["invalid_content_length"]],
    [[...host, "Content-Length", "0123456789123456789"], []],
    [[...host, "Content-Length", "01234567891234567890"], ["invalid_content_length"]],
    [[...host, "Content-Length", "5/"], ["invalid_content_length"]],
    [[...host, "Content-Length", "5:"], ["invalid_content_length"]],
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

  test.each([
    ["HTTP/0.9", []],
    ["HTTP/1.0", []],
    ["HTTP/1.1", ["missing_host"]],
    ["HTTP/2", ["missing_host"]],
  ])("without a Host in %s", (version, anomalies) => {
    expect(headerAnomalies(Headers.fromRaw([], 8), version)).toEqual(anomalies);
  });

  test("every byte of hosts, names and values is judged", () => {
    const of = (...lines: readonly string[]) => headerAnomalies(Headers.fromRaw(lines, 8), "HTTP/1.1");
    for (let code = 0; code < 256; code++) {
      const byte = String.fromCharCode(code);
      const isControl = (code < 32 && code !== 9) || code === 127;
      const value = isControl ? ["control_character"] : code > 127 ? ["non_ascii"] : [];
      const isOfHost = /[A-Za-z0-9:._~[\]-]/.test(byte);
      const name =
        byte === "_"
          ? ["underscore_in_name"]
          : /[!#$%&'*+.^`|~0-9A-Za-z-]/.test(byte)
            ? []
            : ["invalid_name"];
      expect([code, of("Host", `a${byte}`)]).toEqual([code, isOfHost ? [] : ["invalid_host", ...value]]);
      expect([code, of(...host, `a${byte}`, "1")]).toEqual([code, name]);
      expect([code, of(...host, "x", `a${byte}`)]).toEqual([code, value]);
    }
  });

  test("every code can occur", () => {
    expect([...new Set(cases.flatMap(([, found]) => found))].sort()).toEqual([...HEADER_ANOMALIES].sort());
  });
});
