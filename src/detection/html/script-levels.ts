/** Nothing of note; what handlers of attacks call, and ordinary ones too. */
export const SILENT = 0;
export const SINK = 1;
/** A dialog, a text run as a script, the document written. */
export const CALLS = 2;
/** A call as attackers make it: to show that it runs, or to send cookies away. */
export const PROOF = 3;
/** A call that hides what is called. */
export const HIDDEN = 4;

export interface Judgement {
  /** The strongest of the levels above. */
  level: number;
  /** Bytes of the strongest sign. */
  start: number;
  end: number;
  /** Whether a dialog function is called. */
  dialog: boolean;
  /** Whether the document is read or written in a way that attacks do. */
  document: boolean;
  /** Words side by side as in no script. */
  prose: number;
  /** Tokens before the strongest sign. */
  before: number;
  tokens: number;
}
