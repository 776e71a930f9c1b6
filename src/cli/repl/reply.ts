/** The reply to one input. `out` is the result, `err` the messages. */
export interface Reply {
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** 0 fine, 1 an assertion that did not hold, 2 input that makes no sense. */
  readonly code: 0 | 1 | 2;
}

export function result(...out: readonly string[]): Reply {
  return { out, err: [], code: 0 };
}

export function complaint(...err: readonly string[]): Reply {
  return { out: [], err, code: 2 };
}
