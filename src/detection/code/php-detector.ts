import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { followed, isNothingBut, type Part } from "./occurrences.ts";
import { phpCall, runsSuperglobal, superglobal } from "./php-calls.ts";
import { dynamicCall, regexCode } from "./php-dynamic.ts";
import {
  CALL,
  CALL_BODY,
  DRUPAL,
  DYNAMIC_CALL,
  OPEN_TAG,
  OPEN_TAG_BODY,
  PHP_KINDS,
  REGEX_CODE,
  SERIALIZED,
  SETTING,
  SUPERGLOBAL,
  SUPERGLOBAL_BODY,
  THINKPHP,
  WRAPPER,
} from "./php-kinds.ts";

/** Code, wrappers, settings and serialised objects of PHP. */
export const phpDetector: Detector = {
  name: "php",
  kinds: PHP_KINDS,
  triggers: [
    { words: ["<?php", "<?=", "<? ", "<?\t", "<?\n"] },
    {
      words: [
        ..."php phar expect zip glob ogg rar zlib compress.zlib compress.bzip2"
          .split(" ")
          .map((name) => `${name}://`),
        "ssh2.",
        "data:",
      ],
    },
    {
      characters: ":",
      words: [":{", "o:+", ..."0123456789".split("").flatMap((n) => [`o:${n}`, `c:${n}`])].filter(
        (word) => word !== ":{",
      ),
    },
    {
      characters: "=",
      words: [
        "allow_url_include",
        "auto_prepend_file",
        "auto_append_file",
        "cgi.force_redirect",
        "safe_mode",
        "disable_functions",
        "open_basedir",
      ],
    },
    {
      characters: "(",
      words: [
        ..."system passthru exec popen proc_open assert eval create_function phpinfo get_defined_vars php_uname getallheaders phpversion get_current_user file_get_contents readfile highlight_file show_source fopen scandir file_put_contents call_user_func array_map array_filter usort array_walk preg_replace register_shutdown move_uploaded".split(
          " ",
        ),
        "print(",
        ...["include(", "include_once(", "require(", "require_once("],
        "die(",
        "${@",
        "{${",
        "${sleep",
        "${md5",
        ")(",
        '"(',
        "'(",
        "(~",
        "';$",
        '";$',
      ],
    },
    {
      characters: "$",
      words: [
        "$_get",
        "$_post",
        "$_request",
        "$_cookie",
        "$_server",
        "$_session",
        "$_files",
        "$_env",
        "${_",
        "$globals",
        "$http_raw",
      ],
    },
    {
      characters: "#%",
      words: ["#post_render", "#pre_render", "#access_callback", "#lazy_builder", "#markup", "#type", "%23"],
    },
    { characters: "\\/", words: ["think\\", "think/"] },
  ],
  shortest: 5,
  inspect,
};

const RUNNING =
  "(?:system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|assert|eval|create_function|call_user_func(?:_array)?|preg_replace|base64_decode|gzinflate|file_put_contents|phpinfo|include|require)";
