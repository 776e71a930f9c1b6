// On the request path. Most texts are read once, by the prefilter, and make nothing.

import { decodeFully } from "../../language/functions/url-decode.ts";
import { Budget } from "../../language/values/budget.ts";
import { isJson, JsonCursor } from "../../language/values/json-scan.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { EvidenceKind, Place } from "../detector/detector.ts";
import { Prefilter } from "../detector/prefilter.ts";
import { mayHide, SIGNS, type View, viewsBySigns } from "../views/views.ts";
import { detectors } from "./detectors.ts";
import type { Evidence } from "./evidence.ts";
import { FREE, type Input, RAW_BODY_FIELD } from "./inputs.ts";
import { type Inspection, keep, keptInspection } from "./kept.ts";
import { forEachLeaf } from "./leaves.ts";
import { type Mechanisms, mechanismsInUse, opinionOn } from "./mechanisms.ts";
import { isScored } from "./scored.ts";
import { isWorthScoring, weigh } from "./weigh.ts";

/** Pieces of one kind that are kept; whoever sends more of it has been found out. */
const MAX_PER_KIND = 8;
/** Points that are enough without company. */
const ENOUGH = 5;
/** Shorter texts are words of no language. */
const MIN_TEXT = 2;

/** Shorter texts are looked at as fast as they are known again. */
const MIN_KEPT = 8;
/** Texts that are known again. */
const MAX_KNOWN = 256;

let prefilter: Prefilter | undefined;

/** What was found in a text, and where it stood. */
interface Known {
  readonly key: string;
  readonly isName: boolean;
  readonly evidence: readonly Evidence[];
}

/** Whether two paths of values differ only in what tells the items of a list apart. */
function isOneName(path: string, other: string): boolean {
  return path === other || path.replace(INDEX, ".") === other.replace(INDEX, ".");
}

const INDEX = /(?:^|\.)[0-9]+(?=\.|$)/g;

/** Most texts are distinguished from all that are known by this mark of theirs. */
const MARKS = 1024;

function markOf(text: string): number {
  const { length } = text;
  const ends = text.charCodeAt(length - 1) + 37 * text.charCodeAt(length >> 1);
  return (length + 61 * ends) & (MARKS - 1);
}

/** Collects what detectors report of one request. */
class Collector {
  readonly evidence: Evidence[] = [];
  readonly #counts = new Map<EvidenceKind, number>();
  /** Texts of the body that a detector was asked about. */
  readonly #known = new Map<string, Known>();
  /** By mark whether a text that has it is known; undefined: none is. */
  #marks: Uint8Array | undefined;
  /** Kinds that were found since another was found twice. */
  readonly #doubled = new Set<EvidenceKind>();
  readonly #prefilter: Prefilter;
  readonly #mechanisms: Mechanisms = mechanismsInUse();
  readonly #asksScorer = this.#mechanisms.secondOpinion || this.#mechanisms.scorerAlone;
  #input: Input = FREE;
  #key = "";
  #text = "";
  #steps: View["steps"] = NO_STEPS;
  #place: Place | undefined;
  /** All texts of the input, and those of the last one in which JSON was found. */
  #beside: readonly string[] = NO_TEXTS;
  #shown: ReadonlySet<string> = new Set();
  #shownOf: readonly string[] = NO_TEXTS;
  /** Where the evidence of this text begins, and that of this view of it. */
  #ofText = 0;
  #ofView = 0;

  readonly #budget: Budget;

  constructor(prefilter: Prefilter, budget: Budget) {
    this.#prefilter = prefilter;
    this.#budget = budget;
  }

