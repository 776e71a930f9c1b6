import { statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { fingerprintOf, PathWatcher } from "../support/source/cli.ts";
import { folder } from "./support.ts";

/** Writes a text of the same length, and gives the file its times back. */
function rewriteUnseen(file: string, text: string): void {
  const { atime, mtime } = statSync(file);
  writeFileSync(file, text);
  utimesSync(file, atime, mtime);
}

/** A rules file with times that survive being set again. */
function rulesFile(): string {
  const file = join(folder({ "a.yaml": "rules: [1]" }), "a.yaml");
  utimesSync(file, 1_700_000_000, 1_700_000_000);
  return file;
}

test("a file with other contents and the same attributes is another one", () => {
  const file = rulesFile();
  const before = fingerprintOf([file]);
  expect(fingerprintOf([file])).toEqual(before);
  rewriteUnseen(file, "rules: [2]");
  expect(fingerprintOf([file])).toEqual({
    attributes: before.attributes,
    contents: expect.not.stringContaining(before.contents),
  });
});

test.each([
  ["rules: [2]", 1],
  ["rules: [1]", 0],
])("contents are read now and then, whatever the file system reports: %s, changes: %d", (text, changes) => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const file = rulesFile();
  const onChange = vi.fn();
  const watching = new PathWatcher([file], fingerprintOf([file]), onChange);
  onTestFinished(() => watching.close());
  // Events of the file system wait for the event loop, and this test does not return to it.
  rewriteUnseen(file, text);
  vi.advanceTimersByTime(60_000);
  expect(onChange).toHaveBeenCalledTimes(changes);
});
