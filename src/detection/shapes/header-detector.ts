import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { matchAt } from "./scan.ts";

const kind = (name: string, sentence: string): EvidenceKind => ({
  name: `injection-${name}`,
  attack: "injection",
  points: 5,
  sentence,
});

const SPLITTING = kind(
  "response-splitting",
  "A line break and a header of a response, or a status line, in the request's head.",
);
const MAIL_HEADER = kind(
  "mail-header",
  "A line break and a header of mail, or a command of a mail server, in a short value.",
);
const MAIL_COMMAND = kind("mail-command", "A line break and a command for a mailbox, in a short value.");

/** Names that say enough in any line; a line that begins with white space goes on with the one before. */
const ANYWHERE =
  /[\r\n]{0,8} ?(?:(?:set-cookie2?|location|content-(?:type|length|disposition)|transfer-encoding|access-control-allow-[\w-]{2,30}|refresh)\s{0,9}:|http\/\d(?:\.\d)?\s{1,9}\d{3}|(?:get|post|head|put|delete|options)\s{1,9}\S{1,400}\s{1,9}http\/)/iy;
/** Names that other lists of names and values have too: they count after the first break. */
const FIRST =
  /[\r\n]{0,8} ?(?:(?:x-[\w-]{2,40}|host|cookie|connection|link|content-(?:encoding|security-policy)|strict-transport-security|last-modified|cache-control|www-authenticate)\s{0,9}:|status\s{0,9}:\s{0,9}[1-5]\d\d\b|authorization\s{0,9}:\s{0,9}(?:basic|bearer|digest)\b)/iy;
const MAIL =
  /[\r\n\s]{0,20}(?:(?:b?cc|to|reply-to|sender|return-path|errors-to)\s{0,9}:\s{0,9}<?[\w.+-]{1,64}@|(?:rcpt\s{1,9}to|mail\s{1,9}from)\s{0,9}:\s{0,9}<?[\w.+-]{1,64}@|mime-version\s{0,9}:\s{0,9}1\.0|data[\r\n]{1,8}(?:from|to|subject|date|received)\s{0,9}:|\.[\r\n]{1,8}(?:(?:quit|rset|data)(?=[\r\n]|$)|(?:helo|ehlo)\s{1,9}\S|mail\s{1,9}from\s{0,9}:))/iy;
/** Any header of a mail: after what is nothing but an address. */
const MAIL_BEHIND_ADDRESS =
  /[\r\n]{0,8}(?:from|subject|date|message-id|content-[\w-]{3,30}|x-[\w-]{2,30})\s{0,9}:/iy;
const ADDRESS = /^\s{0,9}<?[\w.+-]{1,64}@[\w.-]{1,200}>?\s{0,9}$/;
const MAILBOX =
  /[A-Za-z]{0,3}\d{1,5} (?:CAPABILITY|FETCH|LOGIN|LOGOUT|NOOP|SELECT|EXAMINE|CREATE|DELETE|RENAME|APPEND|STORE|SEARCH|COPY|UID|LIST|LSUB|STATUS|EXPUNGE|AUTHENTICATE|STARTTLS)(?= |\r|\n|$)/y;

/** What a text must hold one of, after a line break. */
const NAMES: readonly string[] = [
  "set-cookie",
  "location",
  "content-",
  "transfer-encoding",
  "access-control-allow-",
  "refresh",
  "x-",
  "host",
  "cookie",
  "connection",
  "link",
  "strict-transport-security",
  "last-modified",
  "cache-control",
  "www-authenticate",
  "authorization",
  "sender",
  "return-path",
  "errors-to",
  "mime-version",
  "subject",
  "message-id",
  "data\r",
  "data\n",
  ...["quit", "rset", "helo", "ehlo", "mail from"],
  "http/",
  "cc:",
  "cc :",
  "to:",
  "to :",
  "from:",
  "from :",
  "date:",
  ...["capability", "fetch", "login", "logout", "noop", "select", "examine", "create", "delete", "rename"],
  ...["append", "store", "search", "copy", "uid", "list", "lsub", "status", "expunge", "starttls"],
  "authenticate",
];

/** Places whose content may become part of a header. */
const HEAD: ReadonlySet<Place["part"]> = new Set(["path", "query", "argument", "cookie", "referer"]);
const LONGEST_FIRST_LINE = 100;
const LONGEST_MAIL = 2_000;

/** Line breaks after which a header begins, of the answer or of a mail. */
export const headerDetector: Detector = {
  name: "header",
  kinds: [SPLITTING, MAIL_HEADER, MAIL_COMMAND],
  triggers: [{ characters: "\r\n\u008a\u008d", words: NAMES }],
  shortest: 6,
  inspect(text: string, place: Place, report: Report): void {
    const head = HEAD.has(place.part);
    let first = true;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 10 || code === 13) {
        if (first) mail(text, at, report);
        if (head) {
          const end = Math.max(matchAt(ANYWHERE, text, at + 1), first ? matchAt(FIRST, text, at + 1) : -1);
          if (end >= 0) {
            report(SPLITTING, at, end);
            return;
          }
        }
        if (first && at <= LONGEST_FIRST_LINE) mailbox(text, at, report);
        first = false;
        if (!head) return;
      } else if ((code === 0x8a || code === 0x8d) && head && lowByteBreak(text, at)) {
        const end = Math.max(matchAt(ANYWHERE, text, at + 1), matchAt(FIRST, text, at + 1));
        if (end >= 0) {
          report(SPLITTING, at - 2, end);
          return;
        }
      }
    }
  },
};

/**
 * Whether a character ends here whose number ends in 0A or 0D: what remains when only its last byte is written. Of two bytes many
 * a letter is one; of these it takes two in a row, a carriage return and a line feed.
 */
function lowByteBreak(text: string, at: number): boolean {
  if (isTwoByteBreak(text, at)) return text.charCodeAt(at) === 0x8a && isTwoByteBreak(text, at - 2, 0x8d);
  const lead = text.charCodeAt(at - 2);
  const middle = text.charCodeAt(at - 1);
  return lead >= 0xe0 && lead <= 0xef && middle >= 0x80 && middle <= 0xbf && (middle & 3) === 0;
}

function isTwoByteBreak(text: string, at: number, code = text.charCodeAt(at)): boolean {
  const lead = text.charCodeAt(at - 1);
  return text.charCodeAt(at) === code && lead >= 0xc4 && lead <= 0xdf && (lead & 3) === 0;
}

function mail(text: string, at: number, report: Report): void {
  if (at > LONGEST_FIRST_LINE || text.length > LONGEST_MAIL) return;
  const colon = text.indexOf(":");
  if (colon >= 0 && colon < at) return;
  const end = Math.max(
    matchAt(MAIL, text, at + 1),
    ADDRESS.test(text.slice(0, at)) ? matchAt(MAIL_BEHIND_ADDRESS, text, at + 1) : -1,
  );
  if (end >= 0) report(MAIL_HEADER, at, end);
}

function mailbox(text: string, at: number, report: Report): void {
  if (text.length > LONGEST_MAIL) return;
  let start = at + 1;
  while (text.charCodeAt(start) === 10 || text.charCodeAt(start) === 13) start += 1;
  const end = matchAt(MAILBOX, text, start);
  if (end >= 0) report(MAIL_COMMAND, at, end);
}
