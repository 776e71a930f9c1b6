import { expect, test } from "vitest";
import { type CounterStore, MemoryCounterStore, requestFrom } from "../support/source/index.ts";
import { get, LIMITS, matched, rule, ruleset, wafOf } from "./waf-support.ts";

// A host may give a transaction up while a store is still to answer; the firewall then judges other requests.

/** A store that answers when it is told to. */
function heldStore(): { readonly store: CounterStore; release(): void } {
  const local = new MemoryCounterStore();
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held =
    <Given extends readonly unknown[], T>(method: (...given: Given) => T | Promise<T>) =>
    async (...given: Given): Promise<T> => {
      await gate;
      return method(...given);
    };
  return {
    store: {
      read: (...given) => local.read(...given),
      add: held(local.add.bind(local)),
      mitigate: (...given) => local.mitigate(...given),
      reset: (...given) => local.reset(...given),
    },
    release: () => release(),
  };
}

test("a response that is still being counted keeps its own decision", async () => {
  const { store, release } = heldStore();
  const ratelimit = {
    characteristics: ["ip.src"],
    period: 60,
    requests_per_period: 5,
    counting_expression: "http.response.code eq 200",
  };
  const waf = wafOf(
    [
      ruleset("l", [rule("limit", { action: "block", ratelimit })], { phase: LIMITS }),
      ruleset("r", [rule("first", { expression: 'http.request.uri.path eq "/first"' }), rule("every")], {
        phase: "http_response_firewall_headers",
      }),
    ],
    { counters: store },
  );
  const begin = async (path: string) => {
    const transaction = waf.begin(requestFrom(get(path)));
    await transaction.request();
    return { transaction, response: transaction.response({ status: 200, rawHeaders: [] }) };
  };
  const given = await begin("/first");
  expect(given.response).toBeInstanceOf(Promise);
  given.transaction.end();
  const other = await begin("/second");
  release();
  expect(matched(await given.response)).toEqual(["first", "every"]);
  expect(matched(await other.response)).toEqual(["every"]);
  other.transaction.end();
});
