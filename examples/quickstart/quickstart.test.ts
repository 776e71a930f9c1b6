import { type ChildProcess, spawn } from "node:child_process";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

interface LogLine {
  readonly id: string;
  readonly action: string;
  readonly matches: readonly { readonly rule: { readonly ref: string } }[];
}

let child: ChildProcess;
let url = "";
let out = "";
let talk = "";

/** What `npm start` runs, on a free port. */
beforeAll(async () => {
  child = spawn(process.execPath, [
    "dist/cli/main.js",
    "serve",
    "--demo",
    "--listen",
    "127.0.0.1:0",
    "--no-reload",
  ]);
  child.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error(`the demo did not start:\n${talk}`)));
    child.stderr?.on("data", (chunk: Buffer) => {
      talk += chunk.toString();
      if (talk.includes("Ctrl-C")) resolve();
    });
  });
  url = /listen {2}(\S+)/.exec(talk)?.[1] ?? "";
});

afterAll(async () => {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

function get(
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly reference: unknown; readonly body: string }> {
  return new Promise((resolve, reject) => {
    request(`${url}${path}`, { headers, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          reference: response.headers["x-wirewall-reference"],
          body,
        }),
      );
    })
      .on("error", reject)
      .end();
  });
}

/** The log line that names the rule. */
async function logLine(ref: string): Promise<LogLine> {
  for (let tries = 0; tries < 300; tries++) {
    const lines = out.split("\n").filter((line) => line !== "");
    const events = lines.map((line) => JSON.parse(line) as LogLine);
    const found = events.find(({ matches }) => matches.some(({ rule }) => rule.ref === ref));
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`no line of the log names ${ref}`);
}

describe("the README's table", () => {
  test.each([
    ["/", {}, 200, undefined],
    ["/.git/config", {}, 403, "no-dotfiles"],
    ["/", { "user-agent": "sqlmap/1.8" }, 403, "no-scanners"],
    ["/admin", {}, 200, "admin-watch"],
    // A rule that only skips has no line in the log.
    ["/.git/config", { "x-forwarded-for": "192.0.2.7" }, 200, undefined],
  ] as const)("%s with %j", async (path, headers, status, ref) => {
    const reply = await get(path, headers);
    expect(reply.status).toBe(status);
    if (status === 200) expect(reply.body).toBe(`demo upstream: GET ${path} (0 bytes of body)\n`);
    if (ref === undefined) return;
    const event = await logLine(ref);
    expect(event.action).toBe(status === 403 ? "block" : "allow");
    if (status === 403) {
      expect(reply.reference).toBe(event.id);
      expect(reply.body).toContain(event.id);
    }
  });

  test("the start tells what to try", () => {
    expect(talk).toContain(`curl -i ${url}/.git/config`);
  });
});
