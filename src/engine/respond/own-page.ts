import { utf8Encode } from "../../language/values/bytes.ts";
import type { ResponseFormat } from "../../rules/ruleset/actions/control.ts";
import { escapeMarkup } from "./escape.ts";
import { htmlPage, pagePolicy } from "./html-page.ts";

/** Wording of the engine's own pages; it never says which rule matched. */
export interface PageWording {
  readonly title: string;
  readonly text: string;
}

export interface OwnPage {
  readonly status: number;
  readonly wording: PageWording;
  /** Undefined: there is none, nor an event. */
  readonly reference: string | undefined;
  /** The reason, in a line; for requests that the host itself rejects. */
  readonly reason?: string | undefined;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
  /** The contact, as text. */
  readonly contact?: string | undefined;
}

export interface RenderedPage {
  readonly contentType: string;
  /** Bytes. */
  readonly body: string;
  readonly policy?: string;
}

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  410: "Gone",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  418: "I'm a Teapot",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};

/** Reason phrase of a status (RFC 9110 §15); a word for the class when it has none here. */
export function reasonOf(status: number): string {
  return REASONS[status] ?? (status >= 500 ? "Server Error" : "Request Refused");
}

/** What was sent cannot be taken as it is, and whoever sent it can change it. */
const SENT: ReadonlyMap<number, PageWording> = new Map([
  [
    413,
    {
      title: "This is too large",
      text: "What you sent is larger than this site accepts. Please send less: a smaller file, a shorter text, or several parts one after another.",
    },
  ],
  [
    414,
    {
      title: "This address is too long",
      text: "The address has more or longer parameters than this site accepts. Please shorten it, or send less at once.",
    },
  ],
  [
    415,
    {
      title: "This cannot be read",
      text: "What you sent is encoded or compressed in a way that this site does not read. Please send it as plain UTF-8 text or in the file's usual format, not compressed.",
    },
  ],
  [
    431,
    {
      title: "Too many cookies or headers",
      text: "Your browser sent more cookies or headers than this site accepts. Please delete this site's cookies and try again.",
    },
  ],
]);

/** Wording by status. */
export function wordingOf(status: number): PageWording {
  if (status === 429) {
    return {
      title: "Too many requests",
      text: "Requests are arriving from your network faster than this site allows. Please wait a moment and try again.",
    };
  }
  const sent = SENT.get(status);
  if (sent !== undefined) return sent;
  if (status === 404 || status === 410) {
    return { title: "Nothing here", text: "There is no page at this address." };
  }
  if (status >= 500) {
    return {
      title: "This page cannot be shown",
      text: "The site could not answer your request. Please try again later.",
    };
  }
  return {
    title: "This request was blocked",
    text: "The site's firewall blocked this request. If you think that this is a mistake, tell the site's owner and quote the reference below.",
  };
}

/** For what hosts reject without a rule: no firewall has blocked it. */
const REJECTED: ReadonlyMap<number, PageWording> = new Map([
  [400, { title: "This cannot be read", text: "The server cannot read the request that was sent." }],
  [405, { title: "This is not possible here", text: "The server does not take requests of this kind." }],
  [408, { title: "This took too long", text: "The request did not arrive in time. Please try again." }],
  [
    500,
    {
      title: "This page cannot be shown",
      text: "The server failed at this request. Please try again later.",
    },
  ],
  [501, { title: "This is not possible here", text: "The server does not take requests of this kind." }],
  [
    502,
    {
      title: "The site does not answer",
      text: "The site gave no answer that can be shown. Please try again later.",
    },
  ],
  [503, { title: "The site is busy", text: "The site cannot answer now. Please try again in a moment." }],
  [
    504,
    { title: "The site takes too long", text: "The site gave no answer in time. Please try again later." },
  ],
  [505, { title: "This cannot be read", text: "The server does not support this version of HTTP." }],
]);

/** Wording by status for what a host rejects without a rule. */
export function rejectionWordingOf(status: number): PageWording {
  return REJECTED.get(status) ?? wordingOf(status);
}

/** One page in the requested format. */
export function ownPage(format: ResponseFormat, page: OwnPage): RenderedPage {
  const { status, wording, reference, reason, retryAfter, contact } = page;
  switch (format) {
    case "html":
      return {
        contentType: "text/html; charset=utf-8",
        body: utf8Encode(
          htmlPage({
            title: wording.title,
            kicker: `${status} ${reasonOf(status)}`,
            body: `<p>${escapeMarkup(wording.text)}</p>`,
            reference,
            rows: [
              ...(reason === undefined ? [] : [["Reason", reason] as const]),
              ...(retryAfter === undefined ? [] : [["Try again in", duration(retryAfter)] as const]),
              ...(contact === undefined ? [] : [["Contact", contact] as const]),
            ],
          }),
        ),
        policy: pagePolicy(),
      };
    case "json":
      // RFC 9457; `reference` and the others are extension members.
      return {
        contentType: "application/problem+json",
        body: utf8Encode(
          `${JSON.stringify({
            type: "about:blank",
            title: reasonOf(status),
            status,
            detail: wording.text,
            ...(reason === undefined ? {} : { reason }),
            ...(reference === undefined ? {} : { reference }),
            ...(retryAfter === undefined ? {} : { retryAfter }),
            ...(contact === undefined ? {} : { contact }),
          })}\n`,
        ),
      };
    case "xml":
      return {
        contentType: "application/problem+xml; charset=utf-8",
        body: utf8Encode(
          [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<problem xmlns="urn:ietf:rfc:7807">',
            "  <type>about:blank</type>",
            `  <title>${escapeMarkup(reasonOf(status))}</title>`,
            `  <status>${status}</status>`,
            `  <detail>${escapeMarkup(wording.text)}</detail>`,
            ...(reason === undefined ? [] : [`  <reason>${escapeMarkup(reason)}</reason>`]),
            ...(reference === undefined ? [] : [`  <reference>${escapeMarkup(reference)}</reference>`]),
            ...(retryAfter === undefined ? [] : [`  <retryAfter>${retryAfter}</retryAfter>`]),
            ...(contact === undefined ? [] : [`  <contact>${escapeMarkup(contact)}</contact>`]),
            "</problem>",
            "",
          ].join("\n"),
        ),
      };
    case "plain":
      return {
        contentType: "text/plain; charset=utf-8",
        body: utf8Encode(
          [
            // Programs and their logs want a line.
            ...(reason === undefined
              ? [`${status} ${reasonOf(status)}`, "", wording.text, ""]
              : [`${status} ${reason}`]),
            ...(reference === undefined ? [] : [`Reference: ${reference}`]),
            ...(retryAfter === undefined || reason !== undefined
              ? []
              : [`Try again in: ${duration(retryAfter)}`]),
            ...(contact === undefined ? [] : [`Contact: ${contact}`]),
            "",
          ].join("\n"),
        ),
      };
  }
}

/** `45 seconds`, `2 minutes`, rounded up. */
function duration(seconds: number): string {
  if (seconds < 90) return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
