import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  normalizePath,
  pathExtension,
  splitTarget,
  URI_ANOMALIES,
  uriAnomalies,
} from "../support/source/request/head.ts";

describe("splitTarget", () => {
  const cases: [
    target: string,
    method: string,
    form: string,
    authority: string | undefined,
    path: string,
    query: string,
  ][] = [
    ["/a?b=c", "GET", "origin", undefined, "/a", "b=c"],
    ["/a?b?c", "GET", "origin", undefined, "/a", "b?c"],
    ["/", "GET", "origin", undefined, "/", ""],
    ["//evil/a", "GET", "origin", undefined, "//evil/a", ""],
    ["/a#b?c", "GET", "origin", undefined, "/a#b", "c"],
    ["HTTP://a.example:81/x?y", "GET", "absolute", "a.example:81", "/x", "y"],
    ["http://a.example", "GET", "absolute", "a.example", "/", ""],
    ["http://a.example?q", "GET", "absolute", "a.example", "/", "q"],
    ["http://a.example\\x", "GET", "absolute", "a.example", "\\x", ""],
    ["http://a.example#x", "GET", "absolute", "a.example", "/#x", ""],
    ["a+b-c.1://h/x", "GET", "absolute", "h", "/x", ""],
    [`${"a".repeat(32)}://h/x`, "GET", "absolute", "h", "/x", ""],
    [`${"a".repeat(33)}://h/x`, "GET", "other", undefined, `${"a".repeat(33)}://h/x`, ""],
    ["a_b://h/x", "GET", "other", undefined, "a_b://h/x", ""],
    ["://h/x", "GET", "other", undefined, "://h/x", ""],
    ["http:/h/x", "GET", "other", undefined, "http:/h/x", ""],
    ["http://h/x", "CONNECT", "absolute", "h", "/x", ""],
    ["*", "OPTIONS", "asterisk", undefined, "*", ""],
    ["a.example:443", "CONNECT", "authority", "a.example:443", "", ""],
    ["a/b", "GET", "other", undefined, "a/b", ""],
    ["", "GET", "other", undefined, "", ""],
  ];
  test.each(cases)("%s %s", (target, method, form, authority, path, query) => {
    expect(splitTarget(target, method)).toMatchObject({ form, authority, path, query });
  });

  test("loses no byte behind the authority", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (rest) => {
        const target = splitTarget(`/${rest}`, "GET");
        expect(target.pathAndQuery).toBe(`/${rest}`);
        expect(`/${rest}`).toBe(target.path + `/${rest}`.slice(target.path.length));
      }),
      { numRuns: 200 },
    );
  });
});

describe("normalizePath", () => {
  const cases: [path: string, rfc3986: string, cloudflare: string][] = [
    ["/a/b", "/a/b", "/a/b"],
    ["/a/./b", "/a/b", "/a/b"],
    ["/a/../b", "/b", "/b"],
    ["/a/b/..", "/a/", "/a/"],
    ["/a/b/.", "/a/b/", "/a/b/"],
    ["/../../a", "/a", "/a"],
    ["/..", "/", "/"],
    ["/%2e%2E/a", "/a", "/a"],
    ["/%61%2f%c3", "/a%2F%C3", "/a%2F%C3"],
    ["/a%zz%", "/a%zz%", "/a%zz%"],
    ["/%252e%252e/", "/%252e%252e/", "/%252e%252e/"],
    ["/a//b", "/a//b", "/a/b"],
    ["//a///b//", "//a///b//", "/a/b/"],
    ["/a\\..\\b", "/a\\..\\b", "/b"],
    ["\\a", "\\a", "/a"],
    ["/a//../b", "/a/b", "/b"],
    ["/%%32e", "/%%32e", "/%%32e"],
    ["/...", "/...", "/..."],
    ["/.a", "/.a", "/.a"],
    ["*", "*", "*"],
    ["", "", ""],
  ];
  test.each(cases)("%s", (path, rfc3986, cloudflare) => {
    expect(normalizePath(path, "rfc3986")).toBe(rfc3986);
    expect(normalizePath(path, "cloudflare")).toBe(cloudflare);
    expect(normalizePath(path, "none")).toBe(path);
  });

  const piece = fc.constantFrom(
    "/",
    "\\",
    ".",
    "..",
    "%",
    "%2e",
    "%2E",
    "%32",
    "2",
    "e",
    "a",
    "%25",
    "%2f",
    "%5c",
    "\xff",
  );
  test("does nothing the second time", () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 24 }),
        fc.constantFrom("rfc3986", "cloudflare"),
        (pieces, mode) => {
          const once = normalizePath(`/${pieces.join("")}`, mode);
          expect(normalizePath(once, mode)).toBe(once);
          expect(once.startsWith("/")).toBe(true);
          expect(once.split("/")).not.toContain("..");
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test.each([
  ["/a", ""],
  ["/a.png", "png"],
  ["/.png", ""],
  ["/.a.png", "png"],
  ["/a.tar.gz", "gz"],
  ["/a.", ""],
  ["/a.PNG", "png"],
  ["/a.b/c", ""],
  ["", ""],
])("extension of %s", (path, extension) => {
  expect(pathExtension(path)).toBe(extension);
});

describe("uriAnomalies", () => {
  const cases: [target: string, anomalies: readonly string[]][] = [
    ["/a?b=c%20d", []],
    ["/a b", ["control_character"]],
    ["/\x7f", ["control_character"]],
    ["/\x80", ["non_ascii"]],
    ["/%7F", ["encoded_control_character"]],
    ["/%1f", ["encoded_control_character"]],
    ["/%20%7e%80", []],
    ["/%25", []],
    ["/%252", []],
    ["/%25zz", []],
    ["/?a=%5c%2e%2f", []],
    ["/a/./b", ["dot_segment"]],
    ["/a/..", ["dot_segment"]],
    ["/a/b/../..", ["dot_segment"]],
    ["/a//../..", ["dot_segment", "above_root", "repeated_slash"]],
    ["/\xe9", ["non_ascii"]],
    ["/a\\b", ["backslash"]],
    ["/a#b", ["fragment"]],
    ["/a%2", ["invalid_escape"]],
    ["/a%00", ["encoded_null"]],
    ["/?a=%0a", ["encoded_control_character"]],
    ["/a%2fb?c=%2f", ["encoded_slash"]],
    ["/a%5Cb", ["encoded_backslash"]],
    ["/a%252e", ["double_encoding"]],
    ["/a/%2e%2e/b", ["encoded_dot", "dot_segment"]],
    ["/a/../../b", ["dot_segment", "above_root"]],
    ["/a//b?c=//", ["repeated_slash"]],
    ["a", ["unusual_form"]],
    ["http://b.example/", ["authority_mismatch"]],
    ["http://A.example/", []],
  ];
  test.each(cases)("%s", (target, anomalies) => {
    expect(uriAnomalies(splitTarget(target, "GET"), "a.example")).toEqual(anomalies);
  });

  test("every code can occur", () => {
    const seen = new Set(cases.flatMap(([, anomalies]) => anomalies));
    expect([...seen].sort()).toEqual([...URI_ANOMALIES].sort());
  });
});
