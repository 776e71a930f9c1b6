import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { holdBody } from "../support/source/adapters/proxy.ts";

const EVENTS = ["data", "end", "error", "close"];

/** An upstream's response that has sent these bytes. */
function responseOf(bytes: string, isEnded: boolean): IncomingMessage {
  const stream = Object.assign(new PassThrough(), { headers: {} });
  stream.write(bytes);
  if (isEnded) stream.end();
  return stream as unknown as IncomingMessage;
}

test.each<[what: string, response: IncomingMessage, complete: boolean]>([
  ["is complete", responseOf("abc", true), true],
  ["is longer than rules see", responseOf("abcdefgh", false), false],
  ["does not come in time", responseOf("abc", false), false],
])("nobody listens any more to a body that %s", async (_what, response, complete) => {
  const before = EVENTS.map((event) => response.listenerCount(event));
  const held = await holdBody(response, 5, 10);
  expect(held.complete).toBe(complete);
  expect(EVENTS.map((event) => response.listenerCount(event))).toEqual(before);
  expect(response.isPaused()).toBe(true);
});

test("nor to one that breaks off", async () => {
  const response = responseOf("abc", false);
  const before = EVENTS.map((event) => response.listenerCount(event));
  setImmediate(() => response.destroy());
  await expect(holdBody(response, 5, 60_000)).rejects.toThrow("the upstream disconnected");
  expect(EVENTS.map((event) => response.listenerCount(event))).toEqual(before);
});
