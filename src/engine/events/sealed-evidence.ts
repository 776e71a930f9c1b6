// What matched, unredacted, for the holder of a key only: events go to logs that many read.
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import {
  base64Decode,
  base64Encode,
  fromUint8Array,
  toUint8Array,
  utf8Decode,
  utf8Encode,
} from "../../language/values/bytes.ts";
import type { WafEvent } from "./event.ts";
import { generateKeys, KEY_LENGTH, open, publicKeyOf, seal } from "./hpke.ts";

/** Keys in Base64, 32 bytes each (X25519). */
export interface SealKeys {
  /** For the option `sealEvidence`; it can only seal. */
  readonly publicKey: string;
  /** For {@link unsealEvidence}. Keep it where logs do not go. */
  readonly privateKey: string;
}

/** An input that made a rule match, as it was tested. Not redacted. */
export interface SealedInput {
  /** `ruleset/ref`. */
  readonly rule: string;
  readonly field: string;
  readonly key?: string;
  /** Bytes of what was tested from which and up to which the match goes; absent when it rests on all of it. */
  readonly span?: readonly [start: number, end: number];
  /** Where `text` begins in what was tested, in bytes. */
  readonly offset: number;
  /** At most 2,048 bytes of what was tested, around the match. */
  readonly text: string;
  /** How `text` is written: as it is, or in Base64 because it is not UTF-8. */
  readonly encoding: "utf-8" | "base64";
}

/** What an event has sealed. */
export interface SealedEvidence {
  /** At most 16, in the order of the event's matches. */
  readonly inputs: readonly SealedInput[];
}

/** An input before it is sealed; texts are bytes. */
export interface SealableInput {
  readonly rule: string;
  readonly field: string;
  readonly key: string | undefined;
  readonly span: readonly [start: number, end: number] | undefined;
  readonly text: string;
}

/** Seals what is shown to nobody else. */
export type Sealer = (id: string, inputs: readonly SealableInput[]) => Promise<string>;

const FORMAT = "1.";
const INFO = toUint8Array("wirewall sealed evidence 1");
const URL_SAFE = { url: true, pad: false } as const;
const STANDARD = { url: false, pad: true } as const;
/** Inputs of one event, and bytes of each, that are sealed. */
const MAX_INPUTS = 16;
const MAX_TEXT = 2048;
/** Bytes in front of a match that are reported with it. */
const BEFORE = 256;

/** @throws MisuseError `E_OPTION` for what is not a public key. */
export function createSealer(publicKey: string): Sealer {
  const key = keyOf("sealEvidence", publicKey);
  return async (id, inputs) => {
    const contents: SealedEvidence = { inputs: inputs.slice(0, MAX_INPUTS).map(sealedInput) };
    const text = toUint8Array(utf8Encode(JSON.stringify(contents)));
    const sealed = await seal(key, text, { info: INFO, aad: toUint8Array(utf8Encode(id)) });
    return FORMAT + base64Encode(fromUint8Array(sealed), URL_SAFE);
  };
}

/** A new pair of keys. Rejects where the runtime has no X25519. */
export async function createSealKeys(): Promise<SealKeys> {
  const { publicKey, privateKey } = await generateKeys();
  return {
    publicKey: base64Encode(fromUint8Array(publicKey), STANDARD),
    privateKey: base64Encode(fromUint8Array(privateKey), STANDARD),
  };
}

/**
 * What an event has sealed; undefined when it has nothing.
 *
 * Rejects with a MisuseError `E_OPTION` for what is not a private key, and for an event that was sealed for another key or changed.
 */
export async function unsealEvidence(
  { id, sealed }: Pick<WafEvent, "id" | "sealed">,
  privateKey: string,
): Promise<SealedEvidence | undefined> {
  const own = keyOf("privateKey", privateKey);
  if (sealed === undefined) return undefined;
  const bytes = sealed.startsWith(FORMAT) ? base64Decode(sealed.slice(FORMAT.length)) : undefined;
  if (bytes === undefined) throw new MisuseError("E_OPTION", "this version did not seal the event");
  const publicKey = await publicKeyOf(own);
  try {
    const context = { info: INFO, aad: toUint8Array(utf8Encode(id)) };
    const text = fromUint8Array(await open({ publicKey, privateKey: own }, toUint8Array(bytes), context));
    return JSON.parse(utf8Decode(text) ?? "");
  } catch {
    throw new MisuseError("E_OPTION", "the event was sealed for another key, or was changed");
  }
}

function keyOf(name: string, text: string): Uint8Array {
  const bytes = typeof text === "string" ? base64Decode(text.trim()) : undefined;
  if (bytes?.length === KEY_LENGTH) return toUint8Array(bytes);
  throw new MisuseError("E_OPTION", `\`${name}\` must be a key of ${KEY_LENGTH} bytes in Base64`);
}

function sealedInput({ rule, field, key, span, text }: SealableInput): SealedInput {
  const offset = Math.max(0, (span?.[0] ?? 0) - BEFORE);
  const piece = text.slice(offset, offset + MAX_TEXT);
  const plain = utf8Decode(piece);
  return {
    rule,
    field,
    ...(key === undefined ? {} : { key: utf8Decode(key) ?? key }),
    ...(span === undefined ? {} : { span }),
    offset,
    ...(plain === undefined
      ? { text: base64Encode(piece, STANDARD), encoding: "base64" as const }
      : { text: plain, encoding: "utf-8" as const }),
  };
}
