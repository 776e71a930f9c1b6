import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { standardScheme } from "../support/source/engine/firewall.ts";
import { typeName } from "../support/source/language/values.ts";

interface Names {
  readonly fields: Readonly<Record<string, string>>;
  readonly functions: Readonly<Record<string, string>>;
  readonly absent: Readonly<Record<string, string>>;
}

const names: Names = JSON.parse(
  readFileSync(new URL("../../grammar/cloudflare-names.json", import.meta.url), "utf8"),
);
const scheme = standardScheme();

describe("names that Cloudflare documents", () => {
  test("are fields here, of the same type", () => {
    const found = Object.keys(names.fields).map((name) => {
      const type = scheme.field(name)?.field.type;
      return [name, type === undefined ? "absent" : typeName(type)];
    });
    expect(Object.fromEntries(found)).toEqual(names.fields);
  });

  test("are functions here, or the page says why not", () => {
    const known = new Set(["any", "all", ...scheme.functions.map(({ name }) => name)]);
    const missing = Object.keys(names.functions).filter((name) => !known.has(name));
    expect(missing).toEqual(Object.keys(names.absent));
  });

  test("leave no name of ours outside of what exports know as such", () => {
    const own = scheme.fields
      .map(({ name }) => name)
      .filter((name) => !Object.hasOwn(names.fields, name) && !name.startsWith("wirewall."));
    expect(own.sort()).toEqual([
      "cf.zone.plan",
      "http.request.jwt.claims",
      "http.request.jwt.claims.exp.sec",
      "http.request.jwt.claims.exp.sec.names",
      "http.request.jwt.claims.exp.sec.values",
      "http.response.headers.truncated",
    ]);
  });
});
