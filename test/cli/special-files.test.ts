// What stands in a directory of rules need not be a file, and to read it may never end.
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, run } from "./support.ts";

const RULES = "rulesets:\n  - id: mine\n    rules:\n      - {ref: a, expression: 'true', action: block}\n";

test.each<[string, (path: string) => void]>([
  ["a device", (path) => symlinkSync("/dev/zero", path)],
  ["a pipe", (path) => void execFileSync("mkfifo", [path])],
])("%s in a directory of rules is told, and not read", async (_what, make) => {
  const directory = folder({ "rules.yaml": RULES });
  const path = join(directory, "other.yaml");
  make(path);
  const { code, err } = await run(["check", directory]);
  expect([code, err]).toEqual([2, expect.stringContaining(`\`${path}\` is no regular file`)]);
});

test("a link to a file in a directory of rules is read", async () => {
  const directory = folder({});
  symlinkSync(join(folder({ "rules.yaml": RULES }), "rules.yaml"), join(directory, "link.yaml"));
  expect((await run(["check", directory])).code).toBe(0);
});
