import { createHash, createHmac } from "node:crypto";
import vm from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createSigner,
  createUsedTokens,
  isSolution,
  type ProofOfWorkOptions,
  proofOfWorkProvider,
  returnPath,
} from "../../support/source/engine/challenge.ts";
import type { ChallengeRequest, ChallengeResponse, Sent } from "../../support/source/engine/decision.ts";
import { MisuseError } from "../../support/source/language/diagnostics.ts";
import type { ChallengeKind } from "../../support/source/rules/ruleset.ts";

const SECRET = "a secret of enough bytes";
const NOW = 1_700_000_000_000;
const EASY = { challenge: 6, js_challenge: 6, managed_challenge: 6 };

function provider(over: Partial<ProofOfWorkOptions> = {}) {
  return proofOfWorkProvider({ secret: SECRET, difficulty: EASY, ...over });
}

function request(over: Partial<ChallengeRequest> = {}, cookies: readonly string[] = []): ChallengeRequest {
  return {
    client: "192.0.2.7",
    userAgent: "browser/1",
    host: "shop.example",
    method: "GET",
    uri: "/cart?id=1",
    secure: true,
    cookie: (name) => (name === "wirewall_clearance" ? cookies : []),
    now: NOW,
    ...over,
  };
}

const post = (over: Partial<ChallengeRequest> = {}) => request({ method: "POST", uri: "/x", ...over });

function posed(page: ChallengeResponse) {
  const find = (pattern: RegExp): string => {
    const value = pattern.exec(page.body)?.[1];
    if (value === undefined) throw new Error(`no ${pattern} in the page`);
    return value;
  };
  const token = find(/name="token" value="([^"]+)"/);
  const nonce = find(/data-nonce="([^"]+)"/);
  const bits = Number(find(/data-bits="([^"]+)"/));
  const hashes = (answer: number) => createHash("sha256").update(`${nonce}:${answer}`).digest();
  let right = 0;
  while (Math.clz32(hashes(right).readUInt32BE()) < bits) right++;
  let wrong = 0;
  while (Math.clz32(hashes(wrong).readUInt32BE()) >= bits) wrong++;
  return {
    token,
    nonce,
    bits,
    answer: String(right),
    wrong: String(wrong),
    script: find(/<script[^>]*>([\s\S]*)<\/script>/),
  };
}

const bodyOf = (token: string, answer: string) => `token=${encodeURIComponent(token)}&answer=${answer}`;

function header(response: ChallengeResponse, name: string): string | undefined {
  return response.headers.find(([other]) => other === name)?.[1];
}

function cookieOf(response: ChallengeResponse): string {
  return /^wirewall_clearance=([^;]+)/.exec(header(response, "set-cookie") ?? "")?.[1] ?? "none";
}

/** Challenge, answer, clearance. */
function clearance(kind: ChallengeKind, waf = provider(), over: Partial<ChallengeRequest> = {}): string {
  const { token, answer } = posed(waf.challenge(kind, request(over), "ref"));
  return cookieOf(waf.answer(post(over), bodyOf(token, answer)));
}

