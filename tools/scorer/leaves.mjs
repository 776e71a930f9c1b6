// Cuts a labelled request into the texts that the scorer learns from: values only. Paths, headers that browsers and proxies
// send, and the names of arguments, cookies and fields never become texts, so no weight can rest on them.

/** Headers whose values are texts of users or applications; all others are left out. */
const VALUE_HEADER =
  /^x-(?!forwarded|real-ip|requested-with|request-id|csrf|github|amz|client|http-method|method)/;
const MOST_LEAVES = 400;
const DEPTH = 6;

/** @returns {string[]} the values of a request, each with its decoded forms behind it; bytes as characters 0 to 255 */
export function leavesOf({ uri = "/", headers = [], body, body_b64: encoded }) {
  const found = new Set();
  const add = (text) => {
    if (found.size < MOST_LEAVES) for (const view of viewsOf(text)) found.add(view);
  };
  const question = uri.indexOf("?");
  if (question >= 0) query(bytes(uri.slice(question + 1)), add);
  let type = "";
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    const text = bytes(String(value));
    if (lower === "content-type") type = text.toLowerCase();
    else if (lower === "cookie") cookies(text, add);
    else if (lower === "referer") {
      const at = text.indexOf("?");
      if (at >= 0) query(text.slice(at + 1), add);
    } else if (VALUE_HEADER.test(lower)) add(text);
  }
  const content = encoded ? Buffer.from(encoded, "base64").toString("latin1") : bytes(String(body ?? ""));
  if (content) bodyOf(content, type, add);
  return [...found];
}

const bytes = (text) => Buffer.from(text, "utf8").toString("latin1");
const characters = (text) => Buffer.from(text, "latin1").toString("utf8");

function query(text, add) {
  for (const pair of text.split("&")) {
    const equals = pair.indexOf("=");
    // Without a name, or with a name that is a payload itself, the whole is the value.
    const named = equals > 0 && /^[\w.[\]%-]{1,40}$/.test(pair.slice(0, equals));
    add((named ? pair.slice(equals + 1) : pair).replaceAll("+", " "));
  }
}

function cookies(text, add) {
  for (const pair of text.split(";")) {
    const equals = pair.indexOf("=");
    if (equals >= 0) add(pair.slice(equals + 1).trim());
  }
  // A payload with semicolons of its own.
  if (/[<'"(]/.test(text)) add(text.slice(text.lastIndexOf("=", text.search(/[<'"(]/)) + 1));
}

function bodyOf(text, type, add) {
  if (type.includes("multipart/")) return multipart(text, type, add);
  const start = text.trimStart()[0];
  if (type.includes("json") || start === "{" || start === "[") {
    if (json(text, add)) return;
  }
  if (type.includes("xml") || (type === "" && start === "<")) return xml(text, add);
  if (type.includes("form-urlencoded") || type === "") return query(text, add);
  if (!type || /text|json|graphql|javascript|csv/.test(type)) add(text);
}

function json(text, add) {
  let value;
  try {
    value = JSON.parse(characters(text));
  } catch {
    return false;
  }
  const walk = (part, depth) => {
    if (typeof part === "string") add(bytes(part));
    else if (part && typeof part === "object" && depth < 40)
      for (const child of Object.values(part)) walk(child, depth + 1);
  };
  walk(value, 0);
  return true;
}

function xml(text, add) {
  for (const [, content] of text.matchAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g)) add(content);
  for (const [, content] of text.matchAll(/>([^<]+)/g)) add(content);
  for (const [, , content] of text.matchAll(/\s[\w:.-]+=(["'])(.*?)\1/g)) add(content);
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) add(text);
}

function multipart(text, type, add) {
  const boundary = /boundary="?([^";,]+)/.exec(type)?.[1];
  const lower = text.toLowerCase();
  if (!boundary) return;
  const cuts = [];
  for (let at = lower.indexOf(`--${boundary}`); at >= 0; at = lower.indexOf(`--${boundary}`, at + 1))
    cuts.push(at);
  cuts.forEach((cut, i) => {
    const part = text.slice(cut + boundary.length + 2, cuts[i + 1] ?? text.length);
    const end = /\r?\n\r?\n/.exec(part);
    if (!end) return;
    const head = part.slice(0, end.index);
    let content = part.slice(end.index + end[0].length).replace(/\r?\n$/, "");
    const file = /filename\*?="?([^"\r\n]*)/i.exec(head)?.[1];
    if (file) add(file);
    if (/transfer-encoding:\s*base64/i.test(head))
      content = Buffer.from(content, "base64").toString("latin1");
    if (
      !file ||
      (/content-type:\s*(?:text|application\/(?:json|xml))/i.test(head) && !/[\0-\x08]/.test(content))
    )
      add(content);
  });
}

