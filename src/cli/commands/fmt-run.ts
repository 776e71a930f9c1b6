import { writeFileSync } from "node:fs";
import { EXIT, type Invocation, UsageError } from "../command.ts";
import { type Formatted, formatFile } from "../format-file.ts";
import { plural, prettyDiagnostic } from "../report.ts";
import { type RuleFile, ruleFilesFrom } from "../rule-files.ts";
import { print, printText, say, type Terminal } from "../terminal.ts";

export async function fmt({ options, positionals, terminal }: Invocation): Promise<number> {
  const check = options["check"] === true;
  const write = options["write"] === true;
  if (positionals.length === 0) throw new UsageError("there is no file to format");
  if (check && write) throw new UsageError("`--check` changes nothing, `--write` does: choose one");
  const files = (await ruleFilesFrom(positionals, terminal)).map(bareExpression);
  if (!check && !write && options["json"] !== true && files.length > 1) {
    throw new UsageError("several files are formatted with `--check` or `--write`");
  }
  const done = files.map((file) => ({ file, formatted: formatFile(file) }));
  const changed = done.filter(({ file, formatted }) => formatted.text !== file.source.text);
  for (const { file, formatted } of done) sayRemarks(file, formatted, terminal);
  if (write) for (const { file, formatted } of changed) writeFile(file, formatted, terminal);
  if (options["json"] === true) {
    const report = {
      files: files.length,
      changed: changed.map(({ file }) => file.path),
      faults: done.flatMap(({ formatted }) => formatted.faults),
    };
    print(terminal, JSON.stringify(report, undefined, 2));
  } else if (check || write) for (const { file } of changed) print(terminal, file.path);
  else for (const { formatted } of done) printText(terminal, formatted.text);
  if (check || write)
    say(terminal, `${plural(files.length, "file")}, ${changed.length} ${write ? "changed" : "to change"}`);
  if (done.some(({ formatted }) => formatted.faults.length > 0)) return EXIT.usage;
  return check && changed.length > 0 ? EXIT.findings : EXIT.ok;
}

/** The standard input may be one expression or a document. */
function bareExpression(file: RuleFile): RuleFile {
  const isDocument = /^\s*[{[]|^\s*(?:-|[a-z_]+:(?:\s|$))/m.test(file.source.text);
  return file.path === "<stdin>" && !isDocument ? { ...file, kind: "expression" } : file;
}

function sayRemarks(file: RuleFile, { faults, untouched }: Formatted, terminal: Terminal): void {
  for (const fault of faults) say(terminal, prettyDiagnostic(fault, terminal));
  for (const pointer of untouched) {
    const place = pointer === "" ? file.path : `${file.path}#${pointer}`;
    say(terminal, `${place}: left as it is (it has comments, or cannot be rewritten in place)`);
  }
}

function writeFile(file: RuleFile, formatted: Formatted, terminal: Terminal): void {
  if (file.path === "<stdin>") printText(terminal, formatted.text);
  else writeFileSync(file.path, formatted.text);
}
