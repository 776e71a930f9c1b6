import { defineFunction } from "../scheme/define-function.ts";
import { encodeCodePoint, hexDigit, percentDecode } from "../values/bytes.ts";
import { Bytes } from "../values/types.ts";
import { type Arguments, dynamic, hasLetter, literal, unknownLetters } from "./parameters.ts";

/** Passes of the option `r`; each one undoes a layer of encoding. */
export const MAX_PASSES = 16;

/** The UTF-16 unit of `%uHHHH` at `at`, or -1. */
function unitAt(bytes: string, at: number): number {
  if (bytes.charCodeAt(at) !== 37 || (bytes.charCodeAt(at + 1) | 32) !== 117) return -1;
  let unit = 0;
  for (let digit = at + 2; digit < at + 6; digit++) {
    const value = hexDigit(bytes.charCodeAt(digit));
    if (value < 0) return -1;
    unit = unit * 16 + value;
  }
  return unit;
}

/** As percent-decoding, with `%uHHHH` too. Pairs of surrogates are joined; a lone one stays as it is written. */
function decodeWithUnits(bytes: string, plusIsSpace: boolean): string {
  let out = "";
  let copied = 0;
  for (let at = bytes.indexOf("%"); at !== -1; at = bytes.indexOf("%", at)) {
    const unit = unitAt(bytes, at);
    const low = unit >= 0xd800 && unit <= 0xdbff ? unitAt(bytes, at + 6) : -1;
    const isPair = low >= 0xdc00 && low <= 0xdfff;
    if (unit === -1 || (unit >= 0xd800 && unit <= 0xdfff && !isPair)) {
      at++;
      continue;
    }
    out += percentDecode(bytes.slice(copied, at), plusIsSpace);
    out += encodeCodePoint(isPair ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : unit);
    at += isPair ? 12 : 6;
    copied = at;
  }
  return out + percentDecode(bytes.slice(copied), plusIsSpace);
}

/** Undoes layer after layer, {@link MAX_PASSES} at most. */
function decodeLayers(source: string, decode: (bytes: string) => string): string {
  let text = source;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const decoded = decode(text);
    if (decoded === text) break;
    text = decoded;
  }
  return text;
}

/**
 * All layers undone, `%uHHHH` included, for fields that show decoded values. A plus sign is a space in the outermost
 * layer only, and only where the text is a form's: one that was itself escaped is meant.
 */
export function decodeFully(source: string, isForm: boolean): string {
  const text = isForm ? decodeWithUnits(source, true) : source;
  return text.includes("%") ? decodeLayers(text, (bytes) => decodeWithUnits(bytes, false)) : text;
}

function decoder(args: Arguments): (source: string) => string {
  const decode = hasLetter(args, 1, "u")
    ? (bytes: string) => decodeWithUnits(bytes, true)
    : (bytes: string) => percentDecode(bytes, true);
  if (!hasLetter(args, 1, "r")) return decode;
  return (source) => decodeLayers(source, decode);
}

export const urlDecode = defineFunction({
  name: "url_decode",
  summary:
    "The value with `%HH` decoded and `+` as a space; malformed escapes stay. Options: `r` repeats until nothing changes, `u` decodes `%uHHHH` too.",
  params: [dynamic("source", Bytes), literal("options", Bytes, { optional: true })],
  returns: Bytes,
  total: true,
  cost: 30,
  prepare: (args) => {
    const faults = unknownLetters(args, 1, "ru");
    return faults.length > 0 ? faults : decoder(args);
  },
  evaluate: decoder([]),
  examples: [
    {
      expression: "url_decode(http.request.uri.path)",
      given: { "http.request.uri.path": "/a+b%2Fc" },
      result: "/a b/c",
    },
    {
      expression: "url_decode(http.request.uri.path)",
      given: { "http.request.uri.path": "/%252e%2" },
      result: "/%2e%2",
    },
    {
      expression: 'url_decode(http.request.uri.path, "r")',
      given: { "http.request.uri.path": "/%25252e" },
      result: "/.",
    },
    {
      expression: 'url_decode(http.request.uri.path, "u")',
      given: { "http.request.uri.path": "/%u20ac%uD83D%uDE00%uD83D" },
      result: "/€😀%uD83D",
    },
  ],
});
