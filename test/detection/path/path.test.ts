import { describe, expect, it } from "vitest";
import { pathDetector } from "../../support/source/detection/path.ts";
import { traversalCorpus } from "../corpus/traversal.ts";
import { found } from "./support.ts";

const own = new Set(pathDetector.kinds.map(({ name }) => name));

describe("paths", () => {
  const attacks = traversalCorpus.attacks.filter(({ finds }) => finds.every((name) => own.has(name)));
  it.each(attacks)("finds $finds in $text", (attack) => {
    expect([...found([pathDetector], attack).keys()]).toEqual(expect.arrayContaining([...attack.finds]));
  });

  it.each(traversalCorpus.lookAlikes)("lets $text pass", (text) => {
    const kinds = found([pathDetector], text);
    kinds.delete("traversal-system-file-name");
    expect([...kinds]).toEqual([]);
  });
});
