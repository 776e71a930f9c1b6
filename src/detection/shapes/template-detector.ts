import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { DIRECTIVE_WORDS, findDirectives, type TemplateEvidence } from "./template-directives.ts";
import { findExpressions } from "./template-expressions.ts";

const kind = (name: TemplateEvidence, points: EvidenceKind["points"], sentence: string): EvidenceKind => ({
  name: `ssti-${name}`,
  attack: "ssti",
  points,
  sentence,
});

const KINDS: Readonly<Record<TemplateEvidence, EvidenceKind>> = {
  arithmetic: kind(
    "arithmetic",
    5,
    "A calculation in the delimiters of a template, as in probes for a template engine.",
  ),
  python: kind("python", 5, "A template expression that accesses the internals of Python objects."),
  "script-engine": kind("script-engine", 5, "A template expression that makes a function from text."),
  "engine-directive": kind(
    "engine-directive",
    5,
    "A directive of FreeMarker, Velocity, Thymeleaf, Twig or Smarty that accesses the system.",
  ),
  "script-directive": kind(
    "script-directive",
    5,
    "A template expression that runs a command in Ruby or JavaScript, or includes another file.",
  ),
  "literal-call": kind(
    "literal-call",
    5,
    "A value that is a template expression with a method of a literal, as in probes for a template engine.",
  ),
  call: kind("call", 3, "A value that is nothing but a template expression with a call."),
  expression: kind("expression", 3, "Template delimiters around something with a call or an operator."),
};

/** Where a program takes its input from; a single expression there says something. */
const INPUT: ReadonlySet<Place["part"]> = new Set(["argument", "body", "cookie", "referer"]);

/** Expressions and directives of server-side templates. */
export const templateDetector: Detector = {
  name: "template",
  kinds: Object.values(KINDS),
  triggers: [
    { words: ["{{", "${", "#{", "<%", "{%", "*{", "~{", "@{", "@(", "[[", "%{"] },
    { words: DIRECTIVE_WORDS },
  ],
  shortest: 6,
  inspect(text: string, place: Place, report: Report): void {
    const lower = text.toLowerCase();
    const seen = new Set<TemplateEvidence>();
    const found = (evidence: TemplateEvidence, start: number, end: number): void => {
      if (seen.has(evidence) || (evidence === "expression" && !INPUT.has(place.part))) return;
      seen.add(evidence);
      report(KINDS[evidence], start, end);
    };
    findDirectives(lower, found);
    findExpressions(text, lower, found);
  },
};
