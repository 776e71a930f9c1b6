import { sha256 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkOptionNames, type NamesOf, namesOf } from "../../language/diagnostics/option-names.ts";
import { shownValue, wholeNumber } from "../../language/diagnostics/option-values.ts";
import {
  asciiLower,
  base64Encode,
  fromUint8Array,
  percentDecode,
  toHex,
  toUint8Array,
} from "../../language/values/bytes.ts";
import { clientNetworkText } from "../../language/values/ip.ts";
import type { ChallengeKind } from "../../rules/ruleset/actions/control.ts";
import type {
  ChallengeProvider,
  ChallengeRequest,
  ChallengeResponse,
  Sent,
  SentRequest,
} from "../decision/challenge-provider.ts";
import { challengePage, refusalPage, sendAgainPage } from "./challenge-page.ts";
import { returnPath } from "./return-path.ts";
import { openSent, sealedLength, sealSent } from "./sealed-request.ts";
import { createSigner } from "./signing.ts";
import { createUsedTokens } from "./used-tokens.ts";

/** How {@link proofOfWorkProvider} makes and checks challenges. Only `secret` is required. */
export interface ProofOfWorkOptions {
  /**
   * Signs challenges and clearances: at least 16 bytes, kept between restarts, the same on every instance. Of several,
   * the first signs and all verify.
   */
  readonly secret: string | readonly string[];
  /**
   * Zero bits that a hash must begin with, 1 to 30; one more doubles the work. Default 16 for `challenge`, which also
   * asks for a click, 17 for `managed_challenge` and `js_challenge`.
   */
  readonly difficulty?: Partial<Readonly<Record<ChallengeKind, number>>>;
  /** Seconds until a client that passed is challenged again. Default 1,800. */
  readonly clearanceSeconds?: number;
  /** How long a challenge may take. Default 300. */
  readonly challengeSeconds?: number;
  /** Default `/.well-known/wirewall/challenge`. */
  readonly answerPath?: string;
  /** Default `wirewall_clearance`. */
  readonly cookieName?: string;
  /** Bits of the client's address that a clearance is bound to. Default 24 for IPv4, 64 for IPv6. */
  readonly addressBits?: { readonly v4?: number; readonly v6?: number };
  /** Most answered challenges that are remembered against replay, in this process. Default 100 000. */
  readonly maxUsedTokens?: number;
  /**
   * Bytes of the longest body that a challenged request may have to be given back once the challenge is solved, 0 to
   * 1,048,576; the page says of others that they must be sent again. The page is larger by a third more than the body.
   * Default 65,536; 0: no request is given back, and none of its body is read for it.
   */
  readonly maxReplayBytes?: number;
  /** Unpredictable bytes; default the platform's `crypto.getRandomValues`. */
  readonly random?: (length: number) => Uint8Array;
}

const DEFAULT_BITS: Readonly<Record<ChallengeKind, number>> = {
  challenge: 16,
  js_challenge: 17,
  managed_challenge: 17,
};
const PROOF_OF_WORK_OPTION_NAMES: NamesOf<ProofOfWorkOptions> = {
  secret: true,
  difficulty: namesOf(DEFAULT_BITS),
  clearanceSeconds: true,
  challengeSeconds: true,
  answerPath: true,
  cookieName: true,
  addressBits: { v4: true, v6: true },
  maxUsedTokens: true,
  maxReplayBytes: true,
  random: true,
};
/** A clearance covers its own kind and those below: who pressed a button also passes where none is asked for. */
const RANKS: Readonly<Record<ChallengeKind, number>> = {
  js_challenge: 1,
  managed_challenge: 1,
  challenge: 2,
};
function isChallengeKind(word: string): word is ChallengeKind {
  return Object.hasOwn(RANKS, word);
}

/** Bytes of an answer without the request that it brings back. */
const MAX_BODY = 8192;
/** Marks an answer that is posted to the address of the request that it brings back. */
const ANSWER_PARAMETER = "wirewall_challenge_answer";
/** Bytes of a body that is given back: by default, and at most. */
export const DEFAULT_REPLAY_BYTES = 65_536;
export const MAX_REPLAY_BYTES = 1_048_576;
const MAX_USER_AGENT = 512;
/** Cookies of our name that are looked at. */
const MAX_COOKIES = 4;
/** Clocks of instances that share a secret may differ by so much. */
const MAX_SKEW_MS = 60_000;

/**
 * A challenge that browsers solve by themselves: find a number whose hash begins with zeros. It costs a person a moment
 * and makes each new client identity cost an attacker work; it does not distinguish people from programs that run a browser.
 *
 * What a clearance proves is signed into a cookie, together with the client's network, user agent and host. A request
 * with a body is sealed into the page in the same way, and comes back with the answer. There is no state but the challenges
 * answered lately.
 *
 * @throws MisuseError for a secret that is too short, for settings out of range, and for unknown names.
 */
