import type { SentAnswer } from "../engine/decision/sent-answer.ts";
import type { HeaderPairs } from "../engine/respond/render.ts";
import { MisuseError } from "../language/diagnostics/misuse.ts";
import { isSendableLine } from "./sendable.ts";

/** A complete response in place of the one that was requested. Names, values and body are byte strings. */
export interface Answer {
  /** Status code. */
  readonly status: number;
  /** Header lines in order. */
  readonly headers: HeaderPairs;
  /** Whole body. */
  readonly body: string;
  /** The connection is closed in place of the answer, or held before; hosts that cannot do so send the answer. */
  readonly ending?: ConnectionEnding;
}

/** How a connection ends without an answer at once. */
export interface ConnectionEnding {
  /** For which it is held first; 0: it is not. */
  readonly seconds: number;
  /** `drop`: it is closed. `block`: the answer is sent. */
  readonly end: "drop" | "block";
}

/**
 * An answer to a request that the host itself rejects: a malformed request, a body over the limit, an upstream that
 * does not answer.
 *
 * @param message one line of plain text, shown to the client.
 * @param reference id of the transaction, for questions about the answer.
 */
export function plainAnswer(status: number, message: string, reference?: string): Answer {
  const id = reference === undefined || reference === "" ? "" : `Reference: ${reference}\n`;
  return {
    status,
    headers: [
      ["Content-Type", "text/plain; charset=utf-8"],
      ["Cache-Control", "no-store"],
      ["X-Content-Type-Options", "nosniff"],
    ],
    body: `${status} ${message}\n${id}`,
  };
}

/** The answer with the advice to try again after so many seconds. */
export function withRetryAfter(answer: Answer, seconds: number): Answer {
  return { ...answer, headers: [...answer.headers, ["Retry-After", String(seconds)]] };
}

/** The response that is sent where a connection cannot be closed; undefined for others. */
export function sentBy({ ending }: Answer): SentAnswer | undefined {
  return ending?.end === "drop" ? { delivery: "dropped" } : undefined;
}

/** The answer with a `Set-Cookie` more. */
export function withCookie(answer: Answer, setCookie: string | undefined): Answer {
  if (setCookie === undefined) return answer;
  return sendable({ ...answer, headers: [...answer.headers, ["set-cookie", setCookie]] });
}

/**
 * The answer without header lines that no host can send.
 *
 * @throws MisuseError `E_ANSWER` when the rest cannot be sent: embedders' providers may return anything.
 */
export function sendable(answer: Answer): Answer {
  const given: unknown = answer;
  if (typeof given !== "object" || given === null || !Array.isArray(answer.headers)) {
    throw new MisuseError("E_ANSWER", "an answer is an object with `status`, `headers` and `body`");
  }
  const { status, headers, body, ending } = answer;
  if (!Number.isInteger(status) || status < 200 || status > 599 || typeof body !== "string") {
    throw new MisuseError(
      "E_ANSWER",
      `an answer with the status ${String(status)} and a ${typeof body} as body cannot be sent`,
    );
  }
  if (headers.every(([name, value]) => isSendableLine(name, value))) return answer;
  return {
    status,
    headers: headers.filter(([name, value]) => isSendableLine(name, value)),
    body,
    ...(ending === undefined ? {} : { ending }),
  };
}
