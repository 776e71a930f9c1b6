import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { send, upstream } from "../adapters/support.ts";
import { hasIpv6 } from "../support/available.ts";
import { mmdbBytes } from "../support/mmdb.ts";
import { type RunningServe, serveSettings, startServe } from "../support/source/cli.ts";
import type { WafEvent } from "../support/source/engine/events.ts";
import { fakeTerminal, folder, run, waitFor } from "./support.ts";

const RULES = `rules:
  - ref: dotfiles
    expression: http.request.uri.path contains "/."
    action: block
`;

/** A running proxy with rules in a file that the test may change. */
async function serve(
  rules: string,
  options: Readonly<Record<string, string | string[] | boolean>> = {},
  env: Readonly<Record<string, string>> = {},
) {
  const up = await upstream();
  const path = folder({ "rules.yaml": rules, "office.txt": "# the office\n192.0.2.0/24   # ground floor\n" });
  const terminal = fakeTerminal("", env);
  const file = join(path, "rules.yaml");
  const given = { rules: [file], upstream: up.url, listen: "127.0.0.1:0", "no-reload": true, grace: "0" };
  const settings = serveSettings({ ...given, ...options }, env);
  const started = await startServe(settings, terminal);
  if ("refused" in started) throw new Error(started.refused);
  onTestFinished(() => started.close());
  return { running: started as RunningServe, terminal, file, path, up };
}

