import { isLetter } from "../detector/characters.ts";
import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { WordScreen } from "../detector/word-screen.ts";
import { GADGETS, TYPE_KEYS, TYPED_CLASSES } from "./java-classes.ts";
import { findExpressions } from "./java-expressions.ts";
import { findLookups } from "./java-lookups.ts";
import { isWord, lastPart, matchAt, placesOf } from "./scan.ts";

const kind = (name: string, points: EvidenceKind["points"], sentence: string): EvidenceKind => ({
  name: `java-${name}`,
  attack: "java",
  points,
  sentence,
});

const JNDI = kind("jndi-lookup", 5, "A lookup of the naming service, as Log4j evaluated it.");
const NESTED = kind("nested-lookup", 5, "A lookup inside a lookup, or one that hides a letter.");
const TEXT = kind(
  "text-lookup",
  5,
  "A lookup that runs a script or accesses the network, as Commons Text evaluated it.",
);
const CLASS_LOADER = kind("class-loader", 5, "A property of the class loader as a parameter's name.");
const OGNL = kind("ognl", 5, "An OGNL expression that accesses the context or a static method.");
const RUNTIME = kind("runtime", 5, "An expression that starts a process or looks a class up.");
const GADGET = kind(
  "gadget-type",
  5,
  "The name of a class that is useful only to attacks on deserialisation.",
);
const SERIALIZED = kind(
  "serialized-object",
  5,
  "A serialised Java or .NET object, in Base64 or as it is, other than the state of a page.",
);
const SERIALIZED_BODY = kind(
  "serialized-body",
  3,
  "A serialised Java object as the body or as a value of it.",
);

/** Expressions, lookups, types and serialised objects of Java. */
export const javaDetector: Detector = {
  name: "java",
  kinds: [JNDI, NESTED, TEXT, CLASS_LOADER, OGNL, RUNTIME, GADGET, SERIALIZED, SERIALIZED_BODY],
  triggers: [
    {
      characters: "$",
      words: [
        "jndi",
        ":-",
        "lower:",
        "upper:",
        "env:",
        "sys:",
        "date:",
        "base64:",
        "script:",
        "dns:",
        "url:",
        "ctx:",
        "java:",
      ],
    },
    {
      words: [
        "${jndi",
        "classloader",
        "java.lang.",
        "getruntime",
        "forname",
        "getclass",
        "scriptenginemanager",
        "new processbuilder",
        ...["'.execute()", '".execute()', "'].execute()", '"].execute()', "lookup('", 'lookup("'],
      ],
    },
    {
      words: [
        "${(",
        "%{(",
        "${#",
        "%{#",
        "${@",
        "%{@",
        "${new",
        "%{new",
        "redirect:$",
        "redirect:%",
        "redirectaction:",
      ],
    },
    {
      words: [
        "#_memberaccess",
        "#context",
        "@ognl.",
        "@java.",
        "opensymphony.xwork",
        "(#",
        "xwork.methodaccessor",
      ],
    },
    {
      words: [
        ...GADGETS,
        "!!javax.",
        "!!java.",
        "!!python/",
        "!!org.",
        "!!com.",
        "!!sun.",
        "!!net.",
        "java.net.",
        "java.beans.",
        "java.io.",
        "java.rmi.",
      ],
    },
    { words: ["ro0ab", "aaeaaad/////", "h4siaaaaaaaa", "aced0005"] },
    { words: ["\u0000\u0005"] },
  ],
  shortest: 6,
  reads: ["java"],
  inspect(text: string, place: Place, report: Report): void {
    if (text.includes("$")) {
      const once = (one: EvidenceKind) => {
        let reported = false;
        return (start: number, end: number) => {
          if (reported) return;
          reported = true;
          report(one, start, end);
        };
      };
      findLookups(text, { jndi: once(JNDI), nested: once(NESTED), text: once(TEXT) });
    }
    const lower = text.toLowerCase();
    findExpressions(lower, (found, start, end) => {
      report(found === "ognl" ? OGNL : found === "runtime" ? RUNTIME : CLASS_LOADER, start, end);
    });
    types(lower, place, report);
    streams(text, lower, place, report);
  },
};

