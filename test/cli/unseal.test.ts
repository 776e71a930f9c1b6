import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { upstream } from "../adapters/support.ts";
import { serveSettings, startServe } from "../support/source/cli.ts";
import { createSealKeys, jsonLine, memorySink } from "../support/source/engine/events.ts";
import { createWaf } from "../support/source/engine/firewall.ts";
import { uncheckedRuleset } from "../support/source/rules/ruleset.ts";
import { fakeTerminal, folder, run } from "./support.ts";

async function log(publicKey: string): Promise<string> {
  const sink = memorySink();
  const rules = [{ ref: "a", expression: 'http.request.uri.query contains "evil"', action: "block" }];
  const waf = createWaf(
    { rulesets: [uncheckedRuleset({ id: "mine", kind: "zone", rules })] },
    { events: [sink], sealEvidence: publicKey },
  );
  waf.evaluateSync({ url: "https://a.example/?token=evil" });
  await waf.flush();
  return `${sink.events.map(jsonLine).join("")}\n{"change":"mode"}\n`;
}

test("a new key is written once, readable by its owner alone, and opens what was sealed for it", async () => {
  const path = join(folder({}), "seal.key");
  const made = await run(["unseal", "--new-key", path]);
  expect([made.code, made.err, statSync(path).mode & 0o777]).toEqual([0, "", 0o600]);
  const again = await run(["unseal", "--new-key", path]);
  expect([again.code, again.out]).toEqual([2, ""]);
  expect(again.err).toContain("cannot be written");
  const text = await log(made.out);
  const opened = await run(["unseal", "--key", path], text);
  expect(opened.code).toBe(0);
  expect(JSON.parse(opened.out)).toMatchObject({
    inputs: [{ rule: "mine/a", field: "http.request.uri.query", text: "token=evil", span: [6, 10] }],
  });
  const files = folder({ "events.jsonl": text });
  expect((await run(["unseal", join(files, "events.jsonl"), "--key", path])).out).toBe(opened.out);
  const none = await run(["unseal", "--key", path, "--id", "other"], text);
  expect([none.code, none.err]).toEqual([1, "no event contains sealed evidence"]);
  expect(readFileSync(path, "utf8")).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
});

test.each<[string, readonly string[], RegExp]>([
  ["without a key", [], /`--key FILE` is missing/],
  ["with two files", ["a", "b"], /one file of events/],
  ["with a key that there is not", ["--key", "/nonexistent/key"], /cannot be read/],
])("%s", async (_name, args, message) => {
  const { code, err } = await run(["unseal", ...args]);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test("the key of others opens nothing", async () => {
  const [mine, theirs] = await Promise.all([createSealKeys(), createSealKeys()]);
  const files = folder({ "their.key": theirs.privateKey });
  const { code, err } = await run(["unseal", "--key", join(files, "their.key")], await log(mine.publicKey));
  expect(code).toBe(2);
  expect(err).toContain("line 1: the event was sealed for another key, or was changed");
});

const RULES = `rulesets:
  - id: mine
    rules:
      - {ref: a, expression: 'http.request.uri.query contains "evil"', action: block}
`;

test("`serve --seal-evidence` logs what matched for the holder of the key alone", async () => {
  const files = folder({ "rules.yaml": RULES });
  const key = join(files, "seal.key");
  const publicKey = (await run(["unseal", "--new-key", key])).out.trim();
  const log = join(files, "events.jsonl");
  const up = await upstream();
  const settings = serveSettings({
    rules: [join(files, "rules.yaml")],
    upstream: up.url,
    listen: "127.0.0.1:0",
    "no-reload": true,
    grace: "0",
    log,
    "seal-evidence": publicKey,
  });
  const started = await startServe(settings, fakeTerminal());
  if ("refused" in started) throw new Error(started.refused);
  onTestFinished(() => started.close());
  const { status } = await fetch(`${started.url}/?token=evil-4711`);
  expect(status).toBe(403);
  await started.close();
  const text = readFileSync(log, "utf8");
  expect(text).toContain('"sealed":"1.');
  expect(text).not.toContain("4711");
  const { code, out } = await run(["unseal", log, "--key", key]);
  expect([code, JSON.parse(out)]).toMatchObject([
    0,
    { inputs: [{ rule: "mine/a", text: "token=evil-4711" }] },
  ]);
});

test.each(["", "no key", "AAAA", `${"A".repeat(43)}=\n=`])(
  "`serve --seal-evidence %j` does not start",
  async (key) => {
    const files = folder({ "rules.yaml": RULES });
    const settings = () =>
      startServe(
        serveSettings({
          rules: [join(files, "rules.yaml")],
          upstream: "http://127.0.0.1:9",
          listen: "127.0.0.1:0",
          "no-reload": true,
          "seal-evidence": key,
        }),
        fakeTerminal(),
      );
    await expect(Promise.resolve().then(settings)).rejects.toThrow(/key of 32 bytes in Base64/);
  },
);

test.each([
  ["no version", "abc"],
  ["another version", "2.AAAA"],
  ["no Base64", "1.!!!!"],
  ["nothing", "1."],
  ["too little", `1.${"A".repeat(40)}`],
  ["a public key of small order", `1.${"A".repeat(200)}`],
  ["much that is not sealed", `1.${"AQ".repeat(50_000)}`],
  ["no text", 5],
  ["a list", ["1.AAAA"]],
  ["null", null],
])("a line with %s for `sealed` is told, and opens nothing", async (_what, sealed) => {
  const path = join(folder({}), "seal.key");
  await run(["unseal", "--new-key", path]);
  const line = JSON.stringify({
    id: "a",
    time: "2026-01-01T00:00:00.000Z",
    matches: [],
    request: {},
    sealed,
  });
  const { code, out, err } = await run(["unseal", "--key", path], line);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("line 1: ");
  expect(err.length).toBeLessThan(500);
});

test("what was sealed for one event is nothing of another", async () => {
  const path = join(folder({}), "seal.key");
  const made = await run(["unseal", "--new-key", path]);
  const [line = ""] = (await log(made.out)).split("\n");
  const { code, err } = await run(
    ["unseal", "--key", path],
    JSON.stringify({ ...JSON.parse(line), id: "other" }),
  );
  expect([code, err]).toEqual([2, expect.stringContaining("or was changed")]);
});
