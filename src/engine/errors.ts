import { type Diagnostic, formatDiagnostic } from "../expression/source/diagnostic.ts";

/** The first configuration has faults: a firewall that cannot judge does not begin to let traffic through. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly code = "E_CONFIGURATION";
  /** Every fault of the configuration, in order of place. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(`the configuration has faults\n\n${diagnostics.map(formatDiagnostic).join("\n\n")}`);
    this.diagnostics = diagnostics;
  }
}

/** What kind of misuse a {@link MisuseError} reports. */
export type MisuseCode =
  /** A store answers later, and {@link Waf.evaluateSync} cannot wait. */
  | "E_ASYNC_STORE"
  /** A method of a transaction was called out of order. */
  | "E_TRANSACTION_ORDER"
  /** An option has a value that makes no sense. */
  | "E_OPTION";

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
