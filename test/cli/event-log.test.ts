import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { expect, test, vi } from "vitest";
import { GET, rule, ruleset, wafOf } from "../engine/waf-support.ts";
import { openEventLog } from "../support/source/cli.ts";
import type { WafEvent } from "../support/source/engine/events.ts";
import { memorySink } from "../support/source/index.ts";
import { fakeTerminal, folder, waitFor } from "./support.ts";

function someEvent(): WafEvent {
  const made = memorySink();
  wafOf([ruleset("c", [rule("a")])], { events: [made] }).evaluateSync(GET);
  const [event] = made.events;
  if (event === undefined) throw new Error("no event was made");
  return event;
}

const CHANGE = { change: "mode", time: 0, mode: "off", before: "enforce" } as const;

test("a file that cannot be written is told once, and opened again after a while", async () => {
  const path = folder({});
  const file = join(path, "later", "events.jsonl");
  const problems: string[] = [];
  const lost: string[] = [];
  const now = vi.spyOn(Date, "now").mockReturnValue(0);
  const log = openEventLog(file, fakeTerminal(), (text) => problems.push(text), {
    onLost: (sink) => lost.push(sink),
  });
  await waitFor(() => problems.length > 0);
  expect(problems).toEqual([`the log cannot be written: there is no file \`${file}\``]);
  log.sink.write(someEvent());
  await waitFor(() => lost.length > 0);
  expect([problems.length, lost]).toEqual([1, ["log"]]);

  mkdirSync(join(path, "later"));
  now.mockReturnValue(4_999);
  log.note(CHANGE);
  await waitFor(() => lost.length === 2);
  expect(existsSync(file)).toBe(false);
  now.mockReturnValue(5_000);
  log.note(CHANGE);
  now.mockRestore();
  await log.close();
  expect(readFileSync(file, "utf8")).toBe(
    '{"change":"mode","time":"1970-01-01T00:00:00.000Z","mode":"off","before":"enforce"}\n',
  );
});

test("a log that was moved away is opened anew; standard output has nothing to open", async () => {
  const file = join(folder({}), "events.jsonl");
  const log = openEventLog(file, fakeTerminal(), () => undefined);
  log.note(CHANGE);
  await waitFor(() => existsSync(file));
  renameSync(file, `${file}.1`);
  log.reopen();
  log.note({ ...CHANGE, mode: "observe" });
  await log.close();
  const modes = [`${file}.1`, file].map((path) => JSON.parse(readFileSync(path, "utf8")).mode as string);
  expect(modes).toEqual(["off", "observe"]);

  const terminal = fakeTerminal();
  const plain = openEventLog("-", terminal, () => undefined);
  plain.reopen();
  plain.note(CHANGE);
  await plain.close();
  expect(JSON.parse(terminal.text().out)).toMatchObject({ change: "mode" });
});

test("OCSF has no line for a change", () => {
  const terminal = fakeTerminal();
  openEventLog("-", terminal, () => undefined, { format: "ocsf" }).note(CHANGE);
  expect(terminal.text().out).toBe("");
});

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
