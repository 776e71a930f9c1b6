import { type Charset, charsetOf, detectUnicode } from "./charset.ts";
import { guessedKind, isData, type ReadKind, textStart } from "./kind.ts";
import { wideMark } from "./marks.ts";
import { declaredXmlEncodings } from "./xml-declaration.ts";

/** The texts that readers may see in bytes. */
export interface Readings {
  /** The likeliest first; the bytes as they are always among them. */
  readonly texts: readonly string[];
  /** Character sets that are declared in which text may stand that the bytes do not show. */
  readonly charsets: readonly Charset[];
  /** Whether a character set was undone in which bytes tell little. */
  readonly isDecoded: boolean;
  /** Whether a form of Unicode was undone that nothing but the first bytes tell of. */
  readonly isGuessed: boolean;
  /** Whether a character set is declared that cannot be decoded here. */
  readonly isUnknown: boolean;
}

/** The text of bytes with so many labels is ambiguous. */
const MAX_LABELS = 8;
/** A multiple of every unit's size. */
const START = 1024;

export function asTheyAre(bytes: string): Readings {
  return { texts: [bytes], charsets: [], isDecoded: false, isGuessed: false, isUnknown: false };
}

/**
 * Readers of JSON and XML detect the forms of Unicode (Python's `json`, XML 1.0 appendix F), and any text may begin with a byte
 * order mark; others go by the set that is declared, in XML by the text itself or around it (RFC 7303 §3), and some know nothing
 * of sets. So all of them count.
 *
 * @param labels what is declared around the bytes
 */
export function readingsOf(
  bytes: string,
  labels: readonly string[],
  declared: ReadKind | undefined,
): Readings {
  const detected = detectUnicode(bytes);
  const isCertain =
    detected !== undefined &&
    declared !== "form" &&
    (declared !== undefined || wideMark(bytes) !== undefined);
  const found = new Set<string>();
  let isDecoded = false;
  if (detected !== undefined && (isCertain || showsData(detected, bytes))) {
    isDecoded = true;
    for (const text of detected.readings(bytes)) found.add(text);
  }
  const isGuessed = isDecoded && !isCertain;
  const { charsets, isUnknown } = charsetsOf(allLabels(bytes, [...found], labels, declared));
  let isIllegible = isUnknown || labels.length > MAX_LABELS;
  for (const charset of charsets) {
    // The order of bytes is known.
    if (isDecoded && detected?.name.startsWith(charset.name)) continue;
    const texts = charset.readings(bytes);
    isIllegible ||= texts.length === 0;
    isDecoded ||= charset.kind !== "multi_byte" && texts.length > 0;
    for (const text of texts) found.add(text);
  }
  found.add(bytes);
  return { texts: [...found], charsets, isDecoded, isGuessed, isUnknown: isIllegible };
}

/** Whether bytes without a mark are JSON or XML in a form of Unicode. */
function showsData(form: Charset, bytes: string): boolean {
  for (let at = 0; at < bytes.length; at += START) {
    const text = form.readings(bytes.slice(at, at + START))[0] ?? "";
    // Behind blanks, however many; what begins at the end of a piece goes on in the next.
    if (textStart(text) < text.length)
      return isData(guessedKind(form.readings(bytes.slice(at, at + 2 * START))[0] ?? ""));
  }
  return false;
}

/** The sets of labels in which text may stand that the bytes do not show. */
function charsetsOf(labels: ReadonlySet<string>): Pick<Readings, "charsets" | "isUnknown"> {
  const charsets = new Set<Charset>();
  let isUnknown = false;
  for (const label of labels) {
    const charset = charsetOf(label);
    if (charset === undefined) isUnknown = true;
    else if (charset.kind !== "ascii") charsets.add(charset);
  }
  return { charsets: [...charsets], isUnknown };
}

function allLabels(
  bytes: string,
  decoded: readonly string[],
  labels: readonly string[],
  declared: ReadKind | undefined,
): ReadonlySet<string> {
  const all = new Set(labels.slice(0, MAX_LABELS));
  if (declared !== undefined && declared !== "xml") return all;
  for (const text of [...decoded, bytes]) {
    for (const label of declaredXmlEncodings(text)) {
      // A declaration that can be read without one of these is in none of them.
      if (charsetOf(label)?.kind !== "unicode") all.add(label);
    }
  }
  return all;
}
