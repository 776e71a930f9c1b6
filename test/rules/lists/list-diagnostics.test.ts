import { expect, test } from "vitest";
import { type Diagnostic, type Result, Source } from "../../support/source/language/diagnostics.ts";
import { compileList, compileRedirectList, readList } from "../../support/source/rules/lists.ts";
import type { ListDocument, ListItemDocument } from "../../support/source/rules/ruleset.ts";

type Kind = ListDocument["kind"];

/** Everything that is told of a list: code, pointer or else place, message and hint. */
function toldOf(result: Result<unknown>): readonly string[] {
  return [...(result.ok ? [] : result.errors), ...result.warnings].map(
    ({ code, pointer, line, column, message, hint }: Diagnostic) =>
      [code, pointer ?? `${line}:${column}`, message, hint && `(${hint})`].filter(Boolean).join(" "),
  );
}

const redirect = (members: Readonly<Record<string, unknown>>) => ({
  redirect: { source_url: "e.com/a", target_url: "/b", ...members },
});

const NO_TARGET =
  "E_LIST_ITEM /items/0/redirect/target_url the target is neither a URL nor a path (begin it with `https://` or `/`)";
const NO_HOST =
  "E_LIST_ITEM /items/0/redirect/source_url a source must begin with a host name (`include_subdomains` is the only wildcard)";
const NO_REDIRECT =
  'E_LIST_ITEM /items/0 an item of a redirect list needs a member `redirect` (write `{redirect: {source_url: "…", target_url: "…"}}`)';
