import { type Diagnostic, formatDiagnostic } from "../../language/diagnostics/diagnostic.ts";

export { type MisuseCode, MisuseError } from "../../language/diagnostics/misuse.ts";

/** Thrown when the first configuration has faults: without a valid configuration there is no firewall. */
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
