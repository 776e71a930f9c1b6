/** Elements whose text is more than text to readers of HTML. */
const CODE_ELEMENT =
  /<(?:[^\s<>/:]{1,64}:)?(?:script|style|xmp|iframe|object|embed|noscript|noembed|noframes|template|textarea|plaintext|svg|math)[\s/>]/i;
/** Bytes of a text and of a CDATA section that are shown with the markup, at either end. */
const SHOWN_OF_TEXT = 48;
const SHOWN_OF_DATA = 16;

/**
 * The markup of a text that was read: of long texts inside, which are values, the ends stay with the tags beside them. Where
 * text may be code, and its tags say so, all of it stays.
 */
export function xmlMarkup(text: string): string {
  // Not all that is declared is a value.
  if (text.includes("<!DOCTYPE")) return text;
  const isCode = CODE_ELEMENT.test(text);
  let markup = "";
  let copied = 0;
  const leaveOut = (from: number, to: number, shown: number) => {
    if (to - from <= 3 * shown) return;
    markup += `${text.slice(copied, from + shown)}\n`;
    copied = to - shown;
  };
  // The XML declaration is not a value either.
  for (let at = text.indexOf("<", Math.max(text.indexOf("?>"), 0)); at !== -1; ) {
    const isData = text.startsWith("<![CDATA[", at);
    const end = isData ? text.indexOf("]]>", at + 9) : text.indexOf(">", at);
    if (end === -1) break;
    if (isData) leaveOut(at + 9, end, SHOWN_OF_DATA);
    const next = text.indexOf("<", end);
    if (!isCode) leaveOut(end + 1, next === -1 ? text.length : next, SHOWN_OF_TEXT);
    at = next;
  }
  return markup + text.slice(copied);
}
