import { at, type CaseTable, cookie, form, json, multipart } from "./support.ts";

export const traversalCases: CaseTable = {
  "wc-traversal-above-root": {
    matches: [at("/../../x"), at("/a/%2e%2e/%2e%2e/x")],
    passes: [at("/a/../b"), at("/a/..b/c")],
  },
  "wc-traversal-to-system-file": {
    matches: [
      "../../../etc/passwd",
      at("/download?f=..%252f..%252fetc%252fshadow"),
      json({ file: "....//....//etc/hosts" }),
      at("/view?f=..%c0%af..%c0%afetc/passwd"),
      form("..\\..\\etc\\passwd"),
    ],
    passes: ["../images/logo.png", "see ../etc for more", form("cd .. && ls /etc"), "etc/passwd"],
  },
  "wc-traversal-to-secret-file": {
    matches: ["..\\..\\windows\\win.ini", "../../WEB-INF/web.xml", cookie("../.env")],
    passes: ["../windows/door.html", "../environment.ts", "windows/win.ini"],
  },
  "wc-traversal-repeated": {
    matches: ["../../../a", at("/x?f=..%5c..%5cb"), cookie("../../../../x")],
    passes: ["../../a", "1...2...3", "..."],
  },
  "wc-traversal-hidden-step": {
    matches: [at("/app/..;/manager/html"), at("/login.jsp/..;jsessionid=1/x")],
    passes: [at("/app;v=1/x"), at("/a..;b")],
  },
  "wc-traversal-absolute-unix": {
    matches: ["/etc/passwd", "file:///etc/shadow", json({ path: "//etc//passwd" }), "/proc/self/environ"],
    passes: ["/etc", "what is in /etc/passwd?", "/products/etc/password-manager", "/var/log"],
  },
  "wc-traversal-absolute-windows": {
    matches: ["C:\\Windows\\win.ini", "c:/windows/system32/drivers/etc/hosts", "\\\\evil.example\\c$\\x"],
    passes: ["C:\\Users\\me\\a.txt", "windows 11 system32 error", "C:\\fakepath\\cv.pdf"],
  },
  "wc-traversal-zero-byte": {
    matches: [at("/x?f=a.php%00.jpg"), at("/x?f=passwd%00"), form("report.php\u0000")],
    passes: [
      at("/announce?info_hash=%00%01%02%ff%fe%00abcdefgh"),
      "a.php.jpg",
      multipart([
        'Content-Disposition: form-data; name="f"; filename="a.bin"',
        "",
        "GIF89a\x01\x02a\0/b\0\\c\0",
      ]),
    ],
  },
  "wc-traversal-application-file": {
    matches: ["WEB-INF/web.xml", "/var/www/html/wp-config.php", "config/.env", ".git/config"],
    passes: ["how to edit wp-config.php safely", "meta-info", "environment"],
  },
  "wc-traversal-system-file-name": {
    matches: ["format of /etc/passwd", "cat /proc/self/environ"],
    passes: ["/etc/password-policy", "win initiative", form("format of /etc/passwd")],
  },
  "wc-traversal-remote-file": {
    matches: ["http://evil.example/shell.txt?", "https://evil.example/x.php"],
    passes: ["https://app.example/callback", "https://a.example/page?x=1", "read http://a.example/x.php"],
  },
  "wc-traversal-disguised": {
    matches: [
      "....//....//x",
      at("/view?f=%c0%ae%c0%ae/%c0%ae%c0%ae/x"),
      json({ file: "\uff0e\uff0e/\uff0e\uff0e/x" }),
      "..2f..2fx",
    ],
    passes: ["../x", "a....//b", "price ..2f", form("\uff08\uff0e\uff0e\uff0e\uff09")],
  },
  "wc-traversal-remote-script": {
    matches: ["http://203.0.113.4/a.php", "https://e.example/r57.txt?", form("http://e.example/a.txt??")],
    passes: ["https://shop.example/index.php", "https://shop.example/a.txt", "http://203.0.113.4/a.png"],
  },
  "wc-traversal-climb": {
    matches: ["../../x/y", "/../x", json({ path: "../../../x" })],
    passes: ["../x", json({ path: "../../../src/a.ts" }), form("see ../../../x there")],
  },
  "wc-traversal-in-text": {
    matches: [form("look at ../../etc/passwd there"), json({ note: "run cat ../../../etc/shadow" })],
    passes: [form("look at ../../docs there"), "look at ../../etc/passwd"],
  },
};
