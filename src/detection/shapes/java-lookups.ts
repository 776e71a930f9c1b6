export interface LookupReport {
  jndi(start: number, end: number): void;
  nested(start: number, end: number): void;
  text(start: number, end: number): void;
}

interface Lookup {
  readonly start: number;
  content: string;
  /** From where on the text is not in the content yet. */
  from: number;
  /** Whether a part of the content was the result of a lookup. */
  built: boolean;
}

const DEEPEST = 16;
/** Bytes of a lookup that are kept: what decides is at its beginning. */
const LONGEST_CONTENT = 80;

const JNDI = /^[\s:]{0,9}jndi\s{0,9}:/i;
/** What people write in place of the rest. */
const ELLIPSIS = /:\s{0,9}(?:\.{2,4}|\xe2\x80\xa6)\s{0,9}$/;
const TEXT = /^\s{0,9}(?:script\s{0,9}:\s{0,9}\w{1,20}\s{0,9}:|(?:dns|url)\s{0,9}:\s{0,9}[\w-]{1,40}[:.|])/i;
const RESOLVABLE =
  /^\s{0,9}(?:lower|upper|env|sys|java|date|main|ctx|base64|bundle|map|sd|marker|event|k8s|docker|spring|web|:)\s{0,9}:/i;

/**
 * Resolves lookups of Log4j from the inside to the outside, as far as that needs nothing of the server: letter case, defaults
 * and quoted dates.
 */
export function findLookups(text: string, report: LookupReport): void {
  let open: Lookup[] = [];
  /** Whether what was read last, outside of all lookups, is a dollar sign. */
  let dollar = false;
  for (let at = nextDollar(text, 0); at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const brace = code === 36 ? braceEnd(text, at + 1) : dollar ? braceEnd(text, at) : -1;
    if (brace >= 0) {
      if (open.length === DEEPEST) open.shift();
      const around = open.at(-1);
      if (around !== undefined) take(around, text, at);
      open.push({ start: at, content: "", from: brace, built: false });
      at = brace - 1;
      dollar = false;
      continue;
    }
    const current = open.at(-1);
    if (current === undefined) {
      dollar = code === 36;
      if (!dollar) at = nextDollar(text, at) - 1;
      continue;
    }
    if (code !== 125) continue;
    take(current, text, at);
    open.pop();
    const outer = open.at(-1);
    const result = closed(text, current, outer, at + 1, report);
    if (outer === undefined) dollar = result.endsWith("$");
    else {
      outer.built = true;
      outer.from = at + 1;
      if (outer.content.length < LONGEST_CONTENT) outer.content += result.slice(0, LONGEST_CONTENT);
    }
  }
  const last = open.at(-1);
  if (last !== undefined) take(last, text, text.length);
  for (const { start, content, built } of open) {
    if (JNDI.test(content) && (built || content.length > 5)) report.jndi(start, text.length);
  }
  open = [];
}

/** Adds what is in front of a place to the content of a lookup. */
function take(lookup: Lookup, text: string, to: number): void {
  const room = LONGEST_CONTENT - lookup.content.length;
  if (room > 0) lookup.content += text.slice(lookup.from, Math.min(to, lookup.from + room));
  lookup.from = to;
}

function nextDollar(text: string, at: number): number {
  const next = text.indexOf("$", at);
  return next < 0 ? text.length : next;
}

const BRACE = /\{|&lbrace;|&lcub;|&#123;|&#x7b;/iy;

/** Where an opening brace at `at` ends; -1 when there is none. */
function braceEnd(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 123) return at + 1;
  if (code !== 38) return -1;
  BRACE.lastIndex = at;
  return BRACE.test(text) ? BRACE.lastIndex : -1;
}

/** What a lookup stands for; reports it. */
function closed(
  text: string,
  { start, content }: Lookup,
  outer: Lookup | undefined,
  end: number,
  report: LookupReport,
): string {
  if (JNDI.test(content) && !ELLIPSIS.test(content)) report.jndi(start, end);
  if (TEXT.test(content)) report.text(start, end);
  const resolvable = RESOLVABLE.test(content);
  const fallback = content.indexOf(":-");
  if (outer !== undefined && !/[\s|:]/.test(outer.content.slice(0, 21)) && outer.content.length <= 20) {
    // `${${a:-b}#*:}` and `${${a:-b}[1]}` are expansions of zsh.
    const cut = !resolvable && /^(?:#|%%|\[)/.test(text.slice(end, end + 2));
    if (resolvable || (fallback >= 0 && fallback <= 40 && !cut)) report.nested(outer.start, end);
  } else if (outer !== undefined && resolvable && JNDI.test(outer.content)) report.nested(outer.start, end);
  if (fallback >= 0) return content.slice(fallback + 2);
  const colon = content.indexOf(":");
  const name = content.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  const rest = content.slice(colon + 1);
  if (name === "lower") return rest.trim().toLowerCase();
  if (name === "upper") return rest.trim().toUpperCase();
  if (name === "date") return rest.replace(/'/g, "");
  return "";
}
