import { standardScheme } from "../../detection/fields/shared-scheme.ts";
import { Source } from "../../language/diagnostics/source.ts";
import { typeName } from "../../language/values/types.ts";
import { EXIT, type Invocation, UsageError } from "../command.ts";
import { compileTrial } from "../evaluate.ts";
import { prettyDiagnostic } from "../report.ts";
import { subjectFrom } from "../request-options.ts";
import { showValue, valueToJson } from "../show-value.ts";
import { print, say } from "../terminal.ts";
import { nilRemarks, traceLines, traceToJson } from "../trace-tree.ts";

export async function evaluate({ options, positionals, terminal }: Invocation): Promise<number> {
  const [text, ...more] = positionals;
  if (text === undefined) throw new UsageError("there is no expression");
  if (more.length > 0)
    throw new UsageError(`one expression at a time: put it in quotes (\`${more[0]}\` is left over)`);
  const scheme = standardScheme();
  const subject = await subjectFrom(options, scheme, terminal);
  const compiled = compileTrial(new Source(text), scheme);
  const asJson = options["json"] === true;
  if (!compiled.ok) {
    if (asJson)
      print(
        terminal,
        JSON.stringify({ ok: false, errors: compiled.errors, warnings: compiled.warnings }, undefined, 2),
      );
    else say(terminal, compiled.errors.map((error) => prettyDiagnostic(error, terminal)).join("\n\n"));
    return EXIT.usage;
  }
  const { type, run } = compiled.value;
  const trace = run(subject.context(scheme));
  const remarks = nilRemarks(trace.root);
  if (asJson) {
    print(
      terminal,
      JSON.stringify(
        {
          ok: true,
          type: typeName(type),
          value: valueToJson(trace.value, type),
          remarks,
          warnings: compiled.warnings,
          trace: traceToJson(trace.root),
        },
        undefined,
        2,
      ),
    );
  } else {
    for (const warning of compiled.warnings) say(terminal, prettyDiagnostic(warning, terminal));
    print(terminal, showValue(trace.value, type, 4000));
    if (options["quiet"] !== true) {
      const tree = traceLines(trace.root, terminal);
      // An expression without parts would only be said again.
      if (tree.length > 1) for (const line of tree) print(terminal, line);
      for (const remark of remarks) say(terminal, remark);
    }
  }
  const negative = trace.value === undefined || trace.value === false;
  return options["exit-status"] === true && negative ? EXIT.findings : EXIT.ok;
}
