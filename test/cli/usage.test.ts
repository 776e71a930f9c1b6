import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, run } from "./support.ts";

// What the command says to words that make no sense: exit code 2, and one line that says why.

const RULES = "rules:\n  - ref: all\n    expression: ssl\n    action: log\n";
const FILES = {
  "rules.yaml": RULES,
  "other.yaml": RULES,
  "bad.yaml": "rules:\n  - ref: all\n    expression: nosuch.field\n    action: log\n",
  "request.json": '{"headers": {}}',
  "broken.json": "{",
  "message.http": "nonsense",
  "not.mmdb": "text",
  "list.txt": "10.0.0.0/8\n",
};

/** Words after `wirewall`, `DIR` standing for a folder of the files above; a part of what stands on stderr. */
const CASES: readonly (readonly [args: string, message: string])[] = [
  ["frobnicate", "there is no command `frobnicate`; there are "],
  ["chek", "there is no command `chek`; did you mean `check`?"],
  ["--frobnicate", "there is no option `--frobnicate`"],
  ["help frobnicate", "there is no command `frobnicate`"],
  // Options of any command.
  ["check --formt json DIR/rules.yaml", "there is no option `--formt`; did you mean `--format`?"],
  ["check --zzzzzz", "there is no option `--zzzzzz`"],
  ["check -z", "there is no option `-z`"],
  ["check --json=yes DIR/rules.yaml", "`--json` takes no value"],
  ["check --format", "`--format` needs a value: FORMAT"],
  ["eval ssl --url --json", "`--url` needs a value: URL; one that begins with a dash is written --url=-…"],
  // check
  ["check", "there is no file to check"],
  ["check --format xml DIR/rules.yaml", "`--format` is one of pretty, json, github, sarif, not `xml`"],
  ["check DIR/nosuch.yaml", "there is no file `DIR/nosuch.yaml`"],
  ["check DIR/empty", "there is no file `DIR/empty`"],
  // fmt
  ["fmt", "there is no file to format"],
  ["fmt --check --write DIR/rules.yaml", "`--check` changes nothing, `--write` does: choose one"],
  ["fmt DIR/rules.yaml DIR/other.yaml", "several files are formatted with `--check` or `--write`"],
  ["fmt DIR/nosuch.yaml", "there is no file `DIR/nosuch.yaml`"],
  // eval
  ["eval", "there is no expression"],
  ["eval ssl and", "one expression at a time: put it in quotes (`and` is left over)"],
  ["eval ssl --header nonsense", "a header reads `Name: value`, not `nonsense`"],
  ["eval ssl --header :value", "a header reads `Name: value`, not `:value`"],
  ["eval ssl --ip nonsense", "`nonsense` is not an address"],
  ["eval ssl --set nonsense", "`--set` takes FIELD=VALUE, not `nonsense`"],
  ["eval ssl --set =1", "`--set` takes FIELD=VALUE, not `=1`"],
  ["eval ssl --set http.hst=a", "there is no field `http.hst`; did you mean `http.host`?"],
  ["eval ssl --set ssl=maybe", "ssl: `maybe` is not a value of type Bool; write `true` or `false`"],
  [
    "eval ssl --set ip.src=1.2.3",
    "ip.src: `1.2.3` is not a value of type Ip; write an address such as 203.0.113.9",
  ],
  ["eval ssl --set cf.bot_management.score=1.5", "`1.5` is not a value of type Int; write a whole number"],
  [
    "eval ssl --set http.request.headers=x",
    'is not a value of type Map<Array<Bytes>>; write JSON such as {"a": ["b"]}',
  ],
  [
    "eval ssl --set http.request.headers.names={}",
    'is not a value of type Array<Bytes>; write JSON such as ["a"]',
  ],
  ["eval ssl --body @DIR/nosuch", "there is no file `DIR/nosuch`"],
  ["eval ssl --body @DIR", "found a directory, expected a file"],
  ["eval ssl --request DIR/nosuch", "there is no file `DIR/nosuch`"],
  ["eval ssl --request DIR/request.json", "DIR/request.json: the JSON of a request needs a `url`"],
  ["eval ssl --request DIR/broken.json", "DIR/broken.json: "],
  ["eval ssl --request DIR/message.http", "DIR/message.http: "],
  // explain
  ["explain", "there are no rules: name a file or a directory"],
  ["explain DIR/nosuch.yaml", "there is no file `DIR/nosuch.yaml`"],
  ["explain DIR/rules.yaml --geo DIR/not.mmdb", "`DIR/not.mmdb` is not a MaxMind-format database"],
  ["explain DIR/rules.yaml --geo DIR/nosuch", "there is no file `DIR/nosuch`"],
  ["explain DIR/rules.yaml --list office", "`--list` takes NAME=FILE with a lower-case name, not `office`"],
  [
    "explain DIR/rules.yaml --list Office=f",
    "`--list` takes NAME=FILE with a lower-case name, not `Office=f`",
  ],
  ["explain DIR/rules.yaml --list office=DIR/nosuch", "there is no file `DIR/nosuch`"],
  ["explain DIR/rules.yaml --ip nonsense", "`nonsense` is not an address"],
  ["explain DIR/bad.yaml", "E_UNKNOWN_IDENTIFIER"],
  // repl
  ["repl words", "`words`: the REPL takes options only"],
  ["repl --request -", "the REPL reads its lines from the standard input"],
  ["repl --rules DIR/nosuch.yaml", "DIR/nosuch.yaml"],
  ["repl --rules DIR/bad.yaml", "E_UNKNOWN_IDENTIFIER"],
  ["repl --set nosuch=1", "there is no field `nosuch`"],
  // serve
  ["serve", "`--upstream URL` is missing (or try `--demo`)"],
  ["serve words", "`words`: serve takes options only"],
  ["serve --upstream http://127.0.0.1:9", "`--rules FILE` is missing (or try `--demo`)"],
];