const CLASSES = new WordScreen(
  [
    ...GADGETS.map((name) => ({ name, isOrdinary: false })),
    ...TYPED_CLASSES.map((name) => ({ name, isOrdinary: true })),
  ],
  ({ name }) => name,
);

function types(lower: string, place: Place, report: Report): void {
  for (const { name, isOrdinary } of CLASSES.in(lower)) {
    for (const at of placesOf(lower, name)) {
      const end = at + name.length;
      if (!name.endsWith(".") && isWord(lower.charCodeAt(end))) continue;
      if (isOrdinary ? !typed(lower, at, place) : !apart(lower, at, end, place)) continue;
      report(GADGET, at, end);
      return;
    }
  }
  for (const at of placesOf(lower, "!!")) {
    const end = matchAt(TAG, lower, at);
    if (end < 0 || !opensValue(lower, at)) continue;
    report(GADGET, at, end);
    return;
  }
}

/** Types of YAML that make an object of a class. */
const TAG = /!!(?:(?:javax?|org|com|sun|net)\.\w|python\/(?:object|module|name)[\w/]{0,20}:\w)/y;

/** Whether a value of YAML begins at `at`. */
function opensValue(lower: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && at - before < 100 && " \t".includes(lower.charAt(before))) before -= 1;
  return before < 0 || ":-[{,?\"'=\r\n!".includes(lower.charAt(before));
}

const EDGES = "\"'<>[](){},;:=!|\\/&";

/** Whether the name of a class is a value, and no word of a sentence. */
function apart(lower: string, at: number, end: number, place: Place): boolean {
  if (place.part === "path") return true;
  let stop = end;
  while (
    stop < lower.length &&
    stop - end < 100 &&
    (isWord(lower.charCodeAt(stop)) || ".$".includes(lower.charAt(stop)))
  )
    stop += 1;
  const before = at === 0 || EDGES.includes(lower.charAt(at - 1));
  const behind = stop === lower.length || EDGES.includes(lower.charAt(stop));
  // An import or a stack trace names a class too.
  return before && behind && (lower.charCodeAt(at - 1) !== 40 || lower.charCodeAt(stop) !== 58);
}

/** Whether a parser takes the type of an object from where the name of a class stands. */
function typed(lower: string, at: number, place: Place): boolean {
  if (at === 0 && !place.isName && TYPE_KEYS.has(lastPart(place.name).toLowerCase())) return true;
  const before = lower.slice(Math.max(0, at - 24), at);
  return /(?:["'](?:@type|@class|_class|\$type)["']\s{0,9}:\s{0,9}["']|\bclass\s{0,9}=\s{0,9}["']|!!)$/.test(
    before,
  );
}

const STREAM = /rO0AB[\w+/ -]{12}/y;
const OTHER_STREAM = /h4siaaaaaaaa[\w+/ -]{20}|aaeaaad\/{5}[\w+/ -]{8}|aced0005[78][0-9a-f]{7}/y;

function streams(text: string, lower: string, place: Place, report: Report): void {
  const body = place.part === "body";
  for (const at of placesOf(text, "rO0AB")) {
    if (at > 0 && (isLetter(text.charCodeAt(at - 1)) || /[\d+]/.test(text.charAt(at - 1)))) continue;
    STREAM.lastIndex = at;
    if (!STREAM.test(text)) continue;
    if (body) report(SERIALIZED_BODY, at, STREAM.lastIndex);
    if (!body || (at === 0 && place.name !== "" && !/viewstate/i.test(place.name))) {
      report(SERIALIZED, at, STREAM.lastIndex);
    }
    return;
  }
  if (!body) {
    for (const word of ["h4siaaaaaaaa", "aaeaaad/////", "aced0005"]) {
      const at = lower.indexOf(word);
      if (at < 0 || (at > 0 && isWord(lower.charCodeAt(at - 1)))) continue;
      OTHER_STREAM.lastIndex = at;
      if (OTHER_STREAM.test(lower)) report(SERIALIZED, at, OTHER_STREAM.lastIndex);
    }
  }
  const raw = text.indexOf("\u00ac\u00ed\u0000\u0005");
  if (raw >= 0 && (!body || raw === 0)) report(body ? SERIALIZED_BODY : SERIALIZED, raw, raw + 4);
}
