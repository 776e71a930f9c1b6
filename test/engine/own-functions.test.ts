import fc from "fast-check";
import { expect, test } from "vitest";
import { Bool, Bytes, createCustomWaf, defineField, defineFunction, Scheme } from "../support/source/core.ts";
import type { WafRequest } from "../support/source/index.ts";

// Functions of an embedder that share a standard name and mean something else.

const ascii = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const affix = (name: string, evaluate: (text: string, part: string) => boolean) =>
  defineFunction({ name, summary: name, params: [Bytes, Bytes], returns: Bool, total: true, evaluate });
const change = (name: string, evaluate: (text: string) => string) =>
  defineFunction({ name, summary: name, params: [Bytes], returns: Bytes, total: true, evaluate });

const FUNCTIONS = [
  // In either letter case.
  affix("ends_with", (text, part) => ascii(text).endsWith(ascii(part))),
  affix("starts_with", (text, part) => ascii(text).startsWith(ascii(part))),
  // Each makes what the other's name promises.
  change("lower", (text) => text.toUpperCase()),
  change("upper", (text) => text),
];

const scheme = new Scheme({
  fields: [
    defineField({
      name: "path",
      summary: "the path",
      type: Bytes,
      read: (request: WafRequest) => request.rawTarget.path,
    }),
  ],
  functions: FUNCTIONS,
});

const texts = fc
  .array(fc.constantFrom("a", "b", "A", "B", "/"), { minLength: 1, maxLength: 3 })
  .map((all) => all.join(""));
const conditions = fc
  .tuple(
    fc.constantFrom<(text: string) => string>(
      (text) => `ends_with(path, "${text}")`,
      (text) => `starts_with(path, "${text}")`,
      (text) => `lower(path) contains "${text}"`,
      (text) => `upper(path) eq "/${text}"`,
      (text) => `ends_with(lower(path), "${text}")`,
    ),
    texts,
  )
  .map(([write, text]) => write(text));

function refs(
  expressions: readonly string[],
  path: string,
  candidates: "index" | "linear",
): readonly string[] {
  const rules = expressions.map((expression, at) => ({ ref: `r${at}`, action: "log" as const, expression }));
  const waf = createCustomWaf(
    { rulesets: [{ id: "r", name: "r", kind: "zone", phase: "http_request_firewall_custom", rules }] },
    { scheme, candidates },
  );
  const request = { url: `https://a.example${path}`, receivedAt: 0 };
  return waf.evaluateSync(request).matches.map((match) => match.rule.ref);
}

const filler = Array.from({ length: 20 }, (_, at) => `path eq "/filler${at}"`);

test.each([
  ['ends_with(path, "/ADMIN")', "/x/admin"],
  ['ends_with(path, "/admin")', "/x/ADMIN"],
  ['starts_with(path, "/ADMIN")', "/admin/x"],
  ['lower(path) eq "/ADMIN"', "/admin"],
  ['upper(path) eq "/admin"', "/admin"],
])("%s on %s", (expression, path) => {
  for (const candidates of ["index", "linear"] as const)
    expect(refs([...filler, expression], path, candidates)).toEqual(["r20"]);
});

test("the index finds what the linear walk finds", () => {
  fc.assert(
    fc.property(
      fc.array(conditions, { minLength: 20, maxLength: 30 }),
      texts.map((text) => `/${text}`),
      (expressions, path) => {
        expect(refs(expressions, path, "index")).toEqual(refs(expressions, path, "linear"));
      },
    ),
    { numRuns: 60 },
  );
});
