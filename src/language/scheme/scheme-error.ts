/** A scheme, or something in it, is declared wrongly: a misuse of the API, with a code to test for. */
export class SchemeError extends Error {
  override readonly name = "SchemeError";
  /** Which kind of declaration is wrong. */
  readonly code:
    | "E_SCHEME_NAME"
    | "E_SCHEME_TYPE"
    | "E_SCHEME_DUPLICATE"
    | "E_SCHEME_MEANING"
    | "E_SCHEME_DERIVES_FROM"
    | "E_SCHEME_LOAD";

  constructor(code: SchemeError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
