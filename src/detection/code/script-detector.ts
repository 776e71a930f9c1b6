import { base64Decode } from "../../language/values/bytes.ts";
import type { Detector, Place, Report } from "../detector/detector.ts";
import { followed, isNothingBut, type Part } from "./occurrences.ts";
import {
  CALL_BODY,
  CONSTRUCTOR_ESCAPE,
  RUNTIME,
  RUNTIME_BODY,
  SCRIPT_KINDS,
  SERIALIZED_FUNCTION,
  SERIALIZED_PYTHON,
} from "./script-kinds.ts";

/** Code that starts a process or evaluates code in Node, Python, Ruby, Perl and Lua, and objects that do when they are read. */
export const scriptDetector: Detector = {
  name: "script",
  kinds: SCRIPT_KINDS,
  triggers: [
    {
      characters: "(.[",
      words: [
        "child_process",
        "process.",
        "process[",
        "'process'",
        '"process"',
        "__import__",
        "os.",
        "subprocess.",
        "kernel.",
        "io.popen",
        "(compile(",
        "%x(",
        "%x{",
      ],
    },
    { characters: "(", words: ["constructor", "function("] },
    { words: ["_$$nd_func$$_", "!!python/", "!ruby/"] },
    { words: ["gasv", "gawv", "ganj", "gajj"] },
    { characters: "\n", words: ["cos\n", "cposix\n", "cnt\n", "csubprocess\n", "builtin", "ccommands\n"] },
    { characters: "\u0080", words: ["posix", "builtin", "subprocess", "nt\u0094", "system"] },
  ],
  shortest: 8,
  inspect,
};

type Call = readonly [string, RegExp];

/** An argument: a literal, a variable, a list. */
const ARGUMENT = String.raw`\s{0,4}\(\s{0,4}[^\s)]`;

