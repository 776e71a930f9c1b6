import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import { enter, runCli, Session, serveSettings, startServe } from "../support/source/cli.ts";
import { FAULTY_RULES, fakeTerminal, folder } from "./support.ts";

// Whole outputs of commands, as people read them. A change of wording is a change of a file beside this one.

const FIREWALL = `rules:
  - ref: office
    expression: ip.src in $office
    action: skip
    action_parameters: {ruleset: current}
  - ref: no-dotfiles
    expression: >-
      http.request.uri.path contains "/."
      and not http.host eq "static.example"
    action: block
  - ref: secure
    expression: ssl or not ssl
    action: log
  - ref: bots
    expression: cf.bot_management.score lt 30 and http.request.method in {"POST" "PUT"}
    action: managed_challenge
  - ref: moved
    expression: http.request.uri.path eq "/old"
    action: block
    enabled: false
lists:
  office: [192.0.2.0/24]
`;

const REWRITES = `rulesets:
  - name: addresses
    kind: zone
    phase: http_request_transform
    rules:
      - ref: new-shop
        expression: starts_with(http.request.uri.path, "/shop")
        action: rewrite
        action_parameters:
          uri: {path: {value: /store}, query: {value: "from=shop"}}
  - name: names
    kind: zone
    phase: http_request_late_transform
    rules:
      - ref: mark
        expression: "true"
        action: rewrite
        action_parameters:
          headers:
            x-set: {operation: set, value: "1"}
            x-gone: {operation: remove}
  - name: answers
    kind: zone
    phase: http_response_headers_transform
    rules:
      - ref: added
        expression: "true"
        action: rewrite
        action_parameters: {headers: {x-added: {operation: add, value: "2"}}}
  - name: redirects
    kind: zone
    phase: http_request_dynamic_redirect
    rules:
      - ref: old
        expression: http.request.uri.path eq "/old"
        action: redirect
        action_parameters: {from_value: {target_url: {value: "https://a.example/new"}, status_code: 301}}
`;

const FAULTS = `${FAULTY_RULES}  - ref: c
    expression: http.request.uri.path contains "/a" or http.request.uri.path contains "/a"
    action: block
  - ref: c
    expression: ip.src in {10.0.0.0/8 10.1.0.0/16}
    action: log
`;

const UGLY = `rules:
  - ref: a
    expression: http.host=="a.example"&&!ssl
    action: block
  - {ref: b, expression: 'ssl||(ip.src in {10.0.0.0/8})', action: log}
  - ref: c
    expression: "ssl and"
    action: log
`;

const FILES = {
  "firewall.yaml": FIREWALL,
  "rewrites.yaml": REWRITES,
  "faults.yaml": FAULTS,
  "ugly.yaml": UGLY,
  "warned.yaml": 'rules:\n  - {ref: a, expression: "ip.geoip.country eq \\"CH\\" and ssl", action: log}\n',
  "fine.expr": 'ssl and http.host eq "a"\n',
  "hosts.txt": "a.example\n",
  "office.txt": "192.0.2.0/24\nnonsense\n",
  "listed.yaml": 'rules:\n  - {ref: a, expression: "ip.src in $guests", action: block}\n',
  "guests.txt": "198.51.100.0/24   # visitors\n",
  // Bytes that are no text, in names and values of arguments.
  "bytes.http": Buffer.from("GET /?\xff\x01=\xfe&a=1 HTTP/1.1\r\nHost: a.example\r\n\r\n", "latin1"),
  "message.http": "POST /a?b=c HTTP/1.1\r\nHost: a.example\r\nX-One: 1\r\nContent-Length: 4\r\n\r\nbody",
};

interface Scene {
  readonly args: readonly string[];
  readonly input?: string;
  readonly colour?: boolean;
}

/** What a terminal shows, with what differs from one run to the next replaced. */
async function shown({ args, input = "", colour = false }: Scene): Promise<string> {
  const directory = folder(FILES);
  const here = (text: string) => text.replaceAll("DIR", directory);
  const terminal = { ...fakeTerminal(here(input)), colour };
  const code = await runCli(args.map(here), terminal);
  await new Promise((resolve) => setImmediate(resolve));
  const { out, err } = terminal.text();
  const parts = [`$ wirewall ${args.join(" ")}`, ...(out === "" ? [] : [out])];
  return plain([...parts, ...(err === "" ? [] : ["-- said:", err]), `-- exit code ${code}`], directory);
}

function plain(lines: readonly string[], directory: string): string {
  return `${lines
    .join("\n")
    .replaceAll(directory, "DIR")
    .replaceAll(relative(process.cwd(), directory), "DIR")
    .replaceAll("\x1b", "ESC")
    .replaceAll(/"version": "(?!2\.1\.0)[^"]+"/g, '"version": "VERSION"')
    .replaceAll(/"id": "[^"]{12,}"/g, '"id": "ID"')
    .replaceAll(/in event [0-9a-f]{16}/g, "in event ID")
    .replaceAll(/[\d.]+ ns per/g, "N ns per")
    .replaceAll(/in \d+ ms/g, "in N ms")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")}\n`;
}

