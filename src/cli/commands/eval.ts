import { Source } from "../../expression/source/source.ts";
import { typeName } from "../../expression/values/types.ts";
import { type Command, EXIT, type Invocation, UsageError } from "../command.ts";
import { compileTrial } from "../evaluate.ts";
import { standardScheme } from "../language.ts";
import { prettyDiagnostic } from "../report.ts";
import { REQUEST_OPTIONS, subjectFrom } from "../request-options.ts";
import { showValue, valueToJson } from "../show-value.ts";
import { print, say } from "../terminal.ts";
import { nilRemarks, traceLines, traceToJson } from "../trace-tree.ts";

export const evalCommand: Command = {
  name: "eval",
  summary: "evaluate an expression over one request",
  usage: "EXPRESSION [--url URL] [--header 'Name: value']… [--ip ADDRESS] [--set FIELD=VALUE]…",
  options: {
    ...REQUEST_OPTIONS,
    trace: { type: "boolean", short: "t", summary: "show the value of every part" },
    "exit-status": { type: "boolean", summary: "exit with 1 when the result is false or nil" },
    json: { type: "boolean", summary: "the result as JSON" },
  },
  examples: [
    `wirewall eval 'http.request.uri.path contains "/admin"' --url https://shop.example/admin`,
    "wirewall eval 'lower(http.host)' --header 'Host: SHOP.example'",
    "wirewall eval 'ip.src in {10.0.0.0/8} and ssl' --ip 10.1.2.3 --trace",
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
    if (options["trace"] === true) for (const line of traceLines(trace.root, terminal)) print(terminal, line);
    for (const remark of remarks) say(terminal, remark);
  }
  const negative = trace.value === undefined || trace.value === false;
  return options["exit-status"] === true && negative ? EXIT.findings : EXIT.ok;
}
