import type { RuleFacts } from "../../rules/plan/facts.ts";
import type {
  BlockResponse,
  ChallengeKind,
  ErrorPage,
  HeaderLines,
  TarpitPlan,
} from "../../rules/ruleset/actions/control.ts";
import type { AnyDecision, RefusalFacts } from "./decision.ts";

/** The end of an evaluation. */
export type Outcome =
  | {
      readonly action: "block";
      readonly by: RuleFacts;
      readonly status: number;
      readonly response: BlockResponse;
    }
  | { readonly action: "drop"; readonly by: RuleFacts; readonly fallback: RefusalFacts }
  | {
      readonly action: "tarpit";
      readonly by: RuleFacts;
      readonly seconds: number;
      readonly end: TarpitPlan["end"];
      readonly fallback: RefusalFacts;
    }
  | { readonly action: "challenge"; readonly by: RuleFacts; readonly kind: ChallengeKind }
  | {
      readonly action: "redirect";
      readonly by: RuleFacts;
      readonly location: string;
      readonly status: number;
      readonly headers?: HeaderLines;
    }
  | {
      readonly action: "serve_error";
      readonly by: RuleFacts;
      readonly status: number;
      readonly page: ErrorPage;
    };

export type OutcomeAction = Exclude<AnyDecision["action"], "allow">;
