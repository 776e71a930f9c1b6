import { standardScheme } from "../../detection/fields/shared-scheme.ts";
import { tryCreateWaf } from "../../engine/firewall/standard-waf.ts";
import type { Waf } from "../../engine/firewall/waf.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import type { ListLookup } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { compileAnyList, expressionKind, listDefinitions } from "../../rules/lists/compile-list.ts";
import type { LoadedConfiguration } from "../../rules/ruleset/document.ts";
import { checkFiles } from "../check-files.ts";
import { firewallOptions, type RuleSettings } from "../firewall-options.ts";
import { plural } from "../report.ts";
import { readRuleFiles } from "../rule-files.ts";
import { errorText } from "../system-error.ts";

/** Rules that were loaded into a sitting, with the lists that expressions may now name. */
export interface LoadedRules {
  readonly path: string;
  readonly configuration: LoadedConfiguration;
  readonly scheme: Scheme;
  readonly lists: readonly (ListLookup | undefined)[];
  readonly waf: Waf;
}

export type Loading =
  | {
      readonly ok: true;
      readonly rules: LoadedRules;
      readonly summary: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }
  /** The file cannot be read. */
  | { readonly message: string };

const NO_OPTIONS: RuleSettings = { lists: [], nilNotEqual: false, geo: [] };

export function loadRules(path: string): Loading {
  try {
    const { configuration, diagnostics, ok } = checkFiles(readRuleFiles(path), NO_OPTIONS);
    if (!ok || configuration === undefined) return { ok: false, diagnostics };
    const lists = configuration.lists.filter((list) => expressionKind(list) !== undefined);
    const made = tryCreateWaf(configuration, firewallOptions(NO_OPTIONS));
    if (!made.ok) return { ok: false, diagnostics: [...diagnostics, ...made.errors] };
    const tables = lists.map((list) => {
      const compiled = compileAnyList(list, { now: Date.now });
      return compiled.ok ? compiled.value : undefined;
    });
    const rules = configuration.rulesets.reduce((sum, ruleset) => sum + ruleset.rules.length, 0);
    const { rulesets } = configuration;
    return {
      ok: true,
      rules: {
        path,
        configuration,
        scheme: standardScheme().withLists(listDefinitions(lists)),
        lists: tables,
        waf: made.value,
      },
      summary: `${plural(rulesets.length, "ruleset")}, ${plural(rules, "rule")}, ${plural(configuration.lists.length, "list")}`,
      diagnostics,
    };
  } catch (error) {
    return { message: errorText(error) };
  }
}
