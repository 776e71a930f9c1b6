/** White space, quotes and a name in front of what a value is about. */
const PREFIX = /[\0-\x20]*["'`]{0,2}(?:[\w.-]{1,30}=["'`]?)?/y;
const WORD = /[a-z_][\w.+-]{1,29}:/iy;
const DRIVE = /[\\/]{0,8}[a-z][:|](?=[\\/])/iy;
const VARIABLE = /%?systemdrive%(?=[\\/])/iy;
const WINDOWS_VARIABLE = /%?(?:systemroot|windir)%(?=[\\/])/iy;

const isSeparator = (code: number) => code === 0x2f || code === 0x5c;

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Where a value begins in earnest, and what of a path of Windows is in front of that: its drive, or also its directory. */
export interface ValueStart {
  readonly at: number;
  readonly on: "nothing" | "drive" | "windows";
}

export function valueStart(text: string): ValueStart {
  if (isSeparator(text.charCodeAt(0)) && text.charCodeAt(2) !== 0x3a) return { at: 0, on: "nothing" };
  let at = match(PREFIX, text, 0);
  const word = match(WORD, text, at);
  if (word > at) {
    // Behind `file:` any number of slashes leads to a path; after other words two of them lead to a host.
    const isUrl = isSeparator(text.charCodeAt(word)) && isSeparator(text.charCodeAt(word + 1));
    if (!isUrl || /^(?:file|unix):$/i.test(text.slice(at, word))) at = word;
  }
  const drive = Math.max(match(DRIVE, text, at), match(VARIABLE, text, at));
  if (drive > at) return { at: drive, on: "drive" };
  const windows = match(WINDOWS_VARIABLE, text, at);
  return { at: windows, on: windows > at ? "windows" : "nothing" };
}
