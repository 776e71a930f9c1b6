import { answer, type CaseTable } from "./support.ts";

const BASE64 = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj".repeat(2);

export const leakCases: CaseTable = {
  "wr-leak-private-key": {
    matches: [
      answer(`-----BEGIN RSA PRIVATE KEY-----\n${BASE64}\n-----END RSA PRIVATE KEY-----`),
      answer(`-----BEGIN PRIVATE KEY-----\n${BASE64}`),
    ],
    passes: [
      answer("The file begins with -----BEGIN PRIVATE KEY----- and then the key."),
      answer(`-----BEGIN PUBLIC KEY-----\n${BASE64}`),
    ],
  },
  "wr-leak-cloud-key": {
    matches: [
      answer(`aws_secret_access_key = ${"wJalrXUtnFEMIK7MDENGbPxRfiCYabcdEXAMPLEK"}`),
      answer(`{"AwsSecretAccessKey":"${"a".repeat(40)}"}`),
    ],
    passes: [answer("aws_secret_access_key = YOUR_KEY"), answer("secret access key")],
  },
  "wr-leak-password-file": {
    matches: [
      answer("root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/false"),
      answer("<pre>root:*:0:0:System:/var/root:/bin/sh</pre>"),
    ],
    passes: [answer("root: the base of a tree"), answer("user:x:1000:1000::/home/user:/bin/sh")],
  },
  "wr-leak-repository": {
    matches: [answer("[core]\n\trepositoryformatversion = 0\n"), answer("ref: refs/heads/main\n")],
    passes: [answer("<p>[core] repositoryformatversion = 0</p>"), answer("see refs/heads/main")],
  },
  "wr-leak-environment-file": {
    matches: [
      answer("APP_ENV=prod\nAPP_KEY=base64:abcdefgh\n"),
      answer("# x\nDB_HOST=a\nDB_PASSWORD=geheim99\n"),
    ],
    passes: [answer("<p>Set DB_PASSWORD=secret99 first.</p>"), answer("APP_ENV=prod\n")],
  },
  "wr-leak-php-information": {
    matches: [answer("<title>phpinfo()</title>"), answer("<title>PHP 8.3.1 - phpinfo()</title>")],
    passes: [answer("<title>How to use phpinfo()</title>"), answer("phpinfo()")],
  },
  "wr-leak-php-source": {
    matches: [answer("<?php\n$x = 1;"), answer("  <?php echo 1;")],
    passes: [answer('<?xml version="1.0"?>'), answer("<pre>&lt;?php echo 1;</pre>")],
  },
  "wr-leak-php-error": {
    matches: [
      answer("<br />\n<b>Warning</b>:  Undefined variable $x in <b>/var/www/a.php</b> on line <b>3</b>"),
      answer("PHP Fatal error:  Uncaught Error in /var/www/a.php on line 7", 500),
    ],
    passes: [answer("<b>Warning</b>: the shop is closed"), answer("a warning in a file on line 3")],
  },
  "wr-leak-java-trace": {
    matches: [
      answer("java.lang.NullPointerException: x\n\tat com.a.B.c(B.java:12)\n", 500),
      answer("Error 500\n\n\tat org.a.D$1.e(D.kt:7)", 500),
    ],
    passes: [
      answer("java.lang.NullPointerException: x\n\tat com.a.B.c(B.java:12)\n"),
      answer("an exception at noon", 500),
    ],
  },
  "wr-leak-dotnet-trace": {
    matches: [
      answer("<h1>Server Error in '/' Application.<hr></h1>", 500),
      answer("x\n   at System.Web.Mvc.Controller.Execute(RequestContext c)", 500),
    ],
    passes: [answer("a server error in our application"), answer("at System.Web")],
  },
  "wr-leak-script-trace": {
    matches: [
      answer('Traceback (most recent call last):\n  File "a.py", line 1', 500),
      answer("TypeError: x\n    at f (/srv/app/index.js:3:9)", 500),
      answer("x\n    at node:internal/modules/run_main:128:14", 500),
    ],
    passes: [answer("Traceback (most recent call last):"), answer("look at index.js", 500)],
  },
  "wr-leak-database-error": {
    matches: [
      answer("You have an error in your SQL syntax; check the manual that corresponds"),
      answer("ORA-00933: SQL command not properly ended"),
      answer("SQLSTATE[42000]: Syntax error or access violation"),
      answer("Unclosed quotation mark after the character string ''."),
    ],
    passes: [answer("an error in your SQL"), answer("ORA-Lines"), answer("quotation marks")],
  },
  "wr-leak-directory-listing": {
    matches: [
      answer('<title>Index of /files</title><h1>Index of /files</h1><a href="../">../</a>'),
      answer("<title>Directory listing for /</title>"),
    ],
    passes: [answer("<title>Index of our pages</title>"), answer("<title>Index of /a</title> nothing")],
  },
  "wr-leak-web-shell": {
    matches: [answer("<title>r57 shell</title>"), answer("<title>WSO 2.5</title>")],
    passes: [answer("<title>Shells of the sea</title>"), answer("<title>C99 and C11</title>")],
  },
  "wr-leak-internal-path": {
    matches: [answer("failed in /var/www/app/x.php", 500), answer("C:\\inetpub\\wwwroot\\a.aspx", 503)],
    passes: [answer("failed in /var/www/app/x.php"), answer("failed", 500)],
  },
};
