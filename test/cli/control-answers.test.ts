import { once } from "node:events";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { upstream } from "../adapters/support.ts";
import { serveSettings, startServe } from "../support/source/cli.ts";
import { fakeTerminal, folder, run } from "./support.ts";

// What the control socket answers, and what `wirewall control` makes of it, in this process.

const RULES = `rulesets:
  - id: zone
    rules:
      - {ref: all, expression: 'http.host eq "never"', action: block}
  - id: limits
    phase: http_ratelimit
    rules:
      - ref: logins
        expression: "true"
        action: block
        ratelimit: {characteristics: [ip.src], period: 60, requests_per_period: 1}
`;

async function served(control?: string) {
  const up = await upstream();
  const path = folder({ "rules.yaml": RULES });
  const socket = control ?? join(path, "control.sock");
  const settings = serveSettings({
    rules: [join(path, "rules.yaml")],
    upstream: up.url,
    listen: "127.0.0.1:0",
    "no-reload": true,
    grace: "0",
    control: socket,
  });
  const started = await startServe(settings, fakeTerminal());
  if ("refused" in started) throw new Error(started.refused);
  onTestFinished(() => started.close());
  return { socket, url: started.url };
}

function ask(
  socketPath: string,
  method: string,
  path: string,
  body = "",
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    request({ socketPath, method, path }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on("error", reject)
      .end(body);
  });
}

describe("the control socket", () => {
  test("answers each request, and says what is wrong with one", async () => {
    const { socket } = await served();
    const cases: readonly (readonly [
      method: string,
      path: string,
      body: string,
      status: number,
      text: string,
    ])[] = [
      ["GET", "/", "", 200, '"mode": "enforce"'],
      ["GET", "/status", "", 200, '"version": 1'],
      ["GET", "/history", "", 200, '"version": 1'],
      ["GET", "/other", "", 404, "PUT /mode"],
      ["PUT", "/mode", "nonsense", 400, "not a JSON object"],
      ["PUT", "/mode", "[]", 400, "not a JSON object"],
      ["PUT", "/mode", `{"a":"${"x".repeat(5000)}"}`, 413, "4096 bytes"],
      ["PUT", "/mode", "{}", 400, "mode"],
      ["PUT", "/mode", '{"mode":"maybe"}', 400, "mode"],
      ["PUT", "/mode", '{"mode":"off","phase":"a","ruleset":"b"}', 400, "of one `phase`, of one `ruleset`"],
      ["PUT", "/mode", '{"mode":"off","phase":"http_nothing"}', 400, "http_nothing"],
      ["PUT", "/mode", '{"mode":"observe","ruleset":"zone"}', 200, '"zone": "observe"'],
      ["PUT", "/mode", '{"mode":"observe","phase":"http_ratelimit"}', 200, '"http_ratelimit": "observe"'],
      ["PUT", "/mode", '{"mode":"off"}', 200, '"mode": "off"'],
      ["POST", "/rollback", "{}", 400, "number of a version"],
      ["POST", "/rollback", '{"version":1,"ifVersion":true}', 400, "number of a version"],
      ["POST", "/rollback", '{"version":99}', 404, "99"],
      ["POST", "/rollback", '{"version":1,"ifVersion":7}', 409, "E_VERSION_CONFLICT"],
      ["POST", "/reload", "", 200, '"version"'],
      ["POST", "/limits", "", 200, "[]"],
      ["POST", "/limits", '{"rule":"limits/logins","most":5}', 200, "[]"],
      ["POST", "/limits", '{"rule":5}', 400, "`rule` is the ref of a rule"],
      ["POST", "/limits", '{"most":"5"}', 400, "`most` a number"],
      ["POST", "/limits", '{"most":0}', 400, "`most` must be a whole number from 1 to 1000"],
      ["POST", "/limits", '{"rule":"all"}', 400, "there is no rule `all` with a rate limit"],
      ["POST", "/limits/reset", "", 400, "`id` is that of an entry"],
      ["POST", "/limits/reset", '{"id":"a","rule":"logins"}', 400, "`id` is that of an entry"],
      ["POST", "/limits/reset", '{"rule":"logins","key":{"ip.src":5}}', 400, "`id` is that of an entry"],
      [
        "POST",
        "/limits/reset",
        '{"rule":"logins","key":{"ip.dst":null}}',
        400,
        "`ip.dst` is not a characteristic",
      ],
      [
        "POST",
        "/limits/reset",
        '{"rule":"logins","key":{"ip.src":"x"}}',
        400,
        "`x` is not a value of `ip.src`",
      ],
      ["POST", "/limits/reset", '{"rule":"logins","key":{"ip.src":"192.0.2.7"}}', 200, '"192.0.2.7"'],
      ["POST", "/limits/reset", '{"id":"nothing"}', 404, "there is no such entry any more"],
    ];
    for (const [method, path, body, status, text] of cases) {
      const reply = await ask(socket, method, path, body);
      expect([method, path, body.slice(0, 60), reply.status]).toEqual([
        method,
        path,
        body.slice(0, 60),
        status,
      ]);
      expect(reply.text).toContain(text);
    }
  });

  test.each<[words: readonly string[], code: number, text: string]>([
    [["status"], 0, '"mode": "enforce"'],
    [[], 0, '"mode": "enforce"'],
    [["history"], 0, '"version": 1'],
    [["reload"], 0, '"version": 1'],
    [["mode", "observe"], 0, '"mode": "observe"'],
    [["mode", "off", "--ruleset", "zone"], 0, '"zone": "off"'],
    [["mode", "off", "--phase", "http_ratelimit"], 0, '"http_ratelimit": "off"'],
    [["mode", "maybe"], 1, "mode"],
    [["mode"], 2, "takes one further argument"],
    [["status", "now"], 2, "takes no further arguments"],
    [["rollback", "9"], 1, "9"],
    [["rollback", "x"], 2, "x"],
    [["rollback", "1", "--if-version", "9"], 1, "E_VERSION_CONFLICT"],
    [["frobnicate"], 2, "there is no `frobnicate`: status, mode, history, rollback, reload, limits, reset"],
    [["limit"], 2, "did you mean `limits`?"],
    [["limits"], 0, "[]"],
    [["limits", "--rule", "logins", "--most", "3"], 0, "[]"],
    [["limits", "--rule", "nobody"], 1, "there is no rule `nobody` with a rate limit"],
    [["limits", "--most", "many"], 2, "`--most` takes a number of entries, not `many`"],
    [["limits", "logins"], 2, "takes no further arguments"],
    [["reset"], 2, "takes one further argument"],
    [["reset", "nothing"], 1, "there is no such entry any more"],
    [["reset", "--rule", "logins", "--key", "ip.src=192.0.2.7"], 0, '"ip.src": "192.0.2.7"'],
    [["reset", "--rule", "logins", "--key", "ip.src"], 2, "`--key` takes CHARACTERISTIC=VALUE, not `ip.src`"],
    [["reset", "x", "--rule", "logins"], 2, "takes no further arguments"],
    [["rollback", "1", "--if-version", "a".repeat(64)], 1, "E_VERSION_CONFLICT"],
  ])("wirewall control %j", async (words, code, text) => {
    const { socket } = await served();
    const said = await run(["control", socket, ...words]);
    expect({ ...said, code: said.code }).toMatchObject({ code });
    expect(said.out + said.err).toContain(text);
  });

  test("lists who is limited, and lets them begin anew", async () => {
    const { socket, url } = await served();
    const statuses = async () => (await fetch(url)).status;
    expect([await statuses(), await statuses()]).toEqual([200, 429]);
    const entries: unknown = JSON.parse((await run(["control", socket, "limits"])).out);
    expect(entries).toMatchObject([{ ruleset: "limits", rule: "logins", key: { "ip.src": "127.0.0.1" } }]);
    const [{ id }] = entries as [{ id: string }];
    expect((await run(["control", socket, "reset", id])).code).toBe(0);
    expect(await statuses()).toBe(200);
    expect(JSON.parse((await run(["control", socket, "limits"])).out)).toHaveLength(1);
    const byKey = ["reset", "--rule", "logins", "--key", "ip.src=127.0.0.1"];
    expect((await run(["control", socket, ...byKey])).code).toBe(0);
    expect((await run(["control", socket, "limits"])).out.trim()).toBe("[]");
    expect(await statuses()).toBe(200);
  });

  test.each([
    [[], "the path of the socket is missing"],
    [["/no/such/socket"], "there is no such socket"],
  ])("without a socket, %j", async (words, text) => {
    const { code, err } = await run(["control", ...words]);
    expect(code).toBe(2);
    expect(err).toContain(text);
  });

  test("without a process behind it", async () => {
    const { code, err } = await run(["control", await leftBehind(), "status"]);
    expect(err).toContain("no process listens there any more");
    expect(code).toBe(2);
  });

  test.each([
    ["[1]", 400],
    ['{"error": "no"}', 500],
    ["no JSON", 502],
  ])("where something else answers %j", async (text, status) => {
    const socket = join(folder({}), "other.sock");
    const other = createServer((_request, response) => response.writeHead(status).end(text));
    onTestFinished(() => void other.close());
    await new Promise<void>((resolve) => other.listen(socket, resolve));
    const { code, err } = await run(["control", socket, "status"]);
    expect(err).toBe("the answer is not that of a control socket");
    expect(code).toBe(1);
  });
});

