/** Where a text of the corpus stands. Default: the value of a query argument. */
export type CorpusPlace = "argument" | "path" | "cookie" | "form" | "json" | "xml" | `header:${string}`;

export interface CorpusText {
  readonly text: string;
  readonly place?: CorpusPlace;
  /** Name of the argument or field, where it matters. */
  readonly name?: string;
}

export interface CorpusAttack extends CorpusText {
  /** Kinds of evidence that must be found; others may be. */
  readonly finds: readonly string[];
}

/** What the corpus has of one class of attacks. Every text in it was written for it; no two have the same normalised tokens. */
export interface CorpusPart {
  readonly attacks: readonly CorpusAttack[];
  /** Texts of the same vocabulary that must pass. */
  readonly lookAlikes: readonly CorpusText[];
}
