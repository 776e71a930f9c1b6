import { FairQueue } from "./fair-queue.ts";
import { UpstreamBusy } from "./faults.ts";

/** Bounds on what one upstream gets at once. */
export interface PoolLimits {
  /** Exchanges under way. */
  readonly connections: number;
  /** Requests that may wait for one of them. */
  readonly queue: number;
  /** Milliseconds that a request may wait. */
  readonly queueTimeout: number;
}

/** Kind of an exchange that requests a place. Every kind but `ordinary` is a stream. */
export type ExchangeKind =
  | "ordinary"
  /** Its request's body still arrives. */
  | "arriving"
  /** It lasts as long as the client likes, such as an upgraded connection. */
  | "lasting";

/** One exchange's place at an upstream. */
export interface Lease {
  /** The answer lasts: takes one of the places for streams; false when there is none left. */
  toLasting(): boolean;
  /** The body has arrived; an exchange that lasts remains a stream. */
  bodyArrived(): void;
  /** Safe to call twice. */
  release(): void;
}

interface Waiting {
  readonly kind: ExchangeKind;
  readonly client: string | undefined;
  grant(lease: Lease): void;
  refuse(): void;
}

/** The places that one client holds. */
interface Places {
  running: number;
  streams: number;
}

/** Key of unknown clients, which take turns as one. */
const UNKNOWN = "";

/**
 * The places at one upstream. Streams are exchanges whose length is up to the client: upgraded connections, event
 * streams, and requests whose body is still arriving. They hold at most half of the places, and of the queue, so that
 * they never use up what ordinary requests need; of a single place they may hold that one.
 *
 * One client holds at most half of the places, rounded up, and half of those for streams, also while no other one asks: how
 * long it stays is up to the client, which may read a long answer as slowly as it likes. Of two places it may hold both.
 *
 * Clients get places in turn, however many of their requests wait. In a full queue a request takes the place of the last
 * one of the client that has the most waiting, unless that is its own.
 */
export class UpstreamPool {
  readonly #limits: PoolLimits;
  readonly #maxStreams: number;
  readonly #maxWaitingStreams: number;
  readonly #share: Places;
  #running = 0;
  #streams = 0;
  /** Of those that hold places and whose share is bounded. */
  readonly #clients = new Map<string, Places>();
  #isTurnOfStreams = false;
  readonly #ordinary = new FairQueue<Waiting>();
  readonly #waitingStreams = new FairQueue<Waiting>();

  constructor(limits: PoolLimits) {
    this.#limits = limits;
    this.#maxStreams = halfOf(limits.connections);
    this.#maxWaitingStreams = halfOf(limits.queue);
    const streams = Math.ceil(this.#maxStreams / 2);
    // A client's own streams leave a place for its ordinary requests.
    this.#share = { running: Math.max(Math.ceil(limits.connections / 2), streams + 1), streams };
  }

  /** Whether nothing runs or waits. */
  get isIdle(): boolean {
    return this.#running === 0 && this.#queued === 0;
  }

  get #queued(): number {
    return this.#ordinary.size + this.#waitingStreams.size;
  }

  /**
   * Waits for a place. Rejects with {@link UpstreamBusy}, or with the signal's reason when it aborts.
   *
   * @param client who takes turns with others, and has a share of the places; undefined: one whose share is not bounded.
   */
  lease(kind: ExchangeKind, client: string | undefined, signal: AbortSignal): Promise<Lease> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#hasPlace(kind) && this.#hasShare(kind, client))
      return Promise.resolve(this.#taken(kind, client));
    const line = client ?? UNKNOWN;
    if (!this.#makeRoom(kind, line))
      return Promise.reject(new UpstreamBusy("too many requests wait for the upstream"));
    return new Promise((resolve, reject) => {
      const queue = kind === "ordinary" ? this.#ordinary : this.#waitingStreams;
      const leave = (): void => {
        queue.remove(line, waiting);
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      };
      const fail = (reason: unknown): void => {
        leave();
        reject(reason);
      };
      const onAbort = (): void => fail(signal.reason);
      const waiting: Waiting = {
        kind,
        client,
        grant: (lease) => {
          leave();
          resolve(lease);
        },
        refuse: () => fail(new UpstreamBusy("requests of other clients wait for the upstream")),
      };
      const timer = setTimeout(
        () => fail(new UpstreamBusy("the request waited too long for a connection to the upstream")),
        this.#limits.queueTimeout,
      );
      signal.addEventListener("abort", onAbort, { once: true });
      queue.add(line, waiting);
    });
  }

  #hasPlace(kind: ExchangeKind): boolean {
    if (this.#running >= this.#limits.connections) return false;
    return kind === "ordinary" || this.#streams < this.#maxStreams;
  }

  #hasShare(kind: ExchangeKind, client: string | undefined): boolean {
    const own = client === undefined ? undefined : this.#clients.get(client);
    if (own === undefined) return true;
    return own.running < this.#share.running && (kind === "ordinary" || own.streams < this.#share.streams);
  }

