// Compares what the readers of applications make of a body with what rules see of it: everything that a reader hands
// to the application as input is among the texts that rules see, or the managed rules refuse the request.
import fc from "fast-check";
import { managedWaf } from "../../rules/managed/support.ts";
import { decodeFully } from "../../support/source/language/functions.ts";
import { Budget, type Value } from "../../support/source/language/values.ts";
import { requestScheme } from "../../support/source/request/fields.ts";
import { type RequestData, requestFrom, WafRequest } from "../../support/source/request/model.ts";

/** A body as it is sent; both are byte strings. */
export interface SentBody {
  readonly type: string;
  readonly body: string;
}

/** What a reader hands to the application. */
export interface Received {
  /** Names and values of fields, and names and file names of files: never the content of a file. */
  readonly texts: readonly Text[];
}

/** A text, and whether it is to be seen as a whole or may be a part of what is seen. */
export interface Text {
  readonly text: string;
  readonly part: boolean;
}

export interface Reader {
  readonly name: string;
  /** Answers what was handed over until the reader ended or failed; never fails. */
  readonly read: (sent: SentBody) => Promise<Received>;
}

/** A kind of body, its readers, and an arbitrary of bodies that they may disagree about. */
export interface BodyKind {
  readonly name: string;
  readonly bodies: fc.Arbitrary<SentBody>;
  readonly readers: readonly Reader[];
}

export interface Difference {
  readonly reader: string;
  /** What the reader hands over and no rule sees. */
  readonly text: string;
  readonly sent: SentBody;
}

export interface Comparison {
  readonly inputs: number;
  /** Inputs that the managed rules refuse. */
  readonly refused: number;
  /** Inputs that pass though a reader finds a text in them: those that prove something. */
  readonly passed: number;
  readonly differences: readonly Difference[];
}

/** Draws so many bodies and compares them. The same seed draws the same ones. */
export async function compare(kind: BodyKind, inputs: number, seed: number): Promise<Comparison> {
  let refused = 0;
  let passed = 0;
  const differences: Difference[] = [];
  for (const sent of fc.sample(kind.bodies, { numRuns: inputs, seed })) {
    if (isRefused(sent)) {
      refused++;
      continue;
    }
    const unseen = await unseenTexts(kind.readers, sent);
    differences.push(...unseen.differences);
    if (unseen.texts > 0) passed++;
  }
  return { inputs, refused, passed, differences };
}

async function unseenTexts(readers: readonly Reader[], sent: SentBody) {
  const seen = new SeenTexts(sent);
  const differences: Difference[] = [];
  let texts = 0;
  for (const reader of readers) {
    const received = await reader.read(sent);
    texts += received.texts.length;
    for (const text of received.texts) {
      if (!seen.has(text)) differences.push({ reader: reader.name, text: text.text, sent });
    }
  }
  return { differences, texts };
}

const waf = managedWaf({}, "request");

export function isRefused(sent: SentBody): boolean {
  return waf.evaluateSync(requestOf(sent)).action !== "allow";
}

function requestOf({ type, body }: SentBody): RequestData {
  return {
    url: "https://shop.example/items",
    method: "POST",
    headers: { "User-Agent": "Mozilla/5.0", "Content-Type": type },
    body: Buffer.from(body, "latin1"),
  };
}

const scheme = requestScheme([]);

/** The texts of a body in which the managed rules look for attacks. */
class SeenTexts {
  readonly #texts = new Set<string>();
  /** A body that no reader takes apart is seen as one text. */
  readonly #unread: readonly string[];

  constructor(sent: SentBody) {
    const context = scheme.createContext<WafRequest>();
    context.reset(new WafRequest(requestFrom(requestOf(sent))));
    context.budget = new Budget(10_000_000);
    const read = (member: string): Value | undefined => {
      const slot = scheme.field(`wirewall.request.body.${member}`)?.slot;
      if (slot === undefined) throw new Error(`no field ${member}`);
      return context.get(slot);
    };
    for (const text of textsOf(read("decoded"))) this.#texts.add(text);
    this.#unread = textsOf(read("unread"));
  }

  has({ text, part }: Text): boolean {
    const wanted = new Set([text, decodeFully(text, false), utf8(decodeFully(latin1(text), false))]);
    for (const one of wanted) {
      if (this.#texts.has(one) || this.#unread.some((seen) => seen.includes(one))) return true;
      if (part) for (const seen of this.#texts) if (seen.includes(one)) return true;
    }
    return false;
  }
}

/** Every text in a value, in each of the charsets that readers take for granted. */
function textsOf(value: Value | undefined): readonly string[] {
  if (typeof value === "string") return [value, utf8(value)];
  return Array.isArray(value) ? value.flatMap(textsOf) : [];
}

const utf8 = (bytes: string): string => Buffer.from(bytes, "latin1").toString();
const latin1 = (text: string): string => Buffer.from(text).toString("latin1");
