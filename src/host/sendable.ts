import type { HeaderOperation } from "../rules/ruleset/actions/control.ts";

/** Characters that no host sends in a header value (RFC 9110 §5.5), though rules, providers or upstreams may produce them. */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Whether a response to the method can have a body (RFC 9110 §6.4.1 with §15.3.6: 205 has none either, although clients
 * read one).
 */
export function hasContent(method: string | undefined, status: number): boolean {
  return method !== "HEAD" && status !== 204 && status !== 205 && status !== 304;
}

/** Whether a response to the method may reach its client with a body: one to which none belongs is read as any other. */
export function mayHaveBody(method: string | undefined, status: number): boolean {
  return status === 205 ? method !== "HEAD" : hasContent(method, status);
}

/** Whether text can be sent as a header's value or a reason phrase. */
export function isSendableText(text: string): boolean {
  return !UNSENDABLE.test(text);
}

/** A rewritten path or query as it is sent: bytes that no request target has are escaped (RFC 3986 §2.1). */
export function sendableTarget(part: string): string {
  return part.replace(
    /[^!-[\]-~]/g,
    (byte) => `%${(byte.charCodeAt(0) & 255).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** Whether hosts accept a header line; for others their methods throw. */
export function isSendableLine(name: string, value: string): boolean {
  return HEADER_NAME.test(name) && isSendableText(value);
}

/**
 * Operations that every host can apply. Setting a value that cannot be sent removes the header, rather than leaving the
 * value that the rule replaces; adding one does nothing.
 */
export function sendableOperations(operations: readonly HeaderOperation[]): readonly HeaderOperation[] {
  if (operations.every(isSendableOperation)) return operations;
  const result: HeaderOperation[] = [];
  for (const operation of operations) {
    if (isSendableOperation(operation)) result.push(operation);
    else if (operation.operation === "set" && HEADER_NAME.test(operation.name))
      result.push({ operation: "remove", name: operation.name });
  }
  return result;
}

function isSendableOperation(operation: HeaderOperation): boolean {
  if (operation.operation === "remove") return HEADER_NAME.test(operation.name);
  return isSendableLine(operation.name, operation.value);
}