describe("the page", () => {
  test.each<[kind: ChallengeKind, button: boolean]>([
    ["challenge", true],
    ["js_challenge", false],
    ["managed_challenge", false],
  ])("%s", (kind, button) => {
    const page = provider().challenge(kind, request(), "ref-<1>");
    expect(page.status).toBe(403);
    expect(page.body.includes("<button")).toBe(button);
    expect(page.body).toContain("ref-&lt;1&gt;");
    expect(page.body).toContain("<noscript>");
    expect(page.body).not.toMatch(/https?:/);
    expect(header(page, "cache-control")).toBe("no-store");
    const nonce = /script-src 'nonce-([\w-]{22})'/.exec(header(page, "content-security-policy") ?? "")?.[1];
    expect(page.body).toContain(`<script nonce="${nonce}">`);
    expect(page.body).toContain(`<style nonce="${nonce}">`);
  });

  test.each<[kind: ChallengeKind, title: string, text: string]>([
    [
      "challenge",
      "Please confirm that you are a person",
      "This site asks for a short check before it opens. Press the button to start it; it takes a few seconds at most.",
    ],
    [
      "managed_challenge",
      "Just a moment",
      "Your browser is being checked before the page opens. This takes a few seconds at most, and you need not do anything.",
    ],
  ])("%s says what is asked", (kind, title, text) => {
    const waf = provider();
    const page = waf.challenge(kind, request(), "ref-1");
    for (const part of [
      '<html lang="en">',
      `<title>${title}</title>`,
      '<p class="kicker">shop.example</p>',
      `<h1>${title}</h1>`,
      `<p>${text}</p>`,
      `<form id="challenge" method="post" action="${waf.answerPath}"`,
      '<input type="hidden" name="answer" value="">',
      "<strong>This check needs JavaScript.</strong> Please switch it on for this site, then load the page again.",
      "<dt>Reference</dt><dd><code>ref-1</code></dd>",
    ])
      expect(page.body).toContain(part);
    expect(page.body.includes('type="button" hidden>Start the check</button>')).toBe(kind === "challenge");
  });

  test("its headers keep it out of caches and indexes, and let nothing else load", () => {
    const page = provider().challenge("challenge", request(), "ref");
    const nonce = /<script nonce="([^"]+)"/.exec(page.body)?.[1];
    expect(page.headers).toEqual([
      ["content-type", "text/html; charset=utf-8"],
      ["cache-control", "no-store"],
      ["x-content-type-options", "nosniff"],
      ["referrer-policy", "same-origin"],
      ["x-robots-tag", "noindex"],
      [
        "content-security-policy",
        `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
      ],
    ]);
  });

  test.each([
    ["shop.example", "shop.example"],
    ["", "this site"],
    ["a".repeat(300), `${"a".repeat(255)}<`],
  ])("it names the host %j", (host, named) => {
    expect(provider().challenge("challenge", request({ host }), "ref").body).toContain(named);
  });

  test("nothing of a request reaches it unescaped", () => {
    const hostile = `"><script>alert(1)</script>'&`;
    const page = provider().challenge(
      "challenge",
      request({ host: hostile, uri: `/${hostile}`, userAgent: hostile }),
      hostile,
    );
    expect(page.body.match(/<script/g)).toHaveLength(1);
  });

  test("its script finds an answer that is accepted", () => {
    const waf = provider({ difficulty: { managed_challenge: 12 } });
    const { token, nonce, script } = posed(waf.challenge("managed_challenge", request(), "ref"));
    const element = (attributes: Record<string, string> = {}) => ({
      hidden: true,
      value: 0,
      textContent: "",
      getAttribute: (name: string) => attributes[name],
      elements: { answer: { value: "" } },
      submitted: false,
      submit() {
        this.submitted = true;
      },
    });
    const form = element({ "data-bits": "12", "data-nonce": nonce });
    const elements: Record<string, unknown> = {
      challenge: form,
      status: element(),
      bar: element(),
      start: null,
    };
    const tasks: (() => void)[] = [];
    vm.runInNewContext(script, {
      document: { getElementById: (id: string) => elements[id] },
      navigator: { cookieEnabled: true },
      setTimeout: (task: () => void) => tasks.push(task),
    });
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) task();
    expect(form.submitted).toBe(true);
    const answered = waf.answer(post(), bodyOf(token, form.elements.answer.value));
    expect(answered.status).toBe(303);
  });
});

