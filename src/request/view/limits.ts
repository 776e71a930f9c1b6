import { namesOf } from "../../language/diagnostics/option-names.ts";

/**
 * Bounds on what one request may make the parsers do. What exceeds one is cut, and an anomaly field says so; hosts refuse
 * requests with more header lines, arguments or cookies unless their option `oversize` is `inspect`.
 */
export interface RequestLimits {
  /** Header lines of a message. */
  readonly maxHeaders: number;
  /** Cookies of a request. */
  readonly maxCookies: number;
  /** Arguments of a query string. */
  readonly maxArguments: number;
  /** Bytes of a body that are looked at. */
  readonly maxBodyBytes: number;
  /** Fields of an urlencoded body. */
  readonly maxFormFields: number;
  /** Parts of a multipart body. */
  readonly maxParts: number;
  /** Header lines of one part of a multipart body. */
  readonly maxPartHeaders: number;
  /** Bytes of all header lines of one part. */
  readonly maxPartHeaderBytes: number;
  /** Levels of nesting in a JSON body. */
  readonly maxJsonDepth: number;
  /** Scalars (and empty containers) of a JSON body. */
  readonly maxJsonValues: number;
  /** Bytes of all flattened JSON paths together. */
  readonly maxJsonPathBytes: number;
  /** Entries of a forwarding header, counted from its end. */
  readonly maxForwardedHops: number;
  /** Language tags of `Accept-Language`. */
  readonly maxLanguages: number;
}

/** The limits in force when an option does not replace them. */
export const DEFAULT_REQUEST_LIMITS: RequestLimits = Object.freeze({
  maxHeaders: 256,
  maxCookies: 256,
  maxArguments: 1024,
  maxBodyBytes: 131_072,
  maxFormFields: 1024,
  maxParts: 256,
  maxPartHeaders: 16,
  maxPartHeaderBytes: 8192,
  maxJsonDepth: 64,
  maxJsonValues: 8192,
  maxJsonPathBytes: 1_048_576,
  maxForwardedHops: 32,
  maxLanguages: 64,
});

/** Names of the limits, for options that hold some of them. */
export const REQUEST_LIMIT_NAMES = namesOf(DEFAULT_REQUEST_LIMITS);

/**
 * `rfc3986`: unreserved escapes decoded, others in upper case, dot segments resolved. `cloudflare`: besides, `\` is
 * read as `/` and runs of slashes count as one. `none`: the path as received.
 */
export type PathNormalization = "none" | "rfc3986" | "cloudflare";
