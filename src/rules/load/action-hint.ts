import { didYouMean } from "../../language/diagnostics/suggest.ts";
import type { ActionDefinition } from "../ruleset/actions/control.ts";

/** Actions of Cloudflare's interfaces other than rulesets, and of its older ones. */
const FOREIGN_ACTIONS: ReadonlyMap<string, string> = new Map([
  ["bypass", "write `skip`, with the `products` or `phases` to leave out"],
  ["bypass_waiting_room", "waiting rooms exist at Cloudflare only: leave the rule out"],
  ["captcha", "write `challenge`"],
  ["simulate", "write `log`"],
  ["whitelist", "write `allow`, or `skip` for a part of what follows"],
]);

/** Names of actions in other products. */
const FORMER_ACTIONS: ReadonlyMap<string, string> = new Map([
  ["count", "log"],
  ["monitor", "log"],
  ["detect", "log"],
  ["alert", "log"],
  ["deny", "block"],
  ["reject", "block"],
  ["pass", "allow"],
]);

/** The replacement for an unknown action. */
export function actionHint(word: string, actions: ReadonlyMap<string, ActionDefinition>): string | undefined {
  const foreign = FOREIGN_ACTIONS.get(word);
  if (foreign !== undefined) return foreign;
  const meant = FORMER_ACTIONS.get(word.toLowerCase());
  return meant !== undefined && actions.has(meant) ? `write \`${meant}\`` : didYouMean(word, actions.keys());
}
