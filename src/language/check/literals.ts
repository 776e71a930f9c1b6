import { withArticle } from "../diagnostics/article.ts";
import type { Fault } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/source.ts";
import type { IntRange } from "../sets/int-set.ts";
import type { AtomNode, LiteralNode } from "../syntax/ast.ts";
import { hexDigit } from "../values/bytes.ts";
import { parseInteger } from "../values/int.ts";
import { type IpRange, parseIp, parseIpItem } from "../values/ip.ts";
import { Bool, Bytes, Int, Ip, type ScalarType, typeName } from "../values/types.ts";
import type { IntValue, IpValue, Value } from "../values/value.ts";
import { ipFaultText } from "./ip-fault.ts";

export type Read<T> = { readonly value: T } | { readonly fault: Fault };

function refuse(code: Fault["code"], message: string, span: Span, hint?: string): { readonly fault: Fault } {
  return { fault: { code, message, span, ...(hint === undefined ? {} : { hint }) } };
}

/** An integer literal (semantics.md#integer-literals). */
export function readInt(atom: AtomNode): Read<IntValue> {
  if (atom.text === "") return refuse("E_EXPECTED_TOKEN", "an integer is missing", atom.span);
  const read = parseInteger(atom.text);
  if (read === "range") {
    return refuse("E_INVALID_INT", `\`${atom.text}\` is outside the signed 64-bit range`, atom.span);
  }
  return read === "digits"
    ? refuse("E_INVALID_INT", `\`${atom.text}\` is not an integer`, atom.span, intHint(atom.text))
    : { value: read };
}

function dateHint(text: string): string {
  const seconds = Date.parse(text.slice(0, 10)) / 1000;
  return Number.isNaN(seconds)
    ? "times are numbers, such as seconds since 1970"
    : `times are numbers: in seconds since 1970 this is \`${seconds}\``;
}

const UNITS = ["", "k", "m", "g"];

function intHint(text: string): string | undefined {
  if (/^0[0-9]+$/.test(text))
    return `a leading zero means octal; write \`${text.replace(/^0+/, "") || "0"}\` for the decimal number`;
  if (/^[12][0-9]{3}-[0-9]{2}-[0-9]{2}/.test(text)) return dateHint(text);
  if (/^-?[0-9]+\.[0-9]+$/.test(text)) return "there are no fractions in the language";
  if (/^[0-9]+-[0-9]+$/.test(text)) return `write a range as \`${text.replace("-", "..")}\`, inside braces`;
  const [, count = "", unit = ""] = /^([1-9][0-9]{0,8})([kmg])i?b?$/i.exec(text) ?? [];
  if (unit !== "")
    return `write \`${Number(count) * 1024 ** UNITS.indexOf(unit.toLowerCase())}\`, the number of bytes`;
  if (text.includes("..")) return "write ranges in braces: `in {1..5}`";
  if (/^0X/.test(text)) return "write `0x` in lower case";
  if (/^-?[1-9][0-9]*(?:_[0-9]+)+$/.test(text))
    return `write \`${text.replaceAll("_", "")}\`, without underscores`;
  return undefined;
}

/** An integer or a range `a..b` inside braces (semantics.md#integer-literals). */
export function readIntItem(atom: AtomNode): Read<IntRange> {
  const dots = atom.text.indexOf("..");
  if (dots === -1) {
    const read = readInt(atom);
    return "fault" in read ? read : { value: { start: read.value, end: read.value } };
  }
  const middle = atom.span.start + dots;
  const start = readInt({
    ...atom,
    text: atom.text.slice(0, dots),
    span: { start: atom.span.start, end: middle },
  });
  if ("fault" in start) return start;
  const end = readInt({
    ...atom,
    text: atom.text.slice(dots + 2),
    span: { start: middle + 2, end: atom.span.end },
  });
  if ("fault" in end) return end;
  if (start.value > end.value) {
    return refuse(
      "E_RANGE_BOUNDS",
      `the range \`${atom.text}\` has its larger bound first`,
      atom.span,
      "write the smaller bound first",
    );
  }
  return { value: { start: start.value, end: end.value } };
}

/** A plain address, as it stands after a comparison operator (semantics.md#address-literals). */
export function readIp(atom: AtomNode): Read<IpValue> {
  const address = parseIp(atom.text);
  if (address !== undefined) return { value: address };
  const item = parseIpItem(atom.text);
  if (!("reason" in item)) {
    return refuse(
      "E_INVALID_IP",
      `\`${atom.text}\` is more than one address`,
      atom.span,
      `write networks and ranges in braces: \`in {${atom.text}}\``,
    );
  }
  const [message, hint] = ipFaultText(atom.text, item);
  // A network with a slip in it is still no address: the advice to correct it would not be enough.
  const advice = item.reason === "host-bits" ? `write networks in braces: \`in {${item.network}}\`` : hint;
  return refuse("E_INVALID_IP", message, atom.span, advice);
}

