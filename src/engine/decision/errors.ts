import { type Diagnostic, formatDiagnostic } from "../../language/diagnostics/diagnostic.ts";

export { type MisuseCode, MisuseError } from "../../language/diagnostics/misuse.ts";

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
