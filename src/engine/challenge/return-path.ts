/** A longer address cannot be kept in the challenge: the client then goes to the site's root. */
const MAX_PATH = 2048;

/**
 * Path and query to which a client is sent back, safe as the value of `Location` and of an HTML attribute: it begins
 * with exactly one slash and holds neither backslashes nor control characters, which browsers read as slashes or
 * leave out. `/` when the text is no such path.
 */
export function returnPath(uri: string): string {
  if (uri.length > MAX_PATH || uri[0] !== "/" || uri[1] === "/" || uri[1] === "\\") return "/";
  const hash = uri.indexOf("#");
  const path = hash === -1 ? uri : uri.slice(0, hash);
  return path.replace(
    /[^\x21\x23-\x26\x28-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]/g,
    (byte) => `%${(byte.charCodeAt(0) & 255).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
