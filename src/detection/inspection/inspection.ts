// On the request path. Most texts are read once, by the prefilter, and make nothing.
import type { Budget } from "../../language/values/budget.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { EvidenceKind, Place } from "../detector/detector.ts";
import { Prefilter } from "../detector/prefilter.ts";
import { type View, viewsOf } from "../views/views.ts";
import { detectors } from "./detectors.ts";
import type { Evidence } from "./evidence.ts";
import { type Inspection, keep, keptInspection } from "./kept.ts";
import { forEachLeaf, type Input } from "./leaves.ts";

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
  #input: Input | undefined;
  #key = "";
  #view: View | undefined;
  #ofLeaf = 0;

  constructor(prefilter: Prefilter) {
    this.#prefilter = prefilter;
  }

  /** Asks the detectors about a text and its views. */
  inspect(text: string, input: Input, key: string, isName: boolean): void {
    if (text.length < MIN_TEXT) return;
    this.#input = input;
    this.#key = key;
    this.#ofLeaf = this.evidence.length;
    let place = this.#ask({ text, steps: NO_STEPS }, undefined, isName);
    for (const view of viewsOf(text)) place = this.#ask(view, place, isName);
  }

  #ask(view: View, known: Place | undefined, isName: boolean): Place | undefined {
    const asked = this.#prefilter.ask(view.text);
    let place = known;
    for (let at = 0; at < asked.length; at++) {
      if (asked[at] !== true) continue;
      this.#view = view;
      place ??= { part: this.#input?.part ?? "body", name: this.#key, isName };
      this.#prefilter.detectors[at]?.inspect(view.text, place, this.#report);
    }
    return place;
  }

  readonly #report = (kind: EvidenceKind, start: number, end: number): void => {
    const input = this.#input;
    const view = this.#view;
    if (input === undefined || view === undefined) return;
    // Found again in another view of the text it is the same piece.
    for (let at = this.#ofLeaf; at < this.evidence.length; at++)
      if (this.evidence[at]?.kind === kind && this.evidence[at]?.steps !== view.steps) return;
    const count = this.#counts.get(kind) ?? 0;
    if (count < MAX_PER_KIND) this.#add(kind, count, input, view, start, end);
    if (count === 1 && kind.twice !== undefined) this.#add(kind.twice, 0, input, view, start, end);
  };

  #add(kind: EvidenceKind, count: number, input: Input, view: View, start: number, end: number): void {
    this.#counts.set(kind, count + 1);
    this.evidence.push({
      kind,
      points: kind.points,
      field: input.field,
      key: this.#key,
      part: input.part,
      text: view.text,
      steps: view.steps,
      start,
      end,
    });
  }
}

const NO_STEPS: View["steps"] = Object.freeze([]);

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
