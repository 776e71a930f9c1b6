import { describe, expect, it } from "vitest";
import { hostDetector } from "../../support/source/detection/host.ts";
import { redirectCorpus } from "../corpus/redirect.ts";
import { ssrfCorpus } from "../corpus/ssrf.ts";
import { traversalCorpus } from "../corpus/traversal.ts";
import { found } from "../path/support.ts";

const own = new Set(hostDetector.kinds.map(({ name }) => name));
const parts = [ssrfCorpus, redirectCorpus, traversalCorpus];

describe("hosts", () => {
  const attacks = parts
    .flatMap((part) => part.attacks)
    .filter(({ finds }) => finds.every((name) => own.has(name)));
  it.each(attacks)("finds $finds in $text", (attack) => {
    expect([...found([hostDetector], attack).keys()]).toEqual(expect.arrayContaining([...attack.finds]));
  });

  it.each(parts.flatMap((part) => part.lookAlikes))("lets $text pass", (text) => {
    expect([...found([hostDetector], text)]).toEqual([]);
  });
});
