import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { isOpenCommand, Subject, shellWords, takeCurlCommand } from "../support/source/cli.ts";
import { folder, run } from "./support.ts";

const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** The request that a command sends, or what is wrong with it. */
function requestOf(command: string): Subject | string {
  const subject = new Subject();
  return takeCurlCommand(subject, bytes(command)) ?? subject;
}

/** What is compared: boundaries and curl's version are not. */
function parts({ method, target, version, headers, body }: Subject) {
  const boundary = /boundary=(\S+)/.exec(headers.map(([, value]) => value).join("\n"))?.[1];
  const plain = (text: string) => (boundary === undefined ? text : text.replaceAll(boundary, "BOUNDARY"));
  const lines = headers
    .map(([name, value]) => plain(`${name.toLowerCase()}: ${value}`).replace(/curl\/[\d.]+/, "curl"))
    // The length of a boundary is curl's own business.
    .filter((line) => boundary === undefined || !line.startsWith("content-length"));
  return { method, target, version, headers: lines.sort(), body: plain(body ?? "") };
}

const FILES = {
  "data.txt": "line one\r\nline=two & three\n",
  "photo.png": "\x89PNG",
  "headers.txt": "X-From-File: yes\nX-Two: 2\n",
  blob: "\0\x01",
  "page.htm": "<p>",
};

/** URL stands for the server, DIR for a folder with the files above. */
const COMMANDS: readonly string[] = [
  "curl URL/",
  "curl URL",
  "curl 'URL?a=b#fragment'",
  "curl URL/a/./b/../c?x=/../y",
  "curl --path-as-is URL/a/../../etc/passwd",
  "curl -X DELETE URL/items/7",
  "curl -XPUT URL/items/7 -d a=1",
  "curl -sSLk -o /dev/null -w '%{http_code}' URL/",
  "curl -I URL/",
  "curl -0 URL/",
  "curl -A 'Mozilla/5.0 (X11)' -e https://b.example/ -b 'a=1; b=2' URL/",
  "curl -u user:pa:ss URL/",
  "curl --oauth2-bearer token URL/",
  "curl -H 'X-One: 1' -H 'X-Two:2' -H 'X-Empty;' -H 'Accept:' URL/",
  "curl -H 'Host: other.example' URL/",
  "curl -H @DIR/headers.txt URL/",
  "curl -d a=1 -d 'b=two words' URL/",
  "curl -d a=1 -G URL/path?x=1",
  "curl --data-raw '@no-file' URL/",
  "curl -d @DIR/data.txt URL/",
  "curl --data-binary @DIR/data.txt URL/",
  "curl --data-urlencode 'q=a b&c/ü' --data-urlencode '=x y' --data-urlencode 'plain text' URL/",
  "curl --data-urlencode name@DIR/data.txt URL/",
  'curl --json \'{"a": "b"}\' URL/',
  "curl -H 'Content-Type: application/json' -d '{}' URL/",
  "curl -F name=value -F 'upload=@DIR/photo.png' URL/",
  "curl -F 'upload=@DIR/photo.png;type=text/plain;filename=other.txt' URL/",
  "curl -F 'text=<DIR/data.txt' -F 'note=plain;type=text/html' URL/",
  "curl --form-string 'at=@not-a-file;type=x' URL/",
  "curl -F 'quoted=\"a;b\"' URL/",
  "curl URL/ -H 'X-Long: one' \\\n  -H 'X-Line: two'",
  'curl "URL/a%20b" -g',
  "curl --data-raw $'a\\nb\\x41\\u00fc\\'\\\\' URL/",
  'curl -d "a\\"b\\$c\\`" URL/',
  "curl -d a\\ b URL/",
  "curl --compressed -r 0-10 URL/",
  "curl URL/ | cat",
  "curl --no-progress-meter -- URL/",
  "curl --url URL/named",
  "curl -d '' URL/",
  "curl --no-compressed URL/",
  "curl -G -d a=1 -d b=2 URL/path",
  "curl --data-binary 'line one' URL/",
  "curl --json @DIR/data.txt URL/",
  "curl -F 'upload=@DIR/blob' -F 'page=@DIR/page.htm' URL/",
  "curl URL/a/b/..",
  "curl URL/a/b/.",
  "curl URL/../..",
];

const hasCurl =
  spawnSync("curl", ["--version"]).status === 0 && spawnSync("bash", ["--version"]).status === 0;
if (!hasCurl) console.log("skipped: what curl sends is not compared, for there is no `curl` or `bash` here");

/** What curl itself sends for a command, as bytes. */
async function sentBy(command: (url: string) => string): Promise<{ raw: string; url: string }> {
  let raw = "";
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      raw += chunk.toString("latin1");
      if (/^Expect: 100-continue/im.test(raw)) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      const end = raw.indexOf("\r\n\r\n");
      const length = Number(/^content-length: (\d+)/im.exec(raw)?.[1] ?? 0);
      if (end !== -1 && raw.length >= end + 4 + length)
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn("bash", ["-c", command(url)], { stdio: "ignore" });
  await once(child, "close");
  return { raw, url };
}

describe.skipIf(!hasCurl)("a command gives the request that curl sends", () => {
  test.each(COMMANDS)("%s", async (template) => {
    const directory = folder(FILES);
    const written = (url: string) => template.replaceAll("URL", url).replaceAll("DIR", directory);
    const { raw, url } = await sentBy(written);
    const sent = new Subject();
    expect(sent.takeMessage(raw.replace(/^Expect: 100-continue\r\n/im, ""))).toBeUndefined();
    const taken = requestOf(written(url));
    expect(taken).toBeInstanceOf(Subject);
    expect(parts(taken as Subject)).toEqual(parts(sent));
  });
});

