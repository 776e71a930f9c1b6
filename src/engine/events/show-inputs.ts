import { printable } from "../../language/diagnostics/printable.ts";
import { utf8Decode, utf8Encode } from "../../language/values/bytes.ts";
import { formatIp } from "../../language/values/ip.ts";
import { Ip6, type Value } from "../../language/values/value.ts";
import type { ExceptedInput, InputReference, MatchedInput } from "../decision/explanation.ts";
import { REDACTED } from "./find-secrets.ts";
import type { Redactor } from "./redact.ts";
import { type ReceivedInput, showSnippet } from "./show-snippet.ts";

/** Bounds of what is told of one match. */
export const INPUT_LIMITS = Object.freeze({
  inputs: 16,
  /** Bytes of a snippet, and characters of an input's name. */
  text: 120,
  /** Characters of a condition. */
  condition: 200,
});

interface Named {
  readonly field: string;
  readonly key: string | undefined;
}

/** What the engine knows of an input on which a match rests. */
export interface InputFacts {
  readonly condition: string;
  readonly name: Named & { readonly member: string };
  readonly read: string;
  readonly views: readonly string[];
  readonly value: Value | undefined;
  readonly span: readonly [start: number, end: number] | undefined;
  /** The input as received. */
  readonly whole: ReceivedInput | undefined;
  readonly listItem: MatchedInput["listItem"];
}

/** Inputs as they may be shown. */
export function showInputs(inputs: readonly InputFacts[], redact: Redactor): readonly MatchedInput[] {
  return inputs.slice(0, INPUT_LIMITS.inputs).map((input) => shown(input, redact));
}

function shown(
  { condition, name, read, views, value, span, whole, listItem }: InputFacts,
  redact: Redactor,
): MatchedInput {
  const { field } = name;
  const key = name.member === "" ? name.key : [name.key ?? [], name.member].flat().join(".");
  const text = value === undefined ? undefined : textOf(value);
  return {
    condition: printable(utf8Encode(condition.replaceAll(/\s+/g, " ")), INPUT_LIMITS.condition),
    ...showReference({ field, key }, redact, whole),
    ...(read === field ? {} : { read }),
    views,
    ...(span === undefined ? {} : { span }),
    ...(typeof value === "string" ? { length: value.length } : {}),
    ...(text === undefined
      ? {}
      : isSecretKey(key, redact)
        ? { secret: true }
        : showSnippet({ field, key, text, span }, redact, () => whole)),
    ...(listItem === undefined ? {} : { listItem }),
  };
}

/** An input's name as it may be shown: a key that is a secret itself is hidden. */
export function showReference(
  { field, key }: Named,
  redact: Redactor,
  whole: ReceivedInput | undefined,
): InputReference {
  if (key === undefined) return { field };
  return { field, key: isBareCookie(field, () => whole) ? REDACTED : showKey(key, redact) };
}

/** Whether a cookie has no value: what is called its name may be the value of one without a name (RFC 6265 §5.2). */
export function isBareCookie(field: string, whole: () => ReceivedInput | undefined): boolean {
  return field.includes(".cookies") && whole()?.text === "";
}

export function showKey(key: string, redact: Redactor): string {
  const hidden = redact.hidden?.("wirewall.key", undefined, key) ?? [];
  const text = hidden.length === 0 ? key : redact("wirewall.key", undefined, key);
  return printable(text, INPUT_LIMITS.text);
}

/** Whether a key is a secret itself. */
export function isSecretKey(key: string | undefined, redact: Redactor): boolean {
  return key !== undefined && showKey(key, redact).includes(REDACTED);
}

/**
 * Inputs as a rule can name them; undefined when one cannot be named as it is: its key is not text, too long to be shown, or secret.
 */
export function showExcepted(
  inputs: readonly Named[] | undefined,
  redact: Redactor,
): readonly ExceptedInput[] | undefined {
  if (inputs === undefined) return undefined;
  const out: ExceptedInput[] = [];
  for (const { field, key } of inputs) {
    const name: string | undefined = key === undefined ? undefined : exactKey(key, redact);
    if (key !== undefined && name === undefined) return undefined;
    out.push(name === undefined ? { field } : { field, key: name });
  }
  return out;
}

/** A key as a rule writes it; undefined when no text is this key, or when it is not to be shown. */
function exactKey(key: string, redact: Redactor): string | undefined {
  const name = utf8Decode(key);
  if (name === undefined) return undefined;
  const isExact = name.length <= INPUT_LIMITS.text && utf8Encode(name) === key;
  return isExact && !isSecretKey(key, redact) ? name : undefined;
}

function textOf(value: Value): string | undefined {
  if (typeof value === "string") return value;
  if (value instanceof Ip6) return formatIp(value);
  return Array.isArray(value) || value instanceof Map ? undefined : String(value);
}
