// On the request path: texts that no reader of inputs gives, for they stand across inputs.
import { decodeFully } from "../../language/functions/url-decode.ts";
import { decoded } from "../../request/body/decoded-texts.ts";
import type { Pairs } from "../../request/head/pairs.ts";
import { COOKIE, type Input, type Leaves } from "./inputs.ts";

/** What no name has that a programmer chose. */
export const PLAIN_NAME = /^[\w.[\]:$@%+~-]*$/;
/** With brackets as browsers write them: forms have these by the thousand. */
const PATH_NAME = /^(?:[\w.[\]:$@+~-]|%5[BbDd])*$/;
/** What names that are escaped for their brackets or letters do not have. */
const SIGN = /[<>;()'"`=/]/;

/** Whether a name is none that a programmer chose: an ampersand or equals sign has cut something else. */
export function isCut({ names }: Pairs): boolean {
  for (const name of names)
    if (!PATH_NAME.test(name) && (!PLAIN_NAME.test(name) || SIGN.test(decodeFully(name, false)))) return true;
  return false;
}

/**
 * Values of one name as some platforms join them: those of which one is worth asking a detector about, or leaves open what another
 * may close.
 *
 * @param asked names of inputs about which a detector was asked
 */
export function visitJoined(
  { names, values }: Pairs,
  texts: readonly (readonly string[])[],
  asked: ReadonlySet<string>,
  input: Input,
  { budget, further }: Leaves,
): void {
  if (names.length < 2) return;
  const isAligned = texts.length === names.length;
  const firsts = new Map<string, number>();
  const repeated = new Map<string, number[]>();
  for (let at = 0; at < names.length; at++) {
    const name = textAt(names, at);
    const first = firsts.get(name);
    if (first === undefined) {
      firsts.set(name, at);
      continue;
    }
    const known = repeated.get(name);
    if (known === undefined) repeated.set(name, [first, at]);
    else known.push(at);
  }
  // The first text of an input is its value decoded, and no escape goes on after a comma.
  const valueAt = (at: number): string => {
    const value = textAt(values, at);
    return value === "" ? "" : ((isAligned ? texts[at]?.[0] : undefined) ?? decoded(value, true, budget));
  };
  for (const [name, all] of repeated) {
    const own = all.map(valueAt);
    if (!isAligned || asked.has(name) || own.some(isLeftOpen)) further(own.join(","), input, name, false);
  }
}

/** Whether a text has a bracket without its other half, or begins a comment. */
function isLeftOpen(text: string): boolean {
  if (!OPENING.test(text)) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    depth += BRACKETS[code & 255] ?? 0;
    if (code === 0x2f && text.charCodeAt(at + 1) === 0x2a) return true;
  }
  return depth !== 0;
}

const OPENING = /[()[\]{}<>]|\/\*/;
const BRACKETS = new Int8Array(256);
for (const bracket of "([{<") BRACKETS[bracket.charCodeAt(0)] = 1;
for (const bracket of ")]}>") BRACKETS[bracket.charCodeAt(0)] = -1;

/** Cookies whose value went on after a semicolon: what follows has no name that a programmer chose. */
export function visitCutCookies({ names, values }: Pairs, { budget, further }: Leaves): void {
  for (let at = 1; at < names.length; at++) {
    if (PLAIN_NAME.test(textAt(names, at))) continue;
    const first = at - 1;
    let text = textAt(values, first);
    for (; at < names.length && !PLAIN_NAME.test(textAt(names, at)); at++) {
      const value = textAt(values, at);
      text += `; ${textAt(names, at)}${value === "" ? "" : "="}${value}`;
    }
    const shown = decoded(text, false, budget);
    further(shown, COOKIE, textAt(names, first), false);
    if (shown.includes("+")) further(shown.replaceAll("+", " "), COOKIE, textAt(names, first), false);
  }
}

export function textAt(texts: readonly string[], at: number): string {
  return texts[at] ?? "";
}
