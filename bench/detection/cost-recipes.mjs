// Recipes of bodies: how a body is made from one, and how one is changed.
import { ATOMS } from "./cost-atoms.mjs";

const KINDS = [
  "json",
  "json numbers",
  "json keys",
  "json deep",
  "json text",
  "form",
  "form names",
  "text",
  "text lines",
  "xml",
  "xml attributes",
  "xml deep",
  "multipart",
  "multipart files",
  "none",
];
const WRITERS = {
  plain: (text) => text,
  json: (text) => JSON.stringify(text),
  "json twice": (text) => JSON.stringify(JSON.stringify({ a: text })),
  object: (text) => JSON.stringify({ a: text, b: [text] }),
  base64: (text) => Buffer.from(text, "latin1").toString("base64"),
  "base64 twice": (text) => Buffer.from(Buffer.from(text, "latin1").toString("base64")).toString("base64"),
  hex: (text) => Buffer.from(text, "latin1").toString("hex"),
  percent: (text) => escaped(text),
  "percent twice": (text) => escaped(escaped(text)),
  entities: (text) => text.replace(/[\s\S]/g, (unit) => `&#${unit.charCodeAt(0)};`),
  unicode: (text) =>
    text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  upper: (text) => text.toUpperCase(),
  form: (text) => `a=${escaped(text)}&b=${escaped(text)}`,
  xml: (text) => `<a b="${entities(text)}">${entities(text)}</a>`,
};
const WRITER_NAMES = Object.keys(WRITERS);
const KEYS = ["one letter", "numbered", "long", "atom", "same"];
/** Short ones are tried far more often; long ones show what grows faster than the body. */
const SIZES = [8192, 8192, 8192, 16_384, 16_384, 130_000];
const LENGTHS = [0, 1, 2, 4, 8, 16, 40, 120, 600, 4000, 130_000];

/** Bytes that no body exceeds: the limit of what is inspected. */
const MOST = 131_072;

const pick = (random, items) => items[Math.floor(random() * items.length)];
const atom = (random) => Math.floor(random() * ATOMS.length);

export function drawRecipe(random) {
  return {
    kind: pick(random, KINDS),
    size: pick(random, SIZES),
    /** Atoms that values repeat until they are long enough. */
    atoms: Array.from({ length: 1 + Math.floor(random() ** 2 * 12) }, () => atom(random)),
    length: pick(random, LENGTHS),
    /** Whether each value goes on where the last one ended, so that values differ. */
    rolls: random() < 0.5,
    writers:
      random() < 0.6
        ? []
        : Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick(random, WRITER_NAMES)),
    keys: pick(random, KEYS),
  };
}

export function change(recipe, random) {
  const next = { ...recipe, atoms: [...recipe.atoms], writers: [...recipe.writers] };
  const times = 1 + Math.floor(random() ** 2 * 3);
  for (let time = 0; time < times; time++) changeOnce(next, random);
  return next;
}

function changeOnce(recipe, random) {
  const at = Math.floor(random() * recipe.atoms.length);
  const die = random();
  if (die < 0.25) recipe.atoms[at] = atom(random);
  else if (die < 0.4) recipe.atoms.splice(at, 0, atom(random));
  else if (die < 0.5 && recipe.atoms.length > 1) recipe.atoms.splice(at, 1);
  else if (die < 0.56) recipe.atoms.push(...recipe.atoms.slice(0, 12));
  else if (die < 0.68) recipe.length = pick(random, LENGTHS);
  else if (die < 0.76) recipe.length = Math.max(0, Math.round(recipe.length * (0.5 + random())));
  else if (die < 0.82) recipe.keys = pick(random, KEYS);
  else if (die < 0.86) recipe.rolls = !recipe.rolls;
  else if (die < 0.9) recipe.kind = pick(random, KINDS);
  else if (die < 0.93) recipe.size = pick(random, SIZES);
  else if (recipe.writers.length > 0 && random() < 0.5) recipe.writers.pop();
  else if (recipe.writers.length < 3) recipe.writers.push(pick(random, WRITER_NAMES));
  if (recipe.atoms.length > 40) recipe.atoms.length = 40;
}

