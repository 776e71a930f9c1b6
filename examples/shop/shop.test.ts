import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const built = existsSync(cli);
if (!built) console.warn("examples/shop: skipped, because dist/cli/main.js is missing (npm run build)");

interface Step {
  readonly command: string;
  readonly output: string;
}

/** The commands of the README's consoles, each with what it prints. */
function stepsOf(markdown: string): readonly Step[] {
  const steps: { command: string; output: string }[] = [];
  for (const [, block] of markdown.matchAll(/```console\n([\s\S]*?)```/g)) {
    for (const part of block!.split(/^\$ /m).slice(1)) {
      const end = part.indexOf("\n");
      steps.push({ command: part.slice(0, end), output: part.slice(end + 1) });
    }
  }
  return steps;
}

/** Words as a shell splits them, as far as the README needs it. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => {
    return single ?? double ?? bare ?? "";
  });
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function send(url: URL, method: string, headers: Record<string, string>, body: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const path = `${url.pathname}${url.search}`;
    const target = { host: url.hostname, port: url.port, path, method, headers, agent: false };
    const outgoing = request(target, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const { statusCode: status = 0, headers: received } = incoming;
        resolve({ status, headers: received, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Does what `curl -s` does with the options that the README uses, and gives what it prints. */
async function curl(words: readonly string[], base: string): Promise<string> {
  const headers: Record<string, string> = { "user-agent": "curl/8.0", accept: "*/*" };
  let [method, body, format, shows, address] = ["GET", "", "", true, ""];
  for (let at = 0; at < words.length; at++) {
    const value = words[at + 1] ?? "";
    switch (words[at]) {
      case "-s":
        continue;
      case "-H":
        headers[value.slice(0, value.indexOf(":")).toLowerCase()] = value
          .slice(value.indexOf(":") + 1)
          .trim();
        break;
      case "-A":
        if (value === "") delete headers["user-agent"];
        else headers["user-agent"] = value;
        break;
      case "-d":
        method = "POST";
        body = value;
        headers["content-type"] = "application/x-www-form-urlencoded";
        headers["content-length"] = String(value.length);
        break;
      case "-o":
        shows = false;
        break;
      case "-w":
        format = value;
        break;
      default:
        if (words[at]!.startsWith("-"))
          throw new Error(`the README uses ${words[at]}, which this test does not know`);
        address = words[at]!;
        continue;
    }
    at++;
  }
  const url = new URL(address.replace("http://127.0.0.1:8080", base));
  const reply = await send(url, method, headers, body);
  const location = reply.headers["location"];
  const redirect = location === undefined ? "" : new URL(String(location), url).href;
  const written = format
    .replaceAll("\\n", "\n")
    .replaceAll("%{http_code}", String(reply.status))
    .replaceAll("%{redirect_url}", redirect.replace(base, "http://127.0.0.1:8080"))
    .replace(/%header\{([^}]*)\}/g, (_, name: string) => String(reply.headers[name] ?? ""));
  return (shows ? reply.body : "") + written;
}

/** Starts a program and waits until a line of it tells the address. */
function start(
  args: readonly string[],
  pattern: RegExp,
): Promise<{ child: ChildProcess; url: string; output: () => string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: here, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve({ child, url: found, output: () => text });
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", (code) => reject(new Error(`${args.join(" ")} ended with ${code}:\n${text}`)));
  });
}

describe.skipIf(!built)("the shop, step by step as in its README", () => {
  const steps = stepsOf(readFileSync(new URL("README.md", import.meta.url), "utf8"));
  const running: ChildProcess[] = [];
  let base = "";
  let output = (): string => "";

  beforeAll(async () => {
    const shop = await start(["upstream.mjs", "0"], /shop on (\S+)\n/);
    running.push(shop.child);
    const options = ["--rules", "rules", "--upstream", shop.url, "--trust", "127.0.0.1", "--no-reload"];
    const wall = await start(
      [cli, "serve", ...options, "--listen", "127.0.0.1:0"],
      /listen {2}(\S+)[\s\S]*\nlog /,
    );
    running.push(wall.child);
    ({ url: base, output } = wall);
  });

  afterAll(() => {
    for (const child of running) child.kill("SIGKILL");
  });

  test("the README has steps", () => {
    expect(steps.length).toBeGreaterThan(25);
  });

  test.each(steps.map(({ command, output }, at) => [at + 1, command, output] as const))(
    "%i %s",
    async (_at, command, wanted) => {
      const [name, ...words] = wordsOf(command);
      expect(name).toBe("shop");
      const alias = ["-s", "-H", "Host: shop.example", "-H", "Accept-Language: en"];
      expect(await curl([...alias, ...words], base)).toBe(wanted);
    },
  );

  test("the log tells of the rule on trial, and of the chosen fields", async () => {
    const line = (): string | undefined =>
      output()
        .split("\n")
        .find((text) => text.includes("try-no-python"));
    for (let tries = 0; tries < 200 && line() === undefined; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const event = JSON.parse(line()!);
    expect(event.action).toBe("allow");
    const match = event.matches.find((one: { rule: { ref: string } }) => one.rule.ref === "try-no-python");
    expect(match).toMatchObject({ mode: "shadow", rule: { action: "block" } });
    expect(JSON.stringify(event.fields)).toContain("python-requests/2.32");
  });
});
