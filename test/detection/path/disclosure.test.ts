import { describe, expect, it } from "vitest";
import { disclosureDetector } from "../../support/source/detection/path.ts";
import { disclosureCorpus } from "../corpus/disclosure.ts";
import { found } from "./support.ts";

describe("request paths of files that nobody should ask for", () => {
  it.each(disclosureCorpus.attacks)("finds $finds in $text", (attack) => {
    expect([...found([disclosureDetector], attack).keys()]).toEqual(
      expect.arrayContaining([...attack.finds]),
    );
  });

  it.each(disclosureCorpus.lookAlikes)("lets $text pass", (text) => {
    expect([...found([disclosureDetector], text)]).toEqual([]);
  });
});
