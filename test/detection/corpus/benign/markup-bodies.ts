import { type BenignTexts, blocks, lines } from "./texts.ts";

/** XML of services, feeds and drawings, and text files as people upload them. */
export const markupBodies: BenignTexts = {
  "body:text/xml": lines`
<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><GetPrice xmlns="urn:shop"><Item>Kid's bike &lt;16"&gt;</Item></GetPrice></soap:Body></soap:Envelope>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><soapenv:Header><wsse:Security soapenv:mustUnderstand="1"><wsse:UsernameToken><wsse:Username>o'neill</wsse:Username><wsse:Password Type="Digest">c2Vj==</wsse:Password></wsse:UsernameToken></wsse:Security></soapenv:Header><soapenv:Body/></soapenv:Envelope>
<methodCall><methodName>metaWeblog.newPost</methodName><params><param><value><string>1</string></value></param><param><value><struct><member><name>title</name><value>Who's &amp; what</value></member></struct></value></param></params></methodCall>
<?xml version="1.0"?><methodCall><methodName>wp.getUsersBlogs</methodName><params><param><value>anna</value></param><param><value>p;w|d</value></param></params></methodCall>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Anna's blog</title><item><title>Union &amp; select</title><content:encoded><![CDATA[<p>Hello <b>you</b>, it's <a href="https://a.example/?b=1&c=2">here</a></p>]]></content:encoded></item></channel></rss>
<D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>
<D:searchrequest xmlns:D="DAV:"><D:basicsearch><D:select><D:prop><D:displayname/></D:prop></D:select><D:from><D:scope><D:href>/files</D:href></D:scope></D:from><D:where><D:like><D:prop><D:displayname/></D:prop><D:literal>%o'neill%</D:literal></D:like></D:where></D:basicsearch></D:searchrequest>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:time-range start="20240310T000000Z"/></C:comp-filter></C:filter></C:calendar-query>
<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0" AssertionConsumerServiceURL="https://app.example/acs?x=1&amp;y=2"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://app.example</saml:Issuer></samlp:AuthnRequest>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://shop.example/?a=1&amp;b=2</loc><lastmod>2024-03-10</lastmod></url></urlset>
<opml version="2.0"><head><title>feeds</title></head><body><outline text="O'Reilly" type="rss" xmlUrl="https://feeds.example/rss"/></body></opml>
<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><cbc:ID xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">R/2024-001</cbc:ID><cbc:Note xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">2% Skonto bei Zahlung &lt; 10 Tage; sonst netto</cbc:Note></Invoice>
`,
  "body:application/xml": lines`
<order id="42"><customer name="D'Angelo &amp; Figli" type='b2b'/><note>It's for "Tom"; ring at 5 or 6</note></order>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100"><defs><linearGradient id="g"><stop offset="0" stop-color="#f00"/></linearGradient></defs><rect width="100" height="100" fill="url(#g)"/><use xlink:href="#g"/><text x="5" y="20">A &lt; B</text><style>.a{fill:#fff}</style></svg>
<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>Land's End</name><description><![CDATA[<a href="http://a.example">More</a> & photos]]></description><Point><coordinates>-5.7,50.1,0</coordinates></Point></Placemark></kml>
<gpx version="1.1" creator="it's me"><trk><trkseg><trkpt lat="52.5" lon="13.4"><ele>34.5</ele></trkpt></trkseg></trk></gpx>
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><properties><v>\${project.version}</v></properties></project>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/a[@b='c']"><xsl:value-of select="title"/></xsl:template></xsl:stylesheet>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>XHTML</title></head><body><p>It is <em>fine</em></p></body></html>
<plist version="1.0"><dict><key>Program</key><string>/usr/local/bin/app</string><key>RunAtLoad</key><true/></dict></plist>
<resources><string name="hello">Hello, %1$s! You\'ve %2$d new "items"</string><string name="q">Don\'t ask &amp; don\'t tell</string></resources>
<xliff version="1.2"><file original="a.html" source-language="en" target-language="fr"><body><trans-unit id="1"><source>Select all</source><target>Tout sélectionner d'un coup</target></trans-unit></body></file></xliff>
<testsuite name="shop" tests="2"><testcase name="selects 'x' or y"><failure message="expected 1 &lt; 0">at a.js:1</failure></testcase></testsuite>
<mxfile><diagram name="Page-1">7VpZc5s6FP41PLYDCLA</diagram></mxfile>
<config><query>SELECT name FROM staff WHERE id = :id</query><path>../data/in.csv</path></config>
<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi><mo>&lt;</mo><mn>5</mn></math>
`,
  "file:people.csv": blocks`
name,city
O'Neill,Xi'an
"Müller, Anna",Köln
~~~~
sku;beschreibung;preis
A-1;"19"" Monitor; schwarz";199,00
B-2;Kabel (2m) & Stecker;9,90
~~~~
query,clicks,impressions
how to drop a table in sql,12,345
what is <script>,3,99
1 or 2 bedroom flat,5,60
`,
  "file:data.json": lines`
{"uploaded":true,"rows":[{"n":"it's"},{"n":"<ok>"}]}
{"type":"Topology","objects":{"a":{"type":"Polygon","arcs":[[0,1]]}},"arcs":[[[0,0],[1,1]]]}
`,
  "file:readme.md": blocks`
# My tool

Run \`./install.sh && tool --help\`; see <https://tool.example>.
~~~~
## FAQ

**Why \`SELECT\`?** Because it's SQL.

    cat config.yml | tool -
`,
  "file:page.html": blocks`
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Tom's page</title><link rel="stylesheet" href="style.css"></head>
<body><h1>Hello</h1><p>It's my first page.</p></body></html>
~~~~
<table><tr><th>Day</th><th>Menu</th></tr><tr><td>Mo</td><td>Soup &amp; bread</td></tr></table>
`,
  "file:notes.txt": blocks`
TODO
- buy milk; call Tom & Anna
- don't forget: rm old files in /tmp
~~~~
Lyrics: "Don't stop, thinkin' about tomorrow" / or today?
~~~~
Messwerte 10.03.: 5,1 < 5,2 > 5,0; Mittel = 5,1
`,
  "file:query.sql": blocks`
-- monthly report
SELECT date_trunc('month', created) AS m, sum(total)
FROM orders WHERE status <> 'void' GROUP BY 1 ORDER BY 1;
`,
  "file:style.css": blocks`
a:hover > b, a::after { content: "\201C"; background: url(img/a.png) }
`,
  "file:app.js": blocks`
import { h } from "./h.js";
export const App = () => h("div", { onclick: () => console.log("it's clicked") }, "Hi");
`,
  "file:deploy.sh": blocks`
#!/bin/sh
set -eu
cd "$(dirname "$0")/.."
npm ci && npm run build
rsync -a dist/ deploy@web.example:/srv/app/
`,
  "file:icon.svg": blocks`
<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><title>It's an arrow</title><path d="M1 8h14M8 1l7 7-7 7"/></svg>
`,
  "file:server.log": blocks`
10:00:01 INFO  GET /a?b=1 200 12ms
10:00:02 ERROR can't connect to 'db'; retrying (1/3)
~~~~
[error] 812#812: *1 open() "/srv/www/favicon.ico" failed (2: No such file or directory), client: 203.0.113.7
`,
};
