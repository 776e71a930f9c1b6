import { describe, expect, test } from "vitest";
import { compileRedirectList } from "../../support/source/rules/lists.ts";
import type { ListItemDocument } from "../../support/source/rules/ruleset.ts";
import { accepted } from "./support.ts";

type Members = Readonly<Record<string, unknown>>;

function listOf(...redirects: readonly Members[]) {
  const items: readonly ListItemDocument[] = redirects.map((redirect) => ({ redirect }));
  return compileRedirectList({ name: "moved", kind: "redirect", items });
}

const to = (source: string, target: string, more: Members = {}) => ({
  source_url: source,
  target_url: target,
  ...more,
});
const sub = { subpath_matching: true };

test.each<[string, readonly Members[], string, string | undefined]>([
  [
    "an exact path",
    [to("example.com/about", "https://e.net/new")],
    "https://example.com/about",
    "https://e.net/new",
  ],
  ["whatever the query", [to("example.com/about", "/new")], "http://example.com/about?q=1#x", "/new"],
  ["host case, port and last dot", [to("Example.com/a", "/b")], "https://EXAMPLE.com.:8443/a", "/b"],
  ["path case counts", [to("example.com/a", "/b")], "https://example.com/A", undefined],
  ["no path is /", [to("example.com", "/b")], "https://example.com/", "/b"],
  ["a scheme of its own", [to("https://example.com/a", "/b")], "http://example.com/a", undefined],
  ["no subpaths unless asked", [to("example.com/a", "/b")], "https://example.com/a/c", undefined],
  [
    "subpaths",
    [to("example.com/foo/", "https://example.com/qux/", sub)],
    "https://example.com/foo/bar",
    "https://example.com/qux/bar",
  ],
  ["subpaths of a name", [to("example.com/blog", "/new", sub)], "https://example.com/blog/a/b", "/new/a/b"],
  ["the path itself too", [to("example.com/blog", "/new", sub)], "https://example.com/blog", "/new"],
  ["no part of a name", [to("example.com/blog", "/new", sub)], "https://example.com/blogger", undefined],
  [
    "everything below the root",
    [to("example.com/", "https://e.net", sub)],
    "https://example.com/x/y",
    "https://e.net/x/y",
  ],
  [
    "no suffix",
    [to("example.com/a/", "/b/", { ...sub, preserve_path_suffix: false })],
    "https://example.com/a/foo",
    "/b/",
  ],
  [
    "the suffix before query and fragment",
    [to("example.com/a", "/b?x=1#f", sub)],
    "https://example.com/a/c",
    "/b/c?x=1#f",
  ],
  ["no subdomains unless asked", [to("example.com/a", "/b")], "https://www.example.com/a", undefined],
  [
    "subdomains",
    [to("example.com/a", "/b", { include_subdomains: true })],
    "https://x.y.example.com/a",
    "/b",
  ],
  [
    "no part of a label",
    [to("example.com/a", "/b", { include_subdomains: true })],
    "https://badexample.com/a",
    undefined,
  ],
  [
    "the longer path wins",
    [to("e.com/f", "/1", sub), to("e.com/f/s", "/2", sub)],
    "https://e.com/f/s/i",
    "/2/i",
  ],
  [
    "the longer path wins over the exact host",
    [to("a.e.com/f", "/1", sub), to("e.com/f/s", "/2", { ...sub, include_subdomains: true })],
    "https://a.e.com/f/s",
    "/2",
  ],
  [
    "the exact host wins",
    [to("e.com/", "/1", { include_subdomains: true }), to("a.e.com/", "/2")],
    "https://a.e.com/",
    "/2",
  ],
  [
    "the nearer parent wins",
    [
      to("bar.com/", "/1", { include_subdomains: true }),
      to("foo.bar.com/", "/2", { include_subdomains: true }),
    ],
    "https://q.foo.bar.com/",
    "/2",
  ],
  ["a scheme wins over none", [to("e.com/", "/1"), to("http://e.com/", "/2")], "http://e.com/", "/2"],
  ["the other scheme falls back", [to("e.com/", "/1"), to("http://e.com/", "/2")], "https://e.com/", "/1"],
  ["no host by way of slashes", [to("e.com/", "/", sub)], "https://e.com///evil.example", "/evil.example"],
  [
    "no host by way of backslashes",
    [to("e.com/a", "/", sub)],
    "https://e.com/a/\\evil.example",
    "/evil.example",
  ],
  [
    "line breaks, which no response may name",
    [to("e.com/a", "/", sub)],
    "https://e.com/a/x\r\nSet-Cookie: a",
    "/x\r\nSet-Cookie: a",
  ],
  ["bytes", [to("e.com/é", "/ü")], "https://e.com/\xc3\xa9", "/\xc3\xbc"],
  ["no address at all", [to("e.com/", "/1")], "e.com/", undefined],
  ["prototype names", [to("e.com/", "/1")], "https://__proto__/constructor", undefined],
  [
    "very long hosts",
    [to("e.com/", "/1", { include_subdomains: true })],
    `https://${"a.".repeat(50_000)}e.com/`,
    undefined,
  ],
  [
    "very deep paths",
    [to("e.com/a", "/1", sub)],
    `https://e.com/a${"/x".repeat(10_000)}`,
    `/1${"/x".repeat(10_000)}`,
  ],
])("%s", (_, redirects, key, location) => {
  expect(accepted(listOf(...redirects)).find(key)?.location).toBe(location);
});

