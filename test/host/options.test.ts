import { describe, expect, test } from "vitest";
import { fetchGuard, protect } from "../support/source/adapters/fetch.ts";
import { guard } from "../support/source/adapters/node.ts";
import { createProxy, type Forwarder, HttpForwarder } from "../support/source/adapters/proxy.ts";
import {
  createWaf,
  MisuseError,
  proofOfWorkProvider,
  type Waf,
  type WafOptions,
} from "../support/source/index.ts";

const challenge = proofOfWorkProvider({ secret: "a secret of the test" });
const another = proofOfWorkProvider({ secret: "another secret of the test" });
const client = { trust: ["10.0.0.0/8"], header: "X-Real-IP" };

/** Options as a program in JavaScript may give them. */
type Given = Readonly<Record<string, unknown>>;

const upstream = "http://127.0.0.1:1";
const hosts: Readonly<Record<string, (waf: Waf, given: Given) => unknown>> = {
  guard: (waf, given) => guard(waf, given),
  createProxy: (waf, given) => createProxy({ waf, upstream, ...given }),
  fetchGuard: (waf, given) => fetchGuard(waf, given),
  protect: (waf, given) => protect(waf, () => new Response("ok"), given),
};

const everyHost = Object.keys(hosts);
const showingResponses = ["guard", "createProxy", "protect"];