describe("serve", () => {
  test("says what it serves", async () => {
    const { running, terminal, up } = await serve(RULES, { trust: ["10.0.0.0/8"], "body-limit": "64k" });
    const lines = terminal.text().err.split("\n");
    expect(lines[0]).toMatch(/^rules {3}1 ruleset, 1 rule, 0 lists {3}compiled in \d+ ms {3}version 1$/);
    expect(lines.slice(1)).toEqual([
      `listen  ${running.url}  ->  ${up.url}   mode enforce   failure closed`,
      "trust   10.0.0.0/8 (x-forwarded-for)   body 64 KiB, text 160 KiB, oversize block",
      "log     standard output   reload on SIGHUP",
    ]);
  });

  test.each([
    [false, 200, true],
    [true, 403, false],
  ])("--nil-not-equal %s: %s to who lacks the header, warned about: %s", async (given, status, isWarned) => {
    const expression = `http.request.headers["x-key"][0] ne "k"`;
    const rules = `rules:\n  - {ref: key, action: block, expression: '${expression}'}\n`;
    const { running, terminal } = await serve(rules, { "nil-not-equal": given });
    expect((await send(`${running.url}/`)).status).toBe(status);
    expect(terminal.text().err.includes("W_NE_ABSENT")).toBe(isWarned);
  });

  test.skipIf(!hasIpv6())(
    "says an IPv6 address in brackets, where the mode comes from, and sizes to the byte",
    async () => {
      const { running, terminal } = await serve(
        RULES,
        { listen: "[::1]:0", mode: "off", "body-limit": "1234567", "max-inspected-bytes": "900" },
        { WIREWALL_MODE: "observe" },
      );
      expect(running.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
      expect(terminal.text().err).toContain("   mode observe (WIREWALL_MODE)   ");
      expect(terminal.text().err).toContain("body 1234567 bytes, text 900 bytes");
      expect((await send(`${running.url}/.git`)).status).toBe(200);
    },
  );

  test.each<[mode: string, expected: string | RegExp]>([
    ["off", "off"],
    ["", "enforce"],
    ["maybe", /^WIREWALL_MODE must be `enforce`, `observe` or `off`, not `maybe`$/],
  ])("the mode of the environment, %j", (mode, expected) => {
    const read = () => serveSettings({ demo: true }, { WIREWALL_MODE: mode }).mode;
    if (typeof expected === "string") expect(read()).toBe(expected);
    else expect(read).toThrow(expected);
  });

  test.each([
    [{}, "1.1 wirewall"],
    [{ "no-via": true }, undefined],
  ])("of the upstream's request with %j, Via is %s", async (options, via) => {
    const { running, up } = await serve(RULES, options);
    await send(`${running.url}/`);
    expect(up.received[0]?.header("via")).toBe(via);
  });

  test("says what else changes while it runs: modes, versions, and lists", async () => {
    const lists =
      "lists: {l: [192.0.2.1]}\nrulesets:\n- phase: custom\n  rules:\n  - {ref: a, action: block, expression: ip.src in $l}\n";
    const { running, terminal, file } = await serve(lists);
    const last = () => terminal.text().err.split("\n").at(-1);
    writeFileSync(file, lists.replace("192.0.2.1", "192.0.2.2"));
    running.reload("^HUP");
    expect(terminal.text().err.split("\n").at(-2)).toMatch(
      /^\^HUP {4}version 2 in \d+ ms {3}rules unchanged, lists changed$/,
    );
    expect(last()).toBe("        ~ $l items +1 -1");
    running.waf.rollback(1);
    expect(last()).toBe("rollback to version 1, as version 3, until rules are read again");
    running.waf.setMode("observe");
    expect(last()).toBe("mode    observe, before enforce");
    running.waf.setMode("off", { phase: "http_ratelimit" });
    expect(last()).toMatch(/^mode {4}off of http_ratelimit, before /);
  });

  test("what the firewall refuses, and no document by itself, is told and changes nothing", async () => {
    const list = join(folder({ "office.txt": "192.0.2.9\n" }), "office.txt");
    const twice = `lists: {office: [192.0.2.1]}\nrulesets:\n- phase: custom\n  ${RULES.replaceAll("\n", "\n  ")}`;
    const { running, terminal, file } = await serve(RULES, { list: [`office=${list}`] });
    writeFileSync(file, twice);
    expect(await running.reload("^HUP")).toBe(false);
    expect(terminal.text().err).toContain("error[E_DUPLICATE");
    expect(terminal.text().err.split("\n").at(-1)).toBe("^HUP    refused   kept version 1");
    const settings = { rules: [file], list: [`office=${list}`], upstream: "http://127.0.0.1:1" };
    expect(await startServe(serveSettings(settings), fakeTerminal())).toEqual({
      refused: expect.stringContaining("error[E_DUPLICATE"),
    });
  });

  test("writes one JSON line for each request that matches", async () => {
    const { running, terminal } = await serve(RULES);
    const reply = await send(`${running.url}/.git`);
    await send(`${running.url}/fine`);
    await waitFor(() => terminal.text().out !== "");
    const event = JSON.parse(terminal.text().out) as WafEvent;
    expect(event).toMatchObject({ action: "block", status: 403, matches: [{ rule: { ref: "dotfiles" } }] });
    expect(reply.headers["x-wirewall-reference"]).toBe(event.id);
  });

  test("writes them to a file", async () => {
    const log = join(folder({}), "events.jsonl");
    const { running } = await serve(RULES, { log });
    await send(`${running.url}/.git`);
    await running.close();
    expect(JSON.parse(readFileSync(log, "utf8"))).toMatchObject({ action: "block" });
  });

  test("lists come from files of lines", async () => {
    const list = join(folder({ "office.txt": "# us\n127.0.0.0/8 # here\n\n" }), "office.txt");
    const rules = `rules:\n  - {ref: us, expression: ip.src in $office, action: block}\n`;
    const { running } = await serve(rules, { list: [`office=${list}`] });
    expect((await send(running.url)).status).toBe(403);
  });

  test("reads the rules again, and says rule by rule what changed", async () => {
    const { running, terminal, file } = await serve(RULES);
    writeFileSync(file, `${RULES}  - {ref: all, expression: "true", action: block}\n`);
    running.reload("^HUP");
    expect((await send(running.url)).status).toBe(403);
    const lines = terminal.text().err.split("\n").slice(4);
    expect(lines[0]).toMatch(/^\^HUP {4}version 2 in \d+ ms {3}\+1 ~0 -0$/);
    expect(lines[1]).toBe("        + http_request_firewall_custom/all added");
    running.reload("^HUP");
    expect(terminal.text().err.split("\n").at(-1)).toBe("^HUP    unchanged   version 2");
  });

  test.each<[what: string, rules: readonly string[], counts: string, changes: readonly string[]]>([
    ["two members", ["a", "b false log"], "+0 ~1 -0", ["~ P/b changed: action, expression"]],
    ["one rule less", ["b"], "+0 ~0 -1", ["- P/a removed"]],
    ["another order", ["b", "a"], "+0 ~0 -0 >1", ["> P/b moved"]],
    ["one for another", ["a", "c"], "+1 ~0 -1", ["+ P/c added", "- P/b removed"]],
  ])("a change of the rules, by %s, is told", async (_what, rules, counts, changes) => {
    const text = (all: readonly string[]) => {
      const lines = all.map((one) => {
        const [ref, expression = "true", action = "block"] = one.split(" ");
        return `  - {ref: ${ref}, expression: "${expression}", action: ${action}}\n`;
      });
      return `rules:\n${lines.join("")}`;
    };
    const { running, terminal, file } = await serve(text(["a", "b"]));
    writeFileSync(file, text(rules));
    running.reload("^HUP");
    const [summary, ...told] = terminal.text().err.split("\n").slice(4);
    expect(summary).toMatch(/^\^HUP {4}version 2 in \d+ ms {3}/);
    expect(summary).toContain(` ms   ${counts}`);
    expect(told).toEqual(
      changes.map((line) => `        ${line.replace("P", "http_request_firewall_custom")}`),
    );
  });

  test("tells each warning once, at the start and after a change", async () => {
    const text = (action: string) =>
      `lists: {l: [192.0.2.1, 192.0.2.1]}\nrulesets:\n- phase: custom\n  rules:\n  - {ref: a, action: ${action}, expression: 'http.cookie ne http.request.headers["x"][0] and ip.src in $l'}\n`;
    const { running, terminal, file } = await serve(text("block"));
    const told = () => [...terminal.text().err.matchAll(/^warning\[(\w+)\]/gm)].map(([, code]) => code);
    expect(told()).toEqual(["W_NE_ABSENT", "W_LIST_ITEM"]);
    running.reload("^HUP");
    expect(told()).toHaveLength(2);
    writeFileSync(file, text("log"));
    running.reload("^HUP");
    expect(told()).toEqual(["W_NE_ABSENT", "W_LIST_ITEM", "W_NE_ABSENT", "W_LIST_ITEM"]);
  });

  test("refuses rules with faults and keeps the old ones", async () => {
    const { running, terminal, file } = await serve(RULES);
    for (const broken of ["rules:\n  - {ref: a, expression: no.such, action: block}\n", "rules: [", ""]) {
      writeFileSync(file, broken);
      running.reload("^HUP");
      expect(terminal.text().err.split("\n").at(-1)).toBe("^HUP    refused   kept version 1");
    }
    expect(terminal.text().err).toContain("error[E_UNKNOWN_IDENTIFIER]: there is no field `no.such`");
    expect((await send(`${running.url}/.git`)).status).toBe(403);
    writeFileSync(file, RULES);
    for (const last of ["   the faults are gone", ""]) {
      running.reload("^HUP");
      expect(terminal.text().err.split("\n").at(-1)).toBe(`^HUP    unchanged   version 1${last}`);
    }
  });

  test("watches the file, also when it is replaced", async () => {
    const { running, file } = await serve(RULES, { "no-reload": false });
    writeFileSync(file, 'rules:\n  - {ref: all, expression: "true", action: block}\n');
    await waitFor(() => running.waf.snapshot.version === 2);
    expect((await send(running.url)).status).toBe(403);
  });

  describe("watches a directory", () => {
    const blocking = (ref: string): string =>
      `rules:\n  - {ref: ${ref}, expression: "true", action: block}\n`;
    const replace = (path: string, text: string): void => {
      writeFileSync(`${path}.part`, text);
      renameSync(`${path}.part`, path);
    };

    test.each<readonly [string, (rules: string, ref: string, elsewhere: string) => void]>([
      ["a file that is replaced", (rules, ref) => replace(join(rules, "a.yaml"), blocking(ref))],
      ["a file that is written again", (rules, ref) => writeFileSync(join(rules, "a.yaml"), blocking(ref))],
      [
        "a file further down that is replaced",
        (rules, ref) => {
          mkdirSync(join(rules, "below"), { recursive: true });
          rmSync(join(rules, "a.yaml"), { force: true });
          replace(join(rules, "below", "b.yaml"), blocking(ref));
        },
      ],
      [
        "the directory that is replaced",
        (rules, ref) => {
          mkdirSync(`${rules}-new`);
          writeFileSync(join(`${rules}-new`, "a.yaml"), blocking(ref));
          rmSync(rules, { recursive: true });
          renameSync(`${rules}-new`, rules);
        },
      ],
      [
        "a file behind a link that is replaced",
        (rules, ref, elsewhere) => {
          rmSync(join(rules, "a.yaml"), { force: true });
          replace(join(elsewhere, "target.yaml"), blocking(ref));
          symlinkSync(join(elsewhere, "target.yaml"), join(rules, "a.yaml"));
        },
      ],
      [
        "a file that sed -i edits",
        (rules, ref) => {
          writeFileSync(join(rules, "sedAbC123"), blocking(ref));
          renameSync(join(rules, "sedAbC123"), join(rules, "a.yaml"));
        },
      ],
      [
        "a volume that Kubernetes mounts for a ConfigMap",
        (rules, ref) => {
          mkdirSync(join(rules, `..${ref}`));
          writeFileSync(join(rules, `..${ref}`, "a.yaml"), blocking(ref));
          symlinkSync(`..${ref}`, join(rules, "..data_tmp"));
          renameSync(join(rules, "..data_tmp"), join(rules, "..data"));
          rmSync(join(rules, "a.yaml"));
          symlinkSync(join("..data", "a.yaml"), join(rules, "a.yaml"));
        },
      ],
      [
        "a file that a deployment replaces together with its times",
        (rules, ref) => {
          const file = join(rules, "a.yaml");
          replace(file, blocking(ref));
          utimesSync(file, 1, 1);
        },
      ],
      [
        "a file behind a link that stays",
        (rules, ref, elsewhere) => {
          replace(join(elsewhere, "target.yaml"), blocking(ref));
          if (lstatSync(join(rules, "a.yaml")).isSymbolicLink()) return;
          rmSync(join(rules, "a.yaml"));
          symlinkSync(join(elsewhere, "target.yaml"), join(rules, "a.yaml"));
        },
      ],
    ])(
      "%s, each time",
      async (_what, change) => {
        const [rules, elsewhere] = [folder({}), folder({})];
        writeFileSync(join(rules, "a.yaml"), RULES);
        const { running } = await serve(RULES, { rules: [rules], "no-reload": false });
        for (const ref of ["first", "second", "third"]) {
          const { version } = running.waf.snapshot;
          change(rules, ref, elsewhere);
          await waitFor(() => running.waf.snapshot.version > version);
          expect((await send(`${running.url}/`)).status).toBe(403);
        }
      },
      30_000,
    );

    test("beside another file that is written all the time, which is none of the rules", async () => {
      const rules = folder({ "a.yaml": RULES, "events.jsonl": "" });
      const { running, terminal } = await serve(RULES, { rules: [rules], "no-reload": false });
      const writing = setInterval(() => appendFileSync(join(rules, "events.jsonl"), "{}\n"), 20);
      onTestFinished(() => clearInterval(writing));
      replace(join(rules, "a.yaml"), blocking("first"));
      await waitFor(() => running.waf.snapshot.version === 2);
      const said = terminal.text().err;
      await new Promise((done) => setTimeout(done, 500));
      expect(terminal.text().err).toBe(said);
    });
  });

  test("sees what changes while it starts", async () => {
    const path = folder({ "rules.yaml": RULES });
    const file = join(path, "rules.yaml");
    const settings = serveSettings({ rules: [file], upstream: "http://127.0.0.1:9", listen: "127.0.0.1:0" });
    const starting = startServe(settings, fakeTerminal());
    // The rules are read, and the port is not bound yet.
    writeFileSync(file, 'rules:\n  - {ref: all, expression: "true", action: block}\n');
    const running = (await starting) as RunningServe;
    onTestFinished(() => running.close());
    let status = 0;
    for (let tries = 0; tries < 100 && status !== 403; tries++) {
      ({ status } = await send(running.url));
      await new Promise((done) => setTimeout(done, 100));
    }
    expect(status).toBe(403);
  });

  test("observe mode refuses nothing", async () => {
    const { running, terminal } = await serve(RULES, { mode: "observe" });
    expect((await send(`${running.url}/.git`)).status).toBe(200);
    await waitFor(() => terminal.text().out !== "");
    expect(JSON.parse(terminal.text().out)).toMatchObject({ action: "allow", wouldHave: "block" });
  });
});

describe("challenges", () => {
  const rules = "rules:\n  - {ref: ask, expression: 'true', action: managed_challenge}\n";

  /** A clearance is bound to the host, and the ports of the tests differ. */
  const headers = ["Host", "a.example"];

  const overridden = (overrides: string): string =>
    `{ref: x, expression: 'true', action: execute, action_parameters: {id: wirewall-core, overrides: {${overrides}}}}`;

  /** The token of the page that the proxy poses. */
  async function tokenFrom(url: string): Promise<string> {
    const reply = await send(url, { headers });
    expect(reply.status).toBe(403);
    return /name="token" value="([^"]+)"/.exec(reply.body)?.[1] ?? "";
  }

  /** The page on which the proxy shows its opinion of an answer: a token of its own is only unsolved. */
  async function opinion(url: string, token: string): Promise<string> {
    const body = new URLSearchParams({ token, answer: "x" }).toString();
    return (await send(`${url}/.well-known/wirewall/challenge`, { method: "POST", body, headers })).body;
  }

  test("a secret is shared by instances", async () => {
    const secret = join(folder({ secret: "sixteen bytes at the very least\n" }), "secret");
    const first = await serve(rules, { "challenge-secret": secret });
    const second = await serve(rules, { "challenge-secret": secret });
    expect(await opinion(second.running.url, await tokenFrom(first.running.url))).toContain("wrong");
    expect(first.terminal.text().err).not.toContain("warning");
  });

  test.each([
    ["a rule", "{ref: ask, expression: 'true', action: js_challenge}", true],
    ["another action", "{ref: ask, expression: 'true', action: block}", false],
    ["an override", overridden("action: challenge"), true],
    ["an override of a category", overridden("categories: [{category: sqli, action: js_challenge}]"), true],
    ["an override to another action", overridden("action: log"), false],
  ])("without one there is a warning for challenges: %s", async (_what, rule, isWarned) => {
    const phase = rule.includes("execute") ? "phase: http_request_firewall_managed\n" : "";
    const { terminal } = await serve(`${phase}rules:\n  - ${rule}\n`);
    expect(terminal.text().err.includes("warning challenges")).toBe(isWarned);
  });

  test("without one there is a warning, for rules that pose challenges", async () => {
    const first = await serve(rules);
    const second = await serve(RULES);
    expect(first.terminal.text().err).toContain(
      "warning challenges are signed with a secret of this process",
    );
    expect(second.terminal.text().err).not.toContain("warning");
    writeFileSync(second.file, rules);
    second.running.reload("^HUP");
    expect(second.terminal.text().err).toContain("warning challenges are signed");
    expect(await opinion(second.running.url, await tokenFrom(first.running.url))).toContain(
      "does not belong",
    );
  });

  test("one that is too short is refused", async () => {
    const secret = join(folder({ secret: "short" }), "secret");
    const { code, err } = await run(["serve", "--demo", "--challenge-secret", secret]);
    expect(err).toContain(`the secret of \`${secret}\``);
    expect(code).toBe(2);
  });

  test.each([
    ["short", "the secret of WIREWALL_CHALLENGE_SECRET: "],
    ["sixteen bytes at the very least", undefined],
    ["", "warning challenges are signed with a secret of this process"],
  ])("of the environment, %j: %s", async (secret, told) => {
    const started = serve(rules, {}, { WIREWALL_CHALLENGE_SECRET: secret });
    if (told?.startsWith("the secret") === true) await expect(started).rejects.toThrow(told);
    else if (told === undefined) expect((await started).terminal.text().err).not.toContain("warning");
    else expect((await started).terminal.text().err).toContain(told);
  });
});

