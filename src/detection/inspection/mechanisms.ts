import { type Opinion, opinion, type Scorer } from "../scorer/scorer.ts";

/**
 * Parts of an inspection that can be switched off, to measure what each earns. Not for rules and not for hosts: there is no
 * option for it.
 */
export interface Mechanisms {
  /** Decoded views of texts. */
  readonly views: boolean;
  /** Texts that stand across inputs, or are a part of one: the whole query, joined arguments, segments of the path, lines. */
  readonly furtherLeaves: boolean;
  /** The scorer's word on evidence that is too weak by itself. */
  readonly secondOpinion: boolean;
  /** The scorer alone. */
  readonly scorerAlone: boolean;
}

export const ALL_MECHANISMS: Mechanisms = Object.freeze({
  views: true,
  furtherLeaves: true,
  secondOpinion: true,
  scorerAlone: true,
});

let mechanisms = ALL_MECHANISMS;
let scorer: Scorer | undefined;

/** What inspections do; all of it, unless something measures. */
export function mechanismsInUse(): Mechanisms {
  return mechanisms;
}

/** For measurements only. @internal */
export function useMechanisms(wanted: Partial<Mechanisms>): void {
  mechanisms = { ...ALL_MECHANISMS, ...wanted };
}

/** The scorer's word on a text: that of the package's weights, unless something measures others. */
export function opinionOn(text: string): Opinion {
  return scorer === undefined ? opinion(text) : scorer.opinion(text);
}

/**
 * For measurements only.
 *
 * @internal
 * @param other undefined: the package's own again
 */
export function useScorer(other: Scorer | undefined): void {
  scorer = other;
}
