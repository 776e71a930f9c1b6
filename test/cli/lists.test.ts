import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readList, Source } from "../support/source/index.ts";
import { folder, run } from "./support.ts";

// `--list NAME=FILE` reads what the package's own `readList` reads.

const rules = (expression: string) =>
  JSON.stringify({
    name: "mine",
    kind: "zone",
    phase: "http_request_firewall_custom",
    rules: [{ ref: "listed", action: "block", expression }],
  });

/** A list's file, and what the request from 192.0.2.7 to `/shop` with `User-Agent: crawler` is held to. */
const CASES: readonly (readonly [file: string, text: string, expression: string])[] = [
  ["list.txt", "# ours\n198.51.100.0/24 # a branch\n\n192.0.2.7\n", "ip.src in $l"],
  ["list", "192.0.2.0/24", "ip.src in $l"],
  [
    "list.csv",
    "item,description,expires_at\n192.0.2.7,a desk,\n198.51.100.1,,2030-01-01T00:00:00Z\n",
    "ip.src in $l",
  ],
  ["list.csv", '"crawler","robots, all of them"\nscraper\n', "http.user_agent in $l"],
  ["list.txt", "crawler\nscraper\n", "http.user_agent in $l"],
  ["list.txt", "5\n7 # an hour\n", "len(http.request.uri.path) in $l"],
  ["list.csv", "5,five\n7,seven\n", "len(http.request.uri.path) in $l"],
  ["list.json", '["192.0.2.7"]', "ip.src in $l"],
  ["list.json", '{"kind":"prefix","items":["craw"]}', "http.user_agent in $l"],
  ["list.yaml", "- ip: 192.0.2.7\n  comment: a desk\n", "ip.src in $l"],
  ["list.yml", "kind: string\nitems: [crawler]\n", "http.user_agent in $l"],
];

async function explain(file: string, text: string, expression: string) {
  const at = folder({ "rules.json": rules(expression), [file]: text });
  const list = join(at, file);
  const request = ["--url", "http://a.example/shop", "--ip", "192.0.2.7", "--header", "User-Agent: crawler"];
  return {
    list,
    ...(await run(["explain", join(at, "rules.json"), "--list", `l=${list}`, ...request, "--json"])),
  };
}

describe("a list of --list", () => {
  test.each(CASES)("%s %j under %s", async (file, text, expression) => {
    expect(readList(new Source(text, file), { name: "l" })).toMatchObject({ ok: true });
    const { code, out } = await explain(file, text, expression);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ action: "block" });
  });

  test.each<[file: string, text: string, code: string, line: number]>([
    ["list.csv", "item\n192.0.2.7\n198.51.100.1,a,b,c\n", "E_LIST_ITEM", 3],
    ["list.csv", '"192.0.2.7\n', "E_LIST_ITEM", 1],
    ["list.csv", "# since\n192.0.2.7,,tomorrow\n", "E_LIST_ITEM", 2],
    ["list.json", '{"kind":"ip",\n "items":["192.0.2.7",\n"desk"]}', "E_INVALID_IP", 3],
    ["list.json", '{"kind":"ips",\n "items":[]}', "E_DOC_VALUE", 1],
    ["list.json", "[", "E_DOC_SYNTAX", 1],
  ])("a fault in %s %j", async (file, text, fault, line) => {
    const { code, out, list } = await explain(file, text, "ip.src in $l");
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ ok: false, errors: [{ code: fault, line, source: list }] });
  });

  test.each<[what: string, words: (at: string) => readonly string[]]>([
    ["twice on the command line", (at) => ["--list", `l=${at}/list.txt`, "--list", `l=${at}/list.txt`]],
    ["in a document too", (at) => [`${at}/lists.json`, "--list", `l=${at}/list.txt`]],
  ])("a name given %s is refused", async (_, words) => {
    const at = folder({
      "rules.json": rules("ip.src in $l"),
      "lists.json": '{"lists":{"l":["192.0.2.7"]}}',
      "list.txt": "192.0.2.7",
    });
    const { code, out } = await run([
      "explain",
      join(at, "rules.json"),
      ...words(at),
      "--url",
      "/",
      "--json",
    ]);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ ok: false, errors: [{ code: "E_DUPLICATE_ID" }] });
  });
});

describe("--partial leaves out rules, and no file that --list names", () => {
  const files = {
    "rules.json": JSON.stringify({
      rules: [
        { ref: "bad", expression: "http.hst eq 1", action: "block" },
        { ref: "good", expression: "ip.src in $l", action: "block" },
      ],
    }),
    "lists.json": '{"lists":{"l":["192.0.2.7"]}}',
    "list.txt": "192.0.2.7",
    "list.json": '{"kind":"ip","items":["192.0.2.7","desk"]}',
    "broken.json": "[",
    "host.txt": "crawler",
  };
  test.each<[what: string, words: readonly string[], code: number, told: readonly string[]]>([
    ["a good one, and a faulty rule", ["--list", "l=list.txt"], 0, ["W_IMPORT", "E_UNKNOWN_IDENTIFIER"]],
    ["a faulty item", ["--list", "l=list.json"], 1, ["W_IMPORT", "E_UNKNOWN_IDENTIFIER", "E_INVALID_IP"]],
    ["a file that cannot be read", ["--list", "l=broken.json"], 1, ["E_DOC_SYNTAX"]],
    [
      "one of another kind: its rule is left out",
      ["--list", "l=host.txt"],
      1,
      ["E_UNKNOWN_IDENTIFIER", "E_LIST_KIND"],
    ],
    [
      "a name that a document has, too",
      ["lists.json", "--list", "l=list.txt"],
      1,
      ["W_IMPORT", "E_UNKNOWN_IDENTIFIER", "E_DUPLICATE_ID"],
    ],
  ])("%s", async (_what, words, code, told) => {
    const at = folder(files);
    const paths = words.map((word) => word.replace(/^(l=)?([a-z]+\.(?:txt|json))$/, `$1${at}/$2`));
    const found = await run(["check", "--partial", "--json", join(at, "rules.json"), ...paths]);
    expect(found.code).toBe(code);
    expect(JSON.parse(found.out).diagnostics.map((one: { code: string }) => one.code)).toEqual(told);
  });
});
