import { expect, test } from "vitest";
import { renamedCatalogues, renamedText, standardNames } from "../../support/renamed.ts";
import { loadDocument, Source } from "../../support/source/index.ts";
import { testsOf } from "../../support/tests-of.ts";
import { readBy, rule, strict, withRules } from "./support.ts";

// Documents once more, with actions and phases that an embedder declared under names of its own.

readBy((text, name, options) =>
  standardNames(loadDocument(new Source(renamedText(text), name), renamedCatalogues(options))),
);

const again = (title: string, load: () => Promise<unknown>) => testsOf(`renamed: ${title}`, load);

again("faulty documents", () => import("./faulty-documents.test.ts"));
again("loading", () => import("./load.test.ts"));

test("the renaming leaves no standard name, and every part at its place", () => {
  const text = withRules(rule({ action: "skip", action_parameters: { phases: ["http_ratelimit"] } }));
  const renamed = renamedText(text);
  expect(renamed).toContain('"action":"SKIP"');
  expect(renamed).toContain('["HTTP_RATELIMIT"]');
  expect(renamed).toHaveLength(text.length);
  const made = loadDocument(new Source(text, "rules.json"), renamedCatalogues(strict));
  expect(made.ok ? [] : made.errors.map(({ code }) => code)).toEqual(
    expect.arrayContaining(["E_PHASE_UNKNOWN", "E_ACTION_UNKNOWN"]),
  );
});
