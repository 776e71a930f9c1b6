import type { ActionDefinition, ChallengeKind } from "./control.ts";
import { defineAction } from "./define-action.ts";

function challengeAction(kind: ChallengeKind, summary: string): ActionDefinition {
  return defineAction({
    name: kind,
    summary,
    terminating: true,
    contributes: [],
    prepare: () => undefined,
    apply(control) {
      control.challenge(kind);
    },
  });
}

export const challenge = challengeAction("challenge", "Asks the client to solve an interactive challenge.");
export const jsChallenge = challengeAction("js_challenge", "Asks the client to solve a challenge by script.");
export const managedChallenge = challengeAction(
  "managed_challenge",
  "Asks the client to solve a challenge that the provider picks.",
);
