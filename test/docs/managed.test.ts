import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { run } from "../cli/support.ts";
import { root } from "../support/root.ts";
import { standardScheme } from "../support/source/engine/firewall.ts";
import { compileFilter } from "../support/source/language/compile.ts";
import { automatonEngine } from "../support/source/language/pattern.ts";

const page = readFileSync(join(root, "docs/managed.md"), "utf8");
const all = [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
const blocks = (language: string) =>
  all.filter((block) => block[1] === language).map((block) => block[2] ?? "");
const folder = mkdtempSync(join(tmpdir(), "managed-page-"));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("docs/managed.md", () => {
  test.each(blocks("yaml"))("has rules that load: %s", async (text) => {
    const { code, err } = await run(["check", "--strict", file("rules.yaml", text)]);
    expect([code, err]).toEqual([0, expect.stringContaining("no faults")]);
  });

  test("shows what the command answers, and an exception that changes it", async () => {
    const [shown = ""] = blocks("console");
    const [command = "", ...wanted] = shown.trim().split("\n");
    const url = /"([^"]+)"/.exec(command)?.[1] ?? "";
    const [withOverrides = "", withException = ""] = blocks("yaml");
    const explained = async (text: string) =>
      (await run(["explain", file("rules.yaml", text), "--url", url])).out.split("\n");
    expect((await explained(withOverrides)).slice(0, wanted.length - 1)).toEqual(wanted.slice(0, -1));
    expect((await explained(withException))[0]).toBe("allow");
  });

  const examples = blocks("")
    .flatMap((text) => text.trim().split("\n"))
    .map((line) => line.replace(/\s+#.*$/, ""));

  test.each(examples)("has expressions that compile: %s", (text) => {
    const compiled = compileFilter(text, standardScheme(), { patterns: automatonEngine });
    expect([compiled.ok, compiled.warnings]).toEqual([true, []]);
  });
});
