const FRAMED = /^application\/(?:connect|grpc|grpc-web)\+json$/;
/** A byte of flags, and four of length. */
const HEAD = 5;
/** The flags of a message, and of the last one of a stream; others say that it is compressed. */
const KNOWN_FLAGS = [0, 2];

/**
 * The messages of a stream of Connect or gRPC that are JSON, a line for each. Bytes as they are when the type is another, or when they are
 * not framed to their end, so that the reader of JSON tells the fault.
 *
 * @param isCut whether bytes are missing at the end.
 */
export function withoutFrames(bytes: string, mediaType: string, isCut: boolean): string {
  if (!FRAMED.test(mediaType)) return bytes;
  const messages: string[] = [];
  let at = 0;
  while (at + HEAD <= bytes.length && KNOWN_FLAGS.includes(bytes.charCodeAt(at))) {
    let length = 0;
    for (let byte = at + 1; byte < at + HEAD; byte++) length = length * 256 + bytes.charCodeAt(byte);
    messages.push(bytes.slice(at + HEAD, at + HEAD + length));
    at += HEAD + length;
  }
  const isWhole = at === bytes.length || (isCut && at > bytes.length);
  return isWhole && messages.length > 0 ? messages.join("\n") : bytes;
}