/** What starts a process wherever it is. */
const CALLS: readonly Call[] = [
  [
    "require",
    /^\s{0,4}\(\s{0,4}['"`](?:node:)?child_process['"`]\s{0,4}\)\s{0,4}(?:\.|\[['"`])\s{0,4}(?:exec|spawn|fork)/,
  ],
  ["import", /^\s{0,4}\(\s{0,4}['"`](?:node:)?child_process['"`]/],
  [
    "process",
    /^(?:\.\s{0,4}|['"]?\]?\??\.?\[?['"`]?)(?:mainmodule\b|binding\s{0,4}['"`\]]{0,2}\s{0,4}\(|dlopen\s{0,4}\()/,
  ],
  [
    "__import__",
    /^\s{0,4}\(\s{0,4}['"](?:os|subprocess|pty|commands|socket|base64|builtins|importlib|platform)['"]\s{0,4}\)/,
  ],
  ["os", new RegExp(String.raw`^\.(?:system|popen\d?|execute|exec[lv]p?e?|spawn[lv]p?e?)${ARGUMENT}`)],
  [
    "subprocess",
    new RegExp(
      String.raw`^\.(?:popen|call|run|check_output|check_call|getoutput|getstatusoutput)${ARGUMENT}`,
    ),
  ],
  ["kernel", new RegExp(String.raw`^\.(?:system|exec|spawn|open)${ARGUMENT}`)],
  ["io.popen", new RegExp(`^${ARGUMENT}`)],
  ["eval", /^\s{0,4}\(\s{0,4}(?:compile\s{0,4}\(|__import__)/],
  ["exec", /^\s{0,4}\(\s{0,4}(?:compile\s{0,4}\(|__import__)/],
];

/** What only counts where code is rare. */
const HEAD_CALLS: readonly Call[] = [
  ...CALLS,
  ["require", /^\s{0,4}\(\s{0,4}['"`](?:node:)?child_process/],
  ["process.exit", /^\s{0,4}\(\s{0,4}\d{0,3}\s{0,4}\)/],
];

const READS_ENVIRONMENT = /[(={+,;]\s{0,4}process\.env\b/;

/** Calls that weigh in a body even when other code is around them. */
const BODY_CALLS: readonly Call[] = CALLS.filter(([word]) =>
  ["require", "process", "__import__"].includes(word),
);

const CONSTRUCTED: readonly Call[] = [
  [
    "constructor",
    /^['"]?\]?\s{0,4}\(\s{0,4}['"`]\s{0,4}return\s{1,4}(?:this\.)?(?:process|global|globalthis|require|eval|new\s|this\.constructor|import)/,
  ],
  ["constructor", /^['"]?\]?(?:\.|\[['"])constructor['"]?\]?\s{0,4}\(/],
  [
    "function",
    /^\s{0,4}\(\s{0,4}['"`]\s{0,4}(?:return\s{1,4})?(?:this\.)?(?:process\b|global\.process|require\s{0,4}\(|import\s{0,4}\()/,
  ],
];

const PICKLE_AT_MOST = 4096;
const PICKLE_CALL =
  /(?:^|[\s(.\x80-\x94\x00-\x05])c(?:os|posix|nt|subprocess|builtins|__builtin__|commands|pty)\n(?:system|popen\w{0,2}|exec\w{0,3}|eval|call|check_output|run|getoutput|spawn\w{0,3}|apply|__import__|getattr)\n/i;
const PICKLE_STACKED =
  /^\x80[\x02-\x05][\s\S]{0,40}(?:posix|builtins|subprocess|nt|os|__builtin__)\x94?\x8c[\s\S](?:system|popen|exec|eval|run|call|check_output|getattr|__import__)/i;
const YAML_OBJECT = /^python\/(?:object\/(?:apply|new)|name|module):/;
/** Ruby's tags have one sign; a class has a capital letter. */
const RUBY_OBJECT = /^(?:object|hash|struct|exception|array|string)(?:-with-ivars)?:[a-z]\w{0,60}/;
/** How a pickle of the second protocol or a later one begins in Base64. */
const PICKLE_BASE64 = /^["']?(ga(?:sv|wv|nj|jj)[\w+/-]{24,}={0,2})["']?$/i;

function inspect(text: string, place: Place, report: Report): void {
  const lower = text.toLowerCase();
  runtime(text, lower, place, report);
  if (text.length <= 4096) {
    const part = first(lower, CONSTRUCTED);
    if (part !== undefined) report(CONSTRUCTOR_ESCAPE, part[0], part[1]);
  }
  const marker = lower.indexOf("_$$nd_func$$_");
  if (marker >= 0) report(SERIALIZED_FUNCTION, marker, marker + 13);
  const object = followed(lower, "!!", YAML_OBJECT) ?? followed(lower, "!ruby/", RUBY_OBJECT);
  if (object !== undefined) report(SERIALIZED_PYTHON, object[0], object[1]);
  const digits = PICKLE_BASE64.exec(text.slice(0, PICKLE_AT_MOST))?.[1];
  const pickled = digits === undefined ? undefined : base64Decode(digits);
  if (pickled !== undefined) {
    const call = PICKLE_CALL.test(pickled) || PICKLE_STACKED.test(pickled);
    if (call) report(SERIALIZED_PYTHON, 0, text.length);
  }
  const start = text.slice(0, PICKLE_AT_MOST);
  const pickle = PICKLE_CALL.exec(start) ?? PICKLE_STACKED.exec(start);
  if (pickle !== null) report(SERIALIZED_PYTHON, pickle.index, pickle.index + pickle[0].length);
}

function runtime(text: string, lower: string, place: Place, report: Report): void {
  if (place.part !== "body") {
    const part = first(lower, HEAD_CALLS);
    if (part !== undefined) report(RUNTIME, part[0], part[1]);
    else if (lower.length <= 1024) {
      const read = READS_ENVIRONMENT.exec(lower);
      if (read !== null) report(RUNTIME, read.index, read.index + read[0].length);
    }
    return;
  }
  const part = first(lower, CALLS);
  if (part === undefined) return;
  if (isNothingBut(text, part)) report(CALL_BODY, part[0], part[1]);
  const weighty = first(lower, BODY_CALLS);
  if (weighty !== undefined) report(RUNTIME_BODY, weighty[0], weighty[1]);
}

function first(lower: string, calls: readonly Call[]): Part | undefined {
  for (const [word, pattern] of calls) {
    const part = followed(lower, word, pattern);
    if (part !== undefined) return part;
  }
  return undefined;
}
