// On the request path, for uploads of JSON.
import { utf8Decode, utf8Encode } from "../../language/values/bytes.ts";

/** A larger file is data of another kind than applications take values from one by one. */
const MAX_JSON = 65_536;
/** Shorter ones are words. */
const MIN_TEXT = 5;

/** The texts of a document of JSON, or of one in each line, each once; none of what is neither. */
export function textsOfJson(bytes: string): readonly string[] {
  if (bytes.length > MAX_JSON) return NO_TEXTS;
  const json = utf8Decode(bytes) ?? bytes;
  const document = parsed(json);
  const open: unknown[] = document === undefined ? json.split("\n").map(parsed) : [document];
  const texts = new Set<string>();
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === "string") {
      if (value.length >= MIN_TEXT) texts.add(utf8Encode(value));
    } else if (typeof value === "object" && value !== null)
      for (const inner of Object.values(value)) open.push(inner);
  }
  return [...texts];
}

const NO_TEXTS: readonly string[] = Object.freeze([]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
