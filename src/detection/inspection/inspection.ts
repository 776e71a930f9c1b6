// On the request path. Most texts are read once, by the prefilter, and make nothing.
import { Budget } from "../../language/values/budget.ts";
import { isJson } from "../../language/values/json-scan.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { EvidenceKind, Place } from "../detector/detector.ts";
import { Prefilter } from "../detector/prefilter.ts";
import { HIDING, type View, viewsOf, viewsOfPlain } from "../views/views.ts";
import { detectors } from "./detectors.ts";
import type { Evidence } from "./evidence.ts";
import { type Inspection, keep, keptInspection } from "./kept.ts";
import { forEachLeaf, type Input } from "./leaves.ts";
import { type Mechanisms, mechanismsInUse, opinionOn } from "./mechanisms.ts";
import { isScored, RAW_BODY_FIELD } from "./scored.ts";
import { isWorthScoring, weigh } from "./weigh.ts";

/** Pieces of one kind that are kept; whoever sends more of it has been found out. */
const MAX_PER_KIND = 8;
/** Shorter texts are words of no language. */
const MIN_TEXT = 2;

/** Shorter texts are looked at as fast as they are known again. */
const MIN_KEPT = 8;
/** Texts that are known again. */
const MAX_KNOWN = 256;

let prefilter: Prefilter | undefined;

/** What was found in a text, and where it stood. */
interface Known {
  /** The input's name without indexes. */
  readonly name: string;
  readonly isName: boolean;
  readonly evidence: readonly Evidence[];
}

/** The path of a value without what tells the items of a list apart. */
function withoutIndexes(name: string): string {
  return name.replace(/(?:^|\.)[0-9]+(?=\.|$)/g, ".");
}

/** Collects what detectors report of one request. */
class Collector {
  readonly evidence: Evidence[] = [];
  readonly #counts = new Map<EvidenceKind, number>();
  /** Texts of the body that a detector was asked about. */
  readonly #known = new Map<string, Known>();
  /** Kinds that were found since another was found twice. */
  readonly #doubled = new Set<EvidenceKind>();
  readonly #prefilter: Prefilter;
  readonly #mechanisms: Mechanisms = mechanismsInUse();
  readonly #asksScorer = this.#mechanisms.secondOpinion || this.#mechanisms.scorerAlone;
  #input: Input = NO_INPUT;
  #key = "";
  #text = "";
  #steps: View["steps"] = NO_STEPS;
  #place: Place | undefined;
  /** Where the evidence of this text begins, and that of this view of it. */
  #ofText = 0;
  #ofView = 0;

  readonly #budget: Budget;

  constructor(prefilter: Prefilter, budget: Budget) {
    this.#prefilter = prefilter;
    this.#budget = budget;
  }

