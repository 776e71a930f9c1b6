import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const expected = JSON.parse(readFileSync("test/package/exports.json", "utf8")) as Record<
  string,
  readonly string[]
>;

const subpaths = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === "string" ? [] : [{ subpath, source: `../../${sourceOf(target.default)}` }],
);

function sourceOf(built: string): string {
  return built.replace("./dist/", "src/").replace(/\.js$/, ".ts");
}

test("every subpath is in the list", () => {
  expect(Object.keys(expected).sort()).toEqual(subpaths.map(({ subpath }) => subpath).sort());
});

// A name that leaves the list breaks somebody; a name that joins it is a promise. Both are made on purpose.
test.each(subpaths)("$subpath exports what exports.json lists", async ({ subpath, source }) => {
  const module = (await import(source)) as Record<string, unknown>;
  expect(Object.keys(module).sort()).toEqual([...(expected[subpath] ?? [])].sort());
  expect(module["default"]).toBeUndefined();
});
