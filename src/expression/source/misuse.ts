/** Stable names of the mistakes that an embedding program can make. */
export type MisuseCode =
  /** A store answers later, and a synchronous evaluation cannot wait. */
  | "E_ASYNC_STORE"
  /** A method of a transaction was called out of order. */
  | "E_TRANSACTION_ORDER"
  /** An option has a value that makes no sense. */
  | "E_OPTION"
  /** What a definition declares contradicts itself. */
  | "E_DEFINITION";

/** The API was used wrongly: a mistake of the embedding program, never of a request or a rule. */
export class MisuseError extends Error {
  override readonly name = "MisuseError";
  /** What was misused. */
  readonly code: MisuseCode;

  constructor(code: MisuseCode, message: string) {
    super(message);
    this.code = code;
  }
}