const NO_ITEM = "E_LIST_ITEM /items/0 an item is a string, a number or an object";
test.each<[kind: Kind, item: unknown, told: readonly string[]]>([
  [
    "ip",
    "10.0.0.1/8",
    [
      "E_INVALID_IP /items/0 `10.0.0.1/8` has bits set beyond its prefix length (the network is `10.0.0.0/8`)",
    ],
  ],
  [
    "ip",
    "10.0.0.0/33",
    ["E_INVALID_IP /items/0 `10.0.0.0/33` has no valid prefix length (0 to 32 for IPv4, 0 to 128 for IPv6)"],
  ],
  [
    "ip",
    "example.com",
    [
      "E_INVALID_IP /items/0 `example.com` is not an IP address (host names are compared with `http.host`, and their lists are of kind `hostname`)",
    ],
  ],
  [
    "ip",
    "10.0.0.9..10.0.0.1",
    [
      "E_RANGE_BOUNDS /items/0 the range `10.0.0.9..10.0.0.1` has its higher address first (write the lower address first)",
    ],
  ],
  [
    "ip",
    "10.0.0.9..::1",
    [
      "E_RANGE_BOUNDS /items/0 the range `10.0.0.9..::1` mixes IPv4 and IPv6 (write a range for each of the two)",
    ],
  ],
  [
    "ip",
    "",
    [
      "E_INVALID_IP /items/0 `` is not an IP address (write `192.0.2.1` or `2001:db8::1`, a network as `192.0.2.0/24`, a range as `192.0.2.1..192.0.2.9`)",
    ],
  ],
  ["ip", "0.0.0.0/0", ["W_LIST_ITEM /items/0 `0.0.0.0/0` contains every IPv4 address"]],
  [
    "ip",
    "0.0.0.0..255.255.255.255",
    ["W_LIST_ITEM /items/0 `0.0.0.0..255.255.255.255` contains every IPv4 address"],
  ],
  ["ip", "::/0", ["W_LIST_ITEM /items/0 `::/0` contains every IPv6 address"]],
  ["ip", "128.0.0.0/1", []],
  ["ip", "0.0.0.0/1", []],
  ["ip", "8000::/1", []],
  ["ip", "::/1", []],
  ["ip", "1.0.0.0..255.255.255.255", []],
  ["ip", "0.0.0.0..255.255.255.254", []],
  [
    "ip",
    `${"1".repeat(300)}`,
    [
      "E_INVALID_IP /items/0 `11111111111111111111111111111111111111111111111111111111111…` is not an IP address (write `192.0.2.1` or `2001:db8::1`, a network as `192.0.2.0/24`, a range as `192.0.2.1..192.0.2.9`)",
    ],
  ],
  [
    "int",
    "2..1",
    ["E_RANGE_BOUNDS /items/0 the range `2..1` has its higher number first (write the lower number first)"],
  ],
  ["int", "1..x", ["E_INVALID_INT /items/0 `x` is not an integer"]],
  ["int", "x..1", ["E_INVALID_INT /items/0 `x` is not an integer"]],
  [
    "int",
    "x..y",
    ["E_INVALID_INT /items/0 `x` is not an integer", "E_INVALID_INT /items/0 `y` is not an integer"],
  ],
  ["int", "5..5", []],
  ["int", "", ["E_INVALID_INT /items/0 `` is not an integer"]],
  ["int", "9223372036854775808", ["E_INVALID_INT /items/0 `9223372036854775808` does not fit into 64 bits"]],
  ["int", 1.5, ["E_INVALID_INT /items/0 `1.5` is not an integer"]],
  ["int", "AS5", ["E_INVALID_INT /items/0 `AS5` is not an integer (write the number alone: `5`)"]],
  ["asn", 4294967295, []],
  ["asn", 4294967296, ["E_INVALID_INT /items/0 `4294967296` is not an AS number: they have 32 bits"]],
  ["asn", -1, ["E_INVALID_INT /items/0 `-1` is not an AS number: they have 32 bits"]],
  ["asn", "AS", ["E_INVALID_INT /items/0 `AS` is not an integer"]],
  ["asn", "as5..AS6", []],
  ["asn", "ASx", ["E_INVALID_INT /items/0 `ASx` is not an integer"]],
  [
    "hostname",
    "https://a.example",
    ["E_LIST_ITEM /items/0 `https://a.example` has a scheme (write the host name alone: `a.example`)"],
  ],
  [
    "hostname",
    "a.example/x",
    ["E_LIST_ITEM /items/0 `a.example/x` has a path (write the host name alone: `a.example`)"],
  ],
  [
    "hostname",
    "a.example:80",
    ["E_LIST_ITEM /items/0 `a.example:80` has a port (host names match on every port)"],
  ],
  [
    "hostname",
    "bücher.example",
    [
      "E_LIST_ITEM /items/0 `bücher.example` has letters outside ASCII (write international names in their ASCII form, which begins with `xn--`)",
    ],
  ],
  [
    "hostname",
    "a.*.example",
    ["E_LIST_ITEM /items/0 in `a.*.example` a `*` may only be the whole first label, as in `*.example.com`"],
  ],
  [
    "hostname",
    "*.*.example",
    ["E_LIST_ITEM /items/0 in `*.*.example` a `*` may only be the whole first label, as in `*.example.com`"],
  ],
  [
    "hostname",
    "*",
    ["E_LIST_ITEM /items/0 in `*` a `*` may only be the whole first label, as in `*.example.com`"],
  ],
  [
    "hostname",
    "*a.example",
    [
      "E_LIST_ITEM /items/0 in `*a.example` a `*` may only be the whole first label, as in `*.example.com` (write `*.a.example` for its subdomains, and `a.example` for the name itself)",
    ],
  ],
  [
    "hostname",
    "*.",
    ["E_LIST_ITEM /items/0 in `*.` a `*` may only be the whole first label, as in `*.example.com`"],
  ],
  ["hostname", "*.a", []],
  ["hostname", "a..example", ["E_LIST_ITEM /items/0 `a..example` has an empty label"]],
  [
    "hostname",
    "-a.example",
    [
      "E_LIST_ITEM /items/0 `-a.example` is not a host name (labels are letters, digits and inner hyphens, at most 63 of them)",
    ],
  ],
  [
    "hostname",
    "a-.example",
    [
      "E_LIST_ITEM /items/0 `a-.example` is not a host name (labels are letters, digits and inner hyphens, at most 63 of them)",
    ],
  ],
  ["hostname", "a_b.example", []],
  ["hostname", "", ["E_LIST_ITEM /items/0 a host name is missing"]],
  ["hostname", ".", ["E_LIST_ITEM /items/0 `.` has an empty label"]],
  ["hostname", "a".repeat(63), []],
  [
    "hostname",
    "a".repeat(64),
    [
      "E_LIST_ITEM /items/0 `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…` is not a host name (labels are letters, digits and inner hyphens, at most 63 of them)",
    ],
  ],
  ["hostname", `${"a.".repeat(126)}a`, []],
  [
    "hostname",
    `${"a.".repeat(126)}aa`,
    [
      "E_LIST_ITEM /items/0 `a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a…` is longer than 253 characters",
    ],
  ],
  ["hostname", { hostname: { url_hostname: "*.a", exclude_exact_hostname: true } }, []],
  ["prefix", "", ["E_LIST_ITEM /items/0 an empty prefix would match every value"]],
  ["suffix", "", ["E_LIST_ITEM /items/0 an empty suffix would match every value"]],
  ["substring", "", ["E_LIST_ITEM /items/0 an empty substring would match every value"]],
  ["string", "", []],
  ["string", { value: "x", expires_at: "2026-01-31t01:02:03.5z" }, []],
  ["string", { value: "x", expires_at: "2026-01-31 01:02:03+01:00" }, []],
  [
    "string",
    { value: "x", expires_at: "2026-01-31" },
    ["E_LIST_ITEM /items/0/expires_at `2026-01-31` is not an RFC 3339 time such as `2026-01-31T00:00:00Z`"],
  ],
  [
    "string",
    { value: "x", expires_at: 5 },
    ["E_LIST_ITEM /items/0/expires_at `5` is not an RFC 3339 time such as `2026-01-31T00:00:00Z`"],
  ],
  ["string", { value: "x", expires_at: "" }, []],
  ["string", { value: "x", expires_at: null }, []],
  [
    "string",
    { value: "x", expires_at: "2026-02-29T00:00:00Z" },
    [
      "E_LIST_ITEM /items/0/expires_at `2026-02-29T00:00:00Z` is not an RFC 3339 time such as `2026-01-31T00:00:00Z`",
    ],
  ],
  [
    "string",
    { value: "x", expires_at: "2026-01-31T24:30:00Z" },
    [
      "E_LIST_ITEM /items/0/expires_at `2026-01-31T24:30:00Z` is not an RFC 3339 time such as `2026-01-31T00:00:00Z`",
    ],
  ],
  ["string", undefined, [NO_ITEM]],
  ["string", null, [NO_ITEM]],
  ["string", true, [NO_ITEM]],
  ["string", [], [NO_ITEM]],
  [
    "string",
    {},
    [
      "E_LIST_ITEM /items/0 the item has no value of a list of kind string (write `{value: …}`, or the value alone)",
    ],
  ],
  ["redirect", redirect({}), []],
  [
    "redirect",
    redirect({ source_url: undefined }),
    ["E_LIST_ITEM /items/0/redirect/source_url a redirect needs `source_url`"],
  ],
  [
    "redirect",
    redirect({ target_url: "" }),
    ["E_LIST_ITEM /items/0/redirect/target_url a redirect needs `target_url`"],
  ],
  [
    "redirect",
    redirect({ source_url: 5, target_url: 6 }),
    [
      "E_LIST_ITEM /items/0/redirect/source_url a redirect needs `source_url`",
      "E_LIST_ITEM /items/0/redirect/target_url a redirect needs `target_url`",
    ],
  ],
  [
    "redirect",
    redirect({ status_code: "301" }),
    ["E_LIST_ITEM /items/0/redirect/status_code `status_code` must be one of 301, 302, 307, 308"],
  ],
  ["redirect", redirect({ status_code: 308 }), []],
  ["redirect", redirect({ status_code: null }), []],
  [
    "redirect",
    redirect({ preserve_query_string: "disabled", include_subdomains: "enabled", subpath_matching: null }),
    [],
  ],
  [
    "redirect",
    redirect({ preserve_query_string: "on" }),
    ["E_LIST_ITEM /items/0/redirect/preserve_query_string `preserve_query_string` must be true or false"],
  ],
  [
    "redirect",
    redirect({ include_subdomains: 1 }),
    ["E_LIST_ITEM /items/0/redirect/include_subdomains `include_subdomains` must be true or false"],
  ],
  ["redirect", redirect({ target_url: "b" }), [NO_TARGET]],
  ["redirect", redirect({ target_url: "HTTPS://e.net" }), []],
  ["redirect", redirect({ target_url: "1https://e.net" }), [NO_TARGET]],
  ["redirect", redirect({ target_url: "x/b:c" }), [NO_TARGET]],
  [
    "redirect",
    redirect({ source_url: "ftp://e.com" }),
    [
      "E_LIST_ITEM /items/0/redirect/source_url the scheme of a source is `http` or `https`, or left out for both (write `https://e.com`)",
    ],
  ],
  ["redirect", redirect({ source_url: "HTTP://e.com" }), []],
  [
    "redirect",
    redirect({ source_url: "e.com/a#b" }),
    [
      "E_LIST_ITEM /items/0/redirect/source_url a source has no query and no fragment (the request's query is ignored)",
    ],
  ],
  [
    "redirect",
    redirect({ source_url: "u@e.com" }),
    [
      "E_LIST_ITEM /items/0/redirect/source_url the host of a source has no user and no port (requests match on every port: leave it out)",
    ],
  ],
  ["redirect", redirect({ source_url: "e.com/a:b@c" }), []],
  ["redirect", redirect({ source_url: "*.e.com" }), [NO_HOST]],
  ["redirect", redirect({ source_url: "https:///a" }), [NO_HOST]],
  [
    "redirect",
    redirect({ source_url: "e.com/a\tb" }),
    ["E_LIST_ITEM /items/0/redirect/source_url `source_url` contains blanks"],
  ],
  ["redirect", redirect({ source_url: `e.com/${"a".repeat(32_762)}` }), []],
  [
    "redirect",
    redirect({ source_url: `e.com/${"a".repeat(32_763)}` }),
    ["E_LIST_ITEM /items/0/redirect/source_url `source_url` is longer than 32768 bytes"],
  ],
  [
    "redirect",
    redirect({ target_url: "/b?c", preserve_query_string: true }),
    [
      "E_LIST_ITEM /items/0/redirect/target_url a target with a query cannot keep the request's query as well (leave out one of the two)",
    ],
  ],
  ["redirect", redirect({ target_url: "/b?c" }), []],
  ["redirect", redirect({ source_url: `e.com${"/a".repeat(16)}`, subpath_matching: true }), []],
  [
    "redirect",
    redirect({ source_url: `e.com${"/a".repeat(17)}`, subpath_matching: true }),
    [
      "E_LIST_ITEM /items/0/redirect/source_url a source with subpath matching has at most 16 slashes in its path",
    ],
  ],
  ["redirect", redirect({ source_url: `e.com${"/a".repeat(17)}` }), []],
  ["redirect", null, [NO_REDIRECT]],
  ["redirect", "x", [NO_REDIRECT]],
  ["redirect", { redirect: null }, [NO_REDIRECT]],
  ["redirect", { redirect: 5 }, [NO_REDIRECT]],
  ["redirect", {}, [NO_REDIRECT]],
])("%#: what is told of an item of a list of kind %s", (kind, item, told) => {
  const document: ListDocument = { name: "l", kind, items: [item as ListItemDocument] };
  const result: Result<unknown> =
    kind === "redirect" ? compileRedirectList(document) : compileList(document, { now: () => 0 });
  expect(toldOf(result)).toEqual(told);
});

