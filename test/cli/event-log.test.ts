import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { GET, rule, ruleset, wafOf } from "../engine/waf-support.ts";
import { openEventLog } from "../support/source/cli.ts";
import { memorySink } from "../support/source/index.ts";
import { fakeTerminal } from "./support.ts";

test("events that a slow reader leaves waiting are dropped beyond a bound, and counted", async () => {
  const made = memorySink();
  wafOf([ruleset("c", [rule("long", { message: "m".repeat(4000) })])], { events: [made] }).evaluateSync(GET);
  const event = made.events[0];
  if (event === undefined) throw new Error("no event was made");

  let release = () => {};
  let lines = 0;
  const out = new Writable({
    // Takes the first line, and no other until it is told to.
    write(_chunk, _encoding, done) {
      lines++;
      if (lines === 1) release = done;
      else done();
    },
  });
  const problems: string[] = [];
  const log = openEventLog("-", { ...fakeTerminal(), out }, (text) => problems.push(text));
  let sent = 0;
  const send = () => {
    sent++;
    log.sink.write(event);
  };
  while (problems.length === 0 && sent < 20_000) send();
  expect(problems).toEqual(["the log's reader is too slow: 1 event dropped"]);
  const waiting = out.writableLength;
  expect(waiting).toBeGreaterThan(16_777_216);
  expect(waiting).toBeLessThan(16_777_216 + 65_536);
  for (let more = 0; more < 999; more++) send();
  expect(problems.slice(1)).toEqual(["the log's reader is too slow: 1000 events dropped"]);
  expect(out.writableLength).toBe(waiting);

  // The reader is back: lines go out again.
  release();
  await new Promise((resolve) => setImmediate(resolve));
  expect([lines, out.writableLength]).toEqual([sent - 1000, 0]);
  send();
  expect(lines).toBe(sent - 1000);
  await log.close();
});
