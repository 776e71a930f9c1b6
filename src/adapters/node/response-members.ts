import { Http2ServerResponse } from "node:http2";
import type { NodeResponse } from "./answer.ts";

/** A method of a response, with any of its overloads. */
export type Method = (...given: readonly unknown[]) => unknown;

/** The methods by which a handler sends a response. */
export const SENDING = ["writeHead", "write", "end", "flushHeaders"] as const;

/** One function for each method of {@link SENDING}. */
export type SendingMethods = Readonly<Record<(typeof SENDING)[number], Method>>;

/** The sending methods as they are now: the response's own ones, or those of other middleware. */
export function sendingMethods(response: NodeResponse): SendingMethods {
  const { writeHead, write, end, flushHeaders }: Record<keyof SendingMethods, Method> = Object(response);
  const bound =
    (method: Method): Method =>
    (...given) =>
      Reflect.apply(method, response, given);
  return {
    writeHead: bound(writeHead),
    write: bound(write),
    end: bound(end),
    flushHeaders: bound(flushHeaders),
  };
}

/** Puts these methods on the response; callers see them until somebody replaces them. */
export function putMethods(response: NodeResponse, methods: Readonly<Record<string, Method>>): void {
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(response, name, { value, configurable: true, enumerable: false, writable: true });
}

/** Runs `work` while the response has these methods, regardless of later wrappers. */
export function withMethods(response: NodeResponse, methods: SendingMethods, work: () => void): void {
  const own = SENDING.map((name) => [name, Object.getOwnPropertyDescriptor(response, name)] as const);
  putMethods(response, methods);
  try {
    work();
  } finally {
    for (const [name, descriptor] of own) {
      if (descriptor === undefined) Reflect.deleteProperty(response, name);
      else Object.defineProperty(response, name, descriptor);
    }
  }
}

/** State members of a held response: the same as of one that Node is sending. */
export interface HeldFacts {
  /** Whether the response is held now; else Node's own members answer. */
  isHeld(): boolean;
  /** Whether the handler has given the head away, so that it can no longer be changed. */
  isHeadTaken(): boolean;
  /** Whether the handler has ended the response. */
  isEnded(): boolean;
  /** Whether the handler is to wait for `drain`. */
  isFull(): boolean;
  /** Bytes that are held. */
  size(): number;
}

/** Makes the response answer by `facts` while it is held. */
export function showHeld(response: NodeResponse, facts: HeldFacts): void {
  const head = (): boolean => facts.isHeadTaken();
  const members: Readonly<Record<string, () => unknown>> = {
    headersSent: head,
    finished: () => facts.isEnded(),
    writableEnded: () => facts.isEnded(),
    writableFinished: () => false,
    writableNeedDrain: () => facts.isFull() && !facts.isEnded(),
    writableLength: () => facts.size(),
  };
  for (const [name, value] of Object.entries(members)) shadow(response, name, () => facts.isHeld(), value);
  if (response instanceof Http2ServerResponse) forbidChanges(response, head);
  // Node's own methods, and much middleware, ask this member whether the head can still be changed.
  else shadow(response, "_header", head, () => "held");
}

/** Shows another value for a member while `applies`; otherwise the member is as it was, also for writing. */
function shadow(target: object, name: string, applies: () => boolean, value: () => unknown): void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  let stored: unknown = own?.value;
  const get = own?.get ?? (own === undefined ? inheritedGetter(target, name) : () => stored);
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: own?.enumerable ?? false,
    get: () => (applies() ? value() : Reflect.apply(get, target, [])),
    set: (given: unknown) => {
      if (own?.set === undefined) stored = given;
      else Reflect.apply(own.set, target, [given]);
    },
  });
}

function inheritedGetter(target: object, name: string): () => unknown {
  return () => {
    const parent: unknown = Object.getPrototypeOf(target);
    return typeof parent === "object" && parent !== null ? Reflect.get(parent, name, target) : undefined;
  };
}

/** HTTP/2 responses read it from their stream, which must not be misled: it would end a response that is not sent. */
function forbidChanges(response: Http2ServerResponse, isForbidden: () => boolean): void {
  for (const name of ["setHeader", "appendHeader", "removeHeader"]) {
    const own: Method = Reflect.get(response, name);
    putMethods(response, {
      [name]: (...given) => {
        if (isForbidden()) throw headersSent(response);
        return Reflect.apply(own, response, given);
      },
    });
  }
}

/** The error that Node throws when the head can no longer be changed. */
export function headersSent(response: NodeResponse): Error {
  return response instanceof Http2ServerResponse
    ? coded(new Error("Response has already been initiated."), "ERR_HTTP2_HEADERS_SENT")
    : coded(new Error("Cannot write headers after they are sent to the client"), "ERR_HTTP_HEADERS_SENT");
}

/** The error with a code, as Node's own have. */
export function coded<E extends Error>(error: E, code: string): E {
  return Object.assign(error, { code });
}
