import type { SentRequest } from "../decision/challenge-provider.ts";
import type { Signer } from "./signing.ts";

const PURPOSE = "request";
/** Bytes of a sealed request besides its body. */
const MAX_HEAD = 8192;
/** Characters that a signature adds. */
const MAC = 64;

/** Characters of the longest seal around a body of so many bytes. */
export function sealedLength(bodyBytes: number): number {
  return Math.ceil(((bodyBytes + MAX_HEAD + 1) * 4) / 3) + MAC;
}

/**
 * A request as text that can come back only unchanged, and only from its sender; undefined when its head is too long.
 *
 * It is signed, and not encrypted: it goes only to the client that has sent it.
 */
export function sealSent(signer: Signer, sent: SentRequest, binding: string): string | undefined {
  const head = JSON.stringify([sent.method, sent.uri, sent.headers, sent.cookies]);
  // JSON escapes line feeds: the first one ends it.
  return head.length > MAX_HEAD ? undefined : signer.sign(PURPOSE, `${head}\n${sent.body}`, binding);
}

/** The request sealed for that binding; undefined for any other text. */
export function openSent(signer: Signer, seal: string, binding: string): SentRequest | undefined {
  const opened = signer.open(PURPOSE, seal, binding);
  const end = opened?.indexOf("\n") ?? -1;
  return opened === undefined || end === -1
    ? undefined
    : readSent(opened.slice(0, end), opened.slice(end + 1));
}

/** Another version of this program may have signed it. */
function readSent(head: string, body: string): SentRequest | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(head);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts)) return undefined;
  const [method, uri, headers, cookies]: readonly unknown[] = parts;
  if (typeof method !== "string" || typeof uri !== "string") return undefined;
  if (!isArrayOf(headers, isLine) || !isArrayOf(cookies, isText)) return undefined;
  return { method, uri, headers, cookies, body };
}

function isArrayOf<T>(value: unknown, isOne: (one: unknown) => one is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isLine(value: unknown): value is readonly [name: string, value: string] {
  return Array.isArray(value) && value.length === 2 && value.every(isText);
}
