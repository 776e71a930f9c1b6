import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { run } from "../cli/support.ts";
import { available } from "../support/available.ts";
import { root } from "../support/root.ts";

// The files of examples/deploy: the command understands the options that they give it.

const RULES = "/etc/wirewall/rules";

function file(name: string): string {
  return readFileSync(join(root, "examples/deploy", name), "utf8");
}

function dockerArguments(): readonly string[] {
  const [, words = "[]"] = /^CMD (\[.*\])$/m.exec(file("Dockerfile")) ?? [];
  return JSON.parse(words);
}

function unitArguments(): readonly string[] {
  const [, words = ""] = /^ExecStart=\S+ \S+main\.js (.*)$/m.exec(file("wirewall.service")) ?? [];
  return words.split(" ");
}

function kubernetesArguments(): readonly string[] {
  return parse(file("kubernetes.yaml")).spec.template.spec.containers[0].args;
}

test.each([
  ["Dockerfile", dockerArguments()],
  ["wirewall.service", unitArguments()],
  ["kubernetes.yaml", kubernetesArguments()],
])("%s gives options that `serve` has, and stops at the rules", async (_name, words) => {
  expect(words[0]).toBe("serve");
  const { code, err } = await run(words);
  // Options are read before files: the fault is that this machine has no such folder.
  expect(code).toBe(2);
  expect(err).toContain(RULES);
  const unknown = await run([...words, "--no-such-option"]);
  expect(unknown.err).not.toContain(RULES);
});

const unit = join(root, "examples/deploy/wirewall.service");
const verified = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });

test.skipIf(!available(verified.error === undefined, "systemd-analyze"))(
  "systemd understands the unit",
  () => {
    // It also tells of commands that this machine does not have, and ends with 0 all the same.
    expect(verified.stderr).not.toMatch(/unknown|failed to parse|invalid/i);
  },
);

test("the package of the Dockerfile is the one of this version", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of ["Dockerfile", "wirewall.service"])
    expect(file(name)).toContain(`wirewall-${version}.tgz`);
});
