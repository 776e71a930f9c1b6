// Hybrid public key encryption, RFC 9180, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, single shot.
import { MisuseError } from "../../language/diagnostics/misuse.ts";

type Bytes = Uint8Array;

/** The part of Web Crypto that is used; the standard library of the language does not declare it. */
interface Subtle {
  generateKey(algorithm: object, extractable: boolean, usages: readonly string[]): Promise<KeyPair>;
  exportKey(format: string, key: object): Promise<ArrayBuffer>;
  importKey(
    format: string,
    data: Bytes,
    algorithm: object | string,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<object>;
  deriveBits(algorithm: object, key: object, bits: number): Promise<ArrayBuffer>;
  encrypt(algorithm: object, key: object, text: Bytes): Promise<ArrayBuffer>;
  decrypt(algorithm: object, key: object, text: Bytes): Promise<ArrayBuffer>;
  sign(algorithm: string, key: object, text: Bytes): Promise<ArrayBuffer>;
}

interface KeyPair {
  readonly publicKey: object;
  readonly privateKey: object;
}

declare const crypto: { readonly subtle?: Subtle } | undefined;

/** Bytes of a key, public or private. */
export const KEY_LENGTH = 32;
const TAG_LENGTH = 16;
const KEM_ID = [0x00, 0x20];
const KDF_ID = [0x00, 0x01];
const AEAD_ID = [0x00, 0x01];
const KEM_SUITE = joined(ascii("KEM"), Uint8Array.from(KEM_ID));
const SUITE = joined(ascii("HPKE"), Uint8Array.from([...KEM_ID, ...KDF_ID, ...AEAD_ID]));
const NOTHING = new Uint8Array(0);
/** An X25519 private key of PKCS #8 (RFC 8410) without its 32 bytes. */
const PKCS8 = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20]);
const CURVE = { name: "X25519" };

/** A pair of keys as bytes. */
export interface KeyBytes {
  readonly publicKey: Bytes;
  readonly privateKey: Bytes;
}

/** Context that both sides must agree on. */
export interface HpkeContext {
  readonly info: Bytes;
  /** Associated data that is authenticated and not encrypted. */
  readonly aad: Bytes;
}

/** @throws MisuseError `E_OPTION` where the runtime has no WebCrypto. */
function subtle(): Subtle {
  // A runtime may lack the name altogether.
  const found = typeof crypto === "undefined" ? undefined : crypto.subtle;
  if (found !== undefined) return found;
  throw new MisuseError("E_OPTION", "this runtime has no WebCrypto, so that nothing can be sealed");
}

/** A new pair of keys. Rejects where the runtime has no X25519. */
export async function generateKeys(): Promise<KeyBytes> {
  const pair = await subtle().generateKey(CURVE, true, ["deriveBits"]);
  const [publicKey, pkcs8] = await Promise.all([
    subtle().exportKey("raw", pair.publicKey),
    subtle().exportKey("pkcs8", pair.privateKey),
  ]);
  return { publicKey: new Uint8Array(publicKey), privateKey: new Uint8Array(pkcs8).slice(-KEY_LENGTH) };
}

/**
 * Encrypts a text for the holder of the private key: the encapsulated key, then the text with its tag.
 *
 * @param ephemeral the sender's pair; only tests give one
 */
export async function seal(
  publicKey: Bytes,
  text: Bytes,
  { info, aad }: HpkeContext,
  ephemeral?: KeyBytes,
): Promise<Bytes> {
  const sender = ephemeral ?? (await generateKeys());
  const secret = await agreed(sender.privateKey, publicKey);
  const { key, nonce } = await schedule(secret, joined(sender.publicKey, publicKey), info);
  const cipher = await subtle().encrypt(aes(nonce, aad), key, text);
  return joined(sender.publicKey, new Uint8Array(cipher));
}