const commands = ["eval", "check", "fmt", "explain", "serve", "repl"];

const QUERY =
  'any(http.request.headers["x-one"][*] contains "1") and not (ssl or cf.bot_management.score lt 3)';

const PAGES: Readonly<Record<string, readonly Scene[]>> = {
  help: [
    { args: ["help"] },
    ...commands.map((name): Scene => ({ args: ["help", name] })),
    { args: ["help", "nonsense"] },
  ],
  eval: [
    { args: ["eval", "http.host", "--url", "http://a.example/x"] },
    { args: ["eval", QUERY, "--request", "DIR/message.http"] },
    { args: ["eval", QUERY, "--request", "DIR/message.http", "--quiet"] },
    {
      args: ["eval", QUERY, "--request", "DIR/message.http", "--set", "cf.bot_management.score=2"],
      colour: true,
    },
    { args: ["eval", "ip.src eq 192.0.2.1 or http.response.code eq 404", "--exit-status"] },
    { args: ["eval", 'ssl and http.host eq "a" and http.request.method eq "GET"', "--json"] },
    {
      args: [
        "eval",
        "http.request.body.form",
        "--json",
        "-H",
        "Content-Type: application/x-www-form-urlencoded",
        "-d",
        "a=1&b=2",
      ],
    },
    { args: ["eval", "http.request.uri.args", "--json", "--request", "DIR/bytes.http"] },
    { args: ["eval", "http.request.uri.args", "--request", "DIR/bytes.http"] },
    { args: ["eval", 'http.request.uri.path matches "["'] },
    { args: ["eval", 'ip.geoip.country eq "CH"'] },
    { args: ["eval", "lower(ssl)"], colour: true },
    { args: ["eval", 'http.hst eq "a"', "--json"] },
  ],
  check: [
    { args: ["check", "DIR/firewall.yaml"] },
    { args: ["check", "DIR/faults.yaml"] },
    { args: ["check", "DIR/faults.yaml"], colour: true },
    { args: ["check", "DIR/faults.yaml", "--json"] },
    { args: ["check", "DIR/faults.yaml", "--format", "github"] },
    { args: ["check", "-", "--format", "sarif"], input: FAULTS },
    { args: ["check", "DIR/warned.yaml"] },
    { args: ["check", "DIR/warned.yaml"], colour: true },
    { args: ["check", "DIR/warned.yaml", "--strict", "--format", "github"] },
    { args: ["check", "DIR/fine.expr", "DIR/firewall.yaml", "--strict"] },
  ],
  explain: [
    { args: ["explain", "DIR/firewall.yaml", "--url", "http://a.example/.env"] },
    { args: ["explain", "DIR/firewall.yaml", "--url", "http://a.example/.env", "--ip", "192.0.2.1"] },
    { args: ["explain", "DIR/firewall.yaml", "--request", "POST", "https://a.example/"], colour: true },
    { args: ["explain", "DIR/rewrites.yaml", "--url", "http://a.example/shop/1", "-H", "X-Gone: 1"] },
    { args: ["explain", "DIR/rewrites.yaml", "--url", "http://a.example/old", "--exit-status"] },
    { args: ["explain", "DIR/faults.yaml"] },
  ],
  fmt: [
    { args: ["fmt", "DIR/ugly.yaml"] },
    { args: ["fmt", "DIR/ugly.yaml", "DIR/firewall.yaml", "--check"] },
    { args: ["fmt", "DIR/ugly.yaml", "--json"] },
    { args: ["fmt", "DIR/ugly.yaml", "--write"] },
    { args: ["fmt", "-"], input: "ssl&&!ssl # why\n" },
    { args: ["fmt", "-"], input: "ssl&&!ssl\n" },
  ],
  lists: [
    { args: ["explain", "DIR/listed.yaml", "--list", "guests=DIR/guests.txt", "--ip", "198.51.100.7"] },
    { args: ["explain", "DIR/listed.yaml", "--list", "guests=DIR/office.txt"] },
    { args: ["explain", "DIR/listed.yaml"] },
    { args: ["explain", "DIR/firewall.yaml", "--list", "office=DIR/guests.txt"] },
  ],
};

describe("what commands show", () => {
  test.each(Object.entries(PAGES))("%s", async (name, scenes) => {
    const pages: string[] = [];
    for (const scene of scenes) pages.push(await shown(scene));
    await expect(pages.join("\n")).toMatchFileSnapshot(`texts/${name}.txt`);
  });
});