describe("an answer", () => {
  test("earns a clearance and leads back", () => {
    const waf = provider({ clearanceSeconds: 600 });
    const { token, answer } = posed(waf.challenge("js_challenge", request(), "ref"));
    const response = waf.answer(post(), bodyOf(token, answer));
    expect([response.status, header(response, "location"), response.body]).toEqual([303, "/cart?id=1", ""]);
    expect(header(response, "set-cookie")).toMatch(
      /^wirewall_clearance=[\w-]+\.[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    );
    const cleared = request({}, [cookieOf(response)]);
    expect(waf.isCleared("js_challenge", cleared)).toBe(true);
    expect(waf.isCleared("js_challenge", { ...cleared, now: NOW + 599_999 })).toBe(true);
    expect(waf.isCleared("js_challenge", { ...cleared, now: NOW + 600_000 })).toBe(false);
  });

  test("without TLS the cookie is not Secure", () => {
    const waf = provider();
    const { token, answer } = posed(waf.challenge("challenge", request({ secure: false }), "ref"));
    const response = waf.answer(post({ secure: false }), bodyOf(token, answer));
    expect(header(response, "set-cookie")).not.toContain("Secure");
  });

  type Change = (given: {
    token: string;
    answer: string;
    wrong: string;
  }) => [Partial<ChallengeRequest>, string];
  const STRANGE = "does not belong to a check that this browser was given";
  const flip = (text: string, at: number) =>
    text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
  test.each<[what: string, status: number, says: string, change: Change]>([
    [
      "without an answer",
      403,
      "The answer is wrong.",
      ({ token }) => [{}, `token=${encodeURIComponent(token)}`],
    ],
    [
      "with a token that is too long",
      403,
      "The answer does not belong to a check that this browser was given.",
      ({ token, answer }) => [{}, bodyOf(token.padEnd(8_193, "x"), answer)],
    ],
    ["wrong", 403, "The answer is wrong.", ({ token, wrong }) => [{}, bodyOf(token, wrong)]],
    [
      "expired",
      403,
      "took too long and has expired",
      ({ token, answer }) => [{ now: NOW + 300_000 }, bodyOf(token, answer)],
    ],
    [
      "of the future",
      403,
      "took too long and has expired",
      ({ token, answer }) => [{ now: NOW - 60_001 }, bodyOf(token, answer)],
    ],
    [
      "from another network",
      403,
      STRANGE,
      ({ token, answer }) => [{ client: "192.0.3.7" }, bodyOf(token, answer)],
    ],
    [
      "from another browser",
      403,
      STRANGE,
      ({ token, answer }) => [{ userAgent: "other" }, bodyOf(token, answer)],
    ],
    ["for another host", 403, STRANGE, ({ token, answer }) => [{ host: "a.example" }, bodyOf(token, answer)]],
    ["of a tampered payload", 403, STRANGE, ({ token, answer }) => [{}, bodyOf(flip(token, 3), answer)]],
    [
      "of a tampered signature",
      403,
      STRANGE,
      ({ token, answer }) => [{}, bodyOf(flip(token, token.length - 9), answer)],
    ],
    ["of a cut token", 403, STRANGE, ({ token, answer }) => [{}, bodyOf(token.slice(0, -1), answer)]],
    [
      "that is signed text",
      403,
      "The answer is wrong.",
      ({ token, answer }) => [{}, bodyOf(token, `${answer} `)],
    ],
    [
      "as hexadecimal",
      403,
      "The answer is wrong.",
      ({ token, answer }) => [{}, bodyOf(token, `0x${Number(answer).toString(16)}`)],
    ],
    [
      "too long a number",
      403,
      "The answer is wrong.",
      ({ token, answer }) => [{}, bodyOf(token, answer.padStart(17, "0"))],
    ],
    ["empty", 403, STRANGE, () => [{}, ""]],
    ["without a token", 403, STRANGE, ({ answer }) => [{}, `answer=${answer}`]],
    [
      "by GET",
      405,
      "Answers to a check are posted.",
      ({ token, answer }) => [{ method: "GET" }, bodyOf(token, answer)],
    ],
    [
      "too long",
      413,
      "The answer is too long.",
      ({ token, answer }) => [{}, bodyOf(token, answer).padEnd(200_000, "&")],
    ],
    [
      "with a second token behind a bad one",
      403,
      STRANGE,
      ({ token, answer }) => [{}, `token=x&${bodyOf(token, answer)}`],
    ],
  ])("%s is refused", (_what, status, says, change) => {
    const waf = provider();
    const given = posed(waf.challenge("challenge", request(), "ref"));
    const [over, body] = change(given);
    const response = waf.answer(post(over), body);
    expect(response.status).toBe(status);
    expect(response.body).toContain("<h1>The check did not succeed</h1>");
    expect(response.body).toContain(says);
    expect(header(response, "set-cookie")).toBeUndefined();
    // The refusal did not use the challenge up.
    expect(waf.answer(post(), bodyOf(given.token, given.answer)).status).toBe(303);
  });

  test.each<[what: string, over: Partial<ChallengeRequest>]>([
    ["at the last moment", { now: NOW + 299_999 }],
    ["by a clock that is a minute behind", { now: NOW - 60_000 }],
    ["with the host in other letters", { host: "SHOP.example" }],
  ])("%s is taken", (_what, over) => {
    const waf = provider();
    const { token, answer } = posed(waf.challenge("challenge", request(), "ref"));
    expect(waf.answer(post(over), bodyOf(token, answer)).status).toBe(303);
  });

  test("refusals lead back to where the client was, once that is known", () => {
    const waf = provider();
    const given = posed(waf.challenge("challenge", request(), "ref"));
    const next = (over: Partial<ChallengeRequest>, body: string) =>
      /<a href="([^"]*)">Try again<\/a>/.exec(waf.answer(post(over), body).body)?.[1];
    expect(next({}, bodyOf(given.token, given.wrong))).toBe("/cart?id=1");
    expect(next({ now: NOW + 300_000 }, bodyOf(given.token, given.answer))).toBe("/cart?id=1");
    expect(next({}, bodyOf("x", given.answer))).toBe("/");
    expect(waf.answer(post(), bodyOf(given.token, given.answer)).status).toBe(303);
    expect(next({}, bodyOf(given.token, given.answer))).toBe("/cart?id=1");
  });

  test("refusals are never stored, and say which method answers", () => {
    const headers = [
      ["content-type", "text/html; charset=utf-8"],
      ["cache-control", "no-store"],
      ["x-content-type-options", "nosniff"],
      ["referrer-policy", "same-origin"],
      ["x-robots-tag", "noindex"],
      ["content-security-policy", expect.stringMatching(/^default-src 'none'; style-src 'sha256-/)],
    ];
    const wrong = provider().answer(post(), "");
    expect(wrong.headers).toEqual(headers);
    expect(wrong.body).toContain('<p class="kicker">403</p>');
    expect(provider().answer(request(), "").headers).toEqual([...headers, ["allow", "POST"]]);
  });

  test("counts once", () => {
    const waf = provider();
    const { token, answer } = posed(waf.challenge("challenge", request(), "ref"));
    expect(waf.answer(post(), bodyOf(token, answer)).status).toBe(303);
    const again = waf.answer(post(), bodyOf(token, answer));
    expect([again.status, header(again, "set-cookie")]).toEqual([403, undefined]);
    expect(again.body).toContain("<p>The answer was used before.</p>");
    expect(waf.answer(post({ now: NOW + 1000 }), bodyOf(token, answer)).status).toBe(403);
  });

  test("a clearance is no challenge, and a challenge no clearance", () => {
    const waf = provider();
    const { token, answer } = posed(waf.challenge("challenge", request(), "ref"));
    expect(waf.isCleared("challenge", request({}, [token]))).toBe(false);
    const cookie = cookieOf(waf.answer(post(), bodyOf(token, answer)));
    expect(waf.answer(post(), bodyOf(cookie, answer)).status).toBe(403);
  });

  test("hostile bodies are refused without a throw", () => {
    const waf = provider();
    const { token, answer } = posed(waf.challenge("challenge", request(), "ref"));
    const bytes = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 300,
    });
    const spoilt = fc
      .tuple(fc.integer({ min: 0, max: token.length - 1 }), fc.constantFrom("A", "-", ".", "%", "\0", ""))
      .filter(([at, unit]) => token[at] !== unit)
      .map(([at, unit]) => bodyOf(token.slice(0, at) + unit + token.slice(at + 1), answer));
    const numbers = fc.bigInt({ min: 0n, max: 10n ** 16n }).map((n) => bodyOf(token, String(n)));
    const odd = fc
      .array(
        fc.constantFrom("token", "=", "&", "%", "%00", "answer", "__proto__", "constructor", ".", token, "1"),
        { maxLength: 40 },
      )
      .map((parts) => parts.join(""));
    let wrong = 0;
    fc.assert(
      fc.property(fc.oneof(bytes, spoilt, numbers, odd), (body) => {
        const response = waf.answer(post(), body);
        if (response.status === 303) {
          // Only an answer that solves the untouched challenge may pass.
          const given = new URLSearchParams(body);
          expect(given.get("token")).toBe(token);
          return;
        }
        wrong++;
        expect([403, 413]).toContain(response.status);
        expect(header(response, "set-cookie")).toBeUndefined();
      }),
      { numRuns: 3000 },
    );
    expect(wrong).toBeGreaterThan(1000);
  });

  test("hostile cookies clear nobody", () => {
    const waf = provider();
    const cookie = clearance("challenge", waf);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: cookie.length - 1 }),
        fc.constantFrom("A", "B", "-", ".", "\xff", ""),
        fc.array(fc.string(), { maxLength: 8 }),
        (at, unit, others) => {
          fc.pre(cookie[at] !== unit);
          const spoilt = cookie.slice(0, at) + unit + cookie.slice(at + 1);
          expect(waf.isCleared("js_challenge", request({}, [spoilt, ...others]))).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("a clearance", () => {
  test.each<[earned: ChallengeKind, asked: ChallengeKind, cleared: boolean]>([
    ["challenge", "challenge", true],
    ["challenge", "js_challenge", true],
    ["challenge", "managed_challenge", true],
    ["js_challenge", "challenge", false],
    ["js_challenge", "managed_challenge", true],
    ["managed_challenge", "js_challenge", true],
    ["managed_challenge", "challenge", false],
  ])("by %s for %s: %j", (earned, asked, cleared) => {
    const waf = provider();
    expect(waf.isCleared(asked, request({}, [clearance(earned, waf)]))).toBe(cleared);
  });

  test.each<[client: string, other: string, cleared: boolean]>([
    ["192.0.2.7", "192.0.2.200", true],
    ["192.0.2.7", "::ffff:192.0.2.9", true],
    ["192.0.2.7", "192.0.3.7", false],
    ["2001:db8::1", "2001:db8::ffff:1", true],
    ["2001:db8::1", "2001:db8:0:1::1", false],
    ["", "", true],
    ["", "192.0.2.7", false],
    ["unix", "unix2", false],
  ])("of %j for %j: %j", (client, other, cleared) => {
    const waf = provider();
    const cookie = clearance("challenge", waf, { client });
    expect(waf.isCleared("challenge", request({ client: other }, [cookie]))).toBe(cleared);
  });

  test.each<[other: string, cleared: boolean]>([
    ["a".repeat(600), true],
    [`${"a".repeat(512)}b`, true],
    [`${"a".repeat(511)}b`, false],
  ])("is bound to the first 512 bytes of the user agent: %#", (userAgent, cleared) => {
    const waf = provider();
    const cookie = clearance("challenge", waf, { userAgent: "a".repeat(600) });
    expect(waf.isCleared("challenge", request({ userAgent }, [cookie]))).toBe(cleared);
  });

  test("lasts half an hour unless told otherwise", () => {
    const waf = provider();
    const { token, answer } = posed(waf.challenge("challenge", request(), "ref"));
    expect(header(waf.answer(post(), bodyOf(token, answer)), "set-cookie")).toContain("; Max-Age=1800;");
  });

  test("is bound to the whole address when so set", () => {
    const waf = provider({ addressBits: { v4: 32 } });
    const cookie = clearance("challenge", waf);
    expect(waf.isCleared("challenge", request({}, [cookie]))).toBe(true);
    expect(waf.isCleared("challenge", request({ client: "192.0.2.8" }, [cookie]))).toBe(false);
  });

  test("outlives a new secret in front, and not the loss of its own", () => {
    const cookie = clearance("challenge", provider());
    const cleared = (secret: readonly string[]) =>
      provider({ secret }).isCleared("challenge", request({}, [cookie]));
    expect(cleared(["another secret of bytes", SECRET])).toBe(true);
    expect(cleared(["another secret of bytes"])).toBe(false);
  });

  test("is found behind others of its name, but not behind many", () => {
    const waf = provider();
    const cookie = clearance("challenge", waf);
    expect(waf.isCleared("challenge", request({}, ["x", "", "y.z", cookie]))).toBe(true);
    expect(waf.isCleared("challenge", request({}, ["x", "", "y", "z", cookie]))).toBe(false);
    expect(waf.isCleared("challenge", request())).toBe(false);
  });
});

describe("the way back", () => {
  test.each<[uri: string, path: string]>([
    ["/", "/"],
    ["/a?b=c&d", "/a?b=c&d"],
    ["/a#b", "/a"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["\\\\evil.example", "/"],
    ["https://evil.example/", "/"],
    ["javascript:alert(1)", "/"],
    ["*", "/"],
    ["", "/"],
    ["/\t/evil.example", "/%09/evil.example"],
    ["/a\\b", "/a%5Cb"],
    ["/a\r\nset-cookie: x", "/a%0D%0Aset-cookie:%20x"],
    ["/\"'<>", "/%22%27%3C%3E"],
    ["/\xc3\xa9", "/%C3%A9"],
    [`/${"a".repeat(2047)}`, `/${"a".repeat(2047)}`],
    [`/${"a".repeat(2048)}`, "/"],
  ])("%j", (uri, path) => {
    expect(returnPath(uri)).toBe(path);
  });

  test("never leaves the site", () => {
    const unit = fc.oneof(
      fc.constantFrom(..."/\\.:@?#\t\n\r ;%"),
      fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), fc.boolean(), (text, slash) => {
        const url = new URL(returnPath(slash ? `/${text}` : text), "https://shop.example/x");
        expect(url.origin).toBe("https://shop.example");
      }),
      { numRuns: 5000 },
    );
  });

  const own = provider().answerPath;
  test.each([
    [own, "/"],
    [`${own}?x`, "/"],
    [`${own}s`, `${own}s`],
    [`/x${own}`, `/x${own}`],
  ])("from %s, the answers' own address or another, is %s", (uri, path) => {
    const waf = provider();
    const { token, answer } = posed(waf.challenge("challenge", request({ uri }), "r"));
    expect(header(waf.answer(post(), bodyOf(token, answer)), "location")).toBe(path);
  });
});

describe("a request that is more than its address", () => {
  const SENT = {
    method: "POST",
    uri: "/cart?id=1",
    headers: [["Content-Type", "text/plain"]],
    cookies: ["__proto__", "a"],
    body: "\0\n\xff",
  } as const satisfies Sent;
  const sealed = (waf = provider(), over: Partial<ChallengeRequest> = {}, sent: Sent = SENT) => {
    const page = waf.challenge("js_challenge", request({ method: "POST", ...over }), "ref", sent);
    const shown = (pattern: RegExp) => pattern.exec(page.body)?.[1];
    return {
      ...posed(page),
      page: page.body,
      action: shown(/ action="([^"]*)"/),
      seal: shown(/name="request" value="([^"]*)"/) ?? "",
    };
  };
  const marked = "/cart?id=1&wirewall_challenge_answer";
  const bring = (
    given: { token: string; answer: string; seal: string },
    over: Partial<ChallengeRequest> = {},
  ) =>
    [post({ uri: marked, ...over }), `${bodyOf(given.token, given.answer)}&request=${given.seal}`] as const;

  test("comes back with the answer", () => {
    const waf = provider();
    const given = sealed(waf);
    expect(given.action).toBe(marked.replace("&", "&amp;"));
    expect(given.page).toContain(
      "What you have sent is kept meanwhile, and is passed on when the check is done.",
    );
    const response = waf.answer(...bring(given));
    const clearance = `wirewall_clearance=${cookieOf(response)}`;
    // For hosts that give nothing back.
    expect([response.status, header(response, "location")]).toEqual([303, "/cart?id=1"]);
    expect(response.restored).toEqual({
      request: SENT,
      clearance,
      setCookie: `${clearance}; Path=/; Max-Age=1800; HttpOnly; SameSite=Lax; Secure`,
    });
    expect(waf.isCleared("js_challenge", request({}, [cookieOf(response)]))).toBe(true);
  });

  test.each<[what: string, uri: string, action: string]>([
    ["without a query", "/cart", "/cart?wirewall_challenge_answer"],
    ["with one", "/cart?a", "/cart?a&amp;wirewall_challenge_answer"],
    ["that browsers read otherwise", "//evil.example/", provider().answerPath],
    ["that a page cannot hold as it is", '/"', provider().answerPath],
  ])("is answered at its address %s", (_what, uri, action) => {
    const waf = provider();
    const sent = { ...SENT, uri };
    const given = sealed(waf, { uri }, sent);
    expect(given.action).toBe(action);
    const over = { uri: action.replace("&amp;", "&") };
    expect(waf.answer(...bring(given, over)).restored?.request).toEqual(sent);
  });

  test.each<[what: string, options: Partial<ProofOfWorkOptions>, sent: Sent]>([
    ["a long body", { maxReplayBytes: 2 }, SENT],
    ["a long head", {}, { ...SENT, cookies: ["c".repeat(8192)] }],
    ["what cannot come back", {}, "lost"],
  ])("%s must be sent again", (_what, options, sent) => {
    const waf = provider(options);
    const { page, action, seal, token, answer } = sealed(waf, {}, sent);
    expect([action, seal]).toEqual([waf.answerPath, ""]);
    expect(page).toContain("Please go back when the check is done, and send it again.");
    expect(waf.answer(post(), bodyOf(token, answer)).restored).toBeUndefined();
  });

  test("the longest one fits into an answer", () => {
    const waf = provider({ maxReplayBytes: 5000 });
    const sent = { ...SENT, cookies: ["c".repeat(8000)], body: "\xff".repeat(5000) };
    const [answering, body] = bring(sealed(waf, {}, sent));
    expect(body.length).toBeLessThanOrEqual(waf.maxAnswerBytes ?? 0);
    expect(waf.answer(answering, body).restored?.request).toEqual(sent);
  });

  type Given = { token: string; answer: string; wrong: string; seal: string };
  type Change = (given: Given, other: Given) => Partial<Given>;
  const refused = (response: ChallengeResponse) => [
    response.status,
    response.restored,
    header(response, "set-cookie"),
  ];

  test.each<[what: string, change: Change, over?: Partial<ChallengeRequest>]>([
    ["with a wrong answer", ({ wrong }) => ({ answer: wrong })],
    ["as the token", ({ seal }) => ({ token: seal })],
    ["after its time", () => ({}), { now: NOW + 300_000 }],
    ["from another network", () => ({}), { client: "198.51.100.1" }],
    ["from another browser", () => ({}), { userAgent: "other" }],
    ["for another host", () => ({}), { host: "other.example" }],
  ])("%s it is refused, and stays to be answered", (_what, change, over = {}) => {
    const waf = provider();
    const [given, other] = [sealed(waf), sealed(waf)];
    expect(refused(waf.answer(...bring({ ...given, ...change(given, other) }, over)))).toEqual([
      403,
      undefined,
      undefined,
    ]);
    expect(waf.answer(...bring(given)).restored?.request).toEqual(SENT);
  });

  // The work is done, and pays for one look at a long text.
  test.each<[what: string, change: Change, over?: Partial<ChallengeRequest>]>([
    ["of another challenge", (_, { seal }) => ({ seal })],
    ["that is a token", ({ token }) => ({ seal: token })],
    ["cut", ({ seal }) => ({ seal: seal.slice(1) })],
    ["changed", ({ seal }) => ({ seal: `${seal[0] === "A" ? "B" : "A"}${seal.slice(1)}` })],
    ["at another address", () => ({}), { uri: marked.replace("1", "2") }],
    ["at the provider's path with a query", () => ({}), { uri: `${provider().answerPath}?q=1` }],
  ])("%s it is refused, and the solution is used up", (_what, change, over = {}) => {
    const waf = provider();
    const [given, other] = [sealed(waf), sealed(waf)];
    const response = waf.answer(...bring({ ...given, ...change(given, other) }, over));
    expect(refused(response)).toEqual([403, undefined, undefined]);
    expect(response.body).toContain("What the answer brings back is not what this browser has sent.");
    const again = waf.answer(...bring(given));
    expect(refused(again)).toEqual([403, undefined, undefined]);
    expect(again.body).toContain("The answer was used before.");
  });

  test("of another secret it is refused; while a secret is replaced, both open", () => {
    const [old, next] = ["the secret of before", "the secret from now on"];
    const given = sealed(provider({ secret: old }));
    expect(provider({ secret: next }).answer(...bring(given)).status).toBe(403);
    expect(provider({ secret: [next, old] }).answer(...bring(given)).restored?.request).toEqual(SENT);
  });

  test("signed text of another shape brings nothing back", () => {
    const signer = createSigner([SECRET]);
    /** The reply to a solved challenge with that text as what it brings back. */
    const reply = (text: string) => {
      const waf = provider();
      const given = sealed(waf);
      const binding = `${given.nonce}\0${JSON.stringify(["192.0.2.0", "browser/1", "shop.example"])}`;
      return waf.answer(...bring({ ...given, seal: signer.sign("request", text, binding) }));
    };
    const wellFormed = '["POST","/cart?id=1",[],[]]';
    for (const head of [
      "",
      "{",
      "null",
      "{}",
      "[]",
      '["POST"]',
      '[1,"/",[],[]]',
      '["POST","/",[["a"]],[]]',
      '["POST","/",[],[1]]',
      '["POST","/",{},[]]',
    ]) {
      expect(reply(`${head}\n`).status).toBe(403);
    }
    expect(reply(wellFormed).status).toBe(403);
    expect(reply(`${wellFormed}\nx`).restored?.request.body).toBe("x");
  });

  test("hostile seals are refused without a throw", () => {
    const given = sealed();
    const seals = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc
        .tuple(fc.nat(given.seal.length - 1), fc.constantFrom("A", "B", ".", "%00", "&", "=", "+"))
        .map(([at, piece]) => given.seal.slice(0, at) + piece + given.seal.slice(at)),
    );
    fc.assert(
      fc.property(seals, (seal) => {
        fc.pre(seal !== "" && !seal.startsWith("&"));
        // One that remembers no solution.
        expect(refused(provider().answer(...bring({ ...given, seal })))).toEqual([403, undefined, undefined]);
      }),
      { numRuns: 300 },
    );
  });

  test.each<[what: string, over: Partial<ChallengeRequest>, body: string]>([
    ["the address, entered again", { method: "GET", uri: marked }, ""],
    ["a form that stayed at it", { uri: marked }, "token=1&name=2"],
    ["a long body", { uri: marked }, "x".repeat(200_000)],
  ])("%s is for the site", (_what, over, body) => {
    const response = provider().answer(post(over), body);
    expect([response.status, header(response, "location")]).toEqual([307, "/cart?id=1"]);
  });
});

