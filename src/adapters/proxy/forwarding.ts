import { type HeaderLine, withoutHeader } from "../../request/head/headers.ts";
import { valuesOf } from "./headers.ts";

/** Headers in which proxies describe the client, its connection and the requested address; applications trust them. */
const FORWARDING = new Set(
  `client-ip true-client-ip x-true-client-ip real-ip x-real-ip x-real-port x-client-ip x-client-port x-cluster-client-ip
  x-source-ip x-coming-from x-remote-ip x-remote-addr x-proxyuser-ip proxy-client-ip wl-proxy-client-ip wl-proxy-ssl
  cf-connecting-ip cf-connecting-ipv6 cf-pseudo-ipv4 cf-visitor fastly-client-ip fastly-ssl fly-client-ip
  do-connecting-ip akamai-client-ip incap-client-ip x-nf-client-connection-ip x-vercel-proxied-for x-vercel-forwarded-for
  cloudfront-forwarded-proto cloudfront-viewer-address x-appengine-user-ip x-appengine-https x-azure-clientip
  x-azure-socketip x-envoy-external-address x-envoy-original-host x-envoy-original-path x-original-forwarded-for
  x-original-for x-original-host x-original-method x-original-prefix x-original-proto x-original-uri x-original-url
  x-rewrite-url x-http-host-override x-host x-https x-scheme x-ssl x-url-scheme x-arr-ssl x-arr-clientcert
  front-end-https`.split(/\s+/),
);

/** `Forwarded`, `X-Forwarded-For`, and names like them. */
const FORWARDING_PREFIX = /^(?:forwarded(?:-|$)|x-forwarded|x-forward-)/;

/** @param name lower case. */
export function isForwarding(name: string): boolean {
  return FORWARDING_PREFIX.test(name) || FORWARDING.has(name);
}

/** Data about the client's side of the connection that the upstream gets. */
export interface ForwardingFacts {
  readonly peer: string | undefined;
  /** Whether the peer is a proxy whose own forwarding headers are trusted. */
  readonly peerTrusted: boolean;
  readonly host: string | undefined;
}

/** Adds the `X-Forwarded-` headers; the proxy's own server speaks no TLS. */
export function withForwarding(lines: readonly HeaderLine[], facts: ForwardingFacts): HeaderLine[] {
  const before = valuesOf(lines, "x-forwarded-for").join(", ");
  const result = withoutHeader(lines, "x-forwarded-for");
  if (facts.peer !== undefined)
    result.push(["X-Forwarded-For", before === "" ? facts.peer : `${before}, ${facts.peer}`]);
  if (valuesOf(result, "x-forwarded-proto").length === 0) result.push(["X-Forwarded-Proto", "http"]);
  if (facts.host !== undefined && valuesOf(result, "x-forwarded-host").length === 0)
    result.push(["X-Forwarded-Host", facts.host]);
  return result;
}