/** The code and the text of the misuse that a start reports; undefined for none. */
function misuse(start: () => unknown): string | undefined {
  try {
    start();
    return undefined;
  } catch (error) {
    if (!(error instanceof MisuseError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

interface Row {
  readonly name: string;
  readonly given: Given;
  readonly firewall?: WafOptions;
  /** Undefined: accepted. */
  readonly reports?: string;
  /** Default: all. */
  readonly of?: readonly string[];
}

const limits = { request: { maxBodyBytes: 100, maxHeaders: 10 } };

const rows: readonly Row[] = [
  { name: "nothing", given: {} },
  { name: "an option that is undefined", given: { bodyLimit: undefined, failure: undefined } },
  { name: "the firewall's body limit", firewall: { limits }, given: { bodyLimit: 100 } },
  { name: "a lower body limit", firewall: { limits }, given: { bodyLimit: 99 } },
  {
    name: "a higher body limit",
    firewall: { limits },
    given: { bodyLimit: 101 },
    reports:
      "E_OPTION: `bodyLimit` is 101, but the firewall reads only 100: raise `limits.request.maxBodyBytes` of `createWaf`",
  },
  {
    name: "a body limit above the default",
    given: { bodyLimit: 13_107_201 },
    reports:
      "E_OPTION: `bodyLimit` is 13107201, but the firewall reads only 13107200: raise `limits.request.maxBodyBytes` of `createWaf`",
  },
  { name: "the firewall's header limit", firewall: { limits }, given: { maxHeaders: 10 } },
  {
    name: "a higher header limit",
    firewall: { limits },
    given: { maxHeaders: 11 },
    reports:
      "E_OPTION: `maxHeaders` is 11, but the firewall reads only 10: raise `limits.request.maxHeaders` of `createWaf`",
  },
  {
    name: "a higher limit on response bodies",
    firewall: { limits },
    given: { responseBodyLimit: 101 },
    of: showingResponses,
    reports:
      "E_OPTION: `responseBodyLimit` is 101, but the firewall reads only 100: raise `limits.request.maxBodyBytes` of `createWaf`",
  },
  {
    name: "a reporter that is no function",
    given: { onError: "log" },
    reports: "E_OPTION: `onError` must be a function, not the text `log`",
  },
  {
    name: "facts that are no function",
    given: { facts: 7 },
    reports: "E_OPTION: `facts` must be a function, not `7`",
  },
  {
    name: "a header that cannot be sent",
    given: { pages: { referenceHeader: "x ref" } },
    reports:
      "E_OPTION: `pages.referenceHeader` must be the name of a header or `false`, not the text `x ref`",
  },
  {
    name: "wording that is no function",
    given: { pages: { wording: "Go away" } },
    reports: "E_OPTION: `pages.wording` must be a function, not the text `Go away`",
  },
  {
    name: "assets that are no function",
    given: { pages: { asset: { page: "<p>" } } },
    reports: "E_OPTION: `pages.asset` must be a function, not an object",
  },
  {
    name: "a contact that is no text",
    given: { pages: { contact: 5 } },
    reports: "E_OPTION: `pages.contact` must be text, not `5`",
  },
  {
    name: "a word for a switch",
    given: { verifyUpstream: "no" },
    of: ["createProxy"],
    reports: "E_OPTION: `verifyUpstream` must be `true` or `false`",
  },
  {
    name: "a name that cannot be sent",
    given: { via: "a\nb" },
    of: ["createProxy"],
    reports: "E_OPTION: `via` must be the name of the proxy or `false`",
  },
  {
    name: "a forwarder that cannot forward",
    given: { forwarder: {} },
    of: ["createProxy"],
    reports:
      "E_OPTION: `forwarder` must be an object with the methods `forward`, `upgrade`: it has no `forward`",
  },
  { name: "the firewall's failure mode", firewall: { failure: "open" }, given: { failure: "open" } },
  { name: "the default failure mode", given: { failure: "closed" } },
  {
    name: "another failure mode",
    given: { failure: "open" },
    reports:
      "E_OPTION: `failure` contradicts the firewall's own `failure`: give it to `createWaf` and leave it out here",
  },
  { name: "the firewall's provider", firewall: { challenge }, given: { challenge } },
  {
    name: "another provider",
    firewall: { challenge },
    given: { challenge: another },
    reports:
      "E_OPTION: `challenge` contradicts the firewall's own `challenge`: give it to `createWaf` and leave it out here",
  },
  {
    name: "a provider that the firewall does not have",
    given: { challenge },
    reports:
      "E_OPTION: `challenge` contradicts the firewall's own `challenge`: give it to `createWaf` and leave it out here",
  },
  {
    name: "the firewall's trusted proxies, spelled otherwise",
    firewall: { client },
    given: { client: { header: "x-real-ip", trust: ["10.0.0.0/8"] } },
  },
  { name: "no trusted proxies, as the firewall", given: { client: { trust: [] } } },
  { name: "the usual header, spelled out", given: { client: { header: "X-Forwarded-For" } } },
  {
    name: "the usual header, left out",
    firewall: { client: { trust: ["10.0.0.0/8"], header: "x-forwarded-for" } },
    given: { client: { trust: ["10.0.0.0/8"] } },
  },
  {
    name: "the firewall's header of the protocol, spelled otherwise",
    firewall: { client: { ...client, protocolHeader: "X-Scheme" } },
    given: { client: { ...client, protocolHeader: "x-scheme" } },
  },
  {
    name: "another header of the protocol",
    firewall: { client: { ...client, protocolHeader: "x-scheme" } },
    given: { client: { ...client, protocolHeader: "x-proto" } },
    reports:
      "E_OPTION: `client` contradicts the firewall's own `client`: give it to `createWaf` and leave it out here",
  },
  {
    name: "no header of the protocol, unlike the firewall",
    firewall: { client: { ...client, protocolHeader: "x-scheme" } },
    given: { client },
    reports:
      "E_OPTION: `client` contradicts the firewall's own `client`: give it to `createWaf` and leave it out here",
  },
  {
    name: "trusted proxies where the firewall has none",
    given: { client: { trust: ["10.0.0.0/8"] } },
    reports:
      "E_OPTION: `client` contradicts the firewall's own `client`: give it to `createWaf` and leave it out here",
  },
  {
    name: "other trusted proxies",
    firewall: { client },
    given: { client: { ...client, trust: ["10.0.0.0/9"] } },
    reports:
      "E_OPTION: `client` contradicts the firewall's own `client`: give it to `createWaf` and leave it out here",
  },
  {
    name: "a header that the firewall does not read",
    given: { client: { header: "x-real-ip" } },
    reports:
      "E_OPTION: `client` contradicts the firewall's own `client`: give it to `createWaf` and leave it out here",
  },
  {
    name: "a misspelt option",
    given: { bodyLimt: 1 },
    reports: "E_OPTION_UNKNOWN: there is no option `bodyLimt`; did you mean `bodyLimit`?",
  },
  {
    name: "an option of the firewall",
    given: { rateLimitHeaders: "none" },
    reports: "E_OPTION_UNKNOWN: there is no option `rateLimitHeaders`; it is one of `createWaf`",
  },
  {
    name: "a misspelt option inside another",
    given: { pages: { contct: "me" } },
    reports: "E_OPTION_UNKNOWN: there is no option `pages.contct`; did you mean `contact`?",
  },
  {
    name: "an option of no host",
    given: { ["__proto__x"]: 1 },
    reports: "E_OPTION_UNKNOWN: there is no option `__proto__x`; there are ",
  },
  {
    name: "an option of another host",
    given: { responseHoldTime: 1 },
    of: everyHost.filter((host) => !showingResponses.includes(host)),
    reports: "E_OPTION_UNKNOWN: there is no option `responseHoldTime`; there are ",
  },
  {
    name: "a limit that is no number",
    given: { bodyLimit: "10" },
    reports: "E_OPTION: `bodyLimit` must be a whole number of at least 0, not the text `10`",
  },
  {
    name: "a time that is negative",
    given: { bodyTimeout: -1 },
    reports: "E_OPTION: `bodyTimeout` must be a whole number from 0 to 2147483647, not `-1`",
  },
  {
    name: "a time that is no number",
    given: { responseHoldTime: Number.NaN },
    of: showingResponses,
    reports: "E_OPTION: `responseHoldTime` must be a whole number from 0 to 2147483647, not `NaN`",
  },
  // Timers take longer times for none at all.
  {
    name: "a time for the request's body beyond what timers know",
    given: { bodyTimeout: 2_147_483_648 },
    reports: "E_OPTION: `bodyTimeout` must be a whole number from 0 to 2147483647, not `2147483648`",
  },
  {
    name: "a time for the response beyond what timers know",
    given: { responseHoldTime: Number.MAX_SAFE_INTEGER },
    of: showingResponses,
    reports:
      "E_OPTION: `responseHoldTime` must be a whole number from 0 to 2147483647, not `9007199254740991`",
  },
  { name: "the longest time", given: { bodyTimeout: 2_147_483_647 } },
  {
    name: "a word that means nothing",
    given: { oversize: "pass" },
    reports: "E_OPTION: `oversize` must be `block` or `inspect`, not the text `pass`",
  },
  {
    name: "a reporter that cannot be called",
    given: { onError: {} },
    reports: "E_OPTION: `onError` must be a function, not an object",
  },
  {
    name: "facts that cannot be called",
    given: { facts: { remoteAddress: "192.0.2.1" } },
    reports: "E_OPTION: `facts` must be a function, not an object",
  },
  {
    name: "pages that are none",
    given: { pages: "mine" },
    reports: "E_OPTION: `pages` must be an object, not a string",
  },
];

describe.each(everyHost)("options of %s", (host) => {
  test.each(rows.filter(({ of = everyHost }) => of.includes(host)))(
    "$name",
    ({ firewall, given, reports }) => {
      const found = misuse(() => hosts[host]?.(createWaf({}, firewall), given));
      if (reports === undefined) expect(found).toBeUndefined();
      else if (reports.endsWith(" ")) expect(found).toContain(reports);
      else expect(found).toBe(reports);
    },
  );

  test("a firewall that is none", () => {
    const none = {} as unknown as Waf;
    expect(misuse(() => hosts[host]?.(none, {}))).toBe("E_OPTION: `waf` must be a firewall of `createWaf`");
  });
});

test.each<[name: string, start: () => unknown, reports: string]>([
  [
    "protect without a handler",
    () => protect(createWaf({}), { fetch: () => new Response("ok") } as never),
    "E_OPTION: `handler` must be a function from a `Request` to a `Response`",
  ],
  [
    "guard with a function for options",
    () => guard(createWaf({}), (() => undefined) as never),
    "E_OPTION: `options` must be an object, not a function",
  ],
  [
    "fetchGuard with a function for options",
    () => fetchGuard(createWaf({}), (() => undefined) as never),
    "E_OPTION: options must be an object, not a function",
  ],
  [
    "protect with a function for options",
    () => protect(createWaf({}), () => new Response("ok"), (() => undefined) as never),
    "E_OPTION: options must be an object, not a function",
  ],
  [
    "createProxy without options",
    () => createProxy(undefined as never),
    "E_OPTION: a proxy needs options: `waf` and `upstream`",
  ],
])("%s", (_name, start, reports) => {
  expect(misuse(start)).toBe(reports);
});

const forwarder: Forwarder = {
  forward: () => Promise.reject(new Error("closed")),
  upgrade: () => Promise.reject(new Error("closed")),
};

const proxyRows: readonly Row[] = [
  {
    name: "an upstream that is no URL",
    given: { upstream: "nowhere" },
    reports: "E_OPTION: `upstream` must be an http or https URL, not `nowhere`",
  },
  {
    name: "an upstream of another scheme",
    given: { upstream: new URL("ftp://a.example/") },
    reports: "E_OPTION: `upstream` must be an http or https URL, not `ftp://a.example/`",
  },
  {
    name: "an upstream with a query",
    given: { upstream: new URL("http://a.example/b?c=d") },
    reports: "E_OPTION: `upstream` has a query, which requests would not include: leave it out",
  },
  {
    name: "an upstream with a fragment",
    given: { upstream: new URL("http://a.example/#b") },
    reports: "E_OPTION: `upstream` has a fragment, which requests would not include: leave it out",
  },
  {
    name: "a time limit beside a forwarder",
    given: { forwarder, upstreamTimeout: 1 },
    reports: "E_OPTION: `upstreamTimeout` has no effect beside a `forwarder`: leave one of them out",
  },
  {
    name: "a time limit that is no number",
    given: { upstreamTimeout: "1s" },
    reports: "E_OPTION: `upstreamTimeout` must be a whole number from 0 to 2147483647, not the text `1s`",
  },
  {
    name: "a limit of the upstream's connections beside a forwarder",
    given: { forwarder, maxUpstreamConnections: 9 },
    reports: "E_OPTION: `maxUpstreamConnections` has no effect beside a `forwarder`: leave one of them out",
  },
  ...["maxUpstreamConnections", "maxUpstreamQueue", "maxConnections", "maxClientConnections"].map((name) => ({
    name: `a negative ${name}`,
    given: { [name]: -1 },
    reports: `E_OPTION: \`${name}\` must be a whole number of at least 0, not \`-1\``,
  })),
  {
    name: "a queue in which nothing may wait",
    given: { upstreamQueueTimeout: 0 },
    reports: "E_OPTION: `upstreamQueueTimeout` must be a whole number from 1 to 2147483647, not `0`",
  },
];

test.each(proxyRows)("createProxy: $name", ({ given, reports }) => {
  expect(misuse(() => createProxy({ waf: createWaf({}), upstream, ...given }))).toBe(reports);
});

test.each<readonly [Given, string | undefined]>([
  [{}, undefined],
  [{ verify: false, timeout: 1 }, undefined],
  [{ verfy: false }, "E_OPTION_UNKNOWN: there is no option `verfy`; did you mean `verify`?"],
  [{ maxConnections: 2, maxQueue: 0, queueTimeout: 1 }, undefined],
  [{ maxConnections: -1 }, "E_OPTION: `maxConnections` must be a whole number of at least 0, not `-1`"],
  [{ maxQueue: 1.5 }, "E_OPTION: `maxQueue` must be a whole number of at least 0, not `1.5`"],
  [{ queueTimeout: 0 }, "E_OPTION: `queueTimeout` must be a whole number from 1 to 2147483647, not `0`"],
  [{ timeout: -1 }, "E_OPTION: `timeout` must be a whole number from 0 to 2147483647, not `-1`"],
])("HttpForwarder: %j", (given, reports) => {
  expect(misuse(() => new HttpForwarder(given))).toBe(reports);
});
