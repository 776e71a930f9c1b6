import { standardScheme } from "../../detection/fields/shared-scheme.ts";
import { suppliersOf } from "../../engine/snapshot/unsupplied.ts";
import { DIAGNOSTIC_CODES } from "../../language/diagnostics/codes.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { checkFiles } from "../check-files.ts";
import { EXIT, type Invocation, textOption, textOptions, UsageError } from "../command.ts";
import { listOption } from "../list-option.ts";
import { countOf, countText, plural, reportFormat, reportText } from "../report.ts";
import { ruleFilesFrom } from "../rule-files.ts";
import { print, say } from "../terminal.ts";
import { variableOptions } from "../terraform-variables.ts";

/** @throws UsageError for a word that is the code of no warning. */
function ignoreOption(words: readonly string[]): ReadonlySet<string> {
  const known = DIAGNOSTIC_CODES.filter((code) => code.startsWith("W_"));
  for (const word of words) {
    if (known.some((code) => code === word)) continue;
    const hint = didYouMean(word, known);
    const message = `\`--ignore\` takes the code of a warning, not \`${word}\``;
    throw new UsageError(hint === undefined ? message : `${message}; ${hint}`);
  }
  return new Set(words);
}

/** @throws UsageError for a field that there is not. */
function suppliedOption(names: readonly string[]): readonly string[] {
  try {
    suppliersOf({ supplied: names }, standardScheme());
    return names;
  } catch (error) {
    if (error instanceof MisuseError)
      throw new UsageError(error.message.replace("`supplied`", "`--supplied`"));
    throw error;
  }
}

export async function check({ options, positionals, terminal }: Invocation): Promise<number> {
  if (positionals.length === 0) throw new UsageError("there is no file to check");
  const format = reportFormat(textOption(options, "format"), options["json"] === true);
  const files = await ruleFilesFrom(positionals, terminal);
  const ignored = ignoreOption(textOptions(options, "ignore"));
  const {
    diagnostics: all,
    ok,
    configuration,
  } = checkFiles(files, {
    lists: textOptions(options, "list").map(listOption),
    nilNotEqual: options["nil-not-equal"] === true,
    geo: textOptions(options, "geo"),
    partial: options["partial"] === true,
    zone: textOption(options, "zone"),
    terraformVariables: variableOptions(options),
    plainHttp: options["plain-http"] === true,
    trust: textOptions(options, "trust"),
    protocolHeader: textOption(options, "protocol-header"),
    supplied: suppliedOption(textOptions(options, "supplied")),
  });
  const diagnostics = all.filter(({ code, severity }) => severity === "error" || !ignored.has(code));
  const rules = configuration?.rulesets.reduce((sum, ruleset) => sum + ruleset.rules.length, 0) ?? 0;
  const facts = {
    files: files.length,
    rulesets: configuration?.rulesets.length ?? 0,
    rules,
    lists: configuration?.lists.length ?? 0,
    errors: countOf(diagnostics, "error"),
    warnings: countOf(diagnostics, "warning"),
  };
  const text = reportText(diagnostics, format, facts, terminal);
  if (text !== "") print(terminal, text);
  const content =
    configuration === undefined
      ? ""
      : `, ${plural(facts.rulesets, "ruleset")}, ${plural(rules, "rule")}, ${plural(facts.lists, "list")}`;
  say(terminal, `${plural(files.length, "file")}${content}: ${countText(diagnostics)}`);
  const failed = !ok || (options["strict"] === true && diagnostics.length > 0);
  return failed ? EXIT.findings : EXIT.ok;
}