test("countries come from a MaxMind-format database", async () => {
  const path = folder({});
  const file = join(path, "countries.mmdb");
  writeFileSync(file, mmdbBytes({ country: { iso_code: "CH" } }, { country: { iso_code: "AT" } }));
  const rules = "rules:\n  - {ref: ch, expression: 'ip.src.country eq \"CH\"', action: block}\n";
  const { running } = await serve(rules, { geo: [file] });
  expect((await send(running.url)).status).toBe(403);
});

test("databases of countries are read again with the rules, and a damaged one changes nothing", async () => {
  const path = folder({});
  const file = join(path, "countries.mmdb");
  const write = (country: string) =>
    writeFileSync(file, mmdbBytes({ country: { iso_code: country } }, { country: { iso_code: country } }));
  write("AT");
  const rules = "rules:\n  - {ref: ch, expression: 'ip.src.country eq \"CH\"', action: block}\n";
  const { running, terminal } = await serve(rules, { geo: [file] });
  expect((await send(running.url)).status).toBe(200);
  write("CH");
  running.reload("^HUP");
  expect((await send(running.url)).status).toBe(403);
  writeFileSync(file, "no database");
  running.reload("^HUP");
  expect(terminal.text().err).toContain(`error   ^HUP: \`${file}\` is not a MaxMind-format database`);
  expect((await send(running.url)).status).toBe(403);
});

