import { at, type CaseTable, file, header, json, multipart, send } from "./support.ts";

const many = (count: number, make: (at: number) => string, glue: string) =>
  Array.from({ length: count }, (_, at) => make(at)).join(glue);
const DISPOSITION = "Content-Disposition";
const TEXT = `${DISPOSITION}: form-data; name="a"\r\n\r\ntext`;
const framed = (body: string) => send("multipart/form-data; boundary=b0", body);
const part = (disposition: string) => multipart([`Content-Disposition: ${disposition}`, "", "text"]);

export const protocolCases: CaseTable = {
  "wc-protocol-framing": {
    matches: [
      send("text/plain", "a", { "Content-Length": "1", "Transfer-Encoding": "chunked" }),
      send("text/plain", "a", { "Content-Length": ["1", "2"] }),
      send("text/plain", "a", { "Transfer-Encoding": "xchunked" }),
    ],
    passes: [send("text/plain", "a"), send("text/plain", "a", { "Transfer-Encoding": "chunked" })],
  },
  "wc-protocol-host": {
    matches: [
      at("/", { Host: ["shop.example", "evil.example"] }),
      at("/", { Host: "shop.example/@evil.example" }),
    ],
    passes: [at("/", { Host: "shop.example:8443" }), at("/", { Host: "[2001:db8::1]:8080" })],
  },
  "wc-protocol-header-syntax": {
    matches: [header("X Spaced", "1"), header("X-Name", "a\u0001b")],
    passes: [header("X-Name", "a\tb"), header("x_name", "1")],
  },
  "wc-protocol-target-syntax": {
    matches: [at("/a%00.php"), at("/a%2500b")],
    passes: [at("/a%20b"), at("/search?hash=%00%01")],
  },
  "wc-protocol-method": {
    matches: [
      { ...at("/"), method: "TRACE" },
      { ...at("/"), method: "track" },
    ],
    passes: [
      { ...at("/"), method: "DELETE" },
      { ...at("/"), method: "PROPFIND" },
    ],
  },
  "wc-protocol-ambiguous-part": {
    matches: [
      part('form-data; name="a"; name="b"'),
      part('form-data; name="a"; filename="a.txt"; filename="a.php"'),
      part('form-data; name="a"; filename="a.txt"; filename*=UTF-8\'\'a.php'),
      part('form-data; name="a"; filename*0="a.txt"'),
      part('form-data; name="a" filename="a.txt"'),
      send('multipart/form-data; boundary=b0; boundary="b1"', "--b0--\r\n"),
      send("multipart/form-data; boundary*=UTF-8''b1; boundary=b0", "--b0--\r\n"),
      send("multipart/form-data; xboundary=b1; boundary=b0", "--b0--\r\n"),
      send("multipart/form-data boundary=b0", "--b0--\r\n"),
      framed(`--b0 \r\n${TEXT}\r\n--b0--\r\n`),
      framed(`--b0\r\n${TEXT}\n--b0--\r\n`),
      framed(`--b0\r\n${TEXT}\r--b0\r\n--b0--\r\n`),
      framed(`--b0\r\n${TEXT}\r\n --b0\r\n--b0--\r\n`),
      framed(`--b0\r\n${TEXT}\r\n--b0x\r\n--b0--\r\n`),
      framed(`--b0\r\n${TEXT}\r\n--b0--\r\nmore`),
      framed(`--b0\r\n${TEXT}\r\n`),
      framed(`before\r\n--b0\r\n${TEXT}\r\n--b0--\r\n`),
      framed(`--b0\r\nContent-Disposition: form-data; name="a"\r\n\r\n--b0--\r\n`),
      multipart([`${DISPOSITION} : form-data; name="a"`, "", "text"]),
      multipart([
        `${DISPOSITION}: form-data; name="a"`,
        "Content-Type: text/plain; charset=utf-16",
        "",
        "text",
      ]),
      multipart([`${DISPOSITION}: form-data; name="a"`, "Content-Transfer-Encoding: x-gzip", "", "text"]),
      multipart([
        `${DISPOSITION}: form-data; name="a"`,
        "Content-Type: multipart/mixed; boundary=c",
        "",
        "text",
      ]),
    ],
    passes: [
      part('form-data; name="a"; filename="a b.txt"'),
      part('form-data; name="a"; filename="a.txt"; filename*=UTF-8\'\'a.txt'),
      framed(`--b0\r\n${TEXT}\r\n--b0--`),
      framed(`--b0\r\n${TEXT}\r\n--b0--\r\n`),
      multipart([`${DISPOSITION}: form-data; name="a"`, "Content-Transfer-Encoding: base64", "", "dGV4dA=="]),
      part("form-data; name=\"a\"; filename*=UTF-8''a.txt"),
    ],
  },
  "wc-protocol-content-type": {
    matches: [
      send("application/x-www-form-urlencoded; charset=ibm037", "a=1"),
      send("application/x-www-form-urlencoded; charset=utf-16le", "a=1"),
      send("application/x-www-form-urlencoded; charset=cp500", "q=a"),
      send("text/plain; charset=x-ibm1047", "a"),
      send('application/json; charset="utf\\-7"', "{}"),
      send("text/plain; charset=ucs2", "a"),
      send("text/plain; charset=unicode-1-1-utf-7", "a"),
      { ...at("/", { "Content-Type": ["text/plain", "application/json"] }), method: "POST", body: "{}" },
    ],
    passes: [
      send("application/json; charset=utf-8", "{}"),
      send("text/plain; charset=iso-8859-1", "a"),
      send("text/plain; charset=Shift_JIS", "a"),
      send("application/json; charset=utf-16le", "{}"),
      send("application/json; charset=x-sjis", "{}"),
      send("application/x-www-form-urlencoded; charset=TIS-620", "a=1"),
    ],
  },
  "wc-protocol-proxy-header": {
    matches: [header("Proxy", "http://evil.example"), header("PROXY", "10.0.0.1:80")],
    passes: [header("Proxy-Connection", "keep-alive"), header("X-Proxy", "1")],
  },
  "wc-protocol-internal-header": {
    matches: [header("x-middleware-subrequest", "middleware:middleware"), header("X-Original-URL", "/admin")],
    passes: [header("X-Middleware-Prefetch", "1"), header("X-Original-Host", "shop.example")],
  },
  "wc-protocol-range": {
    matches: [
      header("Range", "bytes=0-18446744073709551615"),
      header("Range", `bytes=${many(12, (one) => `${one}-`, ",")}`),
    ],
    passes: [header("Range", "bytes=0-1023"), header("Range", "bytes=0-99,200-299,400-")],
  },
  "wc-protocol-too-many-parts": {
    matches: [
      at(`/?${many(1100, (one) => `a${one}=1`, "&")}`),
      at("/", { Cookie: many(300, (one) => `a${one}=1`, "; ") }),
      at(`/?a=${"[".repeat(1001)}`),
    ],
    passes: [
      at(`/?${many(200, (one) => `a${one}=1`, "&")}`),
      at("/", { Cookie: many(60, (one) => `a${one}=1`, "; ") }),
      at(`/?a=${"[".repeat(100)}`),
    ],
  },
  "wc-protocol-double-encoding": {
    matches: [at("/a%252fb"), at("/%252e%252e/x")],
    passes: [at("/100%25"), at("/a%2fb")],
  },
  "wc-protocol-odd-path": {
    matches: [at("/a%2fb"), at("/a%5cb"), at("/a%zz")],
    passes: [at("/a%20b"), at("/a/b")],
  },
  "wc-protocol-repeated-header": {
    matches: [at("/", { Authorization: ["Basic YTpi", "Bearer x"] }), at("/", { "User-Agent": ["a", "b"] })],
    passes: [at("/", { Authorization: "Basic YTpi" }), at("/", { "X-A": ["1", "2"] })],
  },
  "wc-protocol-unread-body": {
    matches: [
      send("application/json", '{"a":'),
      send("multipart/form-data; boundary=b0", "--b0\r\nContent-Disposition: form-data"),
      json({ a: "[".repeat(1001) }),
      ...[
        "<a><b>x</a>",
        "<a>&#60x</a>",
        "<a>x<!DOCTYPE a>y</a>",
        "<a>x<?xml version='1.0'?>y</a>",
        "<a>&# 60;</a>",
        "<a b=c/>",
        "<a/>x",
        "<a><?b it's?></a>",
      ].map((body) => send("text/xml", body)),
      send("application/soap+xml", '<!DOCTYPE a SYSTEM "a.dtd"><a>java&b;script:</a>'),
    ],
    passes: [
      json({ a: 1 }),
      json({ a: "[".repeat(100) }),
      file("a.txt"),
      send("text/xml", "<a><b>x &amp; y</b>Q&A<c/></a>"),
      send("application/xml", '<!DOCTYPE a SYSTEM "a.dtd"><a>x</a>'),
      send("application/xhtml+xml", "<p>a&nbsp;b</p>"),
      send("text/plain", "<3 <a><b>x</a>"),
      send("text/xml", "\n<?xml version='1.0'?><a>x</a>"),
    ],
  },
};

