import { utf8Encode } from "../../language/values/bytes.ts";
import { arrayOf, Bytes, Int, mapOf, type Type } from "../../language/values/types.ts";
import type { Value } from "../../language/values/value.ts";
import { COST, FROM_BODY, fieldsOf, type RequestField, suppliedOr } from "../../request/fields/field.ts";
import type { Evidence } from "../inspection/evidence.ts";
import { inspect } from "../inspection/inspection.ts";
import { scoreClass, scoreOf, scoresByAttack } from "../inspection/scores.ts";
import { ATTACK_NAMES, KIND_NAMES } from "./kind-names.ts";

const GROUP = "wirewall.detection";

const evidenceField = fieldsOf(FROM_BODY, ["query", "headers", "body"], {
  cost: COST.body,
  whenAbsent: "an empty array",
  parallelGroup: GROUP,
  locatedBy: { fields: `${GROUP}.fields`, keys: `${GROUP}.keys` },
});
const scoreField = fieldsOf(FROM_BODY, ["query", "headers", "body"], {
  cost: COST.body,
  whenAbsent: "never absent",
});

/** One list with an item for each piece of evidence. */
function evidence(
  member: string,
  element: Type,
  summary: string,
  pick: (piece: Evidence) => Value,
  example: unknown,
  words?: readonly string[],
): RequestField {
  return evidenceField(
    `${GROUP}.${member}`,
    arrayOf(element),
    summary,
    (request, context) => inspect(request, context.budget).evidence.map(pick),
    words === undefined ? { example } : { example, form: { words } },
  );
}

function score(
  name: string,
  summary: string,
  pick: (evidence: readonly Evidence[]) => number,
  example: unknown,
): RequestField {
  return scoreField(
    name,
    Int,
    summary,
    suppliedOr(name, (request, context) => pick(inspect(request, context.budget).evidence)),
    { example },
  );
}

const SCORES: readonly (readonly [
  name: string,
  words: string,
  attacks: readonly Evidence["kind"]["attack"][],
])[] = [
  ["cf.waf.score.sqli", "SQL injection", ["sqli"]],
  ["cf.waf.score.xss", "cross-site scripting", ["xss"]],
  ["cf.waf.score.rce", "command execution", ["rce", "php", "java", "node", "ssti"]],
];

/** What the detectors found. Rules decide what comes of it. */
export const detectionFields: readonly RequestField[] = [
  score(
    "cf.waf.score",
    "1 (certainly an attack) to 99 (certainly none), from all evidence that was found.",
    (found) => scoreOf(found),
    9,
  ),
  ...SCORES.map(([name, words, attacks]) =>
    score(
      name,
      `That score, only for ${words}.`,
      (found) => scoreOf(found.filter(({ kind }) => attacks.includes(kind.attack))),
      9,
    ),
  ),
  scoreField(
    "cf.waf.score.class",
    Bytes,
    "The score in a word: attack (1 to 20), likely_attack (to 50), likely_clean (to 80) or clean.",
    suppliedOr("cf.waf.score.class", (request, context) =>
      scoreClass(scoreOf(inspect(request, context.budget).evidence)),
    ),
    { example: "clean", form: { words: ["attack", "likely_attack", "likely_clean", "clean"] } },
  ),
  scoreField(
    `${GROUP}.scores`,
    mapOf(Int),
    "That score for each class of attack of which there is a sign: sqli, nosql, xss, rce, php, java, node, ssti, traversal, disclosure, redirect, ssrf, xxe, injection.",
    (request, context) => scoresByAttack(inspect(request, context.budget).evidence),
    { whenAbsent: "an empty map; a class without a sign is nil", example: { ssrf: 15 } },
  ),
  evidence(
    "kinds",
    Bytes,
    "Kinds of the evidence that was found in the request; the managed rule of a kind is named `wc-` and the kind.",
    ({ kind }) => kind.name,
    ["sqli-union-select"],
    KIND_NAMES,
  ),
  evidence(
    "attacks",
    Bytes,
    "What each piece of evidence is a sign of.",
    ({ kind }) => kind.attack,
    ["sqli"],
    ATTACK_NAMES,
  ),
  evidence(
    "points",
    Int,
    "The points of each piece: 5 is enough alone, 1 is only noted.",
    ({ points }) => points,
    [5],
  ),
  evidence("fields", Bytes, "The field that holds each piece.", ({ field }) => field, [
    "http.request.uri.args",
  ]),
  evidence("keys", Bytes, "Name of the input in that field; empty when it has none.", ({ key }) => key, [
    "q",
  ]),
  evidence(
    "views",
    Bytes,
    "How the text was decoded in which each piece was found, after what the reader of its input undoes; empty for none.",
    ({ steps }) => steps.join(","),
    ["escapes"],
  ),
  evidence("starts", Int, "Byte of that text at which each piece begins.", ({ start }) => start, [2]),
  evidence("ends", Int, "Offset of the byte after each piece.", ({ end }) => end, [14]),
  evidence(
    "sentences",
    Bytes,
    "What was found, in a sentence each.",
    ({ kind }) => utf8Encode(kind.sentence),
    ["UNION SELECT after a value."],
  ),
];
