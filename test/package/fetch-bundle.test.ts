import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";

interface Bundle {
  readonly code: string;
  readonly imports: readonly string[];
  readonly inputs: readonly string[];
}

type Fetch = (request: Request) => Promise<Response>;

const folder = new URL("../real/", import.meta.url);
const { bundleWorker } = (await import(new URL("bundle.mjs", folder).href)) as {
  bundleWorker(): Promise<Bundle>;
};
const { differences } = (await import(new URL("cases.mjs", folder).href)) as {
  differences(fetch: Fetch, origin: string): Promise<readonly string[]>;
};

test("a Worker is bundled for no platform in particular, and runs on the platform's own Request and Response", async () => {
  const { code, imports, inputs } = await bundleWorker();
  expect(inputs.some((path) => path.endsWith("src/adapters/fetch/guard.ts"))).toBe(true);
  expect(imports).toEqual([]);
  expect(code).not.toMatch(/["']node:/);

  const directory = mkdtempSync(join(tmpdir(), "wirewall-bundle-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "worker.mjs");
  writeFileSync(file, code);
  const worker = (await import(pathToFileURL(file).href)) as { readonly default: { readonly fetch: Fetch } };
  expect(await differences(worker.default.fetch, "https://shop.example")).toEqual([]);
});
