import { utf8Decode, utf8Encode } from "../../language/values/bytes.ts";
import type { HeaderLines } from "../../rules/ruleset/actions/control.ts";
import { fillPlaceholders, type PlaceholderName } from "../../rules/ruleset/actions/placeholders.ts";
import { escapeMarkup, headerText } from "./escape.ts";

/** Data of the request for placeholders in an answer. */
export interface AnswerFacts {
  /** The client's address as text; `""` when it is not known. */
  readonly client: string;
  /** The requested host, as bytes. */
  readonly host: string;
  /** Two-letter country code; `""` when it is not known. */
  readonly country: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Data of the answer for placeholders. */
export interface AnswerState {
  readonly reference: string;
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number | undefined;
}

/** Longest value that is put in: a host name has 253 bytes. */
const MAX_VALUE = 256;
const NO_FACTS: AnswerFacts = Object.freeze({ client: "", host: "", country: "", time: Number.NaN });

/**
 * Fills the placeholders of an answer's texts.
 *
 * @param facts called once, when a placeholder needs it.
 */
export class Filler {
  readonly #state: AnswerState;
  readonly #ask: (() => AnswerFacts) | undefined;
  #facts: AnswerFacts | undefined;

  constructor(state: AnswerState, facts: (() => AnswerFacts) | undefined) {
    this.#state = state;
    this.#ask = facts;
  }

  /** Content in the syntax of its type: what is put in cannot end the string or element that it is in. */
  content(text: string, contentType: string): string {
    const written = escapeFor(contentType);
    return fillPlaceholders(text, (name) => (name === "COLONS" ? "::" : written(this.#value(name))));
  }

  /** The header lines as bytes, names in lower case. */
  lines(lines: HeaderLines): HeaderLines {
    return lines.map(([name, value]) => {
      const filled = fillPlaceholders(value, (word) => (word === "COLONS" ? "::" : this.#value(word)));
      return [name.toLowerCase(), headerText(utf8Encode(filled))];
    });
  }

  #value(name: Exclude<PlaceholderName, "COLONS">): string {
    const { reference, status, retryAfter } = this.#state;
    switch (name) {
      case "REFERENCE":
      case "RAY_ID":
        return reference;
      case "STATUS":
        return String(status);
      case "RETRY_AFTER":
        return retryAfter === undefined ? "" : String(retryAfter);
      case "CLIENT_IP":
        return this.#known.client.slice(0, MAX_VALUE);
      case "GEO":
        return this.#known.country.slice(0, MAX_VALUE);
      case "HOST": {
        const host = this.#known.host.slice(0, MAX_VALUE);
        return utf8Decode(host) ?? host;
      }
      case "TIME": {
        const { time } = this.#known;
        return Math.abs(time) <= MAX_TIME ? new Date(time).toISOString() : "";
      }
    }
  }

  get #known(): AnswerFacts {
    this.#facts ??= this.#ask?.() ?? NO_FACTS;
    return this.#facts;
  }
}

/** Milliseconds beyond which `Date` has no time. */
const MAX_TIME = 8.64e15;

/** How a value is written in content of that type. */
function escapeFor(contentType: string): (value: string) => string {
  const media = /^[^;]*/.exec(contentType.toLowerCase())?.[0].trim() ?? "";
  if (/^(?:text\/(?:html|xml)|application\/(?:[a-z0-9.-]+\+)?xml)$/.test(media)) return escapeMarkup;
  if (/^application\/(?:[a-z0-9.-]+\+)?json$/.test(media)) return escapeJson;
  return media === "text/plain" ? printable : wordOf;
}

/** The contents of a JSON string, without characters that end a surrounding script. */
function escapeJson(value: string): string {
  return JSON.stringify(value)
    .slice(1, -1)
    .replace(
      /[<>&'\u007f-\u009f\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

function printable(value: string): string {
  return value.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "\ufffd");
}

/** For content of which nothing is known: characters that no syntax gives a meaning beside letters and digits. */
function wordOf(value: string): string {
  return value.replace(/[^0-9A-Za-z.:_-]/g, "_");
}
