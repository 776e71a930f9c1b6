import { readFileSync } from "node:fs";
import type { Decision } from "../../engine/decision/decision.ts";
import { exceptionLines } from "../../engine/events/event-text.ts";
import type { FieldDefinition, FunctionDefinition, Parameter } from "../../language/scheme/definitions.ts";
import { parseExpression } from "../../language/syntax/parse.ts";
import { printExpression } from "../../language/syntax/print.ts";
import { utf8Encode } from "../../language/values/bytes.ts";
import { typeName } from "../../language/values/types.ts";
import { isCurlCommand, takeCurlCommand } from "../curl-command.ts";
import { changeLines, decisionLine, evidenceLines, explanationLines } from "../decision-text.ts";
import { plural } from "../report.ts";
import { setField, takeText } from "../request-options.ts";
import { showBytes, showValue } from "../show-value.ts";
import { noRuleText, onlyMatched, onlyNamed } from "../shown-rules.ts";
import { Subject } from "../subject.ts";
import { errorText } from "../system-error.ts";
import { nilRemarks, traceLines } from "../trace-tree.ts";
import { nanosecondsPerRun } from "./bench.ts";
import { complaint, type Reply, result } from "./reply.ts";
import { loadRules } from "./rules.ts";
import type { Session } from "./session.ts";

/** A command of the REPL: a word after a dot. */
export interface DotCommand {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly completes: "expression" | "field" | "function" | "file" | "request" | "rule" | "nothing";
  run(session: Session, rest: string): Reply;
}

export const DOT_COMMANDS: readonly DotCommand[] = [
  {
    name: "req",
    usage: ".req [METHOD URL | FILE | curl …]",
    summary:
      "set the request: a line, a file with an HTTP message or JSON, or a curl command (also without .req)",
    completes: "request",
    run: takeRequest,
  },
  {
    name: "header",
    usage: ".header Name: value",
    summary: "add a header line to the request",
    completes: "nothing",
    run(session, rest) {
      const colon = rest.indexOf(":");
      if (colon <= 0) return complaint("a header reads `Name: value`");
      session.subject.addHeader(utf8Encode(rest.slice(0, colon)), utf8Encode(rest.slice(colon + 1).trim()));
      return result();
    },
  },
  {
    name: "body",
    usage: ".body TEXT",
    summary: "give the request a body; without a text, none",
    completes: "nothing",
    run(session, rest) {
      session.subject.body = rest === "" ? undefined : utf8Encode(rest);
      return result();
    },
  },
  {
    name: "set",
    usage: ".set FIELD VALUE",
    summary: "set a field, read by its type",
    completes: "field",
    run: set,
  },
  {
    name: "unset",
    usage: ".unset FIELD",
    summary: "reset a field to the request's value",
    completes: "field",
    run(session, rest) {
      if (session.subject.fields.delete(rest)) return result();
      return complaint(
        `\`${rest}\` was not set by .set (parts of the request itself are changed by .req or .set)`,
      );
    },
  },
  {
    name: "show",
    usage: ".show [FIELD]",
    summary: "the request and what was set, or one field's value",
    completes: "field",
    run: show,
  },
  {
    name: "trace",
    usage: ".trace [EXPRESSION]",
    summary: "the value at every node; without one, of the last expression",
    completes: "expression",
    run: trace,
  },
  {
    name: "type",
    usage: ".type [EXPRESSION]",
    summary: "the type of an expression, without evaluating it",
    completes: "expression",
    run(session, rest) {
      const text = session.expression(rest);
      if (text === undefined) return complaint("there is no expression yet");
      const compiled = session.compile(text, rest === "" ? 0 : ".type ".length);
      return "reply" in compiled ? compiled.reply : result(typeName(compiled.trial.type));
    },
  },
  {
    name: "assert",
    usage: ".assert EXPRESSION",
    summary: "the expression must hold; a script whose assertion fails exits with 1",
    completes: "expression",
    run: assertHolds,
  },
  {
    name: "fields",
    usage: ".fields [PATTERN]",
    summary: "fields whose name contains the pattern; one exact name in full",
    completes: "field",
    run: fields,
  },
  {
    name: "functions",
    usage: ".functions [PATTERN]",
    summary: "functions whose name contains the pattern; one exact name in full",
    completes: "function",
    run: functions,
  },
  {
    name: "fmt",
    usage: ".fmt [EXPRESSION]",
    summary: "the expression in canonical form",
    completes: "expression",
    run: format,
  },
  {
    name: "load",
    usage: ".load FILE",
    summary: "load rules and lists, from a file or a directory",
    completes: "file",
    run: load,
  },
  {
    name: "run",
    usage: ".run [all]",
    summary: "evaluate the request by the loaded rules; `all` also names those that did not match",
    completes: "nothing",
    run: runRules,
  },
  {
    name: "why",
    usage: ".why",
    summary: "why the request was decided so: the rules that matched, with their conditions",
    completes: "nothing",
    run: why,
  },
  {
    name: "explain",
    usage: ".explain [REF]",
    summary: "why a rule did or did not match; without a ref, of every rule",
    completes: "rule",
    run: explainRules,
  },
  {
    name: "bench",
    usage: ".bench [EXPRESSION]",
    summary: "time of one evaluation over this request; without one, of the last expression",
    completes: "expression",
    run: bench,
  },
  {
    name: "history",
    usage: ".history",
    summary: "the expressions of this session",
    completes: "nothing",
    run: (session) =>
      result(...session.entered.map((text, at) => `${at + 1}  ${text.replaceAll("\n", " ")}`)),
  },
  {
    name: "help",
    usage: ".help",
    summary: "this list",
    completes: "nothing",
    run: () => help(),
  },
];