const off = {
  preserve_query_string: false,
  include_subdomains: false,
  subpath_matching: false,
  preserve_path_suffix: false,
};

test.each<[file: string, text: string, kind: Kind | undefined, read: unknown]>([
  [
    "a.csv",
    `x,"y`,
    undefined,
    ["E_LIST_ITEM 1:1 a quoted cell does not end, or text follows its closing quote"],
  ],
  [
    "a.csv",
    `"a"b`,
    undefined,
    ["E_LIST_ITEM 1:1 a quoted cell does not end, or text follows its closing quote"],
  ],
  [
    "a.csv",
    `a,b,c,d`,
    undefined,
    ["E_LIST_ITEM 1:1 the row has more than 3 cells (put cells with commas in quotes)"],
  ],
  [
    "a.csv",
    `item,description\na,b,c`,
    undefined,
    ["E_LIST_ITEM 2:1 the row has more than 2 cells (put cells with commas in quotes)"],
  ],
  ["a.csv", `a,b,c,d,e,f,g,h`, "redirect", ["E_LIST_ITEM 1:1 a redirect has at most 7 cells"]],
  [
    "a.csv",
    `a`,
    "redirect",
    { kind: "redirect", items: [{ redirect: { source_url: "a", target_url: "", ...off } }] },
  ],
  [
    "a.csv",
    `a,b,301,true,FALSE,,yes`,
    "redirect",
    {
      kind: "redirect",
      items: [
        {
          redirect: {
            source_url: "a",
            target_url: "b",
            status_code: 301,
            preserve_query_string: true,
            include_subdomains: false,
            subpath_matching: false,
            preserve_path_suffix: "yes",
          },
        },
      ],
    },
  ],
  [
    "a.csv",
    `a,b,3010`,
    "redirect",
    {
      kind: "redirect",
      items: [{ redirect: { source_url: "a", target_url: "b", status_code: "3010", ...off } }],
    },
  ],
  [
    "a.csv",
    `a,b,x,true,true,true,true`,
    "redirect",
    {
      kind: "redirect",
      items: [
        {
          redirect: {
            source_url: "a",
            target_url: "b",
            status_code: "x",
            preserve_query_string: true,
            include_subdomains: true,
            subpath_matching: true,
            preserve_path_suffix: true,
          },
        },
      ],
    },
  ],
  [
    "a.json",
    `{"rules": []}`,
    undefined,
    ["E_DOC_TYPE a list is an array of items, or an object with `items`"],
  ],
  ["a.json", `5`, undefined, ["E_DOC_TYPE a list is an array of items, or an object with `items`"]],
  ["a.json", `[1,`, undefined, ["E_DOC_SYNTAX /1 the document ends where a value is expected"]],
  [
    "a.json",
    `{"items": 5}`,
    undefined,
    ["E_DOC_TYPE a list is an array of items, or an object with `items`"],
  ],
  ["a.json", `{"kind": "ipp", "items": []}`, undefined, ["E_DOC_VALUE /kind there is no list kind `ipp`"]],
  ["a.json", `{"kind": 7, "items": []}`, undefined, ["E_DOC_VALUE /kind there is no list kind `7`"]],
  [
    "a.json",
    `{"kind": "asn", "id": "i", "description": "d", "items": []}`,
    undefined,
    { id: "i", description: "d", kind: "asn", items: [] },
  ],
  ["a.json", `{"kind": "asn", "id": 5, "description": null, "items": []}`, "int", { kind: "int", items: [] }],
  [
    "a.json",
    `{"items": [], "items": []}`,
    undefined,
    ["E_DOC_DUPLICATE_MEMBER /items the member `items` occurs twice"],
  ],
  ["a.yaml", `- 10.0.0.1\n`, undefined, { kind: "ip", items: ["10.0.0.1"] }],
  ["a.yaml", `kind: asn\nitems: [5]\n`, undefined, { kind: "asn", items: [5] }],
  ["a.yaml", `items: [\n`, undefined, ["E_DOC_SYNTAX `[` is not closed before this (write `]` at its end)"]],
  ["a.txt", `x # y\n#z\n\t \na#b\r\n`, "string", { kind: "string", items: ["x", "a#b"] }],
  ["a", `x,y`, "string", { kind: "string", items: ["x,y"] }],
  [
    "a.csv",
    ` x , y \n ,d\n x,,\n`,
    "string",
    { kind: "string", items: [{ value: "x", description: "y" }, { value: "", description: "d" }, "x"] },
  ],
  [
    "a.csv",
    `Expires_At , ITEM\n2026-01-01T00:00:00Z,x\n,y`,
    undefined,
    { kind: "ip", items: [{ value: "x", expires_at: "2026-01-01T00:00:00Z" }, "y"] },
  ],
  ["a.csv", `\ufeffitem\nx`, "string", { kind: "string", items: ["x"] }],
])("%s %j of kind %s", (file, text, kind, read) => {
  const result = readList(new Source(text, file), { name: "l", ...(kind && { kind }) });
  expect(result.ok ? result.value.document : toldOf(result)).toEqual(
    result.ok ? { name: "l", ...(read as object) } : read,
  );
});

