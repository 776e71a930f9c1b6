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

/** What an exchange is when it asks for a place. Every kind but `ordinary` is a stream. */
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
  grant(lease: Lease): void;
  refuse(): void;
}

/**
 * The places at one upstream. Streams are exchanges whose length is up to the client: upgraded connections, event
 * streams, and requests whose body is still arriving. They hold at most half of the places, and of the queue, so that
 * they never use up what ordinary requests need; of a single place they may hold that one.
 *
 * Clients get places in turn, however many of their requests wait. In a full queue a request takes the place of the last
 * one of the client that has the most waiting, unless that is its own.
 */
export class UpstreamPool {
  readonly #limits: PoolLimits;
  readonly #maxStreams: number;
  readonly #maxWaitingStreams: number;
  #running = 0;
  #streams = 0;
  #isTurnOfStreams = false;
  readonly #ordinary = new FairQueue<Waiting>();
  readonly #waitingStreams = new FairQueue<Waiting>();

  constructor(limits: PoolLimits) {
    this.#limits = limits;
    this.#maxStreams = halfOf(limits.connections);
    this.#maxWaitingStreams = halfOf(limits.queue);
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
   * @param client who takes turns with others.
   */
  lease(kind: ExchangeKind, client: string, signal: AbortSignal): Promise<Lease> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#hasPlace(kind)) return Promise.resolve(this.#taken(kind));
    if (!this.#makeRoom(kind, client))
      return Promise.reject(new UpstreamBusy("too many requests wait for the upstream"));
    return new Promise((resolve, reject) => {
      const queue = kind === "ordinary" ? this.#ordinary : this.#waitingStreams;
      const leave = (): void => {
        queue.remove(client, waiting);
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
      queue.add(client, waiting);
    });
  }

  #hasPlace(kind: ExchangeKind): boolean {
    if (this.#running >= this.#limits.connections) return false;
    return kind === "ordinary" || this.#streams < this.#maxStreams;
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

  #taken(kind: ExchangeKind): Lease {
    // Either makes it a stream.
    let isArriving = kind === "arriving";
    let isLasting = kind === "lasting";
    let isReleased = false;
    this.#running++;
    if (isArriving || isLasting) this.#streams++;
    return {
      toLasting: () => {
        if (isLasting || isReleased) return true;
        if (!isArriving) {
          if (this.#streams >= this.#maxStreams) return false;
          this.#streams++;
        }
        isLasting = true;
        return true;
      },
      bodyArrived: () => {
        if (!isArriving || isReleased) return;
        isArriving = false;
        if (isLasting) return;
        this.#streams--;
        this.#grantPlaces();
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        this.#running--;
        if (isArriving || isLasting) this.#streams--;
        this.#grantPlaces();
      },
    };
  }

  /** Gives places to those that wait: ordinary requests and streams in turn, as far as there are places for streams. */
  #grantPlaces(): void {
    for (let queue = this.#nextQueue(); queue !== undefined; queue = this.#nextQueue()) {
      const waiting = queue.take();
      if (waiting === undefined) return;
      this.#isTurnOfStreams = queue === this.#ordinary;
      waiting.grant(this.#taken(waiting.kind));
    }
  }

  #nextQueue(): FairQueue<Waiting> | undefined {
    const isOrdinary = this.#ordinary.size > 0 && this.#hasPlace("ordinary");
    const isStream = this.#waitingStreams.size > 0 && this.#hasPlace("lasting");
    if (isStream && (this.#isTurnOfStreams || !isOrdinary)) return this.#waitingStreams;
    return isOrdinary ? this.#ordinary : undefined;
  }
}

function halfOf(count: number): number {
  return Math.max(1, Math.floor(count / 2));
}
