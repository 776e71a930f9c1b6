import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { readDocument } from "./graphql-document.ts";
import { matchAt, skipSpace } from "./scan.ts";

const kind = (
  name: string,
  attack: EvidenceKind["attack"],
  points: EvidenceKind["points"],
  sentence: string,
): EvidenceKind => ({ name: `graphql-${name}`, attack, points, sentence });

const INTROSPECTION = kind("introspection", "disclosure", 1, "A query of GraphQL for the schema itself.");
const FLOOD = kind("flood", "protocol", 3, "A query of GraphQL with a hundred aliases or fifty directives.");
const DEPTH = kind(
  "depth",
  "protocol",
  3,
  "A query of GraphQL whose selections are nested deeper than 24 times.",
);
const CYCLE = kind("cycle", "protocol", 5, "A query of GraphQL with a fragment that contains itself.");

const MOST_ALIASES = 100;
const MOST_DIRECTIVES = 50;
const DEEPEST = 24;

const BEGINNING = /\{\s{0,200}(?:[a-z_.]|#)|(?:query|mutation|subscription|fragment)\b\s{0,20}[\w({@]/iy;

/** Queries of GraphQL that cost a server more than they cost the sender. */
export const graphqlDetector: Detector = {
  name: "graphql",
  kinds: [INTROSPECTION, FLOOD, DEPTH, CYCLE],
  triggers: [
    { words: ["__schema", "__type", "fragment", "query", "mutation", "subscription"] },
    { words: ["@include", "@skip", "} }", "}}", ") {", "){"] },
  ],
  shortest: 12,
  inspect(text: string, place: Place, report: Report): void {
    if (place.isName || place.part === "header") return;
    const start = skipSpace(text, 0);
    if (matchAt(BEGINNING, text, start) < 0) return;
    const document = readDocument(text, start);
    if (document === undefined) return;
    const { introspection, aliases, directives, depth, cyclic } = document;
    if (introspection >= 0) report(INTROSPECTION, introspection, introspection + 6);
    if (aliases >= MOST_ALIASES || directives >= MOST_DIRECTIVES) report(FLOOD, start, text.length);
    if (depth > DEEPEST) report(DEPTH, start, text.length);
    if (cyclic) report(CYCLE, start, text.length);
  },
};