/** The command in a process of its own, and what it has said so far. */
async function serving() {
  const file = join(folder({ "rules.yaml": RULES }), "rules.yaml");
  const words = ["serve", "--rules", file, "--upstream", "http://127.0.0.1:1", "--listen", "127.0.0.1:0"];
  const child = spawn(process.execPath, ["dist/cli/main.js", ...words, "--no-reload"]);
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const talk = () => said;
  await waitFor(() => talk().includes("reload on SIGHUP"));
  return { child, file, talk };
}

test("a hangup reads the rules again, and another signal ends the process", async () => {
  const { child, file, talk } = await serving();
  writeFileSync(file, `${RULES}  - {ref: all, expression: "true", action: block}\n`);
  child.kill("SIGHUP");
  await waitFor(() => talk().includes("^HUP    version 2 in"));
  child.kill("SIGTERM");
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(0);
  expect(talk()).toContain("stop    SIGTERM: waiting for running requests");
});

test("no debugger listens on SIGUSR1, and the site goes on", async () => {
  const { child, talk } = await serving();
  child.kill("SIGUSR1");
  const url = /listen {2}(\S+)/.exec(talk())?.[1] ?? "";
  for (let at = 0; at < 5; at++) expect((await send(`${url}/.git`)).status).toBe(403);
  child.kill("SIGTERM");
  await once(child, "close");
  expect(talk()).not.toMatch(/debugger/i);
});

