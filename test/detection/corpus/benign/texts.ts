import type { AnyPlace } from "../requests.ts";

/** Ordinary texts by the place in which people and programs send such ones. Every text was written for this corpus. */
export type BenignTexts = Readonly<Partial<Record<AnyPlace, readonly string[]>>>;

/** Backslashes stand for themselves, but for those before a backtick or `${`. */
function written(strings: TemplateStringsArray): string {
  return (strings.raw[0] ?? "").replaceAll("\\`", "`").replaceAll("\\${", "${");
}

/** A text on each line. */
export function lines(strings: TemplateStringsArray): readonly string[] {
  return written(strings)
    .split("\n")
    .filter((line) => line !== "");
}

/** Texts of several lines, with a line of `~~~~` between them. */
export function blocks(strings: TemplateStringsArray): readonly string[] {
  return written(strings)
    .split("\n~~~~\n")
    .map((text) => text.replace(/^\n|\n$/g, ""));
}
