// The safeguards that undo.mjs removes: each with the kind of input that reveals it, and the edits per file.

const BODY = "src/request/body/body.ts";
const CHARSET = "src/request/body/charset.ts";
const CONTENT = "src/request/body/content.ts";
const CODINGS = "src/request/body/codings.ts";
const DISPOSITION = "src/request/body/disposition.ts";
const JSON_READER = "src/request/body/json.ts";
const KIND = "src/request/body/kind.ts";
const MULTIPART = "src/request/body/multipart.ts";
const PART = "src/request/body/multipart-part.ts";
const NESTED = "src/request/body/nested.ts";
const XML = "src/request/body/xml.ts";
const XML_ENTITIES = "src/request/body/xml-entities.ts";

const edit = (file, from, to, times) => ({ file, from, to, times });

/** A body that was not read to its end is neither rejected nor shown. */
const UNREAD_PASSES = [
  edit(
    BODY,
    'if (this.error(budget) !== "") return "partly";',
    'if (this.error(budget) !== "") return "inspected";',
  ),
  edit(
    BODY,
    "? content.unread(budget) : content.texts;",
    "? content.unread(budget) : content.unread(budget);",
  ),
  edit(
    CONTENT,
    'this.declared === "xml" || this.error(budget) !== "") return texts;',
    'this.declared === "xml") return texts;',
  ),
  edit(CONTENT, 'return texts.filter((_, at) => this.#jsons?.[at]?.error !== "");', "return NO_TEXTS;"),
];
/** A reader of JSON that gives up, as one without the leniency does, and nothing that acts on it. */
const lenient = (name, ...edits) => ({
  name: `JSON: ${name}`,
  kind: "json",
  edits: [...UNREAD_PASSES, ...edits],
});
const json = (from, to) => edit(JSON_READER, from, to);

/** An oddity of multipart bodies that no rule hears of; what is seen in spite of it is undone too. */
const silent = (anomaly, ...further) => ({
  name: `multipart: ${anomaly.replace("multipart_", "").replaceAll("_", " ")}`,
  kind: "multipart",
  edits: [
    edit(
      MULTIPART,
      "anomalies: MULTIPART_ANOMALIES.filter((anomaly) => this.#found.has(anomaly)),",
      `anomalies: MULTIPART_ANOMALIES.filter((anomaly) => this.#found.has(anomaly) && anomaly !== "${anomaly}"),`,
    ),
    ...further,
  ],
});

const mend = (name, kind, ...edits) => ({ name, kind, edits });

const xml = (name, ...edits) => mend(`XML: ${name}`, "xml", ...edits);
/** Values inside of values, of which a reader looks for one kind no more. */
const inside = (name, kind, from, to) => mend(`inside of values: ${name}`, kind, edit(NESTED, from, to));
const disposition = (from, to) => edit(DISPOSITION, from, to);

