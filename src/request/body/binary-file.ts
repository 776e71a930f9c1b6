// Binary formats by more than their first bytes, so that a few bytes in front of a text do not make it a file.

/**
 * Whether bytes that were in Base64 are a program, an archive or a database whose own directory agrees with their length. Who decodes
 * such a file does not take it for a text, and names of files and commands are ordinary in it.
 */
export function isBinaryFile(bytes: string): boolean {
  return FORMATS.some((isOne) => isOne(bytes));
}

const FORMATS: readonly ((bytes: string) => boolean)[] = [
  isElf,
  isPortableExecutable,
  isZip,
  isSqlite,
  isWasm,
];

/** Smaller ones hold nothing but headers. */
const MIN_PROGRAM = 4096;

/** Its table of sections is where the header says, and ends the file or nearly so. */
function isElf(bytes: string): boolean {
  if (!bytes.startsWith("\x7fELF") || bytes.length < MIN_PROGRAM) return false;
  const isWide = bytes.charCodeAt(4) === 2;
  const isBig = bytes.charCodeAt(5) === 2;
  const read = (at: number, size: number) => (isBig ? big(bytes, at, size) : little(bytes, at, size));
  const table = isWide ? read(40, 8) : read(32, 4);
  const entry = read(isWide ? 58 : 46, 2);
  const count = read(isWide ? 60 : 48, 2);
  const end = table + entry * count;
  return entry === (isWide ? 64 : 40) && count > 0 && isNearEnd(end, bytes.length);
}

/** The last section that has bytes in the file ends it, save for signatures after it. */
function isPortableExecutable(bytes: string): boolean {
  if (!bytes.startsWith("MZ") || bytes.length < MIN_PROGRAM) return false;
  const header = little(bytes, 60, 4);
  if (!bytes.startsWith("PE\0\0", header)) return false;
  const count = little(bytes, header + 6, 2);
  const first = header + 24 + little(bytes, header + 20, 2);
  let end = 0;
  for (let section = 0; section < count && section < MAX_SECTIONS; section++) {
    const at = first + 40 * section;
    end = Math.max(end, little(bytes, at + 16, 4) + little(bytes, at + 20, 4));
  }
  return count > 0 && isNearEnd(end, bytes.length);
}

const MAX_SECTIONS = 96;

/** The directory begins where the record at the end says, and ends where that begins. */
function isZip(bytes: string): boolean {
  if (!bytes.startsWith("PK\x03\x04")) return false;
  const end = bytes.lastIndexOf("PK\x05\x06");
  if (end === -1 || end + 22 + little(bytes, end + 20, 2) !== bytes.length) return false;
  const size = little(bytes, end + 12, 4);
  const start = little(bytes, end + 16, 4);
  return start + size === end && bytes.startsWith("PK\x01\x02", start);
}

/** As many pages as it says. */
function isSqlite(bytes: string): boolean {
  if (!bytes.startsWith("SQLite format 3\0")) return false;
  const page = big(bytes, 16, 2);
  const size = page === 1 ? 65_536 : page;
  return size >= 512 && size * big(bytes, 28, 4) === bytes.length;
}

/** Its sections follow one another to the end. */
function isWasm(bytes: string): boolean {
  if (!bytes.startsWith("\0asm\x01\0\0\0")) return false;
  let at = 8;
  while (at < bytes.length && bytes.charCodeAt(at) <= MAX_WASM_SECTION) {
    let size = 0;
    let shift = 0;
    let code = 128;
    for (at++; code >= 128 && shift < 35; shift += 7) {
      code = bytes.charCodeAt(at++);
      size += (code & 127) * 2 ** shift;
    }
    // An empty one goes on, if only by its head.
    at += Number.isNaN(size) ? bytes.length : size;
  }
  return bytes.length >= MIN_PROGRAM && at === bytes.length;
}

const MAX_WASM_SECTION = 13;

function isNearEnd(end: number, length: number): boolean {
  return end <= length && end * 2 > length;
}

function little(bytes: string, at: number, size: number): number {
  let value = 0;
  for (let byte = size - 1; byte >= 0; byte--) value = value * 256 + bytes.charCodeAt(at + byte);
  return value;
}

function big(bytes: string, at: number, size: number): number {
  let value = 0;
  for (let byte = 0; byte < size; byte++) value = value * 256 + bytes.charCodeAt(at + byte);
  return value;
}