const UPSTREAM = "serve --rules DIR/rules.yaml --upstream";
const SERVE: readonly (readonly [args: string, message: string])[] = [
  [`${UPSTREAM} nonsense`, "`--upstream` must be an http or https URL, not `nonsense`"],
  [
    `${UPSTREAM} http://a.example/?b`,
    "`--upstream` has a query, which requests would not include: leave it out",
  ],
  [`${UPSTREAM} ftp://a.example`, "`--upstream` must be an http or https URL, not `ftp://a.example`"],
  ...(
    [
      ["--mode both", "`--mode` must be `enforce`, `observe` or `off`, not `both`"],
      ["--failure shut", "`--failure` must be `closed` or `open`, not `shut`"],
      ["--oversize pass", "`--oversize` must be `block` or `inspect`, not `pass`"],
      ["--trust nonsense", "`nonsense` in `trust` is not an address, network or range"],
      ["--listen nowhere", "`--listen` takes HOST:PORT, not `nowhere`"],
      ["--listen 127.0.0.1:65536", "`--listen` takes HOST:PORT, not `127.0.0.1:65536`"],
      ["--listen ::1:80", "`--listen` takes HOST:PORT, not `::1:80`"],
      ["--body-limit much", "`--body-limit` takes a number of bytes, not `much`"],
      ["--body-limit 1g", "`--body-limit` takes a number of bytes, not `1g`"],
      ["--max-inspected-bytes x", "`--max-inspected-bytes` takes a number of bytes, not `x`"],
      ["--max-held-bytes 1g", "`--max-held-bytes` takes a number of bytes, not `1g`"],
      [
        "--max-held-bytes 1k --body-limit 2k",
        "`--max-held-bytes` is 1024, less than the 2048 bytes of one body: raise it, or lower `--body-limit`",
      ],
      ["--max-replay-bytes much", "`--max-replay-bytes` takes a number of bytes, not `much`"],
      ["--max-replay-bytes 2m", "`--max-replay-bytes` is at most 1048576, not 2097152"],
      ["--timeout soon", "`--timeout` takes a number of seconds, not `soon`"],
      ["--grace -1", "`--grace` needs a value: SECONDS"],
      ["--grace=-1", "`--grace` takes a number of seconds, not `-1`"],
      ["--list office", "`--list` takes NAME=FILE with a lower-case name, not `office`"],
    ] as const
  ).map(([words, message]) => [`${UPSTREAM} http://127.0.0.1:9 ${words}`, message] as const),
];

describe("bad words on the command line", () => {
  test.each([...CASES, ...SERVE])("wirewall %s", async (words, message) => {
    const directory = folder(FILES);
    const here = (text: string) => text.replaceAll("DIR", directory);
    const { code, out, err } = await run(words.split(" ").map(here));
    expect(err).toContain(here(message));
    expect(err).not.toMatch(/^ +at /m);
    expect([code, out]).toEqual([2, ""]);
  });

  test("no words at all are answered with what there is", async () => {
    const { code, out } = await run([]);
    expect(code).toBe(2);
    expect(out).toContain("wirewall COMMAND [options]");
  });

  test("a directory without rules", async () => {
    const directory = folder({ "notes.txt": "nothing" });
    expect(await run(["check", directory])).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        `the directory \`${directory}\` contains no .yaml, .json, .tf or .expr file`,
      ),
    });
  });

  test.each(["check", "eval", "explain", "fmt", "repl", "serve"])("%s --help", async (command) => {
    const shown = await run([command, "--help"]);
    expect(shown).toMatchObject({ code: 0, err: "" });
    expect(shown.out).toContain(`wirewall ${command} `);
    expect(await run(["help", command])).toEqual(shown);
  });

  test("faults of rules are JSON where JSON is asked for", async () => {
    const bad = join(folder(FILES), "bad.yaml");
    for (const words of [
      ["explain", bad, "--json"],
      ["eval", "nosuch.field", "--json"],
    ]) {
      const { code, out } = await run(words);
      expect(code).toBe(2);
      expect(JSON.parse(out)).toMatchObject({ ok: false, errors: [{ code: "E_UNKNOWN_IDENTIFIER" }] });
    }
  });
});