  /** Asks the detectors about a text and its views. @returns whether any was worth asking */
  inspect(text: string, input: Input, key: string, isName: boolean): boolean {
    // Whoever reads what was found looks at the budget first.
    if (text.length < MIN_TEXT || this.#budget.remaining <= 0) return false;
    this.#input = input;
    this.#key = key;
    this.#ofText = this.evidence.length;
    this.#place = undefined;
    if (input.part !== "body" || text.length < MIN_KEPT) {
      this.#inspectAnew(text, isName);
      return this.#place !== undefined;
    }
    const known = this.#known.size === 0 ? undefined : this.#known.get(text);
    if (known !== undefined && known.isName === isName && known.name === withoutIndexes(key)) {
      this.#repeat(known.evidence);
      return true;
    }
    this.#inspectAnew(text, isName);
    // Bodies repeat what they say, and those that are made to be slow do it most.
    if (this.#place !== undefined && this.#known.size < MAX_KNOWN) {
      const evidence = this.evidence.slice(this.#ofText).filter(({ kind }) => !this.#doubled.has(kind));
      this.#known.set(text, { name: withoutIndexes(key), isName, evidence });
    }
    return this.#place !== undefined;
  }

  /** Adds what was found in the same text before, as found in this input. */
  #repeat(evidence: readonly Evidence[]): void {
    this.#ofView = this.#ofText;
    for (const { kind, text, steps, start, end } of evidence) {
      [this.#text, this.#steps] = [text, steps];
      this.#report(kind, start, end);
    }
  }

  #inspectAnew(text: string, isName: boolean): void {
    const isPlain = !this.#ask(text, NO_STEPS, isName);
    if (!this.#mechanisms.views || (this.#input.of !== undefined && this.#input.of !== "file")) return;
    if (!isPlain && this.#isFrame(text)) return;
    if (!isPlain) this.#budget.spend(text.length * VIEW_STEPS);
    const views = isPlain ? viewsOfPlain(text) : viewsOf(text);
    for (let at = 0; at < views.length; at++) {
      const view = views[at];
      if (view !== undefined) this.#ask(view.text, view.steps, isName);
    }
  }

  /**
   * Whether a text is JSON whose strings come as texts of their own, so that its views say nothing more. Names with escapes say
   * more in front of what they name.
   */
  #isFrame(text: string): boolean {
    const { part, field, of } = this.#input;
    if (of !== undefined || part === "query" || part === "referer" || !READ_INSIDE.has(field)) return false;
    const code = text.charCodeAt(text.search(/\S/));
    if (code !== 34 && (text.includes("\\u") || (code !== 123 && code !== 91))) return false;
    return isJson(text);
  }

  /** @returns whether the text holds what may have further views */
  #ask(text: string, steps: View["steps"], isName: boolean): boolean {
    this.#budget.spend(text.length >> 2);
    const asked = this.#prefilter.ask(text);
    const mayHide = this.#prefilter.isNoted;
    this.#text = text;
    this.#steps = steps;
    this.#ofView = this.evidence.length;
    // The scorer is one more.
    if (asked.length === 0 || !this.#budget.spend((asked.length + 1) * stepsOf(text))) return mayHide;
    this.#place ??= { part: this.#input.part, name: this.#key, isName };
    const { of } = this.#input;
    for (let at = 0; at < asked.length; at++) {
      const detector = this.#prefilter.detectors[asked[at] ?? -1];
      if (detector !== undefined && (of === undefined || of === "file" || of === detector.name))
        detector.inspect(text, this.#place, this.#report);
    }
    const isOfAll = of === undefined || of === "file";
    if (!isName && isOfAll && this.#asksScorer && isScored(this.#input, this.#key, text)) this.#weigh(text);
    return mayHide;
  }

  readonly #report = (kind: EvidenceKind, start: number, end: number): void => {
    const { of } = this.#input;
    if (kind.points < 5 && (of === "file" || of === "xml")) return;
    // Found again in another view of the text it is the same piece.
    for (let at = this.#ofText; at < this.#ofView; at++) if (this.evidence[at]?.kind === kind) return;
    const count = this.#counts.get(kind) ?? 0;
    if (count < MAX_PER_KIND) this.#add(kind, count, start, end);
    if (count === 1 && kind.twice !== undefined) {
      this.#doubled.add(kind.twice);
      this.#add(kind.twice, 0, start, end);
    }
  };

  #add(kind: EvidenceKind, count: number, start: number, end: number): void {
    this.#counts.set(kind, count + 1);
    const { part, field } = this.#input;
    const { points } = kind;
    const [key, text, steps] = [this.#key, this.#text, this.#steps];
    this.evidence.push({ kind, points, field, key, part, text, steps, start, end });
  }

  /** Asks the scorer about a text in which something was found, or that looks as if something could be. */
  #weigh(text: string): void {
    let strongest = 0;
    for (let at = this.#ofView; at < this.evidence.length; at++)
      strongest = Math.max(strongest, this.evidence[at]?.points ?? 0);
    if (!isWorthScoring(text, strongest)) return;
    const isWholeBody = this.#input.field === RAW_BODY_FIELD;
    const further = weigh(opinionOn(text), { text, isWholeBody, strongest }, this.#mechanisms);
    if (further !== undefined && this.#input.of === undefined) this.#report(further, 0, text.length);
  }
}

/** Steps that the views of a text take for a byte of it. */
const VIEW_STEPS = 2;
/** Steps that a detector takes for a sign, beside one for each two bytes: signs begin most of what it reads. */
const SIGN_STEPS = 4;

const SIGNS = Uint8Array.from({ length: 256 }, (_, code) =>
  /[\w\s.,]/.test(String.fromCharCode(code)) ? 0 : SIGN_STEPS,
);

/** Steps that a detector takes for a text, at most in the mean over all texts. */
function stepsOf(text: string): number {
  let steps = text.length >> 1;
  for (let at = 0; at < text.length; at++) steps += SIGNS[text.charCodeAt(at) & 255] ?? 0;
  return steps;
}

/** Fields of whose values readers take out what is inside. */
const READ_INSIDE: ReadonlySet<string> = new Set([
  "http.request.uri.args",
  "http.request.cookies",
  "http.request.headers",
  "http.request.body.form",
  "http.request.body.multipart",
  "wirewall.request.body.json",
  "wirewall.request.body.xml",
]);
const NO_STEPS: View["steps"] = Object.freeze([]);
const NO_INPUT: Input = { part: "body", field: "" };
const TEXT: Input = { part: "argument", field: "" };

/** What detectors find in a text, as if it were an argument. */
export function inspectText(text: string): readonly Evidence[] {
  prefilter ??= new Prefilter(detectors, HIDING);
  const collector = new Collector(prefilter, new Budget(Number.POSITIVE_INFINITY));
  collector.inspect(text, TEXT, "", false);
  return collector.evidence;
}

/**
 * What detectors find in the request, worked out once for all fields that tell it. All their work is spent from the budget: once
 * that is used up, texts are looked at no more, and what was found is not to be trusted.
 */
export function inspect(request: WafRequest, budget: Budget): Inspection {
  const known = keptInspection(request, budget);
  if (known !== undefined) return known;
  prefilter ??= new Prefilter(detectors, HIDING);
  const collector = new Collector(prefilter, budget);
  forEachLeaf(request, budget, (text, input, key, isName) => collector.inspect(text, input, key, isName));
  const inspection = { evidence: collector.evidence };
  keep(request, inspection, budget);
  return inspection;
}
