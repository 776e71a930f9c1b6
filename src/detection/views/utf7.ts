// On the request path, for texts with a plus sign in front of what may be UTF-7.
import { base64Decode } from "../../language/values/bytes.ts";

/** Characters of ASCII: of the sixteen bits of each the first nine are 0. */
const RUN = /\+(A[A-H][A-Za-z0-9+/]{1,256})-?/g;

/** The text with the ASCII characters that are in UTF-7 (RFC 2152) undone: `+ADw-` is `<`. */
export function undoUtf7(text: string): string {
  return text.replace(RUN, (written, digits: string) => {
    const bytes = base64Decode(digits);
    if (bytes === undefined) return written;
    let ascii = "";
    for (let at = 0; at + 1 < bytes.length; at += 2) {
      const code = bytes.charCodeAt(at + 1);
      if (bytes.charCodeAt(at) !== 0 || code === 0 || code > 126) return written;
      ascii += String.fromCharCode(code);
    }
    return ascii === "" ? written : ascii;
  });
}
