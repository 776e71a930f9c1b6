// Compares what the readers of applications make of a request with what rules see of it: everything that a reader hands
// to the application as input is among the texts that rules see, or the managed rules refuse the request.
import fc from "fast-check";
import { managedWaf } from "../../rules/managed/support.ts";
import { nodeDecoder } from "../../support/source/adapters/node.ts";
import { Budget, type Value } from "../../support/source/language/values.ts";
import { undoRequestCodings } from "../../support/source/request/body.ts";
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
  /** Default a browser's. */
  readonly userAgent?: string;
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
  /** Whether runs of white space count as one blank, as in XML, where each reader has its own way with them. */
  readonly blanks?: boolean;
  /** Whether it is a key, which may be seen as a step of a path. */
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
  /** The number of the input, from 0. */
  readonly at: number;
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

/** Inputs given to the readers at a time, so that programs of other languages always have one to read. */
const WINDOW = 64;

/** Draws so many inputs and compares them. The same seed draws the same ones. */
export async function compare(kind: InputKind, inputs: number, seed: number): Promise<Comparison> {
  let refused = 0;
  let passed = 0;
  const explained = new Map<string, number>();
  const differences: Difference[] = [];
  const drawn = fc.sample(kind.inputs, { numRuns: inputs, seed });
  for (let from = 0; from < drawn.length; from += WINDOW) {
    const window = drawn.slice(from, from + WINDOW);
    const found = await Promise.all(window.map((sent, at) => compareOne(kind.readers, sent, from + at)));
    for (const one of found) {
      if (one.isRefused) refused++;
      if (one.texts > 0) passed++;
      differences.push(...one.differences);
      for (const name of one.explained) explained.set(name, (explained.get(name) ?? 0) + 1);
    }
  }
  return { inputs, refused, passed, explained, differences };
}

interface Compared {
  readonly isRefused: boolean;
  /** Texts that readers hand over. */
  readonly texts: number;
  readonly explained: readonly string[];
  readonly differences: readonly Difference[];
}

const REFUSED: Compared = { isRefused: true, texts: 0, explained: [], differences: [] };

async function compareOne(readers: readonly Reader[], sent: Sent, at: number): Promise<Compared> {
  const request = await requestOf(sent);
  if (isRefusedRequest(request)) return REFUSED;
  const received = await Promise.all(
    readers.map(async (reader) => ({ reader: reader.name, ...(await reader.read(sent)) })),
  );
  const seen = new SeenTexts(request);
  const explained: string[] = [];
  const differences: Difference[] = [];
  let count = 0;
  for (const { reader, texts } of received) {
    count += texts.length;
    for (const text of texts) {
      if (seen.has(text)) continue;
      const difference = { at, reader, text: text.text, sent };
      const reason = await reasonOf(difference, text, seen);
      if (reason === undefined) differences.push(difference);
      else explained.push(reason);
    }
  }
  return { isRefused: false, texts: count, explained, differences };
}

async function reasonOf(difference: Difference, text: Text, seen: SeenTexts): Promise<string | undefined> {
  const isSeenIn = async (other: Sent): Promise<boolean> => {
    const request = await requestOf(other);
    return isRefusedRequest(request) || new SeenTexts(request).has(text);
  };
  for (const one of EXPLAINED) {
    if (await one.applies(difference, seen.texts, isSeenIn)) return one.name;
  }
  return undefined;
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
  const { target = "/items", cookie, type, furtherTypes = [], userAgent, coding = "", body } = sent;
  const plain = requestFrom({
    url: "https://shop.example/",
    method: body === "" ? "GET" : "POST",
    headers: { "User-Agent": userAgent ?? "Mozilla/5.0", Accept: "*/*" },
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
    body: plain.body && (await undoRequestCodings(nodeDecoder, plain.body, coding, MOST_BYTES)),
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
  /** All of them with each run of white space as one blank; made when it is asked for. */
  #plain: ReadonlySet<string> | undefined;

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

  has(wanted: Text): boolean {
    const forms = formsOf(wanted.text);
    if (wanted.blanks === true) return this.#hasApartFromBlanks(forms, wanted.part);
    for (const one of new Set(forms)) {
      if (this.#texts.has(one) || this.#unread.some((seen) => seen.includes(one))) return true;
      for (const seen of wanted.part || wanted.isKey ? this.#texts : []) {
        if (wanted.part ? seen.includes(one) : `.${seen}.`.includes(`.${one}.`)) return true;
      }
    }
    return false;
  }

  #hasApartFromBlanks(forms: readonly string[], part: boolean): boolean {
    this.#plain ??= new Set(this.texts.map(withPlainBlanks));
    for (const one of new Set(forms.map(withPlainBlanks))) {
      if (this.#plain.has(one)) return true;
      for (const seen of part ? this.#plain : []) if (seen.includes(one)) return true;
    }
    return false;
  }
}

/** NUL bytes count as white space: our readers of XML and others put them out. */
const withPlainBlanks = (text: string): string => text.replace(/[\s\0]+/g, " ").trim();

/** Every text in a value, in each of the charsets that readers take for granted. */
function textsOf(value: Value | undefined): readonly string[] {
  if (typeof value === "string") return [value, utf8Of(value), folded(value)];
  return Array.isArray(value) ? value.flatMap(textsOf) : [];
}
