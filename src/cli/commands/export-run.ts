import { type ExportRemark, toCloudflare } from "../../rules/export/to-cloudflare.ts";
import { checkFiles } from "../check-files.ts";
import { EXIT, type Invocation, textOption, textOptions, UsageError } from "../command.ts";
import { listOption } from "../list-option.ts";
import { plural, prettyDiagnostic } from "../report.ts";
import { ruleFilesFrom } from "../rule-files.ts";
import { print, say } from "../terminal.ts";
import { variableOptions } from "../terraform-variables.ts";

export async function exportRules({ options, positionals, terminal }: Invocation): Promise<number> {
  if (positionals.length === 0) throw new UsageError("there is no file to export");
  const system = textOption(options, "to") ?? "cloudflare";
  if (system !== "cloudflare") throw new UsageError(`\`--to\` takes cloudflare, not \`${system}\``);
  const files = await ruleFilesFrom(positionals, terminal);
  const { diagnostics, ok, configuration } = checkFiles(files, {
    lists: textOptions(options, "list").map(listOption),
    nilNotEqual: options["nil-not-equal"] === true,
    geo: [],
    partial: options["partial"] === true,
    zone: textOption(options, "zone"),
    terraformVariables: variableOptions(options),
  });
  if (!ok || configuration === undefined) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    for (const one of errors) say(terminal, prettyDiagnostic(one, terminal));
    say(terminal, "nothing is exported: the rules have faults");
    return EXIT.usage;
  }
  const { stripped, ...bodies } = toCloudflare(configuration);
  const withRemarks = options["json"] === true;
  print(terminal, JSON.stringify(withRemarks ? { ...bodies, stripped } : bodies, undefined, 2));
  if (!withRemarks) for (const remark of stripped) say(terminal, remarkText(remark));
  const lost = stripped.filter(({ outcome }) => outcome === "left_out").length;
  say(
    terminal,
    `${plural(bodies.rulesets.length, "ruleset")}, ${plural(bodies.lists.length, "list")}; ${lost} left out, ${stripped.length - lost} changed`,
  );
  return lost > 0 ? EXIT.findings : EXIT.ok;
}

function remarkText({ outcome, path, of, ref, member, why }: ExportRemark): string {
  const what = outcome === "left_out" ? "left out" : outcome;
  const whose = ref === undefined ? of : `${of} › ${ref}`;
  return `${path} (${whose}): ${what}: \`${member}\`: ${why}`;
}
