import { base64Encode, toHex } from "../../language/values/bytes.ts";

/** Above these sizes the certificate fields are empty and their `too_large` twins true. */
export const MAX_CERTIFICATE_TEXT = 10_240;
export const MAX_CHAIN_TEXT = 16_384;

/** The byte sequence of RFC 9440 §2.1: Base64 between colons. */
export function certificateText(der: string): string {
  return `:${base64Encode(der, { url: false, pad: true })}:`;
}

/** The list of byte sequences of RFC 9440 §2.2: the chain without the client's own certificate. */
export function chainText(chain: readonly string[]): string {
  return chain.map(certificateText).join(", ");
}

/** `CN=a,O=b,C=DE` as `/C=DE/O=b/CN=a`; escapes of RFC 2253 are undone. */
export function legacyName(rfc2253: string): string {
  if (rfc2253 === "") return "";
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < rfc2253.length; at++) {
    const char = rfc2253.charAt(at);
    if (char === "\\" && at + 1 < rfc2253.length) part += rfc2253.charAt(++at);
    else if (char === ",") {
      parts.push(part);
      part = "";
    } else part += char;
  }
  parts.push(part);
  return `/${parts.reverse().join("/")}`;
}

const SUBJECT_KEY_IDENTIFIER = "\x55\x1d\x0e";
const AUTHORITY_KEY_IDENTIFIER = "\x55\x1d\x23";

/** Upper-case hex of a certificate's subject key identifier (RFC 5280 §4.2.1.2); "" when it has none. */
export function subjectKeyIdentifier(der: string): string {
  const extension = findExtension(der, SUBJECT_KEY_IDENTIFIER);
  if (extension === undefined) return "";
  const identifier = element(der, extension.start, extension.end);
  return identifier?.tag === 0x04 ? toHex(der.slice(identifier.start, identifier.end)).toUpperCase() : "";
}

/** Upper-case hex of the issuer's key identifier as the certificate itself names it (RFC 5280 §4.2.1.1). */
export function authorityKeyIdentifier(der: string): string {
  const extension = findExtension(der, AUTHORITY_KEY_IDENTIFIER);
  const sequence = extension === undefined ? undefined : element(der, extension.start, extension.end);
  const identifier = sequence?.tag === 0x30 ? element(der, sequence.start, sequence.end) : undefined;
  return identifier?.tag === 0x80 ? toHex(der.slice(identifier.start, identifier.end)).toUpperCase() : "";
}

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** One DER element whose content lies within the bounds; undefined when it does not. */
function element(der: string, at: number, limit: number): Element | undefined {
  if (at + 2 > limit) return undefined;
  const tag = der.charCodeAt(at);
  const first = der.charCodeAt(at + 1);
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0 || octets > 4 || start + octets > limit) return undefined;
    length = 0;
    for (let index = 0; index < octets; index++) length = length * 256 + der.charCodeAt(start + index);
    start += octets;
  }
  return start + length > limit ? undefined : { tag, start, end: start + length };
}

/** The content of an extension's octet string, found by its encoded identifier. */
function findExtension(der: string, identifier: string): Element | undefined {
  const certificate = element(der, 0, der.length);
  const body = certificate === undefined ? undefined : element(der, certificate.start, certificate.end);
  if (certificate?.tag !== 0x30 || body?.tag !== 0x30) return undefined;
  for (let at = body.start; at < body.end; ) {
    const part = element(der, at, body.end);
    if (part === undefined) return undefined;
    at = part.end;
    if (part.tag !== 0xa3) continue;
    const list = element(der, part.start, part.end);
    return list === undefined ? undefined : extensionIn(der, list, identifier);
  }
  return undefined;
}

function extensionIn(der: string, list: Element, identifier: string): Element | undefined {
  for (let at = list.start; at < list.end; ) {
    const extension = element(der, at, list.end);
    if (extension === undefined) return undefined;
    at = extension.end;
    const name = element(der, extension.start, extension.end);
    if (name?.tag !== 0x06 || der.slice(name.start, name.end) !== identifier) continue;
    let value = element(der, name.end, extension.end);
    // A `critical` flag may be between name and value.
    if (value?.tag === 0x01) value = element(der, value.end, extension.end);
    return value?.tag === 0x04 ? value : undefined;
  }
  return undefined;
}
