import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { isScalar, type ScalarType, type Type } from "../../language/values/types.ts";
import { DOT_COMMANDS } from "./dot-commands.ts";
import type { Session } from "./session.ts";

/** The result of readline's completer: the candidates, and the part of the line that they replace. */
export type Completion = [candidates: string[], replaced: string];

const ORDER = ["eq", "ne", "lt", "le", "gt", "ge"];
const OPERATORS: Readonly<Record<ScalarType["kind"], readonly string[]>> = {
  Bool: ["and", "or", "xor"],
  Int: [...ORDER, "in", "bitwise_and"],
  Bytes: [...ORDER, "contains", "matches", "wildcard", "strict wildcard", "in"],
  Ip: ["eq", "ne", "in"],
};
const JOINS = ["and", "or", "xor"];
const STARTS = ["not", "any(", "all(", "true", "false"];

/** Candidates for the end of the line. */
export function complete(session: Session, line: string): Completion {
  const command = /^\s*\.([a-z-]*)$/.exec(line);
  if (command !== null)
    return pick(
      line.trimStart(),
      DOT_COMMANDS.map((known) => `.${known.name} `),
    );
  const argument = /^\s*\.([a-z-]+)\s+/.exec(line);
  if (argument === null) return inExpression(session, line);
  const kind = DOT_COMMANDS.find((known) => known.name === argument[1])?.completes ?? "nothing";
  const rest = line.slice(argument[0].length);
  switch (kind) {
    case "expression":
      return inExpression(session, rest);
    case "field":
      return rest.includes(" ") ? [[], rest] : pick(rest, fieldNames(session));
    case "function":
      return pick(
        rest,
        session.scheme.functions.map((one) => one.name),
      );
    case "file":
      return pick(rest, filesLike(rest));
    case "rule":
      return pick(
        rest,
        session.rules?.configuration.rulesets.flatMap((set) => set.rules.map((rule) => rule.ref)) ?? [],
      );
    case "request":
      return rest.includes(" ") ? [[], rest] : pick(rest, [...METHODS, ...filesLike(rest)]);
    case "nothing":
      return [[], rest];
  }
}

const METHODS = ["GET ", "POST ", "PUT ", "PATCH ", "DELETE ", "HEAD ", "OPTIONS "];

function pick(word: string, candidates: readonly string[]): Completion {
  return [candidates.filter((candidate) => candidate.startsWith(word)), word];
}

function fieldNames(session: Session): readonly string[] {
  return session.scheme.fields.map((field) => field.name);
}

function inExpression(session: Session, text: string): Completion {
  const key = /[A-Za-z_][A-Za-z0-9_.]*\["[^"\\]*$/.exec(text)?.[0];
  if (key !== undefined) {
    const quote = key.lastIndexOf('["');
    const keys = keysOf(session, key.slice(0, quote));
    return pick(
      key.slice(quote + 2),
      keys.map((name) => `${name}"]`),
    );
  }
  if (isInsideQuotes(text)) return [[], ""];
  const word = /[$A-Za-z_][A-Za-z0-9_.]*$/.exec(text)?.[0] ?? "";
  if (word.startsWith("$"))
    return pick(
      word,
      session.scheme.lists.map((list) => `$${list.name}`),
    );
  const before = text.slice(0, text.length - word.length).trimEnd();
  const previous = /(?:[A-Za-z_][A-Za-z0-9_.]*|[^\sA-Za-z0-9_])$/.exec(before)?.[0] ?? "";
  if (previous === "in") return pick(word, ["{", ...session.scheme.lists.map((list) => `$${list.name}`)]);
  const field = session.scheme.field(previous);
  if (field !== undefined) return pick(word, operatorsOf(field.field.type));
  if (/[\])}"]$/.test(before))
    return pick(word, [...JOINS, ...(/[\])]$/.test(before) ? OPERATORS.Bytes : [])]);
  const functions = session.scheme.functions.map((one) => `${one.name}(`);
  return pick(word, [...fieldNames(session), ...functions, ...STARTS]);
}

function operatorsOf(type: Type): readonly string[] {
  if (isScalar(type)) return OPERATORS[type.kind];
  return type.kind === "Array" ? ["[*]", "[0]"] : ['["'];
}

/** Keys that the field has in the current request. */
function keysOf(session: Session, name: string): readonly string[] {
  const found = session.scheme.field(name);
  if (found?.field.type.kind !== "Map") return [];
  const value = session.subject.context(session.scheme).get(found.slot);
  return value instanceof Map
    ? [...value.keys()].filter((key): key is string => /^[\x20-\x7e]*$/.test(String(key)))
    : [];
}

function isInsideQuotes(text: string): boolean {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (quoted && text[at] === "\\") at++;
  }
  return quoted;
}

function filesLike(start: string): readonly string[] {
  const directory = start.endsWith("/") ? start : dirname(start);
  try {
    return readdirSync(directory, { withFileTypes: true }).map((entry) => {
      const path = directory === "." && !start.startsWith("./") ? entry.name : join(directory, entry.name);
      return entry.isDirectory() ? `${path}/` : path;
    });
  } catch {
    return [];
  }
}
