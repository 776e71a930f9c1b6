import { EVENTS, FIRES_ALONE, NO_EVENTS } from "./words.ts";

const KNOWN = prefixes(EVENTS);
const ALONE = prefixes(FIRES_ALONE);

/** By their first four letters. */
function prefixes(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const byHead = new Map<string, string[]>();
  for (const word of words) {
    const head = word.slice(0, 4);
    const list = byHead.get(head);
    if (list) list.push(word);
    else byHead.set(head, [word]);
  }
  return byHead;
}

function startsWithOneOf(words: ReadonlyMap<string, readonly string[]>, name: string): boolean {
  return words.get(name.slice(0, 4))?.some((word) => name.startsWith(word)) ?? false;
}

/** Whether an attribute of an element is a handler: `on` and letters, ordinary words aside. */
export function isEvent(name: string): boolean {
  if (name.length < 5 || name.charCodeAt(0) !== 111 || name.charCodeAt(1) !== 110) return false;
  for (let at = 2; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code < 97 || code > 122) return false;
  }
  return !NO_EVENTS.has(name);
}

/** Whether it is one of the events that pages know. */
export function isKnownEvent(name: string): boolean {
  return isEvent(name) && startsWithOneOf(KNOWN, name);
}

/** Whether it fires without a click. */
export function firesAlone(name: string): boolean {
  return isEvent(name) && startsWithOneOf(ALONE, name);
}
