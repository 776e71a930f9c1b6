// Functions of an embedder's own. Some share a standard name and mean something else, some mean the same and say so.
import fc from "fast-check";
import { endsWith, lower, startsWith, upper } from "./source/language/functions.ts";
import { defineFunction, type FunctionDefinition, type FunctionMeaning } from "./source/language/scheme.ts";
import { Bool, Bytes } from "./source/language/values.ts";

function mapped(text: string, shift: (code: number) => number): string {
  return Array.from(text, (unit) => String.fromCharCode(shift(unit.charCodeAt(0)))).join("");
}

const isBetween = (code: number, least: number, most: number): boolean => code >= least && code <= most;
const isLatinUpper = (code: number): boolean =>
  isBetween(code, 65, 90) || (isBetween(code, 0xc0, 0xde) && code !== 0xd7);
const latinLower = (text: string): string => mapped(text, (code) => (isLatinUpper(code) ? code + 32 : code));
const asciiLower = (text: string): string =>
  mapped(text, (code) => (isBetween(code, 65, 90) ? code + 32 : code));
const asciiUpper = (text: string): string =>
  mapped(text, (code) => (isBetween(code, 97, 122) ? code - 32 : code));

function folding(
  name: string,
  evaluate: (text: string) => string,
  meaning?: FunctionMeaning,
): FunctionDefinition {
  return defineFunction({
    name,
    summary: `${name} of an embedder`,
    params: [Bytes],
    returns: Bytes,
    total: true,
    evaluate,
    ...(meaning === undefined ? {} : { meaning }),
  });
}

function affix(
  name: string,
  evaluate: (text: string, part: string) => boolean,
  meaning?: FunctionMeaning,
): FunctionDefinition {
  return defineFunction({
    name,
    summary: `${name} of an embedder`,
    params: [Bytes, Bytes],
    returns: Bool,
    total: true,
    evaluate,
    ...(meaning === undefined ? {} : { meaning }),
  });
}

/** For each standard name, the functions that may stand under it; the first is the standard one. */
export const LOOK_ALIKES: Readonly<Record<string, readonly FunctionDefinition[]>> = {
  starts_with: [
    startsWith,
    affix("starts_with", (text, part) => text.replace(/\/{2,}/g, "/").startsWith(part)),
    affix("starts_with", (text, part) => asciiLower(text).startsWith(asciiLower(part))),
    affix("starts_with", (text, part) => text.slice(0, part.length) === part, "prefix"),
    // Another standard meaning under this name.
    affix(
      "starts_with",
      (text, part) => text.slice(Math.max(0, text.length - part.length)) === part,
      "suffix",
    ),
  ],
  ends_with: [
    endsWith,
    affix("ends_with", (text, part) => text.replace(/\.+$/, "").endsWith(part)),
    affix("ends_with", (text, part) => asciiLower(text).endsWith(asciiLower(part))),
    affix("ends_with", (text, part) => text.slice(Math.max(0, text.length - part.length)) === part, "suffix"),
  ],
  lower: [
    lower,
    folding("lower", latinLower),
    folding("lower", (text) => asciiLower(text).replaceAll("\0", "")),
    folding("lower", asciiLower, "ascii_lower"),
    folding("lower", asciiUpper, "ascii_upper"),
  ],
  upper: [
    upper,
    folding("upper", (text) => asciiUpper(text).replaceAll("\xe4", "\xc4")),
    folding("upper", asciiUpper, "ascii_upper"),
    folding("upper", asciiLower),
  ],
};

/** One function for each name. */
export const arbitraryFunctions: fc.Arbitrary<readonly FunctionDefinition[]> = fc.tuple(
  ...Object.values(LOOK_ALIKES).map((each) => fc.constantFrom(...each)),
);

/** So few and so short that rules and requests often meet in what the functions differ in. */
const closeText = fc
  .array(fc.constantFrom("a", "A", "\xe4", "\xc4", "/", "."), { minLength: 1, maxLength: 2 })
  .map((parts) => parts.join(""));

const quoted = closeText.map(
  (text) =>
    `"${text.replace(/[^ -~]/g, (unit) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`,
);
const operand = fc
  .tuple(fc.constantFrom("host", "path"), fc.constantFrom("", "lower", "upper", "lower(upper"))
  .map(([field, call]) => (call === "" ? field : `${call}(${field})${call.includes("(") ? ")" : ""}`));
const call = fc.oneof(
  fc.tuple(operand, quoted).map(([left, text]) => `${left} == ${text}`),
  fc.tuple(operand, quoted, quoted).map(([left, one, other]) => `${left} in {${one} ${other}}`),
  fc
    .tuple(fc.constantFrom("starts_with", "ends_with"), operand, quoted)
    .map(([name, left, text]) => `${name}(${left}, ${text})`),
  fc
    .tuple(fc.constantFrom("lower", "upper"), quoted)
    .map(([name, text]) => `any(${name}(words[*])[*] == ${text})`),
);

/** Rules over the fields `host`, `path` and `words` that turn on such calls. */
export const arbitraryCallingRule: fc.Arbitrary<string> = fc
  .array(call, { minLength: 1, maxLength: 2 })
  .map((calls) => calls.join(" and "));

export interface CallingRequest {
  readonly host: string;
  readonly path: string;
  readonly words: readonly string[];
}

/** Values for those rules. */
export const arbitraryCallingRequest: fc.Arbitrary<CallingRequest> = fc.record({
  host: closeText,
  path: closeText,
  words: fc.array(closeText, { maxLength: 2 }),
});
