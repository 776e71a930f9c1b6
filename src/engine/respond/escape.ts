/** Text for HTML and XML, in content and in quoted attributes. Control characters that XML forbids become U+FFFD. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"'\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, (character) => {
    switch (character) {
      case "&":
        return "&amp;";
      case "<":
        return "&lt;";
      case ">":
        return "&gt;";
      case '"':
        return "&quot;";
      case "'":
        return "&#39;";
      default:
        return "\ufffd";
    }
  });
}

/** A header's value: anything but visible characters, blanks and bytes above 7F would end or split the line. */
export function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e\x80-\xff]/g, "");
}

/** Bytes of a `Location` as a URI may hold them; what is not allowed in one is percent-encoded. */
export function locationText(bytes: string): string {
  return bytes.replace(
    /[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]/g,
    (character) => `%${(character.charCodeAt(0) & 255).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
