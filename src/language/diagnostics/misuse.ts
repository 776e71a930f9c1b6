/** Stable names of the mistakes that an embedding program can make; `docs/reference/misuse.md` explains each. */
export const MISUSE_CODES = [
  "E_ASYNC_FIELD",
  "E_ASYNC_STORE",
  "E_TRANSACTION_ORDER",
  "E_OPTION",
  "E_OPTION_UNKNOWN",
  "E_REQUEST",
  "E_SUPPLIED",
  "E_DUPLICATE_NAME",
  "E_UNKNOWN_NAME",
  "E_SYNTAX_TREE",
  "E_DEFINITION",
  "E_ANSWER",
  "E_BODY_CONSUMED",
  "E_HOST_RULES",
] as const;

/** Stable name of a mistake in the embedding program; `docs/reference/misuse.md` explains each. */
export type MisuseCode = (typeof MISUSE_CODES)[number];

/** The API was used wrongly: a mistake of the embedding program, never of a request or a rule. */
export class MisuseError extends Error {
  override readonly name = "MisuseError";
  /** The misused function or option. */
  readonly code: MisuseCode;

  constructor(code: MisuseCode, message: string) {
    super(message);
    this.code = code;
  }
}
