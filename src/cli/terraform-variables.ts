import { type OptionValues, textOptions, UsageError } from "./command.ts";

/** The values of `--var NAME=VALUE`, each as text. @throws UsageError */
export function variableOptions(options: OptionValues): Readonly<Record<string, string>> {
  const found: Record<string, string> = Object.create(null);
  for (const word of textOptions(options, "var")) {
    const at = word.indexOf("=");
    if (at < 1) throw new UsageError(`\`--var\` takes NAME=VALUE, not \`${word}\``);
    found[word.slice(0, at)] = word.slice(at + 1);
  }
  return found;
}