export const MENDS = [
  mend(
    "content codings are decoded",
    "declarations",
    edit(
      CODINGS,
      "const undone = await undo(decoder, body, codings, maxBytes, hold);",
      'return { ...body, coding: "undone" };',
    ),
  ),
  mend(
    "legible text in coded bytes is evaluated",
    "declarations",
    edit(
      BODY,
      "this.#inCoding ??= firstLongRuns(this.#coded, this.#limits.maxInspectedBytes);",
      'this.#inCoding ??= "";',
    ),
  ),
  mend(
    "codings that cannot be decoded are rejected",
    "declarations",
    edit(CODINGS, '{ ...body, coding: "faulty" };', '{ ...body, coding: "undone" };'),
  ),
  mend(
    "words of another kind in a type",
    "multipart",
    edit(
      KIND,
      "itsKind !== kind && words.includes(word)",
      "itsKind !== kind && words.includes(word) && false",
    ),
  ),
  mend(
    "JSON under other types",
    "json",
    edit(KIND, 'return "json";\n  if (first === "<")', 'return undefined;\n  if (first === "<")'),
  ),
  mend(
    "forms under other types",
    "form",
    edit(KIND, 'return beginsAsForm(bytes) ? "form" : undefined;', "return undefined;"),
    edit(CONTENT, 'return beginsAsForm(this.#text) ? "form" : undefined;', "return undefined;"),
    edit(CONTENT, 'if (this.declared !== undefined || kind === "form") return [];', "return [];"),
  ),
  mend(
    "XML under other types",
    "xml",
    edit(KIND, 'isHtml(bytes, start) ? undefined : "xml"', "undefined"),
    edit(NESTED, "else if (code === 60) this.#xml(found, value.slice(at));", ""),
  ),
  mend("bodies not read to their end are rejected", "json", ...UNREAD_PASSES),
  lenient(
    "NaN and other words",
    json("if (at === first) return undefined;", "if (at >= first) return undefined;"),
  ),
  lenient("comments", json("if (next !== 42 && next !== 47) return false;", "if (next !== 0) return false;")),
  lenient("trailing commas", json('this.#found.add("json_trailing_comma");', "return this.#fail();")),
  lenient("several values", json('this.#found.add("json_several_values");', "return;")),
  lenient(
    "byte order marks",
    json("this.#cursor.text.startsWith(UTF8_MARK)", "false"),
    json("|\\xef\\xbb\\xbf)$/", ")$/"),
  ),
  lenient(
    "other quotes",
    json(
      'if (quote === 39) this.#found.add("json_unusual_quotes");',
      "if (quote === 39) return this.#fail();",
    ),
  ),
  mend(
    "JSON in UTF-16 and UTF-32",
    "json",
    edit(CHARSET, "const form = unicodeForm(bytes);", "const form = undefined;"),
  ),
  silent("multipart_bare_lf"),
  silent("multipart_blank_after_boundary"),
  silent(
    "multipart_data_after_end",
    edit(
      MULTIPART,
      'if (this.#nextDelimiter(Math.max(this.#lineEnd - 1, 0), false) === -1) return "";',
      'return "";',
    ),
  ),
  silent("multipart_part_without_body"),
  silent("multipart_duplicate_boundary"),
  silent("multipart_invalid_boundary"),
  silent("multipart_malformed_content_type"),
  silent(
    "multipart_duplicate_header",
    edit(PART, "return values;\n    };", "return values.slice(0, 1);\n    };"),
  ),
  silent("multipart_malformed_header"),
  silent("multipart_malformed_disposition"),
  silent(
    "multipart_charset",
    edit(
      PART,
      "return !charsetLabels(type).every(isPlainCharset) || detectUnicode(bytes) !== undefined;",
      "return false;",
    ),
    edit(PART, "const isHidden = !this.#charsets.every(isPlainCharset);", "const isHidden = false;"),
  ),
  mend(
    "multipart: transfer encodings are decoded",
    "multipart",
    edit(PART, "undone.bytes !== content) contents.push(undone.bytes)", "false) contents.push(undone.bytes)"),
  ),
  mend(
    "multipart: extended file names are read",
    "multipart",
    disposition(
      'const isExtended = parameter.name.endsWith("*");',
      'const isExtended = parameter.name.endsWith("*");\n    if (isExtended) return;',
    ),
  ),
  mend(
    "multipart: a file has a type",
    "multipart",
    edit(PART, "isDisputed || (isNamed && isTyped)", "isDisputed || isNamed"),
  ),
  mend(
    "multipart: a file is a file for every reader",
    "multipart",
    edit(PART, "isDisputed || (isNamed && isTyped)", "filenames.length > 0"),
  ),
  xml(
    "CDATA sections are decoded",
    edit(XML, 'lineEnds(this.#until(source, 9, "]]>"))', 'this.#until(source, 9, "]]>").slice(0, 0)'),
  ),
  xml(
    "references are decoded",
    edit(XML_ENTITIES, "text: encodeCodePoint(isCharacter ? code : 0xfffd),", "text: text.slice(at, end),"),
  ),
  xml(
    "entities are expanded",
    edit(XML_ENTITIES, "const own = this.declared.get(name);", "const own = undefined;"),
  ),
  xml(
    "malformed markup is rejected",
    edit(XML, "XML_ANOMALIES.filter((anomaly) => this.#found.has(anomaly))", "[]"),
  ),
  xml("attributes are read", edit(XML, "this.#entities.attribute(value)", '""')),
  inside(
    "JSON in arguments and cookies",
    "query",
    "if (code === 123 || code === 91) this.#json(found, value.slice(at));",
    "if (false) this.#json(found, value.slice(at));",
  ),
  inside("JSON that cookies mark", "cookies", 'if (value.startsWith("j:", at)) at += 2;', ""),
  inside("quoted strings", "cookies", "if (this.#quoted(found, value.slice(at))) return;", ""),
  inside("octal escapes", "cookies", "return byte < 256 ? byte : -1;", "return -1;"),
  inside("Base64", "query", "if (mayHoldBase64(value)) this.#emitDecoded", "if (false) this.#emitDecoded"),
];
