import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonLine, memorySink, toOcsf } from "../support/source/engine/events.ts";
import { createWaf } from "../support/source/engine/firewall.ts";
import { uncheckedRuleset } from "../support/source/rules/ruleset.ts";
import { folder, run } from "./support.ts";

const sink = memorySink();
const target_url = { value: "/b" };
const waf = createWaf(
  {
    rulesets: [
      uncheckedRuleset({
        id: "mine",
        kind: "zone",
        rules: [{ ref: "a", expression: 'http.request.uri.path eq "/a"', action: "block" }],
      }),
      uncheckedRuleset({
        id: "moved",
        kind: "zone",
        phase: "http_request_dynamic_redirect",
        rules: [
          {
            ref: "b",
            expression: 'http.request.uri.path eq "/old"',
            action: "redirect",
            action_parameters: { from_value: { target_url } },
          },
        ],
      }),
    ],
  },
  { events: [sink] },
);
for (const path of ["/a", "/old"]) waf.evaluateSync({ url: `https://a.example${path}` });
const [blocked, redirected] = sink.events;
if (blocked === undefined || redirected === undefined) throw new Error("two events were expected");

const BLOCKED = jsonLine(blocked);
const REDIRECTED = jsonLine(redirected);
const CHANGE = '{"change":"mode","time":"2026-01-01T00:00:00.000Z","mode":"off","before":"enforce"}';

describe("except", () => {
  test.each<
    readonly [what: string, lines: readonly string[], words: readonly string[], code: number, told: string]
  >([
    ["an event", [BLOCKED], [], 0, "{ruleset: mine, rule: a, field: http.request.uri.path}"],
    ["lines of changes are left out", [CHANGE, BLOCKED, CHANGE], [], 0, "rule: a"],
    ["changes alone", [CHANGE], [], 1, "there is no event to except"],
    ["an event of no exception", [REDIRECTED], [], 1, "1 event without an exception"],
    ["one of two events", [REDIRECTED, BLOCKED], [], 0, "1 event without an exception"],
    ["an id that is not there", [BLOCKED], ["--id", "0000"], 1, "there is no event with the id `0000`"],
    ["OCSF", [JSON.stringify(toOcsf(blocked))], [], 2, "line 1 is an event of OCSF"],
    ["something else", [BLOCKED, "{}"], [], 2, "line 2 is not an event"],
    ["the rule alone, as JSON", [BLOCKED], ["--json"], 0, '"action_parameters":{"targets":[{'],
    ["for every path", [BLOCKED], ["--any-path"], 0, "action: skip"],
    [
      "a damaged event",
      ['{"matches": [{"decisive": true}], "request": {}}'],
      [],
      2,
      "line 1 is not an event in the format of this version",
    ],
    ["two files", [BLOCKED], ["a.jsonl", "b.jsonl"], 2, "one file of events is read at a time"],
    [
      "a file that is not there",
      [],
      ["/no/such.jsonl"],
      2,
      "/no/such.jsonl cannot be read: there is no file",
    ],
    ["no JSON", ["a b"], [], 2, "line 1 is not an event"],
  ])("%s", async (_what, lines, words, exit, told) => {
    const { code, out, err } = await run(["except", ...words], `${lines.join("\n")}\n`);
    expect(out + err).toContain(told);
    expect(code).toBe(exit);
  });

  test("reads a file as it reads its input", async () => {
    const file = join(folder({ "events.jsonl": `${BLOCKED}\n` }), "events.jsonl");
    expect(await run(["except", file])).toEqual(await run(["except", "-"], `${BLOCKED}\n`));
  });
});
