// Answers what PHP hands to an application: a line of JSON for each line of a kind of input, the input and its media type, both
// in Base64. PHP 8.4 as the CGI program it is, in WebAssembly, of the packages of test/real.
import { Buffer } from "node:buffer";
import { createInterface } from "node:readline";

const { PhpCgiNode } = await import("../../real/node_modules/php-cgi-wasm/PhpCgiNode.mjs");

/**
 * Values, file names and keys of JSON. Names of fields and cookies are left out: PHP turns dots and blanks in them into underscores
 * and takes them apart at brackets.
 */
const SCRIPT = `<?php
$texts = function (array $found): array {
    $texts = [];
    array_walk_recursive($found, function ($value) use (&$texts) { $texts[] = $value; });
    return $texts;
};
$form = function () use ($texts): array {
    parse_str(file_get_contents('php://input'), $found);
    return $texts([$_POST, $found]);
};
$many = function () use ($texts): void {
    foreach (explode("\\n", file_get_contents('php://input')) as $line) {
        [$kind, $data] = explode(' ', $line);
        $data = base64_decode($data);
        if ($kind === 'query') parse_str($data, $found);
        answer($kind === 'query' ? $texts($found) : json_decode($data));
    }
};
function answer($value): void {
    $line = json_encode($value, JSON_INVALID_UTF8_SUBSTITUTE);
    echo $line === false ? 'null' : $line, "\\n";
}
match ($_SERVER['KIND']) {
    'form' => answer($form()),
    'cookies' => answer($texts($_COOKIE)),
    'multipart' => answer([$texts($_POST), array_map(fn ($file) => $texts([$file['name'], $file['full_path']]), $_FILES)]),
    'many' => $many(),
};
`;

/** Each request leaves a little memory behind. */
const REQUESTS_OF_INSTANCE = 5000;
let left = 0;
let instance;

/** The members of a CGI environment that are the same for all requests. */
const ENVIRONMENT = {
  PHP_INI_SCAN_DIR: "/config",
  PHPRC: "/php.ini",
  REMOTE_ADDR: "127.0.0.1",
  DOCUMENT_ROOT: "/srv",
  REQUEST_URI: "/",
  SCRIPT_NAME: "/index.php",
  SCRIPT_FILENAME: "/srv/index.php",
  PATH_TRANSLATED: "/srv/index.php",
  REDIRECT_STATUS: "200",
};

function setEnvironment(binary, members) {
  for (const [name, value] of Object.entries(members))
    binary.ccall("wasm_sapi_cgi_putenv", "number", ["string", "string"], [name, value]);
}

async function started() {
  if (left-- > 0) return instance;
  const cgi = new PhpCgiNode({ version: "8.4", docroot: "/srv", ini: "display_errors=0\nlog_errors=0" });
  const binary = await cgi.binary;
  binary.FS.mkdir("/srv");
  binary.FS.writeFile("/srv/index.php", SCRIPT);
  setEnvironment(binary, ENVIRONMENT);
  left = REQUESTS_OF_INSTANCE;
  instance = { cgi, binary };
  return instance;
}

/** What a server hands to CGI of a target. */
const queryOf = (target) => target.slice(`${target}?`.indexOf("?") + 1);

/** Lines of what PHP answers to a request. */
async function answers(kind, data, type) {
  const { cgi, binary } = await started();
  const hasBody = kind !== "cookies";
  cgi.input = hasBody ? data.split("") : [];
  cgi.output = [];
  cgi.error = [];
  setEnvironment(binary, {
    KIND: kind,
    REQUEST_METHOD: hasBody ? "POST" : "GET",
    HTTP_COOKIE: hasBody ? "" : data,
    CONTENT_TYPE: hasBody ? type : "",
    CONTENT_LENGTH: hasBody ? String(data.length) : "",
  });
  const status = await binary.ccall("main", "number", ["number", "string"], [], { async: true });
  if (status !== 0) throw new Error(`PHP ended with ${status}`);
  const response = Buffer.from(cgi.output).toString();
  return response.slice(response.indexOf("\r\n\r\n") + 4).trimEnd();
}

const bytes = (text) => Buffer.from(text, "base64").toString("latin1");
const base64 = (text) => Buffer.from(text, "latin1").toString("base64");

/** A line of its own function in PHP, which many inputs can share a request with: `parse_str` reads as `$_GET` is read. */
function sharedLine(line) {
  const [kind, data = ""] = line.split(" ");
  if (kind === "query") return `query ${base64(queryOf(bytes(data)))}`;
  if (kind === "form" && bytes(data).length % 8 !== 3) return `query ${data}`;
  return kind === "json" ? `json ${data}` : undefined;
}

// Requests of their own take long: an eighth of the forms is read as `$_POST` is, and a quarter of the cookie headers is read.

const MOST_SHARED = 200;
const waiting = [];
let isAnswering = false;

async function answerAlone(line) {
  const [kind, data = "", type = ""] = line.split(" ");
  return kind === "cookies" && bytes(data).length % 4 !== 3
    ? "null"
    : answers(kind, bytes(data), bytes(type));
}

async function answerAll() {
  if (isAnswering) return;
  isAnswering = true;
  while (waiting.length > 0) {
    const shared = [];
    let alone;
    while (shared.length < MOST_SHARED && waiting.length > 0 && alone === undefined) {
      const line = waiting.shift();
      const shareable = sharedLine(line);
      if (shareable === undefined) alone = line;
      else shared.push(shareable);
    }
    if (shared.length > 0) console.log(await answers("many", shared.join("\n"), "application/octet-stream"));
    if (alone !== undefined) console.log(await answerAlone(alone));
  }
  isAnswering = false;
}

createInterface({ input: process.stdin }).on("line", (line) => {
  waiting.push(line);
  setImmediate(answerAll);
});