const TAG = /^<\?(?:php(?!\w)|=|\s{1,4}(?:echo|system|eval|exec|include|passthru|shell_exec|@))/;
const TAG_BODY = new RegExp(
  String.raw`^[^\s<]{0,24}<\?(?:php|=)?[\s\x00]{0,8}(?:@?${RUNNING}\s{0,4}\(|\x60)`,
);
const TAG_RUNS =
  /^(?:php|=)?[^?]{0,300}\b(?:system|exec|shell_exec|passthru|popen|assert|eval)\s{0,4}\(\s{0,4}(?:\$_(?:get|post|request|cookie|server)|base64_decode|gzinflate)/;
const WRAPPERS =
  /^[\s'"]{0,8}(?:[^\s=]{1,20}=)?(?:php:\/\/(?:filter\/|(?:input|stdin|memory|temp|output)$|fd\/)|phar:\/\/|expect:\/\/|zip:\/\/|glob:\/\/|ogg:\/\/|rar:\/\/|ssh2\.(?:shell|exec|tunnel|sftp|scp):\/\/|zlib:\/\/|compress\.(?:zlib|bzip2):\/\/|data:(?:\/\/)?(?:text\/plain)?[;,].{0,60}?(?:<\?|pd9|pd8))/;
const OBJECT = /^:"[\w\\]{1,80}":\+?\d{1,4}:\{/;
const SETTINGS =
  /(?:^|\s|-d|\xad\s?d)\s{0,4}(?:allow_url_include|auto_prepend_file|auto_append_file|cgi\.force_redirect|safe_mode|disable_functions|open_basedir)\s{0,4}=/;
const SETTING_OPTION = /^-[a-z]?\s{0,4}-?d\s{0,4}(?:allow_url_include|auto_prepend_file)/;
const RENDER = /[[/](?:%23|#)(?:post_render|pre_render|access_callback|lazy_builder|markup|type)\b/;
const CONTROLLER =
  /^[\\/]+(?:app[\\/]+invokefunction|container[\\/]+invokefunction|request[\\/]+(?:input|cache)|template[\\/]+driver|view[\\/]+driver)/;

function inspect(text: string, place: Place, report: Report): void {
  const lower = text.toLowerCase();
  const find = (kind: EvidenceKind, part: Part | undefined) => {
    if (part !== undefined) report(kind, part[0], part[1]);
  };
  const match = (kind: EvidenceKind, found: RegExpExecArray | null) => {
    if (found !== null) report(kind, found.index, found.index + found[0].length);
  };
  const inBody = place.part === "body";
  match(WRAPPER, WRAPPERS.exec(lower));
  find(SERIALIZED, serializedObject(lower));
  match(SETTING, SETTINGS.exec(lower) ?? SETTING_OPTION.exec(lower));
  match(DRUPAL, RENDER.exec(lower));
  find(THINKPHP, followed(lower, "think", CONTROLLER));
  find(REGEX_CODE, regexCode(lower));
  find(DYNAMIC_CALL, dynamicCall(text));
  tags(lower, inBody, report);
  const global = superglobal(lower);
  if (global?.called === true) find(DYNAMIC_CALL, global.part);
  if (inBody) {
    find(SUPERGLOBAL_BODY, runsSuperglobal(lower));
    bodyCall(text, lower, report);
  } else {
    find(SUPERGLOBAL, global?.part);
    find(CALL, phpCall(lower));
  }
}

function tags(lower: string, inBody: boolean, report: Report): void {
  if (inBody) {
    const found = TAG_BODY.exec(lower.slice(0, 120));
    if (found !== null) report(OPEN_TAG_BODY, 0, found[0].length);
    else {
      const part = followed(lower, "<?", TAG_RUNS);
      if (part !== undefined) report(OPEN_TAG_BODY, part[0], part[1]);
    }
    return;
  }
  for (let at = lower.indexOf("<?"); at >= 0; at = lower.indexOf("<?", at + 2)) {
    const c = lower.charCodeAt(at + 2);
    if (c !== 0x70 && c !== 0x3d && c > 0x20) continue;
    const found = TAG.exec(lower.slice(at, at + 24));
    if (found !== null) {
      report(OPEN_TAG, at, at + found[0].length);
      return;
    }
  }
}

const SHORT_BODY = 300;
const BODY_CALL =
  /^\S{0,40}?(?<![\w.])(?:system|passthru|shell_exec|popen|proc_open|assert|eval|exec|phpinfo|print|die)\s{0,4}\(\s{0,4}(?:['"\\$]|\)\s{0,4}(?:$|[;}\]'"?)])|base64_decode|md5\(|chr\s{0,4}\()/;

/** A call in a body: at its beginning it may be one, as the whole value it is. */
function bodyCall(text: string, lower: string, report: Report): void {
  const begins = BODY_CALL.exec(lower.slice(0, 120));
  if (begins !== null) report(CALL_BODY, 0, begins[0].length);
  if (text.length > SHORT_BODY) return;
  const call = phpCall(lower);
  if (call !== undefined && isNothingBut(text, call)) report(CALL, call[0], call[1]);
}

/** `O:8:"Name":1:{`, where a value begins. */
function serializedObject(lower: string): Part | undefined {
  let at = lower.indexOf(':"');
  for (let turn = 0; at >= 0 && turn < 1024; turn++) {
    let start = at;
    while (start > 0 && at - start < 5 && /[\d+]/.test(lower.charAt(start - 1))) start--;
    if (start < at && lower[start - 1] === ":" && /[oc]/.test(lower.charAt(start - 2))) {
      const before = lower.charAt(start - 3);
      if (start - 2 === 0 || /[;{:'"\s]/.test(before)) {
        const found = OBJECT.exec(lower.slice(at, at + 110));
        if (found !== null) return [start - 2, at + found[0].length];
      }
    }
    at = lower.indexOf(':"', at + 2);
  }
  return undefined;
}