/** The text that {@link seal} encrypted. Rejects for another key, another context, or a changed text. */
export async function open(keys: KeyBytes, sealed: Bytes, { info, aad }: HpkeContext): Promise<Bytes> {
  if (sealed.length < KEY_LENGTH + TAG_LENGTH) throw new TypeError("the sealed text is too short");
  const encapsulated = sealed.slice(0, KEY_LENGTH);
  const secret = await agreed(keys.privateKey, encapsulated);
  const { key, nonce } = await schedule(secret, joined(encapsulated, keys.publicKey), info);
  return new Uint8Array(await subtle().decrypt(aes(nonce, aad), key, sealed.slice(KEY_LENGTH)));
}

/** The public key of a private one: X25519 with the base point 9 (RFC 7748 §6.1). */
export async function publicKeyOf(privateKey: Bytes): Promise<Bytes> {
  const base = new Uint8Array(KEY_LENGTH);
  base[0] = 9;
  return agreed(privateKey, base);
}

function aes(iv: Bytes, additionalData: Bytes): object {
  return { name: "AES-GCM", iv, additionalData, tagLength: TAG_LENGTH * 8 };
}

/** RFC 9180 §4.1: the Diffie-Hellman secret. A public key of small order, whose secret is all zeros, is an error. */
async function agreed(privateKey: Bytes, publicKey: Bytes): Promise<Bytes> {
  const [own, other] = await Promise.all([
    subtle().importKey("pkcs8", joined(PKCS8, privateKey), CURVE, false, ["deriveBits"]),
    subtle().importKey("raw", publicKey, CURVE, false, []),
  ]);
  const secret = new Uint8Array(
    await subtle().deriveBits({ name: "X25519", public: other }, own, KEY_LENGTH * 8),
  );
  if (secret.every((byte) => byte === 0)) throw new TypeError("the public key is not one");
  return secret;
}

/** RFC 9180 §4.1 `ExtractAndExpand` and §5.1 `KeySchedule`. */
async function schedule(
  agreement: Bytes,
  kemContext: Bytes,
  info: Bytes,
): Promise<{ readonly key: object; readonly nonce: Bytes }> {
  const prk = await extract(KEM_SUITE, NOTHING, "eae_prk", agreement);
  const shared = await expand(KEM_SUITE, prk, "shared_secret", kemContext, 32);
  const [pskId, infoHash] = await Promise.all([
    extract(SUITE, NOTHING, "psk_id_hash", NOTHING),
    extract(SUITE, NOTHING, "info_hash", info),
  ]);
  // The first byte is the mode: base.
  const context = joined(Uint8Array.of(0), pskId, infoHash);
  const secret = await extract(SUITE, shared, "secret", NOTHING);
  const [key, nonce] = await Promise.all([
    expand(SUITE, secret, "key", context, 16),
    expand(SUITE, secret, "base_nonce", context, 12),
  ]);
  return { key: await subtle().importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]), nonce };
}

const VERSION = ascii("HPKE-v1");

function extract(suite: Bytes, salt: Bytes, label: string, ikm: Bytes): Promise<Bytes> {
  // HMAC fills a key up with zeros: an empty one, which WebCrypto refuses, is the same as 32 of them.
  const key = salt.length === 0 ? new Uint8Array(32) : salt;
  return hmac(key, joined(VERSION, suite, ascii(label), ikm));
}

/** One block of HKDF-Expand: all that is asked for is at most 32 bytes long. */
async function expand(suite: Bytes, prk: Bytes, label: string, info: Bytes, length: number): Promise<Bytes> {
  const labelled = joined(Uint8Array.of(0, length), VERSION, suite, ascii(label), info, Uint8Array.of(1));
  return (await hmac(prk, labelled)).slice(0, length);
}

async function hmac(key: Bytes, text: Bytes): Promise<Bytes> {
  const imported = await subtle().importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle().sign("HMAC", imported, text));
}

function joined(...parts: readonly Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function ascii(text: string): Bytes {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
