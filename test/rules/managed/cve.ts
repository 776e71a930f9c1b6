import { at, type CaseTable, form, header, json, multipart, query, send } from "./support.ts";

const FLIGHT = '{"then":"$1:__proto__:then","status":"resolved_model","_response":{"_prefix":"0"}}';

/** A request with a header, and one whose header only looks like it. */
const byHeader = (name: string): CaseTable[string] => ({
  matches: [header(name, "1"), at("/a/b?c=1", { [name.toUpperCase()]: "x:y" })],
  passes: [header(`${name}-x`, "1"), query(name)],
});

export const cveCases: CaseTable = {
  "wc-cve-2025-55182": {
    matches: [
      form(FLIGHT, "0"),
      multipart(['Content-Disposition: form-data; name="0"', "", FLIGHT]),
      json({ a: "$2:constructor:constructor" }),
    ],
    passes: [form('["$K1"]', "0"), json({ a: "$1:b" }), query("$1:__proto__:then")],
  },
  "wc-cve-2025-29927": byHeader("x-middleware-subrequest"),
  "wc-cve-2024-51479": {
    matches: [at("/admin?__nextLocale=de"), at("/x?a=1&__nextLocale=")],
    passes: [at("/x?locale=de"), at("/__nextLocale?nextLocale=1")],
  },
  "wc-cve-2024-46982": byHeader("x-now-route-matches"),
  "wc-cve-2025-43864": byHeader("x-react-router-spa-mode"),
  "wc-cve-2025-43865": byHeader("x-react-router-prerender-data"),
  "wc-cve-2025-31137": {
    matches: [header("X-Forwarded-Host", "a.example:8/x?"), header("X-Forwarded-Host", "[::1]:80/../y")],
    passes: [
      header("X-Forwarded-Host", "a.example:8443"),
      header("X-Forwarded-Host", "[2001:db8::1]:443"),
      header("X-Forwarded-Host", "a.example:80, b.example"),
    ],
  },
  "wc-cve-2025-30208": {
    matches: [at("/@fs/srv/x.txt?raw??"), at("/@fs/c:/x?import&raw??"), at("/x?url?")],
    passes: [at("/src/a.svg?raw"), at("/a?url=x"), at("/a?q=raw??x")],
  },
  "wc-cve-2025-31125": {
    matches: [at("/@fs/x?import&?inline=1.wasm?init"), at("/@fs/x?inline&import"), at("/@fs/x?raw?import")],
    passes: [at("/a.css?inline"), at("/a.js?import"), at("/a?inline=1&imported=2")],
  },
  "wc-cve-2025-31486": {
    matches: [at("/x/y?.svg?.wasm?init"), at("/@fs/z?.svg?.wasm?init&a")],
    passes: [at("/a.svg?x"), at("/a.wasm?init")],
  },
  "wc-cve-2025-46565": {
    matches: [
      { ...at("/"), url: "https://shop.example/.env/." },
      { ...at("/"), url: "https://shop.example/tls/key.pem/.?x" },
    ],
    passes: [at("/env/."), at("/a/./b"), at("/.env.md")],
  },
  "wc-cve-2025-62522": {
    matches: [at("/.env%5C"), at("/tls/site.crt%5c?x=1")],
    passes: [at("/a%5C"), at("/.environment")],
  },
  "wc-cve-2026-53571": {
    matches: [at("/.env::$DATA?raw"), at("/a/b.pem%3A%3A%24data")],
    passes: [at("/a::data"), at("/?q=::$DATA")],
  },
  "wc-cve-2025-27415": {
    matches: [at("/?/_payload.json"), at("/shop?a=1&/_payload.json")],
    passes: [at("/_payload.json"), at("/?file=_payload.json")],
  },
  "wc-cve-2024-34344": {
    matches: [at("/__nuxt_component_test__/?path=x"), at("/a/__nuxt_component_test__")],
    passes: [at("/__nuxt/x"), query("__nuxt_component_test__")],
  },
  "wc-cve-2025-64525": {
    matches: [header("X-Forwarded-Proto", "http://h.example"), header("X-Forwarded-Proto", "x:admin?")],
    passes: [header("X-Forwarded-Proto", "https"), header("X-Forwarded-Proto", "https, http")],
  },
  "wc-cve-2025-55303": {
    matches: [at("/_image?href=//h.example/a.png"), at("/_image?href=%2F%2Fh.example/a.png&w=5")],
    passes: [at("/_image?href=/_astro/a.png"), at("/image?href=//h.example/a.png")],
  },
  "wc-cve-2025-11953": {
    matches: [
      { ...send("application/json", '{"url":"calc.exe"}'), url: "https://shop.example/open-url" },
      {
        ...send("application/json", '{"url":"https://a.example|date"}'),
        url: "https://shop.example/open-url",
      },
    ],
    passes: [
      { ...send("application/json", '{"url":"https://a.example/x"}'), url: "https://shop.example/open-url" },
      json({ url: "calc.exe" }),
    ],
  },
  "wc-cve-2026-25223": {
    matches: [send("application/json\ta", "{}"), send("application/json\t;a", "{}")],
    passes: [send("application/json", "{}"), send("application/json; charset=utf-8", "{}")],
  },
  "wc-cve-2025-25200": {
    matches: [
      header("X-Forwarded-Proto", `a${" ".repeat(300)}b`),
      header("X-Forwarded-Host", `a,${" ".repeat(200)}b`),
    ],
    passes: [header("X-Forwarded-Proto", "https,  http"), header("X-Forwarded-For", `a${" ".repeat(300)}b`)],
  },
  "wc-cve-2025-23061": {
    matches: [
      json({ populate: { path: "a", match: { $where: "1" } } }),
      json({ match: { $or: [{ $where: "x" }] } }),
    ],
    passes: [json({ match: { a: 1 } }), json({ where: { match: 1 } })],
  },
  "wc-cve-2025-1302": {
    matches: ["$[?(@.constructor.constructor('return 1')())]", json({ path: "$..x[?(require('fs'))]" })],
    passes: ["$.store.book[?(@.price < 10)]", "[?] (constructor)"],
  },
  "wc-cve-2025-48997": {
    matches: [
      multipart(['Content-Disposition: form-data; name=""; filename="a.txt"', "", "x"]),
      multipart(['Content-Disposition: form-data; name="" ; filename="b.png"', "", "y"]),
    ],
    passes: [
      multipart(['Content-Disposition: form-data; name="a"; filename="a.txt"', "", "x"]),
      multipart(['Content-Disposition: form-data; name=""', "", "x"]),
    ],
  },
};
