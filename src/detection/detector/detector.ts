/** What an attack aims at. Scores, categories of managed rules and the fields of custom rules use these words. */
export const ATTACKS = [
  "sqli",
  "nosql",
  "xss",
  "rce",
  "php",
  "java",
  "node",
  "ssti",
  "traversal",
  "disclosure",
  "redirect",
  "ssrf",
  "xxe",
  "injection",
  "protocol",
  "scanner",
] as const;
export type Attack = (typeof ATTACKS)[number];

/** Where a text is in the request. */
export interface Place {
  /** `query` is the whole query string, decoded; `argument` one argument of it; `referer` an argument of the Referer's own query. */
  readonly part: "path" | "query" | "argument" | "cookie" | "header" | "referer" | "body";
  /** Name of the argument, cookie or header (headers in lower case), path of a value in the body; "" when there is none. */
  readonly name: string;
  /** Whether the text is a name itself: of an argument, a cookie, a field of a form, a key of JSON, an element of XML. */
  readonly isName: boolean;
}

/**
 * One thing that a detector can find. A managed rule of the name `wc-<name>` acts on it, so that a kind can be switched off,
 * logged or excepted like any rule.
 */
export interface EvidenceKind {
  /** Stable; letters, digits and hyphens: `sqli-union-select`. */
  readonly name: string;
  readonly attack: Attack;
  /**
   * What it weighs: 5 blocks by itself (high confidence), 2 to 4 add up (medium: two independent ones of 3 are enough),
   * 1 is only logged (low).
   */
  readonly points: 1 | 2 | 3 | 4 | 5;
  /** What was found, in a sentence for people who read an event. */
  readonly sentence: string;
  /** What it is found to be as well when it is in two inputs of a request: `nosql-operators`. */
  readonly twice?: EvidenceKind;
}

/**
 * Takes what a detector finds.
 *
 * @param start byte of the text at which the evidence begins
 * @param end byte after it
 */
export type Report = (kind: EvidenceKind, start: number, end: number) => void;

/**
 * When a text is worth a look. All that is given must hold. A detector is asked when one of its triggers holds, and what no
 * trigger lets through it can never find.
 */
export interface Trigger {
  /** The text holds one of these ASCII characters. */
  readonly characters?: string;
  /** The text holds one of these words anywhere, letter case aside; lower-case ASCII, two characters at least. */
  readonly words?: readonly string[];
  /** What the text must pass besides, where characters and words say too little: cheap, and asked last. */
  readonly test?: (text: string) => boolean;
}

/** What bytes as a whole may be, besides a text: a document with declarations of XML, an object that Java has serialised. */
export type DocumentForm = "xml" | "java";

/**
 * Looks for the evidence of one language in a text. Linear in the text and bounded in memory, never throwing, whatever the
 * text is: it is hostile.
 */
export interface Detector {
  readonly name: string;
  /** Everything that it can find. */
  readonly kinds: readonly EvidenceKind[];
  readonly triggers: readonly Trigger[];
  /** Bytes of the shortest text in which it can find something. */
  readonly shortest: number;
  /** Documents that it reads as a whole, among any other bytes, besides texts. */
  readonly reads?: readonly DocumentForm[];
  inspect(text: string, place: Place, report: Report): void;
}
