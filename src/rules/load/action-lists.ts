import type { Path } from "../../documents/text/located.ts";
import { withArticle } from "../../language/diagnostics/article.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { isVendorList } from "../import/imported.ts";
import type { ActionList } from "../ruleset/actions/control.ts";
import type { ActionParameters } from "../ruleset/document.ts";
import type { ResolvedOptions } from "./options.ts";
import type { ReadRuleset } from "./read-ruleset.ts";

/** A list that an action names, and its place. */
interface NamedList {
  readonly list: ActionList;
  readonly path: Path;
}

/**
 * Checks the lists that actions look up, such as `from_list` of a redirect, like `$name` in an expression: a rule
 * without its list would pass requests silently. Without a scheme the firewall checks them.
 *
 * @param isWhole whether a firewall is made of the documents. Exports hold rules without their lists: they load without a warning.
 */
export function checkActionLists(
  read: readonly ReadRuleset[],
  options: ResolvedOptions,
  isWhole: boolean,
): void {
  if (options.scheme === undefined) return;
  for (const ruleset of read) {
    // Rules of the other phases are kept for other systems.
    if (ruleset.phase?.executed !== true) continue;
    for (const { list, path } of actionLists(ruleset, options))
      checkList(ruleset, list, path, options, isWhole);
  }
}

/** The lists that the actions of a ruleset name in their parameters. */
export function actionLists(
  { document, part, malformed, pathOf }: ReadRuleset,
  { actionsByName }: ResolvedOptions,
): readonly NamedList[] {
  const named = (action: string, parameters: ActionParameters | undefined, path: Path) =>
    (actionsByName.get(action)?.lists?.(parameters ?? {}) ?? []).map((list) => ({
      list,
      path: [...path, ...list.path],
    }));
  const ofRules = document.rules.flatMap((rule, at) =>
    malformed.has(rule)
      ? []
      : named(rule.action, rule.action_parameters, [...pathOf(at), "action_parameters"]),
  );
  const { default_action: action, default_action_parameters: parameters } = document;
  if (action === undefined) return ofRules;
  return [...ofRules, ...named(action, parameters, [...part.path, "default_action_parameters"])];
}

function checkList(
  { sink, part }: ReadRuleset,
  { name, kind }: ActionList,
  path: Path,
  { scheme, references }: ResolvedOptions,
  isWhole: boolean,
): void {
  const found = scheme?.list(name);
  if (found?.list.kind === kind) return;
  if (found !== undefined) {
    const message = `\`$${excerpt(name)}\` is a list of kind ${found.list.kind}, and the action needs ${withArticle(kind)} list`;
    sink.report({ code: "E_LIST_KIND", path, message });
    return;
  }
  const hint = didYouMean(
    name,
    scheme?.lists.filter((list) => list.kind === kind).map((list) => list.name) ?? [],
  );
  const isLate =
    part.origin === "export" ||
    references === "late" ||
    isVendorList(name) ||
    (part.origin === "request" && hint === undefined);
  if (isLate && !isWhole) return;
  const message = `there is no list \`$${excerpt(name)}\``;
  sink.report({
    code: isLate ? "W_LIST_UNKNOWN" : "E_LIST_UNKNOWN",
    severity: isLate ? "warning" : "error",
    path,
    message: isLate ? `${message} yet: the rule does nothing until it is supplied` : message,
    ...(hint === undefined ? {} : { hint }),
  });
}
