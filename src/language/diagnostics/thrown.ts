// Anything can be thrown, and even asking it for its text may throw. Texts are neither escaped nor cut.

/** The name and the message of what was thrown. */
export function thrownText(thrown: unknown): string {
  return textOf(thrown, ({ name, message }) => `${name}: ${message}`);
}

/** The message alone. */
export function thrownMessage(thrown: unknown): string {
  return textOf(thrown, ({ message }) => message);
}

/** A thrown value as an error. */
export function thrownError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(thrownMessage(thrown));
}

function textOf(thrown: unknown, ofError: (error: Error) => string): string {
  try {
    return String(thrown instanceof Error ? ofError(thrown) : thrown);
  } catch {
    return "an error that cannot be shown";
  }
}