/** A text and what it becomes when its encodings are undone, one after the other. */
export function viewsOf(text) {
  const views = [];
  let pending = [text];
  for (let depth = 0; depth < DEPTH && pending.length > 0; depth++) {
    const next = [];
    for (const one of pending) {
      if (one === "" || views.includes(one)) continue;
      const percent = unpercent(one);
      // What a percent sign hides is never judged as it stands.
      if (percent !== one) {
        next.push(percent);
        continue;
      }
      views.push(one);
      for (const undo of [unescape_, unentity, unfold, unbase64, unhex, inside]) {
        const other = undo(one);
        if (other !== one && other !== "") next.push(other);
      }
    }
    pending = next;
  }
  return views;
}

const utf8 = (code) =>
  code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? "" : bytes(String.fromCodePoint(code));
const unpercent = (text) =>
  text.includes("%")
    ? text.replace(/%u([0-9a-f]{4})|%([0-9a-f]{2})/gi, (_, wide, narrow) =>
        wide ? utf8(Number.parseInt(wide, 16)) : String.fromCharCode(Number.parseInt(narrow, 16)),
      )
    : text;
const unescape_ = (text) =>
  text.replace(/\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|\\u\{([0-9a-f]{1,6})\}/gi, (_, wide, narrow, braced) =>
    utf8(Number.parseInt(wide ?? narrow ?? braced, 16)),
  );
const NAMED = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  colon: ":",
  tab: "\t",
  newline: "\n",
  lpar: "(",
  rpar: ")",
};
const unentity = (text) =>
  text.replace(/&(?:#x0*([0-9a-f]{1,6});?|#0*(\d{1,7});?|(\w{2,7});)/gi, (all, hex, decimal, name) => {
    if (name) return NAMED[name.toLowerCase()] ?? all;
    return utf8(hex ? Number.parseInt(hex, 16) : Number(decimal));
  });
const OVERLONG = /\xc0([\x80-\xbf])|\xc1([\x80-\xbf])/g;
const unfold = (text) => {
  if (!/[\x80-\xff]/.test(text)) return text;
  const short = text.replace(OVERLONG, (_, a, b) =>
    String.fromCharCode((a ?? b).charCodeAt(0) - (a ? 128 : 64)),
  );
  const wide = characters(short);
  return wide.includes("\ufffd") ? short : bytes(wide.normalize("NFKC"));
};
const readable = (text) =>
  /^[\t\n\r -~\x80-\xff]+$/.test(text) && (text.match(/[ -~\s]/g)?.length ?? 0) > text.length * 0.9;
const unbase64 = (text) => {
  if (
    text.length < 12 ||
    !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ||
    !/[a-z]/.test(text) ||
    !/[A-Z]/.test(text)
  )
    return text;
  const decoded = Buffer.from(text, "base64").toString("latin1");
  return readable(decoded) ? decoded : text;
};
const unhex = (text) => {
  if (text.length < 12 || !/^(?:[0-9a-f]{2})+$/i.test(text)) return text;
  const decoded = Buffer.from(text, "hex").toString("latin1");
  return readable(decoded) ? decoded : text;
};
/** JSON in a string: its own strings, one under the other. */
const inside = (text) => {
  if (!/^\s*[[{]/.test(text)) return text;
  const found = [];
  return json(text, (part) => found.push(part)) ? found.join("\n") : text;
};