function help(): Reply {
  const width = Math.max(...DOT_COMMANDS.map((command) => command.usage.length));
  return result(
    "An expression is evaluated over the current request. Open brackets and quotes continue on the next line.",
    ...DOT_COMMANDS.map((command) => `${command.usage.padEnd(width)}  ${command.summary}`),
    `${".exit".padEnd(width)}  exit (or Ctrl-D)`,
  );
}

function takeRequest(session: Session, rest: string): Reply {
  if (rest === "") return show(session, "");
  const subject = new Subject();
  if (isCurlCommand(rest)) {
    const fault = takeCurlCommand(subject, utf8Encode(rest));
    if (fault !== undefined) return complaint(fault);
    session.subject = subject;
    return result(requestSummary(subject));
  }
  const method = /^[A-Za-z]+(?=\s+\S+$)/.exec(rest)?.[0];
  if (method !== undefined) {
    subject.method = method;
    subject.setUrl(rest.slice(method.length).trimStart());
  } else {
    try {
      const fault = takeText(subject, readFileSync(rest).toString("latin1"));
      if (fault !== undefined) return complaint(`${rest}: ${fault}`);
    } catch (error) {
      return complaint(`${errorText(error)} (a request is METHOD URL, or a file)`);
    }
  }
  session.subject = subject;
  return result();
}

function requestSummary({ method, target, headers, body }: Subject): string {
  const host = headers.find(([name]) => name.toLowerCase() === "host")?.[1] ?? "";
  const size = body === undefined ? "" : `   body ${body.length} bytes`;
  return `${method} ${showBytes(host + target, 200).slice(1, -1)}   ${plural(headers.length, "header")}${size}`;
}

function set(session: Session, rest: string): Reply {
  const parts = /^(\S+)\s+([\s\S]+)$/.exec(rest);
  if (parts === null) return complaint("usage: .set FIELD VALUE");
  const [, name = "", text = ""] = parts;
  const fault = setField(session.subject, session.scheme, name, text);
  if (fault !== undefined) return complaint(fault);
  if (session.subject.isSeenByRules(session.scheme, name)) return result();
  return {
    out: [],
    err: [
      `note: expressions here see \`${name}\` as set; .run takes it from the request, as a firewall would`,
    ],
    code: 0,
  };
}

function show(session: Session, rest: string): Reply {
  const { subject, scheme } = session;
  if (rest !== "") {
    const found = scheme.field(rest);
    if (found === undefined) return complaint(`there is no field \`${rest}\``);
    return result(showValue(subject.context(scheme).get(found.slot), found.field.type, 4000));
  }
  const lines = subject.toLines().map((line) => showBytes(line).slice(1, -1).replaceAll('\\"', '"'));
  if (subject.body !== undefined) lines.push("", showBytes(subject.body));
  lines.push("");
  lines.push(`client ${subject.remoteAddress ?? "unknown"}   ${subject.secure ? "https" : "http"}`);
  for (const [name, value] of subject.fields) {
    const type = scheme.field(name)?.field.type;
    if (type !== undefined) lines.push(`${name} = ${showValue(value, type)}`);
  }
  return result(...lines);
}