test("limits of connections are given by number", async () => {
  const { running } = await serve(RULES, {
    "max-connections": "9",
    "max-client-connections": "0",
    "max-upstream-connections": "1",
    "max-upstream-queue": "0",
    "upstream-queue-timeout": "0.5",
  });
  expect((await send(running.url)).status).toBe(200);
});

test("what is held of bodies is given in bytes", async () => {
  const limits = { "body-limit": "1k", "max-held-bytes": "1k", "max-replay-bytes": "10" };
  const rules = `rules:
  - {ref: c, action: js_challenge, expression: 'http.request.uri.path eq "/c"'}
  - {ref: b, action: block, expression: 'http.request.body.raw contains "evil"'}
`;
  const { running } = await serve(rules, limits);
  const body = gzipSync("x".repeat(1_000));
  const held = await send(running.url, { method: "POST", headers: ["Content-Encoding", "gzip"], body });
  expect(held.status).toBe(413);
  const challenged = async (text: string) => {
    const asked = await send(`${running.url}/c`, {
      method: "POST",
      headers: ["Accept", "text/html"],
      body: text,
    });
    return /name="request"/.test(asked.body);
  };
  expect([await challenged("x".repeat(10)), await challenged("x".repeat(11))]).toEqual([true, false]);
});

test("how much of a body's text rules read is given in bytes", async () => {
  const rules = `rules:\n  - {ref: b, action: block, expression: 'any(wirewall.request.body.json.values[*] eq "evil")'}\n`;
  const body = JSON.stringify({ a: "x".repeat(200_000) });
  const headers = ["Content-Type", "application/json"];
  const statuses = [];
  for (const options of [{}, { "max-inspected-bytes": "1m" }]) {
    const { running } = await serve(rules, options);
    statuses.push((await send(running.url, { method: "POST", headers, body })).status);
  }
  expect(statuses).toEqual([413, 200]);
});

