import type { EvidenceKind } from "../detector/detector.ts";

function kind(name: string, points: EvidenceKind["points"], sentence: string): EvidenceKind {
  return { name, attack: "php", points, sentence };
}

export const OPEN_TAG = kind("php-open-tag", 5, "The beginning of PHP code in the request's head.");
export const OPEN_TAG_BODY = kind(
  "php-open-tag-body",
  5,
  "PHP code at the beginning of a value of the body, or one that runs what the request says.",
);
export const WRAPPER = kind("php-wrapper", 5, "A stream wrapper of PHP as a value.");
export const SERIALIZED = kind("php-serialized-object", 5, "A serialised object of PHP.");
export const SETTING = kind("php-setting", 5, "Settings of the interpreter of PHP.");
export const CALL = kind(
  "php-call",
  5,
  "A call that runs a command or code, in the request's head or as a whole value of the body.",
);
export const SUPERGLOBAL = kind("php-superglobal", 5, "A superglobal variable in the request's head.");
export const DRUPAL = kind("php-drupal-render", 5, "A property of a render array as a name.");
export const THINKPHP = kind("php-thinkphp", 5, "A controller of ThinkPHP that calls any function.");
export const DYNAMIC_CALL = kind(
  "php-dynamic-call",
  5,
  "A call of a function whose name is assembled, negated or taken from the request.",
);
export const REGEX_CODE = kind("php-regex-code", 5, "A replacement that PHP evaluates as code.");
export const CALL_BODY = kind("php-call-body", 3, "A call that runs a command or code, in the body.");
export const SUPERGLOBAL_BODY = kind(
  "php-superglobal-body",
  3,
  "Code that runs what a superglobal variable holds, in the body.",
);

export const PHP_KINDS: readonly EvidenceKind[] = [
  OPEN_TAG,
  OPEN_TAG_BODY,
  WRAPPER,
  SERIALIZED,
  SETTING,
  CALL,
  SUPERGLOBAL,
  DRUPAL,
  THINKPHP,
  DYNAMIC_CALL,
  REGEX_CODE,
  CALL_BODY,
  SUPERGLOBAL_BODY,
];
