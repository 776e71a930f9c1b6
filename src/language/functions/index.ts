import type { FunctionDefinition } from "../scheme/definitions.ts";
import { bitSlice } from "./bit-slice.ts";
import { cidr, cidr6 } from "./cidr.ts";
import { coalesce } from "./coalesce.ts";
import { concat } from "./concat.ts";
import { decodeBase64 } from "./decode-base64.ts";
import { encodeBase64 } from "./encode-base64.ts";
import { endsWith } from "./ends-with.ts";
import { hasKey } from "./has-key.ts";
import { hasValue } from "./has-value.ts";
import { hashInRange } from "./hash-in-range.ts";
import { isTimedHmacValid } from "./is-timed-hmac-valid-v0.ts";
import { join } from "./join.ts";
import { len } from "./len.ts";
import { lookupJsonInteger, lookupJsonString } from "./lookup-json.ts";
import { lower } from "./lower.ts";
import { regexReplace } from "./regex-replace.ts";
import { removeBytes } from "./remove-bytes.ts";
import { removeQueryArgs } from "./remove-query-args.ts";
import { reverse } from "./reverse.ts";
import { sha256 } from "./sha256.ts";
import { split } from "./split.ts";
import { startsWith } from "./starts-with.ts";
import { substring } from "./substring.ts";
import { toStringFunction } from "./to-string.ts";
import { upper } from "./upper.ts";
import { urlDecode } from "./url-decode.ts";
import { uuidv4 } from "./uuidv4.ts";
import { wildcardReplace } from "./wildcard-replace.ts";

/**
 * The functions of the language, by name. `any` and `all` are not among them: the grammar has them as quantifiers,
 * see {@link quantifiers}.
 */
export const standardFunctions: readonly FunctionDefinition[] = Object.freeze([
  bitSlice,
  cidr,
  cidr6,
  coalesce,
  concat,
  decodeBase64,
  encodeBase64,
  endsWith,
  hasKey,
  hasValue,
  hashInRange,
  isTimedHmacValid,
  join,
  len,
  lookupJsonInteger,
  lookupJsonString,
  lower,
  regexReplace,
  removeBytes,
  removeQueryArgs,
  reverse,
  sha256,
  split,
  startsWith,
  substring,
  toStringFunction,
  upper,
  urlDecode,
  uuidv4,
  wildcardReplace,
]);