describe("a curl command", () => {
  test.each<[command: string, line: string, body?: string]>([
    ["curl https://a.example/x", "GET /x a.example https"],
    ["curl a.example", "GET / a.example http"],
    ["$ curl -X POST https://a.example:8443/x?y=1", "POST /x?y=1 a.example:8443 https"],
    [
      "curl 'https://a.example/' --data-raw 'user=Zoë' --compressed",
      "POST / a.example https",
      bytes("user=Zoë"),
    ],
    ["curl https://user:p%40ss@a.example/", "GET / a.example https"],
  ])("%s", (command, line, body) => {
    const subject = requestOf(command) as Subject;
    const host = subject.headers.find(([name]) => name === "Host")?.[1];
    expect(`${subject.method} ${subject.target} ${host} ${subject.secure ? "https" : "http"}`).toBe(line);
    expect(subject.body).toBe(body);
  });

  test("a login in the URL is sent as a header", () => {
    const { headers } = requestOf("curl https://user:p%40ss@a.example/") as Subject;
    expect(headers).toContainEqual(["Authorization", `Basic ${btoa("user:p@ss")}`]);
  });

  test.each([
    ["curl -H 'X: 1'", "the curl command has no URL"],
    ["curl https://a.example/ https://b.example/", "two URLs"],
    ["curl https://a.example/?a=1&b=2", "put the URL in quotes"],
    ["curl ftp://a.example/", "`ftp://` is not HTTP"],
    ["curl https:///x", "has no host"],
    ["curl 'https://a.example/[1-3]'", "brackets and braces"],
    ["curl 'https://a.example/a b'", "write `/a%20b`"],
    ["curl --frobnicate https://a.example/", "`--frobnicate` is not supported"],
    ["curl --headr 'X: 1' https://a.example/", "did you mean `head` or `header`"],
    ["curl -Q x https://a.example/", "`-Q` is not supported"],
    ["curl https://a.example/ -H", "`-H` needs a value"],
    ["curl https://a.example/ --data", "`--data` needs a value"],
    ["curl -sH nonsense https://a.example/", "`Name: value`"],
    ["curl --no-frobnicate https://a.example/", "`--no-frobnicate` is not supported"],
    ["curl -F nonsense https://a.example/", "`name=value`"],
    ["curl -b jar.txt https://a.example/", "cookie file"],
    ["curl -d @/no/such/file https://a.example/", "there is no file"],
    ["curl -d @/dev/zero https://a.example/", "`/dev/zero` is no regular file"],
    ["curl -F a=@/dev/zero https://a.example/", "`/dev/zero` is no regular file"],
    ["curl -d @/ https://a.example/", "directory"],
    ['curl -H "Authorization: Bearer $TOKEN" https://a.example/', "only a shell can expand `$TOKEN`: write"],
    ["curl https://a.example/`id`", "only a shell can expand `id`: write"],
    ['curl ^"https://a.example/^"', "cmd.exe"],
    ["curl 'https://a.example/", "a quote or a last backslash is open"],
  ])("%s is refused: %s", (command, message) => {
    expect(requestOf(command)).toContain(message);
  });

  test.each([
    ["curl a \\", true],
    ["curl a \\\r", true],
    ["curl 'a", true],
    ['curl "a', true],
    ["curl $'a\\'", true],
    ["curl 'a'", false],
    ["curl a", false],
  ])("%j goes on in the next line: %s", (text, open) => {
    expect(isOpenCommand(text)).toBe(open);
  });

  test("explain takes one from a file and from stdin, and the REPL over several lines", async () => {
    const command = "curl 'https://a.example/.git/config' \\\n  -H 'X-One: 1'\n";
    const rules =
      'rules:\n  - {ref: git, expression: \'http.request.uri.path contains ".git" and len(http.request.headers["x-one"]) eq 1\', action: block}\n';
    const directory = folder({ "rules.yaml": rules });
    writeFileSync(join(directory, "request.sh"), command);
    for (const [source, input] of [
      [join(directory, "request.sh"), ""],
      ["-", command],
    ] as const)
      expect(
        (await run(["explain", join(directory, "rules.yaml"), "--request", source], input)).out,
      ).toContain("block 403");
    const { out } = await run(
      ["repl"],
      `.load ${directory}/rules.yaml\n${command}.run\n.req ${command}.run\n`,
    );
    expect(out.split("\n").slice(1)).toEqual([
      "GET a.example/.git/config   4 headers",
      expect.stringContaining("block 403"),
      "GET a.example/.git/config   4 headers",
      expect.stringContaining("block 403"),
    ]);
  });
});

describe.skipIf(spawnSync("bash", ["--version"]).status !== 0)("words are split as bash splits them", () => {
  test.each([
    "a 'b c' \"d e\" f\\ g",
    "'it'\\''s' \"say \\\"hi\\\"\" $'tab\\there' $'\\101\\x42\\u20ac'",
    "'' \"\" a''b",
    "one \\\n two\\\nthree",
    "\"back\\\\slash \\n stays\" 'a\\b'",
    "a\"b\"'c'$'d'e",
    "$ $'\\e[0m' $'\\q'",
    '"joined \\\nline" a\\b \\c',
    "$'\\U0001f600\\U41'",
    "x=1 --flag=value # comment",
  ])("%j", (text) => {
    const asked = text.replace(/ # comment$/, "");
    const printed = execFileSync("bash", ["-c", `printf '%s\\0' ${asked}`], { encoding: "latin1" });
    expect(shellWords(bytes(asked))).toEqual({ ok: true, words: printed.split("\0").slice(0, -1) });
  });
});
