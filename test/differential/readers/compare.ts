// Compares what the readers of applications make of a request with what rules see of it: everything that a reader hands
// to the application as input is among the texts that rules see, or the managed rules refuse the request.
import fc from "fast-check";
import { managedWaf } from "../../rules/managed/support.ts";
import { nodeDecoder } from "../../support/source/adapters/node.ts";
import { Budget, type Value } from "../../support/source/language/values.ts";
import { undoCodings } from "../../support/source/request/body.ts";
import { requestScheme } from "../../support/source/request/fields.ts";
import { requestFrom, WafRequest } from "../../support/source/request/model.ts";
import type { RequestView } from "../../support/source/request/view.ts";
import { EXPLAINED } from "./explained.ts";
import { folded, formsOf, utf8Of } from "./texts.ts";

/** A request as it is sent, in byte strings. */
export interface Sent {
  /** Path and query; default `/items`. */
  readonly target?: string;
  readonly cookie?: string;
  /** Content-Type; "" for none. */
  readonly type: string;
  /** Further lines of Content-Type. */
  readonly furtherTypes?: readonly string[];
  /** Content-Encoding; default none. */
  readonly coding?: string;
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
  /** Whether it is a key, which is seen behind the key that it stands under. */
  readonly isKey?: boolean;
}

export interface Reader {
  readonly name: string;
  /** Answers what was handed over until the reader ended or failed; never fails. */
  readonly read: (sent: Sent) => Promise<Received>;
}

/** A kind of input, its readers, and an arbitrary of requests that they may disagree about. */
export interface InputKind {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Sent>;
  readonly readers: readonly Reader[];
}

export interface Difference {
  readonly reader: string;
  /** What the reader hands over and no rule sees. */
  readonly text: string;
  readonly sent: Sent;
}

export interface Comparison {
  readonly inputs: number;
  /** Inputs that the managed rules refuse. */
  readonly refused: number;
  /** Inputs that pass though a reader finds a text in them: those that prove something. */
  readonly passed: number;
  /** Differences for which there is a reason, by its name. */
  readonly explained: ReadonlyMap<string, number>;
  readonly differences: readonly Difference[];
}

/** Draws so many inputs and compares them. The same seed draws the same ones. */
export async function compare(kind: InputKind, inputs: number, seed: number): Promise<Comparison> {
  let refused = 0;
  let passed = 0;
  const explained = new Map<string, number>();
  const differences: Difference[] = [];
  for (const sent of fc.sample(kind.inputs, { numRuns: inputs, seed })) {
    const request = await requestOf(sent);
    if (isRefusedRequest(request)) {
      refused++;
      continue;
    }
    const seen = new SeenTexts(request);
    const unseen = await unseenTexts(kind.readers, sent, seen);
    for (const difference of unseen.differences) {
      const reason = EXPLAINED.find((one) => one.applies(difference, seen.texts))?.name;
      if (reason === undefined) differences.push(difference);
      else explained.set(reason, (explained.get(reason) ?? 0) + 1);
    }
    if (unseen.texts > 0) passed++;
  }
  return { inputs, refused, passed, explained, differences };
}

async function unseenTexts(readers: readonly Reader[], sent: Sent, seen: SeenTexts) {
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

/** Whether the managed rules refuse a request whose content codings a host has undone. */
export async function isRefused(sent: Sent): Promise<boolean> {
  return isRefusedRequest(await requestOf(sent));
}

function isRefusedRequest(request: RequestView): boolean {
  return waf.evaluateSync(request).action !== "allow";
}

/** Bytes that a body is decoded to. */
const MOST_BYTES = 1_000_000;

async function requestOf(sent: Sent): Promise<RequestView> {
  const { target = "/items", cookie, type, furtherTypes = [], coding = "", body } = sent;
  const plain = requestFrom({
    url: "https://shop.example/",
    method: body === "" ? "GET" : "POST",
    headers: { "User-Agent": "Mozilla/5.0", Accept: "*/*" },
    ...(body === "" ? {} : { body: Buffer.from(body, "latin1") }),
  });
  const rawHeaders = [...plain.rawHeaders];
  for (const line of type === "" ? furtherTypes : [type, ...furtherTypes])
    rawHeaders.push("Content-Type", line);
  if (coding !== "") rawHeaders.push("Content-Encoding", coding);
  if (cookie !== undefined) rawHeaders.push("Cookie", cookie);
  return {
    ...plain,
    target,
    rawHeaders,
    body: plain.body && (await undoCodings(nodeDecoder, plain.body, coding, MOST_BYTES)),
  };
}

const scheme = requestScheme([]);

/** Fields of texts in which the managed rules look for attacks. */
const LOOKED_AT = [
  "body.decoded",
  "uri.args.decoded",
  "uri.args.names",
  "uri.path.decoded",
  "cookies.decoded",
  "cookies.names",
];

/** The texts of a request in which the managed rules look for attacks. */
class SeenTexts {
  readonly #texts = new Set<string>();
  /** A body that no reader takes apart is seen as one text. */
  readonly #unread: readonly string[];

  constructor(request: RequestView) {
    const context = scheme.createContext<WafRequest>();
    context.reset(new WafRequest(request));
    context.budget = new Budget(10_000_000);
    const read = (member: string): Value | undefined => {
      const slot = scheme.field(`wirewall.request.${member}`)?.slot;
      if (slot === undefined) throw new Error(`no field ${member}`);
      return context.get(slot);
    };
    for (const member of LOOKED_AT) for (const text of textsOf(read(member))) this.#texts.add(text);
    this.#unread = textsOf(read("body.unread"));
  }

  /** All of them, each in the charsets that readers take for granted. */
  get texts(): readonly string[] {
    return [...this.#texts, ...this.#unread];
  }

  has({ text, part, isKey }: Text): boolean {
    const wanted = new Set(formsOf(text));
    for (const one of wanted) {
      if (this.#texts.has(one) || this.#unread.some((seen) => seen.includes(one))) return true;
      for (const seen of part || isKey ? this.#texts : []) {
        if (part ? seen.includes(one) : seen.endsWith(`.${one}`)) return true;
      }
    }
    return false;
  }
}

/** Every text in a value, in each of the charsets that readers take for granted. */
function textsOf(value: Value | undefined): readonly string[] {
  if (typeof value === "string") return [value, utf8Of(value), folded(value)];
  return Array.isArray(value) ? value.flatMap(textsOf) : [];
}