/** The type and the bytes of a recipe's body. */
export function bodyOf(recipe) {
  const values = valuesOf(recipe);
  const keyOf = keysOf(recipe);
  const { kind, size } = recipe;
  const filled = (head, piece, tail) => {
    const pieces = [head];
    let length = head.length + tail.length;
    for (let at = 0; ; at++) {
      const one = piece(values(at), keyOf(at), at);
      if (length + one.length > Math.min(size, MOST) && at > 0) break;
      pieces.push(one);
      length += one.length;
      if (length >= size) break;
    }
    return (pieces.join("") + tail).slice(0, MOST);
  };
  const json = (head, piece, tail) => ({ type: "application/json", text: filled(head, piece, tail) });
  const xml = (head, piece, tail) => ({ type: "application/xml", text: filled(head, piece, tail) });
  const form = (text) => ({ type: "application/x-www-form-urlencoded", text });
  const multipart = (lines) => ({
    type: "multipart/form-data; boundary=frontier7",
    text: filled(
      "",
      (value, key, at) => `--frontier7\r\n${lines(key, at)}\r\n\r\n${value}\r\n`,
      "--frontier7--\r\n",
    ),
  });
  switch (kind) {
    case "json":
      return json(
        "[0",
        (value, key, at) => (at % 4 === 3 ? `,{${quoted(key)}:${quoted(value)}}` : `,${quoted(value)}`),
        "]",
      );
    case "json numbers":
      return json(
        "[0",
        (value, key, at) => `,${at % 8 === 7 ? `{${quoted(key)}:[${value.length},${at}]}` : at * 7.25}`,
        "]",
      );
    case "json keys":
      return json('{"a":0', (value, key, at) => `,${quoted(`${key}${at}${value}`)}:${at % 10}`, "}");
    case "json deep":
      return json("[0", (value, key) => `,{${quoted(key)}:[{${quoted(key)}:[[${quoted(value)}]]}]}`, "]");
    case "json text":
      return json('{"a":', (value, key) => quoted(JSON.stringify({ [key]: value })), "}");
    case "form":
      return form(filled("a=b", (value, key) => `&${escaped(key)}=${escaped(value)}`, ""));
    case "form names":
      return form(filled("a=b", (value, key, at) => `&${escaped(`${key}[${value}]`)}=${at % 10}`, ""));
    case "text":
      return { type: "text/plain", text: filled("", (value) => value || " ", "") };
    case "text lines":
      return { type: "text/csv", text: filled("", (value, key) => `${key},${value}\n`, "") };
    case "xml":
      return xml("<r>", (value) => `<i>${entities(value)}</i>`, "</r>");
    case "xml attributes":
      return xml("<r>", (value) => `<i a="${entities(value)}"/>`, "</r>");
    case "xml deep":
      return xml("<r>", (value) => `<i><j><k l="1">${entities(value)}<m/></k></j></i>`, "</r>");
    case "multipart":
      return multipart((key) => `Content-Disposition: form-data; name="${key.replace(/["\r\n]/g, "")}"`);
    case "multipart files":
      return multipart(
        (_key, at) =>
          `Content-Disposition: form-data; name="f"; filename="${at}.csv"\r\nContent-Type: text/csv`,
      );
    default:
      return {
        type: "application/octet-stream",
        text: filled("", (value, key) => `${key}${value || " "}`, ""),
      };
  }
}

function valuesOf({ atoms, length, rolls, writers }) {
  const whole = atoms.map((at) => bytes(ATOMS[at])).join("");
  const write = (text) => writers.reduce((sum, name) => WRITERS[name](sum).slice(0, MOST), text);
  const long = whole.repeat(Math.ceil((length + whole.length) / whole.length));
  const written = new Map();
  return (at) => {
    const start = rolls ? (at * 3) % whole.length : 0;
    const known = written.get(start);
    if (known !== undefined) return known;
    const value = write(long.slice(start, start + length));
    written.set(start, value);
    return value;
  };
}

function keysOf({ keys, atoms }) {
  const first = bytes(ATOMS[atoms[0]]);
  switch (keys) {
    case "one letter":
      return (at) => String.fromCharCode(97 + (at % 26));
    case "numbered":
      return (at) => `k${at}`;
    case "long":
      return (at) => `a_rather_long_name_of_a_field_${at}`;
    case "atom":
      return (at) => `${first}${at}`;
    default:
      return () => "name";
  }
}

const bytes = (text) => Buffer.from(text, "utf8").toString("latin1");
const quoted = (text) => JSON.stringify(text);
const entities = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const escaped = (text) =>
  text.replace(
    /[^0-9A-Za-z_.~-]/g,
    (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