const NUMBERS = [
  "max-connections",
  "max-client-connections",
  "max-upstream-connections",
  "max-upstream-queue",
];
test.each(NUMBERS)("--%s takes a whole number", (name) => {
  const given = { rules: ["a.yaml"], upstream: "http://127.0.0.1:1", [name]: "many" };
  expect(() => serveSettings(given)).toThrow(`\`--${name}\` takes a whole number, not \`many\``);
});

describe("serve does not start", () => {
  test("on a port that is taken", async () => {
    const { running } = await serve(RULES);
    const place = new URL(running.url).host;
    const { code, err } = await run(["serve", "--demo", "--listen", place]);
    expect(err).toContain(`\`${place}\` is in use by another program`);
    expect(code).toBe(2);
  });

  test("with rules that have faults", async () => {
    const file = join(
      folder({ "rules.yaml": "rules:\n  - ref: a\n    expression: ssl and\n    action: block\n" }),
      "rules.yaml",
    );
    const { code, err } = await run([
      "serve",
      "--rules",
      file,
      "--upstream",
      "http://127.0.0.1:1",
      "--listen",
      "127.0.0.1:0",
    ]);
    expect(code).toBe(2);
    expect(err).toContain(`${file}#/rules/0/expression (3:24)`);
    expect(err).toMatch(/nothing is served$/);
  });

  test.each([
    [["serve"], "`--upstream URL` is missing"],
    [["serve", "--upstream", "http://a"], "`--rules FILE` is missing"],
    [["serve", "--upstream", "ftp://a", "--rules", "x"], "must be an http or https URL"],
    [["serve", "--demo", "--listen", "nowhere"], "takes HOST:PORT"],
    [["serve", "--demo", "--listen", "127.0.0.1:70000"], "takes HOST:PORT"],
    [["serve", "--demo", "--mode", "maybe"], "`--mode` must be `enforce`, `observe` or `off`"],
    [["serve", "--demo", "--body-limit", "much"], "takes a number of bytes"],
    [["serve", "--demo", "--list", "Office=x"], "takes NAME=FILE"],
    [["serve", "--demo", "--trust", "10.0.0.1/8"], "`10.0.0.1/8` in `trust`"],
    [["serve", "--upstream", "http://a", "--rules", "/no/such"], "there is no file `/no/such`"],
    [["serve", "--demo", "--geo", "package.json"], "`package.json` is not a MaxMind-format database"],
    [["serve", "--demo", "--challenge-secret", "/no/such"], "there is no file `/no/such`"],
    [["serve", "--demo", "--upsteam", "http://a"], "did you mean `--upstream`?"],
  ])("%j", async (args, message) => {
    const { code, err } = await run(args);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

describe("explain", () => {
  test("says which rule decided and why", async () => {
    const file = join(folder({ "rules.yaml": RULES }), "rules.yaml");
    const { code, out } = await run(["explain", file, "--request", "GET /.git", "--ip", "192.0.2.1"]);
    expect(code).toBe(0);
    const [told = "", exception] = out.split("\nif this is a false positive, ");
    expect(exception).toContain("rule: dotfiles, field: http.request.uri.path}");
    expect(told.split("\n")).toEqual([
      "block 403   http_request_firewall_custom/dotfiles",
      "http_request_firewall_custom",
      expect.stringMatching(/dotfiles +match +block$/),
      expect.stringMatching(
        /holds +http\.request\.uri\.path contains "\/\." +http\.request\.uri\.path is \/\.git/,
      ),
    ]);
    expect((await run(["explain", file, "--request", "GET", "/.git", "--exit-status"])).code).toBe(1);
    const json = JSON.parse((await run(["explain", file, "--url", "/", "--json"])).out) as { action: string };
    expect(json.action).toBe("allow");
  });

  test("prints times as ISO 8601", async () => {
    const ratelimit = {
      characteristics: ["ip.src"],
      period: 60,
      requests_per_period: 1,
      cost_expression: "len(http.request.method)",
      requests_to_origin: false,
    };
    const rules = [{ ref: "l", expression: "true", action: "log", ratelimit }];
    const limits = JSON.stringify({ phase: "http_ratelimit", rules });
    const file = join(folder({ "limits.json": limits }), "limits.json");
    const { out } = await run(["explain", file, "--url", "/", "--ip", "192.0.2.7", "--json"]);
    const resetsAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(JSON.parse(out)).toMatchObject({
      matches: [{ rateLimit: { count: 3, resetsAt } }],
      rateLimits: [{ limited: true, resetsAt }],
    });
  });
});

test("explain shows what was found in which input, and how it was decoded", async () => {
  const rules = [
    { ref: "core", expression: "true", action: "execute", action_parameters: { id: "wirewall-core" } },
  ];
  const ruleset = { id: "m", name: "m", kind: "zone", phase: "http_request_firewall_managed", rules };
  const path = folder({ "rules.json": JSON.stringify(ruleset) });
  const found = async (query: string) => {
    const { out } = await run(["explain", path, "--url", `http://a.example/?${query}`]);
    return out.split("\n").filter((line) => line.startsWith("found "));
  };
  expect(await found("a=1&q=1'+union+select+password+from+users--")).toContain(
    'found    sqli-union-select           5   http.request.uri.args["q"]   bytes 3 to 15   union select',
  );
  expect(await found("q=%5Cu003cscript%5Cu003ealert(1)%5Cu003c/script%5Cu003e")).toContainEqual(
    expect.stringMatching(/^found {4}xss-script-element .* {3}decoded: escapes$/),
  );
  expect(await found("password='+or+1%3D1--+-")).toContainEqual(expect.stringContaining("[redacted]"));
  expect(await found("q=shoes")).toEqual([]);
});

test("explain shows executed rulesets below the rule that executes them", async () => {
  const of = (id: string, kind: string, rules: readonly object[]) =>
    JSON.stringify({ id, name: id, kind, phase: "http_request_firewall_custom", rules });
  const executing = { ref: "run", expression: "true", action: "execute", action_parameters: { id: "inner" } };
  const path = folder({
    "top.json": of("top", "zone", [executing, { ref: "after", expression: "ssl", action: "log" }]),
    "inner.json": of("inner", "custom", [{ ref: "in", expression: "true", action: "log" }]),
  });
  const { code, out } = await run(["explain", path, "--all", "--url", "http://a.example/"]);
  expect(code).toBe(0);
  const starts = out.split("\n").flatMap((line) => /^ *(?:top|inner)(?:\/\w+)?(?= |$)/.exec(line) ?? []);
  expect(starts).toEqual(["  top/run", "    inner", "    inner/in", "  top/after"]);
});

test("the installed command runs as a process of its own", async () => {
  const child = spawn(process.execPath, ["dist/cli/main.js", "eval", "http.host", "-H", "Host: a.example"]);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, "close")) as [number];
  expect({ code, out: Buffer.concat(chunks).toString() }).toEqual({ code: 0, out: '"a.example"\n' });
});
