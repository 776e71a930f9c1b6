import type { Detector, EvidenceKind } from "../detector/detector.ts";

const CALLBACK_HOST: EvidenceKind = {
  name: "scanner-callback-host",
  attack: "scanner",
  points: 5,
  sentence: "A host name of a service that reports requests from inside a network to testers.",
};

/** Domains below which everybody has names of their own; of the last one the paths are. */
const DOMAINS = [
  "burpcollaborator.net",
  "oastify.com",
  "interact.sh",
  "interactsh.com",
  "oast.pro",
  "oast.live",
  "oast.site",
  "oast.online",
  "oast.fun",
  "oast.me",
  "dnslog.cn",
  "dnslog.link",
  "dnslog.store",
  "dnslog.org",
  "ceye.io",
  "bxss.me",
  "xss.ht",
  "canarytokens.com",
  "canarytokens.org",
  "pipedream.net",
  "requestbin.com",
  "requestbin.net",
  "requestrepo.com",
  "dnsbin.zhack.ca",
  "eyes.sh",
  "tu4.org",
];
const BY_PATH = "//webhook.site/";
/** A name below a domain, and the domain at its end. */
const HOST = new RegExp(
  `[\\w-]\\.(?:${DOMAINS.map((domain) => domain.replaceAll(".", "\\.")).join("|")})(?![\\w])`,
  "i",
);

/** Finds names by which a tester is called back. */
export const callbackDetector: Detector = {
  name: "callback",
  kinds: [CALLBACK_HOST],
  triggers: [{ words: [...DOMAINS.map((domain) => `.${domain}`), BY_PATH] }],
  shortest: 8,
  inspect(text, _place, report) {
    const path = text.toLowerCase().indexOf(BY_PATH);
    const found = path === -1 ? HOST.exec(text) : { index: path, 0: BY_PATH };
    if (found !== null) report(CALLBACK_HOST, found.index, found.index + found[0].length);
  },
};
