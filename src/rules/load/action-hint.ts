import { didYouMean } from "../../language/diagnostics/suggest.ts";
import type { ActionDefinition } from "../ruleset/actions/control.ts";

/** Actions of interfaces of Cloudflare's that are not rulesets, and of its older ones. */
const FOREIGN_ACTIONS: ReadonlyMap<string, string> = new Map([
  ["bypass", "write `skip`, with the `products` or `phases` to leave out"],
  ["bypass_waiting_room", "waiting rooms are Cloudflare's: leave the rule out"],
  ["captcha", "write `challenge`"],
  ["simulate", "write `log`"],
  ["whitelist", "write `allow`, or `skip` for a part of what follows"],
]);

/** What other products call an action. */
const FORMER_ACTIONS: ReadonlyMap<string, string> = new Map([
  ["count", "log"],
  ["monitor", "log"],
  ["detect", "log"],
  ["alert", "log"],
  ["deny", "block"],
  ["reject", "block"],
  ["pass", "allow"],
]);

/** What to write for an action that there is not. */
export function actionHint(word: string, actions: ReadonlyMap<string, ActionDefinition>): string | undefined {
  const foreign = FOREIGN_ACTIONS.get(word);
  if (foreign !== undefined) return foreign;
  const meant = FORMER_ACTIONS.get(word.toLowerCase());
  return meant !== undefined && actions.has(meant) ? `write \`${meant}\`` : didYouMean(word, actions.keys());
}
