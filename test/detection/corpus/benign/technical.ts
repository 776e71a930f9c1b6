import { type BenignTexts, blocks } from "./texts.ts";

/** Logs, traces, configuration and other texts that programs write and people paste. */
export const technical: BenignTexts = {
  form: blocks`
Traceback (most recent call last):
  File "/app/main.py", line 12, in <module>
    run()
  File "/app/lib/db.py", line 40, in run
    raise ValueError("can't parse 'x'")
ValueError: can't parse 'x'
~~~~
TypeError: Cannot read properties of undefined (reading 'map')
    at List (webpack-internal:///./src/List.tsx:14:23)
    at renderWithHooks (https://cdn.example/react-dom.production.min.js:12:34567)
~~~~
java.lang.NullPointerException: Cannot invoke "String.length()" because "<local1>" is null
	at com.example.shop.Cart.total(Cart.java:42)
	at java.base/java.lang.Thread.run(Thread.java:840)
Caused by: java.io.IOException: Broken pipe
	... 12 more
~~~~
System.NullReferenceException: Object reference not set to an instance of an object.
   at Shop.Web.Controllers.HomeController.Index(Int32 id) in C:\src\Shop\HomeController.cs:line 18
~~~~
PHP Warning:  Undefined array key "id" in /var/www/html/index.php on line 7
~~~~
ActiveRecord::RecordNotFound (Couldn't find Item with 'id'=42):
app/controllers/items_controller.rb:10:in 'show'
~~~~
panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.main()
	/tmp/sandbox/prog.go:8 +0x1d
exit status 2
~~~~
thread 'main' panicked at src/main.rs:4:5:
called \`Option::unwrap()\` on a \`None\` value
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace
~~~~
ERROR 1064 (42000): You have an error in your SQL syntax near 'from users' at line 1
~~~~
ERROR:  column "nam" does not exist
LINE 1: SELECT nam FROM users WHERE id = 5;
               ^
HINT:  Perhaps you meant to reference the column "users.name".
~~~~
192.0.2.10 - - [10/Mar/2024:14:30:00 +0000] "GET /index.html HTTP/1.1" 200 1043 "-" "Mozilla/5.0"
192.0.2.11 - anna [10/Mar/2024:14:30:01 +0000] "POST /login HTTP/1.1" 302 0 "https://shop.example/" "curl/8.5.0"
~~~~
2024-03-10T14:30:00.123Z INFO  [main] c.e.shop.App - Started in 3.2 s (JVM running for 3.9)
2024-03-10T14:30:05.001Z WARN  [http-1] c.e.shop.Cart - price=null; using default
~~~~
Mar 10 14:30:00 web sshd[1234]: Failed password for invalid user admin from 203.0.113.7 port 40022 ssh2
~~~~
time="2024-03-10T14:30:00Z" level=error msg="can't connect" host=db port=5432 err="dial tcp: i/o timeout"
~~~~
[Nest] 4121  - LOG [RouterExplorer] Mapped {/items/:id, DELETE} route +1ms
~~~~
CEF:0|Acme|WAF|1.0|100|Blocked|5|src=203.0.113.7 request=/?id\=1 msg=rule matched
~~~~
npm ERR! code ERESOLVE
npm ERR! Found: react@17.0.2
npm ERR! Could not resolve dependency: peer react@">=18 <19 || ^20" from x@1.0.0
~~~~
error TS2345: Argument of type 'string | undefined' is not assignable to parameter of type 'string'.
~~~~
src/a.c:10:5: warning: implicit declaration of function 'gets' [-Wimplicit-function-declaration]
~~~~
diff --git a/src/db.ts b/src/db.ts
index 1a2b3c4..5d6e7f8 100644
--- a/src/db.ts
+++ b/src/db.ts
@@ -1,3 +1,3 @@
-const sql = "SELECT * FROM t WHERE id = " + id;
+const sql = "SELECT * FROM t WHERE id = $1";
~~~~
--- old/index.html
+++ new/index.html
@@ -5 +5 @@
-  <body bgcolor="white">
+  <body class="light">
~~~~
FROM node:20-alpine
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev && npm cache clean --force
CMD ["node", "server.js"]
~~~~
services:
  db:
    image: postgres:16
    environment:
      POSTGRES_USER: shop
    volumes: ["data:/var/lib/postgresql/data"]
~~~~
name: CI
on: { push: { branches: [main] } }
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci && npm test
        env: { TOKEN: "\${{ secrets.TOKEN }}" }
~~~~
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      containers:
        - name: web
          args: ["--port=$(PORT)", "-v"]
~~~~
{{- range .Values.hosts }}
- host: {{ .name | quote }}
{{- end }}
~~~~
PORT=3000
LOG_LEVEL=debug
FEATURE_FLAGS=select,union
BASE_URL=https://shop.example
~~~~
[mysqld]
sql_mode = "STRICT_TRANS_TABLES,NO_ZERO_DATE"
max_allowed_packet = 64M
~~~~
server {
  listen 80;
  location /api/ { proxy_pass http://backend:8080/; proxy_set_header Host $host; }
}
~~~~
Host web
  HostName web.example
  User anna
  IdentityFile ~/.ssh/id_ed25519
~~~~
[alias]
  lg = log --oneline --graph
  undo = "!f() { git reset HEAD~1; }; f"
~~~~
# m h dom mon dow command
0 3 * * 1-5 /usr/bin/backup --all > /var/log/backup.log 2>&1
@reboot /opt/app/start
~~~~
MAILTO=ops@shop.example
*/15 8-18 * * mon-fri cd /srv/app && ./poll.sh
~~~~
version: 2.1
orbs: { node: circleci/node@5 }
workflows: { main: { jobs: [test] } }
~~~~
User-agent: *
Disallow: /admin/
Allow: /admin/help
Sitemap: https://shop.example/sitemap.xml
~~~~
v=spf1 include:_spf.mail.example ip4:192.0.2.0/24 ~all
~~~~
v=DMARC1; p=none; rua=mailto:dmarc@shop.example; pct=100
~~~~
default-src 'self'; script-src 'self' 'nonce-abc123' https://cdn.example; img-src * data:; object-src 'none'
~~~~
HTTP/1.1 200 OK
Content-Type: text/html

<html><body>It works!</body></html>
~~~~
GET /items?id=5 HTTP/1.1
Host: shop.example
Accept: */*

(that's the request I send)
~~~~
Received: from mx.example (mx.example [192.0.2.5]) by in.example; Sun, 10 Mar 2024 14:30:00 +0000
Subject: Re: select committee
~~~~
BEGIN:VEVENT
DTSTART:20240310T140000Z
SUMMARY:Union meeting\, 2nd floor
RRULE:FREQ=WEEKLY;BYDAY=MO,WE
END:VEVENT
~~~~
BEGIN:VCARD
N:O'Neill;Anna;;;
TEL;TYPE=cell:+49 30 1
END:VCARD
~~~~
WEBVTT

00:01.000 --> 00:04.000
- It's <i>here</i>!
~~~~
1
00:00:01,000 --> 00:00:04,000
{\an8}Who's there?
~~~~
%PDF is the first line of a PDF file; PK of a ZIP; MZ of an EXE; GIF89a of a GIF.
~~~~
%!PS-Adobe-3.0
/Helvetica findfont 12 scalefont setfont (Hello) show
~~~~
G21 ; millimetres
G1 X10 Y5 F1200
M104 S200
~~~~
solid cube
facet normal 0 0 1 outer loop vertex 0 0 1 endloop endfacet
endsolid cube
~~~~
PING web.example (192.0.2.1): 56 data bytes
64 bytes from 192.0.2.1: icmp_seq=0 ttl=56 time=12.3 ms
--- web.example ping statistics ---
~~~~
traceroute to 8.8.8.8, 30 hops max
 1  router.local (192.168.1.1)  1.2 ms
 2  * * *
~~~~
Filesystem      Size  Used Avail Use% Mounted on
/dev/sda1        50G   20G   28G  42% /
~~~~
uid=1000(anna) gid=1000(anna) groups=1000(anna),27(sudo)
~~~~
root      1  0.0  0.1 /sbin/init
www-data 812 0.3 1.2 nginx: worker process
~~~~
tcp  LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=812,fd=6))
~~~~
Python 3.12.1 (main) [GCC 13] on linux
Type "help", "copyright" or "license" for more information.
~~~~
$ uname -a
Linux web 6.1.0-18-amd64 #1 SMP Debian x86_64 GNU/Linux
$ whoami
anna
~~~~
mysql> show tables;
+----------------+
| Tables_in_shop |
+----------------+
| orders         |
+----------------+
~~~~
id | name       | note
---+------------+---------------
 1 | O'Neill    | it's "fine"
 2 | Drop & Co. |
~~~~
WordPress database error: [Table 'wp_options' doesn't exist]
~~~~
Loaded extension list: curl, dom, exec-time, gd, json, mbstring; php version 8.3
~~~~
CVE-2021-44228: a string such as jndi in a log message could load classes; update log4j to 2.17.1 or later
~~~~
Security notice: an attacker could insert a script element via the 'name' field; fixed in 2.1 (escape < and >).
~~~~
In the advisory: "the parameter id was concatenated into a SELECT statement"; severity: high (8.1)
~~~~
Nessus scan: 0 critical, 2 medium -- TLS 1.0 enabled; directory listing on /icons/
~~~~
Password policy: at least 12 characters, one of !"#$%&'()*+,-./:;<=>?@[\]^_\`{|}~
~~~~
The characters < > : " / \ | ? * aren't allowed in file names on Windows.
~~~~
ASCII: ' is 39, " is 34, ; is 59, < is 60, > is 62, | is 124
~~~~
Escape sequences: \n newline, \t tab, \0 null, \x41 A, \u0041 A, %41 A, &#65; A
~~~~
Return codes: 0 = ok; 1 = error; 126 = not executable; 127 = command not found
~~~~
Keyboard: press Esc : q ! Enter to leave vi
~~~~
AT+CGMI;+CGMM?
~~~~
$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47
~~~~
UNA:+.? 'UNB+UNOC:3+SENDER+RECEIVER+240310:1430+1'
~~~~
ISA*00*          *ZZ*SENDER         *ZZ*RECEIVER       *240310*1430*U*00401*1*0*P*>~
~~~~
MSH|^~\&|LAB|HOSP|EHR|HOSP|20240310||ORU^R01|1|P|2.5
PID|1||123^^^HOSP||O'NEILL^ANNA
~~~~
!DOCTYPE isn't needed in XHTML fragments; neither is xml:lang
~~~~
~/.ssh/config: permission denied (publickey). See /var/log/auth.log for details.
~~~~
I edited /etc/hosts and added "127.0.0.1 shop.local"; now https://shop.local:3000 works, http doesn't.
~~~~
Add the line  ServerName localhost  to httpd.conf, then run apachectl configtest
~~~~
robocopy C:\data D:\backup /MIR /R:1 > log.txt
~~~~
reg query HKCU\Environment
~~~~
nslookup shop.example 8.8.8.8
~~~~
openssl req -new -key a.key -subj "/C=DE/CN=shop.example" -out a.csr
~~~~
ffmpeg -i in.mp4 -vf "scale=640:-2,fps=30" -c:a copy out.mp4
~~~~
convert a.png -resize 50% \( +clone -blur 0x5 \) -composite b.png
`,
};
