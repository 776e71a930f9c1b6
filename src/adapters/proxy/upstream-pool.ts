import { UpstreamBusy } from "./faults.ts";

/** Bounds on what waits for, and runs at, one upstream. */
export interface PoolLimits {
  /** Exchanges under way at once. */
  readonly connections: number;
  /** Exchanges that may wait for others to end. */
  readonly queue: number;
  /** Milliseconds that each of them may wait. */
  readonly queueTimeout: number;
}

/** One exchange's place at an upstream. */
export interface Lease {
  /** Takes one of the places for streams; false when there is none left. */
  toStream(): boolean;
  /** The exchange is no stream any longer. */
  toOrdinary(): void;
  /** Safe to call twice. */
  release(): void;
}

interface Waiting {
  readonly isStream: boolean;
  grant(lease: Lease): void;
}

/**
 * The places at one upstream. Streams are exchanges whose length is up to the client: upgraded connections, event
 * streams, and requests whose body is still arriving. They hold at most half of the places, so that they never use up
 * what ordinary requests need.
 */
export class UpstreamPool {
  readonly #limits: PoolLimits;
  readonly #maxStreams: number;
  #running = 0;
  #streams = 0;
  /** In the order in which they came. */
  readonly #waiting = { ordinary: new Set<Waiting>(), streams: new Set<Waiting>() };

  constructor(limits: PoolLimits) {
    this.#limits = limits;
    this.#maxStreams = Math.max(1, Math.floor(limits.connections / 2));
  }

  /** Whether nothing runs or waits. */
  get isIdle(): boolean {
    return this.#running === 0 && this.#queued === 0;
  }

  get #queued(): number {
    return this.#waiting.ordinary.size + this.#waiting.streams.size;
  }

  /** Waits for a place. Rejects with {@link UpstreamBusy}, or with the signal's reason when it aborts. */
  lease(isStream: boolean, signal: AbortSignal): Promise<Lease> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#hasPlace(isStream)) return Promise.resolve(this.#taken(isStream));
    if (this.#queued >= this.#limits.queue)
      return Promise.reject(new UpstreamBusy("too many requests wait for the upstream"));
    return new Promise((resolve, reject) => {
      const queue = isStream ? this.#waiting.streams : this.#waiting.ordinary;
      const leave = (): void => {
        queue.delete(waiting);
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      };
      const waiting: Waiting = {
        isStream,
        grant: (lease) => {
          leave();
          resolve(lease);
        },
      };
      const onAbort = (): void => {
        leave();
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        leave();
        reject(new UpstreamBusy("the request waited too long for a connection to the upstream"));
      }, this.#limits.queueTimeout);
      signal.addEventListener("abort", onAbort, { once: true });
      queue.add(waiting);
    });
  }

  #hasPlace(isStream: boolean): boolean {
    return this.#running < this.#limits.connections && (!isStream || this.#streams < this.#maxStreams);
  }

  #taken(startsAsStream: boolean): Lease {
    let isStream = startsAsStream;
    let isReleased = false;
    this.#running++;
    if (isStream) this.#streams++;
    return {
      toStream: () => {
        if (isStream || isReleased) return true;
        if (this.#streams >= this.#maxStreams) return false;
        isStream = true;
        this.#streams++;
        return true;
      },
      toOrdinary: () => {
        if (!isStream || isReleased) return;
        isStream = false;
        this.#streams--;
        this.#grantPlaces();
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        this.#running--;
        if (isStream) this.#streams--;
        this.#grantPlaces();
      },
    };
  }

  /** Ordinary requests come first: they give their places back soon. */
  #grantPlaces(): void {
    for (const queue of [this.#waiting.ordinary, this.#waiting.streams]) {
      for (const waiting of queue) {
        if (!this.#hasPlace(waiting.isStream)) break;
        waiting.grant(this.#taken(waiting.isStream));
      }
    }
  }
}
