import type { Value } from "../../language/values/value.ts";

/**
 * The request of a host as its adapter shows it: getters over data that the host already has, nothing parsed, nothing
 * copied. All strings are byte strings. Getters may be called several times and must return the same each time.
 */
export interface RequestView {
  /** As received: `GET`. */
  readonly method: string;
  /** The request target as received, undecoded: `/a%2fb?c=d`; absolute form and `*` occur too. */
  readonly target: string;
  /** `HTTP/1.1`, `HTTP/2`. */
  readonly version: string;
  /** Whether the client's connection was encrypted. */
  readonly secure: boolean;
  /** Alternating names and values, order and spelling as received: `["Host", "a.example", "Accept", "*"]`. */
  readonly rawHeaders: readonly string[];
  /** Socket peer in text form, without a port; undefined when the host does not know it. */
  readonly remoteAddress: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  /** Milliseconds since 1970 at which the request arrived. */
  readonly receivedAt: number;
  /** Undefined for plain text. */
  readonly tls?: TlsFacts | undefined;
  /** Undefined until the host has handed the body over (or its inspected prefix). */
  readonly body?: BodyView | undefined;
  /** Whether a body may follow, for hosts that know; undefined: when the headers announce one. */
  readonly hasBody?: boolean | undefined;
  /** Present in response phases. */
  readonly response?: ResponseView | undefined;
  /** Values that only the embedder knows, by field name: bot score, metadata, geography of its own. */
  readonly supplied?: ReadonlyMap<string, Value> | undefined;
}

/** The inspected part of a body. */
export interface BodyView {
  /** The bytes, one per UTF-16 unit. */
  readonly bytes: string;
  /** True when the client sent more than `bytes` holds. */
  readonly truncated: boolean;
  /** Bytes received so far in all, when more is known than `bytes.length`. */
  readonly size?: number | undefined;
  /**
   * State of the codings that `Content-Encoding` names. `undone`: the bytes are what they stand for. `faulty`: they
   * are unknown, or the bytes are not in them. Undefined: the bytes are as sent.
   */
  readonly coding?: "undone" | "faulty" | undefined;
  /** The bytes as sent where codings were undone, and those between two codings: a site that undoes none, or not all, reads these. */
  readonly coded?: string | undefined;
  /**
   * `undone`: the bytes are text in UTF-8, whatever character set the message declares. Undefined: they are in the declared
   * one.
   */
  readonly charset?: "undone" | undefined;
}

/** The body of a message that has none. */
export const NO_BODY: BodyView = Object.freeze({ bytes: "", truncated: false, size: 0 });

/** The response of a host as its adapter shows it. */
export interface ResponseView {
  /** Status code. */
  readonly status: number;
  /** Alternating names and values, order and spelling as received. */
  readonly rawHeaders: readonly string[];
  /** Undefined until the host has handed the body over (or its inspected prefix). */
  readonly body?: BodyView | undefined;
  /** Why rules do not see the whole body, for hosts that know; undefined: {@link body} tells. */
  readonly unread?: UnreadReason | undefined;
}

/**
 * Why rules do not see the whole body of a response. `content_coding`: its content coding is unknown, or the bytes are not in
 * it. `partial_content`: it is a part of something. `body_too_long`: it is longer than what is inspected. `event_stream`: it
 * does not end. `hold_time`: it did not arrive in time.
 */
export type UnreadReason =
  | "content_coding"
  | "partial_content"
  | "body_too_long"
  | "event_stream"
  | "hold_time";

/** Facts about the client's TLS connection. */
export interface TlsFacts {
  /** `TLSv1.3`. */
  readonly version?: string | undefined;
  /** Cipher suite name as the host's TLS library has it. */
  readonly cipher?: string | undefined;
  /** Host name that the client asked for (SNI). */
  readonly serverName?: string | undefined;
  /** Undefined when the client presented none. */
  readonly clientCertificate?: ClientCertificate | undefined;
  /** JA3 fingerprint, lower-case hex. */
  readonly ja3?: string | undefined;
  /** JA4 fingerprint. */
  readonly ja4?: string | undefined;
}

export interface ClientCertificate {
  readonly verified: boolean;
  readonly revoked?: boolean | undefined;
  /** RFC 2253 text. */
  readonly subject?: string | undefined;
  readonly issuer?: string | undefined;
  /** Upper-case hex without separators. */
  readonly serial?: string | undefined;
  readonly issuerSerial?: string | undefined;
  /** Lower-case hex. */
  readonly fingerprintSha256?: string | undefined;
  readonly fingerprintSha1?: string | undefined;
  readonly notBefore?: string | undefined;
  readonly notAfter?: string | undefined;
  readonly subjectKeyId?: string | undefined;
  readonly issuerKeyId?: string | undefined;
  /** DER bytes. */
  readonly der?: string | undefined;
  readonly chainDer?: readonly string[] | undefined;
}