export function proofOfWorkProvider(options: ProofOfWorkOptions): ChallengeProvider {
  checkOptionNames(options, PROOF_OF_WORK_OPTION_NAMES);
  const signer = createSigner(secretsOf(options));
  const bits = { ...DEFAULT_BITS, ...options.difficulty };
  const clearanceMs = wholeNumber("clearanceSeconds", options.clearanceSeconds ?? 1800, 1, 31_536_000) * 1000;
  const challengeMs = wholeNumber("challengeSeconds", options.challengeSeconds ?? 300, 1, 86_400) * 1000;
  const v4 = wholeNumber("addressBits.v4", options.addressBits?.v4 ?? 24, 0, 32);
  const v6 = wholeNumber("addressBits.v6", options.addressBits?.v6 ?? 64, 0, 128);
  const used = createUsedTokens(
    wholeNumber("maxUsedTokens", options.maxUsedTokens ?? 100_000, 1, 10_000_000),
  );
  const maxReplayBytes = wholeNumber(
    "maxReplayBytes",
    options.maxReplayBytes ?? DEFAULT_REPLAY_BYTES,
    0,
    MAX_REPLAY_BYTES,
  );
  const maxAnswerBytes = MAX_BODY + (maxReplayBytes === 0 ? 0 : sealedLength(maxReplayBytes));
  const answerPath = options.answerPath ?? "/.well-known/wirewall/challenge";
  const cookieName = options.cookieName ?? "wirewall_clearance";
  const random = options.random ?? randomBytes;
  for (const [kind, value] of Object.entries(bits)) wholeNumber(`difficulty.${kind}`, value, 1, 30);
  if (!/^\/[\w.~/-]*$/.test(answerPath) || answerPath.startsWith("//")) {
    throw new MisuseError("E_OPTION", "`answerPath` must be a plain path that begins with one slash");
  }
  if (!/^[\w.-]{1,64}$/.test(cookieName))
    throw new MisuseError("E_OPTION", "`cookieName` must be letters, digits, `_`, `-` and `.`");

  function bindingOf(request: ChallengeRequest): string {
    const network = clientNetworkText(request.client, v4, v6);
    return JSON.stringify([network, request.userAgent.slice(0, MAX_USER_AGENT), asciiLower(request.host)]);
  }

  function accept({ kind, path, request, sent, isLost }: Accepted): ChallengeResponse {
    const { now } = request;
    const signed = signer.sign("clearance", [kind, now, now + clearanceMs].join(" "), bindingOf(request));
    const clearance = `${cookieName}=${signed}`;
    const setCookie = `${clearance}; Path=/; Max-Age=${clearanceMs / 1000}; HttpOnly; SameSite=Lax${request.secure ? "; Secure" : ""}`;
    // At its address the browser would not find what it has sent, and who sent it would not read that it must be sent again.
    if (isLost && sent === undefined) return sendAgainPage(path, setCookie);
    return {
      status: 303,
      headers: [
        ["location", path],
        ["set-cookie", setCookie],
        ["cache-control", "no-store"],
      ],
      body: "",
      ...(sent === undefined ? {} : { restored: { request: sent, clearance, setCookie } }),
    };
  }

  /** A seal belongs to one challenge, and so to its time. */
  function sealBinding(request: ChallengeRequest, nonce: string): string {
    return `${nonce}\0${bindingOf(request)}`;
  }

  function sealOf(sent: Sent | undefined, request: ChallengeRequest, nonce: string): string | undefined {
    if (sent === undefined || sent === "lost") return sent;
    if (sent.body.length > maxReplayBytes) return "lost";
    return sealSent(signer, sent, sealBinding(request, nonce)) ?? "lost";
  }

  /** Where a page's answer goes: to the address of the request, so that links and forms of what comes back lead on from there. */
  function answerUri(path: string, request: ChallengeRequest): string {
    return path === request.uri ? withAnswerParameter(path) : answerPath;
  }

  return {
    name: "proof-of-work",
    answerPath,
    answerParameter: ANSWER_PARAMETER,
    maxReplayBytes,
    maxAnswerBytes,

    isCleared(kind, request) {
      const cookies = request.cookie(cookieName);
      if (cookies.length === 0) return false;
      const binding = bindingOf(request);
      return cookies.slice(0, MAX_COOKIES).some((cookie) => {
        const parts = cookie.length > 512 ? undefined : signer.open("clearance", cookie, binding)?.split(" ");
        if (parts?.length !== 3) return false;
        const [earned = "", issued, expires] = parts;
        const rank = isChallengeKind(earned) ? RANKS[earned] : 0;
        return rank >= RANKS[kind] && isCurrent(Number(issued), Number(expires), request.now);
      });
    },

    challenge(kind, request, reference, sent) {
      const nonce = toHex(fromUint8Array(random(16)));
      const uri = returnPath(request.uri);
      const path = isAnswerPath(uri, answerPath) ? "/" : uri;
      const payload = [kind, request.now, request.now + challengeMs, bits[kind], nonce, path].join(" ");
      const seal = sealOf(sent, request, nonce);
      return challengePage({
        kind,
        host: request.host,
        reference,
        answerUri: seal === undefined || seal === "lost" ? answerPath : answerUri(path, request),
        seal,
        token: signer.sign("challenge", payload, bindingOf(request)),
        nonce,
        bits: bits[kind],
        scriptNonce: base64Encode(fromUint8Array(random(16)), { url: true, pad: false }),
      });
    },

    answer(request, body) {
      const marked = withoutAnswerParameter(request.uri);
      const form = body.length > maxAnswerBytes ? undefined : readForm(body);
      const isAnswer = request.method === "POST" && form?.has("token") === true && form.has("answer");
      // A form of a page that came back under this address, or the address itself, entered again: it is for the site.
      if (marked !== undefined && !isAnswer) return elsewhere(returnPath(marked));
      if (request.method !== "POST") {
        return refusalPage(405, "Answers to a check are posted.", "/", [["allow", "POST"]]);
      }
      if (form === undefined) return refusalPage(413, "The answer is too long.", "/");
      const token = form.get("token") ?? "";
      const opened =
        token.length > MAX_BODY ? undefined : signer.open("challenge", token, bindingOf(request));
      const parts = opened?.split(" ");
      if (parts?.length !== 6) {
        return refusalPage(403, "The answer does not belong to a check that this browser was given.", "/");
      }
      const [kind = "", issued, expires, asked, nonce = "", path = "/"] = parts;
      if (!isChallengeKind(kind) || !isCurrent(Number(issued), Number(expires), request.now)) {
        return refusalPage(403, "The check took too long and has expired.", path);
      }
      if (!isSolution(nonce, form.get("answer") ?? "", Number(asked))) {
        return refusalPage(403, "The answer is wrong.", path);
      }
      // As soon as the work is done: wrong answers cannot fill the memory, and one solution pays for one answer only, whatever
      // comes with it.
      if (!used.use(nonce, Number(expires), request.now)) {
        return refusalPage(403, "The answer was used before.", path);
      }
      const sealed = form.get("request") ?? "";
      // After the work, so that a long text costs its sender more than checking its signature costs here.
      const sent = sealed === "" ? undefined : openSent(signer, sealed, sealBinding(request, nonce));
      const isMisplaced = sent !== undefined && request.uri !== answerPath && marked !== sent.uri;
      if ((sealed !== "" && sent === undefined) || isMisplaced) {
        return refusalPage(403, "What the answer brings back is not what this browser has sent.", path);
      }
      return accept({ kind, path, request, sent, isLost: form.has("lost") });
    },
  };
}

