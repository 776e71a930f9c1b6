// On the request path. Most texts are read once, by the prefilter, and make nothing.
import type { Budget } from "../../language/values/budget.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { EvidenceKind, Place } from "../detector/detector.ts";
import { Prefilter } from "../detector/prefilter.ts";
import { opinion } from "../scorer/scorer.ts";
import { type View, viewsOf } from "../views/views.ts";
import { detectors } from "./detectors.ts";
import type { Evidence } from "./evidence.ts";
import { type Inspection, keep, keptInspection } from "./kept.ts";
import { forEachLeaf, type Input } from "./leaves.ts";
import { type Mechanisms, mechanismsInUse } from "./mechanisms.ts";
import { isScored, isWorthScoring, weigh } from "./weigh.ts";

/** Pieces of one kind that are kept; whoever sends more of it has been found out. */
const MAX_PER_KIND = 8;
/** Shorter texts are words of no language. */
const MIN_TEXT = 2;

let prefilter: Prefilter | undefined;

/** Collects what detectors report of one request. */
class Collector {
  readonly evidence: Evidence[] = [];
  readonly #counts = new Map<EvidenceKind, number>();
  readonly #prefilter: Prefilter;
  readonly #mechanisms: Mechanisms = mechanismsInUse();
  #input: Input = NO_INPUT;
  #key = "";
  #text = "";
  #steps: View["steps"] = NO_STEPS;
  #place: Place | undefined;
  /** Where the evidence of this text begins, and that of this view of it. */
  #ofText = 0;
  #ofView = 0;

  constructor(prefilter: Prefilter) {
    this.#prefilter = prefilter;
  }

  /** Asks the detectors about a text and its views. */
  inspect(text: string, input: Input, key: string, isName: boolean): void {
    if (text.length < MIN_TEXT) return;
    this.#input = input;
    this.#key = key;
    this.#ofText = this.evidence.length;
    this.#place = undefined;
    this.#ask(text, NO_STEPS, isName);
    if (!this.#mechanisms.views) return;
    for (const view of viewsOf(text)) this.#ask(view.text, view.steps, isName);
  }

  #ask(text: string, steps: View["steps"], isName: boolean): void {
    const asked = this.#prefilter.ask(text);
    this.#text = text;
    this.#steps = steps;
    this.#ofView = this.evidence.length;
    if (asked.length === 0) return;
    this.#place ??= { part: this.#input.part, name: this.#key, isName };
    for (let at = 0; at < asked.length; at++)
      this.#prefilter.detectors[asked[at] ?? -1]?.inspect(text, this.#place, this.#report);
    if (!isName && isScored(this.#input.part, this.#key)) this.#weigh(text);
  }

  readonly #report = (kind: EvidenceKind, start: number, end: number): void => {
    // Found again in another view of the text it is the same piece.
    for (let at = this.#ofText; at < this.#ofView; at++) if (this.evidence[at]?.kind === kind) return;
    const count = this.#counts.get(kind) ?? 0;
    if (count < MAX_PER_KIND) this.#add(kind, count, start, end);
    if (count === 1 && kind.twice !== undefined) this.#add(kind.twice, 0, start, end);
  };

  #add(kind: EvidenceKind, count: number, start: number, end: number): void {
    this.#counts.set(kind, count + 1);
    const { part, field } = this.#input;
    const { points } = kind;
    const [key, text, steps] = [this.#key, this.#text, this.#steps];
    this.evidence.push({ kind, points, field, key, part, text, steps, start, end, isVetoed: false });
  }

  /** Asks the scorer about a text in which something was found, or that looks as if something could be. */
  #weigh(text: string): void {
    let strongest = 0;
    for (let at = this.#ofView; at < this.evidence.length; at++)
      strongest = Math.max(strongest, this.evidence[at]?.points ?? 0);
    if (!isWorthScoring(text, strongest)) return;
    const { isVetoed, further } = weigh(opinion(text), strongest, this.#mechanisms);
    if (isVetoed)
      for (let at = this.#ofView; at < this.evidence.length; at++) {
        const piece = this.evidence[at];
        if (piece !== undefined && piece.points > 1)
          this.evidence[at] = { ...piece, points: 1, isVetoed: true };
      }
    if (further !== undefined) this.#report(further, 0, text.length);
  }
}

const NO_STEPS: View["steps"] = Object.freeze([]);
const NO_INPUT: Input = { part: "body", field: "" };
const TEXT: Input = { part: "argument", field: "" };

/** What detectors find in a text, as if it were an argument. */
export function inspectText(text: string): readonly Evidence[] {
  prefilter ??= new Prefilter(detectors);
  const collector = new Collector(prefilter);
  collector.inspect(text, TEXT, "", false);
  return collector.evidence;
}

/** What detectors find in the request, worked out once for all fields that tell it. */
export function inspect(request: WafRequest, budget: Budget): Inspection {
  const known = keptInspection(request);
  if (known !== undefined) return known;
  prefilter ??= new Prefilter(detectors);
  const collector = new Collector(prefilter);
  forEachLeaf(request, budget, (text, input, key, isName) => collector.inspect(text, input, key, isName));
  const inspection = { evidence: collector.evidence };
  keep(request, inspection);
  return inspection;
}
