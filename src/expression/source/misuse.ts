/** Stable names of the mistakes that an embedding program can make; `docs/reference/misuse.md` explains each. */
export type MisuseCode =
  /** A store answers later, and a synchronous evaluation cannot wait. */
  | "E_ASYNC_STORE"
  /** A method of a transaction was called out of order. */
  | "E_TRANSACTION_ORDER"
  /** An option has a value that makes no sense. */
  | "E_OPTION"
  /** There is no option, or no limit, of that name. */
  | "E_OPTION_UNKNOWN"
  /** Two things that are told apart by their names have the same name. */
  | "E_DUPLICATE_NAME"
  /** A ruleset supplied in code names something that was not supplied with it. */
  | "E_UNKNOWN_NAME"
  /** A tree was put together by hand in a way that no expression gives. */
  | "E_SYNTAX_TREE";

/** The API was used wrongly: a mistake of the embedding program, never of a request or a rule. */
export class MisuseError extends Error {
  override readonly name = "MisuseError";
  readonly code: MisuseCode;

  constructor(code: MisuseCode, message: string) {
    super(message);
    this.code = code;
  }
}
