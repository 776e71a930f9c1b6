import { isSolution } from "../support/source/engine/challenge.ts";
import type { Outgoing } from "./transports.ts";

/** What a browser does with the page of a proof-of-work challenge. */
export interface SolvedPage {
  /** Address that the form is posted to. */
  readonly action: string;
  /** Names and values of the form, solved. */
  readonly fields: Readonly<Record<string, string>>;
}

export function solve(page: string): SolvedPage {
  const shown = (pattern: RegExp): string => {
    const value = pattern.exec(page)?.[1];
    if (value === undefined) throw new Error(`no ${pattern} in ${page.slice(0, 200)}`);
    return value.replaceAll("&amp;", "&");
  };
  const nonce = shown(/data-nonce="([^"]*)"/);
  const bits = Number(shown(/data-bits="([^"]*)"/));
  const fields: Record<string, string> = {};
  for (const [, name = "", value = ""] of page.matchAll(
    /<input type="hidden" name="([^"]*)" value="([^"]*)"/g,
  ))
    fields[name] = value;
  let answer = 0;
  while (!isSolution(nonce, String(answer), bits)) answer++;
  fields["answer"] = String(answer);
  return { action: shown(/action="([^"]*)"/), fields };
}

/** The form as a browser posts it. */
export function answering({ action, fields }: SolvedPage, headers: readonly string[] = []): Outgoing {
  return {
    method: "POST",
    path: action,
    headers: ["Content-Type", "application/x-www-form-urlencoded", ...headers],
    body: new URLSearchParams(fields).toString(),
  };
}
