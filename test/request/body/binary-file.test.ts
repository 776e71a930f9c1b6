import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isBinaryFile } from "../../support/source/request/body.ts";

const little = (value: number, size: number): string =>
  Array.from({ length: size }, (_, at) => String.fromCharCode(Math.floor(value / 256 ** at) % 256)).join("");
const big = (value: number, size: number): string => [...little(value, size)].reverse().join("");
/** The bytes with others in their place. */
const put = (bytes: string, at: number, others: string): string =>
  bytes.slice(0, at) + others + bytes.slice(at + others.length);
const zeros = (size: number): string => "\0".repeat(size);

/** An ELF file whose table of one section ends it. */
function elf(isWide: boolean, isBig: boolean, size = 5000): string {
  const number = isBig ? big : little;
  const entry = isWide ? 64 : 40;
  const head = `\x7fELF${isWide ? "\x02" : "\x01"}${isBig ? "\x02" : "\x01"}`;
  let file = put(zeros(size), 0, head);
  file = put(file, isWide ? 40 : 32, number(size - entry, isWide ? 8 : 4));
  file = put(file, isWide ? 58 : 46, number(entry, 2));
  return put(file, isWide ? 60 : 48, number(1, 2));
}

/** A program of Windows whose sections are where and as long as said. */
function pe(
  sections: readonly (readonly [start: number, size: number])[],
  size = 5000,
  header = 128,
): string {
  let file = put(zeros(size), 0, "MZ");
  file = put(file, 60, little(header, 4));
  file = put(file, header, `PE\0\0\x4c\x01${little(sections.length, 2)}`);
  file = put(file, header + 20, little(224, 2));
  for (const [at, [start, length]] of sections.entries())
    file = put(file, header + 24 + 224 + 40 * at + 16, little(length, 4) + little(start, 4));
  return file;
}

/** A database of as many pages as it says. */
function sqlite(page: number, pages: number, size: number): string {
  const head = `SQLite format 3\0${big(page, 2)}`;
  return put(put(zeros(size), 0, head), 28, big(pages, 4));
}

/** A module of WebAssembly with one section of its own. */
function wasm(size: number, said = size): string {
  return `\0asm\x01\0\0\0\0${String.fromCharCode((said & 127) | 128, said >> 7)}${zeros(size)}`;
}

describe("a file whose own directory agrees with its length", () => {
  test.each<[what: string, bytes: string, is: boolean]>([
    ["ELF of 64 bits", elf(true, false), true],
    ["ELF of 32 bits", elf(false, false), true],
    ["ELF of 64 bits, the highest byte first", elf(true, true), true],
    ["ELF of 32 bits, the highest byte first", elf(false, true), true],
    ["ELF with bytes behind its sections", `${elf(true, false)}${zeros(100)}`, true],
    ["ELF with more bytes behind them than in it", `${elf(true, false)}${zeros(5001)}`, false],
    ["ELF that is cut", elf(true, false).slice(0, -1), false],
    ["ELF without sections", put(elf(true, false), 60, "\0\0"), false],
    ["ELF with sections of another size", put(elf(true, false), 58, "\x28"), false],
    ["ELF that is too short for a program", elf(true, false, 2000), false],
    [
      "a program of Windows",
      pe([
        [1000, 500],
        [1500, 3500],
      ]),
      true,
    ],
    [
      "its sections in another order",
      pe([
        [1500, 3500],
        [1000, 500],
      ]),
      true,
    ],
    ["one whose sections end beyond it", pe([[1500, 3501]]), false],
    ["one whose sections end early", pe([[1000, 500]]), false],
    ["one without sections", pe([]), false],
    ["one that says more sections than are read", put(pe([[1500, 3500]]), 134, little(65_535, 2)), true],
    ["a program of DOS", put(pe([[1500, 3500]]), 128, "NE"), false],
    ["one whose header is beyond it", put(pe([[1500, 3500]]), 60, little(0xffff_ffff, 4)), false],
    ["one that is too short for a program", pe([[500, 1500]], 2000), false],
    ["a database", sqlite(4096, 2, 8192), true],
    ["a database of the largest pages", sqlite(1, 1, 65_536), true],
    ["a database of other pages than it says", sqlite(4096, 3, 8192), false],
    ["a database whose pages are too small", sqlite(256, 32, 8192), false],
    ["WebAssembly", wasm(5000), true],
    ["WebAssembly that is cut", wasm(4990, 5000), false],
    ["WebAssembly whose section has no end to its length", `\0asm\x01\0\0\0${"\xff".repeat(5000)}`, false],
    ["WebAssembly that ends within a length", `${wasm(5000)}\0\x80`, false],
    ["WebAssembly of another kind of section", `${wasm(5000)}\x0e\0`, false],
    ["a text", "MZ is a text, and PK as well", false],
  ])("%s: %s", (_what, bytes, is) => {
    expect(isBinaryFile(bytes)).toBe(is);
  });

  test("is none when bytes are missing, and damage throws nothing", () => {
    const files = [elf(true, false), elf(false, true), pe([[1500, 3500]]), sqlite(512, 9, 4608), wasm(5000)];
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.nat({ max: 300 }),
        fc.nat({ max: 255 }),
        fc.integer({ min: 1, max: 600 }),
        (file, at, byte, missing) => {
          expect(isBinaryFile(file.slice(0, -missing))).toBe(false);
          expect(typeof isBinaryFile(put(file, at, String.fromCharCode(byte)))).toBe("boolean");
        },
      ),
      { numRuns: 200 },
    );
  });
});