/** An answer that holds. */
interface Accepted {
  readonly kind: ChallengeKind;
  /** Where the challenge was posed. */
  readonly path: string;
  readonly request: ChallengeRequest;
  /** Contents of the answer. */
  readonly sent: SentRequest | undefined;
  /** Whether there was something to bring back that could not be kept. */
  readonly isLost: boolean;
}

function withAnswerParameter(uri: string): string {
  return `${uri}${uri.includes("?") ? "&" : "?"}${ANSWER_PARAMETER}`;
}

/** Undefined when the address has no such parameter. */
function withoutAnswerParameter(uri: string): string | undefined {
  const at = uri.length - ANSWER_PARAMETER.length - 1;
  return uri.endsWith(ANSWER_PARAMETER) && (uri[at] === "?" || uri[at] === "&")
    ? uri.slice(0, at)
    : undefined;
}

/** Has the client send the same request to another address. */
function elsewhere(path: string): ChallengeResponse {
  return {
    status: 307,
    headers: [
      ["location", path],
      ["cache-control", "no-store"],
    ],
    body: "",
  };
}

/** Whether the SHA-256 of `nonce:answer` begins with that many zero bits. An answer is a decimal number. */
export function isSolution(nonce: string, answer: string, bits: number): boolean {
  if (!/^[0-9]{1,16}$/.test(answer)) return false;
  const hash = sha256(toUint8Array(`${nonce}:${answer}`));
  return Math.clz32(new DataView(hash.buffer, hash.byteOffset).getUint32(0)) >= bits;
}

function isCurrent(issued: number, expires: number, now: number): boolean {
  return issued <= now + MAX_SKEW_MS && now < expires;
}

function isAnswerPath(uri: string, answerPath: string): boolean {
  return uri === answerPath || uri.startsWith(`${answerPath}?`);
}

/** The first value of each name. */
function readForm(body: string): ReadonlyMap<string, string> {
  const form = new Map<string, string>();
  for (const pair of body.split("&", 16)) {
    const sign = pair.indexOf("=");
    if (sign === -1) continue;
    const name = percentDecode(pair.slice(0, sign), true);
    if (!form.has(name)) form.set(name, percentDecode(pair.slice(sign + 1), true));
  }
  return form;
}

function secretsOf(options: ProofOfWorkOptions | undefined): readonly string[] {
  const secret: unknown = options?.secret;
  if (typeof secret === "string") return [secret];
  if (Array.isArray(secret) && secret.every((one) => typeof one === "string")) return secret;
  throw new MisuseError(
    "E_OPTION",
    `\`secret\` must be a text or an array of texts, not ${shownValue(secret)}`,
  );
}
