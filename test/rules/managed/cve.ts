import { at, type Case, type CaseTable, form, header, json, multipart, query, send } from "./support.ts";

const FLIGHT = '{"then":"$1:__proto__:then","status":"resolved_model","_response":{"_prefix":"0"}}';
/** The body of a server function as React sends it: references, a date, a map, a promise, a form, a number that JSON has not. */
const CALL =
  '[{"at":"$D2026-11-28T12:00:00.000Z","of":"$Q1","when":"$@2","form":"$K3","big":"$n90","self":"$0:of","price":"$$5"}]';

/** A target as the request line has it, which `at` would resolve. */
const raw = (target: string, headers: Readonly<Record<string, string>> = {}): Case => ({
  ...at("/", headers),
  url: `https://shop.example${target}`,
});
const utf16 = (text: string): string => [...text].map((sign) => `${sign}\0`).join("");

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
      form(FLIGHT.replace("__proto__", "\\u005f_proto__"), "0"),
      multipart([
        'Content-Disposition: form-data; name="0"',
        "Content-Type: text/plain; charset=utf-16le",
        "",
        utf16(FLIGHT),
      ]),
    ],
    passes: [
      form('["$K1"]', "0"),
      json({ a: "$1:b" }),
      query("$1:__proto__:then"),
      multipart(['Content-Disposition: form-data; name="0"', "", CALL]),
      send("text/plain;charset=UTF-8", CALL, { "Next-Action": "7f0c", Accept: "text/x-component" }),
    ],
  },
  "wc-cve-2025-29927": byHeader("x-middleware-subrequest"),
  "wc-cve-2024-51479": {
    matches: [
      at("/?__nextLocale=admin"),
      at("/x?a=1&__nextLocale="),
      at("/?%5F_nextLocale=admin"),
      at("/safe?nxtPslug=a&__nextDefaultLocale="),
    ],
    passes: [at("/x?locale=de"), at("/__nextLocale?nextLocale=1")],
  },
  "wc-cve-2024-46982": byHeader("x-now-route-matches"),
  "wc-cve-2026-27979": byHeader("next-resume"),
  "wc-cve-2026-27978": {
    matches: [
      send("text/plain;charset=UTF-8", "[]", { Origin: "null", "Next-Action": "7f0c" }),
      send("application/x-www-form-urlencoded", "%24ACTION_ID_7f0c=", { Origin: "null" }),
      {
        ...multipart(['Content-Disposition: form-data; name="$ACTION_REF_1"', "", ""]),
        headers: { Origin: "null", "Content-Type": "multipart/form-data; boundary=b0" },
      },
    ],
    passes: [
      send("text/plain;charset=UTF-8", "[]", { Origin: "https://shop.example", "Next-Action": "7f0c" }),
      send("application/x-www-form-urlencoded", "a=b", { Origin: "null" }),
      at("/", { Origin: "null", "Next-Action": "7f0c" }),
    ],
  },
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
    matches: [at("/@fs/srv/x.txt?raw??"), at("/@fs/c:/x?import&raw??"), at("/x?url?"), at("/x?raw?&")],
    passes: [
      at("/src/a.svg?raw"),
      at("/src/a.svg?import&raw"),
      at("/src/a.png?import&url"),
      at("/src/App.vue?vue&type=style&index=0&lang.css"),
      at("/src/main.ts?t=1732800000000"),
      at("/a?url=x"),
      at("/a?q=raw??x"),
    ],
  },
  "wc-cve-2025-31125": {
    matches: [
      at("/@fs/x?import&?inline=1.wasm?init"),
      at("/@fs/x?inline&import"),
      at("/@fs/x?raw?import"),
      at("/@fs/x?import&?raw"),
    ],
    passes: [
      at("/a.css?inline"),
      at("/a.css?import&inline"),
      at("/a.txt?import&raw"),
      at("/a.js?import"),
      at("/a?inline=1&imported=2"),
    ],
  },
  "wc-cve-2025-31486": {
    matches: [
      at("/x/y?.svg?.wasm?init"),
      at("/@fs/z?.svg?.wasm?init&a"),
      at("/@fs/z?.svg", { "Sec-Fetch-Dest": "script" }),
      at("/@fs/z?a.wasm?init"),
      raw("/@fs/srv/app/?/../../x?import&?raw"),
    ],
    passes: [at("/a.svg?x"), at("/a.svg?import"), at("/a.wasm?init"), at("/?/news/2"), at("/?q=.svg")],
  },
  "wc-cve-2025-46565": {
    matches: [
      raw("/.env/."),
      raw("/tls/key.pem/.?x"),
      raw("/.env.local/./"),
      raw("/.env/%2e"),
      raw("/.env//."),
    ],
    passes: [at("/env/."), at("/a/./b"), at("/.env.md")],
  },
  "wc-cve-2025-62522": {
    matches: [at("/.env%5C"), at("/tls/site.crt%5c?x=1"), raw("/.env\\"), raw("/.env\\./?raw")],
    passes: [at("/a%5C"), at("/.environment")],
  },
  "wc-cve-2026-53571": {
    matches: [at("/.env::$DATA?raw"), at("/a/b.pem%3A%3A%24data"), at("/ENV~1?raw"), at("/app/env%7e2.loc")],
    passes: [at("/a::data"), at("/?q=::$DATA"), at("/~env/1"), at("/env~dev"), at("/env~1/x")],
  },
  "wc-cve-2025-32395": {
    matches: [raw("/@fs/srv/app/#/../../x.txt"), raw("/a#%2e%2e/x"), raw("/a?b#..%5cx")],
    passes: [raw("/a#b"), at("/%23/../x"), at("/a?b=../c")],
  },
  "wc-cve-2026-39364": {
    matches: [
      at("/.env?raw"),
      at("/tls/key.pem?import&raw"),
      at("/site.crt?import&url&inline"),
      at("/.env.local?t=1&raw"),
    ],
    passes: [at("/src/env.ts?raw"), at("/ca.pem?raw=true"), at("/ca.crt"), at("/a?x=/.env?raw")],
  },
  "wc-cve-2026-39365": {
    matches: [
      raw("/node_modules/.vite/deps/../../../a.js.map"),
      at("/node_modules/.vite/deps/..%2f..%2fa.map?v=1"),
      at("/node_modules/.vite/deps_ssr/%2e%2e%5ca.map"),
    ],
    passes: [
      at("/node_modules/.vite/deps/react.js.map"),
      at("/node_modules/.vite/deps/react.js?v=8f1c2d3e"),
      at("/deps/..a.map"),
    ],
  },
  "wc-cve-2025-27415": {
    matches: [
      at("/?/_payload.json"),
      at("/shop?a=1&/_payload.json"),
      at("/?a=/_payload.js"),
      at("/?/_payloadxjson?b"),
    ],
    passes: [
      at("/_payload.json"),
      at("/shop/_payload.json?8f1c2d3e"),
      at("/?file=_payload.json"),
      at("/?/_payload.json/x"),
    ],
  },
  "wc-cve-2024-42352": {
    matches: [
      at("/api/_nuxt_icon/http:127.0.0.1:8080"),
      at("/api/_nuxt_icon/https%3A%2F%2Fh.example"),
      at("/api/_nuxt_icon//h.example/x"),
      at("/api/_nuxt_icon/%5c%5ch.example"),
    ],
    passes: [
      at("/api/_nuxt_icon/mdi.json?icons=home"),
      at("/api/_nuxt_icon/http.json?icons=get"),
      at("/api/icon/http:x"),
    ],
  },
  "wc-cve-2026-119200": {
    matches: [raw("/%2e/admin"), raw("/a/%2E%2e/admin"), raw("/.%2e/admin"), raw("/admin/%2e")],
    passes: [raw("/a/./b"), at("/a%2eb/c"), at("/file%2e"), at("/%2ewell-known/x"), at("/x?y=/%2e/")],
  },
  "wc-cve-2024-34344": {
    matches: [at("/__nuxt_component_test__/?path=x"), at("/a/__nuxt_component_test__")],
    passes: [at("/__nuxt/x"), query("__nuxt_component_test__")],
  },
  "wc-cve-2025-64525": {
    matches: [
      header("X-Forwarded-Proto", "http://h.example"),
      header("X-Forwarded-Proto", "x:admin?"),
      header("X-Forwarded-Port", "80/../x?"),
    ],
    passes: [
      header("X-Forwarded-Proto", "https"),
      header("X-Forwarded-Proto", "https, http"),
      header("X-Forwarded-Port", "443, 8080"),
    ],
  },
  "wc-cve-2025-55303": {
    matches: [
      at("/_image?href=//h.example/a.png"),
      at("/_image?href=%2F%2Fh.example/a.png&w=5"),
      at("/_image?href=%5C/h.example/a.png"),
      at("/docs/_image?href=/%09/h.example/a.png"),
    ],
    passes: [
      at("/_image?href=/_astro/a.png"),
      at("/_image?href=%2F_astro%2Fhero.a1b2.jpg&w=800&h=600&f=webp"),
      at("/_image?href=https://cdn.example//a.png&f=avif"),
      at("/_next/image?url=%2Fhero.png&w=640&q=75"),
      at("/image?href=//h.example/a.png"),
    ],
  },
  "wc-cve-2025-65019": {
    matches: [
      at("/_image?href=data:image/svg%2Bxml,%3Csvg/%3E&f=svg"),
      at("/_image?href=DATA%3Aimage%2Fsvg%2Bxml%3Bbase64,PHN2Zz4="),
      at("/_image?href=data:text/html,x"),
    ],
    passes: [
      at("/_image?href=data:image/png;base64,iVBORw0KGgo="),
      at("/_image?href=/a.svg&f=svg"),
      at("/x?href=data:image/svg%2Bxml,a"),
    ],
  },
  "wc-cve-2025-66202": {
    matches: [raw("/%2561dmin"), raw("/a/b%256D"), raw("/%252561dmin")],
    passes: [at("/100%25"), at("/50%2520off"), at("/%61dmin"), at("/x?y=%2561"), at("/a%25_b")],
  },
  "wc-cve-2026-33768": {
    matches: [at("/api/health?x_astro_path=/admin/delete-user"), header("X-Astro-Path", "/admin")],
    passes: [at("/x_astro_path?astro_path=1"), header("X-Astro-Paths", "/admin")],
  },
  "wc-cve-2026-27971": {
    matches: [
      {
        ...send(
          "application/qwik-json",
          '{"_objs":["\\u0002./node_modules/x/index#sync","a",["0","1"]],"_entry":"2"}',
        ),
        url: "https://shop.example/?qfunc=sync",
      },
      send(
        "application/qwik-json; charset=utf-8",
        '{"_objs":["\\u0002child_process#execSync"],"_entry":"0"}',
      ),
      send("Application/Qwik-Json", '{"_objs":["\\u0002node:fs#readFileSync"],"_entry":"0"}'),
    ],
    passes: [
      send(
        "application/qwik-json",
        '{"_objs":["\\u0002_#s_7f0cB1yQ9dM","./node_modules",["0","1"]],"_entry":"2"}',
      ),
      send("application/qwik-json", '{"_objs":["\\u0002q-Bx8f1c2d.js#s_7f0cB1yQ9dM[0]"],"_entry":"0"}'),
      send("application/json", '{"a":"\\u0002./node_modules/x#y"}'),
    ],
  },
  "wc-cve-2026-44437": {
    matches: [
      header("X-Forwarded-Prefix", "///h.example"),
      header("X-Forwarded-Prefix", "/%2e%2e/evil"),
      header("X-Forwarded-Prefix", "/a/.."),
      header("X-Forwarded-Prefix", "/\\h.example"),
      header("X-Forwarded-Prefix", "%2f%2fh.example"),
    ],
    passes: [
      header("X-Forwarded-Prefix", "/app"),
      header("X-Forwarded-Prefix", "/app/v1.2/, /x"),
      header("X-Forwarded-Prefix", "/"),
      query("//h.example"),
    ],
  },
  "wc-cve-2025-11953": {
    matches: [
      { ...send("application/json", '{"url":"calc.exe"}'), url: "https://shop.example/open-url" },
      {
        ...send("application/json", '{"url":"https://a.example|date"}'),
        url: "https://shop.example/open-url",
      },
      {
        ...send("application/json", '{"url":"https://a.example","url":"calc.exe"}'),
        url: "https://shop.example/open-url",
      },
    ],
    passes: [
      { ...send("application/json", '{"url":"https://a.example/x"}'), url: "https://shop.example/open-url" },
      {
        ...send("application/json", '{ "url": "http://localhost:8081/debugger-ui?a=b#c" }\n'),
        url: "https://shop.example/open-url",
      },
      json({ url: "calc.exe" }),
    ],
  },
  "wc-cve-2026-25223": {
    matches: [
      send("application/json\ta", "{}"),
      send("application/json\t;a", "{}"),
      send("application/json \ta", "{}"),
    ],
    passes: [
      send("application/json", "{}"),
      send("application/json; charset=utf-8", "{}"),
      send("application/json;\tcharset=utf-8", "{}"),
    ],
  },
  "wc-cve-2026-22031": {
    matches: [raw("/%61dmin"), raw("/a/ad%6Din?x"), raw("/%20/%41")],
    passes: [
      at("/caf%C3%A9/%E6%97%A5%E6%9C%AC"),
      raw("/%83%41%83%43"),
      raw("/100%25/a%20b%2Fc%2e"),
      raw("/x?y=%61"),
      raw("/%2561dmin"),
    ],
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
      at("/posts?populate[match][$where]=1"),
      form("1", "populate[match][$or][0][$where]"),
    ],
    passes: [json({ match: { a: 1 } }), json({ where: { match: 1 } }), at("/posts?populate[match][where]=1")],
  },
  "wc-cve-2025-1302": {
    matches: ["$[?(@.constructor.constructor('return 1')())]", json({ path: "$..x[?(require('fs'))]" })],
    passes: ["$.store.book[?(@.price < 10)]", "[?] (constructor)"],
  },
  "wc-cve-2025-48997": {
    matches: [
      multipart(['Content-Disposition: form-data; name=""; filename="a.txt"', "", "x"]),
      multipart(['Content-Disposition: form-data; name="" ; filename="b.png"', "", "y"]),
      multipart(['Content-Disposition: form-data; filename="b.png"; name=""', "", "y"]),
      multipart(["Content-Disposition: form-data; name=; filename=b.png", "", "y"]),
    ],
    passes: [
      multipart(['Content-Disposition: form-data; name="a"; filename="x; name=; y"', "", "x"]),
      multipart(['Content-Disposition: form-data; name="a"; filename="a.txt"', "", "x"]),
      multipart(['Content-Disposition: form-data; name=""', "", "x"]),
    ],
  },
  "wc-cve-2026-21858": {
    matches: [
      {
        ...json({ data: {}, files: { f: { filepath: "/x/y", originalFilename: "a", mimetype: "b" } } }),
        url: "https://shop.example/form/7f0c",
      },
      {
        ...json({ files: { "field-0": { filepath: "c:/x" } } }),
        url: "https://shop.example/n8n/form-test/7f0c",
      },
    ],
    passes: [
      json({ files: { f: { filepath: "src/a.ts" } } }),
      { ...json({ files: [{ path: "a" }], filepath: "b" }), url: "https://shop.example/form/7f0c" },
    ],
  },
  "wc-cve-2025-27210": {
    matches: [
      raw("/files/AUX/..%5c..%5cx.txt"),
      raw("/download?f=CON:..%5C..%5Cx.txt"),
      raw("/nul/../../x"),
      at("/d?f=a%2fCOM1%3a%2f%2e%2e%2fx"),
    ],
    passes: [raw("/con/a"), raw("/falcon/../x"), at("/?q=aux..b"), at("/d?f=aux"), raw("/com10/../a")],
  },
};

/** Published proofs of weaknesses without a rule of their own: what they send is refused for what it is. */
export const refusedAnyway: readonly Case[] = [
  // CVE-2025-68613, n8n
  json({
    value: '={{ (function() { return this.process.mainModule.require("child_process").execSync("id") })() }}',
  }),
  // CVE-2025-32388, SvelteKit
  at("/?</script/><script>window.pwned%3D1</script/>"),
  // CVE-2025-62427, Angular
  raw("/\\\\h.example/x"),
  // CVE-2026-27959, Koa
  at("/", { Host: "h.example:fake@shop.example" }),
];
