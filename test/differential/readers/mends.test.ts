import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../support/root.ts";

interface Mend {
  readonly name: string;
  readonly edits: readonly { readonly file: string; readonly from: string; readonly times?: number }[];
}

const module: { readonly MENDS: readonly Mend[] } = await import(new URL("mends.mjs", import.meta.url).href);

// Undoing them takes an hour; that their texts are gone shows here.
test.each(module.MENDS.map((mend) => [mend.name, mend] as const))(
  "what undoes `%s` is in the source",
  (_name, { edits }) => {
    for (const { file, from, times = 1 } of edits)
      expect(readFileSync(join(root, file), "utf8").split(from).length - 1, `${file}: ${from}`).toBe(times);
  },
);
