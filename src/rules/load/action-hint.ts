import { didYouMean } from "../../language/diagnostics/suggest.ts";
import type { ActionDefinition } from "../ruleset/actions/control.ts";

/** What other products, and this one's model in earlier years, call an action. */
const FORMER_ACTIONS: ReadonlyMap<string, string> = new Map([
  ["simulate", "log"],
  ["count", "log"],
  ["monitor", "log"],
  ["detect", "log"],
  ["alert", "log"],
  ["deny", "block"],
  ["reject", "block"],
  ["captcha", "managed_challenge"],
  ["bypass", "skip"],
  ["whitelist", "allow"],
  ["pass", "allow"],
]);

/** What to write for an action that there is not. */
export function actionHint(word: string, actions: ReadonlyMap<string, ActionDefinition>): string | undefined {
  const meant = FORMER_ACTIONS.get(word.toLowerCase());
  return meant !== undefined && actions.has(meant) ? `write \`${meant}\`` : didYouMean(word, actions.keys());
}