  /** Notes places that a client takes or, below zero, gives back. */
  #count(client: string | undefined, running: number, streams: number): void {
    this.#running += running;
    this.#streams += streams;
    if (client === undefined) return;
    const own = this.#clients.get(client) ?? { running: 0, streams: 0 };
    own.running += running;
    own.streams += streams;
    if (own.running > 0) this.#clients.set(client, own);
    else this.#clients.delete(client);
  }

  /** False when the client must not add to what waits. */
  #makeRoom(kind: ExchangeKind, client: string): boolean {
    const isStream = kind !== "ordinary";
    const own = isStream ? this.#waitingStreams : this.#ordinary;
    const isShareFull = isStream && own.size >= this.#maxWaitingStreams;
    if (!isShareFull && this.#queued < this.#limits.queue) return true;
    const other = isStream ? this.#ordinary : this.#waitingStreams;
    const fullest = isShareFull || own.most >= other.most ? own : other;
    // Swapped for one of a client that has no more, requests would push one another out for ever.
    if (fullest.most <= own.waitingOf(client) + 1) return false;
    fullest.last()?.refuse();
    return true;
  }

  #taken(kind: ExchangeKind, client: string | undefined): Lease {
    // Either makes it a stream.
    let isArriving = kind === "arriving";
    let isLasting = kind === "lasting";
    let isReleased = false;
    this.#count(client, 1, isArriving || isLasting ? 1 : 0);
    return {
      toLasting: () => {
        if (isLasting || isReleased) return true;
        if (!isArriving) {
          const own = client === undefined ? undefined : this.#clients.get(client);
          if (this.#streams >= this.#maxStreams) return false;
          if (own !== undefined && own.streams >= this.#share.streams) return false;
          this.#count(client, 0, 1);
        }
        isLasting = true;
        return true;
      },
      bodyArrived: () => {
        if (!isArriving || isReleased) return;
        isArriving = false;
        if (isLasting) return;
        this.#count(client, 0, -1);
        this.#grantPlaces();
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        this.#count(client, -1, isArriving || isLasting ? -1 : 0);
        this.#grantPlaces();
      },
    };
  }

  /** Gives places to those that wait: ordinary requests and streams in turn, as far as there are places for streams. */
  #grantPlaces(): void {
    for (let waiting = this.#next(); waiting !== undefined; waiting = this.#next()) {
      this.#isTurnOfStreams = waiting.kind === "ordinary";
      waiting.grant(this.#taken(waiting.kind, waiting.client));
    }
  }

  /** Takes out who gets the next place. */
  #next(): Waiting | undefined {
    const ordinary = (): Waiting | undefined => this.#takeFrom(this.#ordinary, "ordinary");
    const stream = (): Waiting | undefined => this.#takeFrom(this.#waitingStreams, "lasting");
    return this.#isTurnOfStreams ? (stream() ?? ordinary()) : (ordinary() ?? stream());
  }

  /** Those who hold their share are passed over: they are fewer than there are places. */
  #takeFrom(queue: FairQueue<Waiting>, kind: ExchangeKind): Waiting | undefined {
    if (queue.size === 0 || !this.#hasPlace(kind)) return undefined;
    return queue.take((line) => this.#hasShare(kind, line === UNKNOWN ? undefined : line));
  }
}

function halfOf(count: number): number {
  return Math.max(1, Math.floor(count / 2));
}
