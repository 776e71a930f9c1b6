/** Classes of bytes, looked up in the loops over hostile texts. */
const SPACE = 1;
const DIGIT = 2;
const LETTER = 4;
const NAME = 8;

const CLASSES = new Uint8Array(256);
for (let code = 0; code <= 32; code++) CLASSES[code] = SPACE;
CLASSES[0xa0] = SPACE;
for (let code = 48; code <= 57; code++) CLASSES[code] = DIGIT | NAME;
for (let code = 65; code <= 90; code++) {
  CLASSES[code] = LETTER | NAME;
  CLASSES[code + 32] = LETTER | NAME;
}
CLASSES[0x5f] = LETTER | NAME;
CLASSES[0x24] = NAME;

/** Behind the end of a text the code is NaN, which no class holds. */
function classOf(code: number): number {
  return code < 256 ? (CLASSES[code] ?? 0) : 0;
}

/** Whether a database takes the byte for white space; NUL and the control characters are among them. */
export function isSpace(code: number): boolean {
  return (classOf(code) & SPACE) !== 0;
}

export function isDigit(code: number): boolean {
  return (classOf(code) & DIGIT) !== 0;
}

/** Whether a name may begin with the byte. */
export function isLetter(code: number): boolean {
  return (classOf(code) & LETTER) !== 0;
}

/** Whether a name may go on with the byte. */
export function isNamePart(code: number): boolean {
  return (classOf(code) & NAME) !== 0;
}

/** The end of the name that begins at `at`. */
export function nameEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isNamePart(text.charCodeAt(end))) end++;
  return end;
}