describe("settings", () => {
  test.each<[what: string, options: Partial<ProofOfWorkOptions>]>([
    ["short secret", { secret: "short" }],
    ["one short secret", { secret: [SECRET, ""] }],
    ["no secret", { secret: [] }],
    ["difficulty", { difficulty: { challenge: 31 } }],
    ["difficulty of nothing", { difficulty: { challenge: 0 } }],
    ["clearance", { clearanceSeconds: 0 }],
    ["address", { addressBits: { v4: 33 } }],
    ["path", { answerPath: "//a" }],
    ["relative path", { answerPath: "a" }],
    ["path with a query", { answerPath: "/a?b" }],
    ["cookie", { cookieName: "a b" }],
    ["longest clearance", { clearanceSeconds: 31_536_001 }],
    ["challenge", { challengeSeconds: 0 }],
    ["longest challenge", { challengeSeconds: 86_401 }],
    ["negative address", { addressBits: { v4: -1 } }],
    ["IPv6 address", { addressBits: { v6: 129 } }],
    ["memory", { maxUsedTokens: 0 }],
    ["greatest memory", { maxUsedTokens: 10_000_001 }],
    ["path with a blank", { answerPath: "/a b" }],
    ["long cookie", { cookieName: "a".repeat(65) }],
    ["negative body", { maxReplayBytes: -1 }],
    ["greatest body", { maxReplayBytes: 1_048_577 }],
    ["secret that is no text", { secret: [5] as never }],
  ])("%s out of range is refused", (_what, options) => {
    expect(() => provider(options)).toThrow(MisuseError);
  });

  test.each<[what: string, options: Partial<ProofOfWorkOptions>]>([
    ["least", { clearanceSeconds: 1, challengeSeconds: 1, addressBits: { v4: 0, v6: 0 }, maxUsedTokens: 1 }],
    [
      "most",
      {
        clearanceSeconds: 31_536_000,
        challengeSeconds: 86_400,
        addressBits: { v4: 32, v6: 128 },
        maxUsedTokens: 10_000_000,
        maxReplayBytes: 1_048_576,
        cookieName: "a".repeat(64),
        answerPath: "/a.b~c/d-e_f",
      },
    ],
    ["greatest difficulty", { difficulty: { challenge: 30, js_challenge: 1 } }],
  ])("the %s are taken", (_what, options) => {
    expect(provider(options).name).toBe("proof-of-work");
  });

  test("difficulty is by kind", () => {
    const waf = provider({ difficulty: { js_challenge: 3 } });
    expect(posed(waf.challenge("js_challenge", request(), "r")).bits).toBe(3);
    const usual = proofOfWorkProvider({ secret: SECRET });
    for (const [kind, bits] of [
      ["challenge", 16],
      ["js_challenge", 17],
      ["managed_challenge", 17],
    ] as const)
      expect(usual.challenge(kind, request(), "r").body).toContain(`data-bits="${bits}"`);
  });
});

test("a solution is judged as Node's SHA-256 judges it", () => {
  for (let answer = 0; answer < 500; answer++) {
    const word = createHash("sha256").update(`abc:${answer}`).digest().readUInt32BE();
    for (const bits of [1, 4, 8])
      expect(isSolution("abc", String(answer), bits)).toBe(Math.clz32(word) >= bits);
  }
});

test("signatures are HMAC-SHA-256", () => {
  const token = createSigner([SECRET]).sign("p", "payload", "b");
  const encoded = Buffer.from("payload").toString("base64url");
  const mac = createHmac("sha256", SECRET).update(`p\0${encoded}\0b`).digest("base64url");
  expect(token).toBe(`${encoded}.${mac}`);
});

test("used tokens are bounded and forgotten when they expire", () => {
  const used = createUsedTokens(3);
  expect(used.use("a", 10, 0)).toBe(true);
  expect(used.use("a", 10, 0)).toBe(false);
  for (const token of ["b", "c", "d"]) expect(used.use(token, 20, 1)).toBe(true);
  expect(used.size).toBe(3);
  expect(used.use("d", 20, 2)).toBe(false);
  expect(used.use("e", 40, 20)).toBe(true);
  expect(used.size).toBe(1);
});
