import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { defineFunction } from "../scheme/define-function.ts";
import {
  base64Encode,
  equalInConstantTime,
  fromUint8Array,
  percentDecode,
  toUint8Array,
} from "../values/bytes.ts";
import { Bool, Bytes, Int } from "../values/types.ts";
import type { IntValue } from "../values/value.ts";
import { dynamic, hasLetter, literal, outOfRange, unknownLetters } from "./parameters.ts";

const TIME_DIGITS = 10;
/** Base64 characters of 32 bytes, without padding and with it. */
const URL_SAFE_LENGTH = 43;
const PADDED_LENGTH = 44;
const MAX_SEPARATOR = 4096;

/** Parts of a token: the signed text, its time of issue, and the MAC in Base64. */
interface Token {
  readonly message: string;
  readonly time: string;
  readonly mac: string;
}

/** Reads `message separator time - mac` from the right; undefined when a part is missing or malformed. */
function readToken(token: string, separatorLength: number, urlSafe: boolean): Token | undefined {
  // A MAC in the URL-safe alphabet may itself hold hyphens, but has a fixed length.
  const dash = urlSafe ? token.length - URL_SAFE_LENGTH - 1 : token.lastIndexOf("-");
  const timeStart = dash - TIME_DIGITS;
  const messageEnd = timeStart - separatorLength;
  if (messageEnd < 0 || token[dash] !== "-") return undefined;
  const time = token.slice(timeStart, dash);
  if (!/^[0-9]+$/.test(time)) return undefined;
  const written = token.slice(dash + 1);
  const mac = urlSafe ? written : percentDecode(written, false);
  if (mac.length !== (urlSafe ? URL_SAFE_LENGTH : PADDED_LENGTH)) return undefined;
  return { message: token.slice(0, messageEnd), time, mac };
}

interface Validity {
  readonly key: string;
  readonly lifetime: bigint;
  readonly separatorLength: number;
  readonly urlSafe: boolean;
}

type Validator = (key: string, input: string, lifetime: IntValue, now: IntValue) => boolean;

function validating({ key, lifetime, separatorLength, urlSafe }: Validity): Validator {
  const keyed = hmac.create(sha256, toUint8Array(key));
  return (_key, input, _lifetime, now) => {
    const token = readToken(input, separatorLength, urlSafe);
    if (token === undefined || BigInt(now) >= BigInt(token.time) + lifetime) return false;
    const mac = keyed
      .clone()
      .update(toUint8Array(token.message + token.time))
      .digest();
    return equalInConstantTime(token.mac, base64Encode(fromUint8Array(mac), { url: urlSafe, pad: !urlSafe }));
  };
}

export const isTimedHmacValid = defineFunction({
  name: "is_timed_hmac_valid_v0",
  summary:
    "Whether a token carries a good HMAC-SHA256 of its message and time, and was issued less than `ttl` seconds ago. The token is message, separator, ten digits of UNIX time, `-`, and the MAC in percent-encoded Base64; with the option `s`, in URL-safe Base64 without padding.",
  params: [
    literal("key", Bytes),
    dynamic("message_mac", Bytes),
    literal("ttl", Int),
    dynamic("now", Int),
    literal("separator_length", Int, { optional: true }),
    literal("options", Bytes, { optional: true }),
  ],
  returns: Bool,
  total: true,
  contexts: ["filter"],
  cost: 2000,
  prepare: (args) => {
    const faults = [
      ...outOfRange(args, 2, [0, Number.MAX_SAFE_INTEGER], "a lifetime in seconds"),
      ...outOfRange(args, 4, [0, MAX_SEPARATOR], "the length of a separator"),
      ...unknownLetters(args, 5, "s"),
    ];
    if (faults.length > 0) return faults;
    const [key, , lifetime, , separator] = args;
    return validating({
      key: key.literal,
      lifetime: BigInt(lifetime.literal),
      separatorLength: Number(separator?.literal ?? 0),
      urlSafe: hasLetter(args, 5, "s"),
    });
  },
  // Only `prepare` knows the key, and it always runs.
  evaluate: () => false,
  examples: [
    {
      expression: 'is_timed_hmac_valid_v0("secret", http.request.uri, 300, http.request.timestamp.sec, 8)',
      given: {
        "http.request.uri": "/file.zip?verify=1700000000-cCGuAesreseqYzL1dP%2Bd0nl5MhIqqjVSa0N73rlzJvo%3D",
        "http.request.timestamp.sec": 1700000299,
      },
      result: true,
    },
    {
      expression:
        'is_timed_hmac_valid_v0("secret", http.request.uri, 300, http.request.timestamp.sec, 8, "s")',
      given: {
        "http.request.uri": "/file.zip?verify=1700000000-cCGuAesreseqYzL1dP-d0nl5MhIqqjVSa0N73rlzJvo",
        "http.request.timestamp.sec": 1700000300,
      },
      result: false,
    },
  ],
});
