import { dynamic } from "../../language/functions/parameters.ts";
import { decodeFully } from "../../language/functions/url-decode.ts";
import { defineFunction } from "../../language/scheme/define-function.ts";
import type { FunctionDefinition } from "../../language/scheme/definitions.ts";
import { Bytes, Int } from "../../language/values/types.ts";
import type { Attack } from "../detector/detector.ts";
import type { Evidence } from "../inspection/evidence.ts";
import { inspectText } from "../inspection/inspection.ts";

/** Rules ask several functions about one value: what was found in it is kept until another is asked about. */
let lastText: string | undefined;
let lastEvidence: readonly Evidence[] = [];

/** Values of arguments and forms come as they were sent: percent-encoded, plus signs for blanks. */
function evidenceIn(text: string): readonly Evidence[] {
  if (text !== lastText) {
    lastEvidence = inspectText(decodeFully(text, !text.includes(" ")));
    lastText = text;
  }
  return lastEvidence;
}

interface Detection {
  readonly name: string;
  readonly words: string;
  /** Undefined: all. */
  readonly attacks?: readonly Attack[];
  readonly example: readonly [text: string, points: number];
}

const CLEAN: Detection["example"] = ["rock 'n' roll", 0];

const DETECTIONS: readonly Detection[] = [
  { name: "attack", words: "any attack", example: CLEAN },
  { name: "sqli", words: "SQL injection", attacks: ["sqli"], example: CLEAN },
  { name: "nosql", words: "NoSQL injection", attacks: ["nosql"], example: CLEAN },
  { name: "xss", words: "cross-site scripting", attacks: ["xss"], example: CLEAN },
  {
    name: "rce",
    words: "command or code execution (shell, PHP, Java, Node.js)",
    attacks: ["rce", "php", "java", "node"],
    example: CLEAN,
  },
  { name: "ssti", words: "template injection", attacks: ["ssti"], example: CLEAN },
  {
    name: "traversal",
    words: "path traversal and file inclusion",
    attacks: ["traversal"],
    example: CLEAN,
  },
  { name: "ssrf", words: "server-side request forgery", attacks: ["ssrf"], example: CLEAN },
  { name: "redirect", words: "an open redirect", attacks: ["redirect"], example: CLEAN },
  { name: "xxe", words: "an XML external entity", attacks: ["xxe"], example: CLEAN },
];

/** `detect.sqli(…)` and its like: what the detectors make of any text. */
export const detectionFunctions: readonly FunctionDefinition[] = Object.freeze(
  DETECTIONS.map(({ name, words, attacks, example: [text, result] }) =>
    defineFunction({
      name: `detect.${name}`,
      summary: `Points for the signs of ${words} in a text, as if it were an argument, percent-encoded or not: 0 for none, 5 or more for an attack.`,
      params: [dynamic("source", Bytes)],
      returns: Int,
      total: true,
      cost: 60,
      evaluate: (source) => {
        let points = 0;
        for (const piece of evidenceIn(source))
          if (attacks === undefined || attacks.includes(piece.kind.attack)) points += piece.points;
        return points;
      },
      examples: [{ expression: `detect.${name}(http.host)`, given: { "http.host": text }, result }],
    }),
  ),
);
