import { standardScheme } from "../../detection/fields/shared-scheme.ts";
import { type MemorySink, memorySink } from "../../engine/events/sinks.ts";
import { tryCreateWaf } from "../../engine/firewall/standard-waf.ts";
import type { Waf } from "../../engine/firewall/waf.ts";
import { ConditionSet } from "../../language/compile/conditions.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import { automatonEngine } from "../../language/pattern/automaton-engine.ts";
import type { ListLookup } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { compileAnyList } from "../../rules/lists/compile-any-list.ts";
import { expressionKind, listDefinitions } from "../../rules/lists/compile-list.ts";
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
  /** Named conditions that expressions may call. */
  readonly conditions: ConditionSet;
  readonly waf: Waf;
  /** Takes the event of the last request. */
  readonly sink: MemorySink;
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
    const sink = memorySink({ limit: 1 });
    const made = tryCreateWaf(configuration, { ...firewallOptions(NO_OPTIONS), events: [sink] });
    if (!made.ok) return { ok: false, diagnostics: [...diagnostics, ...made.errors] };
    const tables = lists.map((list) => {
      const compiled = compileAnyList(list, { now: Date.now });
      return compiled.ok ? compiled.value : undefined;
    });
    const scheme = standardScheme().withLists(listDefinitions(lists));
    const { set: conditions } = ConditionSet.read(configuration.conditions ?? {}, scheme, {
      patterns: automatonEngine,
    });
    const rules = configuration.rulesets.reduce((sum, ruleset) => sum + ruleset.rules.length, 0);
    const { rulesets } = configuration;
    return {
      ok: true,
      rules: {
        path,
        configuration,
        scheme,
        conditions,
        lists: tables,
        waf: made.value,
        sink,
      },
      summary: `${plural(rulesets.length, "ruleset")}, ${plural(rules, "rule")}, ${plural(configuration.lists.length, "list")}`,
      diagnostics,
    };
  } catch (error) {
    return { message: errorText(error) };
  }
}
