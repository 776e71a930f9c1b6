// biome-ignore-all lint/suspicious/noTemplateCurlyInString: attacks on templates look like placeholders.
import { at, type Case, cookie, file, form, header, json, multipart, query, send, xml } from "./support.ts";

const JWT = `eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.${"eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0".repeat(12)}.${"c2lnbmF0dXJl".repeat(30)}`;

const README = `# Widget

Add it to your page:

\`\`\`html
<div class="widget" style="color: red">
  <script src="https://cdn.example/widget.js" defer></script>
  <a href="https://a.example/?a=1&b=2">more</a>
</div>
\`\`\`

Then run \`npm install\` && \`npm test\`; see ../docs and ./LICENSE -- or ask.
`;

const SQL_LESSON = `In SQL, SELECT reads and UNION joins results:

SELECT name FROM users WHERE name = 'Smith' OR name = 'O''Brien' ORDER BY 2;
SELECT id FROM a UNION
-- all of them
SELECT id FROM b;
`;

const SHELL_POST = `My setup, step by step:

$ cd ~/src; ls -la | grep foo
$ curl -fsSL https://get.example/install.sh | sh
$ export PATH="$HOME/bin:$PATH" && echo $PATH
$ tail -f /var/log/syslog

If that fails, try sudo !!.
`;