test("a match tells status, query and item", () => {
  const list = accepted(
    listOf(to("https://e.com/a", "/b", { status_code: 308, preserve_query_string: "enabled" })),
  );
  expect(list.find("https://e.com/a")).toEqual({
    location: "/b",
    status: 308,
    preserveQuery: true,
    item: "https://e.com/a",
  });
  expect(accepted(listOf(to("e.com/a", "/b"))).find("https://e.com/a")).toMatchObject({
    status: 301,
    preserveQuery: false,
  });
});

describe("faults", () => {
  test.each<[Members, string, string]>([
    [{ target_url: "/b" }, "source_url", "a redirect needs `source_url`"],
    [{ source_url: "e.com" }, "target_url", "a redirect needs `target_url`"],
    [
      to("e.com", "/b", { status_code: 303 }),
      "status_code",
      "`status_code` must be one of 301, 302, 307, 308",
    ],
    [
      to("e.com", "/b", { subpath_matching: "yes" }),
      "subpath_matching",
      "`subpath_matching` must be true or false",
    ],
    [
      to("ftp://e.com", "/b"),
      "source_url",
      "the scheme of a source is `http` or `https`, or left out for both",
    ],
    [to("e.com/a?b", "/b"), "source_url", "a source has no query and no fragment"],
    [to("e.com:80/a", "/b"), "source_url", "the host of a source has no user and no port"],
    [to("*.e.com/a", "/b"), "source_url", "a source must begin with a host name"],
    [to("/a", "/b"), "source_url", "a source must begin with a host name"],
    [to("e.com/a b", "/b"), "source_url", "`source_url` contains blanks"],
    [to("e.com", "b"), "target_url", "the target is neither a URL nor a path"],
    [to("e.com", "/b\r\nx: y"), "target_url", "`target_url` contains blanks"],
    [to("e.com", `/${"b".repeat(32_768)}`), "target_url", "`target_url` is longer than 32768 bytes"],
    [
      to("e.com", "/b?c", { preserve_query_string: true }),
      "target_url",
      "a target with a query cannot keep the request's query as well",
    ],
    [
      to(`e.com${"/a".repeat(17)}`, "/b", sub),
      "source_url",
      "a source with subpath matching has at most 16 slashes in its path",
    ],
  ])("%j", (redirect, member, message) => {
    const result = listOf(to("good.example", "/"), redirect);
    expect(result.ok ? [] : result.errors.map((error) => [error.code, error.pointer, error.message])).toEqual(
      [["E_LIST_ITEM", `/items/1/redirect/${member}`, message]],
    );
  });

  test("two redirects of one source, and an item that is none", () => {
    const result = listOf(to("e.com/a", "/1"), to("E.com/a", "/2"));
    expect(result.ok ? [] : result.errors.map(({ message }) => message)).toEqual([
      "another redirect of the list has the same source",
    ]);
    const other = compileRedirectList({ name: "l", kind: "redirect", items: ["x"] });
    expect(other.ok ? [] : other.errors.map(({ message }) => message)).toEqual([
      "an item of a redirect list needs a member `redirect`",
    ]);
  });
});
