import { checkFiles } from "../check-files.ts";
import { EXIT, type Invocation, textOption, textOptions, UsageError } from "../command.ts";
import { countText, plural, reportFormat, reportText } from "../report.ts";
import { ruleFilesFrom } from "../rule-files.ts";
import { listOption } from "../serve/settings.ts";
import { print, say } from "../terminal.ts";
import { variableOptions } from "../terraform-variables.ts";

export async function check({ options, positionals, terminal }: Invocation): Promise<number> {
  if (positionals.length === 0) throw new UsageError("there is no file to check");
  const format = reportFormat(textOption(options, "format"), options["json"] === true);
  const files = await ruleFilesFrom(positionals, terminal);
  const { diagnostics, ok, configuration } = checkFiles(files, {
    lists: textOptions(options, "list").map(listOption),
    nilNotEqual: options["nil-not-equal"] === true,
    geo: textOptions(options, "geo"),
    terraformVariables: variableOptions(options),
  });
  const rules = configuration?.rulesets.reduce((sum, ruleset) => sum + ruleset.rules.length, 0) ?? 0;
  const facts = {
    files: files.length,
    rulesets: configuration?.rulesets.length ?? 0,
    rules,
    lists: configuration?.lists.length ?? 0,
    errors: diagnostics.filter((one) => one.severity === "error").length,
    warnings: diagnostics.filter((one) => one.severity === "warning").length,
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
