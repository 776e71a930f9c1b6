import { describe, expect, test } from "vitest";
import { guard } from "../support/source/adapters/node.ts";
import { wafOf } from "./support.ts";
import { transports } from "./transports.ts";

// A guard that is mounted on a path judges what the client sent, as connect, Express and polka keep it.

/** What a router has set when the guard is called. */
interface Routed {
  readonly url: string;
  readonly originalUrl?: unknown;
  readonly baseUrl?: unknown;
}

const rows: readonly (readonly [what: string, routed: Routed, judged: string])[] = [
  ["no router", { url: "/x?q" }, "/x?q"],
  ["a router at the root", { url: "/x?q", originalUrl: "/x?q", baseUrl: "" }, "/x?q"],
  ["Express", { url: "/x?q", originalUrl: "/admin/x?q", baseUrl: "/admin" }, "/admin/x?q"],
  ["Express, nested", { url: "/x", originalUrl: "/a/b/x", baseUrl: "/a/b" }, "/a/b/x"],
  ["Express, the path alone", { url: "/", originalUrl: "/admin", baseUrl: "/admin" }, "/admin"],
  ["Express, the path with a slash", { url: "/", originalUrl: "/admin/", baseUrl: "/admin" }, "/admin/"],
  ["Express, the path and a query", { url: "/?q", originalUrl: "/admin?q", baseUrl: "/admin" }, "/admin?q"],
  ["Express, two slashes", { url: "//x", originalUrl: "/admin//x", baseUrl: "/admin" }, "/admin//x"],
  ["Express, rewritten at the root", { url: "/new", originalUrl: "/old", baseUrl: "" }, "/new"],
  [
    "Express, rewritten before the path",
    { url: "/x", originalUrl: "/v1/admin/x", baseUrl: "/admin" },
    "/admin/x",
  ],
  [
    "Express, rewritten below the path",
    { url: "/new", originalUrl: "/admin/old", baseUrl: "/admin" },
    "/admin/new",
  ],
  ["connect", { url: "/x?q", originalUrl: "/admin/x?q" }, "/admin/x?q"],
  ["connect, the path alone", { url: "/", originalUrl: "/admin" }, "/admin"],
  ["connect, the path and a query", { url: "/?q=/", originalUrl: "/admin?q=/" }, "/admin?q=/"],
  ["connect, rewritten", { url: "/index.html", originalUrl: "/admin/x" }, "/index.html"],
  ["connect, rewritten without its query", { url: "/", originalUrl: "/admin?q" }, "/"],
  ["polka, the path and a query", { url: "?q", originalUrl: "/admin?q" }, "/admin?q"],
  ["something that is no text", { url: "/x", originalUrl: ["/admin/x"] }, "/x"],
  ["nothing left", { url: "", originalUrl: "/admin" }, "/admin"],
];

describe("a guard below", () => {
  test.each(rows)("%s", async (_what, routed, expected) => {
    const { waf } = wafOf({
      custom: [{ ref: "b", expression: `raw.http.request.uri eq "${expected}"`, action: "block" }],
    });
    const check = guard(waf);
    const listener = await transports.http.listen((request, response) => {
      Object.assign(request, routed);
      check(request, response, () => response.end());
    });
    expect((await listener.send()).status).toBe(403);
  });

  test("a path sees a target in absolute form", async () => {
    const expression = 'http.request.uri.path eq "/admin/x" and http.host eq "a"';
    const check = guard(wafOf({ custom: [{ ref: "b", expression, action: "block" }] }).waf);
    const listener = await transports.http.listen((request, response) => {
      Object.assign(request, { url: "http://a/x", originalUrl: "http://a/admin/x", baseUrl: "/admin" });
      check(request, response, () => response.end());
    });
    expect((await listener.send({ headers: ["Host", "a"] })).status).toBe(403);
    expect((await listener.send({ headers: ["Host", "b"] })).status).toBe(400);
  });
});
