import type { HostNeed } from "../engine/decision/host-need.ts";
import { MisuseError } from "../language/diagnostics/misuse.ts";

/** The capabilities that rules may need and a host lacks. */
export type Lacks = readonly HostNeed["part"][];

/** The handling of rules that need capabilities that a host lacks. */
export interface UnsupportedRulesOption {
  /**
   * The handling of rules that need a capability that this host lacks. `refuse` (default): the host is not created, and
   * the `MisuseError` `E_HOST_RULES` names them; after an update of the firewall `onError` is called. `ignore`: the
   * decision has their changes, which have no effect.
   */
  readonly unsupportedRules?: "refuse" | "ignore";
}

const CANNOT: Readonly<Record<HostNeed["part"], string>> = {
  path: "rewrite paths",
  query: "rewrite queries",
  requestHeaders: "change request headers",
  responseHeaders: "change response headers",
  route: "route requests to other origins",
  response: "show rules the response",
  connection: "close or hold connections",
};

/** Rules that are named for each thing that cannot be done. */
const MOST_NAMED = 5;

/** The misuse of a host for rules that need more than it can do; undefined: it can do everything. */
export function unmetNeeds(needs: readonly HostNeed[], lacks: Lacks): MisuseError | undefined {
  const unmet = lacks.flatMap((part) => {
    const names = new Set(
      needs.flatMap(({ part: needed, rule }) => (needed === part ? `\`${rule.ruleset}/${rule.ref}\`` : [])),
    );
    return names.size === 0 ? [] : `${CANNOT[part]} (${listed([...names])})`;
  });
  if (unmet.length === 0) return undefined;
  return new MisuseError(
    "E_HOST_RULES",
    `rules need what this host cannot do: ${unmet.join(", ")}; leave them out, use a host that can, or set \`unsupportedRules\` to \`ignore\``,
  );
}

function listed(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
