import type { IntValue, IpValue } from "../../../language/values/value.ts";
import type { Operand } from "./operand.ts";

/** What an index looks up in a value of an operand. A value that satisfies a comparison satisfies one of its atoms. */
export type AtomTest =
  | { readonly kind: "equal"; readonly value: string | IntValue; readonly folded: boolean }
  | { readonly kind: "prefix" | "suffix"; readonly text: string; readonly folded: boolean }
  /** Lower case, sought in either case. */
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "range"; readonly start: number | IpValue; readonly end: number | IpValue }
  | { readonly kind: "list"; readonly listSlot: number };

/** A test of an operand, interned: equal tests of all rules are one atom. */
export interface Atom {
  readonly operand: Operand;
  readonly test: AtomTest;
  /** Guess at the share of requests that satisfy it. */
  readonly prior: number;
  /** Rules that mention it. */
  uses: number;
  lastUser: number;
  /** The rule that it was last posted for, and the number of its posting; -1: it selects no rule. */
  lastPosted: number;
  posting: number;
}