/** What people and programs send, and no rule that is on by default may match. */
export const benign: readonly Case[] = [
  // Names, prose, chat
  "O'Brien",
  "Seán Ó'Néill-D'Angelo",
  "select the best from our union of products",
  "1=1?",
  "is it ../ or ./ for the parent directory?",
  "rock 'n' roll",
  "5' 11\" tall",
  "C++ & C# developers (m/w/d)",
  "SELECT committee hearing; drop in anytime",
  "Tom & Jerry | cat and mouse",
  "50% off -- today only!",
  "<3 you",
  "a < b > c",
  "what is a <script> tag?".replace("<script>", "script"),
  "how to use sleep() in C",
  "alert (amber)",
  "JavaScript: The Good Parts",
  "don't -- just don't",
  "order by 5 pm",
  "or 2 and 3",
  "München Straße 5, Ünïcödé ✓ 日本語 🙂",
  "$5.00 (was ${price})".replace("${price}", "$7"),
  "e=mc^2; F=ma",
  "\\frac{a}{b} \\sum_{i=0}^{n} {x_i}",
  "{{ user.name }}",
  "price:[10 TO 20] AND (title:foo OR title:bar)",
  // Query strings
  at("/?alter=30&drop=1&union=verdi&select=all"),
  at("/list?format-list=1&order=asc&order_by=name&limit=10"),
  at("/?filter[price][gt]=5&filter[price][lt]=10&sort=-created_at"),
  at(
    "/oauth/authorize?response_type=code&client_id=a&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&scope=openid%20email&state=xyz%3D%3D",
  ),
  at(
    "/oauth/authorize?redirect_uri=http%3A%2F%2F127.0.0.1%3A51234%2Fcb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  ),
  at("/login?next=%2Faccount%2Forders%3Fpage%3D2"),
  at("/img?url=https%3A%2F%2Fcdn.example%2Fa%2520b.jpg&w=200"),
  at("/search?q=caf%C3%A9+%26+bar&utm_source=a.b|c&gclid=Cj0KCQ--x_y"),
  at("/announce?info_hash=%12%34%ab%cd%ef%00%01%02&port=6881"),
  at("/maps/@52.5200066,13.404954,12z/data=!3m1!4b1"),
  at("/blog/2024/10/what-is-sql-injection"),
  at("/wiki/Cross-site_scripting_(XSS)"),
  at("/a.b.c/v1.2.3/file.name.with.dots.min.js?v=1.0.0-beta.1"),
  at("/products/100%25-cotton"),
  at("/.well-known/openid-configuration"),
  at("/repo.git/info/refs?service=git-upload-pack"),
  at("/api/users/me;v=2"),
  at("/a/../b"),
  // Cookies and headers
  at("/", { Cookie: 'sid=YWJj--ZGVmZ2hp--x==; _ga=GA1.2.1234.5678; consent={"a":true,"b":[1,2]}; t=a|b|c' }),
  at("/", { Cookie: `token=${JWT}; csrf=Zm9v+YmFy/==` }),
  cookie("s:O1xVq8--abc.def+ghi/jkl="),
  header("Authorization", `Bearer ${JWT}`),
  header("Authorization", 'Digest username="Mufasa", realm="r", nonce="a", uri="/x?a=1", qop=auth'),
  header("Referer", "https://www.search.example/?q=select+from+union&hl=en#top"),
  header(
    "User-Agent",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  ),
  header("User-Agent", "okhttp/4.12.0"),
  header("User-Agent", "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"),
  header("If-None-Match", 'W/"5e-abc--def", "x"'),
  header("Range", "bytes=0-1023,2048-"),
  header("X-Forwarded-For", "203.0.113.7, 2001:db8::1"),
  header("Sec-CH-UA", '"Chromium";v="122", "Not(A:Brand";v="24"'),
  header("X-Api-Version", "2024-10-01"),
  // Forms
  form(README),
  form(SQL_LESSON),
  form(SHELL_POST),
  form("Dear all,\r\n\r\nTo: be or not to be; that's the question -- isn't it?\r\n\r\nRegards,\r\nO'Neil"),
  form("for (let i = 0; i < n; i++) { if (a && b || c) alertUser(i); }"),
  form(
    '<p>Hello <b>world</b>, see <a href="https://a.example/?a=1&amp;b=2">this</a><br><img src="a.png" alt="x"></p>',
  ),
  form('<iframe width="560" src="https://video.example/embed/abc" allowfullscreen></iframe>'),
  form("import x from '../../lib/x.js';\nimport y from '../y.js';"),
  form("if [ -f /etc/hosts ]; then echo ok; fi"),
  form("def f(self):\n    return self.__class__.__name__"),
  send("application/x-www-form-urlencoded", "password=a%27b%22c%3Bd%25e%2Bf&user=admin"),
  send("application/x-www-form-urlencoded", "amount=100.00&currency=EUR&note=R%26D+%231+%28final%29"),
  // APIs
  json({
    query: "query Find($id: ID!, $in: [String!]) { user(id: $id) { name orders(first: 5) { id } } }",
    variables: { id: "1", in: ["a"] },
  }),
  json({ filter: { price: { $gt: 5 }, tags: { $in: ["a", "b"] } }, sort: { created: -1 } }),
  json({
    jsonrpc: "2.0",
    method: "eth_call",
    params: [{ to: "0x6b175474e89094c44da98b954eedeac495271d0f", data: "0x70a08231" }, "latest"],
    id: 1,
  }),
  json({
    "@context": "https://schema.org",
    "@type": "Person",
    name: "Jane O'Hara",
    url: "https://a.example/",
  }),
  json({
    text: "Let's meet at 5; bring cats & dogs || snacks",
    path: "C:\\Users\\me\\a.txt",
    glob: "src/**/*.ts",
  }),
  json({
    message: SQL_LESSON,
    html: "<p>a</p>",
    regex: "^[a-z]+\\d{2,}$",
    template: "Hello {{name}}, ${greeting}",
  }),
  json({ level: "error", stack: "Error: x\n    at f (file:///srv/app/index.js:3:9)", cwd: "/home/me/app" }),
  json({ image: `data:image/png;base64,${"iVBORw0KGgoAAAANSUhEUgAA".repeat(20)}` }),
  json([{ op: "replace", path: "/a/b~1c", value: "x" }]),
  send("application/graphql", "{ user(id: 1) { name } }"),
  send("application/x-ndjson", '{"index":{}}\n{"a":"it\'s"}\n'),
  send("text/plain", "plain text; nothing & nobody"),
  send(
    "application/octet-stream",
    Uint8Array.from({ length: 512 }, (_, at) => (at * 73) & 255),
  ),
  xml(
    '<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><a>1 &amp; 2</a></soap:Body></soap:Envelope>',
  ),
  xml(
    '<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0"/>',
  ),
  // Uploads
  file("styles.min.css", "body{background:url(data:image/png;base64,AAAA)} a::after{content:'\\201C'}"),
  file("app.bundle.js", "window.location='/';document.cookie='a=1';eval('1');alert(1)"),
  file("my.photo.final (1).jpg", "\u00ff\u00d8\u00ff\u00e0JFIF"),
  file("Lebenslauf.v2.pdf", "%PDF-1.7"),
  file("page.html", "<script>alert(1)</script>"),
  multipart(['Content-Disposition: form-data; name="comment"', "", "It's nice; really -- thanks & bye"]),
  multipart([
    'Content-Disposition: form-data; name="tags[]"',
    "",
    "a",
    "--b0",
    'Content-Disposition: form-data; name="tags[]"',
    "",
    "b",
  ]),
  // Methods
  { ...at("/api/items/1"), method: "DELETE" },
  { ...at("/dav/"), method: "PROPFIND" },
  { ...at("/api"), method: "OPTIONS", headers: { Host: "shop.example", Origin: "https://a.example" } },
  query(""),
];
