// Placeholders in the texts of answers: `::NAME::`, the form of Cloudflare's error tokens. One pass from left to right,
// so that inserted text is not read again.
import { suggest } from "../../../language/diagnostics/suggest.ts";
import type { ParameterFault } from "./control.ts";

/** The meaning of each placeholder, as documented. */
export const PLACEHOLDERS = Object.freeze({
  REFERENCE: "the reference id: the one in the decision, the event and the `x-wirewall-reference` header",
  RAY_ID: "the same, under the name that Cloudflare has for it",
  CLIENT_IP: "the client's address; empty when it is not known",
  GEO: "two-letter code of the client's country; empty when it is not known",
  HOST: "the host that the client asked for, lower case, without port",
  STATUS: "the status code of the answer",
  TIME: "when the request was received, as `2026-01-31T12:00:00.000Z`",
  RETRY_AFTER: "seconds that the client should wait; empty but for rate limits",
  COLONS: "`::`, for a text that looks like a placeholder: `::COLONS::RAY_ID::` is sent as `::RAY_ID::`",
});

/** The name of a placeholder. */
export type PlaceholderName = keyof typeof PLACEHOLDERS;

/** Tokens that Cloudflare requires in pages of its own, which no rule here displays: the text stays unchanged. */
const FOREIGN: ReadonlySet<string> = new Set([
  "CAPTCHA_BOX",
  "IM_UNDER_ATTACK_BOX",
  "CLOUDFLARE_ERROR_500S_BOX",
  "CLOUDFLARE_ERROR_1000S_BOX",
]);

/** No two repetitions are adjacent: linear in the text. */
const PLACEHOLDER = /::([A-Z][A-Z0-9_]{0,63})::/g;

/** The text with its placeholders replaced; unknown ones stay. */
export function fillPlaceholders(text: string, fill: (name: PlaceholderName) => string): string {
  if (!text.includes("::")) return text;
  return text.replace(PLACEHOLDER, (whole, name: string) => (isPlaceholder(name) ? fill(name) : whole));
}

function isPlaceholder(name: string): name is PlaceholderName {
  return Object.hasOwn(PLACEHOLDERS, name);
}

/** Faults of the placeholders in a text, each name once. */
export function placeholderFaults(
  text: string,
  path: readonly (string | number)[],
): readonly ParameterFault[] {
  if (!text.includes("::")) return [];
  const names = new Set(Array.from(text.matchAll(PLACEHOLDER), ([, name = ""]) => name));
  return [...names].flatMap((name): readonly ParameterFault[] => {
    if (isPlaceholder(name)) return [];
    if (FOREIGN.has(name)) {
      const message = `\`::${name}::\` is a token of Cloudflare's own pages: it is sent unchanged`;
      return [{ code: "W_PARAMETER_CARRIED", path, message }];
    }
    const near = suggest(name, Object.keys(PLACEHOLDERS), 1)[0];
    const names = Object.keys(PLACEHOLDERS).map((known) => `::${known}::`);
    const hint =
      near === undefined
        ? `one of ${names.join(", ")}; \`::COLONS::${name}::\` for the text itself`
        : `did you mean \`::${near}::\`?`;
    const message = `there is no placeholder \`::${name}::\``;
    return [{ code: "E_ACTION_PARAMETER", path, message, hint }];
  });
}
