import { namesOf } from "../../language/diagnostics/option-names.ts";

/** Bounds on what one XML text may make its reader do. */
export interface XmlLimits {
  /** Levels of elements. */
  readonly maxXmlDepth: number;
  /** Texts, attributes, comments and declarations. */
  readonly maxXmlValues: number;
  /** Bytes of all paths of an XML body together. */
  readonly maxXmlPathBytes: number;
  /** Bytes of text that is repeated, joined, for elements that mix text and elements; the root is always joined. */
  readonly maxXmlJoinedBytes: number;
  /** Entities that the internal subset may declare. */
  readonly maxXmlEntities: number;
  /** Entities within entities. */
  readonly maxXmlEntityDepth: number;
  /** Bytes that all references to declared entities may expand to together. */
  readonly maxXmlEntityBytes: number;
}

/** Bounds on what may be read inside values: of a body, and of the arguments, the cookies and the header lines of a request. */
export interface NestedLimits {
  /** Readers nested in one another; percent-decoding does not count. */
  readonly maxNestedDepth: number;
  /** Values that are found nested in others. */
  readonly maxNestedValues: number;
  /** Bytes of those values and their names together. */
  readonly maxNestedBytes: number;
}

/**
 * Bounds on what one request may make the parsers do. What exceeds one is cut, and an anomaly field says so; hosts refuse
 * requests with more header lines, arguments or cookies unless their option `oversize` is `inspect`.
 */
export interface RequestLimits extends XmlLimits, NestedLimits {
  /** Header lines of a message. */
  readonly maxHeaders: number;
  /** Cookies of a request. */
  readonly maxCookies: number;
  /** Arguments of a query string. */
  readonly maxArguments: number;
  /** Bytes of a body that are held for rules, the contents of uploaded files included. */
  readonly maxBodyBytes: number;
  /** Bytes of a body that readers read: all of it except the contents of files and bodies that are not text. */
  readonly maxInspectedBytes: number;
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

/**
 * The limits in force when an option does not replace them. Those of the body's readers are such that ordinary data
 * meets {@link RequestLimits.maxInspectedBytes} first.
 */
export const DEFAULT_REQUEST_LIMITS: RequestLimits = Object.freeze({
  maxHeaders: 256,
  maxCookies: 256,
  maxArguments: 1024,
  maxBodyBytes: 13_107_200,
  maxInspectedBytes: 163_840,
  maxFormFields: 65_536,
  maxParts: 4096,
  maxPartHeaders: 32,
  maxPartHeaderBytes: 8192,
  maxJsonDepth: 1000,
  maxJsonValues: 65_536,
  maxJsonPathBytes: 4_194_304,
  maxXmlDepth: 256,
  maxXmlValues: 65_536,
  maxXmlPathBytes: 4_194_304,
  maxXmlJoinedBytes: 262_144,
  maxXmlEntities: 256,
  maxXmlEntityDepth: 8,
  maxXmlEntityBytes: 65_536,
  maxNestedDepth: 5,
  maxNestedValues: 65_536,
  maxNestedBytes: 4_194_304,
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
