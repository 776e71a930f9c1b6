/** What happened to the answer to a request. `aborted`: the client disconnected before it had all of it. `dropped`: there was none. */
export type Delivery = "complete" | "aborted" | "dropped";

/** The answer that was sent, as known to the host. */
export interface SentAnswer {
  /** Status code; absent when none was sent. */
  readonly status?: number;
  /** Absent: the host does not know. */
  readonly delivery?: Delivery;
}

/** Calls back once, with what was sent. */
export type TellsLater = (tell: (sent: SentAnswer) => void) => void;