/** A socket whose process has ended. */
async function leftBehind(): Promise<string> {
  const path = folder({});
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(path, "first"), resolve));
  renameSync(join(path, "first"), join(path, "left"));
  await new Promise((resolve) => server.close(resolve));
  return join(path, "left");
}

describe("the place of the socket", () => {
  test("is taken over from a process that has ended", async () => {
    const { socket } = await served(await leftBehind());
    expect((await ask(socket, "GET", "/status")).status).toBe(200);
  });

  test("is left alone where another process listens, or where there is no socket", async () => {
    const { socket: busy } = await served();
    await expect(served(busy)).rejects.toThrow("another process listens on");
    expect((await ask(busy, "GET", "/status")).status).toBe(200);
    const file = join(folder({ notes: "mine" }), "notes");
    await expect(served(file)).rejects.toThrow("exists and is not a socket");
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("is reached again soon when connections hang in all of its places", async () => {
    const { socket } = await served();
    const hanging = Array.from({ length: 16 }, () => connect(socket).on("error", () => undefined));
    onTestFinished(() => {
      for (const one of hanging) one.destroy();
    });
    await Promise.all(hanging.map((one) => once(one, "connect")));
    const asked = () => ask(socket, "GET", "/status").then(({ status }) => status);
    await expect(asked()).rejects.toThrow();
    await vi.waitFor(async () => expect(await asked()).toBe(200), { timeout: 20_000, interval: 500 });
  });

  test("a reload of faulty rules is refused there", async () => {
    const { socket } = await served();
    writeFileSync(join(dirname(socket), "rules.yaml"), "rules: [");
    expect(await ask(socket, "POST", "/reload")).toMatchObject({
      status: 422,
      text: expect.stringContaining("nothing changed"),
    });
    expect((await ask(socket, "GET", "/status")).text).toContain('"version": 1');
  });
});
