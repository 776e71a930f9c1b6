// What fields say they derive from, against what they read.
import fc from "fast-check";
import { expect, test } from "vitest";
import { changesWith } from "../../support/source/language/scheme.ts";
import { requestScheme } from "../../support/source/request/fields.ts";
import {
  prepareRequestOptions,
  type RequestChange,
  requestFrom,
  WafRequest,
} from "../../support/source/request/model.ts";
import type { RequestView } from "../../support/source/request/view.ts";

const scheme = requestScheme([]);
const options = prepareRequestOptions({ random: (bytes) => "r".repeat(bytes) });

const path = fc.constantFrom("/", "/a.png", "/b/c.css", "/a%2e", "/x.php");
const query = fc.constantFrom("", "a=1", "b=%41&a=2", "flag");
const header = fc.record({
  operation: fc.constant("set" as const),
  name: fc.constantFrom("host", "user-agent", "cookie", "x-a", "accept-language", "content-type", "server"),
  value: fc.constantFrom("a.example", "k=v", "de;q=0.5, en", "text/html; charset=x", "1"),
});
const rewrite: fc.Arbitrary<RequestChange> = fc.oneof(
  path.map((value) => ({ part: "path" as const, value })),
  query.map((value) => ({ part: "query" as const, value })),
  header.map((operation) => ({ part: "headers" as const, operation })),
  header.map((operation) => ({ part: "responseHeaders" as const, operation })),
);
const lines = (names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names), fc.constantFrom("a.example", "x=1; y=2", "en", "text/plain"), {
    noNullPrototype: true,
  });
const view: fc.Arbitrary<RequestView> = fc
  .record({
    url: fc.tuple(path, query).map((parts) => parts.join("?")),
    headers: lines(["Host", "User-Agent", "Cookie", "X-A", "Accept-Language"]),
    response: fc.record({ status: fc.constantFrom(200, 404), headers: lines(["Server", "Content-Type"]) }),
  })
  .map((init) => requestFrom({ receivedAt: 0, ...init }));

/** What every field reads, each on a context of its own so that nothing is kept. */
function valuesOf(request: WafRequest): readonly unknown[] {
  const context = scheme.createContext<WafRequest>();
  return scheme.fields.map((_, slot) => {
    context.reset(request);
    return context.get(slot);
  });
}

function expectOnlyDeclared(request: WafRequest, change: () => readonly string[]): number {
  const before = valuesOf(request);
  const sources = change();
  const after = valuesOf(request);
  let changes = 0;
  scheme.fields.forEach((field, slot) => {
    const isSame = JSON.stringify(entriesOf(before[slot])) === JSON.stringify(entriesOf(after[slot]));
    if (isSame) return;
    changes++;
    const isDeclared = field.derivesFrom?.some((source) => sources.includes(source)) === true;
    expect(isDeclared, `${field.name} after a change of ${sources.join(" and ")}`).toBe(true);
  });
  return changes;
}

const entriesOf = (value: unknown): unknown => (value instanceof Map ? [...value] : value);

test("a rewrite changes only fields that derive from what it rewrites", () => {
  let changes = 0;
  fc.assert(
    fc.property(view, fc.array(rewrite, { minLength: 1, maxLength: 6 }), (shown, rewrites) => {
      const request = new WafRequest(shown, options);
      changes += expectOnlyDeclared(request, () => {
        return request.rewrite(rewrites).map((part) => (part === "responseHeaders" ? "response" : part));
      });
    }),
    { numRuns: 150, seed: 6 },
  );
  expect(changes).toBeGreaterThan(300);
});

const body = fc.constantFrom("a=1&b=2", '{"a":[1]}', "plain");
const type = fc.constantFrom("application/x-www-form-urlencoded", "application/json", "text/plain");

test("what the host hands over later changes only fields that derive from it", () => {
  let changes = 0;
  fc.assert(
    fc.property(view, body, type, fc.constantFrom("body", "response"), (shown, bytes, declared, part) => {
      const request = new WafRequest(
        {
          ...shown,
          method: "POST",
          rawHeaders: [...shown.rawHeaders, "Content-Type", declared, "Content-Length", `${bytes.length}`],
          response: undefined,
        },
        options,
      );
      const content = { bytes, truncated: false, size: bytes.length };
      changes += expectOnlyDeclared(request, () => {
        const response = { status: 200, rawHeaders: ["Server", "x"], body: content };
        request.view = { ...request.view, ...(part === "body" ? { body: content } : { response }) };
        return part === "body" ? ["body"] : ["response", "response_body"];
      });
    }),
    { numRuns: 60, seed: 7 },
  );
  expect(changes).toBeGreaterThan(300);
});

test("a field that declares nothing changes with everything, unless nobody reads it", () => {
  const field = { name: "mine", type: { kind: "Bytes" } } as const;
  const read = () => "x";
  expect(changesWith(field, "path")).toBe(false);
  expect(changesWith({ ...field, read }, "path")).toBe(true);
  expect(changesWith({ ...field, read, derivesFrom: ["query"] }, "path")).toBe(false);
  expect(changesWith({ ...field, read, derivesFrom: [] }, "scores")).toBe(false);
});