/** Every command of the REPL, with and without what it takes, right and wrong. */
const SITTING = [
  ".help",
  ".req",
  ".trace",
  ".type",
  ".fmt",
  ".bench",
  ".history",
  ".run",
  ".explain",
  ".req POST https://shop.example/cart?item=3",
  ".req DIR/none",
  "curl -sS 'https://shop.example/cart/../cart?item=3' -H 'X-One: 1' --data 'a=1' | jq .",
  "curl https://a.example/ --data-binry x",
  ".req curl https://a.example/?a=1&b=2",
  ".req POST https://shop.example/cart?item=3",
  ".header X-One: 1",
  ".header X-One",
  ".header : 1",
  ".body a=1",
  ".show",
  ".show http.request.uri.args",
  ".show http.hst",
  ".body",
  ".set http.host",
  ".set http.host b.example",
  ".set http.hst b.example",
  ".set cf.bot_management.score many",
  ".set cf.bot_management.score 7",
  ".set http.request.uri.path.extension php",
  ".show",
  ".unset cf.bot_management.score",
  ".unset http.host",
  'http.host eq "b.example" and not ssl',
  "cf.bot_management.score lt 30",
  "http.host eq",
  ".trace",
  ".trace cf.bot_management.score lt 30 or ssl",
  ".trace http.hst",
  ".type",
  ".type ip.src",
  ".type lower(ssl)",
  ".assert",
  ".assert ssl",
  ".assert not ssl",
  ".fields http.request.uri.path",
  ".fields http.response",
  ".fields http.response.code",
  ".fields http.user_agent",
  ".fields nothing.like.it",
  ".functions url",
  ".functions url_decode",
  ".functions concat",
  ".functions nothing_like_it",
  ".fmt ssl&&!ssl",
  ".fmt ssl and",
  ".fmt",
  ".bench",
  ".bench ssl and",
  ".load",
  ".load DIR/none",
  ".load DIR/faults.yaml",
  ".load DIR/warned.yaml",
  ".load DIR/firewall.yaml",
  ".run",
  ".run all",
  ".run some",
  ".why",
  ".explain",
  ".explain office",
  ".explain ofice",
  ".explain zzzzzz",
  ".set ip.src 192.0.2.1",
  "ip.src in $office",
  ".run",
  ".why",
  ".history",
  ".hlp",
  ".",
];

describe("what a sitting shows", () => {
  test.each(["interactive", "plain", "coloured"] as const)("%s", async (name) => {
    const directory = folder(FILES);
    const sitting = new Session({
      terminal: { ...fakeTerminal(), colour: name === "coloured" },
      style: name === "plain" ? "plain" : "interactive",
      promptWidth: "wirewall> ".length,
    });
    const lines = SITTING.flatMap((line) => {
      const { out, err, code } = enter(sitting, line.replaceAll("DIR", directory));
      return [
        `wirewall> ${line}`,
        ...out,
        ...err.map((text) => `! ${text}`),
        ...(code === 0 ? [] : [`(${code})`]),
      ];
    });
    await expect(plain(lines, directory)).toMatchFileSnapshot(`texts/repl-${name}.txt`);
  });
});

test("what serve says when it starts", async () => {
  const scenes: readonly Readonly<Record<string, string | boolean | readonly string[]>>[] = [
    { rules: ["DIR/firewall.yaml"], upstream: "http://site.example" },
    {
      rules: ["DIR/listed.yaml"],
      list: ["guests=DIR/guests.txt"],
      upstream: "http://site.example",
      "no-reload": true,
    },
    {
      rules: ["DIR/firewall.yaml"],
      upstream: "http://site.example",
      mode: "observe",
      failure: "open",
      log: "DIR/events",
    },
    {
      rules: ["DIR/rewrites.yaml"],
      upstream: "http://site.example",
      trust: ["10.0.0.0/8", "192.0.2.1"],
      "client-header": "x-client",
      "body-limit": "1000",
      oversize: "inspect",
    },
    { rules: ["DIR/rewrites.yaml"], upstream: "http://site.example", "body-limit": "0" },
    { rules: ["DIR/warned.yaml"], upstream: "http://site.example" },
    { rules: ["DIR/faults.yaml"], upstream: "http://site.example" },
    { rules: ["DIR/none.yaml"], upstream: "http://site.example" },
    { demo: true },
  ];
  const pages: string[] = [];
  for (const scene of scenes) {
    const directory = folder(FILES);
    const here = (text: string) => text.replaceAll("DIR", directory);
    const options = Object.fromEntries(
      Object.entries(scene).map(([name, value]) => [
        name,
        typeof value === "boolean" ? value : typeof value === "string" ? here(value) : value.map(here),
      ]),
    );
    const terminal = fakeTerminal();
    const started = await startServe(
      serveSettings({ listen: "127.0.0.1:0", grace: "0", ...options }),
      terminal,
    );
    if (!("refused" in started)) await started.close();
    const refused = "refused" in started ? [started.refused] : [];
    pages.push(plain([JSON.stringify(scene), terminal.text().err, ...refused], directory));
  }
  await expect(pages.join("\n")).toMatchFileSnapshot("texts/serve.txt");
});