/** An address, network or range inside braces. */
export function readIpItem(atom: AtomNode): Read<IpRange> {
  const item = parseIpItem(atom.text);
  if (!("reason" in item)) return { value: item };
  const [message, hint] = ipFaultText(atom.text, item);
  const code = item.reason === "order" || item.reason === "families" ? "E_RANGE_BOUNDS" : "E_INVALID_IP";
  return refuse(code, message, atom.span, hint);
}

/**
 * A byte list such as `48:65:6c` (semantics.md#string-literals): two or more two-digit hex bytes; one that starts
 * with a letter uses colons.
 */
export function readByteList(atom: AtomNode): Read<string> {
  const { text, span } = atom;
  let bytes = "";
  let at = 0;
  for (;;) {
    const high = hexDigit(text.charCodeAt(at));
    const low = hexDigit(text.charCodeAt(at + 1));
    if (at + 2 > text.length)
      return refuse(
        "E_TOO_SHORT",
        /[:.-]/.test(text) ? `the byte list \`${text}\` ends too early` : `\`${text}\` is not text`,
        span,
        byteListHint(text),
      );
    if (high < 0 || low < 0)
      return refuse(
        "E_INVALID_INT",
        `\`${text}\` is not a list of two-digit hex bytes`,
        span,
        byteListHint(text),
      );
    bytes += String.fromCharCode((high << 4) | low);
    at += 2;
    if (at === text.length) break;
    if (!":-.".includes(text.charAt(at)))
      return refuse(
        "E_EXPECTED_TOKEN",
        `\`${text}\` is not a list of two-digit hex bytes`,
        span,
        byteListHint(text),
      );
    at++;
  }
  if (bytes.length < 2)
    return refuse("E_TOO_SHORT", "a byte list has at least two bytes", span, byteListHint(text));
  if (/^[A-Fa-f]/.test(text) && /[-.]/.test(text)) {
    return refuse(
      "E_EXPECTED_TOKEN",
      `the byte list \`${text}\` starts with a letter and so must use colons`,
      span,
    );
  }
  return { value: bytes };
}

function byteListHint(text: string): string {
  return `write text in quotes: \`"${text}"\``;
}

/** A literal read as one of the accepted scalar types; the first that fits (semantics.md#literals). */
export function readLiteral(
  node: LiteralNode,
  accepted: readonly ScalarType[],
): Read<{ readonly type: ScalarType; readonly value: Value }> | undefined {
  const accepts = (type: ScalarType): boolean => accepted.some((candidate) => candidate.kind === type.kind);
  if (node.kind === "string")
    return accepts(Bytes) ? { value: { type: Bytes, value: node.value } } : undefined;
  if (node.kind === "boolean")
    return accepts(Bool) ? { value: { type: Bool, value: node.value } } : undefined;
  const [wanted, ...others] = accepted.filter((type) => type.kind !== "Bool");
  if (wanted === undefined) return undefined;
  if (others.length === 0) return typed(wanted, readAs(node, wanted));
  const attempts: readonly ScalarType[] = [Int, Ip, Bytes].filter(accepts);
  let first: { readonly fault: Fault } | undefined;
  for (const type of attempts) {
    const read = readAs(node, type);
    if (!("fault" in read)) return typed(type, read);
    first ??= read;
  }
  return first;
}

function readAs(atom: AtomNode, type: ScalarType): Read<Value> {
  if (type.kind === "Int") return readInt(atom);
  return type.kind === "Ip" ? readIp(atom) : readByteList(atom);
}

function typed(
  type: ScalarType,
  read: Read<Value>,
): Read<{ readonly type: ScalarType; readonly value: Value }> {
  return "fault" in read ? read : { value: { type, value: read.value } };
}

/** Refusal of a literal that cannot have the wanted type at all, such as a string for an Int. */
export function wrongLiteral(node: LiteralNode, wanted: ScalarType, text: string): Fault {
  return {
    code: "E_EXPECTED_TOKEN",
    message: `expected ${withArticle(typeName(wanted))} literal, found \`${text}\``,
    span: node.span,
    hint: wrongLiteralHint(node, wanted),
  };
}

/** Quotes are the fault only where they hold what is wanted; `true` and `"abc"` have to become something else. */
function wrongLiteralHint(node: LiteralNode, wanted: ScalarType): string {
  const quoted = node.kind === "string" ? node.value : "";
  switch (wanted.kind) {
    case "Int":
      return typeof parseInteger(quoted) === "string"
        ? /^AS[0-9]+$/i.test(quoted)
          ? `write the number alone: \`${quoted.slice(2)}\``
          : "write a number, such as `42`"
        : "write the number without quotes";
    case "Ip": {
      const item = parseIpItem(quoted);
      return "reason" in item && item.reason === "address"
        ? "write an address, such as `192.0.2.1`"
        : "write the address without quotes";
    }
    case "Bytes":
      return 'write text in quotes: `"…"`';
    case "Bool":
      return "write `true` or `false`";
  }
}
