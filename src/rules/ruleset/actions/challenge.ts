import type { ObjectOf } from "../../../documents/shapes/shape.ts";
import type { ChallengeKind } from "./control.ts";
import { type DeclaredAction, defineAction } from "./define-action.ts";

function challengeAction<const Kind extends ChallengeKind>(
  kind: Kind,
  summary: string,
): DeclaredAction<Kind, ObjectOf<Record<never, never>>, never> {
  return defineAction({
    name: kind,
    summary,
    terminating: true,
    contributes: [],
    posesChallenge: true,
    prepare: () => undefined,
    apply(control) {
      control.challenge(kind);
    },
  });
}

export const challenge = challengeAction("challenge", "Presents an interactive challenge.");
export const jsChallenge = challengeAction("js_challenge", "Presents a challenge that a script solves.");
export const managedChallenge = challengeAction(
  "managed_challenge",
  "Presents a challenge that the provider chooses.",
);
