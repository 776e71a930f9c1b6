import { standardScheme } from "../../detection/fields/shared-scheme.ts";
import { exceptionLines } from "../../engine/events/event-text.ts";
import { memorySink } from "../../engine/events/sinks.ts";
import { tryCreateWaf } from "../../engine/firewall/standard-waf.ts";
import { EXIT, type Invocation, textOption, textOptions, UsageError } from "../command.ts";
import { decisionJson } from "../decision-json.ts";
import { changeLines, decisionLine, evidenceLines, explanationLines } from "../decision-text.ts";
import { firewallOptions } from "../firewall-options.ts";
import { listOption } from "../list-option.ts";
import { prettyDiagnostic, prettyParts, withoutRepeated } from "../report.ts";
import { subjectFrom } from "../request-options.ts";
import { prepareRuleFiles } from "../rule-files.ts";
import { loadConfig } from "../serve/load-rules.ts";
import { leftOutText, noRuleText, onlyMatched, onlyNamed } from "../shown-rules.ts";
import { print, say } from "../terminal.ts";
import { variableOptions } from "../terraform-variables.ts";

export async function explainRequest({ options, positionals, terminal }: Invocation): Promise<number> {
  if (positionals.length === 0) throw new UsageError("there are no rules: name a file or a directory");
  const sink = memorySink({ limit: 1 });
  const lists = textOptions(options, "list").map(listOption);
  const settings = {
    lists,
    nilNotEqual: options["nil-not-equal"] === true,
    geo: textOptions(options, "geo"),
    partial: options["partial"] === true,
    zone: textOption(options, "zone"),
    terraformVariables: variableOptions(options),
    trust: textOptions(options, "trust"),
    protocolHeader: textOption(options, "protocol-header"),
  };
  await prepareRuleFiles(positionals);
  const loaded = loadConfig({ rules: positionals, ...settings });
  if (!loaded.ok && loaded.message !== undefined) throw new UsageError(loaded.message);
  const made = loaded.ok
    ? tryCreateWaf(loaded.config, {
        ...firewallOptions(settings),
        events: [sink],
      })
    : loaded;
  if (!made.ok) {
    if (options["json"] === true)
      print(terminal, JSON.stringify({ ok: false, errors: made.errors }, undefined, 2));
    else say(terminal, made.errors.map((error) => prettyDiagnostic(error, terminal)).join("\n\n"));
    return EXIT.usage;
  }
  const warnings = withoutRepeated([...loaded.warnings, ...made.warnings]);
  for (const text of prettyParts(warnings, terminal)) say(terminal, text);
  const subject = await subjectFrom(options, standardScheme(), terminal);
  const decision = await made.value.evaluate(subject.view(), { trace: true });
  if (options["json"] === true) print(terminal, JSON.stringify(decisionJson(decision), undefined, 2));
  else {
    print(terminal, decisionLine(decision, terminal));
    for (const line of changeLines(decision)) print(terminal, line);
    const whole = decision.explanation;
    if (whole !== undefined) {
      const ref = textOption(options, "rule");
      const named = ref === undefined ? undefined : onlyNamed(decision, ref);
      if (ref !== undefined && named === undefined) throw new UsageError(noRuleText(decision, ref));
      const shown = named ?? (options["all"] === true ? whole : onlyMatched(whole));
      for (const line of evidenceLines(shown)) print(terminal, line);
      for (const line of explanationLines(shown, terminal, { reasons: true })) print(terminal, line);
      const left = named === undefined ? leftOutText(whole, shown) : undefined;
      if (left !== undefined) print(terminal, left);
    }
    const [event] = sink.events;
    if (event !== undefined) for (const line of exceptionLines(event)) print(terminal, line);
  }
  return options["exit-status"] === true && decision.action !== "allow" ? EXIT.findings : EXIT.ok;
}
