import type { FaultSink } from "../../documents/shapes/faults.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import type { ListedRuleset, Part } from "./parts.ts";

/** Rulesets of which a document has only the description. */
export interface Listing {
  readonly listed: readonly ListedRuleset[];
  readonly sink: FaultSink;
}

/**
 * A listing together with its rulesets adds nothing. Rulesets that it lists and no document contains are reported,
 * except for Cloudflare's own, where this is usual. A listing without any of its rulesets would load as an empty
 * configuration and pass every request.
 */
export function judgeListings(listings: readonly Listing[], parts: readonly Part[]): void {
  const ids = new Set(parts.flatMap(({ kind, value }) => (kind === "ruleset" ? [idOf(value)] : [])));
  for (const { listed, sink } of listings) {
    const own = listed.filter(({ value }) => value["kind"] !== "managed");
    const missing = own.filter(({ value }) => !ids.has(idOf(value)));
    const [first] = listed;
    if (first === undefined) continue;
    const hasNone =
      !parts.some((part) => part.kind === "ruleset") || (own.length > 0 && missing.length === own.length);
    if (hasNone) {
      const message = "this answer lists rulesets without their rules";
      sink.report({ code: "E_DOC_TYPE", path: first.path, message, hint: "fetch each ruleset by its id" });
      continue;
    }
    for (const { path, value } of missing) {
      const message = `the ruleset \`${excerpt(String(value["id"]))}\` is listed, but its rules are not in the documents`;
      const hint = "fetch the ruleset by its id";
      sink.report({ code: "W_IMPORT", severity: "warning", path, message, hint });
    }
  }
}

function idOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "id" in value ? value.id : undefined;
}
