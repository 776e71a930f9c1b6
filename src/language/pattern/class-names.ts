import { normalise, type Ranges } from "./ranges.ts";

/** ASCII meaning of `\d`, `\s` and `\w`. */
export const ASCII_DIGIT: Ranges = [48, 57];
export const ASCII_SPACE: Ranges = [9, 13, 32, 32];
export const ASCII_WORD: Ranges = [48, 57, 65, 90, 95, 95, 97, 122];

/** The names of `[:name:]`. They mean ASCII in every mode. */
export const POSIX_CLASSES: ReadonlyMap<string, Ranges> = new Map([
  ["alnum", [48, 57, 65, 90, 97, 122]],
  ["alpha", [65, 90, 97, 122]],
  ["ascii", [0, 127]],
  ["blank", [9, 9, 32, 32]],
  ["cntrl", [0, 31, 127, 127]],
  ["digit", ASCII_DIGIT],
  ["graph", [33, 126]],
  ["lower", [97, 122]],
  ["print", [32, 126]],
  ["punct", [33, 47, 58, 64, 91, 96, 123, 126]],
  ["space", ASCII_SPACE],
  ["upper", [65, 90]],
  ["word", ASCII_WORD],
  ["xdigit", normalise([48, 57, 65, 70, 97, 102])],
]);

export function asciiPerlClass(letter: "d" | "s" | "w"): Ranges {
  return letter === "d" ? ASCII_DIGIT : letter === "s" ? ASCII_SPACE : ASCII_WORD;
}