  /** Asks the detectors about a text and its views. @returns whether any was worth asking */
  inspect(text: string, input: Input, key: string, isName: boolean, beside = NO_TEXTS): boolean {
    // Whoever reads what was found looks at the budget first.
    if (text.length < MIN_TEXT || this.#budget.remaining <= 0) return false;
    this.#input = input;
    this.#key = key;
    this.#beside = beside;
    this.#ofText = this.evidence.length;
    this.#place = undefined;
    if (input.part !== "body" || text.length < MIN_KEPT) {
      this.#inspectAnew(text, isName);
      return this.#place !== undefined;
    }
    const mark = markOf(text);
    const known = this.#marks?.[mark] === 1 ? this.#known.get(text) : undefined;
    if (known !== undefined && known.isName === isName && isOneName(known.key, key)) {
      this.#repeat(known.evidence);
      return true;
    }
    this.#inspectAnew(text, isName);
    // Bodies repeat what they say, and those that are made to be slow do it most.
    if (this.#place !== undefined && this.#known.size < MAX_KNOWN) {
      const evidence = this.evidence.slice(this.#ofText).filter(({ kind }) => !this.#doubled.has(kind));
      this.#known.set(text, { key, isName, evidence });
      this.#marks ??= new Uint8Array(MARKS);
      this.#marks[mark] = 1;
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
    if (text.length >= LONG_FRAME && this.#isFrame(text)) return;
    const signs = this.#ask(text, NO_STEPS, isName);
    if (!this.#mechanisms.views || this.#input.document !== undefined) return;
    if (mayHide(signs)) {
      if (this.#isFrame(text)) return;
      this.#budget.spend(text.length * VIEW_STEPS);
    }
    const views = viewsBySigns(text, signs);
    for (let at = 0; at < views.length; at++) {
      const view = views[at];
      if (view !== undefined) this.#ask(view.text, view.steps, isName);
    }
  }

  /**
   * Whether a text is JSON whose strings come as texts of their own, so that its views say nothing more: readers of what is inside
   * have limits, and undo fewer layers than a text is shown without. Names with escapes say more in front of what they name.
   */
  #isFrame(text: string): boolean {
    const beside = this.#beside;
    if (beside.length < 2 || this.#input.isData) return false;
    const code = text.charCodeAt(text.search(/\S/));
    if (code !== 34 && (text.includes("\\u") || (code !== 123 && code !== 91))) return false;
    if (!isJson(text)) return false;
    if (this.#shownOf !== beside) [this.#shown, this.#shownOf] = [new Set(beside), beside];
    return areShown(text, this.#shown);
  }

  /** @returns signs of what further views the text may have */
  #ask(text: string, steps: View["steps"], isName: boolean): number {
    this.#budget.spend(text.length >> 2);
    const asked = this.#prefilter.ask(text);
    const signs = this.#prefilter.notes;
    this.#text = text;
    this.#steps = steps;
    this.#ofView = this.evidence.length;
    // The scorer is one more.
    if (asked.length === 0 || !this.#budget.spend((asked.length + 1) * stepsOf(text))) return signs;
    this.#place ??= { part: this.#input.part, name: this.#key, isName };
    const { document, isData } = this.#input;
    for (let at = 0; at < asked.length; at++) {
      const detector = this.#prefilter.detectors[asked[at] ?? -1];
      if (detector !== undefined && (document === undefined || detector.reads?.includes(document) === true))
        detector.inspect(text, this.#place, this.#report);
    }
    const isInput = !isName && !isData && document === undefined;
    if (isInput && this.#asksScorer && isScored(this.#input, this.#key, text)) this.#weigh(text);
    return signs;
  }

  readonly #report = (kind: EvidenceKind, start: number, end: number): void => {
    if (kind.points < ENOUGH && this.#input.isData) return;
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
    const facts = { text, isWholeBody: this.#input.field === RAW_BODY_FIELD, strongest };
    if (!isWorthScoring(facts)) return;
    const further = weigh(opinionOn(text), facts, this.#mechanisms);
    if (further !== undefined) this.#report(further, 0, text.length);
  }
}

/** Steps that the views of a text take for a byte of it. */
const VIEW_STEPS = 1;
/** Steps that a detector takes for a sign, beside one for each four bytes: signs begin most of what it reads. */
const SIGN_STEPS = 2;

/** And for any text at all, which is most of what many short ones cost. */
const TEXT_STEPS = 256;

/** No language has signs above ASCII. */
const ODD = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 128 || /[\w\s.,]/.test(String.fromCharCode(code)) ? 0 : SIGN_STEPS,
);

/** Steps that a detector takes for a text, at most in the mean over all texts. */
function stepsOf(text: string): number {
  let steps = TEXT_STEPS + (text.length >> 2);
  for (let at = 0; at < text.length; at++) steps += ODD[text.charCodeAt(at) & 255] ?? 0;
  return steps;
}

/** Bytes from which JSON inside a value is evaluated by its names and strings only, as a body of JSON is. */
const LONG_FRAME = 1024;
/** Shorter strings of JSON hide nothing. */
const MIN_HIDDEN = 6;

/** Whether the strings of a text that is JSON are all among others. */
function areShown(json: string, shown: ReadonlySet<string>): boolean {
  const cursor = new JsonCursor(json);
  for (let at = json.indexOf('"'); at !== -1; at = json.indexOf('"', cursor.at)) {
    cursor.at = at;
    const value = cursor.string() ?? "";
    if (value.length >= MIN_HIDDEN && !shown.has(value.includes("%") ? decodeFully(value, false) : value))
      return false;
  }
  return true;
}

const NO_TEXTS: readonly string[] = Object.freeze([]);
const NO_STEPS: View["steps"] = Object.freeze([]);

/** What detectors find in a text, as if it were an argument. */
export function inspectText(text: string): readonly Evidence[] {
  prefilter ??= new Prefilter(detectors, SIGNS);
  const collector = new Collector(prefilter, new Budget(Number.POSITIVE_INFINITY));
  collector.inspect(text, FREE, "", false);
  return collector.evidence;
}

/**
 * What detectors find in the request, worked out once for all fields that tell it. All their work is spent from the budget: once
 * that is used up, texts are looked at no more, and what was found is not to be trusted.
 */
export function inspect(request: WafRequest, budget: Budget): Inspection {
  const known = keptInspection(request, budget);
  if (known !== undefined) return known;
  prefilter ??= new Prefilter(detectors, SIGNS);
  const collector = new Collector(prefilter, budget);
  forEachLeaf(request, budget, (text, input, key, isName, beside) =>
    collector.inspect(text, input, key, isName, beside),
  );
  const inspection = { evidence: collector.evidence };
  keep(request, inspection, budget);
  return inspection;
}
