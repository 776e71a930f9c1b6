import { standardScheme } from "../../engine/firewall/standard-waf.ts";
import { Source } from "../../language/diagnostics/source.ts";
import { typeName } from "../../language/values/types.ts";
import { type Command, EXIT, type Invocation, UsageError } from "../command.ts";
import { compileTrial } from "../evaluate.ts";
import { prettyDiagnostic } from "../report.ts";
import { REQUEST_OPTIONS, subjectFrom } from "../request-options.ts";
import { showValue, valueToJson } from "../show-value.ts";
import { print, say } from "../terminal.ts";
import { nilRemarks, traceLines, traceToJson } from "../trace-tree.ts";

export const evalCommand: Command = {
  name: "eval",
  summary: "evaluate an expression over one request: the result, and the value of each part",
  usage: "EXPRESSION [--url URL] [--header 'Name: value']… [--ip ADDRESS] [--set FIELD=VALUE]…",
  options: {
    ...REQUEST_OPTIONS,
    quiet: { type: "boolean", short: "q", summary: "the result alone, without the values of its parts" },
    "exit-status": { type: "boolean", summary: "exit with 1 when the result is false or nil" },
    json: { type: "boolean", summary: "the result as JSON, with the tree of values" },
  },
  examples: [
    `wirewall eval 'http.request.uri.path contains "/admin"' --url https://shop.example/admin`,
    "wirewall eval 'lower(http.host)' --header 'Host: SHOP.example'",
    "wirewall eval 'ip.src in {10.0.0.0/8} and ssl' --ip 10.1.2.3",
  ],
  run: evaluate,
};

async function evaluate({ options, positionals, terminal }: Invocation): Promise<number> {
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
