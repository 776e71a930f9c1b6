import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createSealKeys, jsonLine, memorySink } from "../support/source/engine/events.ts";
import { createWaf } from "../support/source/engine/firewall.ts";
import { uncheckedRuleset } from "../support/source/rules/ruleset.ts";
import { folder, run } from "./support.ts";

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
  expect([none.code, none.err]).toEqual([1, "no event has anything sealed"]);
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