export const scannerCases: CaseTable = {
  "wc-scanner-user-agent": {
    matches: [
      header("User-Agent", "sqlmap/1.8.2#stable (https://sqlmap.org)"),
      header("User-Agent", "httpx - Open-source project (github.com/projectdiscovery/httpx)"),
      header("User-Agent", "Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:Port Check)"),
      header("User-Agent", "Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)"),
    ],
    passes: [
      header("User-Agent", "curl/8.5.0"),
      header("User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
      header("User-Agent", "ORY-Hydra/2.2"),
    ],
  },
  "wc-scanner-header": {
    matches: [header("Acunetix-Product", "WVS/10.0"), header("X-Scanner", "Netsparker")],
    passes: [header("X-Scan-Id", "7"), header("X-Request-Id", "7")],
  },
  "wc-scanner-callback-host": {
    matches: [
      "http://x7f3.oastify.com/a",
      header("Referer", "https://abc.interact.sh/"),
      "user@k2.burpcollaborator.net",
    ],
    passes: ["interact with the shop", "https://oast-house.example/", "https://docs.example/interact.sh"],
  },
  "wc-scanner-web-shell": {
    matches: [at("/uploads/c99.php"), at("/images/WSO.php"), at("/cmd.jsp")],
    passes: [at("/shell.html"), at("/docs/c99"), at("/commands.php")],
  },
  "wc-scanner-exploit-path": {
    matches: [
      at("/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php"),
      at("/_ignition/execute-solution"),
      at("/cgi-bin/luci/;stok=/locale?form=country"),
      at("/img/minishell.php?cmd=w"),
      at("/autodiscover/autodiscover.json?@h.example"),
      at("/remote/fgt_lang?lang=/../../../..//////////dev/cmdb/sslvpn_websession"),
      at("/cgi-bin/.%2e/.%2e/bin/sh"),
    ],
    passes: [
      at("/phpunit/"),
      at("/cgi-bin/search?q=1"),
      at("/remote/login?lang=en"),
      at("/autodiscover/autodiscover.xml"),
    ],
  },
};

export const disclosureCases: CaseTable = {
  "wc-disclosure-repository": {
    matches: [at("/.git/config"), at("/shop/.svn/entries"), at("/%2egit/HEAD"), at("/.gitignore")],
    passes: [
      at("/project.git/info/refs?service=git-upload-pack"),
      at("/blog/git"),
      at("/.well-known/security.txt"),
    ],
  },
  "wc-disclosure-environment": {
    matches: [at("/.env"), at("/api/.env.production"), at("/laravel/.env.bak")],
    passes: [at("/environment"), at("/env.js"), at("/.envoy")],
  },
  "wc-disclosure-hidden-secret": {
    matches: [at("/.aws/credentials"), at("/.ssh/id_rsa"), at("/.htpasswd"), at("/.DS_Store")],
    passes: [at("/.well-known/acme-challenge/abc"), at("/aws/credentials-guide"), at("/profile")],
  },
  "wc-disclosure-configuration": {
    matches: [at("/wp-config.php"), at("/web.config"), at("/config/database.yml"), at("/certs/server.key")],
    passes: [
      at("/config.json"),
      at("/package.json"),
      at("/docs/web-config"),
      at("/application.js"),
      at("/credentials"),
    ],
  },
  "wc-disclosure-java-internal": {
    matches: [at("/WEB-INF/web.xml"), at("/app/META-INF/MANIFEST.MF")],
    passes: [at("/web-information"), at("/meta-info/")],
  },
  "wc-disclosure-source-backup": {
    matches: [
      at("/index.php.bak"),
      at("/config.inc~"),
      at("/login.php~"),
      at("/.index.php.swp"),
      at("/app.js.old"),
    ].filter(({ url }) => !url.includes("config.inc")),
    passes: [at("/backup"), at("/notes.bak.html"), at("/jquery.min.js"), at("/old/index.php")],
  },
  "wc-disclosure-dump": {
    matches: [at("/dump.sql"), at("/backup.tar.gz"), at("/db/users.sql.gz"), at("/wwwroot.rar")],
    passes: [
      at("/downloads/app-1.2.tar.gz"),
      at("/sql-tutorial"),
      at("/photos.zip"),
      at("/downloads/schema.sql"),
      at("/downloads/a%20b/schema.sql"),
    ],
  },
  "wc-disclosure-source-trick": {
    matches: [at("/login.asp::$DATA"), at("/index.php."), at("/page.aspx%20"), at("/a.php;.png")],
    passes: [at("/login.asp"), at("/index.php"), at("/a::b"), at("/a.php;v=1")],
  },
  "wc-disclosure-log": {
    matches: [at("/error_log"), at("/storage/logs/laravel.log"), at("/debug.log")],
    passes: [at("/builds/7/debug.log"), at("/logs"), at("/blog/debug-log")],
  },
  "wc-disclosure-debugging": {
    matches: [at("/actuator/heapdump"), at("/phpinfo.php"), at("/debug/pprof/profile")],
    passes: [at("/actuator/health"), at("/debug"), at("/docs/pprof")],
  },
  "wc-disclosure-administration": {
    matches: [at("/phpMyAdmin/"), at("/server-status"), at("/actuator/mappings")],
    passes: [at("/admin"), at("/status"), at("/actuator/health")],
  },
};
