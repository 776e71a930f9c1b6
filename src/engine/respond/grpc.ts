import { utf8Encode } from "../../language/values/bytes.ts";
import { headerText } from "./escape.ts";

/** Status codes of gRPC that a firewall gives. */
export const GRPC_PERMISSION_DENIED = 7;
export const GRPC_RESOURCE_EXHAUSTED = 8;
export const GRPC_UNAVAILABLE = 14;
const GRPC_INVALID_ARGUMENT = 3;
const GRPC_DEADLINE_EXCEEDED = 4;
const GRPC_UNIMPLEMENTED = 12;
const GRPC_INTERNAL = 13;

/** The gRPC status of a rejection by the host. */
export function grpcStatusOf(status: number): number {
  switch (status) {
    case 403:
      return GRPC_PERMISSION_DENIED;
    case 408:
    case 504:
      return GRPC_DEADLINE_EXCEEDED;
    case 413:
    case 414:
    case 431:
      return GRPC_RESOURCE_EXHAUSTED;
    case 405:
    case 415:
    case 501:
    case 505:
      return GRPC_UNIMPLEMENTED;
    case 500:
      return GRPC_INTERNAL;
    default:
      return status >= 500 ? GRPC_UNAVAILABLE : GRPC_INVALID_ARGUMENT;
  }
}

/** The media type to answer with, when a request's content type is gRPC or gRPC-Web; otherwise undefined. */
export function grpcContentType(contentType: string): string | undefined {
  const found = /^application\/grpc(?:-web(?:-text)?)?(?:\+[a-z0-9.-]{1,32})?(?=$|[;\s])/i.exec(
    contentType.trim(),
  );
  return found?.[0].toLowerCase();
}

/** Trailers of a call that ended with an error; the message is percent-encoded as gRPC's HTTP/2 mapping asks. */
export function grpcTrailers(
  status: number,
  message: string,
  retryAfter: number | undefined,
): readonly (readonly [name: string, value: string])[] {
  const encoded = utf8Encode(message).replace(
    /[^\x20-\x24\x26-\x7e]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return [
    ["grpc-status", String(status)],
    ["grpc-message", headerText(encoded)],
    ...(retryAfter === undefined ? [] : [["grpc-retry-pushback-ms", String(retryAfter * 1000)] as const]),
  ];
}