function trace(session: Session, rest: string): Reply {
  const text = session.expression(rest);
  if (text === undefined) return complaint("there is no expression yet");
  const compiled = session.compile(text, rest === "" ? 0 : ".trace ".length);
  if ("reply" in compiled) return compiled.reply;
  const { root } = compiled.trial.run(session.subject.context(session.scheme, session.lists));
  return { out: traceLines(root, session.terminal), err: nilRemarks(root), code: 0 };
}

function bench(session: Session, rest: string): Reply {
  const text = session.expression(rest);
  if (text === undefined) return complaint("there is no expression yet");
  const compiled = session.compile(text, rest === "" ? 0 : ".bench ".length);
  if ("reply" in compiled) return compiled.reply;
  const context = session.subject.context(session.scheme, session.lists);
  const took = nanosecondsPerRun(compiled.trial.plain, context);
  return result(`${took < 100 ? took.toFixed(1) : Math.round(took)} ns per evaluation`);
}

function assertHolds(session: Session, rest: string): Reply {
  if (rest === "") return complaint("usage: .assert EXPRESSION");
  const compiled = session.compile(rest, ".assert ".length);
  if ("reply" in compiled) return compiled.reply;
  const { root, value } = compiled.trial.run(session.subject.context(session.scheme, session.lists));
  if (value === true) return result("ok");
  return { out: ["failed"], err: [rest, ...traceLines(root, session.terminal)], code: 1 };
}

function format(session: Session, rest: string): Reply {
  const text = session.expression(rest);
  if (text === undefined) return complaint("there is no expression yet");
  const parsed = parseExpression(text, { comments: true });
  if (parsed.ok) return result(printExpression(parsed.value));
  const compiled = session.compile(text, rest === "" ? 0 : ".fmt ".length);
  return "reply" in compiled ? compiled.reply : complaint("the expression does not parse");
}

function load(session: Session, rest: string): Reply {
  if (rest === "") return complaint("usage: .load FILE");
  const loaded = loadRules(rest);
  if ("message" in loaded) return complaint(loaded.message);
  if (!loaded.ok) {
    return complaint(...loaded.diagnostics.map((one) => session.faultText(one)), "nothing was loaded");
  }
  session.rules = loaded.rules;
  return {
    out: [loaded.summary],
    err: loaded.diagnostics.map((one) => session.faultText(one)),
    code: 0,
  };
}

interface Decided {
  readonly decision: Decision;
  /** The exception to paste when the match is a false positive; none without an event. */
  readonly exception: readonly string[];
  /** Whether a managed rule has matched. */
  readonly isManaged: boolean;
}

function decide({ rules, subject }: Session): Decided | undefined {
  if (rules === undefined) return undefined;
  rules.sink.clear();
  const decision = rules.waf.evaluateSync(subject.view(), { trace: true });
  const [event] = rules.sink.events;
  const own = new Set(rules.configuration.rulesets.map(({ id }) => id));
  return {
    decision,
    exception: event === undefined ? [] : exceptionLines(event),
    isManaged: decision.matches.some(({ rule }) => !own.has(rule.ruleset)),
  };
}

const NO_RULES = "there are no rules: .load FILE first";

function runRules(session: Session, rest: string): Reply {
  if (rest !== "" && rest !== "all") return complaint("usage: .run [all]");
  const decided = decide(session);
  if (decided === undefined) return complaint(NO_RULES);
  const { decision, isManaged } = decided;
  const exception = isManaged ? decided.exception : [];
  const head = decisionLine(decision, session.terminal);
  if (session.style === "plain" || decision.explanation === undefined) return result(head);
  const explanation = rest === "all" ? decision.explanation : onlyMatched(decision.explanation);
  const tree = explanationLines(explanation, session.terminal, { reasons: false });
  const none = tree.length === 0 ? ["no rule matched; .run all names them"] : [];
  const lines = [...changeLines(decision), ...evidenceLines(explanation), ...tree, ...none, ...exception];
  return result(head, ...lines);
}

