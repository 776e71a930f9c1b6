import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import {
  base64Decode,
  base64Encode,
  equalInConstantTime,
  fromUint8Array,
  toUint8Array,
  utf8Encode,
} from "../../language/values/bytes.ts";

const URL_SAFE = { url: true, pad: false } as const;
/** Base64url characters of 32 bytes. */
const MAC_LENGTH = 43;
/** Shorter secrets can be guessed. */
export const MIN_SECRET_BYTES = 16;

/** Texts that only the holder of a secret can have written. */
export interface Signer {
  /** `payload.mac` in base64url; `purpose` and `binding` are signed too, and not contained. */
  sign(purpose: string, payload: string, binding: string): string;
  /** The payload, when one of the secrets signed it for this purpose and binding. */
  open(purpose: string, token: string, binding: string): string | undefined;
}

/**
 * HMAC-SHA-256. The first secret signs, all of them verify, so a secret is rotated by putting the new one in front.
 *
 * @throws MisuseError `E_OPTION` without a secret, or with one below {@link MIN_SECRET_BYTES}.
 */
export function createSigner(secrets: readonly string[]): Signer {
  const keys = secrets.map((secret) => toUint8Array(utf8Encode(secret)));
  const [first] = keys;
  if (first === undefined) throw new MisuseError("E_OPTION", "a signer needs a secret");
  if (keys.some((key) => key.length < MIN_SECRET_BYTES)) {
    throw new MisuseError("E_OPTION", `a secret must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  const macOf = (key: Uint8Array, purpose: string, payload: string, binding: string): string =>
    // Only the binding may hold a NUL, and it is last.
    base64Encode(
      fromUint8Array(hmac(sha256, key, toUint8Array(`${purpose}\0${payload}\0${binding}`))),
      URL_SAFE,
    );

  return {
    sign(purpose, payload, binding) {
      const encoded = base64Encode(payload, URL_SAFE);
      return `${encoded}.${macOf(first, purpose, encoded, binding)}`;
    },
    open(purpose, token, binding) {
      const dot = token.length - MAC_LENGTH - 1;
      if (dot < 1 || token[dot] !== ".") return undefined;
      const encoded = token.slice(0, dot);
      const mac = token.slice(dot + 1);
      let valid = false;
      // Every key is tried, so that timing does not reveal which one it was.
      for (const key of keys)
        valid = equalInConstantTime(macOf(key, purpose, encoded, binding), mac) || valid;
      return valid ? base64Decode(encoded) : undefined;
    },
  };
}
