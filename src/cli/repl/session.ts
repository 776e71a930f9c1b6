import { standardScheme } from "../../detection/fields/shared-scheme.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import { Source } from "../../language/diagnostics/source.ts";
import type { ListLookup } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { compileTrial, type Trial } from "../evaluate.ts";
import { prettyDiagnostic } from "../report.ts";
import { showValue } from "../show-value.ts";
import { Subject } from "../subject.ts";
import { styled, type Terminal } from "../terminal.ts";
import { nilRemarks } from "../trace-tree.ts";
import { complaint, type Reply } from "./reply.ts";
import type { LoadedRules } from "./rules.ts";

/** The prompt on a terminal. */
export const PROMPT = "wirewall> ";

export interface SessionOptions {
  readonly terminal: Terminal;
  /** `plain`: one line per result and per fault, for scripts. */
  readonly style: "interactive" | "plain";
  /** Columns before the input on its own line. */
  readonly promptWidth: number;
}

/** The state of one sitting: the request, the rules, what was entered. Knows nothing of how lines are read. */
export class Session {
  readonly terminal: Terminal;
  readonly style: SessionOptions["style"];
  readonly #promptWidth: number;
  subject = new Subject();
  rules: LoadedRules | undefined;
  /** Expressions that compiled, oldest first. */
  readonly entered: string[] = [];

  constructor(options: SessionOptions) {
    this.terminal = options.terminal;
    this.style = options.style;
    this.#promptWidth = options.promptWidth;
  }

  /** The names that expressions may use: the standard ones, and the lists of the loaded rules. */
  get scheme(): Scheme {
    return this.rules?.scheme ?? standardScheme();
  }

  get lists(): readonly (ListLookup | undefined)[] | undefined {
    return this.rules?.lists;
  }

  /** Compiles an expression, or says what is wrong with it. `column`: where it begins in the line as typed. */
  compile(
    text: string,
    column = 0,
  ): { readonly trial: Trial; readonly warnings: readonly Diagnostic[] } | { readonly reply: Reply } {
    const compiled = compileTrial(new Source(text, "<repl>"), this.scheme, this.rules?.conditions);
    if (!compiled.ok) {
      return {
        reply: complaint(...compiled.errors.flatMap((error) => this.#showFault(error, text, column))),
      };
    }
    this.entered.push(text);
    return { trial: compiled.value, warnings: compiled.warnings };
  }

  /** The expression given, or the last one that was entered. */
  expression(text: string): string | undefined {
    return text === "" ? this.entered.at(-1) : text;
  }

  /** The value of an expression over the current request. */
  evaluate(text: string): Reply {
    const compiled = this.compile(text);
    if ("reply" in compiled) return compiled.reply;
    const { trial, warnings } = compiled;
    const trace = trial.run(this.subject.context(this.scheme, this.lists));
    const value = showValue(trace.value, trial.type, 2000);
    const remarks = [
      ...warnings.flatMap((warning) => this.#showFault(warning, text, 0)),
      ...nilRemarks(trace.root),
    ];
    if (this.style === "plain") return { out: [value], err: remarks, code: 0 };
    const colour = trace.value === true ? "green" : trace.value === false ? "red" : "cyan";
    const cost = styled(this.terminal, "dim", `   cost ${trial.cost}`);
    return {
      out: [`${styled(this.terminal, colour, value)}${cost}`],
      err: remarks.map((remark) => styled(this.terminal, "dim", remark)),
      code: 0,
    };
  }

  /** A fault in a file: in full for people, in one line for scripts. */
  faultText(fault: Diagnostic): string {
    if (this.style === "interactive") return prettyDiagnostic(fault, this.terminal);
    const hint = fault.hint === undefined ? "" : `; ${fault.hint}`;
    return `${fault.source}:${fault.line}:${fault.column} ${fault.severity}[${fault.code}]: ${fault.message}${hint}`;
  }

  #showFault(fault: Diagnostic, text: string, column: number): readonly string[] {
    if (this.style === "plain") {
      const hint = fault.hint === undefined ? "" : `; ${fault.hint}`;
      return [`${fault.severity}[${fault.code}] at ${fault.line}:${fault.column}: ${fault.message}${hint}`];
    }
    const carets = text.includes("\n") ? undefined : caretLine(fault);
    if (carets === undefined) return [prettyDiagnostic(fault, this.terminal)];
    const lines = [
      " ".repeat(this.#promptWidth + column) + styled(this.terminal, "red", carets),
      `${styled(this.terminal, "red", `${fault.severity}[${fault.code}]`)}: ${fault.message}`,
    ];
    if (fault.expected !== undefined && fault.expected.length > 0)
      lines.push(`  expected: ${fault.expected.join(", ")}`);
    if (fault.hint !== undefined) lines.push(`  help: ${fault.hint}`);
    return lines;
  }
}

/** The carets of a fault as they are under the input itself; undefined when its frame shows only a part of it. */
function caretLine(fault: Diagnostic): string | undefined {
  const [line = "", carets = ""] = fault.frame?.split("\n") ?? [];
  const gutter = line.indexOf(" | ") + 3;
  return gutter < 3 || line.includes("…") ? undefined : carets.slice(gutter);
}