function why(session: Session): Reply {
  const { decision, isManaged, exception: known = [] } = decide(session) ?? {};
  const exception = isManaged === true ? known : [];
  if (decision?.explanation === undefined) return complaint(NO_RULES);
  const explanation = onlyMatched(decision.explanation);
  const tree = explanationLines(explanation, session.terminal, { reasons: true });
  const none = tree.length === 0 ? ["no rule matched; .explain shows why, rule by rule"] : [];
  const head = decisionLine(decision, session.terminal);
  return result(head, ...evidenceLines(explanation), ...tree, ...none, ...exception);
}

function explainRules(session: Session, rest: string): Reply {
  const { decision } = decide(session) ?? {};
  if (decision?.explanation === undefined) return complaint(NO_RULES);
  if (rest === "") {
    const tree = explanationLines(decision.explanation, session.terminal, { reasons: true });
    return result(...evidenceLines(decision.explanation), ...tree);
  }
  const shown = onlyNamed(decision, rest);
  if (shown === undefined) {
    const refs =
      session.rules?.configuration.rulesets.flatMap((set) => set.rules.map((rule) => rule.ref)) ?? [];
    return complaint(noRuleText(decision, rest, refs));
  }
  return result(...evidenceLines(shown), ...explanationLines(shown, session.terminal, { reasons: true }));
}

function fields(session: Session, rest: string): Reply {
  const exact = session.scheme.field(rest);
  if (exact !== undefined) return result(...describeField(exact.field));
  const found = session.scheme.fields.filter((field) => field.name.includes(rest));
  if (found.length === 0) return complaint(`no field's name contains \`${rest}\``);
  const width = Math.max(...found.map((field) => field.name.length));
  return result(...found.map((field) => `${field.name.padEnd(width)}  ${typeName(field.type)}`));
}

function describeField(field: FieldDefinition): readonly string[] {
  const lines = [`${field.name}  ${typeName(field.type)}`];
  if (field.summary !== undefined) lines.push(`  ${field.summary}`);
  if (field.whenAbsent !== undefined) lines.push(`  when absent: ${field.whenAbsent}`);
  if (field.phases !== undefined) lines.push(`  known: ${field.phases.join(", ")}`);
  if (field.deprecatedAliases !== undefined) lines.push(`  also: ${field.deprecatedAliases.join(", ")}`);
  if (field.example !== undefined) lines.push(`  example: ${JSON.stringify(field.example)}`);
  return lines;
}

function functions(session: Session, rest: string): Reply {
  const exact = session.scheme.function(rest);
  if (exact !== undefined) return result(...describeFunction(exact));
  const found = session.scheme.functions.filter((one) => one.name.includes(rest));
  if (found.length === 0) return complaint(`no function's name contains \`${rest}\``);
  const width = Math.max(...found.map((one) => signature(one).length));
  return result(...found.map((one) => `${signature(one).padEnd(Math.min(width, 48))}  ${one.summary}`));
}

function describeFunction(one: FunctionDefinition): readonly string[] {
  const lines = [signature(one), `  ${one.summary}`];
  for (const example of one.examples ?? []) {
    const given = example.given === undefined ? "" : `   given ${JSON.stringify(example.given)}`;
    lines.push(`  ${example.expression} = ${JSON.stringify(example.result)}${given}`);
  }
  return lines;
}

function signature(one: FunctionDefinition): string {
  const params = one.params.map((param) => `${parameterType(param)}${param.optional === true ? "?" : ""}`);
  if (one.variadic !== undefined) params.push(`${parameterType(one.variadic)}…`);
  const returns = typeof one.returns === "function" ? "" : `: ${typeName(one.returns)}`;
  return `${one.name}(${params.join(", ")})${returns}`;
}

function parameterType(parameter: Parameter): string {
  if (parameter.typeLabel !== undefined) return parameter.typeLabel;
  if (typeof parameter.type === "function") return parameter.name;
  return "kind" in parameter.type
    ? typeName(parameter.type)
    : parameter.type.map((type) => typeName(type)).join("|");
}
