import { utf8Encode } from "../../language/values/bytes.ts";
import type { ChallengeKind } from "../../rules/ruleset/actions/control.ts";
import type { ChallengeResponse } from "../decision/challenge-provider.ts";
import { escapeMarkup } from "../respond/escape.ts";
import { htmlPage, pagePolicy } from "../respond/html-page.ts";
import { PAGE_SCRIPT } from "./page-script.ts";

export interface ChallengePage {
  readonly kind: ChallengeKind;
  readonly host: string;
  readonly reference: string;
  readonly answerUri: string;
  readonly token: string;
  /** The request that comes back with the answer; `lost`: it must be sent again; undefined: the address is all of it. */
  readonly seal: string | undefined;
  /** Text that the work is about. */
  readonly nonce: string;
  /** Required leading zero bits. */
  readonly bits: number;
  /** Of the content security policy. */
  readonly scriptNonce: string;
}

const BASE_HEADERS = [
  ["content-type", "text/html; charset=utf-8"],
  ["cache-control", "no-store"],
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "same-origin"],
  ["x-robots-tag", "noindex"],
] as const;

const KEPT = "What you have sent is kept meanwhile, and is passed on when the check is done.";
const LOST =
  "What you sent cannot be kept during the check. Please go back when the check is done, and send it again.";

/** The challenge page. It works without any other request. */
export function challengePage(page: ChallengePage): ChallengeResponse {
  const interactive = page.kind === "challenge";
  const site = page.host === "" ? "this site" : page.host.slice(0, 255);
  const kept = page.seal === "lost" ? undefined : page.seal;
  const html = htmlPage({
    title: interactive ? "Please confirm that you are a person" : "Just a moment",
    kicker: site,
    body: `<p>${
      interactive
        ? "This site asks for a short check before it opens. Press the button to start it; it takes a few seconds at most."
        : "Your browser is being checked before the page opens. This takes a few seconds at most, and you do not need to do anything."
    }</p>
${page.seal === undefined ? "" : `<p>${kept === undefined ? LOST : KEPT}</p>\n`}<form id="challenge" method="post" action="${escapeMarkup(page.answerUri)}" data-nonce="${escapeMarkup(page.nonce)}" data-bits="${page.bits}">
<input type="hidden" name="token" value="${escapeMarkup(page.token)}">
<input type="hidden" name="answer" value="">
${kept === undefined ? "" : `<input type="hidden" name="request" value="${escapeMarkup(kept)}">\n`}${page.seal === "lost" ? '<input type="hidden" name="lost" value="1">\n' : ""}${interactive ? '<p><button id="start" type="button" hidden>Start the check</button></p>\n' : ""}</form>
<p><progress id="bar" max="1" value="0" aria-label="Progress of the check" hidden></progress></p>
<p id="status" role="status"></p>
<noscript><p><strong>This check needs JavaScript.</strong> Please switch it on for this site, then load the page again.</p></noscript>`,
    reference: page.reference,
    script: PAGE_SCRIPT,
    nonce: page.scriptNonce,
  });
  // No `form-action`: browsers apply it to the redirects after the answer as well, to a sign-on on another host too.
  const policy = `default-src 'none'; script-src 'nonce-${page.scriptNonce}'; style-src 'nonce-${page.scriptNonce}'; base-uri 'none'; frame-ancestors 'none'`;
  return {
    status: 403,
    headers: [...BASE_HEADERS, ["content-security-policy", policy]],
    body: utf8Encode(html),
  };
}

/** The page for an answer that does not hold. `path` is safe to link to. */
export function refusalPage(
  status: number,
  text: string,
  path: string,
  headers: ChallengeResponse["headers"] = [],
): ChallengeResponse {
  const title = "The check did not succeed";
  return answerPage({ status, title, kicker: String(status), text, path, link: "Try again", headers });
}

/** The page for an answer that holds, to a request that could not be kept. `path` is safe to link to. */
export function sendAgainPage(path: string, setCookie: string): ChallengeResponse {
  return answerPage({
    status: 200,
    title: "The check is done",
    kicker: "One more step",
    text: "What you sent could not be kept. Please go back to where you sent it from, and send it again.",
    path,
    link: "Open the page without it",
    headers: [["set-cookie", setCookie]],
  });
}

interface AnswerPage {
  readonly status: number;
  readonly title: string;
  readonly kicker: string;
  readonly text: string;
  readonly path: string;
  readonly link: string;
  readonly headers: ChallengeResponse["headers"];
}

function answerPage({ status, title, kicker, text, path, link, headers }: AnswerPage): ChallengeResponse {
  const body = `<p>${escapeMarkup(text)}</p>\n<p><a href="${escapeMarkup(path)}">${link}</a></p>`;
  return {
    status,
    headers: [...BASE_HEADERS, ["content-security-policy", pagePolicy()], ...headers],
    body: utf8Encode(htmlPage({ title, kicker, body })),
  };
}