const HOSTS = "host names are compared with `http.host`, and their lists are of kind `hostname`";
const FORMS =
  "write `192.0.2.1` or `2001:db8::1`, a network as `192.0.2.0/24`, a range as `192.0.2.1..192.0.2.9`";
test.each<[kind: Kind, item: string, hint: string | undefined]>([
  ["ip", "10.0.0.999", "each part of an IPv4 address is 0 to 255"],
  ["ip", "10.0.0.256/24", "each part of an IPv4 address is 0 to 255"],
  ["ip", "10.0.0.1/33", "0 to 32 for IPv4, 0 to 128 for IPv6"],
  ["ip", "::1/129", "0 to 32 for IPv4, 0 to 128 for IPv6"],
  ["ip", "10.0.0.0/", "0 to 32 for IPv4, 0 to 128 for IPv6"],
  ["ip", "10.0.0.0/255.255.255.0", "write the prefix length instead of the mask: `10.0.0.0/24`"],
  ["ip", "10.0.0.0/0.0.0.0", "write the prefix length instead of the mask: `10.0.0.0/0`"],
  ["ip", "10.0.0.0/255.255.255.255", "write the prefix length instead of the mask: `10.0.0.0/32`"],
  ["ip", "10.0.0.0/255.0.255.0", "0 to 32 for IPv4, 0 to 128 for IPv6"],
  ["ip", "10.0.0.0/::", "0 to 32 for IPv4, 0 to 128 for IPv6"],
  ["ip", "10.0.0.1/8", "the network is `10.0.0.0/8`"],
  ["ip", "10.0.0.1-10.0.0.9", "a range is written with two dots: `10.0.0.1..10.0.0.9`"],
  ["ip", "10.0.0.1 - 10.0.0.9", "a range is written with two dots: `10.0.0.1..10.0.0.9`"],
  ["ip", "10.0.0.1–10.0.0.9", "a range is written with two dots: `10.0.0.1..10.0.0.9`"],
  ["ip", "10.0.0.1-9", "a range is written with two dots: `10.0.0.1..10.0.0.9`"],
  ["ip", "2001:db8::1-2001:db8::9", "a range is written with two dots: `2001:db8::1..2001:db8::9`"],
  ["ip", "1.2.3.4..::1", "write a range for each of the two"],
  ["ip", "10.0", "an IPv4 address has four parts"],
  ["ip", "10.0/16", "an IPv4 address has four parts"],
  ["ip", "010.0.0.1", "write the parts without leading zeros"],
  ["ip", "fe80::1%eth0", "write the address without a zone: `fe80::1`"],
  ["ip", "[::1]", "write the address alone: `::1`"],
  ["ip", "[::1]:443", "write the address alone: `::1`"],
  ["ip", "10.0.0.1:80", "write the address without a port: `10.0.0.1`"],
  ["ip", "10.0.0.*", "write the network: `10.0.0.0/24`"],
  ["ip", "10.*.*.*", "write the network: `10.0.0.0/8`"],
  ["ip", "10.*.0.1", FORMS],
  ["ip", " 10.0.0.1 ", "write it without blanks: `10.0.0.1`"],
  ["ip", "10.0.0.0 /8", "write it without blanks: `10.0.0.0/8`"],
  ["ip", "10.0.0.1,10.0.0.2", "write each address as an item of its own"],
  ["ip", "10.0.0.1 10.0.0.0/8", "write each address as an item of its own"],
  ["ip", "10.0.0.1,x", FORMS],
  ["ip", "localhost", HOSTS],
  ["ip", "http://10.0.0.1/", HOSTS],
  ["ip", "2001:db8::g", FORMS],
  ["asn", "AS1-AS9", "a range is written with two dots: `1..9`"],
  ["int", "1-9", "a range is written with two dots: `1..9`"],
  ["int", "AS123", "write the number alone: `123`"],
  ["int", " 7 ", "write the number alone: `7`"],
  ["int", "1, 2", "write each number as an item of its own"],
  ["int", "1.5", undefined],
  ["int", "99999999999999999999", undefined],
  ["hostname", "https://a.example/x", "write the host name alone: `a.example`"],
  ["hostname", "a.example/x", "write the host name alone: `a.example`"],
  ["hostname", "https:///x", "write the host name alone"],
  ["hostname", "https://-a/x", "write the host name alone"],
  ["hostname", "*a.example", "write `*.a.example` for its subdomains, and `a.example` for the name itself"],
  ["hostname", "a*.example", undefined],
  ["hostname", ".a.example", "write `*.a.example` for all its subdomains"],
  ["hostname", "a..example", undefined],
  ["hostname", "a.example b.example", "write each name as an item of its own"],
  ["hostname", " a.example", "write it without blanks: `a.example`"],
  ["hostname", "a_b!.example", "labels are letters, digits and inner hyphens, at most 63 of them"],
])("what to write instead of an item of kind %s: %j", (kind, item, hint) => {
  const result = compileList({ name: "l", kind, items: [item] }, { now: () => 0 });
  expect(result.ok ? [] : result.errors.map((error) => error.hint)).toEqual([hint]);
});
