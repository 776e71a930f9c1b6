import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { protect } from "../../support/source/adapters/fetch.ts";
import type { ChallengeProvider } from "../../support/source/engine/decision.ts";
import { rule, ruleset, wafOf } from "../waf-support.ts";

const PAGE = { status: 403, headers: [], body: "prove it" };

/** A site behind a rule that challenges everybody, and what its firewall tells of. */
function siteOf(members: Readonly<Record<string, unknown>>, failure: "closed" | "open" = "closed") {
  const errors: unknown[] = [];
  const provider = {
    name: "odd",
    answerPath: "/answer",
    isCleared: () => false,
    challenge: () => PAGE,
    answer: () => PAGE,
    ...members,
  } as ChallengeProvider;
  const onError = (error: unknown) => void errors.push(error);
  const waf = wafOf([ruleset("c", [rule("c", { action: "challenge" })])], {
    challenge: provider,
    failure,
    onError,
  });
  const site = protect(waf, () => new Response("the site"), { onError });
  const status = async (path: string) => (await site(new Request(`https://a.example${path}`))).status;
  return { status, errors };
}

const rejecting = () => Promise.reject(new Error("late"));

describe("a provider that poses no page", () => {
  const message = "the challenge provider `odd` must return `status`, `headers` and `body`, not a promise";
  const odd: readonly (readonly [name: string, challenge: () => unknown])[] = [
    ["nothing", () => undefined],
    ["null", () => null],
    ["a text", () => "page"],
    ["no headers", () => ({ status: 403, body: "" })],
    ["headers that are none", () => ({ ...PAGE, headers: {} })],
    ["no body", () => ({ status: 403, headers: [] })],
    ["a body that is none", () => ({ ...PAGE, body: 5 })],
    ["a promise", async () => PAGE],
    ["a promise that rejects", rejecting],
  ];

  test.each(odd)("%s: 503, or the site where the firewall fails open", async (_name, challenge) => {
    const closed = siteOf({ challenge });
    expect(await closed.status("/")).toBe(503);
    expect(closed.errors).toMatchObject([{ code: "E_ANSWER", message }]);
    const open = siteOf({ challenge }, "open");
    expect(await open.status("/")).toBe(200);
    expect(open.errors).toMatchObject([{ code: "E_ANSWER", message }]);
  });

  test("throws", async () => {
    const challenge = () => {
      throw new Error("no page");
    };
    expect(await siteOf({ challenge }).status("/")).toBe(503);
  });
});

test("a promise of whether the client has passed is a no", async () => {
  for (const failure of ["closed", "open"] as const) {
    expect(await siteOf({ isCleared: rejecting }, failure).status("/")).toBe(403);
    expect(await siteOf({ isCleared: async () => true }, failure).status("/")).toBe(403);
  }
});

describe("a provider that does not judge an answer", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test.each<[name: string, answer: () => unknown]>([
    ["a promise that stays open", () => new Promise(() => undefined)],
    // biome-ignore lint/suspicious/noThenProperty: a foreign promise is what is tested
    ["a foreign one", () => ({ then: () => undefined })],
    ["one that rejects too late", () => new Promise((_, reject) => setTimeout(reject, 6_000))],
  ])("%s: 503 after five seconds", async (_name, answer) => {
    const { status, errors } = siteOf({ answer });
    let settled = false;
    const answered = status("/answer").finally(() => {
      settled = true;
    });
    await vi.advanceTimersByTimeAsync(4_999);
    expect(settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await answered).toBe(503);
    expect(errors).toMatchObject([{ message: "the challenge provider `odd` did not answer in time" }]);
    await vi.advanceTimersByTimeAsync(2_000);
  });
});
