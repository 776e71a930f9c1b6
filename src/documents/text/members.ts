/** An object of a document, its members still to be checked. */
export type Members = Readonly<Record<string, unknown>>;

export function isMembers(value: unknown): value is Members {
  return isContainer(value) && !Array.isArray(value);
}

/** Whether a value has members: an object, or an array with its positions. */
export function isContainer(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === "object" && value !== null;
}
